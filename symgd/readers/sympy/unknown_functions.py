"""Functions that no declaration describes: undefined ones, f(x), and those of SymPy that know their own derivative.

An undefined function keeps its name, and so do its derivatives: f′, f″, ∂f/∂x₂. It has no values, so it cannot be compiled.
A function of SymPy with an ``fdiff`` becomes a record made on the spot: its derivative is SymPy's, its values are mpmath's,
its code is what SymPy's printer writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import sympy as sp
from sympy.core.function import AppliedUndef, ArgumentIndexError
from sympy.utilities.lambdify import MPMATH_TRANSLATIONS

from symgd.errors import AmbiguityError, UnsupportedError, shown
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.exact import SYMPY_FUNCTIONS
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS, Primitive, made_once
from symgd.graph.shape import broadcast
from symgd.graph.symbol_facts import check_name
from symgd.graph.text_printer import ATOM, Printer, Written
from symgd.graph.traversal import substitute
from symgd.primitives.arithmetic import mul

__all__ = [
    "UNDEFINED",
    "apply_undefined",
    "derivative_of_undefined",
    "entries_in",
    "function_called",
    "function_of_lists",
    "function_of_sympy",
    "structure_of",
]


# -- undefined functions --------------------------------------------------------------------------------------


def _vjp(node: Node, t: Node, k: int) -> Node:
    name, orders = node.params
    raised = tuple(order + (j == k) for j, order in enumerate(orders))
    return mul.make((t, UNDEFINED.make(node.args, (name, raised))))


def _layout(node: Node, printer: Printer) -> Written:
    name, orders = node.params
    arguments = [printer.written[arg].text for arg in node.args]
    return Written(f"{_title(name, orders, printer)}({', '.join(arguments)})", ATOM)


def _title(name: str, orders: Sequence[int], printer: Printer) -> str:
    """f, f′, f″, f⁽⁴⁾; ∂₁f, ∂₁∂₂²f for several arguments."""
    title = printer.name(name).text
    return printer.derivative(title, orders)


def _refuse_code(node: Node) -> str:
    raise UnsupportedError(f"{node.params[0]} is not defined, so it has no values", hint="substitute a formula for it first")


def _undefined() -> Primitive:
    """Return the record of undefined functions, for pickles."""
    return UNDEFINED


UNDEFINED = Primitive(
    name="undefined",
    is_elementwise=True,
    shape=lambda shapes, params: broadcast(shapes, "apply a function to"),
    vjp=_vjp,
    layout=_layout,
    code=lambda node, names, printer: _refuse_code(node),
    because="the slope of an undefined function keeps its name",
    source="the chain rule",
    made_by=(_undefined, ()),
)


def apply_undefined(expression: Any, args: Sequence[Node]) -> Node:
    """Return f(x) for SymPy's undefined function."""
    name = check_name(str(expression.func.__name__))
    if name in FUNCTIONS:  # it would be printed as the function, and read back as it
        raise UnsupportedError(f"{name[:40]} is undefined in SymPy and a function in symgd", hint="give it another name")
    return UNDEFINED.make(tuple(args), (name, (0,) * len(args)))


def derivative_of_undefined(function: Any, counts: dict[Any, int], args: Sequence[Node]) -> Node:
    """Return a derivative of f(x, y) with respect to its own arguments, each so many times."""
    orders = tuple(int(counts.get(argument, 0)) for argument in function.args)
    return UNDEFINED.make(tuple(args), (check_name(str(function.func.__name__)), orders))


def undefined_to_sympy(node: Node, args: Sequence[Any]) -> Any:
    """Return f(x) or a derivative of it in SymPy."""
    name, orders = node.params
    function = sp.Function(name)
    if not any(orders):
        return function(*args)
    if all(arg.is_Symbol for arg in args) and len(set(args)) == len(args):
        return sp.Derivative(function(*args), *((arg, n) for arg, n in zip(args, orders, strict=True) if n))
    moved = [(arg, n) for arg, n in zip(args, orders, strict=True) if n]
    if len({arg for arg, _ in moved}) < len(moved) and len({n for _, n in moved}) > 1:  # SymPy's Subs forgets which is which
        raise UnsupportedError(f"SymPy cannot tell the derivatives of {name} in equal arguments apart", hint="use two inputs")
    dummies = [sp.Dummy(f"xi_{k}", real=True) if n else arg for k, (arg, n) in enumerate(zip(args, orders, strict=True))]
    places = [d for d, n in zip(dummies, orders, strict=True) if n]
    slope = sp.Derivative(function(*dummies), *((d, n) for d, n in zip(dummies, orders, strict=True) if n))
    return sp.Subs(slope, places, [arg for arg, _ in moved])


