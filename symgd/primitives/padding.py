"""Zeros around a tensor. The adjoint is the inner part of the adjoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from symgd.errors import ShapeError
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function
from symgd.graph.shape import Dim
from symgd.primitives.concatenation import concatenate
from symgd.primitives.constant_tensors import zeros

__all__ = ["Count", "pad"]

Count: TypeAlias = int | Dim | Node
"""A number of entries, also by named sizes."""


@function("pad")
def pad(x: Operand, width: Count | Sequence[Count] | Sequence[Sequence[Count]]) -> Node:
    """Return x with zeros around it.

    Parameters
    ----------
    x : Operand
        Of any shape.
    width : int, (int, int) or sequence of (int, int)
        How many zeros stand on both sides of every axis; before and after; or such a pair for each axis.

    Returns
    -------
    Node
        Each axis is longer by the zeros before and after.

    Raises
    ------
    ShapeError
        If `width` is none of these, or not a number of entries.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint of x is the inner part of the adjoint. In NumPy: ``numpy.pad`` in the mode ``"constant"``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, w = sg.tensor("x", 3), sg.tensor("w", 6)
    >>> sg.pad(x, (1, 2)).shape, sg.gradient(sg.pad(x, (1, 2)) @ w, x)
    ((6,), w[1:4])
    """
    result = as_node(x)
    for axis, pair in enumerate(_widths(width, result.rank)):
        before, after = (_border(result, axis, count) for count in pair)
        if before or after:
            result = concatenate([*before, result, *after], axis=axis)
    return result


def _widths(width: object, rank: int) -> list[tuple[object, object]]:
    pairs = width if isinstance(width, tuple | list) else [(width, width)]
    if not any(isinstance(pair, tuple | list) for pair in pairs):
        pairs = [pairs]
    pairs = list(pairs) * rank if len(pairs) == 1 else list(pairs)
    if len(pairs) != rank or not all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in pairs):
        raise ShapeError(f"the width of a border is a number, (before, after), or such a pair for each of {rank} axes")
    return [(before, after) for before, after in pairs]


def _border(x: Node, axis: int, count: object) -> list[Node]:
    width = as_node(count)
    if width.equals_number(0):
        return []
    return [zeros((*x.shape[:axis], width, *x.shape[axis + 1 :]))]
