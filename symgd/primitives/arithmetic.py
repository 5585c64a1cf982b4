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
from symgd.graph.node import CONSTANT, Node, constant
from symgd.graph.primitive import Params, elementwise, lookup
from symgd.graph.text_printer import ATOM, Printer, Written
from symgd.primitives.exact_numbers import MAX_DIGITS, check_digits, exact_root, exact_value, round_digits, split_exact
from symgd.primitives.power_facts import (
    because_pow,
    curvature_pow,
    domain_pow,
    lowered,
    monotone_pow,
    range_pow,
    sign_of_square,
    sign_pow,
    vanishing_of_pow,
)
from symgd.primitives.product_layout import factors_of_product, is_divisor, write_power, write_product
from symgd.primitives.stretched_operands import full_rank, widest_first

__all__ = ["add", "is_divisor", "mul", "pow", "split_product"]


# -- sum ------------------------------------------------------------------------------------------------------


def _fold_add(args: tuple[Node, ...], params: Params) -> Node | None:
    for arg in args:
        if arg.primitive is CONSTANT:
            break
    else:
        return args[0] if len(args) == 1 else None
    numbers, rest = split_exact(args)
    total: int | Fraction = sum(numbers)
    if not numbers or (len(numbers) == 1 and total != 0 and rest):
        return args[0] if len(args) == 1 else None
    if not rest:
        return constant(total)
    if total != 0:
        rest.append(constant(total))
    return add.make(tuple(rest))


def _layout_add(node: Node, printer: Printer) -> Written:
    if node.rank < 2:
        return printer.sum([_signed(arg, printer) for arg in node.args])
    terms = [(arg, *_signed(arg, printer)) for arg in widest_first(node.args, node.shape)]
    return printer.sum([(minus, full_rank(arg, text, node.args, node.shape, printer)) for arg, minus, text in terms])


def _signed(term: Node, printer: Printer) -> tuple[bool, Written]:
    """Return whether a term is subtracted, and what."""
    if term in printer.names:
        return False, printer.written[term]
    value = exact_value(term)
    if value is not None:
        return value < 0, printer.number(abs(value) if isinstance(value, int) else abs(Fraction(value)))
    if term.is_constant and isinstance(term.value, float) and term.value < 0:
        return True, printer.number(-term.value)
    if term.primitive is mul and printer.written[term].binds != ATOM:
        coefficient = Fraction(1)
        for arg in factors_of_product(term, printer):
            coefficient *= exact_value(arg) or 1
        if coefficient < 0:
            return True, write_product(term, printer, -1)
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
    numbers, rest = split_exact(args)
    total: int | Fraction = math.prod(numbers)
    if not numbers or (len(numbers) == 1 and total != 1 and rest):
        if len(args) == 1:
            return args[0]
        if numbers and len(rest) == 1 and rest[0].primitive is mul and exact_value(rest[0].args[0]) is not None:
            return mul.make((constant(total), *rest[0].args))
        return None
    if not rest:
        check_digits(total)
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
        value = exact_value(arg)
        if value is not None:
            coefficient *= value
            continue
        exponent = exact_value(arg.args[1]) if arg.primitive is pow else None
        if exponent is not None and exponent < 0:
            below.append(pow.make((arg.args[0], constant(-exponent))))
        else:
            above.append(arg)
    return coefficient, above, below


def _sign_mul(node: Node, *signs: Sign) -> Sign:
    total = Sign.POSITIVE
    if len(set(node.args)) < len(node.args):  # x·x is a square
        known = dict(zip(node.args, signs, strict=True))
        signs = tuple(sign_of_square(sign) if node.args.count(arg) % 2 == 0 else sign for arg, sign in known.items())
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
    layout=write_product,
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
    n = exact_value(exponent)
    if n is None:
        return None
    if n == 1:
        return base
    if n == 0:
        return constant(1) if not base.shape else lookup("broadcast").make((constant(1),), (base.shape,))
    b = exact_value(base)
    if b is None:
        if isinstance(n, int) and base.primitive is pow:
            inner = exact_value(base.args[1])
            if isinstance(inner, int) and inner > 0:
                return pow.make((base.args[0], constant(inner * n)))
        if n == -1 and base.primitive is mul and any(exact_value(arg) is not None for arg in base.args):
            coefficient, _, _ = split_product(base)
            if coefficient == 0:
                raise DomainError("division by zero", hint="the formula has no value here")
            rest = tuple(arg for arg in base.args if exact_value(arg) is None)
            return mul.make((constant(1 / coefficient), pow.make((mul.make(rest), exponent))))
        return None
    if b == 0 and n < 0:
        raise DomainError("division by zero", hint="the formula has no value here")
    if isinstance(n, int):
        digits = min(abs(n), 10**30) * math.log10(max(abs(Fraction(b).numerator), Fraction(b).denominator))
        if digits > MAX_DIGITS:
            raise SymgdError(
                f"a constant power would have about {round_digits(digits)} digits",
                hint=f"constants are computed exactly, up to {MAX_DIGITS:,} digits; use logarithms",
            )
        return constant(Fraction(b) ** n)
    if b < 0:
        raise DomainError(
            f"({b})**({n}) is not a real number", hint="a fractional power needs a base ≥ 0; for odd roots use cbrt(x)"
        )
    root = exact_root(Fraction(b), n.denominator)
    return None if root is None else pow.make((constant(root), constant(n.numerator)))


def _derivative_of_base(x: Node, n: Node, out: Node) -> Node:
    value = exact_value(n)
    if value is not None:
        return n * x ** (value - 1)
    return n * pow.make((x, lowered(n)))


def _derivative_of_exponent(x: Node, n: Node, out: Node) -> Node:
    return out * lookup("log").make((x,))


def _layout_pow(node: Node, printer: Printer) -> Written:
    base, exponent = node.args
    n = exact_value(exponent)
    if n is None:
        return printer.power(printer.written[base], printer.written[exponent], node.rank)
    if n < 0:
        return printer.product(Fraction(1), [], [], [write_power(base, printer, -n)])
    return write_power(base, printer, n)


pow = elementwise(
    "pow",
    derivative=(_derivative_of_base, _derivative_of_exponent),
    fold=_fold_pow,
    layout=_layout_pow,
    sign=sign_pow,
    range=range_pow,
    domain=domain_pow,
    curvature=curvature_pow,
    strict=True,
    monotone=monotone_pow,
    vanishes_with=vanishing_of_pow,
    sympy="Pow",
    aliases=("power", "float_power"),
    because=because_pow,
    source="the power rule",
)
