"""Adjoints of what broadcasting stretched: summed over the axes along which it was the same."""

from __future__ import annotations

from symgd.graph.node import Node
from symgd.graph.shape import Shape
from symgd.primitives.contraction import contract, expand_at

__all__ = ["unbroadcast"]


def unbroadcast(t: Node, shape: Shape, lead: int) -> Node:
    """Sum an adjoint over what broadcasting stretched, back to `lead` axes and `shape`."""
    target = t.shape[:lead] + shape
    if t.shape == target:
        return t
    offset = t.rank - len(target)
    extra = range(lead, lead + offset)
    stretched = [
        lead + offset + axis for axis, dimension in enumerate(shape) if dimension == 1 and t.shape[lead + offset + axis] != 1
    ]
    dropped = {*extra, *stretched}
    total = contract([t], [range(t.rank)], [axis for axis in range(t.rank) if axis not in dropped])
    return expand_at(total, [axis - offset for axis in stretched])
