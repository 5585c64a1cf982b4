"""Whether two formulas differ at a point: in exact arithmetic they are equal or not, whatever the size of the difference.

A difference counts where two precisions show the same one. One that shrinks with the digits is none, and what does neither is
not decided. A difference that may come from numbers that were rounded when they were written does not count.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symgd.equality.literals import rounded_numbers, rounding_of
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Real
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.sampling import Point
from symgd.graph.node import Node
from symgd.graph.traversal import toposort

__all__ = ["COARSE", "EXACT", "FINE", "Differences", "shaken"]

EXACT = mpmath.mpf("1e-60")
"""How near two formulas are whose difference is nothing but the rounding of 80 digits."""
COARSE = (100, 200)
"""Digits in which most differences are plain; a hundredth of the time."""
FINE = (720, 2160)
"""Digits; what shrinks between them is 0."""
_EQUAL = mpmath.mpf("1e-600")
_SHRINKS = mpmath.mpf("1e-200")
_SAME = mpmath.mpf("1e-3")
"""How near the differences in two precisions are, where there is one."""


_MARGIN = 20
"""Digits by which rounding errors are made larger."""
_TRIALS = 3


class Differences:
    """Differences between formulas at a point.

    Parameters
    ----------
    point : Point
    """

    def __init__(self, point: Point) -> None:
        self.point = point
        self._memories: dict[int, dict[Node, Array]] = {digits: {} for digits in (*COARSE, *FINE)}
        """The values of all parts, which claims share with what is right."""
        self._values: dict[tuple[Node, int], tuple[Array, Array]] = {}
        self._noises: dict[Node, Array] = {}
        self._roundings: dict[tuple[Node, Node], Array] = {}

    def values(self, formula: Node, precisions: tuple[int, int] = FINE) -> tuple[Array, Array]:
        """Return a formula's values in two precisions."""
        key = formula, precisions[1]
        if key not in self._values:
            rough, fine = (
                evaluate_precisely([formula], self.point.values, self.point.sizes, digits, self._memories[digits])[0]
                for digits in precisions
            )
            self._values[key] = rough, fine
        return self._values[key]

    def compare(self, claim: Node, own: Node, index: tuple[int, ...]) -> bool | None:
        """Return whether an entry of both formulas is equal; None where two precisions do not decide it."""
        if self._differ_plainly(claim, own, index):
            return False
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
            if not abs(difference - earlier) <= _SAME * abs(difference) or self._is_noise(difference, claim, own, index):
                return None
        return bool(abs(difference) <= self._rounding(claim, own)[index])

    def _differ_plainly(self, claim: Node, own: Node, index: tuple[int, ...]) -> bool:
        """Whether an entry differs by the same in two coarse precisions, and by far more than is lost in the first."""
        (rough, fine), (rough_true, fine_true) = self.values(claim, COARSE), self.values(own, COARSE)
        with mpmath.workdps(COARSE[1]):
            earlier, difference = rough[index] - rough_true[index], fine[index] - fine_true[index]
            if not difference or not mpmath.isfinite(difference) or not mpmath.isfinite(earlier):
                return False
            is_same = abs(difference - earlier) <= _SAME * abs(difference)
            is_plain = is_same and abs(difference) > self._largest(claim, own, COARSE[0]) * mpmath.mpf(10) ** (
                _MARGIN - COARSE[0]
            )
        return is_plain and bool(abs(difference) > self._rounding(claim, own)[index])

    def _largest(self, claim: Node, own: Node, digits: int) -> Array:
        """Return the largest number that occurs in the evaluation of two formulas."""
        values = self._memories[digits]
        parts = toposort([claim, own])
        return max((abs(v) for part in parts for v in values[part].flat if mpmath.isfinite(v)), default=mpmath.mpf(0))

    def _is_noise(self, difference: Real, claim: Node, own: Node, index: tuple[int, ...]) -> bool:
        """Whether a difference is less than what is lost where large numbers cancel: 1 - tanh(x)**2 is 0 for large x."""
        if abs(difference) > self._largest(claim, own, FINE[1]) * mpmath.mpf(10) ** (_MARGIN - FINE[1]):
            return False
        return bool(abs(difference) <= self._noise(claim)[index] + self._noise(own)[index])

    def _noise(self, formula: Node) -> Array:
        """Return how large the rounding errors of a formula are in the finer precision, by making larger ones on purpose."""
        if formula not in self._noises:
            digits, generator = FINE[0], np.random.default_rng(0)
            memory = self._memories[digits]
            shifts = []
            with mpmath.workdps(digits):
                exact = memory[formula]
                share = mpmath.mpf(10) ** (_MARGIN - digits)
                for _ in range(_TRIALS):
                    perturbed = shaken(formula, memory, self.point.sizes, digits, share, generator)
                    shifts.append(np.abs(perturbed - exact))
            scale = mpmath.mpf(10) ** (FINE[0] - FINE[1])
            self._noises[formula] = np.asarray(scale * sum(shifts), dtype=object)
        return self._noises[formula]

    def within(self, got: Real, left: Real, right: Real, claim: Node, own: Node, index: tuple[int, ...]) -> Real:
        """Return an entry of a claim, moved between two slopes where rounded numbers may be why it is not."""
        low, high = min(left, right), max(left, right)
        if low <= got <= high or not mpmath.isfinite(got):
            return got
        nearest = low if got < low else high
        return nearest if abs(got - nearest) <= self._rounding(claim, own)[index] else got

    def _rounding(self, claim: Node, own: Node) -> Array:
        """Return the difference that rounded numbers may make, for each entry."""
        if (claim, own) not in self._roundings:
            claim_rounding, own_rounding = (
                rounding_of(formula, rounded_numbers([formula]), self.point) for formula in (claim, own)
            )
            self._roundings[claim, own] = np.asarray(claim_rounding + own_rounding, dtype=object)
        return self._roundings[claim, own]


def shaken(
    formula: Node,
    memory: Mapping[Node, Array],
    sizes: Mapping[str, int],
    digits: int,
    share: Real,
    generator: np.random.Generator,
) -> Array:
    """Return the value of a formula where every step is off by a random share of itself.

    Parameters
    ----------
    formula : Node
    memory : mapping of Node to array
        The values of its inputs and numbers.
    sizes : mapping of str to int
    digits : int
    share : mpf
    generator : numpy.random.Generator
    """
    values: dict[Node, Array] = {}
    for part in toposort([formula]):
        known = {arg: values[arg] for arg in part.args} if part.args else {part: memory[part]}
        (value,) = evaluate_precisely([part], {}, sizes, digits, known)
        values[part] = _shake(value, share, generator) if part.args else value
    return values[formula]


def _shake(value: Array, share: Real, generator: np.random.Generator) -> Array:
    """Return values of which each is changed by a random share of itself; truth values stay."""
    array = np.asarray(value, dtype=object)
    signs = generator.choice([-1, 1], array.shape)
    result = np.empty(array.shape, dtype=object)
    for index in np.ndindex(*array.shape):
        entry = array[index]
        result[index] = entry if isinstance(entry, bool) else entry * (1 + int(signs[index]) * share)
    return result
