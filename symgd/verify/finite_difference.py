"""Derivatives from values alone.

* :func:`precise_slope`: one-sided differences in high-precision arithmetic, with two steps; the precision doubles
until the result has
  enough good digits. A kink shows as a jump between the slopes of both sides that does not shrink with the step.
* :func:`adaptive_slope`: extrapolated central differences of a float64 function, with an error estimate (Ridders 1982).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath
import numpy as np

__all__ = ["Slope", "adaptive_slope", "precise_slope"]


_ROUNDS = 6
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

    value: Any
    error: Any
    left: Any
    right: Any
    is_kink: bool
    is_sure: bool


def precise_slope(
    along: Callable[[Any], Any], digits: int = 50, good_digits: int = 15, *, scale: Any = 1, claimed: Any = None
) -> Slope:
    """Return the slope at 0 of a function of one high-precision number.

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
    slope = None
    for _ in range(_ROUNDS):
        with mpmath.workdps(digits):
            slope = _two_steps(along, digits, abs(mpmath.mpf(scale)) or mpmath.mpf(1))
            measure = max(abs(slope.value), abs(claimed or 0))
            is_close = slope.error <= measure * mpmath.mpf(10) ** (-good_digits)
            is_flat = abs(slope.value) <= slope.error <= mpmath.mpf(10) ** (-digits // 5)
            is_nothing = not claimed and is_flat and digits >= _DIGITS_FOR_ZERO
            if slope.is_kink or is_close or is_nothing:
                return slope._replace(is_sure=True)
        digits *= 2
    assert slope is not None
    return slope


def _two_steps(along: Callable[[Any], Any], digits: int, scale: Any) -> Slope:
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
        return Slope(value, settled, left, right, settled < 0.001 * jump, settled < 0.001 * jump)
    error = abs(value - (left_far + right_far) / 2) + noise
    return Slope(value, error, left, right, False, False)


def adaptive_slope(along: Callable[[float], float], scale: float = 1.0) -> Slope:
    """Return the slope at 0 of a float64 function, by Ridders' extrapolation of central differences over several first steps.

    Parameters
    ----------
    along : callable
        The function at a signed distance.
    scale : float
        A distance over which the function changes noticeably.
    """
    best: Slope | None = None
    middle = along(0.0)
    for start in (scale * 10.0**-k for k in range(1, 7)):
        slope = _ridders(along, middle, start)
        if np.isfinite(slope.value) and (best is None or slope.error < best.error):
            best = slope
    if best is None:
        return Slope(np.nan, np.inf, np.nan, np.nan, False, False)
    return _with_sides(along, middle, best, scale)


def _ridders(along: Callable[[float], float], middle: float, h: float) -> Slope:
    shrink, rows = 1.6, 8
    table = np.full((rows, rows), np.nan)
    best, error = np.nan, np.inf
    for i in range(rows):
        high, low = along(h), along(-h)
        table[i, 0] = (high - low) / (2 * h)
        noise = 4 * np.finfo(float).eps * max(abs(high), abs(low), abs(middle)) / h
        factor = shrink**2
        for j in range(1, i + 1):
            table[i, j] = (table[i, j - 1] * factor - table[i - 1, j - 1]) / (factor - 1)
            factor *= shrink**2
            change = max(abs(table[i, j] - table[i, j - 1]), abs(table[i, j] - table[i - 1, j - 1])) + noise
            if change < error:
                best, error = table[i, j], change
        h /= shrink
    return Slope(best, error, best, best, False, bool(np.isfinite(error)))


def _with_sides(along: Callable[[float], float], middle: float, slope: Slope, scale: float) -> Slope:
    """Look for a kink: a jump between the one-sided slopes that does not shrink with the step."""
    jumps = []
    left = right = slope.value
    for h in (1e-3 * scale, 1e-4 * scale, 1e-5 * scale):
        right, left = (along(h) - middle) / h, (middle - along(-h)) / h
        jumps.append(abs(right - left))
    noise = 100 * np.finfo(float).eps * max(abs(middle), 1e-300) / (1e-5 * scale)
    is_kink = jumps[2] > 0.5 * jumps[0] and jumps[2] > 0.5 * jumps[1] and jumps[2] > max(noise, 1e-6 * abs(slope.value))
    return slope._replace(left=left, right=right, is_kink=bool(is_kink))
