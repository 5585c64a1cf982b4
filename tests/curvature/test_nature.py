"""What stationary points are."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.nature import Nature, classified_in_box, classify_point
from symgd.errors import DomainError
from symgd.evaluation.exact import exact_number

NATURES = [
    ("x**2", {"x": 0}, Nature.MINIMUM),
    ("-x**4", {"x": 0}, Nature.MAXIMUM),
    ("x**3", {"x": 0}, Nature.SADDLE),
    ("x**2 + y**2", {"x": 0, "y": 0}, Nature.MINIMUM),
    ("x*y", {"x": 0, "y": 0}, Nature.SADDLE),
    ("-x**2 - x*y - y**2", {"x": 0, "y": 0}, Nature.MAXIMUM),
    ("x**2 + y**4", {"x": 0, "y": 0}, Nature.DEGENERATE),
    ("x**2 + y**2 - z**2", {"x": 0, "y": 0, "z": 0}, Nature.SADDLE),
]


@pytest.mark.parametrize(("text", "place", "nature"), NATURES)
def test_natures(text, place, nature):
    formula = sg.formula(text)
    found = classify_point(formula, formula.symbols, {node: exact_number(place[node.name]) for node in formula.symbols})
    assert found.nature is nature
    assert found.is_exact
    assert found.to_dict()["nature"] == str(nature)


def test_a_point_with_a_slope_is_refused():
    formula = sg.formula("x**2")
    with pytest.raises(DomainError, match="not stationary"):
        classify_point(formula, formula.symbols, {formula.symbols[0]: exact_number(1)})


IN_BOXES = [  # a formula, a point that is no fraction, and what it is there
    ("x**4 - 4*x**2 + y**2", {"x": 2**0.5, "y": 0}, Nature.MINIMUM),
    ("-x**4 + 4*x**2 - y**2", {"x": 2**0.5, "y": 0}, Nature.MAXIMUM),
    ("x**4 - 4*x**2 - y**2", {"x": 2**0.5, "y": 0}, Nature.SADDLE),
    ("-x**4 + 4*x**2 + y**2", {"x": 2**0.5, "y": 0}, Nature.SADDLE),
    ("exp(x) - 2*x", {"x": math.log(2)}, Nature.MINIMUM),
    ("2*x - exp(x)", {"x": math.log(2)}, Nature.MAXIMUM),
    ("x**4 - 4*x**2 + y**2 + z**2 + x*y*0", {"x": 2**0.5, "y": 0, "z": 0}, Nature.MINIMUM),
    ("x**4 - 4*x**2 + y**2 - z**2", {"x": 2**0.5, "y": 0, "z": 0}, Nature.SADDLE),
    ("-(x**4 - 4*x**2) - y**2 - z**2", {"x": 2**0.5, "y": 0, "z": 0}, Nature.MAXIMUM),
    ("x**4 - 4*x**2 + 3*x*y*z - 9*y**2", {"x": 2**0.5, "y": 0, "z": 0}, Nature.SADDLE),
]


@pytest.mark.parametrize(("text", "place", "nature"), IN_BOXES)
def test_natures_in_boxes(text, place, nature):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    box = {
        node: (Fraction(place[node.name]) - Fraction(1, 10**9), Fraction(place[node.name]) + Fraction(1, 10**9))
        for node in variables
    }
    found = classified_in_box(formula, variables, box)
    assert found.nature is nature
    assert not found.is_exact
    wide = {node: (Fraction(-3), Fraction(3)) for node in variables}
    assert "x**4" not in text or classified_in_box(formula, variables, wide) is None


@pytest.mark.parametrize(
    ("text", "nature", "order"),
    [("x**4", Nature.MINIMUM, 4), ("-x**6", Nature.MAXIMUM, 6), ("x**5", Nature.SADDLE, 5), ("x**2 - x**3", Nature.MINIMUM, 2),
     ("x**3 + x**4", Nature.SADDLE, 3), ("cos(x) - 1 + x**2/2", Nature.MINIMUM, 4), ("x - sin(x)", Nature.SADDLE, 3)],
)  # fmt: skip
def test_the_first_derivative_that_is_not_0_decides(text, nature, order):
    formula = sg.formula(text)
    found = classify_point(formula, formula.symbols, {formula.symbols[0]: exact_number(0)})
    assert found.nature is nature
    assert f"derivative {order} is the first" in found.reason


def test_a_flat_point_is_degenerate():
    formula = sg.formula("x**14")
    assert classify_point(formula, formula.symbols, {formula.symbols[0]: exact_number(0)}).nature is Nature.DEGENERATE


@pytest.mark.parametrize(("text", "value"), [("(x**2 - 2)**2 + y**2", 0), ("x**4 - 4*x**2 + y**2", -4)])
def test_values_in_boxes(text, value):
    formula = sg.formula(text)
    root, near = Fraction(math.isqrt(2 * 10**80), 10**40), Fraction(1, 10**35)
    box = {node: (middle - near, middle + near) for node, middle in zip(formula.symbols, (root, Fraction(0)), strict=True)}
    found = classified_in_box(formula, list(formula.symbols), box)
    assert abs(found.value - value) < 1e-25
    assert abs(found.point["x"] ** 2 - 2) < 1e-28
