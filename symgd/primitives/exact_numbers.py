"""Exact rational constants: read them from nodes, take their roots, and refuse those of too many digits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from symgd.errors import SymgdError
from symgd.graph.node import CONSTANT, Node

__all__ = ["MAX_DIGITS", "check_digits", "exact_root", "exact_value", "round_digits", "split_exact"]

MAX_DIGITS = 10_000


def exact_value(node: Node) -> int | Fraction | None:
    """Return the exact number that a node is, or None."""
    return node.params[1] if node.primitive is CONSTANT and node.params[0] == "exact" else None


def split_exact(args: Sequence[Node]) -> tuple[list[int | Fraction], list[Node]]:
    """Split arguments into exact numbers and the rest."""
    numbers: list[int | Fraction] = []
    rest: list[Node] = []
    for arg in args:
        value = exact_value(arg)
        if value is None:
            rest.append(arg)
        else:
            numbers.append(value)
    return numbers, rest


def round_digits(digits: float) -> str:
    """Return a number of digits as messages show it."""
    return f"{digits:,.0f}" if digits < 1e15 else "more than 10^15"


def check_digits(value: int | Fraction) -> None:
    """Refuse products of constants that grow without bound."""
    number = Fraction(value)
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MAX_DIGITS * 3.33:
        raise SymgdError(f"a constant would have more than {MAX_DIGITS:,} digits")


def exact_root(value: Fraction, degree: int) -> Fraction | None:
    """Return the exact root of a fraction ≥ 0, if it is a fraction."""
    parts = []
    for part in (value.numerator, value.denominator):
        if degree == 2:
            root = math.isqrt(part)
        else:
            root = round(part ** (1 / degree)) if part < 10**15 else 0
        if root**degree != part:
            return None
        parts.append(root)
    return Fraction(parts[0], parts[1])
