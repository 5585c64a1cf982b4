"""Inverse, linear systems and determinants: values, derivatives, signs, singular matrices, refusals."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError
from symgd.graph.inference import Facts
from tests.primitives.library_comparison import (
    arrays_of,
    cases,
    check_refusal,
    check_slopes,
    check_values,
    compiled,
    precise,
    written,
)

ARRAYS = arrays_of(A=(3, 3), B=(3, 2), v=(3,), S=(1, 1), G=(4, 4), u=(4,), s=(1,))
SAME = [
    "inv(A)", "inv(S)", "inv(G)", "inv(A.T) @ v", "inv(inv(A))", "solve(A, v)", "solve(A, B)", "solve(S, s)", "solve(G, u)",
    "solve(A.T, A)", "solve(A, solve(A, v))", "det(A)", "det(S)", "det(G)", "det(A @ A)", "det(B.T @ B)",
    ("logdet(A)", "log(sqrt(det(A)**2))"), ("logdet(S)", "log(sqrt(det(S)**2))"), ("logdet(-A)", "log(sqrt(det(A)**2))"),
    ("logdet(G @ G.T)", "log(det(G)**2)"), "v @ inv(A) @ v", "trace(inv(A) @ B @ B.T)", "det(A)*inv(A)",
    "solve(A, B) @ solve(A, B).T",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


# function of M, M, value
WHOLE = [
    ("det(M)", [[7]], 7), ("det(M)", [[1, 2], [3, 4]], -2), ("det(M)", [[0, 1], [1, 0]], -1), ("det(M)", [[1, 2], [2, 4]], 0),
    ("det(M)", [[0, 0, 1], [0, 1, 0], [1, 0, 0]], -1), ("det(M)", [[2, 0, 0], [0, 3, 0], [0, 0, 5]], 30),
    ("det(M)", [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 2], [0, 0, 3, 0]], 6), ("det(M)", np.ones((4, 4)), 0),
    ("det(M)", np.zeros((5, 5)), 0),
    ("det(M)", [[1, 1, 1, 1], [1, 2, 4, 8], [1, 3, 9, 27], [1, 4, 16, 64]], 12), ("inv(M)", [[4]], [[0.25]]),
    ("inv(M)", [[1, 2], [3, 4]], [[-2, 1], [1.5, -0.5]]), ("inv(M)", [[0, 1], [1, 0]], [[0, 1], [1, 0]]),
    ("inv(M)", [[2, -1, 0], [-1, 2, -1], [0, -1, 2]], [[0.75, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 0.75]]),
    ("solve(M, [5, 11])", [[1, 2], [3, 4]], [1, 2]), ("solve(M, [[2], [3]])", [[0, 1], [1, 0]], [[3], [2]]),
    ("logdet(M)", [[0, 1], [1, 0]], 0),
    ("logdet(M)", [[-1, 0], [0, 1]], 0), ("logdet(M)", np.eye(6), 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "matrix", "expected"), WHOLE)
def test_matrices_of_whole_numbers(text, matrix, expected):
    arrays = {"M": np.array(matrix, dtype=float)}
    formula = written(text, arrays)
    assert np.array_equal(precise(formula, arrays), np.array(expected, dtype=float))
    np.testing.assert_allclose(compiled(formula, arrays), expected, atol=1e-12)


SINGULAR = {"M": np.array([[1.0, 2.0], [2.0, 4.0]])}


@pytest.mark.parametrize("text", ["inv(M)", "solve(M, [1, 1])", "solve(M, M)"])
def test_a_singular_matrix_has_no_inverse(text):
    formula = written(text, SINGULAR)
    assert np.isnan(precise(formula, SINGULAR)).all()
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        compiled(formula, SINGULAR)


def test_code_computes_the_slope_of_a_determinant_that_vanishes_by_cofactors():
    """det(A)·A⁻ᵀ, which the derivation gives, has no value there."""
    slope = sg.gradient(written("det(M)", SINGULAR), "M")
    assert np.isnan(precise(slope, SINGULAR)).all()
    np.testing.assert_allclose(compiled(slope, SINGULAR), [[4, -2], [-2, 1]])


@pytest.mark.parametrize(("facts", "sign"), [({}, "ANY"), ({"psd": True}, "NONNEGATIVE"), ({"pd": True}, "POSITIVE")])
def test_the_sign_of_a_determinant(facts, sign):
    assert Facts().sign(sg.det(sg.tensor("A", "n n", **facts))).name == sign


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("inv(B)", "inv takes a square matrix, not (3, 2)"), ("inv(v)", "inv takes a square matrix, not (3,)"),
        ("inv(2)", "inv takes a square matrix, not ()"), ("inv(X)", "inv takes a square matrix, not (m, n)"),
        ("inv(T)", "inv takes a square matrix, not (2, 3, 3)"), ("det(B.T)", "det takes a square matrix, not (2, 3)"),
        ("logdet(v)", "logdet takes a square matrix, not (3,)"), ("solve(B, v)", "solve takes a square matrix, not (3, 2)"),
        ("solve(A, u)", "cannot solve (3, 3) x = (4,): the right side needs 3 rows"),
        ("solve(A, B.T)", "the right side needs 3 rows"),
        ("solve(A, T)", "cannot solve (3, 3) x = (2, 3, 3)"), ("solve(A, 1)", "solve(A, b) is the x with A @ x = b"),
    ],
)  # fmt: skip
def test_refusals(text, message):
    check_refusal(text, ShapeError, message, {**ARRAYS, "T": sg.tensor("T", (2, 3, 3)), "X": sg.tensor("X", "m n")})
