"""Search three points on a line that refute quasiconvexity, or convexity of the logarithm."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from symgd.curvature.domain import Domain
from symgd.curvature.kind import Kind
from symgd.curvature.point_pairs import PER_NODE, PointPairs
from symgd.curvature.three_points import ThreePoints
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.node import Node

__all__ = ["refute_kind"]

_SIZES = (1, 4, 64, 10**4, 10**9)
_SHORT = (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, 4.0, -4.0)
_CLEAR = 1e-9
"""How clear a contradiction must be in floating point to be tried in interval arithmetic, beside the size of the values."""


def refute_kind(
    formula: Node, variables: Sequence[Node], domain: Domain, kind: Kind, effort: Effort, seed: int = 0
) -> ThreePoints | None:
    """Return three points that refute a kind, proven in interval arithmetic, or None.

    Parameters
    ----------
    formula : Node
        A scalar formula of the variables alone.
    variables : sequence of Node
    domain : Domain
    kind : Kind
    effort : Effort
    seed : int
    """
    search = _Triples(formula, variables, domain, effort, seed)
    return search.of(kind) if search.compile() else None


class _Triples(PointPairs):
    """A search for two points and one between them."""

    def of(self, kind: Kind) -> ThreePoints | None:
        make = functools.partial(ThreePoints, self.formula, kind=kind)
        for first, second, thetas in itertools.chain(self._short(), self.proposals()):
            if self.effort.is_used_up:
                return None
            self.effort.spend(PER_NODE * self.size)
            scores = self._scores(first, second, thetas, kind)
            for k in np.argsort(-scores)[:3]:
                if not scores[k] > _CLEAR:
                    break
                points = self.first_proven(make, first[k], second[k], thetas[k], _SIZES)
                if points is not None:
                    return points
        return None

    def _short(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Yield pairs of points with small whole numbers and halves as coordinates: they are easier to read."""
        shape = (300, len(self.variables))
        ends = [self.generator.choice(_SHORT, size=shape) for _ in range(2)]
        is_inside = np.ones(shape[0], dtype=bool)
        for points in ends:
            for k, node in enumerate(self.variables):
                interval = self.domain.intervals[node]
                is_inside &= (points[:, k] >= float(interval.low)) & (points[:, k] <= float(interval.high))
        first, second = (points[is_inside] for points in ends)
        order = np.argsort(np.abs(first).sum(1) + np.abs(second).sum(1), kind="stable")
        yield first[order], second[order], np.full(len(order), 0.5)

    def _scores(self, first: np.ndarray, second: np.ndarray, thetas: np.ndarray, kind: Kind) -> np.ndarray:
        """Return how clearly pairs contradict a kind, −∞ where they do not."""
        weights = thetas[:, None]
        try:
            a, b, between = (self.values(x) for x in (first, second, weights * first + (1 - weights) * second))
        except SymgdError:
            return np.full(len(first), -np.inf)
        with np.errstate(all="ignore"):
            if kind in (Kind.QUASICONVEX, Kind.QUASICONCAVE):
                gaps = between - np.maximum(a, b) if kind is Kind.QUASICONVEX else np.minimum(a, b) - between
                scores = gaps / (np.abs(a) + np.abs(b) + np.abs(between) + 1e-300)
            else:
                mixed = thetas * np.log(a) + (1 - thetas) * np.log(b)
                gaps = np.log(between) - mixed if kind is Kind.LOG_CONVEX else mixed - np.log(between)
                scores = np.where(gaps == np.inf, 1.0, gaps / (1 + np.abs(mixed)))
                is_negative = np.minimum(np.minimum(a, b), between) < -1e-12
                scores = np.where(is_negative & np.isfinite(a + b + between), 1.0, scores)
        return np.where(np.isfinite(scores), scores, -np.inf)
