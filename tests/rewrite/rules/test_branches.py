"""Comparisons with bounded numbers, and what a condition says of its branch."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from tests.rewrite.rules.tables import rewritten

BOUND = "a bound on the other side of the number decides nothing"
BRANCH = "inside a branch the number lies on one side"
WRITTEN = [
    ("where(relu(x) < 1, y, 0)", "where(x < 1, y, 0)", BOUND),
    ("where(maximum(x, -1) < 2, y, 0)", "where(x < 2, y, 0)", BOUND),
    ("where(minimum(x, 3) > 2, y, 0)", "where(x > 2, y, 0)", BOUND),
    ("where(minimum(x, 3) < 2, y, 0)", "where(x < 2, y, 0)", BOUND),
    ("where(x > 0, y*relu(x), 0)", "where(x > 0, x*y, 0)", BRANCH),
    ("where(x > 0, y, relu(x))", "where(x > 0, y, 0)", BRANCH),
    ("where(x < 1, minimum(x, 1), y)", "where(x < 1, x, y)", BRANCH),
    ("where(x < -1, abs(x), y)", "where(x < -1, -x, y)", BRANCH),
    ("where(x > 0, where(x > -1, y, z), z)", "where(x > 0, y, z)", BRANCH),
]
KEPT = [
    "where(maximum(x, 2) < 2, y, 0)",  # it never holds
    "where(maximum(x, 3) < 2, y, 0)",
    "where(minimum(x, 1) > 2, y, 0)",
    "where(x > -1, relu(x), y)",
    "where(x > 0, relu(y), 0)",
    "where(x > 0, where(x > 1, y, z), z)",
]


@pytest.mark.parametrize(("text", "after", "because"), WRITTEN)
def test_a_formula_is_rewritten_for_its_reason(text, after, because):
    found, reasons = rewritten(text)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_a_formula_stays_as_it_is(text):
    assert rewritten(text)[0] == text


@pytest.mark.parametrize("text", [*(row[0] for row in WRITTEN), *KEPT])
def test_values_stay(text):
    formula = sg.formula(text)
    names = [node.name for node in formula.symbols]
    before, after = (sg.lambdify(names, part) for part in (formula, sg.simplify(formula)))
    for x in (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 4.0):
        values = {"x": x, "y": 0.7, "z": -0.3}
        assert before(*(values[name] for name in names)) == after(*(values[name] for name in names)), x


def test_the_slope_of_a_clipped_square():
    loss = sg.formula("sum(clip(x, 0, 1)**2)", shapes={"x": "n"})
    gradient = sg.gradient(loss, "x")
    assert str(gradient) == "2*where(x < 1, where(x > 0, x, 0), 0)"
    found = sg.lambdify("x", gradient)(np.array([-1.0, 0.0, 0.25, 1.0, 2.0]))
    assert found.tolist() == [0, 0, 0.5, 0, 0]
