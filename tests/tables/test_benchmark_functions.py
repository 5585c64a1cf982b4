"""Test functions of optimisation, written with NumPy, loops and branches: value, gradient and Hessian against 60-digit differences."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from tests.tables.benchmark_functions import BENCHMARKS, corana, deceptive, needle_eye, penalised_1, zero_sum
from tests.tables.precise_arrays import assert_close, precise, value_and_derivatives


def compiled(function, size):
    x = sg.tensor("x", size)
    formula = sg.formula(function, x)
    assert formula.shape == ()
    return sg.lambdify([x], [formula, sg.gradient(formula, x), sg.hessian(formula, x)])


@pytest.mark.parametrize("function", BENCHMARKS, ids=lambda function: function.__name__)
def test_value_gradient_and_hessian(function):
    point = np.array(BENCHMARKS[function])
    value, gradient, hessian = compiled(function, len(point))(point)
    expected = value_and_derivatives(precise(function), point)
    np.testing.assert_allclose(value, function(point), rtol=1e-11)
    assert_close(value, expected[0])
    assert_close(gradient, expected[1])
    assert_close(hessian, expected[2], 1e-8)


@pytest.mark.parametrize(
    ("function", "points"),
    [
        (corana, [(0.2, 0.41, -0.33, 1.0), (-0.06, 0.11, 0.31, 0.6), (3.1, -2.2, 0.02, 0.07)]),
        (deceptive, [(-0.2, 0.5), (0.28, 0.65), (0.4, 0.74), (0.6, 0.9), (1.3, 0.8), (0.05, -0.7)]),
        (needle_eye, [(1e-5, 3e-5), (1e-5, 0.3), (-2.0, 1e-6)]),
        (penalised_1, [(11.0, 10.5, -10.1), (0.3, 0.2, 0.1), (-11.0, 0.7, 13.0)]),
        (zero_sum, [(0.3, 0.4, 0.1), (-1.0, 0.2, 0.3)]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_way_through_the_branches(function, points):
    code = compiled(function, len(points[0]))
    for point in points:
        value, gradient, hessian = code(np.array(point))
        expected = value_and_derivatives(precise(function), point)
        np.testing.assert_allclose(value, function(np.array(point)), rtol=1e-12)
        assert_close(gradient, expected[1])
        assert_close(hessian, expected[2], 1e-8)
