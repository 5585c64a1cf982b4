"""A rule of axes of size 1: summed and put back, they may stay."""

from __future__ import annotations

from symgd.graph.node import Node
from symgd.primitives.contraction import contract, einsum, expand
from symgd.rewrite.rule import Context, rewriting

__all__: list[str] = []


@rewriting(
    "keep an axis of size 1",
    expand,
    because="an axis of size 1 need not be summed and put back",
    needs=(einsum,),
    examples=(
        "(C @ c)[:, None]",
        "sum(C*y, axis=1)[:, None]",
    ),
)
def keep_single_axis(node: Node, context: Context) -> Node | None:
    """expand(Σ_c b_jc …) → the same without the sum, where c has size 1."""
    (inner,) = node.args
    if not context.is_private(inner):
        return None
    inputs, output = inner.params
    position = node.rank + node.params[0][0]
    for arg, labels in zip(inner.args, inputs, strict=True):
        for label, dimension in zip(labels, arg.shape, strict=True):
            if dimension == 1 and label not in output:
                return contract(inner.args, inputs, [*output[:position], label, *output[position:]])
    return None
