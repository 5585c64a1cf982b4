"""Partial derivatives without a closed form: functions that can be derived again, written, evaluated, compiled at numbers."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import ShapeError, UnsupportedError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.exact import exact_values
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.numeric_derivatives import NumericDerivative
from symgd.evaluation.partial_derivatives import partial_derivative
from symgd.graph.node import constant

x, y, v = sg.scalar("x"), sg.scalar("y"), sg.tensor("v", 3)
zeta, bessel = partial_derivative("zeta", (1,)), partial_derivative("besselj", (1, 0))


def test_there_is_one_function_for_each_derivative():
    assert partial_derivative("zeta", (1,)) is zeta
    assert len({zeta, bessel, partial_derivative("zeta", (2,)), partial_derivative("besselj", (0, 1))}) == 4
    assert zeta.make((x,)) is zeta.make((x,))


def test_its_derivatives_are_those_of_higher_order():
    assert sg.gradient(zeta.make((x,)), x) is partial_derivative("zeta", (2,)).make((x,))
    assert sg.gradient(bessel.make((x, y)), x) is partial_derivative("besselj", (2, 0)).make((x, y))
    assert sg.gradient(bessel.make((x, y)), y) is partial_derivative("besselj", (1, 1)).make((x, y))
    chain = sg.gradient(zeta.make((x**2,)), x) - 2 * x * partial_derivative("zeta", (2,)).make((x**2,))
    assert sg.simplify(chain).equals_number(0)


@pytest.mark.parametrize("number", ["1.5", "2", "30"])
def test_values_are_those_of_the_derived_series(number):
    """mpmath differentiates Σ n⁻ˢ term by term."""
    formulas = [zeta.make((x,)), sg.gradient(zeta.make((x,)), x)]
    found = evaluate_precisely(formulas, {x: np.array(mpmath.mpf(number), dtype=object)}, digits=50)
    with mpmath.workdps(50):
        for order, value in enumerate(found, 1):
            true = mpmath.zeta(mpmath.mpf(number), 1, order)
            assert abs(value[()] - true) < abs(true) * mpmath.mpf("1e-35")


@pytest.mark.parametrize("number", [1, sp.Rational(1, 3), sp.pi])
def test_exact_values_are_numbers_of_any_precision(number):
    """∂J_ν(x)/∂ν = π/2·Y₀(x) at ν = 0: NIST DLMF 10.15.3."""
    (value,) = exact_values([bessel.make((x, y))], {x: sp.Integer(0), y: sp.sympify(number)})
    assert value == NumericDerivative("besselj", (1, 0), (0, number))
    assert abs(value.evalf(40) - (sp.pi / 2 * sp.bessely(0, number)).evalf(40)) < sp.Float("1e-38")


@pytest.mark.parametrize(
    ("name", "orders", "point"), [("besselj", (1, 0), (0, -1)), ("sqrt", (1,), (-1,)), ("acosh", (1,), (0,))]
)
def test_where_it_is_no_real_number_it_has_no_exact_value(name, orders, point):
    inputs = (x, y)[: len(point)]
    with pytest.raises(UnsupportedError, match="has no value"):
        exact_values([partial_derivative(name, orders).make(inputs)], dict(zip(inputs, map(sp.Integer, point), strict=True)))


def test_it_has_code_at_numbers_only():
    slope = zeta.make((constant(0),))
    assert sg.lambdify("x", x * slope)(2.0) == pytest.approx(-np.log(2 * np.pi), rel=1e-15)
    with pytest.raises(UnsupportedError, match="at numbers only"):
        sg.lambdify("x", zeta.make((x,)))


def test_it_acts_on_entries():
    assert zeta.make((v,)).shape == (3,)
    assert bessel.make((x, v)).shape == (3,)
    with pytest.raises(ShapeError):
        bessel.make((sg.tensor("u", 2), v))


@pytest.mark.parametrize(
    ("formula", "text", "latex"),
    [
        (zeta.make((x,)), "zeta'(x)", r"\zeta'(x)"),
        (partial_derivative("zeta", (2,)).make((x + 1,)) * 2, "2*zeta''(x + 1)", None),
        (bessel.make((x, y)), "D[1, 0]besselj(x, y)", None),
        (partial_derivative("besselj", (0, 2)).make((x, y)), "D[0, 2]besselj(x, y)", None),
    ],
)
def test_how_it_is_written(formula, text, latex):
    assert str(formula) == text
    assert latex is None or formula.latex() == latex


def test_sympy_and_back():
    s = sp.Symbol("s", real=True)
    formula = sg.formula(s * NumericDerivative("besselj", (1, 0), (s, 2)))
    node = sg.scalar("s")
    assert formula is node * bessel.make((node, constant(2)))
    assert formula.to_sympy() == s * NumericDerivative("besselj", (1, 0), (s, 2))
