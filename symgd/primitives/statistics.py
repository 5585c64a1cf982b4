"""Variance and standard deviation, spelled with means."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symgd.graph.conversion import as_node
from symgd.graph.node import Node, constant, size
from symgd.graph.primitive import function, lookup
from symgd.graph.shape import size_product
from symgd.primitives.spellings import keep, normal_axes, sum

__all__ = ["std", "var"]


def _deviation(x: Node, axes: tuple[int, ...]) -> Node:
    centre: Node = lookup("mean").make((x,), (axes,))
    return x - keep(x, centre, axes, True)


@function("var")
def var(x: Any, axis: Any = None, keepdims: Any = False, ddof: Any = 0) -> Node:
    """Return the variance: the mean of (x − mean)², or the sum over n − ddof."""
    x = as_node(x)
    axes = normal_axes(x, axis)
    squares = _deviation(x, axes) ** 2
    if as_node(ddof).equals_number(0):
        return keep(x, lookup("mean").make((squares,), (axes,)) if axes else squares, axes, keepdims)
    count = size(size_product(tuple(x.shape[one] for one in axes)))
    return sum(squares, axis=axes, keepdims=keepdims) / (count - as_node(ddof))


@function("std")
def std(x: Any, axis: Any = None, keepdims: Any = False, ddof: Any = 0) -> Node:
    """Return the standard deviation, the root of the variance."""
    return var(x, axis, keepdims, ddof) ** constant(Fraction(1, 2))
