"""Prove that a function of one variable does not change sign, by the signs of its derivatives.

A factor p of the second derivative is ≥ 0 on (a, b) where

* interval arithmetic shows it, over the whole of it or over pieces; or
* p′ ≥ 0 there and p does not start below 0 at a, or p′ ≤ 0 and p does not end below 0 at b, with p′ shown the same way.

The pieces are cut where p is smallest, so that points in which p touches 0 become ends, at which the value is exact.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symgd.curvature.algebra.growth import limit_sign, name_of_end
from symgd.curvature.algebra.one_unknown import sign_by_roots
from symgd.curvature.algebra.quotients import Polynomial, Quotient, split_content
from symgd.curvature.algebra.ranges import Ranges
from symgd.curvature.algebra.region import Region
from symgd.curvature.algebra.statements import pieces_stated, sign_statement, stated_on
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.errors import SymgdError
from symgd.evaluation.float_intervals import Range, add, multiply, range_of_interval
from symgd.graph.assumptions import Bound, Interval

__all__ = ["sign_by_calculus"]

MAX_PIECES = 120
MAX_ORDER = 8


@dataclass(frozen=True)
class SlopeSign:
    """The statement that the derivative of a polynomial in one variable is ≥ 0 (or ≤ 0) on a piece.

    Attributes
    ----------
    region : Region
    polynomial : Polynomial
    sign : int
    piece : Interval
    """

    region: Region
    polynomial: Polynomial
    sign: int
    piece: Interval


class Calculus:
    """The search for one proof.

    Parameters
    ----------
    region : Region
        Knows the generators, and factors polynomials.
    polynomial : Polynomial
        To be shown ≥ 0.
    """

    def __init__(self, region: Region, polynomial: Polynomial) -> None:
        self.region = region
        self.elementary = region.elementary
        self.variable = region.elementary.variables[0]
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
            if self.pieces > MAX_PIECES * self.region.share or self.region.effort.is_used_up:
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
        arguments = (self.region, polynomial, low, high)
        return step_by(by_pieces_of_interval, arguments, self.signed(polynomial, 1, low, high, "on each piece"), shown)

    def _at_once(self, polynomial: Polynomial, a: Bound, b: Bound, order: int) -> Step | None:
        arguments = (self.region, polynomial, a, b)
        if self.is_nonnegative_at_once(polynomial, a, b):
            return step_by(by_range, (*arguments, 1), self.signed(polynomial, 1, a, b, "interval arithmetic"))
        if order == 0:
            return None
        for runs in (1, -1):
            because = self.starts_well(polynomial, runs, a, b)
            if because is None:
                continue
            slope = self._slope_has_sign(polynomial, runs, a, b, order - 1)
            if slope is not None:
                return step_by(by_slope, (*arguments, runs), self.signed(polynomial, 1, a, b, because), (slope,))
        return None

    def signed(self, polynomial: Polynomial, sign: int, a: Bound, b: Bound, because: str) -> Conclusion:
        claim = f"{self.region.shown(polynomial)} {'≥' if sign > 0 else '≤'} 0 {_on(a, b)}"
        return Conclusion(sign_statement(self.region, polynomial, sign, False, _open(a, b)), claim, because)

    def is_nonnegative_at_once(self, polynomial: Polynomial, a: Bound, b: Bound) -> bool:
        """Whether interval arithmetic shows that a polynomial is ≥ 0."""
        return self._range(polynomial, a, b)[0] >= 0 or self._lower_from_middle(polynomial, a, b) >= 0

    def starts_well(self, polynomial: Polynomial, runs: int, a: Bound, b: Bound) -> str | None:
        """Return in words that a polynomial that rises starts at or above 0, or that one that falls ends there; else None."""
        end = a if runs > 0 else b
        sign = self._start_sign(polynomial, end, from_above=runs > 0)
        if sign is None or sign < 0:
            return None
        verb, end_verb = ("rises", "starts") if runs > 0 else ("falls", "ends")
        return f"it {verb} and {end_verb} at or above 0 at {_number(end)}"

    def _slope_has_sign(self, polynomial: Polynomial, wanted: int, a: Bound, b: Bound, order: int) -> Step | None:
        """Show that the derivative of a polynomial has a sign, factor by factor."""
        try:
            slope = self.elementary.slope(polynomial, self.variable)
        except SymgdError:
            return None
        premises: list[Step] = []
        sign, open_factors = wanted, list[Polynomial]()
        for factor in self.odd_factors(slope):
            known = self._plain_sign(factor, a, b)
            if known is None:
                open_factors.append(factor)
                continue
            factor_sign, step = known
            sign *= factor_sign
            premises.append(step)
        sign *= self.sign_of_content(slope)
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
        arguments = (self.region, polynomial, wanted, a, b)
        return step_by(by_factors_of_slope, arguments, self.slope_signed(polynomial, slope, wanted, a, b), premises)

    def odd_factors(self, quotient: Quotient) -> list[Polynomial]:
        """Return the factors on which the sign of a quotient depends, beside that of its content."""
        if not quotient.top:
            return []
        _, monomial, rest = split_content(quotient.top)
        factors = [*quotient.bottom.items(), *self.region.factors(rest)]
        factors += [(self.elementary.generators[k].polynomial, power) for k, power in enumerate(monomial) if power]
        return [factor for factor, power in factors if power % 2]

    @staticmethod
    def sign_of_content(quotient: Quotient) -> int:
        """Return the sign of the number before a quotient; 1 for 0."""
        return -1 if quotient.top and split_content(quotient.top)[0] < 0 else 1

    def slope_signed(self, polynomial: Polynomial, slope: Quotient, wanted: int, a: Bound, b: Bound) -> Conclusion:
        """Return the conclusion that the derivative of a polynomial has a sign on an interval."""
        statement = SlopeSign(self.region, polynomial, wanted, _open(a, b))
        if not slope.top:
            claim = f"the derivative of {self.region.shown(polynomial)} is 0"
            return Conclusion(statement, claim, "by the rules of differentiation")
        relation = "≥" if wanted > 0 else "≤"
        claim = f"the derivative of {self.region.shown(polynomial)} is {relation} 0 {_on(a, b)}"
        return Conclusion(statement, claim, "by its factors")

    def _plain_sign(self, factor: Polynomial, a: Bound, b: Bound) -> tuple[int, Step] | None:
        """Return the sign of a factor where interval arithmetic shows it at once, or algebra does."""
        sign = self.sign_at_once(factor, a, b)
        if sign is not None:
            conclusion = self.signed(factor, sign, a, b, "interval arithmetic")
            return sign, step_by(by_range, (self.region, factor, a, b, sign), conclusion)
        signed = sign_by_roots(self.region, factor, _open(a, b))
        return None if signed is None else (signed[0], signed[2])

    def sign_at_once(self, factor: Polynomial, a: Bound, b: Bound) -> int | None:
        """Return the sign of a factor that interval arithmetic shows, or None."""
        low, high = self._range(factor, a, b)
        return 1 if low >= 0 else -1 if high <= 0 else None

    # -- numbers ----------------------------------------------------------------------------------------------

    def _range(self, polynomial: Polynomial, a: Bound, b: Bound) -> Range:
        box: Range = range_of_interval(Interval(a, b))
        return Ranges(self.elementary, {0: box, **self.region.parameters}).of(polynomial)

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
        steep = Ranges(self.elementary, {0: box, **self.region.parameters}).of_quotient(slope)
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
        return limit_sign(self.elementary, polynomial, name, self.region.sign_of_constant)

    def _value_sign(self, polynomial: Polynomial, point: Fraction) -> int | None:
        """Return the sign of a value, from its enclosure or exactly."""
        low, high = self._range(polynomial, point, point)
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        return self.region.exact_sign(polynomial, point)

    def _cut(self, polynomial: Polynomial, a: Bound, b: Bound) -> Fraction | None:
        """Return where to cut: a short fraction near the smallest value, or the middle of a piece that has none inside."""
        points = _spread(a, b)
        values = self.region.samples.values(polynomial, points)
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
            values = self.region.samples.values(polynomial, around)
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


def _open(a: Bound, b: Bound) -> Interval:
    return Interval(a, b, True, True)


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


def sign_by_calculus(region: Region, polynomial: Polynomial, interval: Interval, guess: int) -> Step | None:
    """Return a proof that guess·polynomial ≥ 0 on the interior of an interval."""
    return Calculus(region, polynomial if guess > 0 else -polynomial).prove(interval.low, interval.high)


# -- the rules ------------------------------------------------------------------------------------------------


@rule
def by_range(premises: Premises, region: Region, polynomial: Polynomial, a: Bound, b: Bound, sign: int) -> Conclusion | None:
    """Conclude from interval arithmetic."""
    calculus = Calculus(region, polynomial)
    is_shown = calculus.sign_at_once(polynomial, a, b) == sign or (
        sign == 1 and calculus.is_nonnegative_at_once(polynomial, a, b)
    )
    return calculus.signed(polynomial, sign, a, b, "interval arithmetic") if is_shown else None


@rule
def by_slope(premises: Premises, region: Region, polynomial: Polynomial, a: Bound, b: Bound, runs: int) -> Conclusion | None:
    """Conclude from the sign of the derivative and the value at the end where the polynomial is smallest."""
    calculus = Calculus(region, polynomial)
    because = calculus.starts_well(polynomial, runs, a, b)
    slope = premises.find(SlopeSign, region=region, polynomial=polynomial, sign=runs, piece=_open(a, b))
    if because is None or slope is None:
        return None
    return calculus.signed(polynomial, 1, a, b, because)


@rule
def by_factors_of_slope(
    premises: Premises, region: Region, polynomial: Polynomial, wanted: int, a: Bound, b: Bound
) -> Conclusion | None:
    """Conclude from the signs of the factors of the derivative."""
    calculus, piece = Calculus(region, polynomial), _open(a, b)
    slope = region.elementary.slope(polynomial, calculus.variable)
    sign = calculus.sign_of_content(slope)
    for factor in calculus.odd_factors(slope):
        known = stated_on(premises, region, factor, piece)
        if known is None:
            return None
        sign *= known
    return calculus.slope_signed(polynomial, slope, wanted, a, b) if not slope.top or sign == wanted else None


@rule
def by_pieces_of_interval(premises: Premises, region: Region, polynomial: Polynomial, a: Bound, b: Bound) -> Conclusion | None:
    """Conclude from pieces that cover an interval, with ends that the values inside determine by continuity."""
    pieces = sorted(pieces_stated(premises, region, polynomial), key=lambda piece: piece.low)
    if not pieces or (pieces[0].low, pieces[-1].high) != (a, b):
        return None
    if any(before.high != after.low for before, after in itertools.pairwise(pieces)):
        return None
    return Calculus(region, polynomial).signed(polynomial, 1, a, b, "on each piece")
