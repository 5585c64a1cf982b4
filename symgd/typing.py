"""The types of what public functions take, for annotations in programs that use symgd.

The functions of the language take an :data:`Operand` and return a :class:`symgd.Node`, as ``__init__.pyi`` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from symgd.graph.conversion import Axis, Operand, ShapeLike, SizeLike, SupportsArray, SupportsSymPy
from symgd.graph.node import Node

__all__ = ["Axes", "Facts", "Operand", "ShapeLike", "Shapes", "SizeLike", "SupportsArray", "SupportsSymPy", "Variable"]


Variable: TypeAlias = "Node | str | SupportsSymPy | Sequence[Variable]"
"""What a derivative is taken in: an input, its name or its symbol in SymPy, or several of them."""

Axes: TypeAlias = Axis
"""One axis or several."""

Shapes: TypeAlias = Mapping[str, ShapeLike]
"""The shapes of inputs, by their names."""

Facts: TypeAlias = Mapping[str, Mapping[str, object]]
"""What is known of inputs, by their names: ``{"y": {"one_hot": True}}``."""
