"""Prove that a function of one variable does not change sign, as a calculus book would.

A factor p of the second derivative is ≥ 0 on (a, b) where

* interval arithmetic says so, over the whole of it or over pieces; or
* p′ ≥ 0 there and p does not start below 0 at a, or p′ ≤ 0 and p does not end below 0 at b, with p′ shown the same way.

The pieces are cut where p is smallest, so that points in which p touches 0 become ends, at which the value is exact.
"""

from __future__ import annotations

import functools
import math
import time
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from symgd.convexity.algebra.growth import limit_sign, name_of_end
from symgd.convexity.algebra.quotients import Polynomial, split_content
from symgd.convexity.algebra.ranges import Range, Ranges, add, multiply, range_of_interval
from symgd.convexity.proof import Step
from symgd.errors import SymgdError
from symgd.graph.facts import Bound, Interval

if TYPE_CHECKING:
    from symgd.convexity.algebra.signs import Signs

__all__ = ["sign_by_calculus"]

MAX_PIECES = 120
MAX_ORDER = 8


class Calculus:
    """The search for one proof.

    Parameters
    ----------
    signs : Signs
        Knows the generators, and factors polynomials.
    polynomial : Polynomial
        To be shown ≥ 0.
    """

    def __init__(self, signs: Signs, polynomial: Polynomial) -> None:
        self.signs = signs
        self.elementary = signs.elementary
        self.variable = signs.elementary.variables[0]
        self.pieces = 0
        self.polynomial = polynomial

    def prove(self, low: Bound, high: Bound) -> Step | None:
        """Return the proof on the open interval, or None."""
        return self._nonnegative(self.polynomial, low, high, MAX_ORDER)

    def _nonnegative(self, polynomial: Polynomial, low: Bound, high: Bound, order: int) -> Step | None:
        """Show one polynomial ≥ 0 on (low, high), by pieces if need be."""
        waiting, shown = [(low, high)], list[Step]()
        while waiting:
            a, b = waiting.pop()
            self.pieces += 1
            if self.pieces > MAX_PIECES * self.signs.effort or time.monotonic() > self.signs.deadline:
                return None
            step = self._at_once(polynomial, a, b, order)
            if step is not None:
                shown.append(step)
                continue
            cut = self._cut(polynomial, a, b)
            if cut is None or order < MAX_ORDER - 2:
                return None
            if self._value_sign(polynomial, cut) == -1:
                return None
            waiting += [(cut, b), (a, cut)]
        if len(shown) == 1:
            return shown[0]
        return Step(f"{self.signs.shown(polynomial)} ≥ 0 {_on(low, high)}", "on each piece", tuple(shown))

    def _at_once(self, polynomial: Polynomial, a: Bound, b: Bound, order: int) -> Step | None:
        if self._range(polynomial, a, b)[0] >= 0 or self._lower_from_middle(polynomial, a, b) >= 0:
            return Step(
                f"{self.signs.shown(polynomial)} ≥ 0 {_on(a, b)}",
                "interval arithmetic",
                verify=lambda: max(self._range(polynomial, a, b)[0], self._lower_from_middle(polynomial, a, b)) >= 0,
            )
        if order == 0:
            return None
        for runs, end in ((1, a), (-1, b)):
            start = self._start_sign(polynomial, end, from_above=end == a)
            if start is None or start < 0:
                continue
            slope = self._slope_has_sign(polynomial, runs, a, b, order - 1)
            if slope is not None:
                way = "rises" if runs > 0 else "falls"
                about = "starts" if runs > 0 else "ends"
                return Step(
                    f"{self.signs.shown(polynomial)} ≥ 0 {_on(a, b)}",
                    f"it {way} and {about} at or above 0 at {_number(end)}",
                    (slope,),
                    verify=functools.partial(self._starts_well, polynomial, end, end == a),
                )
        return None

    def _starts_well(self, polynomial: Polynomial, end: Bound, from_above: bool) -> bool:
        sign = self._start_sign(polynomial, end, from_above)
        return sign is not None and sign >= 0

    def _slope_has_sign(self, polynomial: Polynomial, wanted: int, a: Bound, b: Bound, order: int) -> Step | None:
        """Show that the derivative of a polynomial has a sign, factor by factor."""
        try:
            slope = self.elementary.slope(polynomial, self.variable)
        except SymgdError:
            return None
        sign, premises = wanted, list[Step]()
        if not slope.top:
            return Step(f"the derivative of {self.signs.shown(polynomial)} is 0", "by the rules of differentiation")
        content, monomial, rest = split_content(slope.top)
        if content < 0:
            sign = -sign
        factors = [(factor, power) for factor, power in slope.bottom.items()] + self.signs.factors(rest)
        factors += [(self.elementary.generators[k].polynomial, power) for k, power in enumerate(monomial) if power]
        open_factors: list[Polynomial] = []
        for factor, power in factors:
            if power % 2 == 0:
                continue
            known = self._plain_sign(factor, a, b)
            if known is None:
                open_factors.append(factor)
                continue
            found, step = known
            sign *= found
            premises.append(step)
        if len(open_factors) > 1:
            return None
        if open_factors:
            last = open_factors[0] if sign > 0 else -open_factors[0]
            shown = self._nonnegative(last, a, b, order)
            if shown is None:
                return None
            premises.append(shown)
        elif sign < 0:
            return None
        way = "≥" if wanted > 0 else "≤"
        return Step(
            f"the derivative of {self.signs.shown(polynomial)} is {way} 0 {_on(a, b)}", "by its factors", tuple(premises)
        )

    def _plain_sign(self, factor: Polynomial, a: Bound, b: Bound) -> tuple[int, Step] | None:
        """Return the sign of a factor where interval arithmetic sees it at once, or algebra does."""
        low, high = self._range(factor, a, b)
        if low >= 0 or high <= 0:
            sign = 1 if low >= 0 else -1
            claim = f"{self.signs.shown(factor)} {'≥' if sign > 0 else '≤'} 0 {_on(a, b)}"

            def verify() -> bool:
                again = self._range(factor, a, b)
                return again[0] >= 0 if sign > 0 else again[1] <= 0

            return sign, Step(claim, "interval arithmetic", verify=verify)
        found = self.signs.by_roots(factor, Interval(a, b, True, True))
        return None if found is None else (found[0], found[2])

    # -- numbers ----------------------------------------------------------------------------------------------

    def _range(self, polynomial: Polynomial, a: Bound, b: Bound) -> Range:
        box: Range = range_of_interval(Interval(a, b))
        return Ranges(self.elementary, {0: box, **self.signs.parameters}).of(polynomial)

    def _lower_from_middle(self, polynomial: Polynomial, a: Bound, b: Bound) -> float:
        """Return a lower bound from the value in the middle and the range of the slope."""
        if not (isinstance(a, Fraction) and isinstance(b, Fraction)) or b - a > 2:
            return -math.inf
        middle = (a + b) / 2
        value = self._range(polynomial, middle, middle)
        if value[0] <= 0:
            return -math.inf
        try:
            slope = self.elementary.slope(polynomial, self.variable)
        except SymgdError:
            return -math.inf
        box = range_of_interval(Interval(a, b))
        steep = Ranges(self.elementary, {0: box, **self.signs.parameters}).of_quotient(slope)
        return add(value, multiply(steep, range_of_interval(Interval(a - middle, b - middle))))[0]

    def _start_sign(self, polynomial: Polynomial, end: Bound, from_above: bool) -> int | None:
        """Return the sign of the value or the limit at an end of a piece."""
        if isinstance(end, Fraction):
            sign = self._value_sign(polynomial, end)
            if sign is not None:
                return sign
        name = name_of_end(end, from_above)
        if name is None:
            return None
        return limit_sign(self.elementary, polynomial, name, self.signs.sign_of_constant)

    def _value_sign(self, polynomial: Polynomial, point: Fraction) -> int | None:
        """Return the sign of a value, from its enclosure or exactly."""
        low, high = self._range(polynomial, point, point)
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        return self.signs.exact_sign(polynomial, point)

    def _cut(self, polynomial: Polynomial, a: Bound, b: Bound) -> Fraction | None:
        """Return where to cut: a short fraction near the smallest value, or the middle of a piece that has none inside."""
        points = _spread(a, b)
        values = self.signs.samples.values(polynomial, points)
        usable = np.isfinite(values)
        if not usable.any():
            return _middle(a, b)
        best = float(points[usable][np.argmin(values[usable])])
        near = self._refined(polynomial, best, a, b)
        if near is not None and self.pieces < MAX_PIECES // 4:
            return near
        return _middle(a, b)

    def _refined(self, polynomial: Polynomial, best: float, a: Bound, b: Bound) -> Fraction | None:
        """Improve the place of the smallest value and round it to a short fraction; None where it is an end."""
        width = max(1e-6, abs(best) * 0.1, 0.01)
        for _ in range(6):
            around = np.linspace(best - width, best + width, 201)
            around = around[(around > float(a)) & (around < float(b))]
            values = self.signs.samples.values(polynomial, around)
            usable = np.isfinite(values)
            if not usable.any():
                return None
            best = float(around[usable][np.argmin(values[usable])])
            width /= 20
        for size in (1, 10, 1000):
            near = Fraction(best).limit_denominator(size)
            if abs(float(near) - best) < 1e-5 * max(1, abs(best)) and a < near < b:
                return near
        near = Fraction(best).limit_denominator(10**6)
        scale = 1e-6 * max(1.0, abs(best))
        return near if a < near < b and best - float(a) > scale and float(b) - best > scale else None


