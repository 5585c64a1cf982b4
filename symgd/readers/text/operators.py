"""The operators of the formula language: how tightly each binds, and the function that it stands for."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from symgd.errors import AmbiguityError
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS

__all__ = ["BESIDE", "BINARY", "COMPARISON", "POWER", "PRODUCT", "SIGNS", "TIGHT", "UNARY", "Operator", "level_of"]

COMPARISON, SUM, PRODUCT, UNARY, BESIDE, FUNCTION, TIGHT, POWER, ROOT = 5, 10, 20, 25, 26, 27, 28, 30, 35
"""The levels, from the loosest: factors beside each other bind tighter than signs, and those without a space tighter still.

A function without brackets takes the factors without a space and the powers behind it.
"""

SIGNS = {"+": "+", "-": "-", "−": "-"}
"""The signs of a value; − is the minus that is printed."""


def _times(a: Node, b: Node) -> Node:
    """Return a·b, where one is a number."""
    if a.shape and b.shape:
        raise AmbiguityError("a·b of two tensors", "a product of matrices or vectors, a @ b", "one entry by entry, a * b")
    return a * b


def _kronecker(a: Node, b: Node) -> Node:
    """Return A ⊗ B of matrices."""
    if a.rank != 2 or b.rank != 2:
        raise AmbiguityError("a ⊗ b of vectors", "the outer product, outer(a, b)", "the Kronecker product, kron(a, b)")
    return FUNCTIONS["kron"](a, b)


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
    "−": (SUM, lambda a, b: a - b),
    "·": (PRODUCT, _times),
    "⊙": (PRODUCT, lambda a, b: a * b),
    "⊗": (PRODUCT, _kronecker),
    "≤": (COMPARISON, lambda a, b: a <= b),
    "≥": (COMPARISON, lambda a, b: a >= b),
    "≠": (COMPARISON, lambda a, b: FUNCTIONS["not_equal"](a, b)),
    "^⊙": (POWER, lambda a, b: a**b),
}
"""The level of each operator between two values, and what it does."""


_FACTORS = {"": TIGHT, " ": BESIDE}


class Operator(NamedTuple):
    """An operator that waits for its right side; a function without brackets has the power it is raised to."""

    text: str
    position: int
    is_unary: bool
    is_function: bool = False
    exponent: Fraction | None = None


def level_of(operator: Operator) -> int:
    """Return how tightly an operator binds; factors beside each other have a text of their own."""
    if operator.text in _FACTORS:
        return _FACTORS[operator.text]
    if operator.is_function:
        return FUNCTION
    if operator.text == "√":
        return ROOT
    return UNARY if operator.is_unary else BINARY[operator.text][0]
