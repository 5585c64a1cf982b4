"""Rules of diagonals: that of a function entry by entry is the function of the diagonals, and no matrix is formed for it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from symgd.graph.node import Node, constant
from symgd.primitives.contraction import broadcast, contract, einsum, expand_at
from symgd.primitives.identity import eye_record
from symgd.primitives.indexing import array
from symgd.rewrite.rule import Context, rewriting

__all__: list[str] = []


@rewriting(
    "a diagonal of what is computed entry by entry",
    einsum,
    because="an entry of the diagonal is computed from the entries of the diagonals",
    needs=(attrgetter("is_elementwise"),),
    examples=(
        "diag(exp(A))",
        "diag(eye(n)*u + A)",
        "diag(A + u[None, :]*v[:, None])",
    ),
)
def diagonal_inside(node: Node, context: Context) -> Node | None:
    """diag(A ⊙ B) → diag(A) ⊙ diag(B)."""
    inputs, output = node.params
    for k, (arg, labels) in enumerate(zip(node.args, inputs, strict=True)):
        kept = tuple(dict.fromkeys(labels))
        if not arg.primitive.is_elementwise or not arg.args or len(kept) == len(labels):
            continue
        if any(part.is_boolean for part in arg.args):
            continue  # an entry of a condition is no condition
        if any(labels.count(label) > 1 and label not in output for label in kept):
            continue  # a trace is written as one
        inner = arg.primitive.make(tuple(_diagonal(part, arg, labels, kept) for part in arg.args), arg.params)
        if len(inner.shape) != len(kept):
            continue
        operands, specs = list(node.args), list(inputs)
        operands[k], specs[k] = inner, kept
        return contract(operands, specs, output)
    return None


def _diagonal(part: Node, whole: Node, labels: Sequence[Any], kept: Sequence[Any]) -> Node:
    """Return the entries of an operand on the diagonal of the whole, stretched as the operand is."""
    if not part.rank:
        return part
    shape = whole.shape[whole.rank - part.rank :]
    own = [
        ("single", axis) if size == 1 != wanted else label
        for axis, (label, size, wanted) in enumerate(zip(labels[len(labels) - part.rank :], part.shape, shape, strict=True))
    ]
    present = [label for label in kept if label in own]
    entries = contract([part], [own], present)
    missing = [position for position, label in enumerate(kept) if label not in own]
    return expand_at(entries, missing) if present else entries


@rewriting(
    "a diagonal of an identity",
    einsum,
    because="the diagonal of an identity is 1",
    needs=((eye_record, array),),
    examples=(
        "diag(eye(n))*u",
        "diag([[x, y], [z, x*y]])",
        "einsum('ii,ij->ij', eye(n), A)",
    ),
)
def diagonal_of_identity(node: Node, context: Context) -> Node | None:
    """diag(I) → 1, and diag([[a, b], [c, d]]) → [a, d]."""
    inputs, output = node.params
    for k, (arg, labels) in enumerate(zip(node.args, inputs, strict=True)):
        if len(labels) != 2 or labels[0] != labels[1]:
            continue
        if arg.primitive is eye_record:
            diagonal = broadcast.make((constant(1),), (arg.shape[:1],))
        elif arg.primitive is array:
            diagonal = array.make(arg.args[:: int(arg.shape[0]) + 1], (arg.shape[:1],))
        else:
            continue
        operands, specs = list(node.args), list(inputs)
        operands[k], specs[k] = diagonal, labels[:1]
        return contract(operands, specs, output)
    return None
