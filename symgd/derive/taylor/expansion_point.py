"""What forms, branches and rules ask of the series of a graph around a point, and the reasons why there is none."""

from __future__ import annotations

from typing import Protocol

import sympy as sp

from symgd.derive.taylor.coefficients import Key, Rule
from symgd.errors import DomainError, UnsupportedError
from symgd.graph.node import Node

__all__ = ["FractionalPowerError", "NotDefinedBesideError", "Place", "SeriesAround"]


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
    logarithm: sp.Expr

    @property
    def name(self) -> str:
        """The point as messages call it."""

    def value(self, node: Node) -> sp.Expr:
        """Return the coefficient of order 0 of a node without a pole; None where it has one."""

    def sign(self, node: Node) -> int:
        """Return the sign of a one-sided series; 0 where the node is 0 beside the point."""

    def valuation(self, node: Node) -> int:
        """Return the order of the first coefficient that is not 0."""

    def does_move(self, node: Node) -> bool:
        """Whether a node changes with the variable."""

    def is_zero(self, value: sp.Expr) -> bool:
        """Whether a coefficient is 0."""

    def is_zero_around(self, node: Node) -> bool:
        """Whether a series has no coefficients but 0."""

    def shown(self, node: Node) -> str:
        """Return a node as messages write it."""


class SeriesAround(Place, Protocol):
    """The series of the nodes of a graph around a point, for the rules that compute their coefficients.

    Attributes
    ----------
    point : sympy number
    directions : mapping of Node to sympy symbol
        Symbols that stand for directions: coefficients are polynomials in them.
    known : dict
        The coefficients so far.
    rules : dict
        How the coefficients of each node are computed.
    reach : int
        The highest order that was asked for.
    """

    point: sp.Expr
    directions: dict[Node, sp.Symbol]
    known: dict[Key, sp.Expr]
    rules: dict[Node, Rule]
    reach: int

    def low(self, node: Node) -> int:
        """Return an order below which a node's series has no coefficients."""

    def run(self, node: Node, order: int) -> sp.Expr:
        """Return a coefficient."""

    def has_no_pole(self, node: Node) -> bool:
        """Whether no coefficient of negative order is different from 0."""

    def endless(self) -> UnsupportedError:
        """Return the error about a series that needs more and more functions."""

    def around(self, root: Node, variable: Node, point: sp.Expr) -> SeriesAround:
        """Return the series of another formula."""

    def coefficient(self, order: int) -> sp.Expr:
        """Return a coefficient of the root."""