_IN_SCIPY = {
    ("erfi", 1): "erfi({x})",
    ("Ei", 1): "expi({x})",
    ("Si", 1): "sici({x})[0]",
    ("Ci", 1): "sici({x})[1]",
    ("Shi", 1): "shichi({x})[0]",
    ("Chi", 1): "shichi({x})[1]",
    ("elliptic_k", 1): "ellipk({x})",
    ("elliptic_e", 1): "ellipe({x})",
    ("legendre", 2): "eval_legendre({x}, {y})",
    ("chebyshevt", 2): "eval_chebyt({x}, {y})",
    ("chebyshevu", 2): "eval_chebyu({x}, {y})",
    ("laguerre", 2): "eval_laguerre({x}, {y})",
}
"""Functions that SciPy defines as SymPy does, and that SymPy's printer does not know."""

_BRANCH_POINTS: dict[tuple[str, int], int] = {("polylog", 2): 1, ("lerchphi", 3): 0}
"""Functions Σ zᵏ/(a + k)ˢ, with the argument z: they are real up to z = 1, and have no derivatives there."""

_WITHOUT_SLOPE = (sp.stieltjes,)
"""Functions that are read for their values: the coefficients of expansions have them."""

_OF_WHOLE_ORDER = {"expint": "expn", "hermite": "eval_hermite"}
"""Functions that SciPy has for orders 0, 1, 2, … only."""


_HYPERGEOMETRIC = {((0, 0), (0,), 0): "hyp2f1", ((0,), (0,), 0): "hyp1f1", ((), (0,), 0): "hyp0f1"}
"""The hypergeometric functions that SciPy has."""


def _hypergeometric(node: Node, names: Sequence[str], function: str | None) -> str:
    if function is None:
        raise UnsupportedError(
            f"{shown(node)} has no code: SciPy has the hypergeometric functions 2F1, 1F1 and 0F1 alone",
            hint="it can be derived and checked, but not compiled",
        )
    return f"{function}({', '.join(names)})"


def _associated_legendre(node: Node, names: Sequence[str]) -> str:
    degree, order, x = names
    m = node.args[1]
    if not m.is_exact or not isinstance(m.value, int):
        raise UnsupportedError(
            "assoc_legendre has code for whole orders only", hint="it can be derived and checked, but not compiled"
        )
    return f"lpmv({order}, {degree}, {x})"


def _of_whole_order(node: Node, names: Any, function: str) -> str:
    order = node.args[0]
    if not order.is_exact or not isinstance(order.value, int) or order.value < 0:
        raise UnsupportedError(
            f"{node.primitive.name} has code for whole orders only", hint="it can be derived and checked, but not compiled"
        )
    return f"{function}({names[0]}, {names[1]})"


def _code_of(name: str, called: str | None) -> Callable[[Node, Sequence[str], Any], str] | None:
    if name == "assoc_legendre":
        return lambda node, names, printer: _associated_legendre(node, names)
    return None if called is None else lambda node, names, printer: _of_whole_order(node, names, called)


# -- functions of SymPy ---------------------------------------------------------------------------------------


@made_once
def function_of_sympy(kind: Any, arity: int) -> Primitive | None:
    """Return a record for a SymPy function that knows its derivative, or None."""
    if not isinstance(kind, type) or not issubclass(kind, sp.Function) or issubclass(kind, AppliedUndef):
        return None
    variables = [sp.Symbol(f"argument_{k}", real=True) for k in range(arity)]
    try:
        example = kind(*variables)
    except Exception:  # SymPy raises many kinds
        return None
    if not isinstance(example, kind):
        return None
    rules = tuple(_slope(example, variables, k) for k in range(arity))
    if all(rule is None for rule in rules) and kind not in _WITHOUT_SLOPE:
        return None
    name = kind.__name__
    called = _OF_WHOLE_ORDER.get(name)
    spelling = _IN_SCIPY.get((name, arity), "")
    function = "lpmv" if name == "assoc_legendre" else called or spelling.partition("(")[0]
    branch = _BRANCH_POINTS.get((name, arity))
    return Primitive(
        name=name,
        is_elementwise=True,
        arity=arity,
        shape=lambda shapes, params: broadcast(shapes, name),
        derivative=rules,
        precise=_precise(kind),
        sympy=name,
        domain=Sign.ANY if branch is None else lambda node: [(node.args[branch], Interval(high=1))],
        kinks=None if branch is None else lambda *args: cast("Node", (1 - args[branch],)),
        at_kink="" if branch is None else f"{name} has no slope at 1",
        numpy=spelling,
        code=_code_of(name, called),
        imports=(f"scipy.special:{function}", f"cupyx.scipy.special:{function}") if function else (),
        latex="",
        accuracy=1e-10,
        because=f"SymPy knows the slope of {name}",
        source=f"SymPy: {name}.fdiff",
        made_by=(function_of_sympy, (kind, arity)),
    )


# -- functions with lists of arguments --------------------------------------------------------------------------

Structure = tuple[Any, ...]
"""Which arguments are lists: 0 for a formula, a tuple for a list, as in ((0, 0), (0,), 0) of 2F1."""


def structure_of(expression: Any) -> Structure:
    """Return which arguments of a hypergeometric function are lists."""
    return tuple(structure_of(arg) if isinstance(arg, sp.Tuple) else 0 for arg in expression.args)


