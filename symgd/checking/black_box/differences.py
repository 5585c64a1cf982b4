"""Derivatives from values alone.

* :func:`precise_slope`: one-sided differences in high-precision arithmetic, with two steps; the precision doubles until the
  result has enough good digits. A kink shows as a jump between the slopes of both sides that does not shrink with the step.
* :class:`Ladder`: central differences of a float64 function over many steps, extrapolated, with a bound of the error that
  counts the measured noise of the function. The smallest steps have the last word, because an extrapolation across a kink
  is confidently wrong. The Taylor remainder is the second witness.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Real

__all__ = ["Ladder", "Slope", "precise_slope"]


_TINY = float(np.finfo(float).tiny)
"""The smallest normal float64: what is below may have been flushed to 0."""
_SMALL = 1e-4
"""A function that is constant over smaller parts of its argument than this rounds it."""
_ROUNDS = 6
_GROWING = 6
"""Steps over which chords that grow show an infinite slope."""
_DIGITS_FOR_ZERO = 400


class Slope(NamedTuple):
    """The slope of a function along a line.

    Attributes
    ----------
    value : number
        The derivative; at a kink the middle of both sides.
    error : number
        A bound on its error.
    left, right : number
        The slopes of both sides.
    is_kink : bool
    is_sure : bool
        Whether enough digits are good.
    """

    value: Real
    error: Real
    left: Real
    right: Real
    is_kink: bool
    is_sure: bool


def precise_slope(
    along: Callable[[Array], Array], digits: int = 50, good_digits: int = 15, *, scale: Real = 1, claimed: Real = None
) -> Slope:
    """Return the slope at 0 of a function of one high-precision number, confirmed in two precisions.

    Parameters
    ----------
    along : callable
        ``along(step)``: the function at a distance `step`, in mpmath's current precision.
    digits : int
        Digits to begin with.
    good_digits : int
        Digits the result shall have.
    scale : number
        The size of the entry that moves: steps are relative to it.
    claimed : number, optional
        What is claimed; a slope that is lost in the noise is sure where 0 is claimed, and looked at more closely where not.
    """
    slope: Slope | None = None
    earlier: list[Slope] = []
    for _ in range(_ROUNDS):
        with mpmath.workdps(digits):
            slope = _two_steps(along, digits, abs(mpmath.mpf(scale)) or mpmath.mpf(1))
            if (
                not claimed
                and abs(slope.value) <= slope.error <= mpmath.mpf(10) ** (-digits // 5)
                and digits >= _DIGITS_FOR_ZERO
            ):
                return slope._replace(is_sure=True)
            # log(1 + exp(-10**7*x)) is 0 in all digits, and so is its slope
            is_lost = bool(claimed) and not slope.value and abs(claimed) <= mpmath.mpf(10) ** -digits
            is_close = slope.error <= abs(slope.value) * mpmath.mpf(10) ** (-good_digits)
            if earlier and (slope.is_kink or is_close) and not is_lost and _agree(earlier[-1], slope):
                return slope._replace(is_sure=True)
            if len(earlier) > 1 and _vanishes([*earlier[-2:], slope]):
                return Slope(mpmath.mpf(0), abs(slope.value) + slope.error, mpmath.mpf(0), mpmath.mpf(0), False, not is_lost)
            earlier.append(slope)
        digits *= 2
    assert slope is not None
    return slope._replace(is_sure=False)


def _vanishes(slopes: Sequence[Slope]) -> bool:
    """Whether slopes shrink with every step to nothing, as those of x² and of x²·sin(1/x) at 0 do."""
    sizes = [abs(slope.left) + abs(slope.right) + slope.error for slope in slopes]
    is_finite = all(mpmath.isfinite(size) for size in sizes)
    return is_finite and all(later <= earlier * mpmath.mpf("1e-6") for earlier, later in itertools.pairwise(sizes))


def _agree(rough: Slope, fine: Slope) -> bool:
    """Whether more digits give the same slope: digits that cancel inside the function are not seen in one precision."""
    margin = 100 * (rough.error + fine.error) + mpmath.mpf("1e-12") * max(abs(fine.left), abs(fine.right))
    if not fine.is_kink:
        return not rough.is_kink and abs(rough.value - fine.value) <= margin
    return rough.is_kink and abs(rough.left - fine.left) <= margin and abs(rough.right - fine.right) <= margin


def _two_steps(along: Callable[[Array], Array], digits: int, scale: Real) -> Slope:
    middle = along(mpmath.mpf(0))
    sides = []
    largest = abs(middle)
    h = scale
    for exponent in (digits // 4, digits // 3):
        h = scale * mpmath.mpf(10) ** -exponent
        high, low = along(h), along(-h)
        largest = max(largest, abs(high), abs(low))
        sides.append(((middle - low) / h, (high - middle) / h))
    (left_far, right_far), (left, right) = sides
    value = (left + right) / 2
    if not all(mpmath.isfinite(side) for pair in sides for side in pair):
        return Slope(mpmath.nan, mpmath.inf, left, right, False, False)
    noise = largest * mpmath.mpf(10) ** (2 - digits) / h
    jump_far, jump = abs(right_far - left_far), abs(right - left)
    is_kink = jump > 0.5 * jump_far and jump > 1000 * noise and jump > abs(value) * mpmath.mpf(10) ** (-digits // 6)
    if is_kink:  # the slopes of both sides must have settled, or this is no kink but a singularity
        settled = max(abs(right - right_far), abs(left - left_far))
        return Slope(value, settled + noise, left, right, settled < 0.001 * jump, settled < 0.001 * jump)
    error = abs(value - (left_far + right_far) / 2) + noise
    return Slope(value, error, left, right, False, False)


class Ladder:
    """Values of a float64 function on both sides of a point, at powers of 2 that shrink by 4 from step to step.

    The function may return an array; every entry has its own slope. Powers of 2 move a float without rounding it.

    Parameters
    ----------
    along : callable
        ``along(step) -> array``: the function at a signed distance; NaN where it has no value.
    spans : sequence of (float, float)
        Largest and smallest steps.
    noise : float or array
        The error of a value, measured.
    size : float
        The size of what moves.
    resolution : float
        The relative distance of neighbouring values.
    """

    def __init__(
        self,
        along: Callable[[float], Array],
        spans: Sequence[tuple[float, float]],
        noise: Array,
        size: float = 1.0,
        resolution: float = float(np.finfo(float).eps),
    ) -> None:
        exponents = {k for high, low in spans for k in range(_power_below(low), _power_below(high) + 1) if k % 2 == 0}
        self.steps = np.array([2.0**k for k in sorted(exponents, reverse=True)])
        self.middle = np.asarray(along(0.0), dtype=float)
        self.high = np.array([self._like_the_middle(along(step)) for step in self.steps])
        self.low = np.array([self._like_the_middle(along(-step)) for step in self.steps])
        self.stair = self._stair(size, resolution)
        self.noise = np.maximum.reduce([noise, self._quantum(), self.stair, resolution * np.abs(self.middle)]) + _TINY

    def _like_the_middle(self, values: Array) -> Array:
        """Return values, or nothing where the function returns another shape."""
        array = np.asarray(values, dtype=float)
        return array if array.shape == self.middle.shape else np.full(self.middle.shape, np.nan)

    def _quantum(self) -> Array:
        """Return the smallest bend that is not 0, where it is small: what the rest of larger numbers was rounded to."""
        with np.errstate(all="ignore"):
            bends = np.abs(self.high + self.low - 2 * self.middle)
        smallest = np.min(np.where((bends > 0) & np.isfinite(bends), bends, np.inf), axis=0)
        return np.where(smallest <= 1e3 * np.finfo(float).eps * max(1.0, self.steps[0]), smallest, 0.0)

    def _stair(self, size: float, resolution: float) -> Array:
        """Return the height of a stair: the first change of a function that is constant at the smallest steps only.

        Each side is looked at by itself, so that the point may lie at an edge. A stair as low as rounding may be wide.
        """
        lowest = np.abs(self.high - self.high[-1]), np.abs(self.low - self.low[-1])
        changes = np.maximum(*lowest)
        result = np.zeros(np.shape(self.middle))
        for entry in np.ndindex(*result.shape):
            moving = np.nonzero(changes[(slice(None), *entry)])[0]
            last = int(moving[-1]) if len(moving) else -1
            if 0 <= last < len(self.steps) - 2:
                height = changes[(last, *entry)]
                rounding = 4 * resolution * max(1.0, size, abs(float(self.middle[entry])))
                if (height <= rounding) != (self.steps[last] < _SMALL * size):
                    result[entry] = height
        return np.where(np.isfinite(result), result, 0.0)

    def is_resolved(self, entry: tuple[int, ...] = ()) -> bool:
        """Whether the function changes less from one float to the next than over all the steps."""
        high, low, middle, _ = self._values(entry)
        values = np.concatenate([high, low, [middle]])
        values = values[np.isfinite(values)]
        return float(self.noise[entry]) <= 0.01 * float(np.ptp(values)) or not np.ptp(values)

    def slope(self, entry: tuple[int, ...] = ()) -> Slope:
        """Return the slope of one entry: the extrapolation with the smallest error that no smaller step contradicts."""
        high, low, middle, rounding = self._values(entry)
        if not self.is_resolved(entry):
            return Slope(np.nan, np.inf, np.nan, np.nan, False, False)
        with np.errstate(all="ignore"):
            right, left = (high - middle) / self.steps, (middle - low) / self.steps
            if _grows(self.steps, right, rounding) or _grows(self.steps, left, rounding):
                return Slope(np.nan, np.inf, np.nan, np.nan, False, False)
            kink = _kink(self.steps, right, left, rounding)
            if kink is not None:
                return kink
            slope = _most_credible(*_extrapolated(self.steps, (high - low) / (2 * self.steps), rounding))
            return slope._replace(is_sure=slope.is_sure and not _may_be_kink(self.steps, right, left, rounding))

    def steepest(self, entry: tuple[int, ...] = ()) -> float:
        """Return the steepest chord: the measure for a slope of 0."""
        high, low, middle, _ = self._values(entry)
        with np.errstate(all="ignore"):
            chords = np.abs([(high - middle) / self.steps, (middle - low) / self.steps])[:, : len(self.steps) // 2 + 1]
        return float(np.max(chords[np.isfinite(chords)], initial=0.0))

    def remainder_order(self, claimed: float, entry: tuple[int, ...] = ()) -> float | None:
        """Return the order with which f(x + h) − f(x) − h·claimed vanishes: 2 for the right slope, 1 for a wrong one.

        None where rounding leaves too few steps to tell.
        """
        high, low, middle, rounding = self._values(entry)
        orders = []
        with np.errstate(all="ignore"):
            for values, side in ((high, 1), (low, -1)):
                rest = np.abs(values - middle - side * self.steps * claimed)
                visible = np.nonzero(np.isfinite(rest) & (rest > 30 * rounding))[0]
                if len(visible) and visible[-1] >= 3 and set(range(visible[-1] - 3, visible[-1] + 1)) <= set(visible):
                    window = slice(visible[-1] - 3, visible[-1] + 1)
                    orders.append(float(np.polyfit(np.log(self.steps[window]), np.log(rest[window]), 1)[0]))
        return min(orders, default=None)

    def _values(self, entry: tuple[int, ...]) -> tuple[Array, Array, float, Array]:
        at: tuple[slice | int, ...] = (slice(None), *entry)
        high, low = self.high[at], self.low[at]
        rounding = self.noise[entry] + np.finfo(float).eps * np.maximum(np.abs(high), np.abs(low))
        return high, low, float(self.middle[entry]), rounding


def _power_below(number: float) -> int:
    return int(np.floor(np.log2(max(number, 1e-290))))


def _grows(steps: Array, chords: Array, rounding: Array) -> bool:
    """Whether the chords of one side become steeper with every step, down to the noise: those of the cube root at 0."""
    clear = np.nonzero(np.isfinite(chords) & (np.abs(chords) * steps > 20 * rounding))[0]
    last = np.abs(chords[clear[-_GROWING:]])
    return len(clear) >= _GROWING and bool(np.all(last[1:] > 1.04 * last[:-1]))


def _extrapolated(steps: Array, slopes: Array, rounding: Array) -> tuple[Array, Array]:
    """Extrapolate central differences over three steps at a time (Neville's scheme in h²), with bounds of the error."""
    table = slopes
    for width in (1, 2):
        previous, weight = table, (steps[:-width] / steps[width:]) ** 2
        table = table[1:] + (table[1:] - table[:-1]) / (weight - 1)
    change = np.maximum(np.abs(table - previous[1:]), np.abs(previous[1:] - previous[:-1]) / 10)
    errors = change + 1.5 * rounding[2:] / steps[2:]
    errors[~np.isfinite(table)] = np.inf
    return table, errors


def _most_credible(values: Array, errors: Array) -> Slope:
    """Choose the value with the smallest error, unless one at smaller steps contradicts it: that is nearer to the truth."""
    first = 0
    while np.isfinite(errors[first:]).any():
        best = first + int(np.argmin(errors[first:]))
        nearer = slice(best + 1, None)
        if not np.any(np.abs(values[nearer] - values[best]) > 4 * (errors[nearer] + errors[best])):
            return Slope(values[best], errors[best], values[best], values[best], False, True)
        first = best + 1
    return Slope(np.nan, np.inf, np.nan, np.nan, False, False)


def _jumps(steps: Array, right: Real, left: Real, rounding: Array) -> tuple[Array, Array, Array]:
    """Return the jumps between the slopes of both sides, their noise, and the steps at which they stand out of it."""
    jump, noise = np.abs(right - left), 4 * rounding / steps
    stands_out = np.isfinite(jump) & (jump > 20 * noise) & (jump > 1e-6 * np.maximum(np.abs(right), np.abs(left)))
    return jump, noise, np.nonzero(stands_out)[0]


def _kink(steps: Array, right: Real, left: Real, rounding: Array) -> Slope | None:
    """Look for a jump between the slopes of both sides that does not shrink with the step, down to the noise."""
    jump, noise, visible = _jumps(steps, right, left, rounding)
    if not len(visible) or visible[-1] < 3 or not set(range(visible[-1] - 3, visible[-1] + 1)) <= set(visible):
        return None
    last, first = visible[-1], visible[-1] - 3
    if np.any(20 * noise[last + 1 :] < 0.5 * jump[last]):  # nearer to the point there is none: the kink lies beside it
        return None
    drift = max(abs(right[last] - right[first]), abs(left[last] - left[first]))
    if not drift <= 0.3 * jump[last]:
        return None
    clear = [k for k in visible if jump[k] > 1000 * noise[k]]
    if len(clear) >= 7 and clear[-7:] == list(range(clear[-1] - 6, clear[-1] + 1)):
        # the jump settles, or it is none: that of |x|^1.01 shrinks on and on
        early, middle, late = jump[clear[-7]], jump[clear[-4]], jump[clear[-1]]
        if abs(middle - late) > 0.5 * abs(early - middle) + 4 * noise[clear[-1]]:
            return None
    return Slope((right[last] + left[last]) / 2, drift + noise[last], left[last], right[last], True, True)


def _may_be_kink(steps: Array, right: Real, left: Real, rounding: Array) -> bool:
    """Whether the slopes of both sides differ at the smallest steps at which that could be seen."""
    jump, noise, visible = _jumps(steps, right, left, rounding)
    if not len(visible):
        return False
    last = visible[-1]
    if np.any(20 * noise[last + 1 :] < 0.25 * jump[last]):  # nearer to the point there is none
        return False
    return bool(last >= 2 and jump[last] > 0.5 * jump[last - 2])
