"""Slopes from values alone: along entries and along directions, on both sides of a kink."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.checking.formula.slopes import Slopes
from symgd.checking.request import Question
from symgd.evaluation.effort import Effort
from symgd.evaluation.sampling import Point


def slopes_of(text, at, **shapes):
    output = sg.formula(text, shapes=shapes)
    (node,) = output.symbols
    own = sg.gradient(output, node)
    question = Question(output, (node,), (own,), (own,), (node,))
    return Slopes(question, Point({node: np.asarray(at, dtype=float)}, {}), np.random.default_rng(0), 5, Effort())


ONE_SIDED = [
    ("x**3", 2.0, (12, 12)),
    ("abs(x)", 0.0, (-1, 1)),
    ("maximum(x, 3*x)", 0.0, (1, 3)),
]


@pytest.mark.parametrize(("text", "at", "expected"), ONE_SIDED)
def test_both_sides(text, at, expected):
    found = slopes_of(text, at).one_sided((), [(0, ())], [1])
    assert found == pytest.approx(expected, rel=1e-12)


def test_directions_add_entries_up():
    slopes = slopes_of("x[0]**2 + 3*x[1]", [1.0, 2.0], x="2")
    places = [(0, (0,)), (0, (1,))]
    assert slopes.one_sided((), places, [1, 1]) == pytest.approx((5, 5), rel=1e-12)
    assert slopes.one_sided((), places, [1, -1]) == pytest.approx((-1, -1), rel=1e-12)
    assert slopes.effort.spent > 0


def test_gradients_nearby_widen_the_range():
    slopes = slopes_of("abs(x[0]) - abs(x[1])", [0.0, 0.0], x="2")
    low, high = slopes.widened([mpmath.mpf(0)], (), [(0, (0,))], [1])
    assert (low, high) == (-1, 1)


def test_weights_are_pairs_all_together_and_random_ones():
    weights = slopes_of("x[0] + x[1] + x[2]", [0.0] * 3, x="3").weights(3)
    assert weights[0] == [1, 1, 1]
    assert [1, -1, 0] in weights
    assert all(len(one) == 3 for one in weights)
