"""Sums of the largest entries of a vector, and of the largest eigenvalues or singular values of an affine matrix.

The k largest entries add up to the largest sum of any k of them, a maximum of linear functions that ascend in each entry; the
k largest eigenvalues of a symmetric matrix to the largest trace(VᵀXV) over orthonormal V.

References
----------
Fan, *On a theorem of Weyl concerning eigenvalues of linear transformations*, 1949; Horn & Johnson, *Matrix Analysis*, 2013,
corollaries 3.4.4 and 4.3.39; Boyd & Vandenberghe, *Convex Optimization*, 2004, example 3.6.
"""

from __future__ import annotations

from symgd.curvature.rules.known import Lookup
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.shape import Size
from symgd.primitives.contraction import einsum
from symgd.primitives.eigenvalues import eigvalsh_record
from symgd.primitives.extremes import max_record, min_record
from symgd.primitives.indexing import index
from symgd.primitives.singular_values import svdvals_record
from symgd.primitives.sorting import sort_by_record

__all__ = ["sum_of_extreme_values"]

_FIRST, _LAST = "first", "last"


def sum_of_extreme_values(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    """Return the curvature of an entry or eigenvalue at an end of all, or of a sum or mean of those next to an end."""
    found = _values_at_end(node)
    if found is None:
        return None
    values, end = found
    if values.primitive is sort_by_record:
        return _of_entries(known[values.args[0]].curvature, end)
    if known[values.args[0]].curvature != Curvature.AFFINE:
        return None
    if values.primitive is eigvalsh_record:
        if end == _LAST:
            return Curvature.CONVEX, "the largest eigenvalues of an affine matrix, added"
        return Curvature.CONCAVE, "the smallest eigenvalues of an affine matrix, added"
    return (Curvature.CONVEX, "the largest singular values of an affine matrix, added") if end == _FIRST else None


def _of_entries(entries: Curvature, end: str) -> tuple[Curvature, str] | None:
    """Return the curvature of the sum of the largest, or of the smallest, of entries."""
    if end == _LAST and entries & Curvature.CONVEX:
        return Curvature.CONVEX, "the largest of convex entries, added"
    if end == _FIRST and entries & Curvature.CONCAVE:
        return Curvature.CONCAVE, "the smallest of concave entries, added"
    return None


def _values_at_end(node: Node) -> tuple[Node, str] | None:
    """Return the vector of all values, and at which end of it those lie that a scalar node is or adds up."""
    if node.shape or len(node.args) != 1:
        return None
    values = node.args[0]
    if node.primitive in (max_record, min_record) and _is_spectrum(values):
        is_last = (node.primitive is max_record) == (values.primitive is not svdvals_record)  # singular values descend
        return values, _LAST if is_last else _FIRST
    if node.primitive is index and _is_spectrum(values):
        return _with_end(values, _end_of_place(node.params[0], values.shape[0]))
    if not _is_sum_or_mean(node) or values.primitive is not index or not _is_spectrum(values.args[0]):
        return None
    return _with_end(values.args[0], _end_of_slice(values.params[0]))


def _is_spectrum(node: Node) -> bool:
    """Whether a node is a vector of values in order."""
    if node.primitive is sort_by_record:
        return node.rank == 1 and node.args[0] is node.args[1] and not node.params[1]
    return node.primitive in (eigvalsh_record, svdvals_record)


def _is_sum_or_mean(node: Node) -> bool:
    return node.primitive is einsum or node.primitive.name == "mean"


def _with_end(values: Node, end: str | None) -> tuple[Node, str] | None:
    return None if end is None else (values, end)


def _end_of_place(items: tuple[object, ...], count: Size) -> str | None:
    (place,) = items
    if place == -1 or (isinstance(count, int) and place == count - 1):
        return _LAST
    return _FIRST if place == 0 else None


def _end_of_slice(items: tuple[object, ...]) -> str | None:
    """Return at which end the values of a slice lie, all of them next to each other."""
    if len(items) != 1 or not isinstance(items[0], tuple):
        return None
    start, stop, step = items[0]
    if step not in (None, 1):
        return None
    if stop is None:
        return _LAST
    return _FIRST if start in (None, 0) else None
