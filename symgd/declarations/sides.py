"""Both sides of a declared kink: where it is, the slopes next to it, and by how much the function jumps."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symgd.declarations.numbers import precise
from symgd.declarations.subject import Example, Place
from symgd.declarations.thresholds import zeros_along
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real
from symgd.graph.conversion import as_node
from symgd.graph.node import Node

__all__ = ["Sides", "sides_of", "zeros_of", "zeros_of_each"]

_MOST = 8
_JUMPS = mpmath.mpf("1e-6")
_BENDS = mpmath.mpf("1e-12")
"""The least difference of slopes, relative to them: floats in formulas cause smaller ones."""
_STEEP = mpmath.mpf("1e9")


def zeros_of(example: Example, node: Node, base: Place) -> list[Fraction]:
    """Return where declared kinks are 0 along an argument, the others fixed."""
    return sorted({zero for zeros in zeros_of_each(example, node, base) for zero in zeros})


def zeros_of_each(example: Example, node: Node, base: Place) -> list[list[Fraction]]:
    """Return the same for each of the declared kinks: the zeros that are closest to 0, and those at points that are given."""
    kinks = example.record.kinks
    assert kinks is not None
    numbers = sorted({*example.numbers, *(Fraction(k, 2) for k in range(1, 7)), *(abs(Fraction(at)) for at in example.at)})
    zeros = []
    for kink in map(as_node, kinks(*example.args)):
        along = zeros_along([kink], numbers, node, base.values)
        zeros.append(sorted(along, key=lambda zero: (zero not in example.at, abs(zero)))[:_MOST])
    return zeros


@dataclass(frozen=True)
class Sides:
    """What a function does on both sides of a point: the slopes there, and by how much it jumps."""

    left: Real
    right: Real
    jump: Real

    @property
    def is_jump(self) -> bool:
        """Whether the function jumps."""
        return bool(self.jump > _JUMPS)

    @property
    def is_break(self) -> bool:
        """Whether the function or its slope jumps, or the slope is infinite."""
        return self.is_jump or self.is_bend or bool(max(abs(self.left), abs(self.right)) > _STEEP)

    @property
    def is_bend(self) -> bool:
        """Whether both slopes are finite, and differ."""
        size = max(abs(self.left), abs(self.right))
        return bool(size <= _STEEP and abs(self.left - self.right) > _BENDS * max(1, size))


def sides_of(example: Example, node: Node, base: Place, x: Fraction) -> Sides | None:
    """Return what a function does next to a point, or None where it has no value there."""
    at = example.along(base, node)
    centre = precise(x)
    h = mpmath.mpf("1e-20") * max(1, abs(centre))
    values = [at(centre + k * h) for k in (-2, -1, 0, 1, 2)]
    if not all(mpmath.isfinite(value) for value in values):
        return None
    left, right = (values[1] - values[0]) / h, (values[4] - values[3]) / h
    is_steep = max(abs(left), abs(right)) > _STEEP
    jump = mpmath.mpf(0) if is_steep else max(abs(values[3] - values[1]), abs(values[2] - values[1]))
    return Sides(left, right, jump)
