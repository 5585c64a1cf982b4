"""Both sides of a declared kink: where it is, the slopes next to it, and by how much the function jumps."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

from symgd.declarations.breaks import GRID
from symgd.declarations.subject import Example, Place, zero_one
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real
from symgd.graph.conversion import as_node
from symgd.graph.node import Node

__all__ = ["Sides", "sides_of", "zeros_of"]

_JUMPS = mpmath.mpf("1e-6")


def zeros_of(example: Example, node: Node, base: Place) -> list[Fraction]:
    """Return where declared kinks are 0 along an argument: at simple numbers, otherwise between numbers of the grid."""
    kinks = example.record.kinks
    assert kinks is not None
    numbers = sorted({Fraction(k, 2) for k in range(-8, 9)} | {Fraction(at) for at in example.at})
    expressions = [as_node(kink) for kink in kinks(*example.args)]
    zeros = [
        x for x in numbers if any(zero_one(example.number(base.moved(node, x), kink, digits=60)) == 0 for kink in expressions)
    ]
    if zeros:
        return zeros
    for kink in expressions:  # between numbers
        for a, b in itertools.pairwise(GRID):
            low, high = (zero_one(example.number(base.moved(node, x), kink, digits=60)) for x in (a, b))
            if mpmath.isfinite(low) and mpmath.isfinite(high) and low * high < 0:
                for _ in range(120):
                    middle = (a + b) / 2
                    value = zero_one(example.number(base.moved(node, middle), kink, digits=60))
                    a, b = (a, middle) if value * low <= 0 else (middle, b)
                zeros.append(a)
    return zeros


@dataclass(frozen=True)
class Sides:
    """What a function does on both sides of a point: the slopes there, and by how much it jumps."""

    left: Real
    right: Real
    jump: Real

    @property
    def is_break(self) -> bool:
        """Whether the function or its slope jumps, or the slope is infinite."""
        if self.jump > _JUMPS:
            return True
        size = max(abs(self.left), abs(self.right))
        return bool(size > mpmath.mpf("1e9") or abs(self.left - self.right) > _JUMPS * max(1, size))


def sides_of(example: Example, node: Node, base: Place, x: Fraction) -> Sides | None:
    """Return what a function does next to a point, or None where it has no value there."""
    at = example.along(base, node)
    centre = mpmath.mpf(x.numerator) / x.denominator
    h = mpmath.mpf("1e-20")
    values = [at(centre + k * h) for k in (-2, -1, 0, 1, 2)]
    if not all(mpmath.isfinite(value) for value in values):
        return None
    left, right = (values[1] - values[0]) / h, (values[4] - values[3]) / h
    is_steep = max(abs(left), abs(right)) > mpmath.mpf("1e9")
    jump = mpmath.mpf(0) if is_steep else max(abs(values[3] - values[1]), abs(values[2] - values[1]))
    return Sides(left, right, jump)
