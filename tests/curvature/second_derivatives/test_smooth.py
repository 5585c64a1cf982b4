"""Curvature of smooth formulas of scalars by the minors of their Hessians."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.domain import read_domain
from symgd.curvature.kind import Kind
from symgd.curvature.second_derivatives import smooth
from symgd.curvature.second_derivatives.smooth import curvature_of_smooth, has_smooth_roots, sign_of
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Interval
from tests.curvature.regions import region_of

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


PLANES = [  # a polynomial, and what a variable is on its zeros, where these are a plane
    ("x", "0"),
    ("2*x - 3", "3/2"),
    ("x - y", "y"),
    ("2*x + 3*y - z + 1", "-3*y/2 + z/2 - 1/2"),
    ("x*y", None),
    ("x**2 - 2", None),
    ("x - y**2", None),
    ("x**2 + y", None),
    ("x*y - z", None),
    ("exp(x) - y", None),
]


@pytest.mark.parametrize(("text", "value"), PLANES)
def test_planes_are_linear_in_variables(text, value):
    region, polynomial = region_of(text)
    found = smooth._as_plane(region.elementary, polynomial)
    assert (found is None) == (value is None)
    if found is not None:
        assert found[0].name == "x"
        assert (found[1] - sg.formula(value)).equals_number(0) or not region.elementary.of(found[1] - sg.formula(value)).top


DEFINED = [  # a formula of x, an interval, and whether it has a value at all its points inside
    ("1/x", (0, 1), True), ("1/x", (-1, 1), False), ("1/(x - 2)", (2, 3), True), ("1/(x - 2)", (1, 3), False),
    ("log(x)", (0, 1), True), ("log(x)", (-1, 1), False), ("log(x)", (-2, -1), False), ("sqrt(x)", (0, 5), True),
    ("sqrt(x - 1)", (0, 5), False), ("sqrt(1 - x**2)", (-1, 1), True), ("sqrt(1 - x**2)", (-1, 2), False),
    ("log(x**2 + x + 1)", (-9, 9), True), ("log(x**2 + x - 1)", (-9, 9), False), ("1/(x**2 - 2)", (1, 2), False),
    ("1/(x**2 - 2)", ("3/2", 2), True), ("1/(x**2 - 2)", (-1, 1), True), ("1/(exp(x) - 1)", (-1, 0), True),
    ("exp(1/x)", (0, 1), True), ("asin(x)", (-1, 1), True), ("asin(x)", (-1, 2), False),
    ("x**(-1/2)", (0, 1), True), ("x*exp(x)", (-9, 9), True), ("1/(1 + exp(x))", (-9, 9), True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ends", "is_defined"), DEFINED)
def test_whether_a_formula_is_defined_inside_an_interval(text, ends, is_defined):
    formula = sg.formula(text)
    interval = Interval(*map(Fraction, ends))
    assert smooth.is_defined_on(formula, formula.symbols[0], interval, Effort()) == is_defined
