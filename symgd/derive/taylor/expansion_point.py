"""What forms and branches ask of the series of a graph around a point, and the reasons why there is none."""

from __future__ import annotations

from typing import Any, Protocol

from symgd.errors import DomainError
from symgd.graph.node import Node

__all__ = ["FractionalPowerError", "NotDefinedBesideError", "Place"]


class NotDefinedBesideError(DomainError):
    """The formula has no values on this side of the point."""


class FractionalPowerError(DomainError):
    """A series in t has fractional powers; one in a root of t has whole ones."""

    def __init__(self, message: str, denominator: int) -> None:
        super().__init__(message)
        self.denominator = denominator


class Place(Protocol):
    """A point, and the series of nodes around it or, where it is one-sided, right of it.

    Attributes
    ----------
    variable : Node
    is_one_sided : bool
    log_variable : Node
        The logarithm of the variable.
    logarithm : sympy symbol
        What stands for it in the coefficients of one-sided series.
    name : str
        The point as messages call it.
    """

    variable: Node
    is_one_sided: bool
    log_variable: Node
    logarithm: Any

    @property
    def name(self) -> str:
        """The point as messages call it."""

    def value(self, node: Node) -> Any:
        """Return the coefficient of order 0 of a node without a pole; None where it has one."""

    def sign(self, node: Node) -> int:
        """Return the sign of a one-sided series; 0 where the node is 0 beside the point."""

    def valuation(self, node: Node) -> int:
        """Return the order of the first coefficient that is not 0."""

    def does_move(self, node: Node) -> bool:
        """Whether a node changes with the variable."""

    def is_zero(self, value: Any) -> bool:
        """Whether a coefficient is 0."""

    def is_zero_around(self, node: Node) -> bool:
        """Whether a series has no coefficients but 0."""

    def shown(self, node: Node) -> str:
        """Return a node as messages write it."""
