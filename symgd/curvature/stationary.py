"""Stationary points of formulas of scalars, and what they are: minimum, maximum, saddle or degenerate.

Newton's method from many starts proposes points. One that is a short fraction is verified exactly; any other is refined to 50
digits and proven by Krawczyk's operator: a tiny box around it contains exactly one zero of the gradient. The kind follows from
the signs of the Hessian's leading minors, exactly or in interval arithmetic over that box. Of one variable, the roots of the
derivative are isolated exactly where it is a polynomial, so that the list is complete.

References
----------
Krawczyk, "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken", 1969; Moore, Kearfott & Cloud,
*Introduction to Interval Analysis*, 2009, chapter 8; Gantmacher,
*The Theory of Matrices*, 1959, chapter X, for Jacobi's rule of signs.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, SupportsIndex, overload

import numpy as np
import sympy as sp

from symgd.codegen.lambdify import compile_formulas
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.domain import Domain
from symgd.curvature.krawczyk import box_of_zero
from symgd.curvature.nature import Nature, StationaryPoint, classified, classified_in_box, classify_point
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.evaluation.exact import exact_number, exact_values, is_zero
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.traversal import toposort
from symgd.summaries import summary

__all__ = ["Nature", "StationaryPoint", "StationaryPoints", "classify_point", "find_stationary_points"]

MAX_POINTS = 200
PER_NODE, PER_PROOF = 20, 500
"""Units of work for each node of the slopes: of Newton's method from a start, and of a proof."""
UNITS = 10_000_000
"""The work that the search for points is worth."""


@dataclass(frozen=True, eq=False)
class StationaryPoints(Sequence[StationaryPoint]):
    """Stationary points, in the order of their values.

    Attributes
    ----------
    points : tuple of StationaryPoint
    is_complete : bool
        Whether these are all, proven; otherwise there may be more.
    """

    points: tuple[StationaryPoint, ...]
    is_complete: bool

    @overload
    def __getitem__(self, index: SupportsIndex) -> StationaryPoint: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[StationaryPoint, ...]: ...

    def __getitem__(self, index: SupportsIndex | slice) -> StationaryPoint | tuple[StationaryPoint, ...]:
        return self.points[index]

    def __len__(self) -> int:
        return len(self.points)

    def __repr__(self) -> str:
        count = f"{len(self)} stationary point{'s' * (len(self) != 1)}"
        ending = "" if self.is_complete else "; there may be more"
        return summary(f"{count}: {', '.join(point.short_text() for point in self.points)}{ending}")

    def __str__(self) -> str:
        ending = "these are all" if self.is_complete else "there may be more"
        return "\n".join([*map(str, self.points), f"{len(self.points)} stationary point{'s' * (len(self) != 1)}; {ending}"])

    def to_dict(self) -> dict[str, Any]:
        """Return the points as plain data."""
        return {"points": [point.to_dict() for point in self.points], "is_complete": self.is_complete}


# -- finding --------------------------------------------------------------------------------------------------


def find_stationary_points(formula: Node, variables: Sequence[Node], domain: Domain, seed: int = 0) -> StationaryPoints:
    """Return the stationary points that were found and proven inside a domain.

    Raises
    ------
    SymgdError
        Where the formula is constant.
    """
    variables = list(variables)
    slopes = gradients(formula, variables)
    if _is_constant(slopes, variables, domain):
        raise SymgdError("the formula is constant, so that every point is stationary")
    effort = Effort(UNITS)
    exact = _of_one_variable(formula, slopes[0], variables[0], domain) if len(variables) == 1 else None
    if exact is not None:
        return _sorted(exact, True)
    points: list[StationaryPoint] = []
    places: list[np.ndarray] = []
    size = len(toposort(slopes))
    for place in _proposals(slopes, variables, domain, seed, effort):
        if any(np.allclose(place, known, rtol=1e-6, atol=1e-7) for known in places):
            continue
        point = _proven(formula, slopes, variables, domain, place)
        if point is not None:
            places.append(place)
            if not any(point.point == known.point for known in points):
                points.append(point)
        effort.spend(PER_PROOF * size)
        if len(points) >= MAX_POINTS or effort.is_used_up:
            break
    return _sorted(points, False)


def _is_constant(slopes: Sequence[Node], variables: Sequence[Node], domain: Domain) -> bool:
    """Whether all slopes are 0 everywhere."""
    try:
        return not any(quotient.top for quotient in Elementary(variables, Facts(domain.interior())).of_all(slopes))
    except SymgdError:
        return False


@one_at_a_time
def _sorted(points: Sequence[StationaryPoint], is_complete: bool) -> StationaryPoints:
    return StationaryPoints(tuple(sorted(points, key=lambda point: float(point.value))), is_complete)


