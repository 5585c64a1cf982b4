"""Ranges contain the values: every operation against 40-digit numbers, at random points of random boxes."""

from __future__ import annotations

import math

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.convexity.algebra import ranges
from symgd.convexity.algebra.elementary import Elementary
from symgd.graph.infer import Facts

FLOATS = st.floats(-1e6, 1e6, allow_nan=False)
SIDES = st.tuples(FLOATS, FLOATS).map(lambda pair: (min(pair), max(pair)))
SHARES = st.floats(0, 1)


def _inside(side, share):
    low, high = mpmath.mpf(side[0]), mpmath.mpf(side[1])
    return min(max(low + (high - low) * share, low), high)


def _contains(found, value):
    return mpmath.mpf(found[0]) <= value <= mpmath.mpf(found[1])


@settings(max_examples=150, deadline=None)
@given(SIDES, SIDES, SHARES, SHARES, st.integers(-5, 6))
def test_arithmetic(first, second, one, other, exponent):
    with mpmath.workdps(60):
        a, b = _inside(first, one), _inside(second, other)
        assert _contains(ranges.add(first, second), a + b)
        assert _contains(ranges.multiply(first, second), a * b)
        if a != 0 or exponent >= 0:
            assert _contains(ranges.power(first, exponent), a**exponent)
        if a != 0:
            assert _contains(ranges.invert(first), 1 / a)


@settings(max_examples=100, deadline=None)
@given(st.tuples(st.floats(-40, 40), st.floats(0, 9)).map(lambda t: (t[0], t[0] + t[1])), SHARES)
def test_functions(side, share):
    with mpmath.workdps(40):
        x = _inside(side, share)
        assert _contains(ranges.exp(side), mpmath.exp(x))
        assert _contains(ranges.sin(side), mpmath.sin(x))
        assert _contains(ranges.cos(side), mpmath.cos(x))
        if side[0] > 0:
            assert _contains(ranges.log(side), mpmath.log(x))
            assert _contains(ranges.root(side, 3), mpmath.cbrt(x))


def test_infinite_ends():
    assert ranges.multiply((0.0, math.inf), (0.0, math.inf)) == (0.0, math.inf)
    assert ranges.multiply((-math.inf, math.inf), (0.0, 0.0))[1] >= 0
    assert ranges.add((-math.inf, math.inf), (-math.inf, math.inf)) == (-math.inf, math.inf)
    assert ranges.power((-math.inf, 2.0), 2) == (0.0, math.inf)
    assert ranges.exp((-math.inf, math.inf)) == (0.0, math.inf)
    assert ranges.invert((0.0, math.inf))[0] == 0.0


def test_products_that_underflow_stay_above_the_value():
    assert ranges.multiply((1e-200, 1e-200), (1e-200, 1e-200))[1] > 0


@pytest.mark.parametrize("text", ["atan(x) + erf(x)", "x*exp(x) - sqrt(1 + x**2)", "sin(3*x)*cos(x)/(2 + x**2)", "gelu(x)"])
def test_formulas(text):
    x = sg.scalar("x")
    field = Elementary([x], Facts())
    (quotient,) = field.of_all([sg.formula(text)])
    code = sg.lambdify([x], [sg.formula(text)])
    for low in (-3.0, -0.5, 0.0, 1.25):
        found = ranges.Ranges(field, {0: (low, low + 0.5)}).of_quotient(quotient)
        for share in (0.0, 0.3, 1.0):
            (value,) = code(low + 0.5 * share)
            assert found[0] - 1e-12 <= value <= found[1] + 1e-12
