"""Order, number and direction of axes, with axes counted from both ends, as in NumPy."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError
from tests.primitives.library_comparison import arrays_of, cases, check_refusal, check_slopes, check_values, compiled, written

ARRAYS = arrays_of(v=(3,), A=(2, 3), T=(2, 3, 4), E=(1, 3, 1), S=(1, 1), R=(1, 3), c=(), F=(2, 1, 3, 1))
SAME = [
    *(f"transpose(T, {order})" for order in itertools.permutations(range(3))), "transpose(T)", "transpose(A)", "transpose(v)",
    "transpose(c)", "transpose(T, (-1, 0, 1))",
    "transpose(T, [2, -2, 0])", "transpose(A, (0, 1))", "transpose(c, ())", "transpose(transpose(T))", "T.T", "A.T", "v.T",
    "swapaxes(T, 0, 2)", "swapaxes(T, -1, 1)", "swapaxes(T, 1, 1)",
    "swapaxes(A, 0, -1)", "swapaxes(v, 0, 0)", "matrix_transpose(A)", "matrix_transpose(T)", "matrix_transpose(F)",
    "permute_dims(T, (1, 2, 0))", "permute_dims(A, (1, 0))",
    "moveaxis(T, 0, 2)", "moveaxis(T, 0, -1)", "moveaxis(T, -1, 0)", "moveaxis(T, 1, 1)", "moveaxis(T, (0, 1), (1, 2))",
    "moveaxis(T, (0, 1), (2, 0))", "moveaxis(T, [2, 0], [0, -1])",
    "moveaxis(T, (0, 1, 2), (2, 1, 0))", "moveaxis(T, (), ())", "moveaxis(v, 0, 0)", "squeeze(E)", "squeeze(E, 0)",
    "squeeze(E, -1)", "squeeze(E, (0, 2))", "squeeze(E, (-1, 0))",
    "squeeze(A)", "squeeze(S)", "squeeze(S, 0)", "squeeze(c)", "squeeze(R, ())", "squeeze(F)", "squeeze(F, 1)",
    "squeeze(F, (1, 3))", "expand_dims(v, 0)", "expand_dims(v, 1)", "expand_dims(v, -1)",
    "expand_dims(v, -2)", "expand_dims(v, (0, 2))", "expand_dims(v, (0, -1))", "expand_dims(A, [1, 3])", "expand_dims(A, (3, 1))",
    "expand_dims(c, 0)", "expand_dims(c, (0, 1))",
    "expand_dims(v, ())", "expand_dims(A, (-1, -2))", "flip(v)", "flip(A)", "flip(A, 0)", "flip(A, -1)", "flip(T, (0, 2))",
    "flip(T, (-1, 1))", "flip(T)", "flip(c)", "flip(T, ())",
    "flip(flip(v))", "flip(S)", "flip(v)*v", "flip(A, 1) @ v", "squeeze(R) @ v", "swapaxes(A, 0, 1) @ A", "expand_dims(v, 1)*A.T",
    "moveaxis(T, 0, 2) @ A[:, 0]",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases(SAME[::3]))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_an_order_and_the_order_back(order):
    x = sg.tensor("x", (2, 3, 4, 5))
    back = tuple(int(k) for k in np.argsort(order))
    there = sg.transpose(x, order)
    assert there.shape == tuple((2, 3, 4, 5)[k] for k in order)
    array = np.arange(120.0).reshape(2, 3, 4, 5)
    assert np.array_equal(compiled(sg.transpose(there, back), {"x": array}), array)
    assert sg.simplify(sg.transpose(there, back)) is x


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("transpose(T, (0, 1, 2))", "T"), ("transpose(A)", "A.T"), ("swapaxes(A, 0, 1)", "A.T"), ("matrix_transpose(A)", "A.T"),
        ("permute_dims(A, (1, 0))", "A.T"),
        ("moveaxis(A, 0, 1)", "A.T"), ("transpose(v)", "v"), ("swapaxes(T, 1, 1)", "T"), ("squeeze(A)", "A"),
        ("expand_dims(v, ())", "v"), ("flip(v)", "v[::-1]"), ("flip(T, ())", "T"),
        ("flip(A, 1)", "A[:, ::-1]"), ("expand_dims(v, 0)", "v[None]"), ("expand_dims(A, 1)", "A[:, None]"),
        ("transpose(T, (-3, -2, -1))", "T"),
    ],
)  # fmt: skip
def test_one_tensor_is_one_node(text, other):
    assert written(text, ARRAYS) is written(other, ARRAYS)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("transpose(X)", "(n, m)"), ("moveaxis(Z, 0, -1)", "(m, n, k)"), ("swapaxes(Z, 0, 2)", "(n, m, k)"),
        ("expand_dims(X, (0, -1))", "(1, m, n, 1)"), ("flip(X)", "(m, n)"),
        ("squeeze(sg.tensor('Q', (1, 'n', 1)))", "(n,)"), ("squeeze(X)", "(m, n)"), ("matrix_transpose(Z)", "(k, n, m)"),
    ],
)  # fmt: skip
def test_named_sizes(text, shape):
    assert str(written(text, {"X": sg.tensor("X", "m n"), "Z": sg.tensor("Z", "k m n")}).shape) == shape


TWICE, ONE = "an axis is named twice", "runs along one axis, not "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("transpose(T, (0, 1))", "(0, 1) is not an order of the axes of (2, 3, 4)"),
        ("transpose(T, (0, 0, 1))", "(0, 0, 1) is not an order of the axes"), ("transpose(T, (0, 1, 3))", "there is no axis 3"),
        ("transpose(T, (0, -3, 1))", "(0, 0, 1) is not an order of the axes"),
        ("transpose(T, 1)", "the order of axes is a tuple"), ("transpose(c, (0,))", "there is no axis 0 in shape ()"),
        ("transpose(T, (0.0, 1, 2))", "0.0 is not an axis"), ("permute_dims(T, (0, 1))", "is not an order of the axes"),
        ("swapaxes(T, 0, 3)", "there is no axis 3 in shape (2, 3, 4)"),
        ("swapaxes(T, -4, 0)", "there is no axis -4"), ("swapaxes(c, 0, 0)", "there is no axis 0 in shape ()"),
        ("swapaxes(T, None, 1)", f"swapaxes {ONE}3"), ("swapaxes(T, (0, 1), 1)", f"swapaxes {ONE}2"),
        ("matrix_transpose(v)", "there is no axis -2 in shape (3,)"), ("matrix_transpose(c)", "there is no axis -1 in shape ()"),
        ("moveaxis(T, (0, 1), (1,))", "2 axes cannot move to 1 places"),
        ("moveaxis(T, (0, 0), (1, 2))", TWICE), ("moveaxis(T, (0, 1), (2, -1))", TWICE), ("moveaxis(T, (0, -3), (1, 2))", TWICE),
        ("moveaxis(T, 3, 0)", "there is no axis 3"),
        ("moveaxis(T, 0, 3)", "there is no axis 3"),
        ("squeeze(A, 0)", "axis 0 has size 2, and only an axis of size 1 can be dropped"),
        ("squeeze(E, -2)", "axis 1 has size 3, and only"),
        ("squeeze(E, (0, 0))", TWICE), ("squeeze(E, 3)", "there is no axis 3"),
        ("squeeze(X, 0)", "axis 0 has size m, and only an axis of size 1"),
        ("expand_dims(v, 2)", "there is no axis 2 in a tensor of 2 axes"),
        ("expand_dims(v, -3)", "there is no axis -3 in a tensor of 2 axes"),
        ("expand_dims(v, (0, 5))", "there is no axis 5 in a tensor of 3 axes"), ("expand_dims(v, (0, 0))", TWICE),
        ("expand_dims(v, (0, -3))", TWICE), ("expand_dims(v, 0.5)", "0.5 is not an axis"),
        ("expand_dims(v, None)", "None is not an axis"), ("expand_dims(v, True)", "True is not an axis"),
        ("flip(T, 3)", "there is no axis 3"), ("flip(T, (1, 1))", TWICE), ("flip(T, (1, -2))", TWICE),
        ("flip(c, 0)", "there is no axis 0 in shape ()"), ("flip(v, 'x')", "'x' is not an axis"),
    ],
)  # fmt: skip
def test_refusals(text, message):
    check_refusal(text, ShapeError, message, {**ARRAYS, "X": sg.tensor("X", "m n")})
