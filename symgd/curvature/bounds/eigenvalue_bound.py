"""A lower bound of the smallest eigenvalue of AᵀA that holds for the numbers as they are, rounding included.

A Cholesky decomposition that runs to its end in floating point proves its matrix positive definite, once the rounding errors of
the decomposition and of the product AᵀA are subtracted from the diagonal first.

References
----------
Rump, "Verification of positive definiteness", BIT 46, 2006; Higham, *Accuracy and Stability of Numerical Algorithms*, 2002,
sections 3.5 and 10.1.
"""

from __future__ import annotations

import numpy as np

from symgd.evaluation.entries import Array

__all__ = ["is_positive_definite", "smallest_eigenvalue_of_gram"]

UNIT = np.finfo(float).eps / 2
TINY = np.finfo(float).tiny


def smallest_eigenvalue_of_gram(matrix: Array) -> float:
    """Return a number that λ_min(AᵀA) surely is not below: 0 where nothing better could be shown.

    Parameters
    ----------
    matrix : array
        A, whose entries are taken as exact.
    """
    a = np.asarray(matrix, dtype=float)
    if a.ndim != 2 or not np.isfinite(a).all() or a.shape[0] < a.shape[1]:
        return 0.0
    gram = a.T @ a
    rows, columns = a.shape
    share = _gamma(rows + 1)
    lost = share * float((np.abs(a).T @ np.abs(a)).sum(axis=1).max()) * (1 + 1e-10) + rows * columns * TINY
    guess = float(np.linalg.eigvalsh(gram)[0])
    for part in (1 - 1e-9, 1 - 1e-6, 1 - 1e-3, 0.5):
        bound = guess * part
        if bound > lost and is_positive_definite(gram - (bound + 2 * lost) * np.eye(columns)):
            return float(np.nextafter(bound, 0))
    return 0.0


def _gamma(count: int) -> float:
    return count * UNIT / (1 - count * UNIT)


def is_positive_definite(matrix: np.ndarray) -> bool:
    """Whether a matrix is positive definite for certain; its diagonal was rounded by one operation."""
    n = len(matrix)
    diagonal = np.abs(np.diag(matrix))
    shift = (_gamma(n + 2) / (1 - _gamma(n + 2)) + 4 * UNIT) * float(diagonal.sum()) * (1 + 1e-10) + n * n * TINY
    try:
        np.linalg.cholesky(matrix - shift * np.eye(n))
    except np.linalg.LinAlgError:
        return False
    return True
