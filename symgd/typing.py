"""The types of what public functions take, for annotations in programs that use symgd.

The functions of the language take an :data:`Operand` and return a :class:`symgd.Node`, as ``__init__.pyi`` declares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from symgd.graph.conversion import Axis, Operand, ShapeLike, SizeLike, SupportsArray, SupportsSymPy
from symgd.graph.node import Node

__all__ = [
    "Axes",
    "Claim",
    "Facts",
    "FormulaLike",
    "Operand",
    "Point",
    "ShapeLike",
    "Shapes",
    "SizeLike",
    "SupportsArray",
    "SupportsSymPy",
    "Values",
    "Variable",
]


Variable: TypeAlias = "Node | str | SupportsSymPy | Sequence[Variable]"
"""What a derivative is taken in: an input, its name or its symbol in SymPy, or several of them."""

Axes: TypeAlias = Axis
"""One axis or several."""

Shapes: TypeAlias = Mapping[str, ShapeLike]
"""The shapes of inputs, by their names."""

Facts: TypeAlias = Mapping[str, Mapping[str, object]]
"""What is known of inputs, by their names: ``{"y": {"one_hot": True}}``."""

FormulaLike: TypeAlias = "Operand | str | Callable[..., object]"
"""What :func:`symgd.formula` reads: a node, a text, an expression of SymPy, a function of NumPy, or numbers."""

Values: TypeAlias = Mapping[Any, object]
"""What belongs to inputs, such as arrays or bounds: by their nodes, their names or their symbols in SymPy."""

Point: TypeAlias = "Operand | Values | Sequence[Point]"
"""Where something is looked at: values of inputs, an array, nested parameters, or several points in a list."""

Claim: TypeAlias = "FormulaLike | Sequence[FormulaLike]"
"""A derivative or a value that is claimed: a formula, hand-written code, or one formula for each of several variables."""
