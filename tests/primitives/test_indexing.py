"""Taking entries out by indices and slices, placing them among zeros, and writing tensors out entry by entry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError
from symgd.graph.inference import Facts
from symgd.graph.node import size
from symgd.graph.shape import Dim
from symgd.primitives.indexing import array, pad, stack
from tests.primitives.library_comparison import (
    arrays_of,
    cases,
    check_refusal,
    check_slopes,
    check_values,
    compiled,
    precise,
    written,
)

ARRAYS = arrays_of(v=(5,), A=(3, 4), T=(2, 3, 4), R=(1, 3), C=(3, 1), E=(2, 1, 3), S=(1, 1), s=(1,))
TAKEN = [
    # positions
    "v[0]", "v[4]", "v[-1]", "v[-5]", "A[1, 2]", "A[-1, -4]", "A[2]", "A[:, 0]", "A[..., -1]", "A[0, ...]", "A[0, ..., 1]",
    "T[1]", "T[:, 2]", "T[..., 3]", "T[0, 1, 2]",
    "T[0, :, 3]", "T[1, -1]", "v[np.int64(2)]", "s[0]", "s[-1]", "R[0]", "R[:, 0]", "C[:, 0]", "C[2]", "E[:, 0]", "E[0, 0]",
    "E[1, 0, 2]", "E[:, 0, 1]", "S[0]", "S[0, 0]", "S[:, -1]",
    # slices
    "v[:]", "v[...]", "v[()]", "v[1:]", "v[:-1]", "v[1:-1]", "v[:3]", "v[-2:]", "v[1:100]", "v[-100:2]", "v[::2]", "v[1::2]",
    "v[::-1]", "v[::-2]", "v[3:0:-1]", "v[-1:-4:-1]",
    "v[4:None:-3]", "v[::7]", "A[1:, :2]", "A[::-1, ::2]", "A[::-1]", "A[:, ::-1]", "A[:, 1:2]", "A[2:3]", "T[:, 1:, ::2]",
    "T[..., ::-1]", "T[0, 1:, -1]", "T[:1, ..., :1]", "R[::-1]",
    # new axes
    "v[None]", "v[:, None]", "v[None, :, None]", "v[..., None]", "A[None]", "A[:, None]", "A[:, None, 1]", "A[1, None]",
    "A[None, 1, None]", "A[..., None]", "A[None, ..., None]",
    "T[:, None, 0, ..., None]", "E[1, 0, None]", "E[None, :, 0, None]", "v[None, 2]", "v[None, 0, None]",
    # one after the other
    "v[1:][1:]", "v[::-1][::-1]", "A[1:][:, 2:][0]", "A.T[0]", "v[1:]*v[:-1]", "A[0] @ A[1]", "v[0]*v",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(TAKEN))
def test_what_is_taken_is_what_numpy_takes(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases(TAKEN[::3]))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


ITEM = st.integers(-4, 3) | st.builds(
    slice, st.none() | st.integers(-5, 5), st.none() | st.integers(-5, 5), st.none() | st.sampled_from([1, 2, -1, -2])
)


@given(st.lists(ITEM | st.just(None), max_size=4).map(tuple))
@settings(max_examples=80)
def test_any_index_of_numpy_is_read_as_numpy_reads_it_or_refused(items):
    values = np.arange(24.0).reshape(2, 3, 4)
    try:
        expected = values[items]
    except IndexError:
        expected = np.empty(0)
    node = sg.tensor("T", values.shape)
    if not expected.size:
        with pytest.raises(ShapeError):
            node[items]
        return
    formula = node[items]
    assert formula.shape == expected.shape
    assert np.array_equal(compiled(formula, {"T": values}), expected)
    assert np.array_equal(compiled(sg.gradient(sg.sum(formula), "T"), {"T": values}), np.isin(values, expected))


# w has n entries, X m rows and n columns
NAMED = {"w": sg.tensor("w", "n"), "X": sg.tensor("X", "m n"), "n": size(Dim.named("n")), "m": size(Dim.named("m"))}
SHAPES = [
    ("w[0]", "()"), ("w[-2]", "()"), ("w[1:]", "(n - 1,)"), ("w[:-1]", "(n - 1,)"), ("w[1:-1]", "(n - 2,)"), ("w[2:4]", "(2,)"),
    ("w[-3:]", "(3,)"), ("w[-3:-1]", "(2,)"),
    ("w[::-1]", "(n,)"), ("w[:n]", "(n,)"), ("w[:n - 1]", "(n - 1,)"), ("w[1:n]", "(n - 1,)"), ("w[n - 2:]", "(2,)"),
    ("w[n - 2:n - 1]", "(1,)"), ("X[:, 1:]", "(m, n - 1)"),
    ("X[1:, ::-1]", "(m - 1, n)"), ("X[0]", "(n,)"), ("X[..., None]", "(m, n, 1)"), ("X[:m - 2]", "(m - 2, n)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shape"), SHAPES)
def test_named_sizes(text, shape):
    """The same entries as in NumPy, and 1 in the gradient of their sum where they were taken."""
    formula = written(text, NAMED)
    assert str(formula.shape) == shape
    arrays = {"w": np.arange(6.0), "X": np.arange(30.0).reshape(5, 6)}
    expected = np.asarray(eval(text, {**arrays, "n": 6, "m": 5}))
    assert np.array_equal(compiled(formula, arrays), expected)
    (symbol,) = formula.symbols
    marks = sg.lambdify(symbol, sg.gradient(sg.sum(formula), symbol))(arrays[symbol.name])
    assert np.array_equal(np.broadcast_to(marks, arrays[symbol.name].shape), np.isin(arrays[symbol.name], expected))


SHORT = "an axis is too short: "


@pytest.mark.parametrize(
    ("text", "length", "message"),
    [
        ("w[5]", 5, f"{SHORT}n is at least 6, and is 5"), ("w[-6]", 5, f"{SHORT}n is at least 6, and is 5"),
        ("w[2:]", 1, f"{SHORT}n is at least 2, and is 1"),
        ("w[:-3]", 2, f"{SHORT}n is at least 3, and is 2"), ("w[1:100]", 5, f"{SHORT}n is at least 100, and is 5"),
        ("w[3:-3]", 5, f"{SHORT}n - 6 is at least 0, and is -1"),
        ("w[-2:3]", 9, f"{SHORT}-n + 5 is at least 0, and is -4"), ("w[2:n - 4]", 5, f"{SHORT}n - 6 is at least 0, and is -1"),
    ],
)  # fmt: skip
def test_an_axis_that_is_too_short_is_refused_when_it_is_seen(text, length, message):
    formula = written(text, NAMED)
    with pytest.raises(ValueError, match=message.replace("+", r"\+")):
        compiled(formula, {"w": np.arange(float(length))})


@pytest.mark.parametrize(
    ("text", "wrong"), [("sum(w[3:-3]*c + c)", 5), ("sum(w[-2:3]*c + c)", 9), ("mean(w[3:-3]*c**2 + c**2)", 3)]
)
def test_the_slope_of_a_sum_over_less_than_nothing_is_refused(text, wrong):
    """The number of terms, n − 6 or 5 − n, would be taken as negative, where NumPy adds up nothing."""
    slope = sg.gradient(sg.formula(text, shapes={"w": "n"}), "c")
    with pytest.raises(ValueError, match="an axis is too short"):
        compiled(slope, {"w": np.arange(float(wrong)), "c": np.array(2.0)})


@pytest.mark.parametrize(
    ("text", "length", "expected"), [("w[3:-3]", 6, []), ("w[3:-3]", 8, [3, 4]), ("w[-2:3]", 4, [2]), ("w[1:-1]", 2, [])]
)
def test_the_shortest_axis_that_is_taken(text, length, expected):
    assert np.array_equal(compiled(written(text, NAMED), {"w": np.arange(float(length))}), expected)


PLACED = [
    ("scatter(c, '1', 3)", "[0, c, 0]"), ("scatter(p, '1:3', 4)", "[0, p[0], p[1], 0]"),
    ("scatter(p, '::2', 3)", "[p[0], 0, p[1]]"), ("scatter(p, ':', 2)", "p"),
    ("scatter(p, '::-1', 2)", "p[::-1]"), ("scatter(p, '-2:', 3)", "[0, p[0], p[1]]"),
    ("scatter(p, '1', (2, 2))", "[[0, 0], [p[0], p[1]]]"),
    ("scatter(p, ':, 0', (2, 2))", "[[p[0], 0], [p[1], 0]]"), ("scatter(c, '0, -1', (1, 2))", "[[0, c]]"),
    ("scatter(p, ' 1 , 1: ', (2, 3))", "[[0, 0, 0], [0, p[0], p[1]]]"),
    ("scatter(p, '2:0:-1', 3)", "[0, p[1], p[0]]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PLACED)
def test_entries_are_placed_among_zeros(text, expected):
    arrays = {"p": np.array([2.0, 3.0]), "c": np.array(5.0)}
    formula = written(text, arrays)
    want = np.array(eval(expected, dict(arrays)), dtype=float)
    assert np.array_equal(compiled(formula, arrays), want)
    assert np.array_equal(precise(formula, arrays), want)
    (symbol,) = formula.symbols
    slope = sg.gradient(sg.sum(sg.tensor("W", formula.shape) * formula), symbol)
    weight = np.arange(1.0, want.size + 1).reshape(want.shape)
    for place in np.ndindex(*symbol.shape):
        assert compiled(slope, {**arrays, "W": weight})[place] == weight[want == arrays[symbol.name][place]].item()


@pytest.mark.parametrize(("axis", "before", "after"), [(-1, 1, 2), (-2, 1, 0), (-1, 0, 3), (-2, 2, 2)])
def test_zeros_before_and_after(axis, before, after):
    arrays = arrays_of(A=(2, 3))
    widths = [(0, 0), (0, 0)]
    widths[axis] = (before, after)
    assert np.array_equal(compiled(pad(sg.tensor("A", (2, 3)), axis, before, after), arrays), np.pad(arrays["A"], widths))


@pytest.mark.parametrize(("entries", "shape"), [("xy1", (3,)), ("x12y", (2, 2)), ("y", (1, 1)), ("xyxyxy", (1, 3, 2))])
def test_tensors_written_out(entries, shape):
    """The gradient of Σ W·array collects the weights of the places of each entry."""
    arrays = {"x": np.array(3.0), "y": np.array(-7.0), "W": np.arange(1.0, len(entries) + 1).reshape(shape)}
    named = [sg.scalar(one) if one.isalpha() else int(one) for one in entries]
    formula = stack(named, shape)
    expected = np.array([float(arrays[one]) if one.isalpha() else float(one) for one in entries]).reshape(shape)
    assert formula.primitive is array
    assert np.array_equal(compiled(formula, arrays), expected)
    for name in sorted(set(entries) & {"x", "y"}):
        slope = compiled(sg.gradient(sg.sum(sg.tensor("W", shape) * formula), name), arrays)
        assert slope == sum(weight for weight, one in zip(arrays["W"].ravel(), entries, strict=True) if one == name)


def test_an_entry_of_what_is_written_out_is_that_entry():
    x, y = sg.scalar("x"), sg.scalar("y")
    assert sg.array([[x, 1], [2, y]])[1, 1] is y
    assert sg.array([x, y])[-2] is x
    v = sg.tensor("v", 5)
    assert v[:] is v[...] is v[()] is v[0:5] is v[-9:] is v


@pytest.mark.parametrize(
    ("formula", "sign"),
    [
        ("scatter(P, '1:3', 4)", "NONNEGATIVE"), ("P[0]", "POSITIVE"), ("-P[:1]", "NEGATIVE"),
        ("array([P[0], 0])", "NONNEGATIVE"), ("array([P[0], -1])", "NONZERO"),
    ],
)  # fmt: skip
def test_signs(formula, sign):
    assert Facts().sign(written(formula, {"P": sg.tensor("P", 2, positive=True)})).name == sign


ONLY = "cannot index: only constant integers and slices can"


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("v[5]", ShapeError, "index 5 is outside axis 0 of size 5"),
        ("v[-6]", ShapeError, "index -6 is outside axis 0 of size 5"), ("A[0, 4]", ShapeError, "outside axis 1 of size 4"),
        ("v[0, 0]", ShapeError, "2 indices for a tensor of shape (5,)"),
        ("v[0][0]", ShapeError, "1 indices for a tensor of shape ()"), ("v[..., ...]", ShapeError, "only one ..."),
        ("v[7:]", ShapeError, "the slice 7: of an axis of size 5 is empty"),
        ("v[2:2]", ShapeError, "the slice 2:2 of an axis of size 5 is empty"), ("v[:0]", ShapeError, "is empty"),
        ("v[3:1]", ShapeError, "is empty"), ("v[1:3:-1]", ShapeError, "the slice 1:3:-1 of an axis of size 5 is empty"),
        ("v[::0]", ShapeError, "a slice cannot have step 0"),
        ("v[0.0]", UnsupportedError, f"0.0 {ONLY}"), ("v[True]", UnsupportedError, f"True {ONLY}"),
        ("v['a']", UnsupportedError, f"'a' {ONLY}"), ("w[2:1]", ShapeError, "the slice 2:1 is empty"),
        ("w[-1:-2]", ShapeError, "the slice -1:-2 is empty"), ("w[n:]", ShapeError, "is empty"),
        ("w[::2]", UnsupportedError, "a slice with a step needs an axis of known size, not n"),
        ("w[3::-1]", UnsupportedError, "a slice with a step needs an axis of known size, not n"),
        ("w[:n:2]", UnsupportedError, "a slice between named sizes has no step"),
        ("scatter(v, 1, 5)", ShapeError, "the place of scatter is a text"),
        ("scatter(v, '1:3', 4)", ShapeError, "(5,) does not fit the place '1:3' of shape (4,)"),
        ("scatter(v, ':, :', 5)", ShapeError, "(5,) does not fit the place ':, :' of shape (5,)"),
        ("scatter(v, 'a', 5)", ShapeError, "'a' is not an index"),
        ("scatter(v, '', 5)", ShapeError, "'' is not an index"),
        ("scatter(v, '1:2:3:4', 5)", ShapeError, "'1:2:3:4' is not an index"),
        ("scatter(v, ':', 0)", ShapeError, "cannot have size 0"),
        ("scatter(v[0], '9', 5)", ShapeError, "index 9 is outside axis 0 of size 5"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, {**ARRAYS, **NAMED})


def test_only_scalars_are_written_out():
    with pytest.raises(SymgdError, match="only scalars can be written out as an array"):
        stack([sg.tensor("v", 3)], (1,))
    with pytest.raises(ShapeError, match="an array without entries holds nothing"):
        stack([], (1,))
