"""Line shapes with guards: value, gradient and Hessian in the parameters against 60-digit differences; complex ones are refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

import symgd as sg
from symgd.errors import UnsupportedError
from tests.tables.line_shapes import LINE_SHAPES
from tests.tables.precise_arrays import assert_close, precise, value_and_derivatives

X = np.array([0.35, 1.125, 2.375])
WEIGHTS = np.array([1.0, -2.0, 0.5])
CASES = [(shape, point) for shape, points in LINE_SHAPES.items() for point in points]


@pytest.mark.parametrize(("shape", "point"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_value_gradient_and_hessian(shape, point):
    def of_parameters(p, function=shape):
        return np.sum(WEIGHTS * function(X, *p))

    p = sg.tensor("p", len(point))
    formula = sg.formula(of_parameters, p)
    value, gradient, hessian = sg.lambdify([p], [formula, sg.gradient(formula, p), sg.hessian(formula, p)])(np.array(point))
    exact = precise(shape)
    expected = value_and_derivatives(lambda parameters: of_parameters(parameters, exact), point)
    np.testing.assert_allclose(value, of_parameters(np.array(point)), rtol=1e-11)
    assert_close(value, expected[0])
    assert_close(gradient, expected[1])
    assert_close(hessian, expected[2], 1e-8)


@pytest.mark.parametrize("shape", LINE_SHAPES, ids=lambda shape: shape.__name__)
def test_the_slope_along_x(shape):
    point = np.array(LINE_SHAPES[shape][0])
    x = sg.tensor("x", "n", positive=True)
    formula = sg.formula(lambda x: np.sum(shape(x, *point)), x)
    exact = precise(shape)
    expected = value_and_derivatives(lambda places: np.sum(exact(places, *point)), X)
    assert_close(sg.lambdify([x], sg.gradient(formula, x))(X), expected[1])


def voigt(x, center, sigma, gamma):
    z = (x - center + 1j * gamma) / (sigma * np.sqrt(2))
    return special.wofz(z).real


def pearson_4(x, exponent, skew):
    return 2 * np.real(special.loggamma(exponent + 0.5j * skew)) * x


def voigt_of_real_numbers(x, center, sigma, gamma):
    return special.voigt_profile(x - center, sigma, gamma)


@pytest.mark.parametrize(
    ("function", "message"),
    [(voigt, r"complex[\s\S]*in voigt"), (pearson_4, r"complex[\s\S]*in pearson_4"), (voigt_of_real_numbers, "voigt_profile")],
)
def test_functions_of_complex_numbers_are_refused(function, message):
    inputs = [sg.scalar(name) for name in "xabc"][: function.__code__.co_argcount]
    with pytest.raises(UnsupportedError, match=message):
        sg.formula(function, *inputs)
