"""Values at sample points: which sign a polynomial seems to have. They suggest what to try and prove nothing."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.quotients import Polynomial, Quotient
from symgd.graph.assumptions import Interval

__all__ = ["Samples"]

_POINTS_PER_UNIT = 50
"""At how many points a term is worth a unit of work."""
_PER_FUNCTION = 5_000
"""Units of work of compiling a function."""


class Samples:
    """Approximate values of polynomials in generators.

    Parameters
    ----------
    elementary : Elementary
    points : array
        One row each, a column for every variable.
    """

    def __init__(self, elementary: Elementary, points: np.ndarray) -> None:
        self.elementary = elementary
        self.points = points
        self._compiled: dict[int, Any] = {}

    def guess(self, polynomial: Polynomial) -> int | None:
        """Return the only sign that occurs at the sample points, or None where both do."""
        values = self.values(polynomial, self.points)
        scale = self._scales(polynomial, self.points)
        usable = np.isfinite(values) & np.isfinite(scale)
        clear = usable & (np.abs(values) > 1e-9 * scale)
        below, above = bool((values[clear] < 0).any()), bool((values[clear] > 0).any())
        if below and above:
            return None
        return -1 if below else 1

    def values(self, polynomial: Polynomial, points: np.ndarray) -> np.ndarray:
        """Return approximate values at points."""
        return self._sum(polynomial, points, abs_terms=False)

    def values_of_quotient(self, quotient: Quotient, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return approximate values at points, and the errors that cancellation may leave in them."""
        with np.errstate(all="ignore"):
            values, errors = self.values(quotient.top, points), 1e-15 * self._scales(quotient.top, points)
            for factor, power in quotient.bottom.items():
                below, loss = self.values(factor, points), self._scales(factor, points)
                values, errors = values / below**power, errors / np.abs(below) ** power
                errors = errors + np.abs(values) * 1e-15 * power * loss / np.abs(below)
        return values, errors

    def _scales(self, polynomial: Polynomial, points: np.ndarray) -> np.ndarray:
        return self._sum(polynomial, points, abs_terms=True)

    def _sum(self, polynomial: Polynomial, points: np.ndarray, abs_terms: bool) -> np.ndarray:
        points = points[:, None] if points.ndim == 1 else points
        self.elementary.effort.spend(len(polynomial) * (1 + len(points) // _POINTS_PER_UNIT))
        known: dict[int, np.ndarray] = {}
        total = np.zeros(len(points))
        with np.errstate(all="ignore"):
            for monomial, coefficient in polynomial.terms():
                term = np.full(len(points), _float(coefficient))
                for slot, power in enumerate(monomial):
                    if power:
                        if slot not in known:
                            known[slot] = self._column(slot, points)
                        term = term * known[slot] ** float(power)
                total = total + (np.abs(term) if abs_terms else term)
        return total

    def _column(self, slot: int, points: np.ndarray) -> np.ndarray:
        generator = self.elementary.generators[slot]
        count = len(self.elementary.variables)
        if generator.kind == "variable":
            return points[:, slot]
        if slot not in self._compiled:
            self.elementary.effort.spend(_PER_FUNCTION)
            parameters = [g.node for g in self.elementary.generators if g.kind == "parameter"]
            inputs = [*self.elementary.variables, *parameters]
            self._compiled[slot] = compile_formulas(inputs, [generator.node], as_list=False), len(parameters)
        code, extra = self._compiled[slot]
        columns = [points[:, k] for k in range(count)]
        columns += [_samples(g.node.facts.interval, len(points)) for g in self.elementary.generators if g.kind == "parameter"]
        return np.broadcast_to(np.asarray(code(*columns[: count + extra]), dtype=float), (len(points),))


def _float(number: Any) -> float:
    """Return a rational number as a float, infinite where it is too large for one."""
    try:
        return float(Fraction(int(number.numerator), int(number.denominator)))
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _samples(interval: Interval, count: int) -> np.ndarray:
    """Return values all over an interval."""
    generator = np.random.default_rng(count)
    low, high = float(interval.low), float(interval.high)
    if math.isfinite(low) and math.isfinite(high):
        return generator.uniform(low, high, count)
    if math.isfinite(low):
        return low + generator.exponential(3, count)
    if math.isfinite(high):
        return high - generator.exponential(3, count)
    return generator.normal(size=count) * 3
