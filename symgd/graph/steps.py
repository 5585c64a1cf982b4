"""Step: one line of a derivation, left behind by the pass that made it."""

from __future__ import annotations

from typing import NamedTuple

from symgd.graph.node import Node

__all__ = ["Step"]


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
