"""Functions of one variable with kinks: smooth pieces, and the slopes where they meet."""

from __future__ import annotations

from symgd.convexity.domain import Domain
from symgd.convexity.smooth import Found
from symgd.graph.node import Node

__all__ = ["curvature_of_pieces"]


def curvature_of_pieces(formula: Node, variable: Node, domain: Domain, deadline: float, seed: int = 0) -> Found | None:
    return None
