"""NumPy's functions that move the entries of arrays: parts, turns, grids, entries left out and put in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symgd.arguments import read_whole_number
from symgd.errors import ShapeError, UnsupportedError, shown
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import show_shape
from symgd.primitives.axis_arguments import one_axis
from symgd.primitives.piecewise import not_equal
from symgd.readers.numpy.cells import has_nodes
from symgd.readers.numpy.selected import Places

__all__ = ["REARRANGING", "place_of_axis", "split"]


def place_of_axis(x: Node, axis: object, name: str) -> int:
    """Return the place of an axis, from 0 on."""
    return one_axis(x, axis, name) % max(1, x.rank)


def _length(x: Node, place: int, name: str) -> int:
    """Return the size of an axis, which has to be a number."""
    length = x.shape[place]
    if not isinstance(length, int):
        raise UnsupportedError(f"numpy.{name} needs an axis whose size is a number, not {length}", hint="give the size")
    return length


def _with_axes(x: Node, least: int, name: str) -> None:
    if x.rank < least:
        raise ShapeError(f"numpy.{name} takes an array of at least {least} axes, not of shape {show_shape(x.shape)}")


# -- parts ----------------------------------------------------------------------------------------------------


def split(ary: Operand, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Node]:
    """Return the parts of an array between cuts, or that many parts of one size."""
    x = as_node(ary)
    place = place_of_axis(x, axis, "split")
    length = x.shape[place]
    if not isinstance(indices_or_sections, list | tuple | np.ndarray):
        count = read_whole_number(indices_or_sections, "the number of parts", least=1)
        if not isinstance(length, int) or length % count:
            raise ShapeError(f"an axis of size {length} is not split into {count} equal parts")
        step = length // count
        cuts = list(range(step, length, step))
    else:
        cuts = [int(cut) for cut in indices_or_sections]
    lead = (slice(None),) * place
    return [x[(*lead, slice(start, stop))] for start, stop in zip([None, *cuts], [*cuts, None], strict=True)]


def _array_split(ary: Operand, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Node]:
    """Split into parts whose sizes differ by 1 at most, the longer ones first."""
    x = as_node(ary)
    if isinstance(indices_or_sections, list | tuple | np.ndarray):
        return split(x, indices_or_sections, axis)
    count = read_whole_number(indices_or_sections, "the number of parts", least=1)
    length = _length(x, place_of_axis(x, axis, "array_split"), "array_split")
    size, longer = divmod(length, count)
    if size == 0:
        raise UnsupportedError(f"an axis of size {length} split into {count} parts has empty ones, which symgd has not")
    return split(x, [k * size + min(k, longer) for k in range(1, count)], axis)


def _split_along(name: str, axis: int, least: int) -> Callable[..., list[Node]]:
    """Return NumPy's split along an axis; hsplit takes the first one of a vector."""

    def build(ary: Operand, indices_or_sections: int | Sequence[int]) -> list[Node]:
        x = as_node(ary)
        _with_axes(x, least, name)
        return split(x, indices_or_sections, min(axis, x.rank - 1))

    return build


# -- turns and grids ------------------------------------------------------------------------------------------


def _flip_along(name: str, axis: int) -> Callable[[Operand], Node]:
    def build(m: Operand) -> Node:
        x = as_node(m)
        _with_axes(x, axis + 1, name)
        return FUNCTIONS["flip"](x, axis=axis)

    return build


def _rot90(m: Operand, k: int = 1, axes: Sequence[int] = (0, 1)) -> Node:
    x = as_node(m)
    _with_axes(x, 2, "rot90")
    first, second = (place_of_axis(x, axis, "rot90") for axis in axes)
    if first == second:
        raise ShapeError("numpy.rot90 turns a plane of two axes")
    if not isinstance(k, int | np.integer):
        raise UnsupportedError(f"numpy.rot90 turns a whole number of times, not {shown(k)}")
    for _ in range(int(k) % 4):
        x = FUNCTIONS["swapaxes"](FUNCTIONS["flip"](x, axis=second), first, second)
    return x


def _meshgrid(*xi: Operand, copy: object = True, sparse: bool = False, indexing: str = "xy") -> tuple[Node, ...]:
    if indexing not in ("xy", "ij"):
        raise UnsupportedError("the indexing of numpy.meshgrid is 'xy' or 'ij'")
    vectors = [FUNCTIONS["ravel"](x) for x in xi]
    places = list(range(len(vectors)))
    if indexing == "xy" and len(vectors) > 1:
        places[:2] = [1, 0]
    shape = [vectors[places.index(axis)].shape[0] for axis in range(len(vectors))]
    grids = []
    for vector, place in zip(vectors, places, strict=True):
        item: list[Any] = [None] * len(vectors)
        item[place] = slice(None)
        grid = vector[tuple(item)]
        grids.append(grid if sparse else FUNCTIONS["broadcast_to"](grid, tuple(shape)))
    return tuple(grids)


