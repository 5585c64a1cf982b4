"""Curvature of smooth formulas of scalars by the minors of their Hessians."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import mpmath
import pytest
import sympy as sp

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


OPEN, CLOSED, BOX, Y_ALONE = "(0, inf)", "[0, inf)", "[0, 1]", "y in (0, inf)"
STRICT = [  # text, where all variables lie, and two points between which the function is affine; none where it is strict
    ("x**4 + y**4", "", None),
    ("x**4 + y", "", ("0 0", "0 1")),
    ("(x - 1)**4 + (y + 2)**4", "", None),
    ("(x - y)**4 + x**2", "", None),
    ("(x - y)**4 + x", "", ("0 0", "1 1")),
    ("(x - y)**4 + (x + y)**4", "", None),
    ("(x - y)**4 + (2*x - 2*y)**6", "", ("1 1", "3 3")),
    ("x**4 + (y - z)**4 + y**6", "", None),
    ("x**4 + (y - z)**4", "", ("0 0 0", "0 1 1")),
    ("x**4 + y**4 + z**4 + x*0", "", None),
    ("x**4 + x**2*y**2 + y**4", "", None),
    ("exp(x) + exp(y)", "", None),
    ("exp(x + y) + x**2", "", None),
    ("exp(x + y)", "", ("0 0", "1 -1")),
    ("exp(x + y) + exp(x - y)", "", None),
    ("log(exp(x) + exp(y))", "", ("0 0", "1 1")),
    ("x**3 + y**3", OPEN, None),
    ("x**3 + y**3", CLOSED, None),
    ("x**4 + y**2", BOX, None),
    ("x**2/y", OPEN, ("1 1", "2 2")),
    ("x**2/y + y**2", OPEN, None),
    ("1/(x*y)", OPEN, None),
    ("-log(x) - log(y)", OPEN, None),
    ("-sqrt(x) - sqrt(y)", CLOSED, None),
    ("-sqrt(x) - y", CLOSED, ("0 0", "0 1")),
    ("-sqrt(x*y)", OPEN, ("1 1", "2 2")),
    ("-(x*y)**(1/3)", OPEN, None),
    ("-(x*y)**(1/3)", CLOSED, ("0 0", "0 2")),
    ("-(x*y)**(1/3)", BOX, ("0 1/2", "0 1")),
    ("-(x*y)**(1/3) + x**2 + y**2", BOX, None),
    ("-(x*y)**(1/3) + x**2", CLOSED, ("0 0", "0 2")),
    ("x**4/y", OPEN, None),
    ("x**4/y", Y_ALONE, ("0 1", "0 2")),
    ("x**4/y + y**2", Y_ALONE, None),
    ("x**2/sqrt(y)", OPEN, None),
    ("x**2/sqrt(y)", Y_ALONE, ("0 1", "0 3")),
    ("x**2/sqrt(y) + exp(y)", Y_ALONE, None),
    ("x**(4/3)*y**(-1/4)", OPEN, None),
    ("x**(5/4)*y**(-1/4)", OPEN, ("1 1", "2 2")),
]


def judged(formula):
    """The formula as a function of numbers, by SymPy and mpmath."""
    expression = formula.to_sympy()
    symbols = sorted(expression.free_symbols, key=str)
    return symbols, expression, sp.lambdify(symbols, expression, modules="mpmath")


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(("text", "where", "affine"), STRICT)
def test_strictness_is_claimed_where_no_segment_is_affine(text, where, affine, way):
    formula = sg.formula(text if way > 0 else f"-({text})")
    variables = sorted(formula.symbols, key=str)
    bounded = [node.name for node in variables if where and (where != Y_ALONE or node.name == "y")]
    interval = Interval(0, 1 if where == BOX else math.inf, where in (OPEN, Y_ALONE))
    domain = read_domain(formula, variables, dict.fromkeys(bounded, interval), [])
    found = curvature_of_smooth(formula, variables, domain, Effort())
    assert found.kind.is_convex if way > 0 else found.kind.is_concave
    is_strict = found.kind in (Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONCAVE)
    assert is_strict == (affine is None)
    assert all(step.check() for step in found.step.walk())
    symbols, expression, code = judged(formula)
    if affine is not None:
        ends = [[sp.Rational(number) for number in point.split()] for point in affine]
        middle = [(one + other) / 2 for one, other in zip(*ends, strict=True)]
        values = [expression.subs(dict(zip(symbols, point, strict=True))) for point in (*ends, middle)]
        assert sp.simplify(values[0] + values[1] - 2 * values[2]) == 0
        return
    chance = random.Random(0)
    eighths = [range((where not in (CLOSED, BOX)) if str(one) in bounded else -8, 9) for one in symbols]
    with mpmath.workdps(50):
        for _ in range(60):
            ends = [[mpmath.mpf(chance.choice(numbers)) / 8 for numbers in eighths] for _ in range(2)]
            if ends[0] != ends[1]:
                middle = [(one + other) / 2 for one, other in zip(*ends, strict=True)]
                assert way * (code(*ends[0]) + code(*ends[1]) - 2 * code(*middle)) > mpmath.mpf(10) ** -40
