"""Which matrices equal their transpose, seen from their form: such a matrix needs no transpose."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from symgd.graph.node import Node
from symgd.primitives.arithmetic import add
from symgd.primitives.contraction import einsum
from symgd.primitives.contraction_layout import Labels, is_transpose
from symgd.primitives.identity import eye_record
from symgd.primitives.linalg import inv_record

__all__ = ["is_symmetric", "transpose_of", "transposed"]

_KNOWN: WeakKeyDictionary[Node, bool] = WeakKeyDictionary()


def is_symmetric(node: Node) -> bool:
    """Whether a matrix equals its transpose; False where its form does not show it.

    >>> import symgd as sg
    >>> from symgd.primitives.symmetry import is_symmetric
    >>> X = sg.tensor("X", "m n")
    >>> is_symmetric(sg.inv(X.T @ X + 2*sg.eye("n"))), is_symmetric(X @ X.T @ X)
    (True, False)
    """
    stack = [node]
    while stack:
        top = stack[-1]
        if top.rank != 2 or top in _KNOWN:
            stack.pop()
            continue
        waiting = [arg for arg in top.args if arg.rank == 2 and arg not in _KNOWN]
        if waiting and top.shape[0] == top.shape[1]:
            stack.extend(waiting)
            continue
        _KNOWN[top] = top.shape[0] == top.shape[1] and _shows_symmetry(top)
    return node.rank == 2 and _KNOWN[node]


def _shows_symmetry(node: Node) -> bool:
    """Whether the form of a square matrix shows that it is symmetric, its arguments being known."""
    if node.primitive is eye_record or (node.is_symbol and node.facts.is_symmetric):
        return True
    if node.primitive is inv_record:
        return _KNOWN.get(node.args[0], False)
    if node.primitive is einsum:
        return _is_symmetric_contraction(node)
    if not node.primitive.is_elementwise:
        return False
    others = [arg for arg in node.args if arg.shape and not (arg.rank == 2 and _KNOWN[arg])]
    if node.primitive is not add or not others or any(arg.rank != 2 for arg in others):
        return not others
    turned = {transposed(arg) for arg in others}  # A + Aᵀ
    return turned == set(others)


def transposed(node: Node) -> Node | None:
    """Return the transpose of a matrix; None for anything else."""
    return transpose_of(node) if node.rank == 2 else None


def transpose_of(matrix: Node) -> Node:
    """Return the transpose of a matrix: of a transpose the matrix that is transposed there."""
    return matrix.args[0] if is_transpose(matrix) else einsum.make((matrix,), (((0, 1),), (1, 0)))


def _is_symmetric_contraction(node: Node) -> bool:
    """Swapping the two indices of the result gives the same factors: Σ_k x_ki x_kj."""
    inputs, (first, second) = node.params
    operands = [_resolved(arg, labels) for arg, labels in zip(node.args, inputs, strict=True)]
    if len(operands) == 1 and len(operands[0][1]) == 2 and _KNOWN.get(operands[0][0], False):
        return True
    swap = {first: second, second: first}
    swapped = [(serial, tuple(swap.get(label, label) for label in labels)) for serial, labels in _keys(operands)]
    return sorted(_keys(operands)) == sorted(swapped)


def _keys(operands: list[tuple[Node, Labels]]) -> list[tuple[int, Labels]]:
    return [(node.serial, labels) for node, labels in operands]


def _resolved(operand: Node, labels: Labels) -> tuple[Node, Labels]:
    """Return a tensor and its labels, of a transpose its operand: Aᵀ with labels (i, j) is A with labels (j, i)."""
    if is_transpose(operand):
        return operand.args[0], labels[::-1]
    return operand, labels
