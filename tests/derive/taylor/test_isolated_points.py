"""Isolated points: the slope of a filled hole is the limit, that of a jump does not exist."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

import symgd as sg

x, a = sp.symbols("x a")


@pytest.mark.parametrize(
    ("expression", "slopes"),
    [
        (sp.Piecewise((1, sp.Eq(x, 0)), ((sp.exp(x) - 1) / x, True)), (0.5, 1 / 3)),
        (sp.Piecewise((1, sp.Eq(x, 0)), (sp.sin(x) / x, True)), (0, -1 / 3)),
        (sp.Piecewise((sp.Rational(1, 2), sp.Eq(x, 0)), ((1 - sp.cos(x)) / x**2, True)), (0, -1 / 12)),
    ],
)
def test_a_filled_hole_has_the_slope_of_its_limit(expression, slopes):
    """The limits follow from the series (SymPy's, checked by hand)."""
    for order, expected in enumerate(slopes, 1):
        code = sg.lambdify(x, sg.derivative(expression, x, order))
        with np.errstate(all="ignore"):  # NumPy computes the branch that is not taken, too
            assert float(code(0.0)) == pytest.approx(expected)
        assert float(code(0.3)) == pytest.approx(float(sp.diff(expression.args[1][0], x, order).subs(x, 0.3)))


def test_a_parameter_may_stand_in_the_hole():
    expression = sp.Piecewise((a, sp.Eq(x, 0)), (sp.sin(a * x) / x + a * x, True))
    code = sg.lambdify([x, a], sg.gradient(expression, x))
    with np.errstate(all="ignore"):
        assert float(code(0.0, 3.0)) == pytest.approx(3.0)


def test_a_jump_has_no_slope():
    expression = sp.Piecewise((5, sp.Eq(x, 0)), (x**2, True))
    code = sg.lambdify(x, sg.gradient(expression, x))
    assert math.isnan(float(code(0.0)))
    assert float(code(2.0)) == 4.0


def test_every_entry_of_a_tensor_is_settled():
    loss = sg.formula("sum(where(v == 0, 1, (exp(v) - 1)/v))", shapes={"v": "n"})
    code = sg.lambdify(list(loss.symbols), sg.gradient(loss, "v"))
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(code(np.array([0.0, 1.0])), [0.5, 1.0])


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("normalize(1/where(u == 1, u, u))/exp(u)", "normalize(1/u)/exp(u)"),
        ("erfcx(cumsum(where(u != 0, u, u)))", "erfcx(cumsum(u))"),
        ("cumsum(where(u == 1, 2*u, u**2))", "cumsum(u**2)"),
    ],
)
def test_a_slope_that_is_missing_at_a_point_is_missing_there_alone(text, elsewhere):
    formula, plain = (sg.formula(one, shapes={"u": "n"}) for one in (text, elsewhere))
    slope, expected = (sg.lambdify("u", sg.jacobian(one, "u"))(np.array([0.5, 2.0])) for one in (formula, plain))
    assert np.allclose(slope, expected, rtol=1e-12)


def test_a_condition_that_always_holds_is_no_isolated_point():
    assert str(sg.gradient("where(x == x, 5*x, x**2)", "x")) == "5"
    assert str(sg.gradient("where(x != x, 5*x, x**2)", "x")) == "2*x"


def test_a_missing_slope_prints_as_nan():
    assert str(sg.gradient("where(x == 1, 5*x, x**2)", "x")) == "where(x == 1, nan, 2*x)"
