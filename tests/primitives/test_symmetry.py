"""Which matrices are seen to equal their transpose, and which are not: a matrix that is not symmetric is never called so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.primitives.symmetry import is_symmetric, transposed
from tests.primitives.library_comparison import compiled, written

INPUTS = {
    "A": sg.tensor("A", (3, 3)), "B": sg.tensor("B", (3, 3)), "X": sg.tensor("X", (4, 3)), "v": sg.tensor("v", 3),
    "u": sg.tensor("u", 3), "c": sg.scalar("c"),
    "S": sg.tensor("S", (3, 3), symmetric=True), "P": sg.tensor("P", (3, 3), pd=True),
}  # fmt: skip
SYMMETRIC = [
    "eye(3)", "S", "P", "S.T", "inv(S)", "inv(inv(P))", "X.T @ X", "A @ A.T", "A.T @ A", "outer(v, v)", "S + eye(3)", "2*S",
    "c*S", "S*P", "S**2",
    "exp(S)", "-S", "S/c", "where(S > 0, S, 0)", "A + A.T", "(A + A.T)/2", "A.T + A + S", "inv(X.T @ X + 2*eye(3))",
    "A @ A.T + outer(v, v)", "S + P",
    "maximum(S, P)", "X.T @ X*c + 1",
]  # fmt: skip
OTHERS = [
    "A", "A.T", "A @ B", "S @ P", "A @ S", "outer(v, u)", "A + B.T", "A + v", "S + v", "S*v", "inv(A)", "A - A.T", "X @ A",
    "A**2", "A*S", "where(A > 0, S, 0)",
    "X.T @ X @ A", "A + A.T + v", "A + A.T + B", "tril(S)", "S[:, ::-1]", "2*A + A.T",
]  # fmt: skip


@pytest.mark.parametrize("text", SYMMETRIC)
def test_these_are_seen_to_be_symmetric(text):
    assert is_symmetric(written(text, INPUTS))


@pytest.mark.parametrize("text", OTHERS)
def test_these_are_not(text):
    assert not is_symmetric(written(text, INPUTS))


@pytest.mark.parametrize("text", ["v", "c", "X", "X @ X.T @ X", "sg.tensor('T', (2, 3, 3))", "sg.tensor('N', 'm n')", "c*c"])
def test_what_is_no_square_matrix_is_not_symmetric(text):
    assert not is_symmetric(written(text, INPUTS))


@pytest.mark.parametrize(
    ("text", "expected"), [("X.T @ X", True), ("X @ X.T", True), ("N + N.T", True), ("N @ N", False), ("N", False)]
)
def test_named_sizes(text, expected):
    assert is_symmetric(written(text, {"X": sg.tensor("X", "m n"), "N": sg.tensor("N", "n n")})) is expected


def _grow(inner):
    return st.one_of(
        st.tuples(inner, inner).map("({0[0]} + {0[1]})".format), st.tuples(inner, inner).map("({0[0]} @ {0[1]})".format),
        st.tuples(inner, inner).map("({0[0]}*{0[1]})".format), inner.map("{}.T".format), inner.map("({}**2)".format),
        inner.map("({}*v)".format),
    )  # fmt: skip


@given(st.recursive(st.sampled_from(["A", "B", "S", "outer(v, v)", "eye(3)"]), _grow, max_leaves=5))
@settings(max_examples=60)
def test_what_is_called_symmetric_equals_its_transpose_in_numbers(text):
    formula = written(text, INPUTS)
    if is_symmetric(formula):
        generator = np.random.default_rng(3)
        arrays = {name: generator.integers(-3, 4, node.shape).astype(float) for name, node in INPUTS.items()}
        arrays["S"] = arrays["S"] + arrays["S"].T
        value = compiled(formula, arrays)
        assert np.array_equal(value, value.T)


def test_the_transpose_of_a_transpose_is_the_matrix_itself():
    A, X = INPUTS["A"], INPUTS["X"]
    assert transposed(X) is X.T
    assert transposed(X.T) is X
    assert transposed(A) is A.T
    assert transposed(INPUTS["v"]) is None
    assert transposed(INPUTS["c"]) is None
