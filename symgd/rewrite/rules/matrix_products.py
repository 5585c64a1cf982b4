"""Rules of matrices: a Gram form as a square, log |det AB| = log |det A| + log |det B|, and transposes of sums."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symgd.graph.node import Node, Primitive, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import contract, einsum, expand, expand_at
from symgd.primitives.contraction_layout import is_transpose, matmul_form
from symgd.primitives.linalg import det_record, inv_record, logdet_record
from symgd.primitives.symmetry import is_symmetric, transpose_of
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import ONE, factors_of, scaled, split_term

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
    parts = _with_determinants_of_factors(logdet_record, matrix)
    return add.make(parts) if len(parts) > 1 else parts[0] if parts else None


def _with_determinants_of_factors(record: Primitive, matrix: Node) -> tuple[Node, ...]:
    """Return det A and det B for a product A·B of square matrices, det A for Aᵀ, and nothing for any other matrix."""
    is_product = matrix.primitive is einsum and matrix_product(*matrix.params) and all(map(is_square, matrix.args))
    return tuple(record.make((arg,)) for arg in matrix.args) if is_product or is_transpose(matrix) else ()


@rewriting(
    "the determinant of a product of matrices",
    det_record,
    because="det AB = det A · det B, det A⁻¹ = 1/det A",
    purpose=("recognise", "people"),
    examples=(
        "det(A @ B)",
        "det(A.T)",
        "det(inv(A))",
    ),
)
def det_of_product(node: Node, context: Context) -> Node | None:
    """det(A·B) → det A · det B for square matrices; a transpose has the same determinant."""
    (matrix,) = node.args
    if matrix.primitive is inv_record:
        return pow.make((det_record.make(matrix.args), constant(-1)))
    parts = _with_determinants_of_factors(det_record, matrix)
    return mul.make(parts) if len(parts) > 1 else parts[0] if parts else None


def matrix_product(inputs: Sequence[tuple[int, ...]], output: tuple[int, ...]) -> bool:
    """Whether a contraction is the product of two matrices, transposed or not."""
    if len(inputs) != 2 or any(len(set(labels)) != 2 for labels in inputs) or len(set(output)) != 2:
        return False
    shared = set(inputs[0]) & set(inputs[1])
    return len(shared) == 1 and set(output) == set(inputs[0]) ^ set(inputs[1])


def is_square(node: Node) -> bool:
    """Whether a matrix has as many rows as columns, by their names."""
    return node.rank == 2 and node.shape[0] == node.shape[1]


@rewriting(
    "the trace of a sum with an outer product",
    einsum,
    because="tr(A + u vᵀ) = tr A + vᵀu",
    needs=(add,),
    examples=(
        "trace(A - outer(u, v))",
        "trace(2*outer(u, u) - B @ A)",
        "trace(A/2 - outer(A @ u, v)/2 + D)",
    ),
)
def trace_of_outer_product(node: Node, context: Context) -> Node | None:
    """tr(A + u vᵀ) → tr A + vᵀu, without a matrix."""
    (inner, *others), (inputs, output) = node.args, node.params
    if others or output or inputs != ((0, 0),) or not context.is_private(inner):
        return None
    terms = [split_term(term) for term in inner.args]
    if any(core.shape != inner.shape for _, core in terms) or not any(_is_outer(core) for _, core in terms):
        return None
    return add.make(tuple(scaled(number, contract([core], [(0, 0)], ())) for number, core in terms))


def _is_outer(term: Node) -> bool:
    """Whether a term is the product of a column and a row, with scalars in front: no sum leads from its rows to its columns."""
    tensors = [factor for factor in factors_of(term) if factor.shape]
    if len(tensors) != 1 or tensors[0].primitive is not einsum:
        return False
    inputs, output = tensors[0].params
    reached, count = {output[0]}, 0
    while count < len(reached):
        count = len(reached)
        reached.update(label for labels in inputs if reached.intersection(labels) for label in labels)
    return output[1] not in reached


@rewriting(
    "the transpose of a sum of transposes",
    einsum,
    because="(Aᵀ + Bᵀ)ᵀ = A + B",
    examples=(
        "(A.T + 2*B.T).T",
        "(A.T @ B - D.T).T",
        "(1 - A.T).T",
        "X @ (A.T + B.T)",
    ),
)
def transpose_of_sum(node: Node, context: Context) -> Node | None:
    """(2·Aᵀ − 3·Bᵀ)ᵀ → 2·A − 3·B and X (Aᵀ + Bᵀ) → X (A + B)ᵀ, where more terms lose a transpose than get one."""
    inputs, output = node.params
    is_whole = is_transpose(node)
    for k, (operand, labels) in enumerate(zip(node.args, inputs, strict=True)):
        if operand.primitive is not add or operand.rank != 2 or not context.is_private(operand):
            continue
        terms = [split_term(term) for term in operand.args]
        if any(core.shape not in (operand.shape, ()) for _, core in terms):
            continue
        turned = [_transpose(core) for _, core in terms]
        lost = sum(is_transpose(core) for _, core in terms) - sum(map(is_transpose, turned))
        if lost > 1 or (is_whole and lost >= 0):
            after = add.make(tuple(scaled(number, core) for (number, _), core in zip(terms, turned, strict=True)))
            return contract([*node.args[:k], after, *node.args[k + 1 :]], [*inputs[:k], labels[::-1], *inputs[k + 1 :]], output)
    return None


def _transpose(matrix: Node) -> Node:
    """Return the transpose of a matrix; a scalar is added to each entry."""
    if not matrix.shape:
        return matrix
    if matrix.primitive is einsum and len(matrix.params[1]) == 2:
        inputs, output = matrix.params
        return contract(matrix.args, inputs, output[::-1])
    return matrix if is_symmetric(matrix) else transpose_of(matrix)


@rewriting(
    "an outer product",
    mul,
    because="a column times a row is an outer product",
    purpose=("people",),
    needs=(expand,),
    of="tensors",
    examples=(
        lambda r, v: mul.make((expand_at(r, [1]), v)),
        lambda r, u, v, x: mul.make((expand_at(r, [1]), v, u, x)),
    ),
)
def outer_product(node: Node, context: Context) -> Node | None:
    """u[:, None]·v·w → u (v·w)ᵀ."""
    tensors = [factor for factor in node.args if factor.shape]
    columns = [factor.args[0] for factor in tensors if factor.primitive is expand and factor.params == ((-1,),)]
    rows = [factor for factor in tensors if factor.rank == 1]
    if node.rank != 2 or not columns or not rows or len(columns) + len(rows) < len(tensors):
        return None
    if any(column.shape != node.shape[:1] for column in columns) or any(row.shape != node.shape[1:] for row in rows):
        return None
    left, right = (mul.make((*vectors, ONE)) for vectors in (columns, rows))
    scalars = [factor for factor in node.args if not factor.shape]
    return mul.make((*scalars, contract([left, right], ["i", "j"], "ij"), ONE))


@rewriting(
    "the transpose of a product in another one",
    einsum,
    because="(A·B)ᵀ stands there with its axes exchanged",
    purpose=("people",),
    needs=(einsum,),
    examples=(
        lambda A, B, u: (A @ B).T @ u + einsum.make(((A @ B).T, u), (((0, 1), (0,)), (1,))),
        lambda A, B, u: einsum.make(((A @ B).T, (A @ B).T, u), (((0, 1), (0, 2), (2,)), (1,))),
    ),
)
def transposed_product_in_product(node: Node, context: Context) -> Node | None:
    """Σ_ik ((A·B)ᵀ)_ij·… → Σ_ik (A·B)_ji·…: a product that is used as it is and transposed is written once."""
    inputs, output = node.params
    args, labels = list(node.args), list(inputs)
    for k, operand in enumerate(node.args):
        if operand.primitive is einsum and operand.rank == 2 and len(operand.args) == 2:
            factors, (first, second) = operand.params
            if matmul_form(factors, (first, second)) is None and matmul_form(factors, (second, first)) is not None:
                args[k], labels[k] = einsum.make(operand.args, (factors, (second, first))), labels[k][::-1]
    return None if args == list(node.args) else einsum.make(tuple(args), (tuple(labels), output))


def _commutes_with_transposition(record: Primitive) -> bool:
    return (record.is_elementwise and record not in (add, mul)) or record.name in ("inv", "pinv", "expm", "matrix_power")


@rewriting(
    "a function of a transpose",
    _commutes_with_transposition,
    because="f(Aᵀ) = f(A)ᵀ",
    purpose=("people",),
    needs=(einsum,),
    of="tensors",
    examples=("exp(A.T)", "inv(A.T)", "tanh(A.T)**2 + A", "pinv(X.T)", "expm(D.T)", "matrix_power(A.T, 7)"),
)
def function_of_transpose(node: Node, context: Context) -> Node | None:
    """exp(Aᵀ) → exp(A)ᵀ and inv(Aᵀ) → inv(A)ᵀ, so that transposes meet."""
    tensors = [arg for arg in node.args if arg.shape]
    if node.rank != 2 or not all(map(is_transpose, tensors)):
        return None
    return transpose_of(node.primitive.make(tuple(arg.args[0] if arg.shape else arg for arg in node.args), node.params))
