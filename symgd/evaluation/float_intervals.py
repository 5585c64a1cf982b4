"""Interval arithmetic on floats, rounded outward, with infinite ends allowed.

Sums, products and quotients are rounded by the next float outward (IEEE arithmetic errs by half a unit at most); functions
are taken from mpmath at a higher precision and then rounded outward, or from Arb's balls where python-flint is installed.

References
----------
Moore, Kearfott & Cloud, *Introduction to Interval Analysis*, 2009; Johansson, "Arb: efficient arbitrary-precision
midpoint-radius interval arithmetic", 2017.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from fractions import Fraction

from symgd.errors import UnsupportedError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real
from symgd.evaluation.intervals import by_ball
from symgd.graph.assumptions import Bound, Interval, Monotone
from symgd.graph.primitive import Primitive

__all__ = [
    "EVERYTHING",
    "INF",
    "Range",
    "add",
    "ball",
    "cos",
    "enclosure_of_number",
    "exp",
    "intersect",
    "invert",
    "log",
    "monotone_function",
    "multiply",
    "named_number",
    "power",
    "range_of_interval",
    "root",
    "sin",
]

Range = tuple[float, float]
EVERYTHING: Range = (-math.inf, math.inf)
INF = math.inf
_UNIT: Range = (1.0, 1.0)
_DIGITS = 25


def down(value: float) -> float:
    """Return the next float below."""
    return math.nextafter(value, -INF)


def up(value: float) -> float:
    """Return the next float above."""
    return math.nextafter(value, INF)


def add(x: Range, y: Range) -> Range:
    """Return a range that contains all sums."""
    low, high = x[0] + y[0], x[1] + y[1]
    if x[0] != 0 and y[0] != 0:  # adding 0 is exact
        low = down(low) if low == low else -INF
    if x[1] != 0 and y[1] != 0:
        high = up(high) if high == high else INF
    return low, high


def multiply(x: Range, y: Range) -> Range:
    """Return a range that contains all products; 0·∞ is 0, because infinity is no value but an end."""
    if x == _UNIT:
        return y
    if y == _UNIT:
        return x
    a, b = x
    c, d = y
    if a >= 0 and c >= 0:
        return max(0.0, down(_product(a, c))), up(_product(b, d))
    products = (_product(a, c), _product(a, d), _product(b, c), _product(b, d))
    return down(min(products)), up(max(products))


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def invert(x: Range) -> Range:
    """Return a range that contains all reciprocals; everything where 0 lies inside."""
    a, b = x
    if a < 0 < b or (a == 0 and b == 0):
        return EVERYTHING
    if b <= 0:
        low, high = invert((-b, -a))
        return -high, -low
    return (down(1 / b) if b < INF else 0.0, up(1 / a) if a > 0 else INF)


def power(x: Range, exponent: int) -> Range:
    """Return a range that contains all whole powers; even ones are not negative."""
    if exponent < 0:
        return invert(power(x, -exponent))
    if exponent == 0:
        return 1.0, 1.0
    a, b = x
    if exponent % 2:
        return _power_of_end(a, exponent)[0], _power_of_end(b, exponent)[1]
    if a <= 0 <= b:
        return 0.0, _power_of_end(max(-a, b), exponent)[1]
    small, large = (a, b) if a > 0 else (-b, -a)
    return max(0.0, _power_of_end(small, exponent)[0]), _power_of_end(large, exponent)[1]


def _power_of_end(end: float, exponent: int) -> Range:
    if math.isinf(end):
        value = end if exponent % 2 else INF
        return value, value
    result: Range = (end, end)
    for _ in range(exponent - 1):
        result = multiply(result, (end, end))
    return result


def intersect(x: Range, y: Range) -> Range:
    """Return what two ranges share."""
    return max(x[0], y[0]), min(x[1], y[1])


def range_of_interval(interval: Interval) -> Range:
    """Return an interval with exact ends as a range of floats."""
    return _float_below(interval.low), _float_above(interval.high)


def _float_below(bound: Bound) -> float:
    try:
        value = float(bound)
    except OverflowError:
        return -INF if bound < 0 else math.nextafter(INF, 0)
    return value if math.isinf(value) or Fraction(value) <= bound else down(value)


def _float_above(bound: Bound) -> float:
    return -_float_below(-bound)


@functools.lru_cache(maxsize=65_536)
def enclosure_of_number(numerator: int, denominator: int) -> Range:
    """Return a rational number as a range."""
    number = Fraction(numerator, denominator)
    return _float_below(number), _float_above(number)


def _at(function: Callable[[Real], Real], end: float, limit_low: float = -INF, limit_high: float = INF) -> Range:
    """Enclose a continuous function at one end, by more digits than a float has."""
    if end == INF:
        return limit_high, limit_high
    if end == -INF:
        return limit_low, limit_low
    with mpmath.workdps(_DIGITS):
        value = function(mpmath.mpf(end))
        if not mpmath.isfinite(value):
            return (INF, INF) if value > 0 else (-INF, -INF)
        near = float(value)
    if end in (0.0, 1.0) and near == int(near):
        return near, near  # e⁰ = 1, log 1 = 0, cos 0 = 1, Γ(1) = 1 are exact
    return down(down(near)), up(up(near))


def exp(x: Range) -> Range:
    """Return a range of eˣ."""
    low = _at(mpmath.exp, x[0], 0.0, INF)[0] if x[0] > -800 else 0.0
    high = _at(mpmath.exp, x[1], 0.0, INF)[1] if x[1] < 800 else INF
    return max(low, 0.0), high if high > 0 else 5e-324


def log(x: Range) -> Range:
    """Return a range of log x, for the part of x that is positive."""
    if x[1] <= 0:
        return EVERYTHING
    low = -INF if x[0] <= 0 else _at(mpmath.log, x[0])[0]
    return low, _at(mpmath.log, x[1])[1]


def root(x: Range, order: int) -> Range:
    """Return a range of the root, for the part of x that is not negative."""

    def function(value: Real) -> Real:
        return mpmath.root(value, order)

    low = 0.0 if x[0] <= 0 else max(0.0, _at(function, x[0])[0])
    high = 0.0 if x[1] <= 0 else _at(function, x[1])[1]
    return low, high


def sin(x: Range) -> Range:
    """Return a range of sin x."""
    return _wave(x, mpmath.sin, 0.5)


def cos(x: Range) -> Range:
    """Return a range of cos x."""
    return _wave(x, mpmath.cos, 0.0)


def _wave(x: Range, function: Callable[[Real], Real], shift: float) -> Range:
    """A wave has its maxima at (2k + shift)π and its minima at (2k + 1 + shift)π."""
    a, b = x
    if not (math.isfinite(a) and math.isfinite(b)) or b - a > 6.2 or max(abs(a), abs(b)) > 1e8:
        return -1.0, 1.0
    ends = (_at(function, a), _at(function, b))
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    first, last = a / math.pi - shift - 1e-9 * (1 + abs(a)), b / math.pi - shift + 1e-9 * (1 + abs(b))
    for k in range(math.ceil(first), math.floor(last) + 1):
        if k % 2:
            low = -1.0
        else:
            high = 1.0
    return max(low, -1.0), min(high, 1.0)


_LIMITS = {
    "atan": (-math.pi / 2, math.pi / 2),
    "erf": (-1.0, 1.0),
    "erfc": (2.0, 0.0),
}


def monotone_function(record: Primitive, x: Range, runs: Monotone) -> Range:
    """Enclose a monotone function: it lies between its values at the ends."""
    function = getattr(mpmath, record.reference) if isinstance(record.reference, str) else None
    if function is None or math.isnan(x[0]):
        return EVERYTHING
    limits = _LIMITS.get(record.name, (-INF, INF) if runs & Monotone.INCREASING else (INF, -INF))
    try:
        first, last = _at(function, x[0], *limits), _at(function, x[1], *limits)
    except (ValueError, ArithmeticError, TypeError, NotImplementedError, mpmath.libmp.NoConvergence):
        return EVERYTHING
    return (down(first[0]), up(last[1])) if runs & Monotone.INCREASING else (down(last[0]), up(first[1]))


def ball(record: Primitive, x: Range) -> Range:
    """Enclose a function over a range by one ball."""
    enclosure = by_ball(record, mpmath.mpf(x[0]), mpmath.mpf(x[1]), 53)
    return EVERYTHING if enclosure is None else (down(float(enclosure[0])), up(float(enclosure[1])))


@functools.cache
def named_number(name: str) -> Range:
    """Return a range of a named number."""
    if name == "pi":
        return down(math.pi), up(math.pi)
    raise UnsupportedError(f"{name} is a number that is not known here")
