"""NumPy's functions that make arrays, in a traced function: their values and slopes are NumPy's, or they are refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdError
from symgd.readers.numpy.creators import CREATORS
from tests.readers.numpy.comparison import check_slopes, check_values

CALLS = [
    "np.asarray(v)*2", "np.array(v, dtype=float)", "np.asanyarray(X) @ c", "np.array([v[0], 2*v[1]])",
    "np.array([[s, v[0]], [v[1], 1.0]])", "np.full(3, s)", "np.full((2, 2), s)*v[0]", "np.full_like(v, s)",
    "np.full_like(v, 2.0)*v",
    "np.zeros_like(v) + v", "np.ones_like(X)*c", "np.ones(4)*v", "np.eye(3) @ c", "np.identity(3) @ S",
    "np.asarray_chkfinite(v)*s", "np.array(np.zeros(4)) + v",
]  # fmt: skip


@pytest.mark.parametrize("text", CALLS)
def test_values_and_slopes_are_those_of_numpy(text):
    check_values(text)
    check_slopes(text)


NAMED = [
    (lambda X: X + np.zeros(X.shape), "X + zeros((m, n))"),
    (lambda X: X + np.ones((len(X), X.shape[1])), "X + ones((m, n))"),
    (lambda X: X + np.full(X.shape, 2.0), "X + 2*ones((m, n))"),
    (lambda X: X.T @ np.eye(X.shape[0]) @ X, "X.T @ eye(m) @ X"),
    (lambda X: X @ np.identity(X.shape[1]), "X @ eye(n)"),
    (lambda X: X @ np.arange(X.shape[1]), "X @ arange(n)"),
    (lambda X: np.sum(X) / len(X), "sum(X)/m"),
]


@pytest.mark.parametrize(("function", "expected"), NAMED)
def test_arrays_of_named_sizes(function, expected):
    formula = sg.formula(function, sg.tensor("X", "m n"))
    assert str(formula) == expected
    values = np.arange(6.0).reshape(3, 2)
    np.testing.assert_allclose(sg.lambdify(["X"], formula)(values), function(values))


FILLED = [
    lambda A: np.fill_diagonal(A, 0.0),
    lambda A: np.fill_diagonal(A, A[0]),
    lambda A: np.fill_diagonal(A, [5.0]),
    lambda A: A.__setitem__(np.diag_indices_from(A), A[1]),
    lambda A: A.__setitem__(np.tril_indices_from(A, -1), 0.0),
    lambda A: np.copyto(A, 2 * A),
    lambda A: np.copyto(A, 0.0, where=np.tri(3) > 0),
]


@pytest.mark.parametrize("fill", FILLED)
@pytest.mark.parametrize("make", [lambda A: A.copy(), lambda A: np.zeros((3, 3)) + A, lambda A: stored(A)])
def test_diagonals_and_triangles_are_stored(fill, make):
    def function(A):
        B = make(A)
        fill(B)
        return B

    values = np.arange(9.0).reshape(3, 3)
    found = sg.lambdify(["A"], sg.formula(function, sg.tensor("A", "3 3")))(values)
    np.testing.assert_array_equal(found, function(values))


def stored(A):
    out = np.zeros((3, 3))
    out[...] = A
    return out


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda v: np.empty(v.shape) + v, "places are not known"),
        (lambda v: np.eye(v.shape[0], 3) @ v[:3], "places are not known"),
        (lambda v: np.zeros(v.shape, int) + v, "real numbers"),
        (lambda v: np.fill_diagonal(v, 1) or v, "takes a matrix"),
        (lambda v: np.array(v, order="F"), "another order in memory"),
        (lambda v: np.array([v[0] > 0, v[1] > 0]), "conditions are collected"),
        (lambda v: np.array(v, int), "whole number|type"),
    ],
)
def test_what_is_refused(function, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(function, sg.tensor("v", "n"))


def test_every_maker_keeps_the_name_of_numpy():
    makers = (
        np.zeros,
        np.ones,
        np.empty,
        np.full,
        np.zeros_like,
        np.ones_like,
        np.empty_like,
        np.full_like,
        np.array,
        np.asarray,
    )
    assert all(CREATORS[id(maker)].__name__ == maker.__name__ for maker in makers)
