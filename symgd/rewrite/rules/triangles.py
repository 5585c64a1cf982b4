"""Rules of triangles of matrices: factors move inside, so that what they are outside the triangle does not count."""

from __future__ import annotations

from symgd.graph.node import Node
from symgd.primitives.arithmetic import mul
from symgd.primitives.triangles import triangle
from symgd.rewrite.rule import Context, rewriting

__all__: list[str] = []


@rewriting(
    "factors beside a triangle",
    mul,
    because="outside the triangle nothing remains",
    needs=(triangle,),
    examples=(
        "tril(A)*D",
        "x*triu(A, 1)*D*u",
    ),
)
def triangle_of_product(node: Node, context: Context) -> Node | None:
    """tril(A) ⊙ B → tril(A ⊙ B), which also holds where B is not finite on the diagonal or above."""
    for factor in node.args:
        if factor.primitive is not triangle or factor.shape != node.shape:
            continue
        rest = list(node.args)
        rest.remove(factor)
        inside = [arg for arg in rest if arg.shape]
        if inside and all(map(context.facts.may_vanish, inside)):
            cut = triangle.make((mul.make((*factor.args, *inside)),), factor.params)
            scalars = [arg for arg in rest if not arg.shape]
            return mul.make((*scalars, cut)) if scalars else cut
    return None
