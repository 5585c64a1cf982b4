"""What parts of a SymPy expression are read as: formulas, values in which indices run, conditions and truth values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union

import sympy as sp

from symgd.graph.node import Node
from symgd.primitives.labelled import Labelled

__all__ = [
    "Arguments",
    "Builders",
    "Condition",
    "Formula",
    "Nodes",
    "Operand",
    "Types",
    "formulas_in",
    "is_labelled",
    "labelled",
    "unlabelled",
    "with_formulas",
]


@dataclass(frozen=True)
class Condition:
    """A comparison, ``less``, ``less_equal`` or ``equal``, of two formulas; or ``and``, ``or``, ``not`` of conditions."""

    kind: str
    parts: tuple[Operand, ...]


Formula = Union[Node, "Labelled[sp.Symbol]"]
"""A node, or a value in which indices run; one without indices is always a node."""
Operand = Formula | Condition | bool
Nodes = Sequence[Node]
Arguments = Sequence[Any]
"""The values of the parts of an expression: nodes where its function is one of numbers, and conditions where it chooses."""
Types = type | UnionType | tuple[type, ...]
Builders = list[tuple[Types, Callable[[sp.Basic, Arguments], Operand]]]
"""What expressions of some types are read as."""


def labelled(value: Formula) -> Labelled[sp.Symbol]:
    """Return a scalar, or a value in which indices run, as a labelled tensor."""
    return value if isinstance(value, Labelled) else Labelled(value, ())


def unlabelled(value: Labelled[sp.Symbol]) -> Formula:
    """Return a node where no index is left."""
    return value if value.labels else value.node


def formulas_in(value: Operand) -> list[Formula]:
    """Return the formulas in a value: itself, or those in a compound condition."""
    if isinstance(value, Condition):
        return [formula for part in value.parts for formula in formulas_in(part)]
    return [value] if isinstance(value, Node | Labelled) else []


def with_formulas(value: Operand, formulas: Iterator[Node]) -> Operand:
    """Return a value with other formulas in the place of its own, in their order."""
    if isinstance(value, Condition):
        return Condition(value.kind, tuple(with_formulas(part, formulas) for part in value.parts))
    return next(formulas) if isinstance(value, Node | Labelled) else value


def is_labelled(value: Operand) -> bool:
    """Whether an index runs in a value."""
    return any(isinstance(formula, Labelled) for formula in formulas_in(value))
