"""Tensors put together from parts: stack, array, hstack, vstack, column_stack and block, as NumPy does."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ShapeError
from symgd.primitives.indexing import array as array_record
from symgd.primitives.stacking import MAX_AXES
from tests.primitives.library_comparison import arrays_of, cases, check_refusal, check_slopes, check_values, written

ARRAYS = arrays_of(a=(), b=(), v=(3,), w=(3,), u=(2,), s=(1,), A=(2, 3), B=(2, 2), C=(1, 3), D=(1, 2), T=(2, 3, 2), U=(2, 1, 2))
SAME = [
    "stack([v, w])", "stack((v, w), 1)", "stack([v, w], -1)", "stack([v, w], axis=-2)", "stack([v])", "stack([v, v, w], 1)",
    "stack([A, A], 2)", "stack([A, A], -3)", "stack([a, b])",
    "stack([a, 1])", "stack([a, b], -1)", "stack([a])", "stack([s, s])", "stack([T, T], axis=1)", "stack([v, [1, 2, 3]])",
    "array([a, b, 2])", "array([[a, 1], [2, b]])", "array([[[a]]])", "array([v, w])", "array([[v, w], [w, v]])",
    "array([[1, 2], [3, 4]]) @ u", "array((a, (b)))", "array(v)", "array(a)",
    "array([v, [1, 2, 3]])", "array([A, A])", "array([[a], [b]])", ("asarray([a, b])", "array([a, b])"),
    "hstack([v, w])", "hstack([a, b])", "hstack([a, v])", "hstack([v, a, 1])", "hstack([A, B])", "hstack([T, U])",
    "hstack((s, s))", "hstack([C, D])",
    "vstack([v, w])", "vstack([A, v])", "vstack([v, A])", "vstack([A, C])", "vstack([T, T])", "vstack([s, s])", "vstack([v])",
    "column_stack([v, w])", "column_stack([v])", "column_stack([u, A])", "column_stack([A, u, B])", "column_stack([s, s])",
    "column_stack([A, B])",
    "block([[A, B], [C, D]])", "block([[A]])", "block([[A, B]])", "block([[A], [C]])", "block([A, B])", "block([v, w])",
    "block([s])", "block([[B, zeros((2, 1))], [D, ones((1, 1))]])",
    "block([[A.T, A.T], [B, B]])", "block([T, T])", "block([[A, B], [C, D]]).T @ block([[A, B], [C, D]])",
    "stack([a*v, b*w]) @ v", "vstack([v, w]) @ hstack([s, u])", "sum(column_stack([v, w])**3, axis=0)",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases([row for row in SAME if row != "array([[1, 2], [3, 4]]) @ u"][1::2]))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("stack([a, b])", "array([a, b])"), ("array([array([a, b]), array([1, 2])])", "array([[a, b], [1, 2]])"),
        ("array([v, w])", "stack([v, w])"),
        ("array(v)", "v"), ("vstack([v, w])", "stack([v, w])"), ("column_stack([v, w])", "stack([v, w], 1)"),
        ("hstack([v, w])", "concatenate([v, w])"), ("block([[A]])", "A"),
        ("block([A, B])", "block([[A, B]])"), ("block([[A, B]])", "hstack([A, B])"), ("block([[A], [C]])", "vstack([A, C])"),
    ],
)  # fmt: skip
def test_the_same_tensor_is_one_node(text, other):
    assert written(text, ARRAYS) is written(other, ARRAYS)


@pytest.mark.parametrize("depth", [1, 2, 5, MAX_AXES])
def test_lists_as_deep_as_an_array_has_axes(depth):
    nested = sg.scalar("x")
    for _ in range(depth):
        nested = [nested]
    formula = sg.array(nested)
    assert formula.shape == (1,) * depth
    assert formula.primitive is array_record
    for _ in range(MAX_AXES + 1 - depth):
        nested = [nested]
    with pytest.raises(ShapeError, match="lists are nested more than 32 deep"):
        sg.array(nested)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("stack([x, x], 1)", "(n, 2)"), ("hstack([x, y])", "(m + n,)"), ("vstack([X, x])", "(m + 1, n)"),
        ("column_stack([X, y])", "(m, n + 1)"), ("hstack([X, X])", "(m, 2*n)"),
        ("block([[X, y[:, None]], [x[None], ones((1, 1))]])", "(m + 1, n + 1)"), ("array([x, 2*x, x])", "(3, n)"),
    ],
)  # fmt: skip
def test_named_sizes(text, shape):
    named = {"x": sg.tensor("x", "n"), "y": sg.tensor("y", "m"), "X": sg.tensor("X", "m n")}
    assert str(written(text, named).shape) == shape


ROWS, MATRICES, SCALAR = (
    "block takes rows of blocks",
    "block takes matrices, not ",
    "a scalar has no axis to be concatenated along",
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stack([])", "stack takes a list of tensors"), ("stack(v)", "stack takes a list of tensors"),
        ("stack([v, u])", "cannot stack (3,) and (2,): shapes must agree"),
        ("stack([v, 1])", "cannot stack (3,) and (): shapes must agree"),
        ("stack([v, w], 2)", "there is no axis 2 in a tensor of 2 axes"), ("stack([v, w], -3)", "there is no axis -3"),
        ("stack([v, w], 0.5)", "0.5 is not an axis"), ("stack([a, b], 1)", "there is no axis 1 in a tensor of 1 axes"),
        ("stack([a, b], -2)", "there is no axis -2"), ("stack([a, b], None)", "None is not an axis"),
        ("array([])", "an array without entries holds nothing"), ("array([[]])", "an array without entries holds nothing"),
        ("array([[a, b], [1]])", "the rows have different shapes: (2,) and (1,)"),
        ("array([1, [2]])", "the rows have different shapes: () and (1,)"),
        ("array([A, B])", "the rows have different shapes: (2, 3) and (2, 2)"), ("hstack([])", "hstack takes a list of tensors"),
        ("hstack([A, C])", "cannot concatenate (2, 3) and (1, 3) along axis 1"),
        ("hstack([A, v])", "cannot concatenate (2, 3) and (3,)"), ("hstack([v, A])", "cannot concatenate (3,) and (2, 3)"),
        ("vstack([A, u])", "cannot concatenate (2, 3) and (1, 2) along axis 0"), ("vstack([a, v])", SCALAR),
        ("vstack(A)", "vstack takes a list of tensors"), ("column_stack([a, b])", SCALAR),
        ("column_stack([v, u])", "cannot concatenate (3, 1) and (2, 1) along axis 1"), ("block(A)", ROWS), ("block([])", ROWS),
        ("block([[]])", ROWS), ("block([[A], []])", ROWS),
        ("block([[A, B], [C]])", "cannot concatenate (2, 5) and (1, 3) along axis 0"),
        ("block([[A, C]])", "cannot concatenate (2, 3) and (1, 3) along axis 1"), ("block([[A, 1]])", f"{MATRICES}()"),
        ("block([[v], [w]])", f"{MATRICES}(3,)"), ("block([[T, T]])", f"{MATRICES}(2, 3, 2)"), ("block([a, b])", SCALAR),
        ("block([[v, w]])", "v[:, None] is a column, v[None] a row"),
    ],
)  # fmt: skip
def test_refusals(text, message):
    check_refusal(text, ShapeError, message, ARRAYS)
