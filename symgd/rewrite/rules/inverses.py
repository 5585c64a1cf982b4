"""Rules of inverses: A⁻¹b solves a linear system, and det(A)·A⁻¹ is the adjugate."""

from __future__ import annotations

from symgd.graph.node import Node, constant
from symgd.primitives.adjugate import adjugate_record
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.axes import transpose
from symgd.primitives.contraction import contract, einsum
from symgd.primitives.linalg import det_record, inv_record, solve_record
from symgd.primitives.matrix_products import matmul
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import ONE

__all__: list[str] = []


@rewriting(
    "solve instead of inverting",
    einsum,
    because="a linear system is cheaper and more exact than an inverse",
    purpose=("code",),
    examples=(
        "inv(A) @ v",
        "v @ inv(A)",
        "inv(A) @ B",
        "inv(A).T @ v",
    ),
)
def solve_instead(node: Node, context: Context) -> Node | None:
    """A⁻¹ b → solve(A, b), and A⁻ᵀ b → solve(Aᵀ, b), where the inverse is used for nothing else."""
    inputs, output = node.params
    if len(node.args) != 2:
        return None
    for k, operand in enumerate(node.args):
        labels, other_labels, other = inputs[k], inputs[1 - k], node.args[1 - k]
        if operand.primitive is not inv_record or not context.is_private(operand) or len(set(labels)) != 2:
            continue
        for summed, free in (labels[::-1], labels):
            if summed in output or free in other_labels or other_labels.count(summed) != 1 or len(other_labels) > 2:
                continue
            matrix = operand.args[0] if labels == (free, summed) else contract([operand.args[0]], ["ab"], "ba")
            columns = [label for label in other_labels if label != summed]
            right = contract([other], [other_labels], [summed, *columns])
            return contract([solve_record.make((matrix, right))], [[free, *columns]], output)
    return None


@rewriting(
    "the adjugate instead of determinant times inverse",
    mul,
    because="det(A)·A⁻¹ is the adjugate, which a singular matrix has too",
    purpose=("code",),
    needs=((det_record, pow),),
    examples=(
        "det(A)*inv(A)",
        "det(A)*(inv(A) @ v)",
        "det(A)**2*inv(A)",
        "det(A)*(inv(A) + B)",
    ),
)
def adjugate_instead(node: Node, context: Context) -> Node | None:
    """det(A)·f(A⁻¹) → f(adj A), where f is a contraction in which A⁻¹ stands once, or a sum with such a term."""
    for k, factor in enumerate(node.args):
        base, power = factor.args if factor.primitive is pow else (factor, ONE)
        if base.primitive is not det_record or not power.is_exact or not isinstance(power.value, int) or power.value < 1:
            continue
        for j, other in enumerate(node.args):
            replaced = _times_determinant(other, base)
            if replaced is not None:
                rest = [replaced if i == j else arg for i, arg in enumerate(node.args) if i != k]
                return mul.make((pow.make((base, constant(power.value - 1))), *rest))
    return None


def _times_determinant(node: Node, determinant: Node) -> Node | None:
    """Return det(A)·f(A⁻¹) without the inverse; None where there is none."""
    (matrix,) = determinant.args
    inverse = inv_record.make((matrix,))
    if node is inverse:
        return adjugate_record.make((matrix,))
    if node.primitive is solve_record:
        transposed = transpose(matrix)
        if node.args[0] is matrix or node.args[0] is transposed:
            cofactors = adjugate_record.make((matrix,))
            return matmul(cofactors if node.args[0] is matrix else transpose(cofactors), node.args[1])
    if node.primitive is einsum or node.primitive is mul:
        replacements = [
            (k, replacement)
            for k, arg in enumerate(node.args)
            if (replacement := _times_determinant(arg, determinant)) is not None
        ]
        if not replacements or (node.primitive is einsum and len(replacements) > 1):
            return None
        place, replaced = replacements[0]
        return node.primitive.make((*node.args[:place], replaced, *node.args[place + 1 :]), node.params)
    if node.primitive is add:
        terms = [(arg, _times_determinant(arg, determinant)) for arg in node.args]
        if any(product is not None for _, product in terms):
            return add.make(tuple(mul.make((determinant, arg)) if product is None else product for arg, product in terms))
    return None
