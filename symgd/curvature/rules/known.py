"""What the rules about forms need to know of the arguments of a node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from symgd.graph.assumptions import Curvature
from symgd.graph.node import Node

__all__ = ["Known", "Lookup"]


class Known(Protocol):
    """What the forms need to know of an argument."""

    @property
    def curvature(self) -> Curvature: ...

    @property
    def is_square(self) -> bool: ...


Lookup = Mapping[Node, Known]
