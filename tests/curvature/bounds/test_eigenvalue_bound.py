"""Bounds of eigenvalues that rounding does not break: against exact determinants and eigenvalues in 60 digits."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

from symgd.curvature.bounds.eigenvalue_bound import is_positive_definite, smallest_eigenvalue_of_gram


def smallest_exactly(matrix):
    """The smallest eigenvalue of AᵀA for the floats as they are, in 60 digits."""
    with mpmath.workdps(60):
        exact = mpmath.matrix(matrix.tolist())
        return min(mpmath.eigsy(exact.T * exact, eigvals_only=True))


def is_definite_exactly(matrix):
    """Whether all leading minors are above 0, in fractions."""
    rows = sp.Matrix([[sp.Rational(*Fraction(float(entry)).as_integer_ratio()) for entry in row] for row in matrix])
    return all(rows[:k, :k].det() > 0 for k in range(1, rows.rows + 1))


SPREADS = [1.0, 1e-3, 1e-6, 1e-8, 1e-12, 0.0]


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (5, 2), (6, 6), (20, 3)])
@pytest.mark.parametrize("spread", SPREADS)
def test_no_bound_is_above_the_smallest_eigenvalue(shape, spread):
    """The last column is the first plus a small multiple of noise: the smaller this is, the closer AᵀA is to singular."""
    for seed in range(3):
        rng = np.random.default_rng(seed)
        matrix = rng.normal(size=shape)
        matrix[:, -1] = matrix[:, 0] * (shape[1] > 1) + spread * matrix[:, -1]
        found = smallest_eigenvalue_of_gram(matrix)
        true = smallest_exactly(matrix)
        assert 0 <= found <= max(true, 0)
        if spread >= 1e-3:
            assert found >= 0.49 * true


KNOWN = [  # a matrix, and the smallest eigenvalue of AᵀA by hand
    ([[3.0]], 9),
    ([[0.0]], 0),
    ([[1e-3]], 1e-6),
    ([[1.0, 0.0], [0.0, 2.0]], 1),
    ([[1.0, 1.0], [1.0, 1.0]], 0),
    ([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]], 0),
    ([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], 1),
    ([[3.0, 4.0], [4.0, -3.0]], 25),
    ([[1e4, 0.0], [0.0, 1.0]], 1),
    ([[1.0, 2.0, 3.0]], 0),
    ([[float("nan")]], 0),
    ([[float("inf"), 0.0], [0.0, 1.0]], 0),
]


@pytest.mark.parametrize(("matrix", "smallest"), KNOWN)
def test_bounds_of_small_matrices(matrix, smallest):
    found = smallest_eigenvalue_of_gram(np.array(matrix))
    assert smallest * (1 - 1e-5) <= found <= smallest


@pytest.mark.parametrize("array", [np.ones(3), np.ones((2, 2, 2)), np.ones((2, 5)), np.eye(3)[:2]])
def test_what_has_no_gram_matrix_of_full_rank_has_the_bound_zero(array):
    assert smallest_eigenvalue_of_gram(array) == 0


NEAR = [1e-1, 1e-6, 1e-12, 1e-15, 0.0, -1e-15, -1e-12, -1e-6, -1e-1]


@pytest.mark.parametrize("size", [1, 2, 3, 6])
@pytest.mark.parametrize("above", NEAR)
def test_a_matrix_that_is_called_definite_has_positive_minors(size, above):
    """The ones everywhere have one eigenvalue that is not 0; the diagonal is raised by a little."""
    matrix = np.ones((size, size)) * (size > 1) + above * np.eye(size)
    if is_positive_definite(matrix):
        assert is_definite_exactly(matrix)
    assert is_positive_definite(matrix) or above <= 1e-12


@pytest.mark.parametrize("seed", range(8))
def test_a_matrix_one_rounding_away_from_singular_is_not_called_definite(seed):
    rng = np.random.default_rng(seed)
    root = rng.integers(-9, 9, size=(4, 3)).astype(float)
    singular = root @ root.T  # whole numbers, of rank three, without rounding
    assert np.linalg.matrix_rank(root) <= 3
    assert not is_positive_definite(singular)
    assert not is_definite_exactly(singular)
    shift = float(np.trace(singular)) * 1e-6
    assert is_positive_definite(singular + shift * np.eye(4))
    assert not is_positive_definite(singular - shift * np.eye(4))
