"""Linear systems and determinants over any algebra, on arrays of objects.

Gauss–Jordan elimination, and Laplace's expansion where a matrix is small enough to need no division.
"""

from __future__ import annotations

import numpy as np

from symgd.errors import DomainError
from symgd.evaluation.entries import Array, Entry
from symgd.evaluation.evaluator import Context

__all__ = ["determinant_of", "eliminate", "identity_matrix", "solution"]


def eliminate(context: Context, matrix: Array, right: Array) -> tuple[Entry, Array | None]:
    """Solve by Gauss–Jordan elimination; return (determinant, solution).

    Raises
    ------
    DomainError
        Where the matrix is singular.
    """
    n = matrix.shape[0]
    work = np.concatenate([matrix, right], axis=1)
    determinant = context.algebra.number(1)
    for k in range(n):
        chosen = context.algebra.pivot(list(work[k:, k]))
        if chosen is None:
            return context.algebra.number(0), None
        if chosen:
            work[[k, k + chosen]] = work[[k + chosen, k]]
            determinant = -determinant
        pivot = work[k, k]
        determinant = determinant * pivot
        for j in range(k, work.shape[1]):
            work[k, j] = work[k, j] / pivot
        for i in range(n):
            factor = work[i, k]
            if i != k and not context.algebra.is_zero(factor):
                for j in range(k, work.shape[1]):
                    work[i, j] = work[i, j] - factor * work[k, j]
    return determinant, work[:, n:]


def solution(context: Context, matrix: Array, right: Array) -> Array:
    """Return X with matrix·X = right.

    Raises
    ------
    DomainError
        Where the matrix is singular.
    """
    _, unknowns = eliminate(context, matrix, right)
    if unknowns is None:
        raise DomainError("the matrix is singular here")
    return unknowns


def identity_matrix(context: Context, n: int) -> Array:
    """Return the identity matrix over the algebra."""
    result: Array = context.zeros((n, n))
    for i in range(n):
        result[i, i] = context.algebra.number(1)
    return result


def determinant_of(context: Context, matrix: Array) -> Entry:
    """Return the determinant of a square matrix."""
    n = matrix.shape[0]
    if n <= 3:  # without division: exact also where a pivot would be a formula that can vanish
        return _laplace(context, matrix, tuple(range(n)))
    return eliminate(context, matrix, np.empty((n, 0), dtype=object))[0]


def _laplace(context: Context, matrix: Array, columns: tuple[int, ...]) -> Entry:
    row = matrix.shape[0] - len(columns)
    if not columns:
        return context.algebra.number(1)
    total = None
    for k, column in enumerate(columns):
        minor = matrix[row, column] * _laplace(context, matrix, columns[:k] + columns[k + 1 :])
        minor = -minor if k % 2 else minor
        total = minor if total is None else total + minor
    return total
