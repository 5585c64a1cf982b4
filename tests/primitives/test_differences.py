"""Differences of neighbours: NumPy's values, the adjoint as a matrix, shapes of named sizes, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.graph.shape import show_shape
from tests.primitives.scalar_comparison import evaluated, refusal

T = np.random.default_rng(23).normal(size=(3, 4, 5))


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_differences_are_those_of_numpy(n, axis):
    formula = sg.diff(sg.tensor("T", T.shape), n, axis)
    expected = np.diff(T, n, axis)
    assert formula.shape == expected.shape
    np.testing.assert_allclose(evaluated(formula, T=T), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_jacobian_is_the_matrix_of_differences(n):
    x = sg.tensor("x", 5)
    matrix = np.diff(np.eye(5), n, axis=0)
    np.testing.assert_array_equal(evaluated(sg.jacobian(sg.diff(x, n), x) + 0 * x[0], x=np.ones(5)), matrix)
    found = evaluated(sg.gradient(sg.sum(sg.diff(x, n) ** 2), x), x=np.arange(5.0) ** 3)
    np.testing.assert_allclose(found, 2 * matrix.T @ matrix @ np.arange(5.0) ** 3)


# shape of x, n, axis; how the differences are written, their shape
FORMS = [
    ("n", 1, -1, "x[1:] - x[:-1]", "(n - 1,)"), ("n", 2, -1, "(x[1:] - x[:-1])[1:] - (x[1:] - x[:-1])[:-1]", "(n - 2,)"),
    ("n", 0, -1, "x", "(n,)"),
    ("m n", 1, 0, "x[1:] - x[:-1]", "(m - 1, n)"), ("m n", 1, 1, "x[:, 1:] - x[:, :-1]", "(m, n - 1)"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "n", "axis", "shown", "expected"), FORMS)
def test_forms_and_shapes(shape, n, axis, shown, expected):
    result = sg.diff(sg.tensor("x", shape), n, axis)
    assert (str(result), show_shape(result.shape)) == (shown, expected)


def test_differences_of_a_high_order_are_binomial():
    x = np.zeros(21)
    x[10] = 1
    assert evaluated("diff(x, 20)", x=x).tolist() == [184756]  # 20 over 10


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([1.0, np.inf, 2.0], [np.inf, -np.inf]),
        ([np.inf, np.inf], [np.nan]),
        ([np.nan, 1.0], [np.nan]),
        ([1e308, -1e308], [-np.inf]),
    ],
)
def test_values_that_are_not_finite(x, expected):
    np.testing.assert_array_equal(evaluated("diff(x)", x=np.array(x)), expected)


U, X = sg.tensor("u", 3), sg.scalar("x")

# what is refused, and how
REFUSED = [
    *((lambda n=n: sg.diff(U, n), f"SymgdError: diff is repeated a whole number of times, not {n}") for n in (-1, 1.5, 21)),
    (lambda: sg.diff(U, X), "SymgdError: diff is repeated a whole number of times, not x"),
    (lambda: sg.diff(U, 3), "ShapeError: "), (lambda: sg.diff(X), "ShapeError: there is no axis -1 in shape ()"),
    (lambda: sg.diff(U, 1, 1), "ShapeError: there is no axis 1 in shape (3,)"),
    (lambda: sg.diff(U, 1, (0, 0)), "ShapeError: an axis is named twice"),
    (lambda: sg.diff(sg.tensor("A", "m n"), 1, (0, 1)), "ShapeError: diff runs along one axis, not 2"),
    (lambda: sg.diff(U, "two"), "SymgdError: str cannot stand in a formula"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)
