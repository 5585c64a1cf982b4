"""Signs of polynomials on intervals, against products of known roots."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd.curvature.algebra.roots import Univariate, is_sign_by_sturm, sign_on_interval

F = Fraction


def _from_roots(roots, leading=1):
    coefficients = [F(leading)]
    for root in roots:
        coefficients = [b - root * a for a, b in zip([*coefficients, F(0)], [F(0), *coefficients], strict=True)]
    return tuple(coefficients)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.fractions(-4, 4, max_denominator=6), max_size=5),
    st.fractions(-5, 4, max_denominator=6),
    st.fractions(F(1, 6), 5, max_denominator=6),
    st.sampled_from([1, -1, F(2, 3)]),
)
def test_against_known_roots(roots, low, width, leading):
    high = low + width
    given_polynomial = Univariate(_from_roots(roots, leading), low, high)
    inside = [root for root in roots if low < root < high]
    odd = [root for root in set(inside) if inside.count(root) % 2]
    found = sign_on_interval(given_polynomial)
    if odd:
        assert found is None
        return
    sign, strict, *_ = found
    middle = next(low + width * F(k, 97) for k in range(1, 97) if low + width * F(k, 97) not in roots)
    value = leading * math.prod((middle - root for root in roots), start=F(1))
    assert sign == (1 if value > 0 else -1)
    assert strict == (not inside)
    assert is_sign_by_sturm(given_polynomial, sign)
    assert not is_sign_by_sturm(given_polynomial, -sign)


def test_unbounded_ends_and_ends_that_are_roots():
    square_minus_one = (F(-1), F(0), F(1))
    assert sign_on_interval(Univariate(square_minus_one, F(1), math.inf))[0] == 1
    assert sign_on_interval(Univariate(square_minus_one, -math.inf, F(-1)))[0] == 1
    assert sign_on_interval(Univariate(square_minus_one, F(-1), F(1)))[0] == -1
    assert sign_on_interval(Univariate(square_minus_one, -math.inf, math.inf)) is None


def test_an_unknown_that_reaches_its_end_is_not_strict():
    one_minus_t = (F(1), F(-1))
    assert sign_on_interval(Univariate(one_minus_t, F(-1), F(1)))[1]
    assert not sign_on_interval(Univariate((F(1), F(-2), F(1)), F(-1), F(1), attains_ends=True))[1]


@pytest.mark.parametrize("degree", [7, 20])
def test_wilkinson(degree):
    coefficients = _from_roots([F(k) for k in range(1, degree + 1)])
    for k in range(1, degree):
        sign, strict, *_ = sign_on_interval(Univariate(coefficients, F(k), F(k + 1)))
        assert strict
        assert sign == int(np.sign((-1) ** (degree - k)))


FACTORS = st.sampled_from(["t**2 - 2", "t**2 - t - 1", "t**2 + 1", "t**3 - 3*t + 1", "t**2 - 3*t + 9/4", "t", "3*t + 5"])
ENDS = st.one_of(st.sampled_from([-math.inf, math.inf]), st.fractions(-3, 3, max_denominator=5))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(FACTORS, st.integers(1, 3)), min_size=1, max_size=3), st.sampled_from([1, -1]), ENDS, ENDS)
def test_irrational_roots_against_numbers(factors, leading, low, high):
    """The sign agrees with values at many points, and is refused only where a root of odd order lies inside."""
    if not low < high:
        return
    expression = leading * sp.prod(sp.sympify(text, rational=True) ** power for text, power in factors)
    coefficients = [F(int(c.p), int(c.q)) for c in reversed(sp.Poly(sp.expand(expression), sp.Symbol("t")).all_coeffs())]
    found = sign_on_interval(Univariate(tuple(coefficients), low, high))
    inside = [
        (root, order)
        for root, order in sp.roots(sp.Poly(expression, sp.Symbol("t"))).items()
        if abs(sp.im(root).evalf(30)) < 1e-20 and (low < sp.re(root).evalf(30) < high)
    ]
    if any(order % 2 for _, order in inside):
        assert found is None
        return
    sign, strict, *_ = found
    assert strict == (not inside)
    start, end = max(low, F(-9)), min(high, F(9))
    for k in range(1, 30):
        value = sum(c * (start + (end - start) * F(k, 30)) ** j for j, c in enumerate(coefficients))
        assert value * sign >= 0
    assert is_sign_by_sturm(Univariate(tuple(coefficients), low, high), sign)


def test_too_high_a_degree_and_nothing_are_left():
    assert sign_on_interval(Univariate((F(0),), F(0), F(1))) is None
    assert sign_on_interval(Univariate((F(1), *[F(0)] * 150, F(1)), F(0), F(1))) is None


@pytest.mark.parametrize(
    ("coefficients", "low", "high", "strict"),
    [((0, 1), 0, 1, False), ((-1, 1), 1, math.inf, False), ((1, 1), 0, 1, True), ((4, -4, 1), 0, 2, False), ((1,), 0, 1, True)],
)
def test_an_unknown_that_attains_its_ends_vanishes_there(coefficients, low, high, strict):
    coefficients = tuple(map(F, coefficients))
    low, high = (end if end == math.inf else F(end) for end in (low, high))
    assert sign_on_interval(Univariate(coefficients, low, high, attains_ends=True))[:2] == (1, strict)
    assert sign_on_interval(Univariate(coefficients, low, high))[:2] == (1, True)
