"""What given numbers show of an input: signs and bounds of the entries, symmetry, definiteness; proven, not measured.

Floats are the decimals they print as. Definiteness is decided exactly for small matrices, by LDLᵀ in fractions, and for larger
ones by a Cholesky decomposition with its rounding errors.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np

from symgd.curvature.bounds.eigenvalue_bound import is_positive_definite
from symgd.evaluation.entries import Array
from symgd.graph.assumptions import Interval
from symgd.graph.node import SYMBOL, Node, intern

__all__ = ["definiteness_of_symmetric_part", "with_facts_of"]

_MAX_EXACT = 24


def with_facts_of(node: Node, array: Array) -> Node:
    """Return an input with everything declared that its value shows.

    Parameters
    ----------
    node : Node
    array : array of float
    """
    facts = node.facts
    low, high = (Fraction(repr(float(end))) for end in (array.min(), array.max()))
    is_square = array.ndim == 2 and array.shape[0] == array.shape[1] and node.shape[0] == node.shape[1]
    shows_symmetry = is_square and np.array_equal(array, array.T)
    is_semidefinite, is_definite = definiteness_of_symmetric_part(array) if shows_symmetry else (False, False)
    known = dataclasses.replace(
        facts,
        interval=facts.interval & Interval(low, high),
        is_nonzero=facts.is_nonzero or bool(array.all()),
        is_symmetric=facts.is_symmetric or shows_symmetry,
        is_positive_semidefinite=facts.is_positive_semidefinite or is_semidefinite,
        is_positive_definite=facts.is_positive_definite or is_definite,
    )
    return node if known == facts else intern(SYMBOL, (), (node.name, known, node.shape))


def definiteness_of_symmetric_part(matrix: Array) -> tuple[bool, bool]:
    """Return whether (A + Aᵀ)/2 is positive semidefinite, and definite, for certain.

    Parameters
    ----------
    matrix : array of float
        A, a square matrix.
    """
    if len(matrix) > _MAX_EXACT:
        is_definite = is_positive_definite(_doubled(matrix))
        return is_definite, is_definite
    exact = [[Fraction(repr(float(entry))) for entry in row] for row in matrix]
    rows = [[entry + exact[j][i] for j, entry in enumerate(row)] for i, row in enumerate(exact)]
    return _definiteness(rows)


def _doubled(matrix: Array) -> Array:
    """Return A + Aᵀ, less what its entries were rounded by."""
    doubled = matrix + matrix.T
    reduced: Array = doubled - len(matrix) * np.finfo(float).eps * float(np.abs(doubled).max()) * np.eye(len(matrix))
    return reduced


def _definiteness(rows: list[list[Fraction]]) -> tuple[bool, bool]:
    """Return whether a symmetric matrix is positive semidefinite, and definite."""
    is_definite = True
    for k, row in enumerate(rows):
        pivot = row[k]
        if pivot < 0 or (not pivot and any(row[k:])):
            return False, False
        if not pivot:
            is_definite = False
            continue
        for below in rows[k + 1 :]:
            factor = below[k] / pivot
            if factor:
                for j in range(k, len(rows)):
                    below[j] -= factor * row[j]
    return True, is_definite
