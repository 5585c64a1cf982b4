"""Sliding windows along an axis, and windows put back and added up: each is the adjoint of the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

import symgd as sg
from symgd.errors import ShapeError
from symgd.graph.inference import Facts
from tests.primitives.library_comparison import arrays_of, check_refusal, compiled, precise, written

ARRAYS = arrays_of(v=(5,), A=(4, 3), T=(2, 4, 3), s=(1,))
WINDOWS = [
    ("v", 1, -1), ("v", 2, 0), ("v", 3, -1), ("v", 5, 0), ("s", 1, -1), ("A", 1, 0), ("A", 2, 0), ("A", 4, -2), ("A", 3, 1),
    ("A", 2, -1), ("T", 2, 0), ("T", 3, 1), ("T", 2, -2), ("T", 3, 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "width", "axis"), WINDOWS)
def test_windows_are_those_of_numpy_and_send_back_what_overlaps(name, width, axis):
    array = ARRAYS[name]
    formula = written(f"windows({name}, {width}, axis={axis})", ARRAYS)
    expected = sliding_window_view(array, width, axis=axis)
    assert formula.shape == expected.shape
    for found in (compiled(formula, ARRAYS), precise(formula, ARRAYS)):
        np.testing.assert_array_equal(found, expected)
    weight = np.random.default_rng(4).normal(size=expected.shape)
    loss = sg.sum(sg.tensor("W", expected.shape) * formula**2)
    back = compiled(sg.gradient(loss, name), {**ARRAYS, "W": weight})
    for place in np.ndindex(*array.shape):
        unit = np.zeros(array.shape)
        unit[place] = 1
        np.testing.assert_allclose(
            back[place], 2 * array[place] * np.sum(weight * sliding_window_view(unit, width, axis=axis)), rtol=1e-12, atol=1e-14
        )


@given(st.integers(1, 6), st.data())
@settings(max_examples=25)
def test_overlap_add_is_the_adjoint_of_windows(length, data):
    """⟨overlap_add W, x⟩ = ⟨W, windows x⟩, for every x."""
    width = data.draw(st.integers(1, length))
    axis = data.draw(st.sampled_from([0, 1]))
    shape = (length, 2) if axis == 0 else (2, length)
    x = np.random.default_rng(length).normal(size=shape)
    view = sliding_window_view(x, width, axis=axis)
    W = np.random.default_rng(width).normal(size=view.shape)
    formula = sg.overlap_add(sg.tensor("W", view.shape), axis=axis)
    assert formula.shape == shape
    for found in (compiled(formula, {"W": W}), precise(formula, {"W": W})):
        assert np.sum(found * x) == pytest.approx(np.sum(W * view))
    slope = compiled(sg.gradient(sg.sum(formula * sg.tensor("x", shape)), "W"), {"W": W, "x": x})
    np.testing.assert_allclose(slope, view)


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([[1, 2], [3, 4]], [1, 5, 4]), ([[7]], [7]), ([[1, 2, 3]], [1, 2, 3]), ([[1], [2], [3]], [1, 2, 3]),
        ([[1, 1, 1]] * 4, [1, 2, 3, 3, 2, 1]),
    ],
)  # fmt: skip
def test_windows_added_up(windows, expected):
    arrays = {"W": np.array(windows, dtype=float)}
    assert np.array_equal(compiled(written("overlap_add(W)", arrays), arrays), expected)


@pytest.mark.parametrize("width", [1, 2, 5])
def test_added_up_windows_count_how_often_an_entry_stands_in_one(width):
    arrays = {"v": np.ones(5)}
    counts = np.convolve(np.ones(width), np.ones(6 - width))
    np.testing.assert_array_equal(compiled(written(f"overlap_add(windows(v, {width}))", arrays), arrays), counts)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("windows(w, 3)", "(n - 2, 3)"), ("windows(w, 'k')", "(-k + n + 1, k)"), ("windows(X, 2, axis=0)", "(m - 1, n, 2)"),
        ("overlap_add(X)", "(m + n - 1,)"),
        ("overlap_add(windows(X, 2, axis=0), axis=0)", "(m, n)"), ("windows(windows(w, 2), 2, 0)", "(n - 2, 2, 2)"),
    ],
)  # fmt: skip
def test_shapes_of_named_sizes(text, shape):
    assert str(written(text, {"w": sg.tensor("w", "n"), "X": sg.tensor("X", "m n")}).shape) == shape


def test_windows_keep_what_is_known_of_the_entries():
    P = sg.tensor("P", "n", lower=1, upper=3)
    assert Facts().sign(sg.windows(P, 2)).is_positive
    assert Facts().interval(sg.windows(P, 2)).high == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("windows(v, 6)", "a window of 6 does not fit an axis of size 5"),
        ("windows(A, 4)", "a window of 4 does not fit an axis of size 3"), ("windows(v, 0)", "an axis cannot have size 0"),
        ("windows(v, -1)", "an axis cannot have size -1"), ("windows(v, 1.5)", "1.5 is not a size"),
        ("windows(2, 1)", "there is no axis -1 in shape ()"),
        ("windows(A, 2, 2)", "there is no axis 2 in shape (4, 3)"),
        ("windows(A, 2, (0, 1))", "windows runs along one axis, not 2"),
        ("windows(A, 2, None)", "windows runs along one axis, not 2"),
        ("overlap_add(v)", "windows lie along a last axis, which shape (5,) does not have"),
        ("overlap_add(1)", "which shape () does not have"),
        ("overlap_add(A, 1)", "there is no axis 1 in shape (4,)"),
        ("overlap_add(T, axis=2)", "there is no axis 2 in shape (2, 4)"),
        ("overlap_add(T, (0, 1))", "overlap_add runs along one axis, not 2"),
    ],
)  # fmt: skip
def test_refusals(text, message):
    check_refusal(text, ShapeError, message, ARRAYS)