@one_at_a_time
def _of_one_variable(formula: Node, slope: Node, variable: Node, domain: Domain) -> list[StationaryPoint] | None:
    """Return all stationary points of a function whose derivative is a quotient of polynomials in x, or None for any other."""
    elementary = Elementary([variable], Facts(domain.interior()))
    try:
        (quotient,) = elementary.of_all([slope])
    except SymgdError:
        return None
    if domain.constraints or elementary.in_use(quotient.top, *quotient.bottom) not in ([], elementary.generators[:1]):
        return None
    t = sp.Symbol("t", real=True)
    low = min((monomial[0] for monomial in quotient.top), default=0)
    powers = {monomial[0] - low: c for monomial, c in quotient.top.terms()}
    terms = [sp.Rational(int(c.numerator), int(c.denominator)) * t**k for k, c in powers.items()]
    polynomial = sp.Poly(sp.Add(*terms), t, domain="QQ")
    if polynomial.is_zero:
        return None
    roots = list(dict.fromkeys(polynomial.real_roots())) if polynomial.degree() > 0 else []
    if low > 0:
        roots.append(sp.Integer(0))
    points = []
    for root in roots:
        if _inside(root, domain.intervals[variable]):
            with_value = classified(formula, [variable], {variable: root}, is_exact=True)
            if with_value is not None:
                points.append(with_value)
    return points


def _inside(number: Any, interval: Interval) -> bool:
    for end, is_open, sign in ((interval.low, interval.open_low, 1), (interval.high, interval.open_high, -1)):
        if isinstance(end, Fraction):
            gap = sign * (number - sp.Rational(end.numerator, end.denominator))
            if not (gap > 0 or (gap == 0 and not is_open)):
                return False
    return True


def _proposals(
    slopes: Sequence[Node], variables: Sequence[Node], domain: Domain, seed: int, effort: Effort
) -> Iterator[np.ndarray]:
    """Yield points to which Newton's method converges, from many starts."""
    n = len(variables)
    rows = [gradients(slope, variables) for slope in slopes]
    code = compile_formulas(variables, [*slopes, *itertools.chain.from_iterable(rows)])
    starts = domain.sample(variables, 240, seed)
    grid = np.array(list(itertools.product(*([[-3.0, -1.5, -0.5, 0.0, 0.5, 1.5, 3.0]] * min(n, 3)))))
    if n <= 3:
        starts = np.concatenate([domain.keep(variables, grid), starts])
    seen: list[np.ndarray] = []
    count = len(toposort([*slopes, *itertools.chain.from_iterable(rows)]))
    for start in starts:
        effort.spend(PER_NODE * count)
        if effort.is_used_up:
            return
        place = start.copy()
        with np.errstate(all="ignore"):
            for _ in range(60):
                values = np.array([float(value) for value in code(*place)])
                gradient, hessian = values[:n], values[n:].reshape(n, n)
                if not np.isfinite(values).all():
                    break
                step = np.linalg.lstsq(hessian, gradient, rcond=1e-12)[0]
                size = float(np.abs(step).max())
                place = place - step * min(1.0, 2.0 / max(size, 1e-300))
                if size <= 1e-12 * max(1.0, float(np.abs(place).max())):
                    break
            else:
                continue
        if (
            not np.isfinite(place).all()
            or np.abs(place).max() > 1e6
            or any(np.allclose(place, known, atol=1e-7) for known in seen)
        ):
            continue
        seen.append(place)
        yield place


def _proven(
    formula: Node, slopes: Sequence[Node], variables: Sequence[Node], domain: Domain, place: np.ndarray
) -> StationaryPoint | None:
    """Show that the gradient is 0 at or very near a proposal."""
    for size in (1, 12, 1000):
        point = {node: Fraction(float(x)).limit_denominator(size) for node, x in zip(variables, place, strict=True)}
        if all(abs(float(point[node]) - x) < 1e-6 * max(1, abs(x)) for node, x in zip(variables, place, strict=True)):
            if _is_stationary(slopes, point) and domain.contains(point):
                exact = {node: exact_number(value) for node, value in point.items()}
                return classified(formula, variables, exact, is_exact=True)
    box = box_of_zero(slopes, variables, place)
    if box is None or not all(
        domain.intervals[node].low < low and high < domain.intervals[node].high for node, (low, high) in box.items()
    ):
        return None
    return classified_in_box(formula, variables, box)


def _is_stationary(slopes: Sequence[Node], point: Mapping[Node, Fraction]) -> bool:
    try:
        values = exact_values(list(slopes), {node: exact_number(value) for node, value in point.items()})
    except (SymgdError, TypeError, ValueError, OverflowError):
        return False
    return all(is_zero(value) for value in values)


# -- classifying ----------------------------------------------------------------------------------------------
