"""Functions with branches and kinks.

At a kink symgd takes one fixed subgradient, names it, and the checker returns KINK there: ``relu'(0) = 0``, ``abs'(0)
= 0``, and at a tie ``maximum`` gives the whole adjoint to its second argument.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from symgd.errors import SymgdError
from symgd.graph.assumptions import Curvature, Growth, Interval, Monotone, Parity, Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, Primitive, elementwise, function
from symgd.graph.shape import Shape, broadcast
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.code_writer import CodeWriter

__all__ = [
    "abs",
    "ceil",
    "equal",
    "floor",
    "heaviside",
    "less",
    "less_equal",
    "maximum",
    "minimum",
    "not_equal",
    "relu",
    "sign",
    "where",
]


def _layout_comparison(symbol: str, flipped: str) -> Callable[[Node, Printer], Written]:
    def layout(node: Node, printer: Printer) -> Written:
        left, right = node.args
        if left.is_constant and not right.is_constant:
            return printer.compare(printer.written[right], flipped, printer.written[left])
        return printer.compare(printer.written[left], symbol, printer.written[right])

    return layout


def _no_slope(*args: Node) -> Node:
    return constant(0)


def _comparison(name: str, symbol: str, flipped: str, sympy: str) -> Primitive:
    return elementwise(
        name,
        arity=2,
        is_boolean=True,
        derivative=(_no_slope, _no_slope),
        layout=_layout_comparison(symbol, flipped),
        numpy=f"{{x}} {symbol} {{y}}",
        sympy=sympy,
        kinks=lambda x, y: (x - y,),
        because="a condition does not move",
        source=f"NumPy: {name}",
    )


less = _comparison("less", "<", ">", "StrictLessThan")
less_equal = _comparison("less_equal", "<=", ">=", "LessThan")
equal = _comparison("equal", "==", "==", "Equality")
not_equal = _comparison("not_equal", "!=", "!=", "Unequality")


def _where_shape(shapes: Sequence[Shape], params: Params) -> Shape:
    return broadcast(shapes, "choose between")


def _fold_where(args: tuple[Node, ...], params: Params) -> Node | None:
    condition, yes, no = args
    if not condition.is_boolean:
        raise SymgdError("the first argument of where is a condition", hint="write where(x > 0, a, b)")
    if condition.is_constant and yes.shape == no.shape:
        return yes if condition.value else no
    if condition.primitive is not_equal:  # one form for one choice: rules and series recognise equal
        return where.make((equal.make(condition.args), no, yes))
    return yes if yes is no and condition.shape == () else None


def _vjp_where(node: Node, t: Node, k: int) -> Node:
    condition, nothing = node.args[0], constant(0)
    if k == 0:
        return nothing  # a condition does not move
    return where.make((condition, t, nothing) if k == 1 else (condition, nothing, t))


def _where_code(node: Node, names: Sequence[str], printer: CodeWriter) -> str:
    """Write a choice; between two numbers it is of the inputs' type, which Python's numbers alone would not decide."""
    condition, *branches = names
    if all(arg.is_constant for arg in node.args[1:]):
        branches = [f"dtype.type({branch})" for branch in branches]
    return f"where({condition}, {', '.join(branches)})"


where: Primitive = elementwise(
    "where",
    arity=3,
    shape=_where_shape,
    fold=_fold_where,
    vjp=_vjp_where,
    layout=lambda node, printer: printer.cases(*(printer.written[arg] for arg in node.args)),
    code=_where_code,
    conditional=(1, 2),
    sign=lambda node, condition, yes, no: yes | no,
    range=lambda node, condition, yes, no: yes | no,
    sympy="Piecewise",
    because="only the branch that was taken moves",
    source="NumPy: where",
)

abs = elementwise(
    "abs",
    definition=lambda x: maximum(x, -x),
    derivative=lambda x, out: sign(x),
    reference="fabs",
    numpy="abs({x})",
    sympy="Abs",
    latex=r"\left|{x}\right|",
    kinks=lambda x: (x,),
    at_kink="abs'(0) = 0",
    sign=lambda node, x: (Sign.POSITIVE if x & Sign.NONZERO else Sign.NEVER) | (x & Sign.ZERO),
    range=lambda node, x: x.magnitude(),
    monotone=lambda node, x: (Monotone.INCREASING if x.low >= 0 else Monotone.DECREASING if x.high <= 0 else Monotone.UNKNOWN,),
    curvature=Curvature.CONVEX,
    aliases=("absolute", "fabs"),
    parity=Parity.EVEN,
    growth=Growth.LINEAR,
    because="the slope of |x| is the sign of x",
    source="NumPy: abs; subgradient 0 at the kink",
)

sign: Primitive = elementwise(
    "sign",
    definition=lambda x: where(x > 0, 1, where(x < 0, -1, 0)),
    derivative=lambda x, out: constant(0),
    reference="sign",
    sympy="sign",
    latex=r"\operatorname{{sign}}({x})",
    kinks=lambda x: (x,),
    at_kink="sign'(0) = 0",
    sign=lambda node, x: x,
    range=Interval(-1, 1),
    monotone=Monotone.INCREASING,
    parity=Parity.ODD,
    growth=Growth.LINEAR,
    because="the sign is constant on both sides of 0",
    source="NumPy: sign",
)

floor: Primitive = elementwise(
    "floor",
    derivative=lambda x, out: constant(0),
    reference="floor",
    sympy="floor",
    latex=r"\lfloor {x} \rfloor",
    kinks=lambda x: (x - floor(x),),
    at_kink="floor'(n) = 0 for whole n, where it jumps",
    monotone=Monotone.INCREASING,
    range=lambda node, x: Interval(x.low - 1, x.high),
    because="floor is constant between whole numbers",
    source="NumPy: floor",
)

ceil: Primitive = elementwise(
    "ceil",
    derivative=lambda x, out: constant(0),
    reference="ceil",
    sympy="ceiling",
    latex=r"\lceil {x} \rceil",
    kinks=lambda x: (x - floor(x),),
    at_kink="ceil'(n) = 0 for whole n, where it jumps",
    monotone=Monotone.INCREASING,
    range=lambda node, x: Interval(x.low, x.high + 1),
    because="ceil is constant between whole numbers",
    source="NumPy: ceil",
)

heaviside = elementwise(
    "heaviside",
    definition=lambda x, at_zero: where(x < 0, 0, where(x > 0, 1, at_zero)),
    derivative=(lambda x, at_zero, out: constant(0), lambda x, at_zero, out: where(equal(x, 0), 1, 0)),
    defaults=(Fraction(1, 2),),
    numpy="heaviside({x}, {y})",
    sympy="Heaviside",
    latex=r"\operatorname{{heaviside}}({x}, {y})",
    kinks=lambda x, at_zero: (x,),
    at_kink="heaviside'(0) = 0, where it jumps",
    because="a step is constant on both sides",
    source="NumPy: heaviside",
)

maximum: Primitive = elementwise(
    "maximum",
    definition=lambda x, y: where(y < x, x, y),
    derivative=(lambda x, y, out: where(y < x, 1, 0), lambda x, y, out: where(y < x, 0, 1)),
    numpy="maximum({x}, {y})",
    sympy="Max",
    latex=r"\max({x}, {y})",
    kinks=lambda x, y: (x - y,),
    at_kink="at a tie maximum passes the whole adjoint to its second argument",
    sign=lambda node, x, y: _sign_max(x, y),
    range=lambda node, x, y: _range_max(x, y),
    monotone=(Monotone.INCREASING, Monotone.INCREASING),
    curvature=Curvature.CONVEX,
    because="only the larger argument moves the maximum",
    source="NumPy: maximum",
)

minimum = elementwise(
    "minimum",
    definition=lambda x, y: where(x < y, x, y),
    derivative=(lambda x, y, out: where(x < y, 1, 0), lambda x, y, out: where(x < y, 0, 1)),
    numpy="minimum({x}, {y})",
    sympy="Min",
    latex=r"\min({x}, {y})",
    kinks=lambda x, y: (x - y,),
    at_kink="at a tie minimum passes the whole adjoint to its second argument",
    sign=lambda node, x, y: _sign_max(x.negated(), y.negated()).negated(),
    range=lambda node, x, y: -_range_max(-x, -y),
    monotone=(Monotone.INCREASING, Monotone.INCREASING),
    curvature=Curvature.CONCAVE,
    because="only the smaller argument moves the minimum",
    source="NumPy: minimum",
)

relu = elementwise(
    "relu",
    definition=lambda x: maximum(x, 0),
    recognise="always",
    derivative=lambda x, out: where(x > 0, 1, 0),
    numpy="maximum({x}, 0)",
    latex=r"\operatorname{{relu}}({x})",
    kinks=lambda x: (x,),
    at_kink="relu'(0) = 0",
    sign=lambda node, x: (x & Sign.POSITIVE) | (Sign.ZERO if x & Sign.NONPOSITIVE else Sign.NEVER),
    range=lambda node, x: _range_max(x, Interval(0, 0)),
    monotone=Monotone.INCREASING,
    curvature=Curvature.CONVEX,
    because="the rectifier passes what is positive and stops the rest",
    source="Nair & Hinton, ICML 2010",
)


def _sign_max(x: Sign, y: Sign) -> Sign:
    """The sign of the larger of two numbers: combine every sign of one with every sign of the other."""
    single = (Sign.NEGATIVE, Sign.ZERO, Sign.POSITIVE)
    result = Sign.NEVER
    for a in single:
        for b in single:
            if x & a and y & b:
                result |= max(a, b)
    return result


def _range_max(x: Interval, y: Interval) -> Interval:
    low, closed_low = max((x.low, not x.open_low), (y.low, not y.open_low))
    high, closed_high = max((x.high, not x.open_high), (y.high, not y.open_high))
    return Interval(low, high, not closed_low, not closed_high)


@function("mod", "remainder")
def mod(x: Operand, y: Operand) -> Node:
    """Return the remainder x − y·⌊x/y⌋, entry by entry, which has the sign of y.

    Parameters
    ----------
    x, y : Operand
        Of shapes that broadcast together. The entries of `y` are not 0.

    Returns
    -------
    Node
        Of the shape to which `x` and `y` broadcast.

    Raises
    ------
    DomainError
        If `y` is the number 0.
    ShapeError
        If the shapes do not broadcast.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivatives are 1 and −⌊x/y⌋. The remainder jumps where x/y is a whole number, and the same derivatives are taken there.
    In NumPy: ``numpy.mod``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.scalar("x"), sg.scalar("y")
    >>> sg.mod(x, y), sg.gradient(sg.mod(x, y), [x, y])
    (x - y*floor(x/y), [1, -floor(x/y)])
    """
    x, y = as_node(x), as_node(y)
    result: Node = x - y * floor(x / y)
    return result


@function("clip")
def clip(x: Operand, low: Operand, high: Operand) -> Node:
    """Return min(max(x, low), high), entry by entry.

    Parameters
    ----------
    x : Operand
        Of any shape.
    low, high : Operand
        The bounds, of shapes that broadcast with that of `x`.

    Returns
    -------
    Node
        Of the shape to which `x`, `low` and `high` broadcast.

    Raises
    ------
    ShapeError
        If the shapes do not broadcast.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative in x is 1 between the bounds and 0 outside. At a bound, the bound receives the whole adjoint, so the
    derivative in x is 0. In NumPy: ``numpy.clip``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.scalar("x")
    >>> sg.clip(x, -1, 1)
    minimum(maximum(x, -1), 1)
    >>> slope = sg.lambdify(x, sg.gradient(sg.clip(x, -1, 1), x))
    >>> [float(slope(value)) for value in (-2.0, 0.5, 1.0)]
    [0.0, 1.0, 0.0]
    """
    return minimum(maximum(as_node(x), as_node(low)), as_node(high))
