r"""What the names of a formula in LaTeX stand for: declared inputs, sizes of axes, new inputs, and the indices that run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from symgd.errors import UnsupportedError
from symgd.graph.node import Node, constant, size, tensor
from symgd.graph.shape import Dim, Shape, Size, size_names
from symgd.primitives.ranges import arange
from symgd.primitives.trigonometric import e, pi
from symgd.readers.latex.values import Value, of_node, scalar_value
from symgd.readers.text.declarations import FactsOf

__all__ = ["Run", "Scope"]

_FROM_ZERO = re.compile(
    r"\\(?:sum|prod|max|min)\s*(?:\\limits)?\s*_\{?\s*(?:\w(?:\s*,\s*\w)*\s*=\s*0|0\s*(?:<|\\leq?)(?![A-Za-z])=?\s*\w)"
)
"""A sum whose index starts at 0: then the first entry is number 0."""


class Run(NamedTuple):
    """What a running index runs over, as positions of an axis: from `first` on; None where the whole axis is meant."""

    first: int
    size: Size | None


class Scope:
    """The names of a formula, with what it declares them to be.

    Attributes
    ----------
    shapes, facts : mapping
        What is declared, and the shapes of inputs that exist already.
    declared : tuple of str
        The names whose shapes are declared.
    sizes : set of str
        Names that are sizes of axes.
    symbols : dict of str to Node
        The inputs so far.
    running : dict of str to Run
        The indices that run where the formula is read.
    origin : int
        The number of the first entry: 0 where a sum starts at 0, else 1.
    used : set of str
        Names that stand in the formula.
    matrix_bars : {"entries", "determinant"}, optional
        How bars around a matrix are read; they are refused without it.
    has_matrix_bars : bool
        Whether such bars were met.
    """

    def __init__(self, text: str, shapes: dict[str, Shape], facts: FactsOf, symbols: Mapping[str, Node] | None = None) -> None:
        self.declared = tuple(shapes)
        self.symbols: dict[str, Node] = dict(symbols or {})
        self.shapes = {**{name: node.shape for name, node in self.symbols.items()}, **shapes}
        self.facts = facts
        self.sizes = {name for shape in self.shapes.values() for name in size_names(shape)}
        self.running: dict[str, Run] = {}
        self.origin = 0 if _FROM_ZERO.search(text) else 1
        self.used: set[str] = set()
        self.matrix_bars: Literal["entries", "determinant"] | None = None
        self.has_matrix_bars = False

    def is_declared(self, name: str) -> bool:
        """Whether a name has a meaning before the formula is read."""
        return self.is_input(name) or name in self.sizes or name in ("e", "pi")

    def is_input(self, name: str) -> bool:
        """Whether a shape or facts are given for a name."""
        return name in self.shapes or name in self.facts

    def value_of(self, name: str) -> Value:
        """Return what a name stands for; a name without a meaning becomes a scalar input."""
        self.used.add(name)
        if not self.is_input(name):
            if name in self.sizes:
                return scalar_value(size(Dim.named(name)))
            if name == "I":
                return Value(constant(1), "identity")
            if name in ("e", "pi"):
                return scalar_value(e if name == "e" else pi)
        return of_node(self.input(name))

    def input(self, name: str) -> Node:
        """Return the input of a name, as it is declared."""
        self.used.add(name)
        if name not in self.symbols:
            self.symbols[name] = tensor(name, self.shapes.get(name, ()), **dict(self.facts.get(name, {})))
        return self.symbols[name]

    def index_value(self, label: str, shift: Size) -> Value:
        """Return the positions that a running index takes, moved by a shift, as a value in which it runs."""
        run = self.running[label]
        if run.size is None:
            raise UnsupportedError(f"over what {label} runs is not known", hint=rf"\sum_{{{label}=1}}^n")
        first = run.first + shift
        return Value(arange(run.size) + first if first != 0 else arange(run.size), "scalar", (label,))
