"""What is known of a power xⁿ without computing it: sign, range, domain, curvature, direction and explanation.

All of it depends on whether the exponent is an exact constant, and whether that is whole, even or positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.node import Node, constant
from symgd.primitives.exact_numbers import exact_value

__all__ = [
    "because_pow",
    "curvature_pow",
    "domain_pow",
    "lowered",
    "monotone_pow",
    "range_pow",
    "sign_of_square",
    "sign_pow",
    "vanishing_of_pow",
]


def sign_of_square(sign: Sign) -> Sign:
    """Return the sign of x², from that of x."""
    return (Sign.POSITIVE if sign & Sign.NONZERO else Sign.NEVER) | (sign & Sign.ZERO)


def sign_pow(node: Node, x: Sign, n: Sign) -> Sign:
    """Return the sign of xⁿ."""
    value = exact_value(node.args[1])
    if value is None:
        return Sign.POSITIVE if x.is_positive else Sign.NONNEGATIVE if x.is_nonnegative else Sign.ANY
    if isinstance(value, int) and value % 2 == 0:
        return sign_of_square(x)
    if isinstance(value, int):
        return x
    return x & Sign.NONNEGATIVE


def range_pow(node: Node, x: Interval, n: Interval) -> Interval:
    """Return an interval that holds xⁿ."""
    value = exact_value(node.args[1])
    if not isinstance(value, int) or value == 0:
        return Interval()
    if value < 0:
        return x.power(-value).reciprocal()
    return x.power(value)


def domain_pow(node: Node) -> list[tuple[Node, Sign | Interval]]:
    """Return what x must be for xⁿ to be a real number."""
    base, exponent = node.args
    value = exact_value(exponent)
    if value is None:
        return []  # (-2)**3 is defined, whatever stands for the 3
    if isinstance(value, int):
        return [(base, Sign.NONZERO)] if value < 0 else []
    return [(base, Sign.POSITIVE if value < 0 else Sign.NONNEGATIVE)]


def vanishing_of_pow(node: Node) -> tuple[int, ...]:
    """Return where 0ⁿ is 0: for n > 0; 0⁰ is 1."""
    exponent = node.args[1]
    value = exact_value(exponent)
    is_positive = value > 0 if value is not None else exponent.is_symbol and exponent.facts.sign == Sign.POSITIVE
    return (0,) if is_positive else ()


def curvature_pow(node: Node, x: Interval, n: Interval) -> Curvature:
    """Return the curvature of xⁿ, in x or in n."""
    value = exact_value(node.args[1])
    if value is None:
        base = exact_value(node.args[0])
        if base == 1:  # 1ˣ is 1
            return Curvature.AFFINE
        return Curvature.CONVEX if base is not None and base > 0 else Curvature.UNKNOWN
    if value in (0, 1):
        return Curvature.AFFINE
    if isinstance(value, int) and value > 0 and value % 2 == 0:
        return Curvature.CONVEX
    if isinstance(value, int) and value < 0 and not (x.low > 0 or (x.low == 0 and x.open_low)):
        if x.high < 0 or (x.high == 0 and x.open_high):
            return Curvature.CONVEX if value % 2 == 0 else Curvature.CONCAVE
        return Curvature.UNKNOWN
    if isinstance(value, int) and value > 0 and x.high <= 0:
        return Curvature.CONCAVE
    if isinstance(value, int) and value > 0 and x.low < 0:
        return Curvature.UNKNOWN
    return Curvature.CONCAVE if 0 < value < 1 else Curvature.CONVEX


def monotone_pow(node: Node, x: Interval, n: Interval) -> tuple[Monotone, ...]:
    """Return whether xⁿ increases or decreases, in x and in n."""
    value = exact_value(node.args[1])
    if value is None:
        base = exact_value(node.args[0])
        if base is None or base < 0:  # (-2)**n jumps between whole n
            return (Monotone.UNKNOWN, Monotone.UNKNOWN)
        return (Monotone.UNKNOWN, Monotone.INCREASING if base >= 1 else Monotone.DECREASING)
    up, down = (Monotone.INCREASING, Monotone.UNKNOWN), (Monotone.DECREASING, Monotone.UNKNOWN)
    if not isinstance(value, int) or x.low >= 0:
        return up if value > 0 else down
    if value > 0 and value % 2 == 1:
        return up
    if x.high <= 0:
        return down if (value > 0) == (value % 2 == 0) else up if value % 2 == 0 else down
    return (Monotone.UNKNOWN, Monotone.UNKNOWN)


def because_pow(node: Node, movers: Sequence[int]) -> str:
    """Return the sentence that explains the derivative of xⁿ."""
    value = exact_value(node.args[1])
    if value == 2:
        return "the slope of a square is twice its root"
    if value == -1:
        return "the slope of 1/x is −1/x²"
    if value == Fraction(1, 2):
        return "the slope of √x is 1/(2√x)"
    if value is not None:
        return "a power brings its exponent down"
    if 1 not in movers:
        return "a power brings its exponent down"
    return "a power brings its exponent down; an exponent brings the logarithm of the base"


def lowered(n: Node) -> Node:
    """Return n − 1; of numbers that are 0 as they are, for x⁰ has slope 0·x⁰ at x = 0 too."""
    inner = n
    while inner.primitive.is_stretching:
        inner = inner.args[0]
    if inner.primitive.name != "array" or not all(entry.is_exact for entry in inner.args):
        return n - 1
    if n is not inner:
        return n.primitive.make((lowered(n.args[0]), *n.args[1:]), n.params)
    entries = [constant(value - 1 if value else 0) for value in map(exact_value, n.args) if value is not None]
    return n.primitive.make(tuple(entries), n.params)
