"""Signs of functions of one variable, by slopes and pieces."""

from __future__ import annotations

import dataclasses

import pytest

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
