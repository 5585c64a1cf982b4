"""The arguments axis and keepdims: what is read from them, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError
from symgd.primitives.axis_arguments import axis_number, keep, normal_axes, one_axis

T, v, c = sg.tensor("T", (2, 3, 4)), sg.tensor("v", 3), sg.scalar("c")


@pytest.mark.parametrize("axis", [2, np.int64(2), np.uint8(2), np.array(2), sg.formula("2"), sg.formula("1 + 1")])
def test_a_whole_number_of_any_kind_names_an_axis(axis):
    assert axis_number(axis) == 2
    assert one_axis(T, axis, "f") == -1


@pytest.mark.parametrize(
    "axis",
    [
        0.0,
        1.5,
        "1",
        None,
        True,
        False,
        np.bool_(True),
        Fraction(1, 2),
        sg.formula("1/2"),
        sg.scalar("x"),
        (1,),
        [0],
        1j,
        np.array([1]),
    ],
)
def test_anything_else_names_none(axis):
    with pytest.raises(ShapeError, match="is not an axis") as raised:
        axis_number(axis)
    assert raised.value.hint == "an axis is an integer"


@pytest.mark.parametrize(
    ("x", "axis", "axes"),
    [
        (T, None, (-3, -2, -1)), (T, 0, (-3,)), (T, 2, (-1,)), (T, -3, (-3,)), (T, (0, 2), (-3, -1)), (T, (2, 0), (-3, -1)),
        (T, [-1, 0], (-3, -1)), (T, (), ()), (T, (1,), (-2,)),
        (T, (2, 1, 0), (-3, -2, -1)), (v, None, (-1,)), (v, -1, (-1,)), (c, None, ()), (c, (), ()),
    ],
)  # fmt: skip
def test_axes_are_counted_from_the_end_and_ascend(x, axis, axes):
    assert normal_axes(x, axis) == axes


@pytest.mark.parametrize(
    ("x", "axis", "message"),
    [
        (T, 3, "there is no axis 3 in shape (2, 3, 4)"), (T, -4, "there is no axis -4 in shape (2, 3, 4)"),
        (c, 0, "there is no axis 0 in shape ()"), (v, (0, 1), "there is no axis 1 in shape (3,)"),
        (T, (0, 0), "an axis is named twice"), (T, (1, -2), "an axis is named twice"), (T, (0, None), "None is not an axis"),
        (T, 10**30, "in shape (2, 3, 4)"), (T, ((0, 1),), "is not an axis"),
        (sg.tensor("X", "m n"), 2, "there is no axis 2 in shape (m, n)"),
    ],
)  # fmt: skip
def test_axes_that_are_refused(x, axis, message):
    with pytest.raises(ShapeError) as raised:
        normal_axes(x, axis)
    assert message in str(raised.value)


@pytest.mark.parametrize(("x", "axis", "count"), [(T, None, 3), (T, (0, 1), 2), (T, (), 0), (c, None, 0)])
def test_one_axis_is_one(x, axis, count):
    with pytest.raises(ShapeError, match=f"windows runs along one axis, not {count}"):
        one_axis(x, axis, "windows")


@pytest.mark.parametrize(("x", "axis", "position"), [(v, None, -1), (v, 0, -1), (T, (1,), -2), (T, [-3], -3)])
def test_the_only_axis_need_not_be_named(x, axis, position):
    assert one_axis(x, axis, "windows") == position


@pytest.mark.parametrize(
    ("axis", "shape"),
    [(None, (1, 1, 1)), (0, (1, 3, 4)), (-1, (2, 3, 1)), ((0, 2), (1, 3, 1)), ((), (2, 3, 4)), ((-1, 1), (2, 1, 1))],
)
def test_reduced_axes_stay_with_size_one(axis, shape):
    axes = normal_axes(T, axis)
    reduced = sg.sum(T, axis=axis)
    assert keep(T, reduced, axes, True).shape == shape == np.ones((2, 3, 4)).sum(axis=axis, keepdims=True).shape
    assert keep(T, reduced, axes, False) is reduced


@pytest.mark.parametrize("keepdims", [0, 1, None, "yes", 2.0, np.bool_(True), sg.scalar("k")])
def test_keepdims_is_true_or_false(keepdims):
    with pytest.raises(SymgdError, match="keepdims is True or False, not "):
        keep(T, sg.sum(T), (-3, -2, -1), keepdims)
