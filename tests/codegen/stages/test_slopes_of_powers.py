"""Derivatives of xᵏ in x at x = 0: of 1 they are 0, and of x they are 1 and 0. The references are exact."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.stages.slopes_of_powers import with_slopes_of_powers

x, k, m = sg.scalar("x"), sg.scalar("k"), sg.scalar("m")
u, e, c = sg.tensor("u", "n"), sg.tensor("e", "n"), sg.tensor("c", "n")
POINTS = [-1.5, -1.0, 0.0, 0.5, 2.0]


def slope(number: float, exponent: int, order: int) -> float:
    """Return the derivative of xᵏ for a whole k ≥ 0, by exact arithmetic."""
    if order > exponent:
        return 0.0
    return float(Fraction(math.perm(exponent, order)) * Fraction(number) ** (exponent - order))


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("exponent", range(5))
def test_the_exponent_is_an_input(exponent: int, order: int) -> None:
    code = sg.lambdify([x, k], sg.derivative(x**k, x, order))
    for number in POINTS:
        assert code(number, float(exponent)) == pytest.approx(slope(number, exponent, order), abs=1e-15)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("number", POINTS)
def test_the_exponents_are_an_array_that_is_an_input(number: float, order: int) -> None:
    exponents = np.arange(5.0)
    expected = [slope(number, exponent, order) for exponent in range(5)]
    gradient = sg.gradient(sg.sum(u**e), u)
    value = gradient if order == 1 else sg.jacobian(sg.sum(gradient), u)
    np.testing.assert_allclose(sg.lambdify([u, e], value)(np.full(5, number), exponents), expected, atol=1e-15)


@pytest.mark.parametrize("exponents", [np.arange(5), np.array([2, 0, 1, 3]), np.array([[0, 1], [2, 3]]), np.array([1, 1, 0])])
@pytest.mark.parametrize("number", POINTS)
def test_the_exponents_are_written_numbers(number: float, exponents: np.ndarray) -> None:
    base = sg.tensor("b", exponents.shape)
    loss = sg.sum(base**exponents)
    gradient, hessian = sg.lambdify([base], [sg.gradient(loss, base), sg.hessian(loss, base)])(np.full(exponents.shape, number))
    first = np.array([slope(number, int(exponent), 1) for exponent in exponents.ravel()])
    second = np.array([slope(number, int(exponent), 2) for exponent in exponents.ravel()])
    np.testing.assert_allclose(gradient.ravel(), first, atol=1e-15)
    np.testing.assert_allclose(hessian.reshape(exponents.size, exponents.size), np.diag(second), atol=1e-15)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("x**(2*k)", {"x": 0, "k": 0}, 0),
        ("x**(k/2)", {"x": 0, "k": 0}, 0),
        ("x**(-k)", {"x": 0, "k": 0}, 0),
        ("x**(3 - k)", {"x": 0, "k": 3}, 0),
        ("x**(2*k + 1)", {"x": 0, "k": 0}, 1),
        ("x**(k*m)", {"x": 0, "k": 0, "m": 2}, 0),
        ("x**(k*m)", {"x": 0, "k": 2, "m": 0}, 0),
        ("x**(2*k - 4*m)", {"x": 0, "k": 2, "m": 1}, 0),
    ],
)
def test_the_exponent_is_a_multiple_of_the_factor(text: str, at: dict[str, float], expected: float) -> None:
    assert sg.lambdify(list(at), sg.gradient(text, "x"))(*map(float, at.values())) == expected


@pytest.mark.parametrize("number", POINTS)
def test_a_polynomial_of_named_length_has_derivatives_at_0(number: float) -> None:
    coefficients = np.array([4.0, -1.0, 3.0, 0.5])
    polynomial = np.polynomial.Polynomial(coefficients)
    loss = sg.sum(c * x ** sg.arange("n"))
    values = sg.lambdify([x, c], [sg.derivative(loss, x, order) for order in (1, 2, 3)])(number, coefficients)
    np.testing.assert_allclose(values, [polynomial.deriv(order)(number) for order in (1, 2, 3)], rtol=1e-14)


def test_columns_of_powers_have_derivatives_at_0() -> None:
    """A Vandermonde matrix times coefficients, as it is written in NumPy."""
    loss = sg.sum((u[:, None] ** np.arange(4)[None, :]) @ np.array([4, -1, 3, 2]))
    polynomial = np.polynomial.Polynomial([4, -1, 3, 2])
    points = np.array([0.0, -1.0, 2.0])
    gradient, hessian = sg.lambdify([u], [sg.gradient(loss, u), sg.hessian(loss, u)])(points)
    np.testing.assert_allclose(gradient, polynomial.deriv()(points), rtol=1e-14)
    np.testing.assert_allclose(hessian, np.diag(polynomial.deriv(2)(points)), rtol=1e-14)


def test_exponents_of_numbers_are_lowered_where_they_are_not_0() -> None:
    v = sg.tensor("v", 3)
    assert str(sg.gradient(sg.sum(v ** np.arange(3)), v)) == "v**[0, 0, 1] * [0, 1, 2]"


def test_other_formulas_stay_as_they_are() -> None:
    for formula in (x**2 * k, m * x ** (2 * k - 1), k * sg.exp(x) ** (k - 1), (k + 1) * x ** (k * m + k)):
        assert with_slopes_of_powers([formula]) == [formula]
