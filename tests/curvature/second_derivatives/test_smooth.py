"""Curvature of smooth formulas of scalars by the minors of their Hessians."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.domain import read_domain
from symgd.curvature.kind import Kind
from symgd.curvature.second_derivatives.smooth import curvature_of_smooth, has_smooth_roots, sign_of
from symgd.evaluation.effort import Effort

KINDS = [
    ("x**4", Kind.STRICTLY_CONVEX),
    ("x + 3*y", Kind.AFFINE),
    ("(x - y)**2", Kind.CONVEX),
    ("-(x**4) - y**2", Kind.STRICTLY_CONCAVE),
    ("exp(x + y)", Kind.CONVEX),
    ("x**3", None),
    ("abs(x)", None),
]


def _question(text):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    return formula, variables, read_domain(formula, variables, {}, [])


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kinds(text, kind):
    found = curvature_of_smooth(*_question(text), Effort())
    assert (found and found.kind) == kind
    assert found is None or all(step.check() for step in found.step.walk())


@pytest.mark.parametrize(("text", "sign"), [("x**2 + 1", 1), ("-exp(x)", -1), ("x", None), ("x - x", 0)])
def test_signs(text, sign):
    formula = sg.formula(text)
    (x,) = sg.formula("x").symbols
    found = sign_of(formula, [x], read_domain(formula, [x], {}, []), Effort())
    assert (None if found is None else found.sign) == sign


@pytest.mark.parametrize(("text", "is_smooth"), [("sqrt(1 + x**2)", True), ("sqrt(x**2)", False), ("sqrt(x**2 + y**2)", True)])
def test_roots_that_bend(text, is_smooth):
    assert has_smooth_roots(*_question(text), Effort()) == is_smooth
