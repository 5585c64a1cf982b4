"""A rule of sums of deviations from a mean: Σ (x − mean x) = 0."""

from __future__ import annotations

import itertools
from collections import Counter

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add
from symgd.primitives.contraction import broadcast, einsum, expand
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import split_term

__all__: list[str] = []


@rewriting(
    "a centred sum",
    einsum,
    because="deviations from their mean add to 0",
    needs=(add,),
    examples=(
        "sum(v - mean(v))",
        "sum(X - mean(X, axis=0))",
        "sum(r[:, None]*(X - mean(X, axis=1)[:, None]))",
    ),
)
def centred_sum(node: Node, context: Context) -> Node | None:
    """Σ (x − mean(x)) → 0 along the axes of the mean, also beside factors that do not run along them, if all are defined."""
    inputs, output = node.params
    uses = Counter(itertools.chain(output, *inputs))
    for operand, labels in zip(node.args, inputs, strict=True):
        axes = _centred_axes(operand)
        if axes and all(uses[labels[axis]] == 1 for axis in axes) and all(map(context.facts.may_vanish, node.args)):
            return broadcast.make((constant(0),), (node.shape,))
    return None


def _centred_axes(node: Node) -> set[int]:
    """Return the axes along which entries are deviations from their mean."""
    if node.primitive is not add or len(node.args) != 2:
        return set()
    (first, left), (second, right) = (split_term(term) for term in node.args)
    for values, centre in ((left, right), (right, left)):
        mean = centre.args[0] if centre.primitive is expand else centre
        if first != -second or mean.primitive.name != "mean" or mean.args[0] is not values:
            continue
        axes = {axis % values.rank for axis in mean.params[0]}
        origins: list[int | None] = [axis for axis in range(values.rank) if axis not in axes]
        if centre.primitive is expand:
            origins.insert(centre.rank + centre.params[0][0], None)
        while len(origins) < values.rank:  # broadcasting lines the mean up with the last axes
            origins.insert(0, None)
        if all(origin == (None if axis in axes else axis) for axis, origin in enumerate(origins)):
            return axes
    return set()
