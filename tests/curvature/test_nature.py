"""What stationary points are."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.nature import Nature, classify_point
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
