"""The arrays that a SymPy expression indexes: their shapes, and whether their indices count from 0 or from 1.

Indices count from 0, as in SymPy. Where every index of an array runs from 1 up to its size, it is counted from 1, as on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions import ArrayElement, ArraySymbol

from symgd.errors import AmbiguityError, ShapeError
from symgd.graph.shape import Shape, Size
from symgd.readers.sympy.index_ranges import Ranges
from symgd.readers.sympy.sizes import size_of

__all__ = ["ELEMENTS", "IndexedArray", "arrays_in", "element_of"]

ELEMENTS = (sp.Indexed, MatrixElement, ArrayElement)
"""What SymPy has for an entry."""


class Element(NamedTuple):
    """An entry: the array's name (None where a formula is indexed), its declared shape, its indices, whether it is a matrix."""

    name: str | None
    shape: Shape | None
    places: Sequence[sp.Basic]
    is_matrix: bool


@dataclass
class IndexedArray:
    """An array that is indexed.

    Attributes
    ----------
    name : str
    declared : tuple or None
        Its shape, where it is declared.
    rank : int
    is_matrix : bool
        Whether it is a matrix or an array of SymPy, whose indices count from 0.
    lows : list of int
        The least index of each entry.
    ends : list of list
        For each axis, the sizes that its indices need.
    """

    name: str
    declared: Shape | None
    rank: int
    is_matrix: bool = False
    lows: list[int] = field(default_factory=list)
    ends: list[list[Size]] = field(default_factory=list)

    def see(self, element: Element, ranges: Ranges) -> None:
        """Enter the indices of an entry."""
        if self.rank != len(element.places):
            raise ShapeError(f"{self.name} is indexed with {self.rank} and with {len(element.places)} indices")
        self.ends = self.ends or [[] for _ in element.places]
        for axis, place in enumerate(element.places):
            low, end = ranges.reach(place)
            self.lows.append(low)
            self.ends[axis].append(end)

    def shape(self) -> tuple[Shape, int]:
        """Return the shape, and the number at which indices start.

        Raises
        ------
        AmbiguityError, ShapeError
        """
        least = min(self.lows)
        from_one = least >= 1 and not self.is_matrix
        if self.declared is None and least > 1:
            raise AmbiguityError(
                f"{self.name}, of which the entries from {least} on are used,", "counted from 0", "counted from 1",
                f"declare its shape: IndexedBase('{self.name}', shape=(n,))",
            )  # fmt: skip
        if self.declared is not None:
            reaches_over = any(end == size + 1 for ends, size in zip(self.ends, self.declared, strict=True) for end in ends)
            return self.declared, 1 if from_one and reaches_over else 0
        sizes = tuple(_largest(ends, self.name) for ends in self.ends)
        start = 1 if from_one and all(_is_plain(size - 1) for size in sizes) else 0
        return tuple(size - start for size in sizes), start


def arrays_in(parts: Sequence[sp.Basic], ranges: Ranges) -> dict[str, IndexedArray]:
    """Return the arrays that are indexed in the parts of an expression, by name."""
    arrays: dict[str, IndexedArray] = {}
    for part in parts:
        if isinstance(part, ELEMENTS):
            element = element_of(part)
            if element.name is not None:
                new = IndexedArray(element.name, element.shape, len(element.places), element.is_matrix)
                arrays.setdefault(element.name, new).see(element, ranges)
    return arrays


def element_of(element: sp.Basic) -> Element:
    """Return what an entry is of."""
    if isinstance(element, sp.Indexed):
        shape = element.base.shape
        sizes = None if shape is None else tuple(size_of(n) for n in shape)
        return Element(str(element.base.label), sizes, element.indices, False)
    if isinstance(element, ArrayElement):
        array = element.args[0]
        places = tuple(element.args[1])
        if isinstance(array, ArraySymbol):
            return Element(str(array.args[0]), tuple(size_of(n) for n in array.shape), places, True)
        return Element(None, None, places, True)
    matrix, row, column = element.args
    if isinstance(matrix, sp.MatrixSymbol):
        return Element(str(matrix.name), tuple(size_of(n) for n in matrix.shape), (row, column), True)
    return Element(None, None, (row, column), True)


def _is_plain(size: Size) -> bool:
    """Whether a size is a number or a name: 1, …, n is counted from one, and 1, …, n − 1 leaves out the entry 0 of n."""
    return isinstance(size, int) or size.name is not None


def _largest(ends: Sequence[Size], name: str) -> Size:
    distinct = list(dict.fromkeys(ends))
    named = [end for end in distinct if not isinstance(end, int)]
    if not named:
        return max(end for end in distinct if isinstance(end, int))
    reach = named[0]
    for end in named[1:]:
        gap = end - reach
        if not isinstance(gap, int):
            raise ShapeError(
                f"{name} is indexed up to {reach} and up to {end}", hint=f"declare its shape: IndexedBase('{name}', shape=(n,))"
            )
        reach = end if gap > 0 else reach
    return reach
