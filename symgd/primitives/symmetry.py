"""Which matrices equal their transpose, seen from their form: such a matrix needs no transpose."""

from __future__ import annotations

from symgd.graph.node import Node
from symgd.primitives.arithmetic import add
from symgd.primitives.contraction import einsum, eye_record, transpose
from symgd.primitives.linalg import inv

__all__ = ["is_symmetric"]


def is_symmetric(node: Node) -> bool:
    """Whether a matrix equals its transpose, seen from its form or its declaration."""
    if node.primitive is eye_record or (node.is_symbol and node.facts.is_symmetric):
        return True
    if node.primitive is inv:
        return is_symmetric(node.args[0])
    if node.primitive is add and node.rank == 2:
        transposed = [arg if is_symmetric(arg) else _turned(arg) for arg in node.args]
        return sorted(arg.serial for arg in node.args) == sorted(arg.serial for arg in transposed)
    if node.primitive is einsum and node.rank == 2:
        inputs, (first, second) = node.params
        swap = {first: second, second: first}
        operands = sorted((arg.serial, labels) for arg, labels in zip(node.args, inputs, strict=True))
        swapped = sorted(
            (arg.serial, tuple(swap.get(label, label) for label in labels))
            for arg, labels in zip(node.args, inputs, strict=True)
        )
        is_symmetric_alone = len(node.args) == 1 and is_symmetric(node.args[0])
        return operands == swapped or is_symmetric_alone
    return False


def _turned(node: Node) -> Node:
    is_transpose = node.primitive is einsum and node.params == (((0, 1),), (1, 0))
    return node.args[0] if is_transpose else transpose(node)
