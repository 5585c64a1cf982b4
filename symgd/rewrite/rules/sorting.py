"""Rules of sorted entries: a sum does not see their order, and what is taken in an order is sorted."""

from __future__ import annotations

from symgd.graph.node import Node
from symgd.primitives.contraction import contract, einsum
from symgd.primitives.lookup import put, take_record
from symgd.primitives.sorting import argsort, keys_of_positions, sort_by_record
from symgd.rewrite.rule import Context, rewriting

__all__: list[str] = []


@rewriting(
    "the order of what is summed",
    einsum,
    "mean",
    because="a sum does not depend on the order of its terms",
    needs=(sort_by_record,),
    examples=(
        "sum(sort(u))",
        "sum(sort(X, axis=1), axis=1)",
        "sum(unsort_by(u, v))",
        "mean(sort(X, axis=0), axis=0)",
        "mean(sort(u))",
    ),
)
def order_inside_sum(node: Node, context: Context) -> Node | None:
    """Σ sort(x)ᵢ → Σ xᵢ."""
    if len(node.args) != 1:
        return None
    (ordered,) = node.args
    x, keys = ordered.args
    axis = ordered.params[0]
    if x is not keys and not context.facts.may_vanish(keys):
        return None
    if node.primitive is not einsum:
        return node.primitive.make((x,), node.params) if axis in node.params[0] else None
    (labels,), output = node.params
    label = labels[axis]
    return contract([x], [labels], output) if label not in output and labels.count(label) == 1 else None


@rewriting(
    "entries that are taken in an order",
    take_record,
    put,
    because="taken at the positions of ascending keys, entries are sorted by the keys",
    needs=(sort_by_record,),
    examples=(
        "u[argsort(v)]",
        "take(X, argsort(v), axis=1)",
        lambda u, v: put.make((u, argsort(v)), (-1, u.shape[0])),
    ),
)
def taken_in_order(node: Node, context: Context) -> Node | None:
    """x[argsort(y)] → sort_by(x, y), and put(x, argsort(y), n) → unsort_by(x, y)."""
    x, rows = node.args
    keys = keys_of_positions(rows)
    if keys is None or node.params[0] != -1 or x.shape[-1:] != keys.shape or node.shape != x.shape:
        return None
    return sort_by_record.make((x, keys), (-1, node.primitive is put))
