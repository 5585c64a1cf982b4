"""The axis and the direction of a run: read, applied to arrays, and written."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.primitives.running import along, is_true, running_axis, show_options
from tests.primitives.scalar_comparison import refusal

ARRAY = np.arange(24).reshape(2, 3, 4)


@pytest.mark.parametrize("axis", [-3, -2, -1])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_an_axis_is_moved_to_the_front_in_the_order_of_the_run(axis, is_reversed):
    found = along(ARRAY, axis, is_reversed)
    for k in range(ARRAY.shape[axis]):
        np.testing.assert_array_equal(found[k], np.take(ARRAY, -1 - k if is_reversed else k, axis=axis))


def test_the_run_is_a_view():
    array = ARRAY.copy()
    along(array, -1, True)[0] = 0
    assert (array[..., -1] == 0).all()


# formula, axis and direction as arguments
OPTIONS = [
    (sg.cumsum(sg.tensor("v", "n")), []), (sg.cumsum(sg.tensor("v", "n"), reverse=True), ["reverse=True"]),
    (sg.cumsum(sg.tensor("A", "m n"), 0), ["axis=0"]),
    (sg.cumsum(sg.tensor("A", "m n"), -1, True), ["axis=1", "reverse=True"]),
    (sg.recurrence(sg.tensor("A", "m n"), sg.tensor("A", "m n"), 3, -2, True), ["axis=0", "reverse=True"]),
]  # fmt: skip


@pytest.mark.parametrize(("node", "expected"), OPTIONS)
def test_options_are_written_where_they_are_not_the_default(node, expected):
    assert show_options(node) == expected


@pytest.mark.parametrize(
    ("shape", "axis", "expected"), [("n", None, -1), ("n", 0, -1), ("m n", 0, -2), ("m n", -1, -1), ("k m n", 1, -2)]
)
def test_the_axis_is_counted_from_the_end(shape, axis, expected):
    assert running_axis(sg.tensor("x", shape), axis, "cumsum") == expected


# shape of x, axis, how it is refused
REFUSED = [
    ("", None, "cumsum of shape () needs an axis"),
    ("m n", None, "cumsum of shape (m, n) needs an axis\n  hint: cumsum(x, axis=0)"),
    ("n", 2, "there is no axis 2"), ("m n", (0, 1), "cumsum runs along one axis, not 2"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "axis", "message"), REFUSED)
def test_an_axis_that_is_missing_or_not_there(shape, axis, message):
    x = sg.tensor("x", shape) if shape else sg.scalar("x")
    assert refusal(lambda: running_axis(x, axis, "cumsum")).startswith(f"ShapeError: {message}")


@pytest.mark.parametrize(("flag", "expected"), [(True, True), (False, False), (np.True_, True), (np.False_, False)])
def test_truth_values_are_read(flag, expected):
    assert is_true(flag) is expected


@pytest.mark.parametrize("flag", [0, 1, "True", None, 2.0, [True]])
def test_anything_else_is_no_truth_value(flag):
    assert refusal(lambda: is_true(flag)).startswith("SymgdError: reverse is True or False, not ")
