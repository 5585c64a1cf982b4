"""The arguments ``axis`` and ``keepdims`` as a caller writes them, checked, with axes counted from the end."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.arguments import integer_of
from symgd.errors import ShapeError, SymgdError, shown
from symgd.graph.node import Node
from symgd.graph.shape import show_shape
from symgd.primitives.contraction import expand_at

__all__ = ["axis_number", "keep", "normal_axes", "one_axis"]


def normal_axes(x: Node, axis: object) -> tuple[int, ...]:
    """Return the axes of a reduction, counted from the end, ascending.

    Raises
    ------
    ShapeError
        For an axis that `x` does not have, or has twice.
    """
    if axis is None:
        return tuple(range(-x.rank, 0))
    chosen = axis if isinstance(axis, tuple | list) else (axis,)
    axes = []
    for number in chosen:
        position = axis_number(number)
        if not -x.rank <= position < x.rank:
            raise ShapeError(f"there is no axis {shown(position)} in shape {show_shape(x.shape)}")
        axes.append(position % x.rank - x.rank)
    if len(set(axes)) != len(axes):
        raise ShapeError("an axis is named twice")
    return tuple(sorted(axes))


def axis_number(axis: object) -> int:
    """Return the whole number by which an axis is named.

    Raises
    ------
    ShapeError
        For anything else.
    """
    number = integer_of(axis.value if isinstance(axis, Node) and axis.is_exact else axis)
    if number is None:
        raise ShapeError(f"{shown(axis)} is not an axis", hint="an axis is an integer")
    return number


def one_axis(x: Node, axis: object, name: str) -> int:
    """Return the one axis along which a function runs, counted from the end.

    Raises
    ------
    ShapeError
        For an axis that `x` does not have, and for none or several.
    """
    axes = normal_axes(x, axis)
    if len(axes) != 1:
        raise ShapeError(f"{name} runs along one axis, not {len(axes)}")
    return axes[0]


def keep(x: Node, reduced: Node, axes: Sequence[int], keepdims: object) -> Node:
    """Put the reduced axes back with size 1, where `keepdims` is set."""
    if isinstance(keepdims, Node) and keepdims.is_constant:
        keepdims = keepdims.value
    if keepdims is not True and keepdims is not False:
        raise SymgdError(f"keepdims is True or False, not {shown(keepdims)}")
    return expand_at(reduced, [axis % x.rank for axis in axes]) if keepdims else reduced
