"""Products with indices: what a tensor is a sum of, and the places at which its axes are indexed.

Xᵀ(d ⊙ X) + λI   is   Σₛ X[s, r]·d[s]·X[s, c] + λ·δ[r, c]
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, NoReturn

from symgd.graph.node import Node, constant
from symgd.graph.shape import Size
from symgd.primitives.arithmetic import mul
from symgd.primitives.labelled import Labelled

__all__ = ["Place", "Product", "UnreadableError", "at_least", "from_front", "unreadable", "whole_run"]


class Place(NamedTuple):
    """Where an axis is indexed: at an index plus an offset, or at a fixed number where there is no index."""

    label: int | None
    offset: Size


class UnreadableError(Exception):
    """The tensor is no sum of few products, or a size cannot be compared with another."""


@dataclass(frozen=True)
class Product:
    """One product: coefficient · scalars · factors, summed over the indices that are neither row nor column.

    Rows are the indices 0 … r−1, columns r … 2r−1.

    Attributes
    ----------
    coefficient : Fraction
    scalars : tuple of Node
    factors : tuple of Labelled
        Each with the index of every axis.
    ties : tuple of (int, Size)
        Axes whose column follows the row: column = row + offset. The column's index does not appear elsewhere.
    ranges : tuple of (int, Size, Size)
        Tied rows that do not run over their whole axis: from the first to before the second.
    crossings : tuple of (int, int)
        Other pairs of rows and columns that must be equal.
    """

    coefficient: Fraction
    scalars: tuple[Node, ...]
    factors: tuple[Labelled[int], ...]
    ties: tuple[tuple[int, Size], ...] = ()
    ranges: tuple[tuple[int, Size, Size], ...] = ()
    crossings: tuple[tuple[int, int], ...] = ()

    @property
    def offsets(self) -> dict[int, Size]:
        """The offset of each tied axis."""
        return dict(self.ties)

    @property
    def weight(self) -> Node:
        """The number in front."""
        return mul.make((constant(self.coefficient), *self.scalars)) if self.scalars else constant(self.coefficient)


def whole_run(size: Size, offset: Size) -> tuple[Size, Size]:
    """Return where a diagonal runs that is `offset` to the right of the main one."""
    if not isinstance(offset, int):
        return unreadable()
    return max(0, -offset), size - max(0, offset)


def from_front(end: Size, size: Size) -> Size:
    """Return the end of a slice as a place counted from 0."""
    return size + end if isinstance(end, int) and end < 0 else end


def at_least(size: Size, least: Size) -> bool:
    """Whether a size is at least another, for axes that are long enough.

    Raises
    ------
    UnreadableError
        Where that depends on the lengths.
    """
    gap = size - least
    if isinstance(gap, int):
        return gap >= 0
    signs = {coefficient > 0 for monomial, coefficient in gap.terms if monomial}
    return signs.pop() if len(signs) == 1 else unreadable()


def unreadable() -> NoReturn:
    """Refuse a tensor that is no sum of few products."""
    raise UnreadableError
