"""How operands of different rank are written that stretch each other: ``v[None, :] + u[:, None]``, as readers ask for it."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.graph.node import Node
from symgd.graph.shape import Shape, stretch_each_other
from symgd.graph.text_printer import Printer, Written

__all__ = ["full_rank", "widest_first"]


def widest_first(operands: Sequence[Node], shape: Shape) -> Sequence[Node]:
    """Return operands with the whole shape first, where others stretch each other: read from the left, no two are stretched."""
    if not _disagree([operand.shape for operand in operands]):
        return operands
    return sorted(operands, key=lambda operand: operand.shape != shape)


def full_rank(operand: Node, written: Written, others: Sequence[Node], shape: Shape, printer: Printer) -> Written:
    """Return an operand as it is written, with new axes in front where one of higher rank would be stretched with it."""
    shapes = [other.shape for other in others]
    if shape in shapes or not any(len(other) > operand.rank and stretch_each_other(operand.shape, other) for other in shapes):
        return written
    rank = max(map(len, shapes))
    return printer.index(written, ", ".join(["None"] * (rank - operand.rank) + [":"] * operand.rank))


def _disagree(shapes: Sequence[Shape]) -> bool:
    """Whether two of the shapes would stretch each other."""
    if len({len(shape) for shape in shapes if shape}) < 2:
        return False
    return any(stretch_each_other(left, right) for k, left in enumerate(shapes) for right in shapes[:k])
