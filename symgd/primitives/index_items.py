"""The items of an index, one for each axis: an integer, or a slice as ``(start, stop, step)``, whose ends may be sizes.

They are read from what a caller writes, shown, and made into the index that NumPy takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import EllipsisType

from symgd.arguments import integer_of
from symgd.errors import ShapeError, UnsupportedError, shown
from symgd.evaluation.evaluator import Context
from symgd.graph.node import Node
from symgd.graph.shape import Dim, Size
from symgd.primitives.code_writer import CodeWriter
from symgd.primitives.size_arguments import as_size

__all__ = ["BACKWARDS", "FULL", "End", "Item", "as_key", "read_item", "show_item", "show_key", "size_text"]

FULL = (None, None, None)
BACKWARDS = (None, None, -1)
End = Size | None
Item = int | tuple[End, End, int | None]


def show_item(item: Item, text: Callable[[Size], str] = str) -> str:
    """Return an item as it is written between brackets."""
    if isinstance(item, int):
        return str(item)
    start, stop, step = ("" if part is None else text(part) for part in item)
    return f"{start}:{stop}" + (f":{step}" if step else "")


def as_key(items: Sequence[Item], context: Context) -> tuple[EllipsisType | int | slice, ...]:
    """Return the index that NumPy takes, sizes in numbers."""

    def number(end: End) -> int | None:
        return int(context.shape((end,))[0]) if isinstance(end, Dim) else end

    return (..., *(item if isinstance(item, int) else slice(*map(number, item)) for item in items))


def show_key(items: Sequence[Item], text: Callable[[Size], str] = str) -> str:
    """Return an index as it is written between brackets, without full slices at its end."""
    shown = list(items)
    while len(shown) > 1 and shown[-1] == FULL:
        shown.pop()
    return ", ".join(show_item(item, text) for item in shown)


def size_text(printer: CodeWriter) -> Callable[[Size], str]:
    """Return how a printer writes sizes."""
    return lambda size: str(printer.size(size).text)


def _read_end(end: object) -> End:
    """Return an end of a slice: a number or a size."""
    if isinstance(end, Dim) or (isinstance(end, Node) and not end.is_constant):
        return as_size(end)
    return _read_integer(end)


def read_item(item: object, size: Size, axis: int) -> Item:
    """Return what a caller writes for one axis as an item; counted from the front where the size is known."""
    if isinstance(item, slice):
        start, stop = (None if part is None else _read_end(part) for part in (item.start, item.stop))
        step = None if item.step is None else _read_integer(item.step)
        if step == 0:
            raise ShapeError("a slice cannot have step 0")
        if isinstance(start, Dim) or isinstance(stop, Dim):
            if step not in (1, None):
                raise UnsupportedError("a slice between named sizes has no step")
            if start == 0 and isinstance(start, int):
                start = None
            return FULL if start is None and stop == size else (start, stop, None)
        if isinstance(size, int):
            bounds = slice(start, stop, step).indices(size)
            if bounds == (0, size, 1):
                return FULL
        if start in (0, None) and stop is None and step in (1, None):
            return FULL
        return (start, stop, None if step == 1 else step)
    position = _read_integer(item)
    if isinstance(size, int):
        if not -size <= position < size:
            raise ShapeError(f"index {shown(position)} is outside axis {axis} of size {size}")
        return position % size
    return position


def _read_integer(value: object) -> int:
    if isinstance(value, Node) and value.is_exact:
        value = value.value
    number = integer_of(value)
    if number is None:
        raise UnsupportedError(f"{shown(value)} cannot index: only constant integers and slices can")
    return number