def _on(a: Bound, b: Bound) -> str:
    return f"on ({_number(a)}, {_number(b)})"


def _number(end: Bound) -> str:
    if isinstance(end, float):
        return "∞" if end > 0 else "−∞"
    return str(end) if end.denominator < 10**6 else f"{float(end):.6g}"


def _middle(a: Bound, b: Bound) -> Fraction | None:
    """Return a short fraction inside."""
    if a == -math.inf and b == math.inf:
        return Fraction(0)
    if a == -math.inf:
        return min(Fraction(b) - 1, Fraction(b) * 2)
    if b == math.inf:
        return max(Fraction(a) + 1, Fraction(a) * 2)
    low, high = Fraction(a), Fraction(b)
    width = high - low
    if width < Fraction(1, 10**12):
        return None
    middle = (low + high) / 2
    return middle.limit_denominator(max(1, int(8 / width)) * 4)


def _spread(a: Bound, b: Bound) -> np.ndarray:
    """Return points all over an interval, dense near its ends, far out where it is unbounded."""
    low, high = float(a), float(b)
    if math.isfinite(low) and math.isfinite(high):
        return low + (high - low) * np.arange(1, 200) / 200
    steps = np.concatenate([10.0 ** np.linspace(-4, 1, 60), np.linspace(0.1, 40, 120)])
    if math.isfinite(low):
        return low + np.sort(steps)
    if math.isfinite(high):
        return high - np.sort(steps)
    return np.sort(np.concatenate([-steps, [0.0], steps]))


def sign_by_calculus(signs: Signs, polynomial: Polynomial, interval: Interval, guess: int) -> Step | None:
    """Return a proof that guess·polynomial ≥ 0 on the interior of an interval."""
    return Calculus(signs, polynomial if guess > 0 else -polynomial).prove(interval.low, interval.high)
