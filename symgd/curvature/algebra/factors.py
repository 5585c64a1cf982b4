"""Irreducible factors of polynomials in generators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import QQ
from sympy.polys.polyerrors import BasePolynomialError
from sympy.polys.rings import PolyRing

from symgd.curvature.algebra.quotients import ONE, RING, Polynomial

__all__ = ["factors_of"]

MAX_FACTOR_TERMS = 80
MAX_FACTOR_DEGREE = 48


def factors_of(polynomial: Polynomial, used: Sequence[int]) -> list[tuple[Polynomial, int]]:
    """Return the irreducible factors of a polynomial without content, or itself where factoring would take too long.

    Parameters
    ----------
    polynomial : Polynomial
    used : sequence of int
        The slots of the generators that occur.
    """
    if polynomial == ONE or len(polynomial) == 1:
        return []
    total = max(sum(monomial) for monomial in polynomial)
    if len(polynomial) > MAX_FACTOR_TERMS or total > MAX_FACTOR_DEGREE // len(used):
        return [(polynomial, 1)]
    if all(sum(1 for k in used if monomial[k]) <= 1 and sum(monomial) <= 1 for monomial in polynomial):
        return [(polynomial, 1)]
    small = PolyRing([f"s{k}" for k in range(len(used))], QQ)
    image = small.from_dict({tuple(monomial[k] for k in used): c for monomial, c in polynomial.terms()})
    try:
        content, factors = image.factor_list()
    except BasePolynomialError:  # pragma: no cover
        return [(polynomial, 1)]
    back = [(_enlarged(factor, used), power) for factor, power in factors]
    if content < 0 and back:
        first, power = back[0]
        back[0] = (first if power % 2 == 0 else -first, power)
        if power % 2 == 0:
            return [(polynomial, 1)]
    return back


def _enlarged(polynomial: Any, used: Sequence[int]) -> Polynomial:
    terms = {}
    for monomial, coefficient in polynomial.terms():
        powers = [0] * RING.ngens
        for k, power in zip(used, monomial, strict=True):
            powers[k] = power
        terms[tuple(powers)] = coefficient
    return RING.from_dict(terms)
