"""Signs of functions of one variable, by slopes and pieces."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd.curvature.algebra import calculus
from symgd.curvature.algebra.calculus import sign_by_calculus
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Interval
from tests.curvature.regions import region_of

SIGNS = [  # text, interval, guess, whether it is shown
    ("exp(x) - x - 1", Interval(), 1, True),
    ("exp(x) - x - 1", Interval(0), 1, True),
    ("x - log(1 + x)", Interval(0), 1, True),
    ("exp(x) - x - 2", Interval(), 1, False),
    ("cos(x) - 2", Interval(), -1, True),
    ("x - sin(x)", Interval(0, 3), 1, True),
    ("x**3 + exp(x)", Interval(-1), 1, False),
]


@pytest.mark.parametrize(("text", "interval", "guess", "is_shown"), SIGNS)
def test_what_is_shown_replays(text, interval, guess, is_shown):
    region, polynomial = region_of(text, x=(interval.low, interval.high))
    step = sign_by_calculus(region, polynomial, interval, guess)
    assert (step is not None) == is_shown
    if step is not None:
        assert all(part.check() for part in step.walk())
        other = dataclasses.replace(step.statement, sign=-step.statement.sign)
        assert not dataclasses.replace(step, statement=other).check()


def test_a_search_without_effort_shows_nothing():
    region, polynomial = region_of("exp(x) - x - 1")
    region.elementary.effort = Effort(0)
    region.effort.spend()
    assert sign_by_calculus(region, polynomial, Interval(), 1) is None


ENDS = st.one_of(st.just(math.inf), st.fractions(-50, 50, max_denominator=30))


@settings(max_examples=150, deadline=None)
@given(ENDS, ENDS, st.integers(0, 12))
def test_cuts_and_points_lie_inside(one, other, finer):
    low, high = (-one if one == math.inf else one), other
    if not low < high:
        return
    if math.isfinite(low) and math.isfinite(high):
        high = low + (high - low) / 10**finer
    cut = calculus._middle(low, high)
    assert cut is None or low < cut < high
    assert cut is not None or high - low < Fraction(1, 10**12)
    points = calculus._spread(low, high)
    assert (points >= float(low)).all()
    assert (points <= float(high)).all()


TAYLOR = [  # truncated series against their functions, for x ≥ 0: the sign of the difference is known
    ("exp(x) - 1 - x - x**2/2", 1), ("exp(x) - 1 - x - x**2/2 - x**3/6", 1), ("x - sin(x)", 1), ("sin(x) - x + x**3/6", 1),
    ("cos(x) - 1 + x**2/2", 1), ("1 - x**2/2 + x**4/24 - cos(x)", 1), ("log(1 + x) - x", -1), ("log(1 + x) - x + x**2/2", 1),
    ("sqrt(1 + x) - 1 - x/2", -1), ("x - atan(x)", 1), ("cosh(x) - 1 - x**2/2", 1), ("sinh(x) - x", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sign"), TAYLOR)
def test_remainders_of_series(text, sign):
    interval = Interval(0, 3)
    region, polynomial = region_of(text, x=(0, 3))
    step = sign_by_calculus(region, polynomial, interval, sign)
    assert step is not None
    assert all(part.check() for part in step.walk())
    assert sign_by_calculus(region, polynomial, interval, -sign) is None


@pytest.mark.parametrize(("sign", "relation"), [(1, "≥"), (-1, "≤")])
def test_claims_say_which_sign(sign, relation):
    region, polynomial = region_of("exp(x) - x")
    search = calculus.Calculus(region, polynomial)
    low, high = Fraction(0), math.inf
    assert search.signed(polynomial, sign, low, high, "").claim == f"exp(x) - x {relation} 0 on (0, ∞)"
    slope = region.elementary.slope(polynomial, search.variable)
    claim = search.slope_signed(polynomial, slope, sign, low, high).claim
    assert claim == f"the derivative of exp(x) - x is {relation} 0 on (0, ∞)"
