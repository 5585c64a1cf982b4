"""What is checked, and what was answered at a point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symgd.evaluation.entries import Array
from symgd.evaluation.inputs import row_numbers
from symgd.evaluation.sampling import Point
from symgd.graph.node import Node
from symgd.graph.shape import Shape, Size
from symgd.graph.traversal import depends_on, toposort

__all__ = ["Claim", "Question", "Suspect"]

Claim = Node | Callable[..., Any]


@dataclass(frozen=True)
class Question:
    """What is checked.

    Attributes
    ----------
    output : Node
        The formula.
    wrt : tuple of Node
        The variables; none where the claim is the formula's value.
    own : tuple of Node, or None
        symgd's derivative in each variable, of shape ``output.shape + variable.shape``; None where it has none. The formula
        itself where its value is claimed.
    claims : tuple of Node or callable
        For each variable a formula, or a function of the values of `arguments`.
    arguments : tuple of Node
        The inputs: those of the output, and perhaps more.
    what : str
        The word for what is claimed: gradient, Jacobian, Hessian.
    label : str
        What entries are called; the variable's name without it.
    raw : tuple of Node
        symgd's derivatives before they were simplified: a second spelling in which a fault may be found.
    """

    output: Node
    wrt: tuple[Node, ...]
    own: tuple[Node, ...] | None
    claims: tuple[Claim, ...]
    arguments: tuple[Node, ...]
    what: str = "gradient"
    label: str = ""
    raw: tuple[Node, ...] = ()

    @cached_property
    def names(self) -> list[str]:
        """What the entries of each claim are called."""
        if self.label or not self.wrt:
            return [self.label or self.what]
        return [node.name for node in self.wrt]

    @cached_property
    def shapes(self) -> list[Shape]:
        """The shape of each claim."""
        return [self.output.shape + node.shape for node in self.wrt] or [self.output.shape]

    @cached_property
    def moving(self) -> set[Node]:
        """The nodes of the output that change with a variable."""
        return depends_on([self.output], self.wrt)

    @cached_property
    def inputs(self) -> tuple[Node, ...]:
        """Everything that has a value at a point: the arguments, and variables that do not stand in the formula."""
        return (*self.arguments, *(node for node in self.wrt if node not in self.arguments))

    @cached_property
    def rows(self) -> dict[Node, Size]:
        """The arguments that hold whole numbers: they look up rows."""
        return row_numbers(toposort([self.output, *self.formulas]))

    @cached_property
    def formulas(self) -> list[Node]:
        """The claims that are formulas."""
        return [claim for claim in self.claims if isinstance(claim, Node)]


@dataclass(frozen=True)
class Suspect:
    """What was claimed at a point, and what is right.

    Attributes
    ----------
    point : Point
    answers : tuple of array
        The claim for each variable.
    own : tuple of array or None
        The right derivative in each variable.
    """

    point: Point
    answers: tuple[Array, ...]
    own: tuple[Array, ...] | None
