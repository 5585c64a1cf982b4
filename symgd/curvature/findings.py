"""What one stage of a proof found, and the statement that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import sympy as sp

from symgd.curvature.domain import Domain
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Premises, Step
from symgd.graph.node import Node

__all__ = ["Curved", "Found", "Modulus", "shorten"]

Modulus: TypeAlias = "sp.Expr | Node"
"""An exact number, or a formula of what is held fixed."""


@dataclass(frozen=True)
class Curved:
    """The curvature of a formula on a domain.

    Attributes
    ----------
    formula : Node
    wrt : tuple of Node
    domain : Domain
    kind : Kind
    modulus : Modulus or None
    """

    formula: Node
    wrt: tuple[Node, ...]
    domain: Domain
    kind: Kind
    modulus: Modulus | None = None

    @staticmethod
    def among(premises: Premises, formula: Node, wrt: tuple[Node, ...], domain: Domain) -> Curved | None:
        """Return what premises say of the curvature of a formula, or None."""
        return premises.find(Curved, formula=formula, wrt=wrt, domain=domain)


@dataclass(frozen=True, eq=False)
class Found:
    """What one stage found.

    Attributes
    ----------
    kind : Kind
    step : Step
        The proof.
    by : str
        Which stage decided.
    modulus : Modulus or None
    """

    kind: Kind
    step: Step
    by: str
    modulus: Modulus | None = None

    def says_more_than(self, other: Found) -> bool:
        """Whether the kind is sharper, or the modulus is larger."""
        if self.kind.sharpness != other.kind.sharpness or self.modulus is None or other.modulus is None:
            return self.kind.sharpness > other.kind.sharpness
        if isinstance(self.modulus, Node) or isinstance(other.modulus, Node):
            return False
        return bool(self.modulus > other.modulus)


def shorten(text: object, length: int = 100) -> str:
    """Return a formula as text that fits a line."""
    shown = str(text)
    return shown if len(shown) <= length else f"{shown[: length - 1]}…"
