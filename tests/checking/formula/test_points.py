"""The points at which a formula is checked."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.checking.formula.points import in_floats_for_functions, points_to_check
from symgd.checking.request import Question
from symgd.errors import SymgdError


def question_of(text, wrt, claim=None, **shapes):
    output = sg.formula(text, shapes=shapes)
    (node,) = [one for one in output.symbols if one.name == wrt]
    own = sg.gradient(output, node)
    return Question(output, (node,), (own,), (own if claim is None else claim,), output.symbols)


def test_symbolic_sizes_are_visited_several_times():
    points = points_to_check(question_of("sum(x**2)", "x", x="n"), None, 0, 8)
    assert len(points) == 8
    assert len({point.sizes["n"] for point in points}) >= 3


def test_random_points_lie_inside_the_domain():
    question = question_of("log(x)", "x")
    for point in points_to_check(question, None, 0, 5):
        assert all(np.all(np.asarray(value, dtype=float) > 0) for value in point.values.values())


def test_given_points_are_taken_as_they_are():
    question = question_of("x**2", "x")
    (point,) = points_to_check(question, {"x": 3.0}, 0, 5)
    assert float(next(iter(point.values.values()))) == 3


def test_rows_that_are_not_there_are_refused():
    question = question_of("sum(take(x, i))", "x", x="5", i="3")
    with pytest.raises(SymgdError, match="looks up rows"):
        points_to_check(question, {"x": np.arange(5.0), "i": np.array([0, 1, 7])}, 0, 5)


def test_functions_are_asked_for_floats():
    question = question_of("x**2", "x", claim=lambda x: 2 * x)
    (point,) = points_to_check(question, {"x": 3}, 0, 5)
    assert all(np.asarray(value).dtype == float for value in in_floats_for_functions(question, point).values.values())
