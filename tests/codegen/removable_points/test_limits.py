"""Limits where formulas have no value: those of textbooks, from all sides where there are any, and none where there is none."""

from __future__ import annotations

from fractions import Fraction
from math import e, log, pi

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.codegen.removable_points.limits import with_limits
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import einsum

x, v, w = sg.scalar("x"), sg.tensor("v", 3), sg.tensor("w", 3)
X = sp.Symbol("x")
LIMITS = [
    ("sin(x)/x", 0, 1),
    ("(1 - cos(x))/x**2", 0, 1 / 2),
    ("(x - sin(x))/x**3", 0, 1 / 6),
    ("1/x - 1/sin(x)", 0, 0),
    ("x/(exp(x) - 1)", 0, 1),
    ("(1 + x)**(1/x)", 0, e),
    ("x*sin(1/x)", 0, 0),
    ("exp(-1/x**2)", 0, 0),
    ("x*gamma(x)", 0, 1),
    ("x*digamma(x)", 0, -1),
    ("1000*(x**3 - 8)/(x - 2)", 2, 12_000),
    ("(x**2 - 4)/(x + 2)", -2, -4),
    ("(x**2 - 1)/(x - 1)", 1, 2),
    ("log(x)/(x - 1)", 1, 1),
    ("sin(7*x - 3)/(14*x - 6)", Fraction(3, 7), 1 / 2),
    ("(x - 2)/(sqrt(x + 2) - 2)", 2, 4),
    ("(sqrt(x) - 3)/(x - 9)", 9, 1 / 6),
    ("(2**x - 8)/(2*(x - 3))", 3, 4 * log(2)),
    ("log(x)/(x**2 - 1)", 1, 1 / 2),
    ("cos(pi*x/2)/(1 - x**2)", 1, pi / 4),
    ("sin(x)/(10**50*x)", 0, 1e-50),
    # only one side has values
    ("x*log(x)", 0, 0),
    ("sqrt(x)*log(x)", 0, 0),
    ("x**2*log(x)**2", 0, 0),
    ("exp(log(x))", 0, 0),
    ("(2*x - 1)*log(2*x - 1)", Fraction(1, 2), 0),
    ("(1 - x)*atanh(x)", 1, 0),
    ("acos(x)**2/(1 - x)", 1, 2),
]
NONE = [
    "1/x", "log(x)", "abs(x)/x", "sin(1/x)", "atan(1/x)", "exp(1/x)", "exp(-1/x)", "1/(1 + exp(1/x))", "1/log(x)", "atanh(x)",
    "1/(1 + exp(exp(1/x)))", "log(x)*sqrt(x - 1)/(x - 1)**2",
    "where(x == 0, log(x), 1 + x)", "where(x > 0, sin(x)/x, 2)",  # a choice says what it means
    "x + 1", "x**x", "1/log(x)**40",  # no hole
]  # fmt: skip


def value(formula, **at):
    """The entries of a formula, exact inputs taken as they are."""
    given = {node: np.array(at[node.name], dtype=object) for node in formula.symbols}
    return evaluate_precisely([formula], given, digits=50)[0]


@pytest.mark.parametrize(("text", "place", "limit"), LIMITS, ids=[text for text, *_ in LIMITS])
def test_the_value_is_the_limit_there_and_the_formula_elsewhere(text, place, limit):
    formula = sg.formula(text)
    (filled,) = with_limits([formula])
    assert not mpmath.isfinite(value(formula, x=place)[()])
    assert float(value(filled, x=place)[()]) == limit
    for beside in (place + Fraction(1, 3), place - Fraction(1, 7), place + Fraction(1, 10**30)):
        assert str(value(filled, x=beside)) == str(value(formula, x=beside))


@pytest.mark.parametrize("text", NONE)
def test_where_there_is_no_hole_or_no_limit_the_formula_stays(text):
    formula = sg.formula(text)
    assert with_limits([formula]) == [formula]


def test_a_formula_may_have_several_holes():
    (filled,) = with_limits([sg.formula("(x**3 - x)/x/(x - 1)")])
    assert [value(filled, x=place)[()] for place in (0, 1, 3)] == [1, 2, 4]
    (filled,) = with_limits([sg.formula("log(x)*log(1 - x)")])
    assert [value(filled, x=place)[()] for place in (0, 1)] == [0, 0]


def test_terms_and_factors_of_one_quantity_have_their_own():
    y = sg.scalar("y")
    added, multiplied = with_limits([sg.formula("sin(x)/x + y"), mul.make((y, sg.sin(3 * x), 1 / x))])
    assert value(added, x=0, y=5)[()] == 6
    assert value(multiplied, x=0, y=5)[()] == 15


def test_entries_have_their_own():
    (filled,) = with_limits([v * sg.log(v)])
    assert np.allclose(value(filled, v=[0, 1, 2]).astype(float), [0, 0, 2 * log(2)], rtol=1e-15)


CONTRACTIONS = [
    ([v * sg.log(v)], [(0,)], 2 * log(2)),
    ([v, sg.log(v)], [(0,), (0,)], 2 * log(2)),
    ([v, w, sg.log(v)], [(0,), (0,), (0,)], 10 * log(2)),
    ([v * sg.log(v), w], [(0,), (1,)], 24 * log(2)),
]


@pytest.mark.parametrize(("factors", "labels", "expected"), CONTRACTIONS)
def test_factors_along_the_same_axes_of_a_contraction_are_one(factors, labels, expected):
    (filled,) = with_limits([einsum.make(tuple(factors), (tuple(labels), ()))])
    assert float(value(filled, v=[0, 1, 2], w=[3, 4, 5])[()]) == pytest.approx(expected, rel=1e-15)


def test_factors_along_other_axes_are_two():
    """Σᵢⱼ vᵢ·log vⱼ is no Σᵢ vᵢ·log vᵢ."""
    formula = einsum.make((v, sg.log(v)), (((0,), (1,)), ()))
    assert with_limits([formula]) == [formula]


def test_what_has_no_hole_is_handed_back():
    formulas = [x, x + 1, sg.sum(v**2), sg.sin(v) @ w]
    assert with_limits(formulas) == formulas
    assert with_limits([]) == []


def test_code_has_limits_or_nan_as_asked():
    f, g = (sg.lambdify("x", "(x**2 - 1)/(x - 1)", removable=kind, prove=False) for kind in ("limit", "nan"))
    with np.errstate(all="ignore"):
        assert f(1.0) == 2
        assert np.isnan(g(1.0))


@pytest.mark.parametrize(
    ("expression", "place", "slope"),
    [
        (sp.elliptic_k(X), 0.0, pi / 8),
        (sp.elliptic_e(X), 0.0, -pi / 8),
        (sp.elliptic_k(X) / (1 + X), 0.0, -3 * pi / 8),
        (sp.legendre(sp.Rational(1, 2), X), 1.0, 3 / 8),
        (sp.chebyshevt(sp.Rational(1, 2), X), 1.0, 1 / 4),
        (sp.Si(X) / X, 0.0, 0),
    ],
    ids=str,
)
def test_slopes_of_special_functions_where_their_formulas_are_0_over_0(expression, place, slope):
    """By their hypergeometric series, n·(n + 1)/2 for the Legendre and n² for the Chebyshev functions."""
    compiled = sg.lambdify("x", sg.gradient(sg.formula(expression), "x"))
    assert compiled(place) == pytest.approx(slope, rel=1e-14)
