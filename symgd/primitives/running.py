"""What running sums, products and recurrences share: their one axis, its direction, and how both are written."""

from __future__ import annotations

import numpy as np

from symgd.arguments import read_flag
from symgd.errors import ShapeError
from symgd.evaluation.entries import Array
from symgd.graph.node import Node
from symgd.graph.shape import show_shape
from symgd.primitives.axis_arguments import one_axis

__all__ = ["along", "is_true", "running_axis", "show_options"]


def along(array: Array, axis: int, is_reversed: bool) -> Array:
    """Move an axis to the front, in the order of the run."""
    moved = np.moveaxis(array, axis, 0)
    return moved[::-1] if is_reversed else moved


def show_options(node: Node) -> list[str]:
    """Return the axis and the direction as arguments of a call, where they are not the default."""
    axis, is_reversed, *_ = node.params
    position = axis + node.rank
    return [*([f"axis={position}"] if node.rank > 1 else []), *(["reverse=True"] if is_reversed else [])]


def is_true(flag: object) -> bool:
    """Return the argument `reverse` as a truth value."""
    return read_flag(flag.value if isinstance(flag, Node) and flag.is_constant else flag, "reverse")


def running_axis(x: Node, axis: object, name: str) -> int:
    """Return the one axis along which x is read, counted from the end."""
    if not x.shape or (axis is None and x.rank > 1):
        raise ShapeError(f"{name} of shape {show_shape(x.shape)} needs an axis", hint=f"{name}(x, axis=0)")
    return one_axis(x, axis, name)
