from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd.graph.assumptions import Interval, Sign, sign_of_number

numbers = st.integers(-3, 3)


@st.composite
def intervals(draw):
    low, high = sorted((draw(numbers), draw(numbers)))
    is_point = low == high
    return Interval(
        draw(st.sampled_from([low, -float("inf")])),
        draw(st.sampled_from([high, float("inf")])),
        draw(st.booleans()) and not is_point,
        draw(st.booleans()) and not is_point,
    )


def inside(interval):
    candidates = [Fraction(k, 4) for k in range(-16, 17)]
    return [x for x in candidates if x in interval]


@given(intervals(), intervals())
def test_interval_arithmetic_contains_the_truth(left, right):
    for a in inside(left)[::3]:
        assert -a in -left
        assert abs(a) in left.magnitude()
        assert a**2 in left.power(2)
        assert a**3 in left.power(3)
        assert sign_of_number(a) & left.sign
        if a:
            assert 1 / a in left.reciprocal()
        for b in inside(right)[::3]:
            assert a + b in left + right
            assert a * b in left * right


@given(intervals(), intervals())
def test_intersection_and_union_mean_what_they_say(left, right):
    for x in inside(Interval()):
        assert (x in left & right) == (x in left and x in right)
        assert not (x in left or x in right) or x in left | right


def test_the_sign_of_an_open_end_is_not_zero():
    assert Interval(0, open_low=True).sign == Sign.POSITIVE
    assert Interval(0).sign == Sign.NONNEGATIVE


@pytest.mark.parametrize("interval", [Interval(1, 0), Interval(2, 2, open_low=True)])
def test_empty_intervals_know_it(interval):
    assert interval.is_empty
