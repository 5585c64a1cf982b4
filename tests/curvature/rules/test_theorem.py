"""The theorem for one node: strictness and moduli travel along with curvature."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.rules.composition import compose
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts

ROWS = [  # text, curvature, strictly in, has a modulus in
    ("x**2", Curvature.CONVEX, "x", "x"),
    ("x**2 + y", Curvature.CONVEX, "x", "x"),
    ("x**2 + y**4", Curvature.CONVEX, "xy", "x"),
    ("-x**2", Curvature.CONCAVE, "x", "x"),
    ("exp(x) + exp(y)", Curvature.CONVEX, "xy", ""),
    ("exp(x + y)", Curvature.CONVEX, "", ""),
    ("2*x - 3*y", Curvature.AFFINE, None, None),
    ("x*y", Curvature.UNKNOWN, "", ""),
    ("maximum(x**2, y)", Curvature.CONVEX, "", ""),
]


@pytest.mark.parametrize(("text", "curvature", "strict", "moduli"), ROWS)
def test_strictness_and_moduli_travel_along(text, curvature, strict, moduli):
    formula = sg.formula(text)
    found = compose(formula, formula.symbols, Facts())
    assert found.curvature == curvature
    if strict is not None:
        assert {node.name for node in found.strict} == set(strict)
        assert {node.name for node in found.modulus} == set(moduli)
