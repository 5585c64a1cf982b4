"""Pairs of points of a domain, and values there in floating point, for searches of what a function does between them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TypeVar

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.curvature.domain import Domain
from symgd.curvature.points_on_a_line import PointsOnALine
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.node import Node
from symgd.graph.traversal import depends_on, toposort
from symgd.primitives.arithmetic import add
from symgd.rewrite.terms import split_term

__all__ = ["PER_NODE", "Point", "PointPairs", "rounded", "special_points"]

Point = dict[Node, Fraction]
Points = TypeVar("Points", bound=PointsOnALine)
MAX_SEEDS = 48
PER_NODE = 20
"""Units of work for each node of a formula that is enclosed, or evaluated at many points."""


def rounded(value: float, size: int) -> Fraction:
    """Return a short fraction near a float."""
    if abs(value) > 1e6:
        return Fraction(round(value))
    if value and abs(value) < 0.5 / size:
        return Fraction(float(f"{value:.2g}")).limit_denominator(10**15)
    return Fraction(float(value)).limit_denominator(size)


def special_points(formula: Node, variables: Sequence[Node]) -> np.ndarray:
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


class PointPairs:
    """Proposes pairs of points, far and near.

    Parameters
    ----------
    formula : Node
    variables : sequence of Node
    domain : Domain
    effort : Effort
    seed : int
    """

    def __init__(self, formula: Node, variables: Sequence[Node], domain: Domain, effort: Effort, seed: int) -> None:
        self.formula, self.variables, self.domain, self.effort = formula, list(variables), domain, effort
        self.size = len(toposort((formula,)))
        self.generator = np.random.default_rng(seed)

    def compile(self) -> bool:
        """Compile the formula; False where a number in it is too large for floats."""
        try:
            self.code = compile_formulas(self.variables, [self.formula], as_list=False)
        except (SymgdError, OverflowError):
            return False
        return True

    def values(self, points: np.ndarray) -> np.ndarray:
        """Return values at points, one row each."""
        with np.errstate(all="ignore"):
            values = self.code(*(points[:, k] for k in range(points.shape[1])))
        return np.broadcast_to(np.asarray(values, dtype=float), (len(points),))

    def proposals(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
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
            seeds = np.concatenate([np.zeros((1, n)), special_points(self.formula, self.variables), self._kinks(scale)])
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
                values = self.values(line)
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

    def first_proven(
        self,
        make: Callable[[Point, Point, Fraction], Points],
        first: np.ndarray,
        second: np.ndarray,
        theta: float,
        sizes: Sequence[int],
    ) -> Points | None:
        """Return the first points of a pair, rounded to fractions of given sizes, that lie in the domain and are proven."""
        for size in sizes:
            a, b = ({node: rounded(x, size) for node, x in zip(self.variables, end, strict=True)} for end in (first, second))
            points = make(a, b, Fraction(theta))
            self.effort.spend(PER_NODE * self.size)
            if a != b and all(self.domain.contains(point) for point in (a, b, points.middle)) and points.check():
                return points
        return None
