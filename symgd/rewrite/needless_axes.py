"""Axes that broadcasting supplies anyway: operands of a sum or a product do without them."""

from __future__ import annotations

from symgd.graph.node import Node
from symgd.graph.shape import Shape, stretch_each_other
from symgd.graph.shape import broadcast as broadcast_shapes
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import broadcast, expand, expand_at, supplies_only_axes

__all__ = ["STRETCHED", "may_lose_axes", "without_needless_axes"]


STRETCHED = {broadcast, expand, mul}


def may_lose_axes(operand: Node) -> bool:
    """Whether an operand is stretched, or a product with a factor that is."""
    if operand.primitive is mul:
        return any(factor.primitive in STRETCHED for factor in operand.args)
    return operand.primitive in STRETCHED


def without_needless_axes(operands: list[Node], shape: Shape) -> list[Node]:
    """Drop stretchings and leading axes that broadcasting supplies anyway."""
    if not any(map(may_lose_axes, operands)):
        return operands
    slim = list(operands)
    for k, operand in enumerate(operands):
        inner = _without_leading_axis(operand)
        while inner is not None:
            others = [other.shape for j, other in enumerate(slim) if j != k]
            if broadcast_shapes([*others, inner.shape]) != shape:
                break
            if slim[0].shape != shape and any(stretch_each_other(other, inner.shape) for other in others):
                slim[k] = expand_at(inner, range(slim[k].rank - inner.rank))
                break
            slim[k] = inner
            inner = _without_leading_axis(inner)
    return slim


def _without_leading_axis(operand: Node) -> Node | None:
    """Return the operand without a stretching, or without a leading axis of size 1; None where it has neither."""
    if supplies_only_axes(operand):
        return operand.args[0]
    if operand.primitive is mul:
        tensors = [factor for factor in operand.args if factor.shape]
        inner = _without_leading_axis(tensors[0]) if len(tensors) == 1 else None
        if inner is not None:
            return mul.make(tuple(inner if factor is tensors[0] else factor for factor in operand.args))
    return None
