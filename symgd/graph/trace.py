"""A derivation as data: names for the intermediate values, the forward pass, the backward pass, and the simplifications.

The passes fill it in while they work; :mod:`symgd.explain` only prints it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from symgd.graph.frozen import unchangeable
from symgd.graph.node import Node

__all__ = ["DerivationTrace", "Line", "Step"]


class Step(NamedTuple):
    """A formula became another, by a rule, for a reason.

    Attributes
    ----------
    rule : str
        Name of the rule.
    before, after : Node
        The formula before and after.
    because : str
        The sentence a person reads.
    """

    rule: str
    before: Node
    after: Node
    because: str

    def __str__(self) -> str:
        return f"{self.before}  →  {self.after}    ({self.because})"


@unchangeable
@dataclass(frozen=True, slots=True)
class Line:
    """One node of the graph, forwards and backwards.

    Attributes
    ----------
    name : str
        What the value is called (an input by its own name).
    node : Node
        The value, in terms of the inputs.
    formula : Node
        The value in terms of other names; an input is itself.
    adjoint : Node
        The node's adjoint in terms of names, where ``t_…`` are the adjoints above.
    full_adjoint : Node
        The adjoint in terms of the inputs.
    because : str
        Why the adjoint is what it is.
    is_input : bool
    """

    name: str
    node: Node
    formula: Node
    adjoint: Node
    full_adjoint: Node
    because: str
    is_input: bool


@dataclass(frozen=True)
class DerivationTrace:
    """How a derivative came about.

    Attributes
    ----------
    typed : Node
        The formula as given.
    formula : Node
        The formula with functions recognised, which is what was differentiated.
    wrt : tuple of Node
    what : str
        "gradient", "jacobian" or "hessian".
    lines : tuple of Line
        From the output back to the inputs.
    recognised, simplified : tuple of Step
        The rewritings before and after.
    raw, result : tuple of Node
        The derivative in each variable before and after simplification.
    mixed : mapping of (str, str) to Node
        Second derivatives in two variables, by their names.
    """

    typed: Node
    formula: Node
    wrt: tuple[Node, ...]
    what: str
    lines: tuple[Line, ...]
    recognised: tuple[Step, ...]
    simplified: tuple[Step, ...]
    raw: tuple[Node, ...]
    result: tuple[Node, ...]
    mixed: Mapping[tuple[str, str], Node] = field(default_factory=dict)
    notes: tuple[str, ...] = field(default=())

    def results(self) -> dict[tuple[str, ...], Node]:
        """Return every derivative by the names of its variables: one, and for mixed second derivatives two."""
        named: dict[tuple[str, ...], Node] = {(node.name,): result for node, result in zip(self.wrt, self.result, strict=True)}
        named.update({(first, second): block for (first, second), block in self.mixed.items()})
        return named
