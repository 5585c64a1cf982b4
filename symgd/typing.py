"""The types of what public functions take, for annotations in programs that use symgd.

The functions of the language take an :data:`Operand` and return a :class:`symgd.Node`, as ``__init__.pyi`` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeAlias

import numpy as np

from symgd.graph.node import Node
from symgd.graph.shape import Dim

__all__ = ["Axes", "Facts", "Operand", "ShapeLike", "Shapes", "SizeLike", "SupportsArray", "SupportsSymPy", "Variable"]


class SupportsSymPy(Protocol):
    """An expression, a symbol or a matrix of SymPy."""

    @property
    def free_symbols(self) -> AbstractSet[object]:
        """The symbols in it."""


class SupportsArray(Protocol):
    """An array of NumPy or of another library, a number of NumPy, or an object of pandas."""

    def __array__(self) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
        """Return it as an array of NumPy."""


Operand: TypeAlias = "Node | float | Fraction | Decimal | Dim | SupportsArray | SupportsSymPy | Sequence[Operand]"
"""What stands for a formula as an argument: a node, a number, an array of numbers, an expression of SymPy, or lists of them."""

Variable: TypeAlias = "Node | str | SupportsSymPy | Sequence[Variable]"
"""What a derivative is taken in: an input, its name or its symbol in SymPy, or several of them."""

Axes: TypeAlias = int | Sequence[int] | Sequence[Sequence[int]] | None
"""One axis or several."""

SizeLike: TypeAlias = int | str | Dim | Node
"""How long an axis is: a number, or a named size."""

ShapeLike: TypeAlias = SizeLike | Sequence[SizeLike]
"""The sizes of all axes: ``(5, 3)``, ``"m n"``."""

Shapes: TypeAlias = Mapping[str, ShapeLike]
"""The shapes of inputs, by their names."""

Facts: TypeAlias = Mapping[str, Mapping[str, object]]
"""What is known of inputs, by their names: ``{"y": {"one_hot": True}}``."""
