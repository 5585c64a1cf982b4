"""Rules of entries that are taken out: they are computed alone, from the entries that they depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter

from symgd.graph.node import Node
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import contract, einsum
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import index, scatter_record
from symgd.rewrite.rule import Context, rewriting

__all__: list[str] = []


@rewriting(
    "an entry of a product",
    index,
    because="an entry of a product is a product of entries, rows and columns",
    purpose=("people",),
    needs=(einsum,),
    examples=(
        "outer(u, v)[0, 1]",
        "A.T[0, 1]",
        "(X @ v)[0]",
        "(A @ D)[0]",
        "diag(A)[2]",
    ),
)
def entry_of_product(node: Node, context: Context) -> Node | None:
    """(x yᵀ)₀₁ → x₀·y₁, and (A x)₀ → a₀ᵀ x: whole numbers pick rows and columns."""
    (inner,), (items,) = node.args, node.params
    inputs, output = inner.params
    if not context.is_private(inner) or not any(isinstance(item, int) for item in items):
        return None
    picks = {label: item for label, item in zip(output, items, strict=False) if isinstance(item, int)}
    after = contract(*_picked(inner.args, inputs, picks), [label for label in output if label not in picks])
    rest = tuple(item for item in items if not isinstance(item, int))
    return after if set(rest) <= {FULL} else index.make((after,), (rest,))


def _picked(
    operands: Sequence[Node], inputs: Sequence[Sequence[int]], picks: Mapping[int, int]
) -> tuple[list[Node], list[list[int]]]:
    """Return operands at picked places of some indices, with the indices that are left."""
    taken = []
    for operand, labels in zip(operands, inputs, strict=True):
        key = tuple(picks.get(label, FULL) for label in labels)
        taken.append(operand if set(key) <= {FULL} else index.make((operand,), (key,)))
    return taken, [[label for label in labels if label not in picks] for labels in inputs]


@rewriting(
    "an entry of what is computed entry by entry",
    index,
    because="the entry is computed from the same entries",
    purpose=("people",),
    needs=(attrgetter("is_elementwise"),),
    examples=(
        "exp(u)[0]",
        "(x*A*D)[0, 1]",
        "(A + x)[1:]",
        "maximum(u, v)[:-1]",
    ),
)
def entry_of_function(node: Node, context: Context) -> Node | None:
    """(a·f(X))₀₁ → a·f(X₀₁), where all operands are scalars or have the whole shape."""
    (inner,) = node.args
    if not context.is_private(inner) or not inner.args or any(arg.shape not in ((), inner.shape) for arg in inner.args):
        return None
    if any(arg.is_boolean and arg.shape for arg in inner.args):
        return None  # an entry of a condition is no condition
    args = tuple(index.make((arg,), node.params) if arg.shape else arg for arg in inner.args)
    after: Node = inner.primitive.make(args, inner.params)
    return after if after.shape == node.shape else None


@rewriting(
    "a product with what is placed at one entry",
    einsum,
    because="the sum has one term",
    purpose=("people",),
    needs=(scatter_record,),
    examples=(
        "scatter(x, '0', (n,)) @ u",
        "A @ scatter(1, '1', (n,))",
        "einsum('ij,j,kj->ik', A, scatter(x, '-1', (n,)), D)",
    ),
)
def product_with_one_entry(node: Node, context: Context) -> Node | None:
    """A (c·e₁) → c·a₁, the column 1 of A: whole numbers pick rows and columns."""
    inputs, output = node.params
    for k, (placed, labels) in enumerate(zip(node.args, inputs, strict=True)):
        picks = _places(placed, labels)
        others = [arg for j, arg in enumerate(node.args) if j != k and picks and picks.keys() & {*inputs[j]}]
        if picks is None or any(label in output for label in labels) or not all(map(context.facts.may_vanish, others)):
            continue
        operands, specs = _picked((*node.args[:k], *node.args[k + 1 :]), (*inputs[:k], *inputs[k + 1 :]), picks)
        front = placed.args[0]
        return mul.make((front, contract(operands, specs, output))) if operands else front
    return None


def _places(node: Node, labels: Sequence[int]) -> dict[int, int] | None:
    """Return the places, by the labels of axes, of a scalar that stands alone among zeros."""
    if node.primitive is not scatter_record or node.args[0].shape or len({*labels}) < len(labels):
        return None
    items = node.params[0]
    if len(items) != len(labels) or not all(isinstance(item, int) for item in items):
        return None
    return dict(zip(labels, items, strict=True))
