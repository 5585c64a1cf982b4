"""The part of a formula that has no finite value is named, with its entry and what it was computed from."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.api.values_that_are_not_finite import first_part_without_value

V = {"v": "n"}
CASES = [
    ("log(x)", {}, {"x": -4.0}, "log(x) is nan, where x is -4"),
    ("1 + exp(x**2)", {}, {"x": 100.0}, "exp(x**2) is inf, where x**2 is 10000"),
    ("x/y", {}, {"x": 1.0, "y": 0.0}, "1/y is inf, where y is 0"),
    ("sum(sqrt(v))", V, {"v": [1.0, -2.0, -3.0]}, "sqrt(v)[1] is nan, where v[1] is -2"),
    ("mean(log(X@v))", V | {"X": "m n"}, {"X": [[1.0, 0.0], [-1.0, 0.0]], "v": [2.0, 0.0]}, "log(X @ v)[1] is nan"),
    ("x**2", {}, {"x": 3.0}, None),
]


@pytest.mark.parametrize(("text", "shapes", "values", "expected"), CASES)
def test_the_first_part_without_a_value_is_named(text, shapes, values, expected):
    formula = sg.formula(text, shapes=shapes)
    found = first_part_without_value(formula, {node: np.array(values[node.name]) for node in formula.symbols})
    assert found is None if expected is None else found.startswith(expected), found


def test_a_run_that_meets_a_value_that_is_not_finite_names_row_and_value():
    data = {"X": np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 1.0]])}
    loss = sg.formula("mean(log(X @ w))", shapes={"X": "m n", "w": "n"})
    run = sg.minimize(loss, "w", data=data, start=[1.0, 1.0], step_size=3.0)
    assert "log(X @ w)[0] is nan, where (X @ w)[0] is -" in run.message
    assert np.all(data["X"] @ run.x > 0)
