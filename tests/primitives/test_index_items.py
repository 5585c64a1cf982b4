"""The items of an index: what a caller writes is read as Python reads it, shown, and made into NumPy's index."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ShapeError, UnsupportedError
from symgd.evaluation.evaluator import Context
from symgd.evaluation.exact import ExactNumbers
from symgd.graph.node import size
from symgd.graph.shape import Dim
from symgd.primitives.index_items import BACKWARDS, FULL, as_key, read_item, show_item, show_key

n, m = Dim.named("n"), Dim.named("m")
CONTEXT = Context(ExactNumbers(), {"n": 5, "m": 3})
ENDS = st.none() | st.integers(-9, 9)


@given(ENDS, ENDS, st.none() | st.integers(-4, 4).filter(bool), st.integers(1, 7))
def test_a_slice_of_a_known_axis_takes_what_python_takes(start, stop, step, length):
    item = read_item(slice(start, stop, step), length, 0)
    values = np.arange(length)
    assert np.array_equal(values[as_key([item], CONTEXT)], values[start:stop:step])
    if len(values[start:stop:step]) == length and step in (None, 1):
        assert item == FULL


@given(st.integers(-9, 9), st.integers(1, 7))
def test_a_position_is_counted_from_the_front_or_refused(position, length):
    if -length <= position < length:
        assert read_item(position, length, 0) == range(length)[position]
    else:
        with pytest.raises(ShapeError, match=f"index {position} is outside axis 2 of size {length}"):
            read_item(position, length, 2)


@pytest.mark.parametrize(
    ("item", "length", "expected"),
    [
        (2, n, 2), (-1, n, -1), (slice(None), n, FULL), (slice(0, None), n, FULL), (slice(None, None, 1), n, FULL),
        (slice(0, None, 1), n, FULL),
        (slice(0, n), n, FULL), (slice(None, n), n, FULL), (slice(1, n), n, (1, n, None)), (slice(0, m), n, (None, m, None)),
        (slice(None, size(m)), n, (None, m, None)), (slice(m, None), n, (m, None, None)),
        (slice(m, m + 2, 1), n, (m, m + 2, None)),
        (slice(None, None, -1), n, BACKWARDS), (slice(1, -1), n, (1, -1, None)), (slice(1, 3, 1), n, (1, 3, None)),
        (slice(0, 5), 5, FULL), (slice(-7, 99), 5, FULL),
        (np.int64(1), 5, 1), (sg.formula("1 + 1"), 5, 2), (slice(np.int64(1), sg.formula("3")), 5, (1, 3, None)),
        (slice(size(n) - 1, size(n)), n, (n - 1, n, None)),
    ],
)  # fmt: skip
def test_what_is_read(item, length, expected):
    assert read_item(item, length, 0) == expected


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (3, "3"), (-1, "-1"), (FULL, ":"), (BACKWARDS, "::-1"), ((1, None, None), "1:"), ((None, 4, None), ":4"),
        ((1, -1, None), "1:-1"), ((None, None, 2), "::2"),
        ((5, 1, -2), "5:1:-2"), ((n - 1, n + 1, None), "n - 1:n + 1"),
    ],
)  # fmt: skip
def test_how_an_item_is_shown(item, text):
    assert show_item(item) == text
    assert show_item(item, lambda end: f"<{end}>") == _marked(item, text)


def _marked(item, text):
    """Return the text with each end in brackets; a position is no size."""
    return text if isinstance(item, int) else ":".join(f"<{part}>" if part else "" for part in text.split(":"))


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([0], "0"), ([FULL], ":"), ([FULL, FULL], ":"), ([0, FULL], "0"), ([FULL, 0, FULL], ":, 0"),
        ([FULL, FULL, (1, None, None)], ":, :, 1:"), ([BACKWARDS, FULL], "::-1"),
    ],
)  # fmt: skip
def test_full_slices_at_the_end_are_not_shown(items, text):
    assert show_key(items) == text


@pytest.mark.parametrize(
    ("items", "key"),
    [
        ([0], (..., 0)),
        ([(n - 1, n, None)], (..., slice(4, 5, None))),
        ([FULL, (None, m, None)], (..., slice(None), slice(None, 3))),
    ],
)
def test_the_index_of_numpy_has_numbers_for_sizes(items, key):
    assert as_key(items, CONTEXT) == key


ONLY = "cannot index: only constant integers and slices can"


@pytest.mark.parametrize(
    ("item", "length", "error", "message"),
    [
        (0.5, 5, UnsupportedError, f"0.5 {ONLY}"), (1.0, 5, UnsupportedError, f"1.0 {ONLY}"),
        (True, 5, UnsupportedError, f"True {ONLY}"), ("1", 5, UnsupportedError, f"'1' {ONLY}"),
        (slice(0.5, None), 5, UnsupportedError, f"0.5 {ONLY}"), (slice(None, None, 1.5), 5, UnsupportedError, f"1.5 {ONLY}"),
        (sg.formula("1/2"), 5, UnsupportedError, f"1/2 {ONLY}"),
        (slice(None, None, 0), 5, ShapeError, "a slice cannot have step 0"),
        (slice(None, m, 2), n, UnsupportedError, "a slice between named sizes has no step"),
        (slice(m, None, -1), 5, UnsupportedError, "a slice between named sizes has no step"),
        (5, 5, ShapeError, "index 5 is outside axis 0 of size 5"),
        (slice(sg.scalar("x"), None), n, ShapeError, "x is not a size"),
    ],
)  # fmt: skip
def test_refusals(item, length, error, message):
    with pytest.raises(error) as raised:
        read_item(item, length, 0)
    assert message in str(raised.value)
