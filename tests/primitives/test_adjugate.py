"""The adjugate: exact matrices of cofactors, of singular matrices too, and slopes by complex steps."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from symgd.errors import ShapeError
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

ARRAYS = arrays_of(A=(3, 3), G=(4, 4), P=(2, 2), S=(1, 1), v=(3,), B=(3, 2))
SAME = [
    ("adjugate(A)", "det(A)*inv(A)"), ("adjugate(G)", "det(G)*inv(G)"),
    ("adjugate(P)", "array([[P[1, 1], -P[0, 1]], [-P[1, 0], P[0, 0]]])"),
    ("A @ adjugate(A)", "det(A)*eye(3)"), ("adjugate(A) @ v", "det(A)*solve(A, v)"), ("adjugate(A.T)", "(det(A)*inv(A)).T"),
    ("adjugate(A @ A)", "det(A)**2*inv(A) @ inv(A)"), ("adjugate(adjugate(A))", "det(A)*A"), ("trace(adjugate(P))", "trace(P)"),
    ("adjugate(2*A)", "4*det(A)*inv(A)"), ("adjugate(A)*det(A)", "det(A)**2*inv(A)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_and_slopes(text, library):
    check_values(text, library, ARRAYS)
    check_slopes(text, library, ARRAYS)


WHOLE = [
    [[7]], [[0]], [[1, 2], [3, 4]], [[1, 2], [2, 4]], [[0, 0], [0, 0]], np.eye(3), [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
    np.ones((3, 3)), np.diag([1, 0, 3]),
    np.diag([2, 3, 0, 5]), np.diag([2, 0, 0, 5]), [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
    [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]],
]  # fmt: skip


@pytest.mark.parametrize("matrix", WHOLE)
def test_the_adjugate_of_whole_numbers_is_that_of_sympy(matrix):
    """Also where the matrix is singular, by one rank or by more."""
    arrays = {"M": np.array(matrix, dtype=float)}
    expected = np.array(sp.Matrix(np.array(matrix, dtype=int)).adjugate().tolist(), dtype=float)
    assert np.array_equal(precise(written("adjugate(M)", arrays), arrays), expected)
    np.testing.assert_allclose(compiled(written("adjugate(M)", arrays), arrays), expected, atol=1e-12)


@pytest.mark.parametrize(("text", "shown"), [("adjugate(B)", "(3, 2)"), ("adjugate(v)", "(3,)"), ("adjugate(2)", "()")])
def test_refusals(text, shown):
    check_refusal(text, ShapeError, f"adjugate takes a square matrix, not {shown}", ARRAYS)
