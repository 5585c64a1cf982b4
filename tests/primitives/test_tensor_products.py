"""Kronecker and cross products, and contractions of other names: inner, vdot, vecdot, tensordot."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ShapeError
from symgd.graph.inference import Facts
from tests.primitives.library_comparison import arrays_of, cases, check_refusal, check_slopes, check_values, written

ARRAYS = arrays_of(
    A=(2, 3), B=(4, 2), C=(3, 3), S=(1, 1), R=(1, 3), v=(3,), w=(3,), u=(2,), s=(1,), c=(), T=(2, 3, 4), Q=(2, 1, 3), D=(4, 3, 2)
)  # fmt: skip
KRON = [
    "kron(A, B)", "kron(B, A)", "kron(S, A)", "kron(A, S)", "kron(R, R)", "kron(R.T, A)", "kron(v, u)", "kron(u, v)",
    "kron(s, v)", "kron(v, v)", "kron(C, C)",
    "kron(A, eye(2))", "kron(eye(2), A)", "kron(kron(A, u[:, None]), R)", "kron(A, B) @ kron(v, u)", "kron(A.T, B)*2",
    "trace(kron(C, C))", "inv(kron(C, C))",
]  # fmt: skip
CROSS = [
    "cross(v, w)", "cross(w, v)", "cross(v, v)", "cross(C, v)", "cross(v, C)", "cross(C, C.T)", "cross(R, C)", "cross(A, v)",
    "cross(Q, C)", "cross(Q, A)",
    "cross(v, cross(v, w))", "v @ cross(v, w)", "cross(A[0], A[1])", "cross(cross(v, w), C)",
]  # fmt: skip
SUMS = [
    "inner(v, w)", "inner(A, C)", "inner(C, v)", "inner(v, C)", "inner(D, A.T)", "inner(A, Q)", "inner(c, A)", "inner(A, c)",
    "inner(c, c)",
    ("vdot(v, w)", "(v*w).sum()"), ("vdot(A, A)", "(A*A).sum()"), ("vdot(C, C.T)", "(C*C.T).sum()"),
    ("vdot(T, T)", "(T*T).sum()"), ("vdot(c, c)", "c*c"),
    ("vecdot(A, A)", "(A*A).sum(-1)"), ("vecdot(A, v)", "A @ v"), ("vecdot(C, w, 0)", "(C*w).sum(0)"),
    ("vecdot(T, T, axis=1)", "(T*T).sum(1)"), ("vecdot(v, w)", "v @ w"),
    "tensordot(C, C)", "tensordot(A, A)", "tensordot(T, D[:, :, 0].T)", "tensordot(A, C, 1)", "tensordot(A, B, 0)",
    "tensordot(v, w, 0)", "tensordot(v, w, 1)",
    "tensordot(c, c, 0)", "tensordot(T, D, ((2, 1), (0, 1)))", "tensordot(T, D, ([2], [0]))", "tensordot(T, D, (2, 0))",
    "tensordot(T, T, ((0, 1, 2), (0, 1, 2)))",
    "tensordot(A, T, ((0, 1), (0, 1)))", "tensordot(A, A, ((-1,), (1,)))", "tensordot(T, A, (-2, -1))",
    "tensordot(C, C, ((0, 1), (1, 0)))", "tensordot(T, D, ((), ()))",
    "tensordot(T, B, ((0, 2), (1, 0)))", "tensordot(A, C, axes=1) @ v",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "library"), cases([*KRON, *CROSS, *SUMS, "vdot(v, w)", "vdot(A, A)", "vdot(C, C.T)", "vdot(S, S)"])
)
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases([*KRON[::2], *CROSS[::2], *SUMS[::3]]))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


@pytest.mark.parametrize(
    ("text", "published"),
    [("sum(D2*kron(A, B))", "B"), ("trace(kron(C, E))", "C"), ("w @ cross(v, w2)", "v"), ("sum(kron(C, E))", "C")],
)  # fmt: skip
def test_adjoints_hold_for_named_sizes(text, published):
    named = {"A": sg.tensor("A", "m n"), "B": sg.tensor("B", "p q"), "C": sg.tensor("C", "n n"), "E": sg.tensor("E", "k k")}
    named |= {
        "D2": sg.kron(sg.tensor("F", "m n"), sg.tensor("G", "p q")),
        "v": sg.tensor("v", 3),
        "w": sg.tensor("w", 3),
        "w2": sg.tensor("w2", 3),
    }
    assert sg.check_gradient(written(text, named), published).verdict.name == "RIGHT"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("inner(v, w)", "v @ w"), ("vdot(v, w)", "v @ w"), ("vdot(A, A)", "tensordot(A, A)"),
        ("tensordot(A, C, 1)", "A @ C"), ("tensordot(v, w, 0)", "outer(v, w)"), ("inner(c, A)", "c*A"),
        ("tensordot(C, C, (1, 0))", "C @ C"),
    ],
)  # fmt: skip
def test_one_contraction_is_one_node(text, other):
    assert written(text, ARRAYS) is written(other, ARRAYS)


@pytest.mark.parametrize(("left", "right", "sign"), [(1, 1, "POSITIVE"), (1, -1, "NEGATIVE"), (-1, -1, "POSITIVE")])
def test_the_sign_of_a_kronecker_product(left, right, sign):
    A, B = sg.tensor("A", "m n", positive=True), sg.tensor("B", "p q", positive=True)
    assert Facts().sign(sg.kron(left * A, right * B)).name == sign


KRONS, TWICE = "kron takes two matrices, not ", "an axis is named twice"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kron(A, v)", f"{KRONS}(2, 3) and (3,)"), ("kron(c, A)", f"{KRONS}() and (2, 3)"),
        ("kron(T, T)", f"{KRONS}(2, 3, 4) and (2, 3, 4)"),
        ("kron(v, c)", f"{KRONS}(3,) and ()"), ("cross(u, v)", "cross takes vectors of three entries, not (2,) and (3,)"),
        ("cross(c, v)", "cross takes vectors of three entries, not () and (3,)"),
        ("cross(T, v)", "three entries, not (2, 3, 4) and (3,)"),
        ("cross(A, C)", "cannot cross (2, 3) and (3, 3): axis 0 has size 2 on the left and 3 on the right"),
        ("cross(sg.tensor('x', 'n'), v)", "three entries, not (n,) and (3,)"), ("inner(v, u)", "index i has sizes 3 and 2"),
        ("inner(A, A.T)", "sizes 3 and 2"),
        ("vdot(A, C)", "the scalar product of (2, 3) and (3, 3) does not exist"),
        ("vdot(v, R)", "the scalar product of (3,) and (1, 3) does not exist"),
        ("vecdot(A, u)", "the axis 1 from the end has size 3 on the left and 2 on the right"),
        ("vecdot(A, v, 2)", "there is no axis 2 in shape (2, 3)"),
        ("vecdot(c, c)", "there is no axis -1 in shape ()"),
        ("vecdot(Q, A)", "both would be stretched, and they have different ranks"),
        ("tensordot(A, B)", "index i has sizes 2 and 4"),
        ("tensordot(A, B, 3)", "tensordot of (2, 3) and (4, 2) cannot sum over 3 axes"),
        ("tensordot(A, B, -1)", "cannot sum over -1 axes"),
        ("tensordot(v, A, 2)", "tensordot of (3,) and (2, 3) cannot sum over 2 axes"),
        ("tensordot(A, B, 1.5)", "1.5 is not an axis"),
        ("tensordot(A, B, 'ab')", "'ab' is not an axis"),
        ("tensordot(A, B, (1, 0, 1))", "the axes of tensordot are a number or two lists, not (1, 0, 1)"),
        ("tensordot(A, C, ((0, 1), (0,)))", "tensordot sums over as many axes of one tensor as of the other"),
        ("tensordot(T, A, (5, 0))", "there is no axis 5 in shape (2, 3, 4)"),
        ("tensordot(T, A, ((2.0,), (0,)))", "2.0 is not an axis"),
        ("tensordot(C, C, ((0, 0), (0, 1)))", TWICE), ("tensordot(C, C, ((0, 1), (1, 1)))", TWICE),
        ("tensordot(C, C, ((0, -2), (0, 1)))", TWICE),
    ],
)  # fmt: skip
def test_refusals(text, message):
    check_refusal(text, ShapeError, message, ARRAYS)
