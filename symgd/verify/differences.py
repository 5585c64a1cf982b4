"""Whether two formulas differ at a point: in exact arithmetic they are equal or not, whatever the size of the difference.

A difference counts where two precisions show the same one. One that shrinks with the digits is none, and what does neither is
not decided. Numbers that were rounded when they were written excuse the difference they may make.
"""

from __future__ import annotations

from typing import Any

import mpmath

from symgd.graph.node import Node
from symgd.verify.high_precision import evaluate_precisely
from symgd.verify.literals import rounded_numbers, rounding_of
from symgd.verify.sampling import Point

__all__ = ["EXACT", "FINE", "Differences"]

EXACT = mpmath.mpf("1e-60")
"""How near two formulas are whose difference is nothing but the rounding of 80 digits."""
FINE = (720, 2160)
"""Digits; what shrinks between them is 0."""
_EQUAL = mpmath.mpf("1e-600")
_SHRINKS = mpmath.mpf("1e-200")
_SAME = mpmath.mpf("1e-3")
"""How near the differences in two precisions are, where there is one."""


class Differences:
    """Differences between formulas at a point.

    Parameters
    ----------
    point : Point
    """

    def __init__(self, point: Point) -> None:
        self.point = point
        self._memories: dict[int, dict[Node, Any]] = {digits: {} for digits in FINE}
        """The values of all parts, which claims share with what is right."""
        self._values: dict[Node, tuple[Any, Any]] = {}
        self._roundings: dict[tuple[Node, Node], Any] = {}

    def values(self, formula: Node) -> tuple[Any, Any]:
        """Return a formula's values in two precisions."""
        if formula not in self._values:
            rough, fine = (
                evaluate_precisely([formula], self.point.values, self.point.sizes, digits, memory)[0]
                for digits, memory in self._memories.items()
            )
            self._values[formula] = rough, fine
        return self._values[formula]

    def compare(self, claim: Node, own: Node, index: tuple[int, ...]) -> bool | None:
        """Return whether an entry of both formulas is equal; None where two precisions do not tell."""
        (rough, fine), (rough_true, fine_true) = self.values(claim), self.values(own)
        got, true = fine[index], fine_true[index]
        if mpmath.isnan(got) or not mpmath.isfinite(true):
            return None
        if mpmath.isinf(got):
            return False if got == rough[index] else None
        with mpmath.workdps(FINE[1]):
            difference, earlier = got - true, rough[index] - rough_true[index]
            if not earlier or abs(difference) <= max(_EQUAL * abs(true), _SHRINKS * abs(earlier)):
                return True
            if not abs(difference - earlier) <= _SAME * abs(difference):
                return None
        return bool(abs(difference) <= self._rounding(claim, own)[index])

    def _rounding(self, claim: Node, own: Node) -> Any:
        """Return what rounded numbers excuse, for each entry."""
        if (claim, own) not in self._roundings:
            numbers = rounded_numbers([claim, own])
            self._roundings[claim, own] = rounding_of(claim - own, numbers, self.point)
        return self._roundings[claim, own]
