"""The second derivative along a line."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.convexity.domain import Domain
from symgd.convexity.smooth import Found
from symgd.graph.infer import Facts
from symgd.graph.node import Node

__all__ = ["curvature_along_lines"]


def curvature_along_lines(formula: Node, simple: Node, wrt: Sequence[Node], domain: Domain, facts: Facts) -> Found | None:
    return None
