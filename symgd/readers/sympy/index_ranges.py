"""What the indices of a SymPy expression run over, and what holds between those whose bounds move with another one.

Sum(…, (j, 0, i), (i, 0, n - 1)):  i runs over 0 … n − 1, and so does j, with the condition j ≤ i
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sympy as sp

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.shape import Size
from symgd.primitives.labelled import Labelled
from symgd.primitives.ranges import arange
from symgd.readers.sympy.sizes import size_of

__all__ = ["Limit", "Place", "Range", "Ranges"]

Limit = tuple[sp.Basic, ...]
"""An index with its bounds, as sums of SymPy have them."""


@dataclass(frozen=True)
class Range:
    """What an index runs over: from `start` on, `size` values."""

    start: int
    size: Size


class Place(NamedTuple):
    """Where an axis is looked at: an index that runs, or None, and a number that is added."""

    symbol: sp.Symbol | None
    shift: int


class Ranges:
    """The indices of an expression.

    Attributes
    ----------
    known : dict
        What each index runs over.
    conditions : dict
        For an index whose bounds move with another one: pairs of which the first is not greater than the second.
    """

    def __init__(self, limits: Mapping[sp.Symbol, Limit], axes: Mapping[sp.Symbol, Range]) -> None:
        self.known = dict(axes)  # the indices of matrices that are given by their entries
        self.conditions: dict[sp.Symbol, list[tuple[sp.Basic, sp.Basic]]] = {}
        waiting = dict(limits)
        while waiting:  # an index is opened after those its bounds move with
            ready = [s for s, limit in waiting.items() if not any(set(waiting) & bound.free_symbols for bound in limit[1:])]
            if not ready:
                names = ", ".join(str(symbol) for symbol in waiting)
                raise UnsupportedError(f"the ranges of {names} depend on each other")
            for symbol in ready:
                self._open(waiting.pop(symbol))

    def _open(self, limit: Limit) -> None:
        if len(limit) != 3:
            raise UnsupportedError(f"the sum over {limit[0]} has no bounds", hint="write Sum(…, (i, 0, n - 1))")
        symbol, low, high = limit
        (first, last_first), (least_end, end) = self._ends(low), self._ends(high)
        if not isinstance(first, int):
            raise UnsupportedError(f"the index {symbol} starts at {low}", hint="an index starts at a number")
        count = end - (first - 1)
        if isinstance(count, int) and count < 1:
            raise ShapeError(f"the index {symbol} runs over nothing, from {low} to {high}")
        moving = [bound for bound in (low, high) if self.moves(bound)]
        backwards = last_first - least_end if moving else 0
        if not isinstance(backwards, int) or backwards > 1:
            raise UnsupportedError(
                f"the index {symbol} runs backwards in places, from {low} to {high}", hint="end the outer sum before that"
            )
        self.known[symbol] = Range(first, count)
        self.conditions[symbol] = [(low, symbol)] * (low in moving) + [(symbol, high)] * (high in moving)

    def _ends(self, bound: sp.Basic) -> tuple[Size, Size]:
        """Return the least and the greatest value of a bound."""
        if not self.moves(bound):
            return size_of(bound), size_of(bound)
        symbol, shift = self.place(bound)
        index_range = self.known[symbol]
        return index_range.start + shift, index_range.size + (index_range.start + shift - 1)

    def moves(self, bound: sp.Basic) -> bool:
        """Whether an index runs in a bound."""
        return bool(set(self.known) & bound.free_symbols)

    def place(self, place: sp.Basic) -> Place:
        """Split an index into the symbol that runs in it and its shift."""
        place = sp.sympify(place) if not isinstance(place, sp.Basic) else place
        if place.is_Integer:
            return Place(None, int(place))
        running = [symbol for symbol in place.free_symbols if symbol in self.known]
        if len(running) == 1:
            shift = place - running[0]
            if shift.is_Integer:
                return Place(running[0], int(shift))
        if not running and place.free_symbols:
            raise UnsupportedError(f"the index {place} does not run", hint="sum over it, or use a number")
        raise UnsupportedError(f"the index {place} is not i or i + a number")

    def reach(self, place: sp.Basic) -> tuple[int, Size]:
        """Return the least value of an index, and the size that holds all of its values, counted from 0."""
        symbol, shift = self.place(place)
        if symbol is None:
            return shift, shift + 1
        index_range = self.known[symbol]
        return index_range.start + shift, index_range.size + index_range.start + shift

    def value(self, symbol: sp.Symbol, shift: int = 0) -> Labelled[sp.Symbol]:
        """Return a running index, plus a number, as a value: it counts up from its start."""
        index_range = self.known[symbol]
        values = arange(index_range.size) + index_range.start
        return Labelled(values + shift if shift else values, (symbol,))
