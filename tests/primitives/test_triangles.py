"""Lower and upper triangles of matrices and stacks, at every offset."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.inference import Facts
from tests.primitives.library_comparison import arrays_of, cases, check_refusal, check_slopes, check_values, written

ARRAYS = arrays_of(A=(3, 3), W=(2, 4), L=(4, 2), S=(1, 1), T=(2, 3, 4), Q=(2, 1, 2, 2), v=(3,), r=(1, 3))
SAME = [
    *(f"{name}({matrix}, {k})" for name in ("tril", "triu") for matrix in "AWLT" for k in (-5, -2, -1, 0, 1, 3, 7)),
    *(f"{name}({matrix})" for name in ("tril", "triu") for matrix in "SQr"), "tril(A, k=-1)", "tril(tril(A), 1)",
    "tril(tril(A, 1))", "triu(tril(A))",
    "triu(tril(A, 1), -1)", "tril(A) + triu(A, 1)", "tril(A).T", "tril(A) @ v", "triu(A, 10**14)", "tril(A, -10**14)",
    "tril(A @ A)", "tril(A)*A.T",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(
    ("text", "library"), cases([row for row in SAME if row not in ("triu(A, 10**14)", "tril(A, -10**14)")][::3])
)
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("tril(tril(A))", "tril(A)"), ("triu(triu(A, 1), 1)", "triu(A, 1)"), ("tril(A, np.int64(1))", "tril(A, 1)"),
        ("tril(A, 1.0)", "tril(A, 1)"),
        ("tril(A, sg.formula('1 - 2'))", "tril(A, -1)"),
    ],
)  # fmt: skip
def test_the_same_triangle_is_one_node(text, other):
    assert written(text, ARRAYS) is written(other, ARRAYS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tril(A)", "tril(A)"), ("triu(A)", "triu(A)"), ("tril(A, -1)", "tril(A, k=-1)"), ("triu(A, 2)", "triu(A, k=2)"),
        ("tril(A) @ v", "tril(A) @ v"),
    ],
)  # fmt: skip
def test_it_is_written_as_it_is_called(text, shown):
    assert str(written(text, ARRAYS)) == shown
    assert sg.formula(
        shown, shapes={name: "3 3" if name == "A" else "3" for name in ("A", "v") if name in shown.split("(", 1)[1]}
    ) is written(text, ARRAYS)


@pytest.mark.parametrize(("facts", "sign"), [({"positive": True}, "NONNEGATIVE"), ({}, "ANY")])
def test_zeros_stand_outside(facts, sign):
    assert Facts().sign(sg.tril(sg.tensor("X", "m n", **facts))).name == sign
    assert Facts().sign(sg.triu(-sg.tensor("X", "m n", **facts))).name == sign.replace("NONNEGATIVE", "NONPOSITIVE")


def test_named_sizes_keep_their_shape():
    X = sg.tensor("X", "m n")
    assert sg.tril(X, 2).shape == X.shape
    assert np.array_equal(sg.lambdify(X, sg.tril(X, 2))(np.ones((1, 5))), [[1, 1, 1, 0, 0]])


WHOLE = "the offset of a triangle is a whole number, not "


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("tril(v)", ShapeError, "a triangle is part of a matrix, not of (3,)"),
        ("triu(1)", ShapeError, "a triangle is part of a matrix, not of ()"),
        ("tril(A, 0.5)", UnsupportedError, f"{WHOLE}0.5"), ("tril(A, True)", UnsupportedError, f"{WHOLE}True"),
        ("tril(A, 10**15)", UnsupportedError, "below 10**15 in size"),
        ("triu(A, -10**15)", UnsupportedError, "below 10**15 in size"),
        ("triu(A, sg.scalar('k'))", UnsupportedError, f"{WHOLE}k"), ("triu(A, float('inf'))", UnsupportedError, f"{WHOLE}inf"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, ARRAYS)
