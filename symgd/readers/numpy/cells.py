"""Where the entries of an array that is filled step by step come from, and the formula of all of them.

An array of cells lies beside the numbers of an array. A cell is None where the number counts, otherwise it names an entry of a
formula. Both arrays are indexed by NumPy itself, so that views, broadcasting and repeated places mean what they mean there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.frozen import unchangeable
from symgd.graph.node import Node, counted
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import lengths, show_shape

__all__ = [
    "UNSET",
    "Cell",
    "Cells",
    "Memory",
    "cells_of",
    "entry",
    "formula_of",
    "has_nodes",
    "store",
    "without_cells",
    "written",
]

Cells: TypeAlias = NDArray[np.object_]


@unchangeable
@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """An entry of a formula.

    Parameters
    ----------
    source : Node, optional
        The formula; None for an entry of ``np.empty`` that has no value yet.
    place : tuple of int
        Of the entry, one number for each axis.
    """

    source: Node | None
    place: tuple[int, ...] = ()


UNSET = Cell(None)


class Memory:
    """What all views of an array that is filled have in common."""

    __slots__ = ("has_cells", "is_given_away", "is_order_known", "stores")

    def __init__(self, is_order_known: bool) -> None:
        self.has_cells = False
        self.is_given_away = False
        self.is_order_known = is_order_known
        self.stores = 0


def has_nodes(value: Any) -> bool:
    """Whether a value is a formula, or formulas stand in it: in a list or in an array of objects."""
    if isinstance(value, list | tuple):
        return any(map(has_nodes, value))
    return isinstance(value, Node) or (
        isinstance(value, np.ndarray) and value.dtype.hasobject and has_nodes(value.ravel().tolist())
    )


def without_cells(numbers: NDArray[Any]) -> Cells:
    """Return cells for an array of numbers, in the same order in memory."""
    cells = np.empty_like(numbers, dtype=object, subok=False)
    cells[...] = None
    return cells


def cells_of(node: Node) -> Cells:
    """Return the cells of all entries of a formula."""
    shape = lengths(node.shape)
    if shape is None:
        raise ShapeError(
            f"what is stored has the shape {show_shape(node.shape)}, and the places of a named size are not known",
            hint="declare the input with numbers for its sizes",
        )
    cells = np.empty(shape, dtype=object)
    for place in np.ndindex(cells.shape):
        cells[place] = Cell(node, place)
    return cells


def store(cells: Cells, item: Any, node: Node) -> None:
    """Write a formula into places, as NumPy writes an array.

    Raises
    ------
    ShapeError
        For an array that is written into one place.
    ValueError, IndexError
        NumPy's own: where the shapes do not fit, and where there are no such places.
    """
    if not node.shape:
        cells[item] = Cell(counted(node))
        return
    if not isinstance(cells[item], np.ndarray):
        raise ShapeError(f"an array of shape {show_shape(node.shape)} is stored in one place", hint="take its entry first")
    cells[item] = cells_of(counted(node))


def entry(number: Any, cell: Cell | None) -> Node:
    """Return one entry as a formula."""
    if cell is None:
        return as_node(number)
    if cell.source is None:
        raise UnsupportedError("an entry of np.empty is used before it has a value", hint="np.zeros makes an array of zeros")
    return cell.source[cell.place] if cell.place else cell.source


def written(node: Node, item: Any, value: Node) -> Node:
    """Return an array with other entries in some places."""
    cells = cells_of(node)
    store(cells, item, value)
    return formula_of(np.zeros(cells.shape), cells)


def formula_of(numbers: NDArray[Any], cells: Cells) -> Node:
    """Return the formula of all entries: of the parts of formulas that stand in a row, and of single entries."""
    if not cells.ndim:
        return entry(numbers.item(), cells.item())
    if all(cell is None for cell in cells.flat):
        return as_node(np.array(numbers))
    parts: list[Node] = []
    singles: list[Node] = []
    for start, stop, source in _runs(cells):
        if source is None:
            singles += [_row(numbers, cells, k) for k in range(start, stop)]
            continue
        parts, singles = _with_singles(parts, singles), []
        parts.append(source)
    parts = _with_singles(parts, singles)
    return parts[0] if len(parts) == 1 else FUNCTIONS["concatenate"](parts)


def _with_singles(parts: list[Node], singles: list[Node]) -> list[Node]:
    return [*parts, as_node(singles)] if singles else parts


def _row(numbers: NDArray[Any], cells: Cells, row: int) -> Node:
    return entry(numbers[row], cells[row]) if cells.ndim == 1 else formula_of(numbers[row], cells[row])


def _runs(cells: Cells) -> list[tuple[int, int, Node | None]]:
    """Return where rows begin and end that follow each other in one formula, with that part of it; None elsewhere."""
    origins = [_origin(cells[row]) for row in range(len(cells))]
    runs: list[tuple[int, int, Node | None]] = []
    start = 0
    while start < len(origins):
        origin, stop = origins[start], start + 1
        while origin and stop < len(origins) and origins[stop] == (origin[0], origin[1] + stop - start):
            stop += 1
        part = None
        if origin and (stop - start > 1 or origin[0].shape[0] == 1):
            source, first = origin
            is_whole = stop - start == source.shape[0]
            part = source if is_whole else source[first : first + stop - start]
        runs.append((start, stop, part))
        start = stop
    return runs


def _origin(row: Any) -> tuple[Node, int] | None:
    """Return the formula of which a row is a row, and which one."""
    first = row if not isinstance(row, np.ndarray) else row.flat[0] if row.size else None
    if first is None or first.source is None or not first.place:
        return None
    shape = row.shape if isinstance(row, np.ndarray) else ()
    if first.source.shape[1:] != shape:
        return None
    for place in np.ndindex(shape):
        cell = row[place] if shape else row
        if cell is None or cell.source is not first.source or cell.place != (first.place[0], *place):
            return None
    return first.source, first.place[0]