def entries_in(expression: Any) -> list[Any]:
    """Return the arguments of a hypergeometric function, those in lists one by one."""
    return [entry for arg in expression.args for entry in (entries_in(arg) if isinstance(arg, sp.Tuple) else [arg])]


@made_once
def function_of_lists(kind: Any, structure: Structure) -> Primitive:
    """Return a record for SymPy's hyper or meijerg, which know the derivative in their last argument.

    Parameters
    ----------
    kind : type
    structure : tuple
    """
    title = f"{kind.__name__}{structure}"
    variables = [sp.Symbol(f"argument_{k}", real=True) for k in range(_count(structure))]

    def make(*entries: Any) -> Any:
        return kind(*_nested(structure, iter(entries)))

    def precise(mp: Any, *numbers: Any) -> Any:
        return _evaluated(make, numbers)

    def layout(node: Node, printer: Printer) -> Written:
        parts = _nested(structure, iter([printer.written[arg].text for arg in node.args]))
        return Written(f"{kind.__name__}({', '.join(map(_bracketed, parts))})", ATOM)

    SYMPY_FUNCTIONS[title] = make
    function = _HYPERGEOMETRIC.get(structure) if kind is sp.hyper else None
    example = make(*variables)
    slope = _slope(example, variables, len(structure) - 1) if isinstance(example, kind) else None
    return Primitive(
        name=kind.__name__,
        is_elementwise=True,
        arity=len(variables),
        shape=lambda shapes, params: broadcast(shapes, kind.__name__),
        derivative=(*(None for _ in variables[1:]), slope),
        precise=precise,
        sympy=title,
        layout=layout,
        code=lambda node, names, printer: _hypergeometric(node, names, function),
        imports=(f"scipy.special:{function}", f"cupyx.scipy.special:{function}") if function else (),
        accuracy=1e-10,
        because=f"SymPy knows the slope of {kind.__name__}",
        source=f"SymPy: {kind.__name__}.fdiff",
        made_by=(function_of_lists, (kind, structure)),
    )


def _count(structure: Structure) -> int:
    return sum(_count(part) if isinstance(part, tuple) else 1 for part in structure)


def _nested(structure: Structure, entries: Iterator[Any]) -> list[Any]:
    return [_nested(part, entries) if isinstance(part, tuple) else next(entries) for part in structure]


def _bracketed(part: Any) -> str:
    return part if isinstance(part, str) else f"[{', '.join(map(_bracketed, part))}]"


def function_called(name: str) -> Primitive | None:
    """Return the record of the SymPy function of this name, or None."""
    kind = getattr(sp, name, None) if name.isidentifier() else None
    if not isinstance(kind, type) or not issubclass(kind, sp.Function):
        return None
    return next((found for arity in (1, 2, 3, 4) if (found := function_of_sympy(kind, arity)) is not None), None)


def _slope(example: Any, variables: Sequence[Any], k: int) -> Callable[..., Node] | None:
    """Return the derivative in argument k as a rule, or None where SymPy does not know it in closed form."""
    try:
        slope = example.fdiff(k + 1)
    except (ArgumentIndexError, NotImplementedError, ValueError, TypeError, AttributeError):
        return None
    if slope is None or slope.has(sp.Derivative, sp.Subs, sp.Integral, sp.Sum, sp.zoo, sp.nan):
        return None

    def rule(*args: Node) -> Node:
        body: Node = as_node(slope)
        inputs = [as_node(variable) for variable in variables]
        (result,) = substitute([body], dict(zip(inputs, args, strict=False)))
        return result

    return rule


def _precise(kind: Any) -> Callable[..., Any]:
    name = MPMATH_TRANSLATIONS.get(kind.__name__, kind.__name__)

    def precise(mp: Any, *numbers: Any) -> Any:
        function = getattr(mp, name, None)
        if function is not None:
            value = function(*numbers)
        else:
            value = _evaluated(kind, numbers)
        if isinstance(value, mpmath.mpc) and abs(value.imag) <= abs(value.real) * mpmath.mpf(10) ** (5 - mpmath.mp.dps):
            return value.real
        return value

    return precise


def _evaluated(make: Callable[..., Any], numbers: Sequence[Any]) -> Any:
    """Return the value of a SymPy function in mpmath's current precision."""
    digits, bits = mpmath.mp.dps, mpmath.mp.prec
    with mpmath.exclusive:  # SymPy sets the precision of the process meanwhile
        exact = make(*(sp.Float(number, digits + 5) for number in numbers))
        return mpmath.convert(sp.N(exact, digits)._to_mpmath(bits))


def refuse_matrix(expression: Any, args: Sequence[Node]) -> None:
    """Refuse a scalar function of a matrix, which has two readings.

    Raises
    ------
    AmbiguityError
    """
    name = type(expression).__name__
    if any(isinstance(arg, Node) and arg.rank == 2 for arg in args):
        hint = f"write matrix.applyfunc({name}) for the first" + (", symgd.expm for the second" if name == "exp" else "")
        raise AmbiguityError(f"{name} of a matrix", "entry by entry", "the matrix function", hint)
