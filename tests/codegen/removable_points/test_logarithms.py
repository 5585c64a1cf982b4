"""Derivatives of powers whose exponent moves, where the base is 0: the values are known from the slopes along the axes."""

from __future__ import annotations

import math

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.removable_points.logarithms import with_logarithms_beside_powers

x, y, n = sg.scalar("x"), sg.scalar("y"), sg.scalar("n")
BROWN = (x**2) ** (y**2 + 1) + (y**2) ** (x**2 + 1)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0, 3.5])
def test_a_power_of_0_does_not_move_with_its_exponent(exponent, order):
    assert sg.lambdify([x, n], sg.derivative(x**n, n, order))(0.0, exponent) == 0


def test_where_the_exponent_is_0_or_below_a_logarithm_is_infinite():
    code = sg.lambdify([x, n], sg.derivative(x**n, n))
    with np.errstate(all="ignore"):
        assert code(0.0, 0.0) == -math.inf
        assert not np.isfinite(code(0.0, -1.0))
    assert code(2.0, 3.0) == pytest.approx(8 * math.log(2), rel=1e-15)


@pytest.mark.parametrize(
    ("point", "gradient", "hessian"),
    [
        ((0.0, 0.0), [0, 0], [[2, 0], [0, 2]]),  # x² along one axis, y² along the other
        ((0.0, 1.0), [0, 2], [[0, 0], [0, 2]]),  # x⁴ + 1 in x, and y² in y
        ((1.0, 0.0), [2, 0], [[2, 0], [0, 0]]),
        ((0.0, 2.0), [0, 4], [[8 * math.log(4), 0], [0, 2]]),  # 4·4^(x²) has the second derivative 8·log 4 at 0
    ],
)
def test_browns_function_has_derivatives_where_a_base_is_0(point, gradient, hessian):
    values = sg.lambdify([x, y], [sg.gradient(BROWN, [x, y]), sg.hessian(BROWN, [x, y])])(*point)
    np.testing.assert_allclose(values[0], gradient, rtol=1e-14)
    np.testing.assert_allclose(values[1], hessian, rtol=1e-14, atol=1e-15)


def test_wolfes_function_has_a_gradient_at_0_and_no_hessian():
    loss = sg.formula("4/3*(x**2 + y**2 - x*y)**(3/4)")
    with np.errstate(all="ignore"):
        gradient, hessian = sg.lambdify([x, y], [sg.gradient(loss, [x, y]), sg.hessian(loss, [x, y])])(0.0, 0.0)
    np.testing.assert_array_equal(gradient, [0, 0])
    assert not np.isfinite(hessian).any()


@pytest.mark.parametrize("exponent", ["7/4", "sqrt(pi)"])
def test_a_sum_of_squares_to_a_power_above_1_and_a_half_has_the_hessian_0(exponent):
    v = sg.tensor("v", 3)
    for loss in (
        sg.sum(v**2) ** sg.formula(exponent),
        (v[0] ** 2 + v[1] ** 2 - v[0] * v[1] + v[2] ** 2) ** sg.formula(exponent),
    ):
        hessian = sg.lambdify([v], sg.hessian(loss, v))(np.zeros(3))
        np.testing.assert_allclose(hessian, np.zeros((3, 3)), atol=1e-30)


def test_logarithms_of_other_quantities_stay():
    for text in ("x*y*log(x + 1)", "x*log(y)*z", "(x + y)*log(x)"):
        formula = sg.formula(text)
        assert with_logarithms_beside_powers([formula]) == [formula]
