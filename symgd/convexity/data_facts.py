"""What given numbers show of an input: signs and bounds of the entries, symmetry, definiteness; proven, not measured.

Floats are the decimals they print as. Definiteness is decided exactly for small matrices, by LDLᵀ in fractions, and for larger
ones by a Cholesky decomposition with its rounding errors.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.convexity.bounds.verified import is_positive_definite
from symgd.graph.facts import Interval
from symgd.graph.node import SYMBOL, Node, intern

__all__ = ["with_facts_of"]

_MAX_EXACT = 24


def with_facts_of(node: Node, array: Any) -> Node:
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
    is_semidefinite, is_definite = _definiteness(array) if shows_symmetry else (False, False)
    known = dataclasses.replace(
        facts,
        interval=facts.interval & Interval(low, high),
        is_nonzero=facts.is_nonzero or bool(array.all()),
        is_symmetric=facts.is_symmetric or shows_symmetry,
        is_positive_semidefinite=facts.is_positive_semidefinite or is_semidefinite,
        is_positive_definite=facts.is_positive_definite or is_definite,
    )
    return node if known == facts else intern(SYMBOL, (), (node.name, known, node.shape))


def _definiteness(matrix: Any) -> tuple[bool, bool]:
    """Return whether a symmetric matrix is positive semidefinite, and definite, for certain."""
    if len(matrix) > _MAX_EXACT:
        is_definite = is_positive_definite(matrix)
        return is_definite, is_definite
    rows = [[Fraction(repr(float(entry))) for entry in row] for row in matrix]
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
