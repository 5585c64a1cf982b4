"""The operators of the formula language: how tightly each binds, and the function that it stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS

__all__ = ["BINARY", "COMPARISON", "POWER", "UNARY", "Operator", "level_of"]

COMPARISON, SUM, PRODUCT, UNARY, POWER = 5, 10, 20, 25, 30
"""The levels, from the loosest."""

BINARY: dict[str, tuple[int, Callable[[Node, Node], Node]]] = {
    "<": (COMPARISON, lambda a, b: a < b),
    "<=": (COMPARISON, lambda a, b: a <= b),
    ">": (COMPARISON, lambda a, b: a > b),
    ">=": (COMPARISON, lambda a, b: a >= b),
    "==": (COMPARISON, lambda a, b: FUNCTIONS["equal"](a, b)),
    "!=": (COMPARISON, lambda a, b: FUNCTIONS["not_equal"](a, b)),
    "+": (SUM, lambda a, b: a + b),
    "-": (SUM, lambda a, b: a - b),
    "*": (PRODUCT, lambda a, b: a * b),
    "/": (PRODUCT, lambda a, b: a / b),
    "@": (PRODUCT, lambda a, b: a @ b),
    "**": (POWER, lambda a, b: a**b),
    "^": (POWER, lambda a, b: a**b),
}
"""The level of each operator between two values, and what it does."""


class Operator(NamedTuple):
    """An operator that waits for its right side."""

    text: str
    position: int
    is_unary: bool


def level_of(operator: Operator) -> int:
    """Return how tightly an operator binds."""
    return UNARY if operator.is_unary else BINARY[operator.text][0]
