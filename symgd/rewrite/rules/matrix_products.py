"""Rules of products of matrices: a Gram form as a square, and log |det AB| = log |det A| + log |det B|."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import contract, einsum, expand_at
from symgd.primitives.linalg import logdet_record
from symgd.rewrite.rule import Context, rewriting

__all__: list[str] = []


@rewriting(
    "a Gram form as a square",
    einsum,
    because="XᵀDX = (√D·X)ᵀ(√D·X) for D ≥ 0, half the work",
    purpose=("code",),
    examples=(
        "X.T @ (abs(r)[:, None]*X)",
        "X.T @ diag(r**2) @ X",
    ),
)
def gram_as_square(node: Node, context: Context) -> Node | None:
    """Σₛ x_sr·d_s·x_sc → Σₛ t_sr·t_sc with t = √d·x: a product with itself is computed by syrk."""
    inputs, output = node.params
    matrices = [(arg, labels) for arg, labels in zip(node.args, inputs, strict=True) if len(labels) == 2]
    weights = [(arg, labels) for arg, labels in zip(node.args, inputs, strict=True) if len(labels) < 2]
    if len(matrices) != 2 or not weights or len(output) != 2 or matrices[0][0] is not matrices[1][0]:
        return None
    (matrix, first), (_, second) = matrices
    if first[0] != second[0] or {first[1], second[1]} != set(output) or any(labels != first[:1] for _, labels in weights):
        return None
    weight = mul.make(tuple(arg for arg, _ in weights)) if len(weights) > 1 else weights[0][0]
    if not context.facts.is_nonnegative(weight):
        return None
    half = mul.make((expand_at(pow.make((weight, constant(Fraction(1, 2)))), [1]), matrix))
    context.is_part_of(half, matrix)  # it stands twice, and is not dissolved
    square = contract([half, half], [first, second], output)
    context.normal.add(square)
    return square


@rewriting(
    "the determinant of a product",
    logdet_record,
    because="log |det AB| = log |det A| + log |det B|",
    purpose=("recognise", "people"),
    examples=(
        "logdet(A @ B)",
        "logdet(A.T)",
    ),
)
def logdet_of_product(node: Node, context: Context) -> Node | None:
    """logdet(A·B) → logdet A + logdet B for square matrices; a transpose has the same determinant."""
    (matrix,) = node.args
    if matrix.primitive is not einsum:
        return None
    inputs, output = matrix.params
    if inputs == ((0, 1),) and output == (1, 0):
        return logdet_record.make(matrix.args)
    if matrix_product(inputs, output) and all(is_square(arg) for arg in matrix.args):
        return add.make(tuple(logdet_record.make((arg,)) for arg in matrix.args))
    return None


def matrix_product(inputs: Sequence[tuple[int, ...]], output: tuple[int, ...]) -> bool:
    """Whether a contraction is the product of two matrices, transposed or not."""
    if len(inputs) != 2 or any(len(set(labels)) != 2 for labels in inputs) or len(set(output)) != 2:
        return False
    shared = set(inputs[0]) & set(inputs[1])
    return len(shared) == 1 and set(output) == set(inputs[0]) ^ set(inputs[1])


def is_square(node: Node) -> bool:
    """Whether a matrix has as many rows as columns, by their names."""
    return node.rank == 2 and node.shape[0] == node.shape[1]
