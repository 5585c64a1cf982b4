"""Products of vectors, matrices and stacks of them: shapes, values and slopes of matmul, dot, outer and einsum."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError
from tests.primitives.library_comparison import arrays_of, cases, check_refusal, check_slopes, check_values, written

ARRAYS = arrays_of(
    A=(2, 3), B=(3, 4), C=(3, 3), v=(3,), u=(2,), T=(2, 3, 4), U=(2, 4, 2), R=(1, 3), Q=(2, 2, 3), F=(2, 2, 2, 3), c=()
)
PRODUCTS = [
    "matmul(A, B)", "matmul(A, v)", "matmul(u, A)", "matmul(v, v)", "matmul(C, C)", "matmul(R, R.T)", "matmul(R.T, R)",
    "matmul(T, U)",
    "matmul(A, T)", "matmul(v, T)", "matmul(T, B.T)", "matmul(U, u)", "matmul(F, C)",
    "matmul(C, v) @ v", "dot(A, B)", "dot(A, v)", "dot(v, v)", "dot(c, T)", "dot(T, c)", "dot(c, c)", "dot(v, T)", "dot(A, T)",
    "dot(Q, T)", "dot(Q, v)",
    "outer(u, v)", "outer(v, v)", "outer(R[0], u)", "outer(u, v) @ v",
]  # fmt: skip
SUMS = [
    # one operand: transposed, summed, diagonal, and without ->
    "einsum('ij->ij', A)", "einsum('ij->ji', A)", "einsum('ij->', A)", "einsum('ij->i', A)", "einsum('ij->j', A)",
    "einsum('ii', C)", "einsum('ii->', C)",
    "einsum('ii->i', C)", "einsum('ij', A)", "einsum('ji', A)", "einsum('ba', A)", "einsum('ijk->kij', T)",
    "einsum('ijk->jk', T)", "einsum('iij->ij', Q)",
    "einsum('iij->ji', Q)", "einsum('iij->j', Q)", "einsum('iij', Q)", "einsum('iijk->kj', F)", "einsum('iiik->ik', F)",
    "einsum('iiij', F)", "einsum('aB', A)", "einsum('Ba', A)", "einsum('', c)", "einsum('->', c)", "einsum('i->', v)",
    # two operands
    "einsum('ij,jk->ik', A, B)", "einsum('ij,jk', A, B)", "einsum('ij,jk->ki', A, B)", "einsum('ij,jk->', A, B)",
    "einsum('ij,jk->j', A, B)",
    "einsum('ij,jk->ijk', A, B)", "einsum('i,i', v, v)", "einsum('i,j', u, v)", "einsum('j,i', u, v)", "einsum('i,j->ji', u, v)",
    "einsum('i,i->i', v, v)",
    "einsum('ii,i->i', C, v)", "einsum('ii,jj->ij', C, C)", "einsum('ij,ij->ij', A, A)", "einsum('ij,ij', A, A)",
    "einsum('ij,ji', C, C)",
    "einsum(',i->i', c, v)", "einsum(',', c, c)", "einsum('ijk,ikl->ijl', T, U)", "einsum('ijk,j->ki', T, v)",
    "einsum('ij,k->', A, v)",
    "einsum('i j , j k -> i k', A, B)", "einsum('Ab,bC', A, B)", "einsum('zy,yx', A, B)",
    # more operands
    "einsum('ij,jk,kl->il', A, C, B)", "einsum('i,ij,j', u, A, v)", "einsum('i,i,i->i', v, v, v)",
    "einsum('ij,ik,il->jkl', A, A, A)", "einsum('ab,bc,cd,da->', C, C, C, C)",
    "einsum('i,j,k->kji', u, v, u)", "einsum('ij,kl,m->jlm', A, A, v)", "einsum('ii,ij,jj->', C, C, C)",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases([*PRODUCTS, *SUMS]))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases([*PRODUCTS, *SUMS][::2]))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


# what is one formula, however it is written
@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("einsum('ij,jk', A, B)", "A @ B"), ("einsum('xy,yz->xz', A, B)", "A @ B"), ("dot(A, B)", "A @ B"),
        ("einsum('ij->ji', A)", "A.T"),
        ("einsum('ij->ij', A)", "A"), ("einsum('ij', A)", "A"), ("einsum('ii', C)", "trace(C)"),
        ("einsum('i,j->ij', u, v)", "outer(u, v)"),
        ("einsum('ij->j', A)", "sum(A, axis=0)"), ("einsum('->', c)", "c"), ("matmul(A, v)", "einsum('ij,j->i', A, v)"),
        ("dot(c, A)", "c*A"),
        ("einsum('ij, jk -> ik', A, B)", "einsum('ij,jk->ik', A, B)"),
    ],
)  # fmt: skip
def test_one_contraction_is_one_node(text, other):
    assert written(text, ARRAYS) is written(other, ARRAYS)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("matmul(X, Y)", "(m, k)"), ("matmul(X, w)", "(m,)"), ("matmul(w, w)", "()"), ("outer(w, w)", "(n, n)"),
        ("dot(X, Z)", "(m, k, p)"),
        ("matmul(Z, sg.tensor('V', 'p q'))", "(k, n, q)"), ("einsum('ij,jk->kij', X, Y)", "(k, m, n)"),
        ("einsum('kij,j->ki', Z, sg.tensor('p', 'p'))", "(k, n)"),
    ],
)  # fmt: skip
def test_shapes_of_named_sizes(text, shape):
    named = {"X": sg.tensor("X", "m n"), "Y": sg.tensor("Y", "n k"), "w": sg.tensor("w", "n"), "Z": sg.tensor("Z", "k n p")}
    assert str(written(text, named).shape) == shape


MATMUL, PATTERN = "cannot multiply", "is not an index pattern"
ONCE = "an index on the right of -> must stand once there and somewhere on the left"


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("matmul(A, A)", ShapeError, "cannot multiply (2, 3) @ (2, 3): axis 1 of the left has size 3, axis 0 of the right 2"),
        ("matmul(u, T)", ShapeError, "axis 0 of the left has size 2, axis 1 of the right 3"),
        ("matmul(A, u)", ShapeError, "axis 1 of the left has size 3, axis 0 of the right 2"),
        ("matmul(A, c)", ShapeError, "use * for a scalar"),
        ("matmul(2, A)", ShapeError, "@ needs a vector or a matrix on both sides"),
        ("matmul(T, sg.tensor('W', (3, 4, 2)))", ShapeError, "cannot multiply (2, 3, 4) @ (3, 4, 2): the stacks differ"),
        ("matmul(T, sg.tensor('W', (1, 4, 2)))", ShapeError, "the stacks differ"),
        ("dot(T, T)", ShapeError, "adds over sizes 4 and 3"),
        ("dot(u, v)", ShapeError, MATMUL), ("outer(A, v)", ShapeError, "outer takes two vectors, not (2, 3) and (3,)"),
        ("outer(v, c)", ShapeError, "outer takes two vectors, not (3,) and ()"),
        ("einsum(A, [0, 1])", SymgdError, "einsum starts with its indices"),
        ("einsum('...ij->...ji', T)", SymgdError, PATTERN), ("einsum('i1->i', A)", SymgdError, PATTERN),
        ("einsum('ij->i->j', A)", SymgdError, PATTERN),
        ("einsum('ij-i', A)", SymgdError, PATTERN), ("einsum('é->é', v)", SymgdError, PATTERN),
        ("einsum('ij;jk', A, B)", SymgdError, PATTERN),
        ("einsum('ij,jk->il', A, B)", SymgdError, ONCE), ("einsum('ij,jk->iik', A, B)", SymgdError, ONCE),
        ("einsum('ii->ii', C)", SymgdError, ONCE),
        ("einsum('ij,jk->ik', A)", SymgdError, "einsum has 2 index groups for 1 operands"),
        ("einsum('ij', A, B)", SymgdError, "1 index groups for 2 operands"),
        ("einsum('')", SymgdError, "einsum has 1 index groups for 0 operands"),
        ("einsum('ijk', A)", ShapeError, "'ijk' has 3 indices for an operand of shape (2, 3)"),
        ("einsum('i', c)", ShapeError, "'i' has 1 indices for an operand of shape ()"),
        ("einsum('ii', A)", ShapeError, "index i has sizes 2 and 3"),
        ("einsum('ij,jk->ik', B, A)", ShapeError, "cannot contract (3, 4) and (2, 3): index j has sizes 4 and 2"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, ARRAYS)
