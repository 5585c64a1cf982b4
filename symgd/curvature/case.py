"""One question of curvature: a scalar formula, its variables, the domain, and the work that the answer is worth."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from functools import cached_property

from symgd.curvature.domain import Domain
from symgd.evaluation.effort import Effort
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.traversal import symbols_of, toposort
from symgd.rewrite.driver import simplify

__all__ = ["UNITS", "Case", "simplified"]

UNITS = 10_000_000
"""The work that one verdict is worth."""


@dataclass(frozen=True, eq=False)
class Case:
    """One question.

    Attributes
    ----------
    formula : Node
    wrt : tuple of Node
    domain : Domain
    effort : Effort
    seed : int
    """

    formula: Node
    wrt: tuple[Node, ...]
    domain: Domain
    effort: Effort
    seed: int = 0

    @cached_property
    def facts(self) -> Facts:
        """What is known on the domain."""
        return Facts(self.domain.assumptions())

    @cached_property
    def simple(self) -> Node:
        """The simplified formula."""
        return simplified(self.formula, self.domain)

    @cached_property
    def symbols(self) -> tuple[Node, ...]:
        """The inputs of the formula."""
        return tuple(symbols_of(self.formula))

    @cached_property
    def is_scalar(self) -> bool:
        """Whether there are no tensors in it."""
        return not any(node.shape for node in (*self.symbols, *self.wrt, *toposort((self.simple,))))

    def on(self, domain: Domain) -> Case:
        """Return the same question on another domain."""
        return replace(self, domain=domain)

    def within(self, units: float) -> Case:
        """Return the same question with a part of the effort."""
        case = copy.copy(self)  # with what is known already
        object.__setattr__(case, "effort", self.effort.part(units))
        return case


def simplified(formula: Node, domain: Domain) -> Node:
    """Return a formula simplified by what is known on a domain."""
    return simplify([formula], Facts(domain.assumptions())).roots[0]
