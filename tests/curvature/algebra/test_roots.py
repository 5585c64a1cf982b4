"""Signs of polynomials on intervals, against products of known roots."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
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
