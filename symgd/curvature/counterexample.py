"""Refute convexity and concavity by exact counterexamples.

A search in floating point proposes a point and a direction in which the function bends the wrong way, or, at kinks, two points
whose chord lies on the wrong side. They are rounded to short fractions and proven in interval arithmetic; where that leaves
the question open the proposal is dropped, so floating point decides nothing.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symgd.curvature.domain import Domain
from symgd.curvature.point_pairs import PER_NODE, Point, PointPairs, rounded, special_points
from symgd.curvature.second_derivatives.hessian import Hessian
from symgd.curvature.verdict import Bend, Chord
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.node import Node
from symgd.graph.traversal import toposort

__all__ = ["Counterexamples", "refute"]

_SIZES = (1, 10, 1000, 10**6, 10**12)
_SIZES_OF_CHORDS = (4, 64, 10**4, 10**9)
_SCALES = (1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-6)


@dataclass
class Counterexamples:
    """What was proven: against convexity, and against concavity."""

    convexity: Bend | Chord | None = None
    concavity: Bend | Chord | None = None

    @property
    def are_both(self) -> bool:
        """Whether nothing is left to refute."""
        return self.convexity is not None and self.concavity is not None


def refute(
    formula: Node, variables: Sequence[Node], domain: Domain, hessian: Hessian | None, effort: Effort, seed: int = 0
) -> Counterexamples:
    """Search counterexamples to convexity and to concavity.

    Parameters
    ----------
    formula : Node
        A scalar formula of the variables alone.
    variables : sequence of Node
    domain : Domain
    hessian : Hessian or None
        None where the formula has kinks; chords are tried then.
    effort : Effort
    seed : int
    """
    counterexamples = Counterexamples()
    if hessian is not None:
        _Bends(hessian, domain, effort, seed).search(counterexamples)
    if not counterexamples.are_both:
        _Chords(formula, variables, domain, effort, seed).search(counterexamples)
    return counterexamples


# -- points and directions ------------------------------------------------------------------------------------


class _Bends:
    """A search for points and directions with vᵀHv of a given sign."""

    def __init__(self, hessian: Hessian, domain: Domain, effort: Effort, seed: int) -> None:
        self.hessian, self.domain, self.effort = hessian, domain, effort
        self.variables = hessian.variables
        self.size = len(toposort(hessian.entries))
        self.generator = np.random.default_rng(seed)

    def search(self, counterexamples: Counterexamples) -> None:
        """Fill in what is proven."""
        points = self._first_points()
        try:
            matrices = self.hessian.at(points) if len(points) else np.empty((0, 1, 1))
        except (SymgdError, OverflowError, MemoryError):
            matrices = np.full((len(points), len(self.variables), len(self.variables)), np.nan)
        usable = np.isfinite(matrices).all((1, 2)) if len(points) else np.zeros(0, bool)
        for wanted in (-1, 1):
            known = counterexamples.convexity if wanted < 0 else counterexamples.concavity
            if known is None:
                bend = self._at_short_numbers(wanted) or self._of_sign(wanted, points[usable], matrices[usable])
                if bend is None and len(self.variables) == 1:
                    bend = self._without_floats(wanted)
                if wanted < 0:
                    counterexamples.convexity = bend
                else:
                    counterexamples.concavity = bend

    def _first_points(self) -> np.ndarray:
        count = 3000 if len(self.variables) == 1 else 500
        parts = [self.domain.sample(self.variables, count, 1), self.domain.far_points(self.variables)]
        seeds = special_points(self.hessian.formula, self.variables)
        if len(seeds):
            around = [seeds]
            for scale in _SCALES:
                around += [seeds + self.generator.normal(size=seeds.shape) * scale for _ in range(6)]
            parts.append(self.domain.keep(self.variables, np.concatenate(around)))
        return (
            np.concatenate([part for part in parts if len(part)])
            if any(map(len, parts))
            else np.empty((0, len(self.variables)))
        )

    def _at_short_numbers(self, wanted: int) -> Bend | None:
        """Try small whole numbers and halves first: they are easier to read."""
        n = len(self.variables)
        choices = np.array([0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0, -3.0])
        if n <= 3:
            points = np.array(list(itertools.product(choices[: (9, 9, 5)[n - 1]], repeat=n)))
        else:
            points = self.generator.choice(choices[:5], size=(60, n))
        points = self.domain.keep(self.variables, points[np.argsort(np.abs(points).sum(1), kind="stable")])
        try:
            matrices = self.hessian.at(points)
        except (SymgdError, OverflowError):
            return None
        usable = np.isfinite(matrices).all((1, 2))
        points, matrices = points[usable], matrices[usable]
        if not len(points):
            return None
        values, vectors = np.linalg.eigh(matrices)
        ends = values[:, 0] if wanted < 0 else -values[:, -1]
        typical = np.sort(np.abs(values).max(1))[len(values) // 2]
        clear = np.flatnonzero(ends < -1e-3 * typical)
        for k in clear[:2]:
            bend = self._proven(wanted, points[k], vectors[k][:, 0] if wanted < 0 else vectors[k][:, -1])
            if bend is not None:
                return bend
        return None

    def _of_sign(self, wanted: int, points: np.ndarray, matrices: np.ndarray) -> Bend | None:
        """Try the points that bend most, then those near them that bend more."""
        for attempt in range(12):
            if not len(points) or self.effort.is_used_up:
                return None
            try:
                values, vectors = np.linalg.eigh(matrices)
            except np.linalg.LinAlgError:
                return None
            ends = values[:, 0] if wanted < 0 else -values[:, -1]
            size = np.abs(values).max(1) + 1e-300
            order = np.argsort(ends / size, kind="stable")
            best = list(dict.fromkeys([*np.argsort(ends, kind="stable")[:2], *order[:4]]))
            for k in best:
                if ends[k] < 0:
                    vector = vectors[k][:, 0] if wanted < 0 else vectors[k][:, -1]
                    bend = self._proven(wanted, points[k], vector)
                    if bend is not None:
                        return bend
            centres = points[best]
            radius = 3.0 * 0.4**attempt
            spread = self.generator.normal(size=(40, *centres.shape)) * radius * np.maximum(0.1, np.abs(centres))
            points = self.domain.keep(self.variables, (centres + spread).reshape(-1, points.shape[1]))
            points = np.concatenate([centres, points])
            self.effort.spend(PER_NODE * self.size)
            matrices = self.hessian.at(points)
            usable = np.isfinite(matrices).all((1, 2))
            points, matrices = points[usable], matrices[usable]
        return None

    def _proven(self, wanted: int, place: np.ndarray, vector: np.ndarray) -> Bend | None:
        """Round a proposal to short fractions, as coarse as the proof allows."""
        vector = vector / np.abs(vector).max()
        for size in _SIZES:
            point = {node: rounded(x, size) for node, x in zip(self.variables, place, strict=True)}
            direction = [Fraction(float(v)).limit_denominator(min(size, 1000)) for v in vector]
            if not any(direction) or not self._is_inside(point):
                continue
            bend = self._bend(point, direction, wanted)
            self.effort.spend(PER_NODE * self.size)
            if bend.is_proven() and bend.check():
                return bend
        return None

    def _bend(self, point: Point, direction: Sequence[Fraction], wanted: int) -> Bend:
        along = dict(zip(self.variables, direction, strict=True))
        return Bend(self.hessian.formula, point, along, wanted, self.hessian.form(direction), self.domain.contains)

    def _is_inside(self, point: Point) -> bool:
        for node, value in point.items():
            interval = self.domain.intervals[node]
            if not interval.low < value < interval.high:
                return False
        return self.domain.contains(point)

    def _without_floats(self, wanted: int) -> Bend | None:
        """Where floats overflow: short fractions of all sizes, in interval arithmetic alone."""
        steps = [Fraction(10) ** k for k in range(-6, 7)] + [
            Fraction(k) for k in (20, 40, 80, 160, 320, 600, 700, 800, 1500, 3000, 7000)
        ]
        (variable,) = self.variables
        for step, sign in itertools.product(steps, (1, -1)):
            if self.effort.is_used_up:
                return None
            interval = self.domain.intervals[variable]
            start = (
                interval.low
                if isinstance(interval.low, Fraction)
                else interval.high
                if isinstance(interval.high, Fraction)
                else 0
            )
            point = {variable: Fraction(start) + sign * step}
            if self._is_inside(point):
                bend = self._bend(point, [Fraction(1)], wanted)
                self.effort.spend(PER_NODE * self.size)
                if bend.check():
                    return bend
        return None


# -- chords ---------------------------------------------------------------------------------------------------


class _Chords(PointPairs):
    """A search for two points whose chord lies on the wrong side of the function."""

    def search(self, counterexamples: Counterexamples) -> None:
        """Fill in what is proven."""
        if not self.compile():
            return
        for first, second, thetas in self.proposals():
            if counterexamples.are_both or self.effort.is_used_up:
                return
            self.effort.spend(PER_NODE * self.size)
            gaps, noise = self._gaps(first, second, thetas)
            for wanted in (-1, 1):
                if (counterexamples.convexity if wanted < 0 else counterexamples.concavity) is not None:
                    continue
                with np.errstate(all="ignore"):
                    scores = -wanted * gaps / noise
                order = np.argsort(-np.where(np.isfinite(scores), scores, -np.inf))[:3]
                for k in order:
                    if not scores[k] > 1e3:
                        break
                    make = functools.partial(Chord, self.formula, sign=wanted)
                    chord = self.first_proven(make, first[k], second[k], thetas[k], _SIZES_OF_CHORDS)
                    if chord is not None:
                        if wanted < 0:
                            counterexamples.convexity = chord
                        else:
                            counterexamples.concavity = chord
                        break

    def _gaps(self, first: np.ndarray, second: np.ndarray, thetas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return f in between minus the chord, and the noise of floats."""
        weights = thetas[:, None]
        try:
            ends = self.values(first), self.values(second)
            between = self.values(weights * first + (1 - weights) * second)
        except SymgdError:
            return np.full(len(first), np.nan), np.ones(len(first))
        with np.errstate(all="ignore"):
            gaps = between - thetas * ends[0] - (1 - thetas) * ends[1]
            noise = 2e-16 * (np.abs(between) + np.abs(ends[0]) + np.abs(ends[1])) + 1e-300
        return gaps, noise