def _vander(x: Operand, N: object = None, increasing: bool = False) -> Node:
    vector = as_node(x)
    if vector.rank != 1:
        raise ShapeError(f"numpy.vander takes a vector, not {show_shape(vector.shape)}")
    count = _length(vector, 0, "vander") if N is None else read_whole_number(N, "the number of columns", least=1)
    powers = [vector**k if k else FUNCTIONS["ones_like"](vector) for k in range(count)]
    return FUNCTIONS["stack"](powers if increasing else powers[::-1], axis=1)


# -- entries left out and put in --------------------------------------------------------------------------------


def _along_one_axis(arr: Operand, axis: object, name: str) -> tuple[Node, int, int]:
    """Return an array, or its entries in a row where no axis is given, with the place of the axis and its size."""
    x = FUNCTIONS["ravel"](arr) if axis is None else as_node(arr)
    place = 0 if axis is None else place_of_axis(x, axis, name)
    return x, place, _length(x, place, name)


def _delete(arr: Operand, obj: Any, axis: Any = None) -> Node:
    x, place, length = _along_one_axis(arr, axis, "delete")
    _refuse_formulas(obj, "delete")
    kept = np.delete(np.arange(length), obj)
    if not len(kept):
        raise UnsupportedError("numpy.delete leaves nothing, and symgd has no empty arrays")
    return FUNCTIONS["take"](x, kept, axis=place)


def _insert(arr: Operand, obj: Any, values: Operand, axis: Any = None) -> Node:
    """Take from the entries and the values behind them, by places of which NumPy decides."""
    x, place, length = _along_one_axis(arr, axis, "insert")
    _refuse_formulas(obj, "insert")
    put = as_node(values)
    if put.rank > 1 or (put.rank == 1 and x.rank > 1):
        raise UnsupportedError("numpy.insert is known for values that are numbers, or a vector of values in a vector")
    number = _length(put, 0, "insert") if put.rank else 1
    given = len(np.insert(np.arange(length), obj, -1)) - length
    count = number if given == 1 else given
    if number not in (1, count):
        raise ShapeError(f"{number} values are not inserted at {count} places")
    places = np.insert(np.arange(length), obj, length + np.arange(count))
    shape = (*x.shape[:place], count, *x.shape[place + 1 :])
    return FUNCTIONS["take"](
        FUNCTIONS["concatenate"]([x, FUNCTIONS["broadcast_to"](put, shape)], axis=place), places, axis=place
    )


def _refuse_formulas(obj: object, name: str) -> None:
    if has_nodes(obj):
        raise UnsupportedError(f"the places of numpy.{name} depend on values", hint="give whole numbers")


def _diagonal_places(arr: Operand) -> tuple[Any, ...]:
    x = as_node(arr)
    _with_axes(x, 2, "diag_indices_from")
    if x.rank == 2 and x.shape[0] == x.shape[1] and not isinstance(x.shape[0], int):
        return (Places(not_equal(FUNCTIONS["eye"](x.shape[0]), 0)),)
    lengths = {_length(x, place, "diag_indices_from") for place in range(x.rank)}
    if len(lengths) > 1:
        raise ShapeError(f"numpy.diag_indices_from takes axes of one size, not {show_shape(x.shape)}")
    return np.diag_indices(lengths.pop(), x.rank)


def _triangle_places(name: str) -> Callable[..., tuple[Any, ...]]:
    """Return NumPy's function of the places of a triangle."""

    def places(arr: Operand, k: int = 0) -> tuple[Any, ...]:
        x = as_node(arr)
        rows, columns = (_length(x, place, f"{name}_indices_from") for place in range(2))
        found: tuple[Any, ...] = getattr(np, f"{name}_indices")(rows, k, columns)
        return found

    return places


REARRANGING: dict[str, Callable[..., Any]] = {
    "diag_indices_from": _diagonal_places, "tril_indices_from": _triangle_places("tril"),
    "triu_indices_from": _triangle_places("triu"),
    "split": split, "array_split": _array_split, "hsplit": _split_along("hsplit", 1, 1), "vsplit": _split_along("vsplit", 0, 2),
    "dsplit": _split_along("dsplit", 2, 3), "flipud": _flip_along("flipud", 0), "fliplr": _flip_along("fliplr", 1),
    "rot90": _rot90, "meshgrid": _meshgrid, "vander": _vander, "delete": _delete, "insert": _insert,
}  # fmt: skip
