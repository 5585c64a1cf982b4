"""Rules of identity matrices inside sums: multiplied out, they are diagonal matrices, or take a sum over indices away."""

from __future__ import annotations

from symgd.graph.node import Node
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import contract, einsum, expand
from symgd.primitives.identity import eye_record
from symgd.primitives.reshaping import reshape_record
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import factors_of, split_term

__all__: list[str] = []

_MOST_TERMS = 4


@rewriting(
    "a vector times an identity and another matrix",
    mul,
    because="v·(I − B) is diag v less v·B",
    purpose=("people",),
    needs=(add,),
    of="tensors",
    examples=(
        "v*(eye(n) - u[:, None])",
        "v[:, None]*(eye(n) - u)",
    ),
)
def multiply_identity_out(node: Node, context: Context) -> Node | None:
    """s·(I − s[:, None]) → diag(s) − s sᵀ, for sums of identities, rows and columns."""
    tensors = [factor for factor in node.args if factor.shape]
    sums = [factor for factor in tensors if factor.primitive is add and context.is_private(factor)]
    if (
        len(sums) != 1
        or len(tensors) != 2
        or node.rank != 2
        or not _is_row_or_column(next(t for t in tensors if t is not sums[0]))
    ):
        return None
    cores = [split_term(term)[1] for term in sums[0].args]
    if not any(core.primitive is eye_record for core in cores) or len(cores) > _MOST_TERMS:
        return None
    if not all(core.primitive is eye_record or _is_row_or_column(core) for core in cores):
        return None
    rest = [factor for factor in node.args if factor is not sums[0]]
    return add.make(tuple(mul.make((*rest, *factors_of(term))) for term in sums[0].args))


def _is_row_or_column(node: Node) -> bool:
    return node.rank == 1 or (node.primitive is expand and node.args[0].rank == 1)


@rewriting(
    "a sum of products with identities inside a contraction",
    einsum,
    because="an identity takes the sum over its index away",
    purpose=("people",),
    needs=(add,),
    examples=(lambda A, B, D: einsum_of_identities(A, B, D),),
)
def contract_identities(node: Node, context: Context) -> Node | None:
    """Σ (δ_ij·A_kl + B_ij·δ_kl)·C_lm → δ_ij·(A C)_km + B_ij·C_km, where every term has an identity."""
    inputs, output = node.params
    for k, operand in enumerate(node.args):
        if operand.primitive is not add or operand.rank < 3 or len(operand.args) > _MOST_TERMS:
            continue
        if not context.is_private(operand) or not all(
            _has_identity(term) and term.shape == operand.shape for term in operand.args
        ):
            continue
        terms = [contract([*node.args[:k], term, *node.args[k + 1 :]], inputs, output) for term in operand.args]
        return add.make(tuple(terms))
    return None


@rewriting(
    "an identity whose indices are pairs",
    reshape_record,
    because="δ of two pairs is the product of the deltas of their parts",
    purpose=("people",),
    needs=(eye_record,),
    examples=(
        lambda X: reshape_record.make((eye_record.make((), (X.shape[0] * X.shape[1],)),), ((*X.shape, *X.shape),)),
        "reshape(eye(6), (2, 3, 2, 3))",
    ),
)
def identity_of_pairs(node: Node, context: Context) -> Node | None:
    """δ_(ij)(kl) → δ_ik·δ_jl: what a Kronecker product leaves behind."""
    shape = node.shape
    if len(shape) != 4 or shape[:2] != shape[2:]:
        return None
    return contract([eye_record.make((), (shape[0],)), eye_record.make((), (shape[1],))], ["ik", "jl"], "ijkl")


def einsum_of_identities(A: Node, B: Node, D: Node) -> Node:
    """Return Σ_l (δ_ij·A_kl + B_ij·δ_kl)·D_lm."""
    inside = add.make(
        (
            mul.make((_at_front(eye_record.make((), (A.shape[0],))), A)),
            mul.make((_at_front(B), eye_record.make((), (A.shape[0],)))),
        )
    )
    return contract([inside, D], ["ijkl", "lm"], "ijkm")


def _at_front(matrix: Node) -> Node:
    return expand.make((expand.make((matrix,), ((-1,),)),), ((-1,),))


def _has_identity(term: Node) -> bool:
    """Whether an identity stands among the factors of a term, those of its contractions included."""
    waiting = list(factors_of(term))
    while waiting:
        factor = waiting.pop()
        if factor.primitive is eye_record:
            return True
        if factor.primitive is expand or factor.primitive is einsum:
            waiting += factor.args
    return False
