"""The sign of a polynomial in one unknown on an interval, by exact isolation of its real roots."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from symgd.evaluation.entries import Exact
from symgd.graph.assumptions import Bound
from symgd.graph.text_printer import number_text

__all__ = ["Univariate", "is_sign_by_sturm", "sign_on_interval"]

MAX_DEGREE = 150
_T = sp.Symbol("t", real=True)


@dataclass(frozen=True)
class Univariate:
    """A polynomial with rational coefficients, lowest first, on the open interval (low, high).

    Attributes
    ----------
    coefficients : tuple of Fraction
    low, high : Fraction or ±inf
    name : str
        What the unknown stands for.
    attains_ends : bool
        Whether the unknown may be equal to an end.
    """

    coefficients: tuple[Fraction, ...]
    low: Bound
    high: Bound
    name: str = "x"
    attains_ends: bool = False

    def polynomial(self) -> Exact:
        """Return it as SymPy's polynomial."""
        rationals = [sp.Rational(c.numerator, c.denominator) for c in reversed(self.coefficients)]
        return sp.Poly(rationals, _T, domain="QQ")


def sign_on_interval(univariate: Univariate) -> tuple[int, bool, str, str] | None:
    """Return the sign of a polynomial on an open interval: +1 where it is ≥ 0, −1 where it is ≤ 0, else None.

    Returns
    -------
    (sign, strict, claim, because), or None
        Strict where it has no root inside; the claim and its reason in words.
    """
    polynomial = univariate.polynomial()
    if polynomial.is_zero or polynomial.degree() > MAX_DEGREE:
        return None
    odd, even = sp.Poly(1, _T, domain="QQ"), sp.Poly(1, _T, domain="QQ")
    for factor, power in polynomial.sqf_list()[1]:
        if power % 2:
            odd *= factor
        else:
            even *= factor
    if _count_inside(odd, univariate):
        return None
    sign = _sign_at(polynomial, _inner_point(odd * even, univariate))
    strict = not _count_inside(even, univariate)
    if univariate.attains_ends:
        ends = [_rational(end) for end in (univariate.low, univariate.high)]
        strict = strict and not any(end.is_finite and polynomial.eval(end) == 0 for end in ends)
    touches = "" if strict else ", and touches 0 without crossing"
    where = f"for {univariate.name} in ({_end(univariate.low)}, {_end(univariate.high)})"
    claim = f"{'+' if sign > 0 else '−'}: {_shown(polynomial, univariate.name)} {where}"
    at_point = "positive at a point" if sign > 0 else "negative at a point"
    return sign, strict, claim, f"no real root of odd order inside{touches}; {at_point}"


def _end(bound: Bound) -> str:
    if isinstance(bound, Fraction) and bound.denominator > 10**6:
        return f"{float(bound):.6g}"
    return number_text(bound).replace("inf", "∞")


def _shown(polynomial: Exact, name: str) -> str:
    text = number_text(polynomial.as_expr()).replace("t", name if len(name) <= 3 else "t")
    shown = text if len(text) <= 120 else f"{text[:117]}…"
    return shown if len(name) <= 3 else f"{shown} with t = {name}"


def _rational(bound: Bound) -> Exact:
    if isinstance(bound, float):
        return sp.oo if bound > 0 else -sp.oo
    return sp.Rational(bound.numerator, bound.denominator)


def _count_inside(polynomial: Exact, univariate: Univariate) -> int:
    """Count the distinct real roots in the open interval."""
    if polynomial.degree() <= 0:
        return 0
    low, high = _rational(univariate.low), _rational(univariate.high)
    count = polynomial.count_roots(None if low == -sp.oo else low, None if high == sp.oo else high)
    return int(count) - sum(1 for end in (low, high) if end.is_finite and polynomial.eval(end) == 0)


def _sign_at(polynomial: Exact, point: Exact) -> int:
    return int(sp.sign(polynomial.eval(point)))


def _inner_point(polynomial: Exact, univariate: Univariate) -> Exact:
    """Return a rational point of the interval that is no root."""
    low, high = univariate.low, univariate.high
    for k in range(1, polynomial.degree() + 3):
        if low == -math.inf and high == math.inf:
            point = Fraction(k - 1)
        elif low == -math.inf:
            point = Fraction(high) - k
        elif high == math.inf:
            point = Fraction(low) + k
        else:
            point = Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(k, polynomial.degree() + 3)
        rational = _rational(point)
        if polynomial.eval(rational) != 0:
            return rational
    raise AssertionError("a polynomial has no more roots than its degree")  # pragma: no cover


def is_sign_by_sturm(univariate: Univariate, sign: int) -> bool:
    """Whether a polynomial has a sign on an interval by Sturm's theorem, which counts roots without isolating them."""
    polynomial = univariate.polynomial()
    parts = [(factor, power) for factor, power in polynomial.sqf_list()[1] if power % 2]
    count = 0
    for factor, _ in parts:
        chain = sp.sturm(factor)
        low, high = _rational(univariate.low), _rational(univariate.high)
        count += _variations(chain, low) - _variations(chain, high)
        count -= 1 if high.is_finite and factor.eval(high) == 0 else 0
    return count == 0 and _sign_at(polynomial, _inner_point(polynomial, univariate)) == sign


def _variations(chain: list[Exact], point: Exact) -> int:
    signs = []
    for polynomial in chain:
        if point.is_infinite:
            leading = sp.sign(polynomial.LC())
            signs.append(leading if point > 0 or polynomial.degree() % 2 == 0 else -leading)
        else:
            signs.append(sp.sign(polynomial.eval(point)))
    nonzero = [sign for sign in signs if sign != 0]
    return sum(1 for a, b in itertools.pairwise(nonzero) if a != b)
