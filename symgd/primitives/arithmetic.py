"""Sums, products and powers: the three operations in which all other arithmetic is written.

Subtraction is ``a + (-1)*b``, division ``a * b**(-1)``, a root a rational power; so a rule about sums is a rule
about differences. Exact rational constants are computed when a node is built.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from symgd.errors import DomainError, SymgdError
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign, sign_of_product, sign_of_sum
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import CONSTANT, Node, constant
from symgd.graph.primitive import Params, elementwise, function, lookup
from symgd.graph.text_printer import ATOM, Printer, Written

__all__ = ["add", "is_divisor", "mul", "pow", "split_product", "sqrt"]

MAX_DIGITS = 10_000


def _exact_value(node: Node) -> int | Fraction | None:
    return node.params[1] if node.primitive is CONSTANT and node.params[0] == "exact" else None


def _split_exact(args: Sequence[Node]) -> tuple[list[int | Fraction], list[Node]]:
    """Split arguments into exact numbers and the rest."""
    numbers: list[int | Fraction] = []
    rest: list[Node] = []
    for arg in args:
        value = _exact_value(arg)
        if value is None:
            rest.append(arg)
        else:
            numbers.append(value)
    return numbers, rest


def is_divisor(factor: Node) -> bool:
    """Whether a factor is an exact negative power: what a product is divided by."""
    exponent = _exact_value(factor.args[1]) if factor.primitive is pow else None
    return exponent is not None and exponent < 0


# -- sum ------------------------------------------------------------------------------------------------------


def _fold_add(args: tuple[Node, ...], params: Params) -> Node | None:
    for arg in args:
        if arg.primitive is CONSTANT:
            break
    else:
        return args[0] if len(args) == 1 else None
    numbers, rest = _split_exact(args)
    total: int | Fraction = sum(numbers)
    if not numbers or (len(numbers) == 1 and total != 0 and rest):
        return args[0] if len(args) == 1 else None
    if not rest:
        return constant(total)
    if total != 0:
        rest.append(constant(total))
    return add.make(tuple(rest))


def _layout_add(node: Node, printer: Printer) -> Written:
    return printer.sum([_signed(arg, printer) for arg in node.args])


def _signed(term: Node, printer: Printer) -> tuple[bool, Written]:
    """Return whether a term is subtracted, and what."""
    if term in printer.names:
        return False, printer.written[term]
    value = _exact_value(term)
    if value is not None:
        return value < 0, printer.number(abs(value) if isinstance(value, int) else abs(Fraction(value)))
    if term.is_constant and isinstance(term.value, float) and term.value < 0:
        return True, printer.number(-term.value)
    if term.primitive is mul and printer.written[term].binds != ATOM:
        coefficient = Fraction(1)
        for arg in _factors(term, printer):
            coefficient *= _exact_value(arg) or 1
        if coefficient < 0:
            return True, _write_product(term, printer, -1)
    return False, printer.written[term]


def _sign_add(node: Node, *signs: Sign) -> Sign:
    total = Sign.ZERO
    for sign in signs:
        total = sign_of_sum(total, sign)
    return total


def _range_add(node: Node, *ranges: Interval) -> Interval:
    total = Interval(0, 0)
    for interval in ranges:
        total = total + interval
    return total


add = elementwise(
    "add",
    arity="any",
    derivative=(lambda *args: constant(1),),
    fold=_fold_add,
    vjp=lambda node, t, k: t,
    layout=_layout_add,
    sign=_sign_add,
    range=_range_add,
    curvature=Curvature.AFFINE,
    monotone=lambda node, *x: (Monotone.INCREASING,) * len(x),
    linear_in="each",
    sympy="Add",
    because="a sum passes its adjoint on to every term",
    source="the sum rule",
)


# -- product --------------------------------------------------------------------------------------------------


def _fold_mul(args: tuple[Node, ...], params: Params) -> Node | None:
    for arg in args:
        if arg.primitive is CONSTANT:
            break
    else:
        return args[0] if len(args) == 1 else None
    numbers, rest = _split_exact(args)
    total: int | Fraction = math.prod(numbers)
    if not numbers or (len(numbers) == 1 and total != 1 and rest):
        if len(args) == 1:
            return args[0]
        if numbers and len(rest) == 1 and rest[0].primitive is mul and _exact_value(rest[0].args[0]) is not None:
            return mul.make((constant(total), *rest[0].args))
        return None
    if not rest:
        _check_digits(total)
        return constant(total)
    if total != 1:
        rest.insert(0, constant(total))
    return mul.make(tuple(rest))


def _vjp_mul(node: Node, t: Node, k: int) -> Node:
    if len(node.args) == 2:
        return mul.make((t, node.args[1 - k]))
    before, after = node.args[:k], node.args[k + 1 :]
    return mul.make((t, *_running(before, False), *_running(after, True)))


def _running(factors: tuple[Node, ...], from_right: bool) -> tuple[Node, ...]:
    """Multiply factors one after the other, so that prefixes (suffixes) are shared between the partials of one product."""
    if not factors:
        return ()
    ordered = factors[::-1] if from_right else factors
    total = ordered[0]
    for factor in ordered[1:]:
        total = mul.make((factor, total) if from_right else (total, factor))
    return (total,)


def split_product(node: Node) -> tuple[Fraction, list[Node], list[Node]]:
    """Split a product into its exact coefficient, its factors, and the factors below the line."""
    coefficient = Fraction(1)
    above: list[Node] = []
    below: list[Node] = []
    for arg in node.args if node.primitive is mul else (node,):
        value = _exact_value(arg)
        if value is not None:
            coefficient *= value
            continue
        exponent = _exact_value(arg.args[1]) if arg.primitive is pow else None
        if exponent is not None and exponent < 0:
            below.append(pow.make((arg.args[0], constant(-exponent))))
        else:
            above.append(arg)
    return coefficient, above, below


def _factors(node: Node, printer: Printer) -> list[Node]:
    """Return the factors of a product, those of products inside it included, unless they go by a name."""
    factors: list[Node] = []
    stack = list(node.args[::-1]) if node.primitive is mul else [node]
    while stack:
        factor = stack.pop()
        if factor.primitive is mul and printer.written[factor].binds != ATOM:
            stack.extend(factor.args[::-1])
        else:
            factors.append(factor)
    return factors


def _write_product(node: Node, printer: Printer, times: int = 1) -> Written:
    coefficient = Fraction(times)
    scalars: list[Written] = []
    tensors: list[Written] = []
    ranks: list[int] = []
    below: list[Written] = []
    for arg in _factors(node, printer):
        value = _exact_value(arg)
        exponent = _exact_value(arg.args[1]) if arg.primitive is pow and arg not in printer.names else None
        if value is not None:
            coefficient *= value
        elif exponent is not None and exponent < 0:
            below.append(_write_power(arg.args[0], printer, -exponent))
        elif arg.shape:
            tensors.append(printer.written[arg])
            ranks.append(arg.rank)
        else:
            scalars.append(printer.written[arg])
    scaled_rows = _scaled_rows(node, printer) if len(tensors) == 2 else None
    if scaled_rows is not None:
        tensors = [scaled_rows]
    elif (
        len(tensors) > 2 and len(set(ranks)) > 1
    ):  # the widest first, so that no two are both stretched when read from the left
        tensors = [tensors[k] for k in sorted(range(len(tensors)), key=lambda k: -ranks[k])]
    return printer.product(coefficient, scalars, tensors, below)


def _scaled_rows(node: Node, printer: Printer) -> Written | None:
    """Write v[:, None] * X as diag(v) X, where the notation has a form for it."""
    factors = [arg for arg in _factors(node, printer) if arg.shape]
    for column, matrix in (factors, factors[::-1]) if len(factors) == 2 else ():
        is_column = column not in printer.names and column.primitive.name == "expand" and column.params == ((-1,),)
        if is_column and column.args[0].rank == 1 and matrix.rank == 2 and matrix.shape[1] != 1:
            return printer.scaled_rows(printer.written[column.args[0]], printer.written[matrix])
    return None


def _sign_of_square(sign: Sign) -> Sign:
    return (Sign.POSITIVE if sign & Sign.NONZERO else Sign.NEVER) | (sign & Sign.ZERO)


def _sign_mul(node: Node, *signs: Sign) -> Sign:
    total = Sign.POSITIVE
    if len(set(node.args)) < len(node.args):  # x·x is a square
        known = dict(zip(node.args, signs, strict=True))
        signs = tuple(_sign_of_square(sign) if node.args.count(arg) % 2 == 0 else sign for arg, sign in known.items())
    for sign in signs:
        total = sign_of_product(total, sign)
    return total


def _range_mul(node: Node, *ranges: Interval) -> Interval:
    if len(ranges) == 2 and node.args[0] is node.args[1]:
        return ranges[0].power(2)
    total = Interval(1, 1)
    for interval in ranges:
        total = total * interval
    return total


def _because_mul(node: Node, movers: Sequence[int]) -> str:
    if len(movers) == 1:
        return "a factor that does not move passes through"
    return "a product sends each factor the adjoint times the other factor" + ("s" if len(node.args) > 2 else "")


mul = elementwise(
    "mul",
    arity="any",
    derivative=(lambda x, y, out: y, lambda x, y, out: x),
    fold=_fold_mul,
    vjp=_vjp_mul,
    layout=_write_product,
    sign=_sign_mul,
    range=_range_mul,
    linear_in="each",
    is_weighted=True,
    vanishes_with="each",
    sympy="Mul",
    aliases=("multiply",),
    because=_because_mul,
    source="the product rule",
)


# -- power ----------------------------------------------------------------------------------------------------


def _fold_pow(args: tuple[Node, ...], params: Params) -> Node | None:
    base, exponent = args
    n = _exact_value(exponent)
    if n is None:
        return None
    if n == 1:
        return base
    if n == 0:
        return constant(1) if not base.shape else lookup("broadcast").make((constant(1),), (base.shape,))
    b = _exact_value(base)
    if b is None:
        if isinstance(n, int) and base.primitive is pow:
            inner = _exact_value(base.args[1])
            if isinstance(inner, int) and inner > 0:
                return pow.make((base.args[0], constant(inner * n)))
        if n == -1 and base.primitive is mul and any(_exact_value(arg) is not None for arg in base.args):
            coefficient, _, _ = split_product(base)
            if coefficient == 0:
                raise DomainError("division by zero", hint="the formula has no value here")
            rest = tuple(arg for arg in base.args if _exact_value(arg) is None)
            return mul.make((constant(1 / coefficient), pow.make((mul.make(rest), exponent))))
        return None
    if b == 0 and n < 0:
        raise DomainError("division by zero", hint="the formula has no value here")
    if isinstance(n, int):
        digits = min(abs(n), 10**30) * math.log10(max(abs(Fraction(b).numerator), Fraction(b).denominator))
        if digits > MAX_DIGITS:
            raise SymgdError(
                f"a constant power would have about {_round_digits(digits)} digits",
                hint=f"constants are computed exactly, up to {MAX_DIGITS:,} digits; use logarithms",
            )
        return constant(Fraction(b) ** n)
    if b < 0:
        raise DomainError(
            f"({b})**({n}) is not a real number", hint="a fractional power needs a base ≥ 0; for odd roots use cbrt(x)"
        )
    root = _exact_root(Fraction(b), n.denominator)
    return None if root is None else pow.make((constant(root), constant(n.numerator)))


def _round_digits(digits: float) -> str:
    return f"{digits:,.0f}" if digits < 1e15 else "more than 10^15"


def _check_digits(value: int | Fraction) -> None:
    """Refuse products of constants that grow without bound."""
    number = Fraction(value)
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MAX_DIGITS * 3.33:
        raise SymgdError(f"a constant would have more than {MAX_DIGITS:,} digits")


def _exact_root(value: Fraction, degree: int) -> Fraction | None:
    """Return the exact root of a fraction ≥ 0, if it is a fraction."""
    parts = []
    for part in (value.numerator, value.denominator):
        if degree == 2:
            root = math.isqrt(part)
        else:
            root = round(part ** (1 / degree)) if part < 10**15 else 0
        if root**degree != part:
            return None
        parts.append(root)
    return Fraction(parts[0], parts[1])


def _derivative_of_base(x: Node, n: Node, out: Node) -> Node:
    value = _exact_value(n)
    if value is not None:
        return n * x ** (value - 1)
    return n * pow.make((x, n - 1))


def _derivative_of_exponent(x: Node, n: Node, out: Node) -> Node:
    return out * lookup("log").make((x,))


def _write_power(base: Node, printer: Printer, exponent: int | Fraction) -> Written:
    if exponent == 1:
        return printer.written[base]
    if exponent == Fraction(1, 2):
        return printer.root(printer.written[base])
    return printer.power(printer.written[base], printer.number(exponent), base.rank)


def _layout_pow(node: Node, printer: Printer) -> Written:
    base, exponent = node.args
    n = _exact_value(exponent)
    if n is None:
        return printer.power(printer.written[base], printer.written[exponent], node.rank)
    if n < 0:
        return printer.product(Fraction(1), [], [], [_write_power(base, printer, -n)])
    return _write_power(base, printer, n)


def _sign_pow(node: Node, x: Sign, n: Sign) -> Sign:
    value = _exact_value(node.args[1])
    if value is None:
        return Sign.POSITIVE if x.is_positive else Sign.NONNEGATIVE if x.is_nonnegative else Sign.ANY
    if isinstance(value, int) and value % 2 == 0:
        return _sign_of_square(x)
    if isinstance(value, int):
        return x
    return x & Sign.NONNEGATIVE


def _range_pow(node: Node, x: Interval, n: Interval) -> Interval:
    value = _exact_value(node.args[1])
    if not isinstance(value, int) or value == 0:
        return Interval()
    if value < 0:
        return x.power(-value).reciprocal()
    return x.power(value)


def _domain_pow(node: Node) -> list[tuple[Node, Sign | Interval]]:
    base, exponent = node.args
    value = _exact_value(exponent)
    if value is None:
        return []  # (-2)**3 is defined, whatever stands for the 3
    if isinstance(value, int):
        return [(base, Sign.NONZERO)] if value < 0 else []
    return [(base, Sign.POSITIVE if value < 0 else Sign.NONNEGATIVE)]


def _vanishing_of_pow(node: Node) -> tuple[int, ...]:
    """0ⁿ is 0 for n > 0; 0⁰ is 1."""
    exponent = node.args[1]
    value = _exact_value(exponent)
    is_positive = value > 0 if value is not None else exponent.is_symbol and exponent.facts.sign == Sign.POSITIVE
    return (0,) if is_positive else ()


def _curvature_pow(node: Node, x: Interval, n: Interval) -> Curvature:
    value = _exact_value(node.args[1])
    if value is None:
        base = _exact_value(node.args[0])
        if base == 1:  # 1ˣ is 1
            return Curvature.AFFINE
        return Curvature.CONVEX if base is not None and base > 0 else Curvature.UNKNOWN
    if value in (0, 1):
        return Curvature.AFFINE
    if isinstance(value, int) and value > 0 and value % 2 == 0:
        return Curvature.CONVEX
    if isinstance(value, int) and value < 0 and not (x.low > 0 or (x.low == 0 and x.open_low)):
        if x.high < 0 or (x.high == 0 and x.open_high):
            return Curvature.CONVEX if value % 2 == 0 else Curvature.CONCAVE
        return Curvature.UNKNOWN
    if isinstance(value, int) and value > 0 and x.high <= 0:
        return Curvature.CONCAVE
    if isinstance(value, int) and value > 0 and x.low < 0:
        return Curvature.UNKNOWN
    return Curvature.CONCAVE if 0 < value < 1 else Curvature.CONVEX


def _monotone_pow(node: Node, x: Interval, n: Interval) -> tuple[Monotone, ...]:
    value = _exact_value(node.args[1])
    if value is None:
        base = _exact_value(node.args[0])
        if base is None:
            return (Monotone.UNKNOWN, Monotone.UNKNOWN)
        return (Monotone.UNKNOWN, Monotone.INCREASING if base >= 1 else Monotone.DECREASING)
    up, down = (Monotone.INCREASING, Monotone.UNKNOWN), (Monotone.DECREASING, Monotone.UNKNOWN)
    if not isinstance(value, int) or x.low >= 0:
        return up if value > 0 else down
    if value > 0 and value % 2 == 1:
        return up
    if x.high <= 0:
        return down if (value > 0) == (value % 2 == 0) else up if value % 2 == 0 else down
    return (Monotone.UNKNOWN, Monotone.UNKNOWN)


def _because_pow(node: Node, movers: Sequence[int]) -> str:
    value = _exact_value(node.args[1])
    if value == 2:
        return "the slope of a square is twice its root"
    if value == -1:
        return "the slope of 1/x is −1/x²"
    if value == Fraction(1, 2):
        return "the slope of √x is 1/(2√x)"
    if value is not None:
        return "a power brings its exponent down"
    if 1 not in movers:
        return "a power brings its exponent down"
    return "a power brings its exponent down; an exponent brings the logarithm of the base"


pow = elementwise(
    "pow",
    derivative=(_derivative_of_base, _derivative_of_exponent),
    fold=_fold_pow,
    layout=_layout_pow,
    sign=_sign_pow,
    range=_range_pow,
    domain=_domain_pow,
    curvature=_curvature_pow,
    strict=True,
    monotone=_monotone_pow,
    vanishes_with=_vanishing_of_pow,
    sympy="Pow",
    aliases=("power", "float_power"),
    because=_because_pow,
    source="the power rule",
)


# -- spellings ------------------------------------------------------------------------------------------------


@function("sqrt")
def sqrt(x: Operand) -> Node:
    """Return the square root √x of every entry, which is the power 1/2.

    Parameters
    ----------
    x : Operand
        Of any shape. The entries are ≥ 0.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    DomainError
        If `x` is a negative number.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative is 1/(2·√x), which has no value at 0. In NumPy: ``numpy.sqrt``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.scalar("x")
    >>> sg.sqrt(x), sg.gradient(sg.sqrt(x), x)
    (sqrt(x), 1/(2*sqrt(x)))
    >>> sg.sqrt(8), sg.sqrt(9)
    (sqrt(8), 3)
    """
    return as_node(x) ** Fraction(1, 2)


@function("subtract")
def subtract(x: Operand, y: Operand) -> Node:
    """Return the difference x − y, entry by entry.

    Parameters
    ----------
    x, y : Operand
        Of shapes that broadcast together.

    Returns
    -------
    Node
        Of the shape to which `x` and `y` broadcast.

    Raises
    ------
    ShapeError
        If the shapes do not broadcast.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivatives are 1 and −1. In NumPy: ``numpy.subtract``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.scalar("x"), sg.scalar("y")
    >>> sg.subtract(x, y), sg.gradient(sg.subtract(x, y), [x, y])
    (x - y, [1, -1])
    """
    return as_node(x) - as_node(y)


@function("divide", "true_divide")
def divide(x: Operand, y: Operand) -> Node:
    """Return the quotient x / y, entry by entry.

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
    The derivatives are 1/y and −x/y². In NumPy: ``numpy.divide``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.scalar("x"), sg.scalar("y")
    >>> sg.divide(x, y), sg.gradient(sg.divide(x, y), [x, y])
    (x/y, [1/y, -x/y**2])
    """
    return as_node(x) / as_node(y)


@function("negative")
def negative(x: Operand) -> Node:
    """Return −x, entry by entry.

    Parameters
    ----------
    x : Operand
        Of any shape.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative is −1. In NumPy: ``numpy.negative``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.scalar("x")
    >>> sg.negative(x), sg.gradient(sg.negative(x), x)
    (-x, -1)
    """
    return -as_node(x)


@function("square")
def square(x: Operand) -> Node:
    """Return x², entry by entry.

    Parameters
    ----------
    x : Operand
        Of any shape.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative is 2x. In NumPy: ``numpy.square``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.square(x), sg.gradient(sg.sum(sg.square(x)), x)
    (x**2, 2*x)
    """
    return as_node(x) ** 2


@function("reciprocal")
def reciprocal(x: Operand) -> Node:
    """Return 1/x, entry by entry.

    Parameters
    ----------
    x : Operand
        Of any shape. The entries are not 0.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    DomainError
        If `x` is the number 0.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative is −1/x². In NumPy: ``numpy.reciprocal``, which divides integers without a fraction; symgd's result is exact.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.scalar("x")
    >>> sg.reciprocal(x), sg.gradient(sg.reciprocal(x), x)
    (1/x, -1/x**2)
    >>> sg.reciprocal(4)
    1/4
    """
    return as_node(x) ** -1
