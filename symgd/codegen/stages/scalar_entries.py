"""Formulas of scalars written out entry by entry, so that each scalar may be an array."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.evaluation.evaluator import entries_of
from symgd.graph.node import Node
from symgd.graph.traversal import toposort
from symgd.primitives.indexing import stack

__all__ = ["written_out"]


def written_out(outputs: Sequence[Node]) -> list[Node]:
    """Return formulas in which every tensor is a stack of scalars."""
    if all(not node.shape for node in toposort(outputs)):
        return list(outputs)
    entries, _ = entries_of(outputs)
    return [
        array[()] if not node.shape else stack(list(array.ravel()), node.shape)
        for node, array in zip(outputs, entries, strict=True)
    ]
