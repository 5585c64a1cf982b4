"""Towards which sign a sum of powers, exponentials and logarithms tends at an end of the domain.

Towards +∞ every term behaves like c·e^(r(x))·x^a·(log x)^b with a polynomial r; such terms are ordered, and the largest
decides. An end at −∞ or at 0 is brought to +∞ by x → −x or x → 1/x.

References
----------
Hardy, *Orders of Infinity*, 1910.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.quotients import RING, Generator, Polynomial, Quotient, split_content
from symgd.primitives.error_function import erf

__all__ = ["limit_sign", "name_of_end"]

Order = tuple[tuple[Fraction, ...], Fraction, Fraction]
_DEGREES = 4
_NONE: tuple[Fraction, ...] = (Fraction(0),) * _DEGREES
FLAT: Order = (_NONE, Fraction(0), Fraction(0))


def limit_sign(
    elementary: Elementary, polynomial: Polynomial, end: str, sign_of_constant: Callable[[Polynomial], int | None]
) -> int | None:
    """Return the sign of the limit of a polynomial in the generators, or None where this ordering does not decide it.

    Parameters
    ----------
    elementary : Elementary
    polynomial : Polynomial
    end : {"+inf", "-inf", "0+", "0-"}
    sign_of_constant : callable
        The sign of a polynomial in generators that do not move.
    """
    totals: dict[Order, Polynomial] = {}
    for monomial, coefficient in polynomial.terms():
        order, factor = FLAT, RING.ground_new(coefficient)
        for slot, power in enumerate(monomial):
            if not power:
                continue
            generator = elementary.generators[slot]
            if not generator.moves:
                factor = factor * RING.term_new(tuple(power if k == slot else 0 for k in range(len(monomial))), RING.domain.one)
                continue
            growth = _order_of(elementary, generator, end)
            if growth is None:
                return None
            grows, leading = growth
            order = _combined(order, grows, power)
            if leading not in (1, -1) and power < 0:
                return None
            factor = factor * leading**power if leading != -1 else factor * (-1) ** (power % 2)
        totals[order] = totals.get(order, RING.zero) + factor
    for order in sorted(totals, reverse=True):
        if not totals[order]:
            if order > FLAT:
                return None  # the leading terms cancel, and what is left of them was not computed
            continue
        if order < FLAT:
            return 0
        return sign_of_constant(totals[order])
    return 0


def _combined(order: Order, other: Order, power: int) -> Order:
    return (
        tuple(a + b * power for a, b in zip(order[0], other[0], strict=True)),
        order[1] + other[1] * power,
        order[2] + other[2] * power,
    )


def _order_of(elementary: Elementary, generator: Generator, end: str) -> tuple[Order, int] | None:
    """Return how a generator grows, and with which factor (±1)."""
    if generator.kind == "variable":
        return (_NONE, Fraction(-1 if end[0] == "0" else 1), Fraction(0)), (-1 if end in ("-inf", "0-") else 1)
    argument = generator.argument
    if argument is None or argument.bottom:
        return None
    if generator.kind == "log":
        return _order_of_logarithm(elementary, argument, end)
    if generator.kind == "root":
        return _order_of_root(elementary, generator, argument, end)
    if generator.kind == "exp":
        return _order_of_exponential(elementary, argument, end)
    if generator.node.primitive is erf and end == "+inf" and limit_is_infinite(elementary, argument, end):
        return FLAT, 1
    return None


def limit_is_infinite(elementary: Elementary, argument: Quotient, end: str) -> bool:
    """Whether an argument is the variable itself, which tends to +∞."""
    return end == "+inf" and argument.top == elementary.generators[0].polynomial


def _order_of_logarithm(elementary: Elementary, argument: Quotient, end: str) -> tuple[Order, int] | None:
    if len(argument.top) == 1 and argument.top == elementary.generators[0].polynomial and end in ("+inf", "0+"):
        return (_NONE, Fraction(0), Fraction(1)), (-1 if end == "0+" else 1)
    content, monomial, rest = split_content(argument.top)
    if content == 1 and not any(monomial) and end == "+inf" and _is_monic_in_variable(elementary, rest):
        return (_NONE, Fraction(0), Fraction(1)), 1  # log(x + c) behaves like log x
    return None


def _is_monic_in_variable(elementary: Elementary, polynomial: Polynomial) -> bool:
    return elementary.in_use(polynomial) == elementary.generators[:1] and polynomial.degree(polynomial.ring.gens[0]) == 1


def _order_of_root(elementary: Elementary, generator: Generator, radicand: Quotient, end: str) -> tuple[Order, int] | None:
    if elementary.in_use(radicand.top) != elementary.generators[:1] or end == "0-":
        return None
    powers = {monomial[0]: coefficient for monomial, coefficient in radicand.top.terms()}
    leading = min(powers) if end[0] == "0" else max(powers)
    if powers[leading] != 1 or (end == "-inf" and leading % 2):
        return None
    degree = Fraction(leading, generator.order)
    return (_NONE, -degree if end[0] == "0" else degree, Fraction(0)), 1


def _order_of_exponential(elementary: Elementary, argument: Quotient, end: str) -> tuple[Order, int] | None:
    if any(generator is not elementary.generators[0] for generator in elementary.in_use(argument.top)):
        return None
    rates = list(_NONE)
    for monomial, coefficient in argument.top.terms():
        power = -monomial[0] if end[0] == "0" else monomial[0]
        if power > _DEGREES:
            return None
        if power > 0:
            value: Any = Fraction(int(coefficient.numerator), int(coefficient.denominator))
            rates[_DEGREES - power] += -value if end in ("-inf", "0-") and power % 2 else value
        elif power == 0:
            return None
    return (tuple(rates), Fraction(0), Fraction(0)), 1


def name_of_end(end: float | Fraction, from_above: bool) -> str | None:
    """Return how an end is called here, or None for a finite end other than 0."""
    if end == math.inf:
        return "+inf"
    if end == -math.inf:
        return "-inf"
    return ("0+" if from_above else "0-") if end == 0 else None
