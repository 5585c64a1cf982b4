"""Rules of functions that a shift of all entries changes in a simple way: softmax(x − c) = softmax(x)."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.graph.node import Node
from symgd.primitives.arithmetic import add
from symgd.primitives.contraction import broadcast
from symgd.primitives.reduction import logsumexp_record, softmax_record
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import unstretched

__all__: list[str] = []


@rewriting(
    "a shift inside a softmax",
    softmax_record,
    because="what is added to all entries leaves a softmax as it is",
    needs=(add,),
    examples=(
        "softmax(v - max(v))",
        "softmax(X + r[:, None], axis=1)",
        "softmax(X - max(X, axis=1)[:, None], axis=1)",
    ),
)
def shifted_softmax(node: Node, context: Context) -> Node | None:
    """softmax(x − c) → softmax(x), where c is the same along its axes."""
    rest, shifts = _split(node.args[0], node.params[0])
    if not shifts or not all(map(context.facts.may_vanish, shifts)):
        return None
    return softmax_record.make((rest,), node.params)


@rewriting(
    "a shift inside a logsumexp",
    logsumexp_record,
    because="log Σ exp(x + c) = c + log Σ exp(x)",
    purpose=("people",),
    needs=(add,),
    examples=(
        "logsumexp(v - max(v))",
        "logsumexp(u + x*y)",
    ),
)
def shifted_logsumexp(node: Node, context: Context) -> Node | None:
    """logsumexp(x + c) → logsumexp(x) + c, where c is a scalar."""
    (arg,) = node.args
    if len(node.params[0]) != arg.rank:
        return None
    rest, shifts = _split(arg, node.params[0])
    scalars = [unstretched(shift) for shift in shifts]
    if not scalars or any(scalar.shape for scalar in scalars):
        return None
    return add.make((logsumexp_record.make((rest,), node.params), *scalars))


def _split(total: Node, axes: Sequence[int]) -> tuple[Node, list[Node]]:
    """Split a sum into what differs along some axes, as a formula of the same shape, and the terms that do not."""
    shifts = [term for term in total.args if _is_alike_along(term, total.rank, axes)]
    kept = [term for term in total.args if term not in shifts]
    if not shifts or not kept:
        return total, []
    rest = add.make(tuple(kept)) if len(kept) > 1 else kept[0]
    return (rest, shifts) if rest.shape == total.shape else (total, [])


def _is_alike_along(term: Node, rank: int, axes: Sequence[int]) -> bool:
    """Whether a term of a sum of some rank is the same along axes that are counted from the end."""
    return all(-axis > term.rank or term.shape[axis] == 1 for axis in axes) or (
        term.primitive is broadcast and _is_alike_along(term.args[0], rank, axes)
    )
