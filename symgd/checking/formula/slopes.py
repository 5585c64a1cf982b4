"""Slopes of a formula at a point from its values alone: in an entry, along a direction, and at points nearby."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from symgd.checking.black_box.differences import precise_slope
from symgd.checking.formula.reference import DIGITS, cost_of
from symgd.checking.request import Question
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.effort import Effort
from symgd.evaluation.entries import Array, Real
from symgd.evaluation.high_precision import evaluate_precisely, exact_array
from symgd.evaluation.sampling import Point
from symgd.graph.node import Node

__all__ = ["Place", "Slopes"]

_PAIRS = 12
_RANDOM = 4
_NEARBY = 16
"""The number of random points nearby, and of entries along which points are taken."""
_NEAR = mpmath.mpf("1e-29")

Place = tuple[int, tuple[int, ...]]
"""A variable (or a claim), and one of its entries."""


class Slopes:
    """Values of a formula around a point.

    Parameters
    ----------
    question : Question
    point : Point
    generator : numpy.random.Generator
    moving : int
        How many numbers of the formula change with the variables.
    effort : Effort
    """

    def __init__(self, question: Question, point: Point, generator: np.random.Generator, moving: int, effort: Effort) -> None:
        self.question, self.point, self.generator = question, point, generator
        self.moving, self.effort = moving, effort
        self._values_in: dict[int, dict[Node, Array]] = {}

    def size(self, k: int, moving: tuple[int, ...]) -> Real:
        """Return the size of an entry of a variable: steps are relative to it."""
        return abs(exact_array(self.point.values[self.question.wrt[k]])[moving])

    def along(self, out: tuple[int, ...], places: Sequence[Place], weights: Sequence[int]) -> Callable[[Real], Real]:
        """Return an entry of the formula as a function of a step, of which entries of the variables take their multiples."""

        def value(step: Real) -> Real:
            known = dict(self._unmoved)
            for node in {self.question.wrt[k] for k, _ in places}:
                known[node] = known[node].copy()
            for weight, (k, moving) in zip(weights, places, strict=True):
                known[self.question.wrt[k]][moving] += weight * step
            self.effort.spend(cost_of(self.moving, mpmath.mp.dps))
            (result,) = evaluate_precisely([self.question.output], {}, self.point.sizes, mpmath.mp.dps, known)
            return result[out]

        return value

    @property
    def _unmoved(self) -> dict[Node, Array]:
        """Return the values in the current precision of the inputs, and of all parts that do not move with the variables."""
        values = self._values_in.get(mpmath.mp.dps)
        if values is None:
            known: dict[Node, Array] = {}
            evaluate_precisely([self.question.output], self.point.values, self.point.sizes, mpmath.mp.dps, known)
            values = {node: value for node, value in known.items() if node not in self.question.moving}
            values |= {node: known[node] for node in self.question.wrt}
            self._values_in[mpmath.mp.dps] = values
        return values

    def widened(
        self, slopes: Sequence[Real], out: tuple[int, ...], places: Sequence[Place], weights: Sequence[int]
    ) -> list[Real]:
        """Return the range of slopes along a direction, here and at points nearby that lie at no kink.

        Where a function is neither convex nor concave, its (Clarke) subgradients are what gradients nearby tend to, and their
        averages: of max(x)**2 - min(x) at (-1, -1, -1) they are not known by the slopes of both sides alone.
        """
        candidates = list(slopes)
        for derivatives in self._own_nearby:
            values = [derivatives[k][(*out, *moving)] for k, moving in places]
            candidates.append(sum(weight * value for weight, value in zip(weights, values, strict=True)))
        finite = [value for value in candidates if mpmath.isfinite(value)]
        return [min(finite), max(finite)]

    @cached_property
    def _own_nearby(self) -> list[list[Array]]:
        """Return symgd's derivative at points nearby: along every entry, nearly, and in random directions."""
        if self.question.own is None:
            return []
        moving = [(node, index) for node in self.question.wrt for index in np.ndindex(*np.shape(self.point.values[node]))]
        main = [(k, sign) for k in range(min(len(moving), _NEARBY)) for sign in (1, -1)] + [(0, 0)] * _NEARBY
        derivatives = []
        with mpmath.workdps(DIGITS):
            exact = {node: exact_array(value) for node, value in self.point.values.items()}
            for entry, sign in main:
                steps = self.generator.integers(-1000, 1001, len(moving)).tolist()
                steps[entry] += 10_000 * sign
                values = {node: array.copy() for node, array in exact.items()}
                for (node, index), step in zip(moving, steps, strict=True):
                    values[node][index] += step * _NEAR * (abs(values[node][index]) or 1)
                derivatives.append(evaluate_precisely(self.question.own, values, self.point.sizes, DIGITS))
        return derivatives

    def weights(self, count: int) -> list[list[int]]:
        """Return directions among entries: sums and differences of pairs, all together, and random ones."""
        pairs = itertools.islice(itertools.combinations(range(count), 2), _PAIRS)
        directions = [[1] * count]
        directions += [[1 if i == a else sign if i == b else 0 for i in range(count)] for a, b in pairs for sign in (1, -1)]
        return [*directions, *self.generator.integers(-9, 10, (_RANDOM, count)).tolist()]

    def one_sided(self, out: tuple[int, ...], places: Sequence[Place], weights: Sequence[int]) -> tuple[Real, Real] | None:
        """Return the slopes of both sides along a direction, or None where they do not settle."""
        sizes = [self.size(k, moving) for weight, (k, moving) in zip(weights, places, strict=True) if weight]
        slope = precise_slope(self.along(out, places, weights), scale=min(filter(None, sizes), default=1))
        if not slope.is_sure:
            return None
        return (slope.left, slope.right) if slope.is_kink else (slope.value, slope.value)
