"""The types of what public functions take, for annotations in programs that use symgd.

The functions of the language take an :data:`Operand` and return a :class:`symgd.Node`, as ``__init__.pyi`` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeAlias

from numpy.typing import ArrayLike

from symgd.graph.node import Node
from symgd.graph.shape import Dim

__all__ = ["Axes", "Operand", "ShapeLike", "SizeLike", "SupportsSymPy"]


class SupportsSymPy(Protocol):
    """An expression, a symbol or a matrix of SymPy."""

    @property
    def free_symbols(self) -> AbstractSet[object]:
        """The symbols in it."""


Operand: TypeAlias = "Node | ArrayLike | Fraction | Decimal | Dim | SupportsSymPy | Sequence[Operand]"
"""What stands for a formula as an argument: a node, a number, an array of numbers, an expression of SymPy, or lists of them."""

Axes: TypeAlias = int | Sequence[int] | Sequence[Sequence[int]] | None
"""One axis or several."""

SizeLike: TypeAlias = int | str | Dim | Node
"""How long an axis is: a number, or a named size."""

ShapeLike: TypeAlias = SizeLike | Sequence[SizeLike]
"""The sizes of all axes: ``(5, 3)``, ``"m n"``."""
