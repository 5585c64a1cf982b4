"""What one stage of the judge found, and the statement that its proof makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symgd.curvature.domain import Domain
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Premises, Step
from symgd.graph.node import Node

__all__ = ["Curved", "Found", "shorten"]


@dataclass(frozen=True)
class Curved:
    """The curvature of a formula on a domain.

    Attributes
    ----------
    formula : Node
    wrt : tuple of Node
    domain : Domain
    kind : Kind
    modulus : object or None
        An exact number, or a formula of the parameters.
    """

    formula: Node
    wrt: tuple[Node, ...]
    domain: Domain
    kind: Kind
    modulus: Any = None

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
    modulus : object or None
        An exact number, or a formula of the parameters.
    """

    kind: Kind
    step: Step
    by: str
    modulus: Any = None


def shorten(text: object, length: int = 100) -> str:
    """Return a formula as text that fits a line."""
    shown = str(text)
    return shown if len(shown) <= length else f"{shown[: length - 1]}…"
