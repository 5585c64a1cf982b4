"""Intervals of floats contain the values: every operation against 40-digit numbers, at random points of random boxes."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd.evaluation import float_intervals as ranges
from symgd.graph.assumptions import Interval, Monotone
from symgd.graph.primitive import REGISTRY

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


TENTHS = [k / 10 for k in range(-12, 13) if k]


def test_sums_products_and_reciprocals_of_single_floats_hold_the_exact_number():
    for a, b in itertools.product(TENTHS, repeat=2):
        for found, exact in (
            (ranges.add((a, a), (b, b)), Fraction(a) + Fraction(b)),
            (ranges.multiply((a, a), (b, b)), Fraction(a) * Fraction(b)),
            (ranges.invert((a, a)), 1 / Fraction(a)),
            (ranges.power((a, a), 2), Fraction(a) ** 2),
            (ranges.power((a, a), -3), Fraction(a) ** -3),
        ):
            assert Fraction(found[0]) <= exact <= Fraction(found[1])


@pytest.mark.parametrize("bound", [Fraction(k, 7) for k in range(-9, 10)])
def test_exact_ends_are_rounded_outward(bound):
    for low, high in (ranges.range_of_interval(Interval(bound, bound)), ranges.enclosure_of_number(*bound.as_integer_ratio())):
        assert Fraction(low) <= bound <= Fraction(high)


def test_ends_beyond_the_largest_float():
    low, high = ranges.range_of_interval(Interval(10**400, 10**401))
    assert math.isfinite(low) and high == math.inf
    low, high = ranges.range_of_interval(Interval(-(10**401), -(10**400)))
    assert low == -math.inf and math.isfinite(high)


TIGHT = [
    (ranges.multiply((2.0, 3.0), (4.0, 5.0)), (8, 15)),
    (ranges.power((2.0, 3.0), 2), (4, 9)),
    (ranges.power((-3.0, 2.0), 2), (0, 9)),
    (ranges.power((-2.0, 3.0), 2), (0, 9)),
    (ranges.power((-3.0, -2.0), 2), (4, 9)),
    (ranges.intersect((0.0, 2.0), (1.0, 3.0)), (1, 2)),
    (ranges.intersect((1.0, 3.0), (0.0, 2.0)), (1, 2)),
    (ranges.intersect((0.0, 3.0), (1.0, 2.0)), (1, 2)),
    (ranges.exp((0.0, 1.0)), (1, math.e)),
    (ranges.exp((1.0, 2.0)), (math.e, math.exp(2))),
    (ranges.root((4.0, 9.0), 2), (2, 3)),
    (ranges.sin((1.5, 1.6)), (math.sin(1.5), 1)),
    (ranges.sin((0.5, 0.6)), (math.sin(0.5), math.sin(0.6))),
    (ranges.sin((-1.6, -1.5)), (-1, math.sin(-1.5))),
]


@pytest.mark.parametrize(("found", "expected"), TIGHT)
def test_ranges_are_no_wider_than_rounding_makes_them(found, expected):
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-300)


def test_what_cannot_be_negative_or_beyond_1_is_not():
    assert ranges.exp((-790.0, -780.0))[0] == 0
    top = math.pi / 2 + 1.02e-8  # the sine is less than 1 by less than a float shows
    assert ranges.sin((top, top))[1] == 1
    assert ranges.sin((-top, -top))[0] == -1


def test_pi_lies_inside():
    low, high = ranges.named_number("pi")
    assert mpmath.mpf(low) < mpmath.pi < mpmath.mpf(high)


FAR = (-math.inf, -1.7e308, -1e155, -1e4, -5e-324, 0.0, 5e-324, 0.5, 1e4, 1e155, 1.7e308, math.inf)
OF_ENTRIES = [name for name, record in REGISTRY.items() if record.is_elementwise and record.arity == 1]


@pytest.mark.parametrize("name", OF_ENTRIES)
def test_no_other_error_leaves_an_enclosure_far_out(name):
    record = REGISTRY[name]
    for k, low in enumerate(FAR):
        for high in (low, FAR[-1 - k] if FAR[-1 - k] > low else math.inf):
            for enclosure in (
                ranges.monotone_function(record, (low, high), Monotone.INCREASING),
                ranges.monotone_function(record, (low, high), Monotone.DECREASING),
                ranges.ball(record, (low, high)),
            ):
                assert not math.isnan(enclosure[0])
                assert not math.isnan(enclosure[1])
