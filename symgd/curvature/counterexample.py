"""Refute convexity and concavity by exact counterexamples.

A search in floating point proposes a point and a direction in which the function bends the wrong way, or, at kinks, two points
whose chord lies on the wrong side. They are rounded to short fractions and proven in interval arithmetic; where that leaves
the question open the proposal is dropped, so floating point decides nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.curvature.domain import Domain
from symgd.curvature.second_derivatives.hessian import Hessian
from symgd.curvature.verdict import Bend, Chord
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.node import Node
from symgd.graph.traversal import depends_on, toposort
from symgd.primitives.arithmetic import add
from symgd.rewrite.terms import split_term

__all__ = ["Counterexamples", "refute"]

Point = dict[Node, Fraction]
_SIZES = (1, 10, 1000, 10**6, 10**12)
_SCALES = (1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-6)
MAX_SEEDS = 48
PER_NODE = 20
"""Units of work for each node of a formula that is enclosed, or evaluated at many points."""


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
        seeds = _special_points(self.hessian.formula, self.variables)
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
            point = {node: _rounded(x, size) for node, x in zip(self.variables, place, strict=True)}
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


def _rounded(value: float, size: int) -> Fraction:
    if abs(value) > 1e6:
        return Fraction(round(value))
    if value and abs(value) < 0.5 / size:
        return Fraction(float(f"{value:.2g}")).limit_denominator(10**15)
    return Fraction(float(value)).limit_denominator(size)


def _special_points(formula: Node, variables: Sequence[Node]) -> np.ndarray:
    """Return points where subexpressions c·x + d vanish: narrow parts of the graph may lie there."""
    moving = depends_on((formula,), variables)
    roots: dict[Node, set[float]] = {node: set() for node in variables}
    for node in moving:
        if node.shape or node.primitive is not add:
            continue
        slope, offset, core = Fraction(0), Fraction(0), None
        for term in node.args:
            coefficient, part = split_term(term)
            if part in roots and (core is None or core is part):
                slope, core = slope + coefficient, part
            elif part.equals_number(1):
                offset += coefficient
            else:
                core = None
                break
        if core is not None and slope:
            roots[core].add(float(-offset / slope))
    if not any(roots.values()):
        return np.empty((0, len(variables)))
    choices = [[0.0, *sorted(roots[node])][:6] for node in variables]
    points = list(itertools.islice(itertools.product(*choices), MAX_SEEDS))
    return np.array(points, dtype=float)


# -- chords ---------------------------------------------------------------------------------------------------


class _Chords:
    """A search for two points whose chord lies on the wrong side of the function."""

    def __init__(self, formula: Node, variables: Sequence[Node], domain: Domain, effort: Effort, seed: int) -> None:
        self.formula, self.variables, self.domain, self.effort = formula, list(variables), domain, effort
        self.size = len(toposort((formula,)))
        self.generator = np.random.default_rng(seed)

    def search(self, counterexamples: Counterexamples) -> None:
        """Fill in what is proven."""
        try:
            self.code = compile_formulas(self.variables, [self.formula], as_list=False)
        except (SymgdError, OverflowError):
            return  # a number in it is too large for floats
        for first, second, thetas in self._proposals():
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
                    chord = self._proven(wanted, first[k], second[k], thetas[k])
                    if chord is not None:
                        if wanted < 0:
                            counterexamples.convexity = chord
                        else:
                            counterexamples.concavity = chord
                        break

    def _values(self, points: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            values = self.code(*(points[:, k] for k in range(points.shape[1])))
        return np.broadcast_to(np.asarray(values, dtype=float), (len(points),))

    def _gaps(self, first: np.ndarray, second: np.ndarray, thetas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return f in between minus the chord, and the noise of floats."""
        weights = thetas[:, None]
        try:
            ends = self._values(first), self._values(second)
            between = self._values(weights * first + (1 - weights) * second)
        except SymgdError:
            return np.full(len(first), np.nan), np.ones(len(first))
        with np.errstate(all="ignore"):
            gaps = between - thetas * ends[0] - (1 - thetas) * ends[1]
            noise = 2e-16 * (np.abs(between) + np.abs(ends[0]) + np.abs(ends[1])) + 1e-300
        return gaps, noise

    def _proposals(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Yield pairs of points: far and near, along axes, and around places near which the graph may have narrow parts."""
        n, count = len(self.variables), 400
        ends = self._closed_ends(count)
        if len(ends):
            yield self._inside(ends, self.domain.sample(self.variables, len(ends), 5)[: len(ends)])
        for scale in (1.0, 0.3, 3.0, 0.05, 10.0, 1e-3, 1e-5):
            first = self.domain.sample(self.variables, count, int(scale * 1000))
            if not len(first):
                return
            other = first + self.generator.normal(size=first.shape) * scale * 3
            axis = self.generator.integers(n, size=len(first))
            alone = np.arange(n)[None] == axis[:, None]
            other = np.where(self.generator.random(len(first))[:, None] < 0.5, other, np.where(alone, other, first))
            yield self._inside(first, other)
            seeds = np.concatenate([np.zeros((1, n)), _special_points(self.formula, self.variables), self._kinks(scale)])
            centres = np.repeat(seeds, max(1, 200 // len(seeds)), axis=0)
            offset = self.generator.normal(size=centres.shape) * scale
            yield self._inside(
                centres - offset, centres + offset * self.generator.choice([1.0, 0.5, 2.0], size=(len(centres), 1))
            )

    def _closed_ends(self, count: int) -> np.ndarray:
        """Return points of which one coordinate is a closed end of the domain, where a function may jump."""
        points = self.domain.sample(self.variables, count, 4)
        if self.domain.constraints or not len(points):
            return np.empty((0, points.shape[1]))
        choices = [
            (k, float(end))
            for k, node in enumerate(self.variables)
            for end, is_open in (
                (self.domain.intervals[node].low, self.domain.intervals[node].open_low),
                (self.domain.intervals[node].high, self.domain.intervals[node].open_high),
            )
            if not is_open
        ]
        if not choices:
            return np.empty((0, points.shape[1]))
        for row, (k, end) in zip(points, itertools.cycle(choices), strict=False):
            row[k] = end
        return points

    def _kinks(self, scale: float) -> np.ndarray:
        """Return points near which the numeric slope jumps along a line."""
        base = self.domain.sample(self.variables, 3, int(scale * 7919) + 1)
        points = []
        for start in base:
            for _ in range(2):
                direction = self.generator.normal(size=len(start))
                steps = np.linspace(-4, 4, 400)
                line = start + steps[:, None] * direction
                values = self._values(line)
                with np.errstate(all="ignore"):
                    bends = np.abs(np.diff(values, 2))
                if np.isfinite(bends).any():
                    points.append(line[1 + int(np.nanargmax(np.where(np.isfinite(bends), bends, -1)))])
        return np.array(points) if points else np.zeros((1, len(self.variables)))

    def _inside(self, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        both = np.concatenate([first, second], axis=1)
        n = first.shape[1]
        mask = np.ones(len(both), dtype=bool)
        for k, node in enumerate(self.variables):
            low, high = float(self.domain.intervals[node].low), float(self.domain.intervals[node].high)
            for column in (both[:, k], both[:, n + k]):
                mask &= (column >= low) & (column <= high)
        both = both[mask]
        thetas = self.generator.choice([0.5, 0.5, 0.25, 0.75, 0.125], size=len(both))
        return both[:, :n], both[:, n:], thetas

    def _proven(self, wanted: int, first: np.ndarray, second: np.ndarray, theta: float) -> Chord | None:
        for size in (4, 64, 10**4, 10**9):
            a = {node: _rounded(x, size) for node, x in zip(self.variables, first, strict=True)}
            b = {node: _rounded(x, size) for node, x in zip(self.variables, second, strict=True)}
            chord = Chord(self.formula, a, b, Fraction(theta), wanted)
            self.effort.spend(PER_NODE * self.size)
            if a != b and all(self.domain.contains(point) for point in (a, b, chord.middle)) and chord.check():
                return chord
        return None
