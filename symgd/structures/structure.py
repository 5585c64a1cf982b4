"""What a matrix of second derivatives is, and the parts that have to be stored of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from symgd.graph.node import Node
from symgd.graph.shape import Shape
from symgd.summaries import summary

__all__ = ["Make", "Structure", "StructureKind"]


class StructureKind(Enum):
    """What a matrix is."""

    ZERO = "zero"
    DIAGONAL = "diagonal"
    BANDED = "banded"
    BLOCK_DIAGONAL = "block diagonal"
    KRONECKER = "Kronecker product"
    LOW_RANK_PLUS_DIAGONAL = "low rank plus diagonal"
    GRAM = "Gram form"
    SPARSE = "sparse"
    FACTORED = "sum of products"
    DENSE = "dense"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Structure:
    """What is known of a matrix before its numbers are.

    Attributes
    ----------
    kind : StructureKind
    matrix : Node
        Of shape ``(*shape, *shape)``.
    shape : tuple of int or Dim
        Of the variable: rows and columns are its entries.
    parts : dict of str to Node
        What is stored.
    layout : dict
        How the parts make up the matrix: offsets of diagonals, axes of blocks and factors.
    is_constant : bool
        Whether the matrix is the same at every point.
    is_positive_semidefinite : bool
        Whether that is known of a Gram form, from the signs of its weights.
    variable : str
        The name of the variable, where it is one tensor and known: it need not stand in the matrix.
    """

    kind: StructureKind
    matrix: Node
    shape: Shape
    parts: Mapping[str, Node] = field(default_factory=dict)
    layout: Mapping[str, Any] = field(default_factory=dict)
    is_constant: bool = False
    is_positive_semidefinite: bool = False
    variable: str = ""

    def __repr__(self) -> str:
        variable = f" in {self.variable}" if self.variable else ""
        return summary(f"structure: {self.kind} of {self.matrix}{variable}")

    def __str__(self) -> str:
        shown = [f"{name} = {node}" for name, node in self.parts.items() if self.kind is not StructureKind.DENSE]
        shown = [f"eye({self.shape[axis]})" for axis in self.layout.get("identity", ())] + shown
        parts = "; ".join(shown)
        return f"{'constant, ' if self.is_constant else ''}{self.kind}{': ' if parts else ''}{parts}"

    def _repr_latex_(self) -> str:
        parts = ",\\quad ".join(f"{_in_latex(name)} = {node.latex()}" for name, node in self.parts.items())
        return f"$\\displaystyle \\text{{{self.kind}}}{':' if parts else ''}\\quad {parts}$"

    def to_dict(self) -> dict[str, object]:
        """Return the structure as plain data."""
        return {
            "kind": str(self.kind),
            "shape": [str(size) for size in self.shape],
            "parts": {name: str(node) for name, node in self.parts.items()},
            "is_constant": self.is_constant,
            "is_positive_semidefinite": self.is_positive_semidefinite,
        }


def _in_latex(name: str) -> str:
    return f"\\mathrm{{{name.replace('_', ' ')}}}"


Make = Callable[..., Structure]
"""Makes a structure of a matrix: its kind, its parts and its layout are given."""
