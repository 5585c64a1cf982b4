"""What can be known of a value without computing it: small closed algebras, three-valued where a question may stay open.

* :class:`Sign` (in :mod:`symgd.graph.signs`): the set of signs a value can have, as a subset of {−, 0, +}.
* :class:`Interval`: a range with exact or infinite ends, open or closed.
* :class:`Curvature` and :class:`Monotone`: how a function of one argument bends and runs.
* :class:`Parity` and :class:`Growth`: what it makes of the negative of its argument, and how large it is far out.

A fact is a subset of possibilities, so it cannot contradict itself; the full set means "nothing is known".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, IntFlag
from fractions import Fraction

from symgd.errors import shown
from symgd.graph.frozen import unchangeable
from symgd.graph.signs import Sign, sign_of_number, sign_of_product, sign_of_sum

__all__ = [
    "Bound",
    "Curvature",
    "Growth",
    "Interval",
    "Monotone",
    "Parity",
    "Sign",
    "sign_of_number",
    "sign_of_product",
    "sign_of_sum",
]


class Curvature(IntFlag):
    """How a function bends; AFFINE is both convex and concave.

    Examples
    --------
    >>> from symgd.extend import Curvature
    >>> Curvature.AFFINE == Curvature.CONVEX | Curvature.CONCAVE, Curvature.CONVEX.negated() is Curvature.CONCAVE
    (True, True)
    """

    UNKNOWN = 0
    CONVEX = 1
    CONCAVE = 2
    AFFINE = 3

    def negated(self) -> Curvature:
        """Return the curvature of −f."""
        return Curvature((self & 1) << 1 | (self & 2) >> 1)


class Monotone(IntFlag):
    """Which way a function runs (not strictly); CONSTANT is both.

    Examples
    --------
    >>> from symgd.extend import Monotone
    >>> Monotone.CONSTANT == Monotone.INCREASING | Monotone.DECREASING
    True
    """

    UNKNOWN = 0
    INCREASING = 1
    DECREASING = 2
    CONSTANT = 3


class Parity(Enum):
    """What a function makes of the negative of its argument.

    Examples
    --------
    >>> from symgd.extend import Parity
    >>> Parity.EVEN.value
    'f(−x) = f(x)'
    """

    UNKNOWN = "nothing is known of f(−x)"
    EVEN = "f(−x) = f(x)"
    ODD = "f(−x) = −f(x)"


class Growth(Enum):
    """How large a function is far out.

    Examples
    --------
    >>> from symgd.extend import Growth
    >>> Growth.LINEAR.value
    'far out it runs one way, and |f(x)| ≤ 100·(1 + |x|)'
    """

    UNKNOWN = "nothing is known of f(x) for large x"
    LINEAR = "far out it runs one way, and |f(x)| ≤ 100·(1 + |x|)"
    EXPONENTIAL = "it has a value at 1, and overflows at 1000 or at −1000"


Bound = Fraction | float
"""An end of an interval: exact, or ±inf."""


@unchangeable
@dataclass(frozen=True, slots=True)
class Interval:
    """A range of real numbers; ends are exact or infinite, open or closed.

    Parameters
    ----------
    low, high : int, float or Fraction
        The ends, −∞ and ∞ by default; a finite float is the fraction it holds.
    open_low, open_high : bool
        Whether an end is excluded; infinite ends are.

    Raises
    ------
    TypeError, ValueError
        For an end that is not a number, as ``Fraction(low)`` does.

    Examples
    --------
    >>> from symgd.extend import Interval
    >>> print(Interval(0, 1, open_low=True) + Interval(2, 3))
    (2, 4]
    >>> 0 in Interval(0, 1, open_low=True), 1 in Interval(0, 1)
    (False, True)
    """

    low: Bound = -math.inf
    high: Bound = math.inf
    open_low: bool = False
    open_high: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", _exact(self.low))
        object.__setattr__(self, "high", _exact(self.high))
        if self.low == -math.inf:
            object.__setattr__(self, "open_low", True)
        if self.high == math.inf:
            object.__setattr__(self, "open_high", True)

    def __str__(self) -> str:
        low, high = map(_text, (self.low, self.high))
        return f"{'(' if self.open_low else '['}{low}, {high}{')' if self.open_high else ']'}"

    def __contains__(self, value: Bound | int) -> bool:
        above = self.low < value or (self.low == value and not self.open_low)
        below = value < self.high or (value == self.high and not self.open_high)
        return above and below

    @property
    def is_everything(self) -> bool:
        """Whether nothing is excluded."""
        return self.low == -math.inf and self.high == math.inf

    @property
    def is_empty(self) -> bool:
        """Whether nothing is contained."""
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    @property
    def sign(self) -> Sign:
        """The signs of the contained numbers."""
        signs = Sign.NEVER
        if self.low < 0:
            signs |= Sign.NEGATIVE
        if self.high > 0:
            signs |= Sign.POSITIVE
        if 0 in self:
            signs |= Sign.ZERO
        return signs

    @staticmethod
    def of_sign(sign: Sign) -> Interval:
        """Return the smallest interval that contains all numbers of these signs."""
        return _OF_SIGN[sign]

    @staticmethod
    def of(where: Interval | Sign) -> Interval:
        """Return the interval that a requirement describes, be it one already or a sign."""
        return Interval.of_sign(where) if isinstance(where, Sign) else where

    def __and__(self, other: Interval) -> Interval:
        low, open_low = max((self.low, self.open_low), (other.low, other.open_low))
        high, closed_high = min((self.high, not self.open_high), (other.high, not other.open_high))
        return Interval(low, high, open_low, not closed_high)

    def __or__(self, other: Interval) -> Interval:
        low, open_low = min((self.low, self.open_low), (other.low, other.open_low))
        high, closed_high = max((self.high, not self.open_high), (other.high, not other.open_high))
        return Interval(low, high, open_low, not closed_high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low, self.open_high, self.open_low)

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            _plus(self.low, other.low),
            _plus(self.high, other.high),
            self.open_low or other.open_low,
            self.open_high or other.open_high,
        )

    def __mul__(self, other: Interval) -> Interval:
        corners = [
            (_times(a, b), (open_a or open_b) and not (a == 0 and not open_a) and not (b == 0 and not open_b))
            for a, open_a in ((self.low, self.open_low), (self.high, self.open_high))
            for b, open_b in ((other.low, other.open_low), (other.high, other.open_high))
        ]
        low = min(value for value, _ in corners)
        high = max(value for value, _ in corners)
        return Interval(
            low,
            high,
            all(is_open for value, is_open in corners if value == low),
            all(is_open for value, is_open in corners if value == high),
        )

    def power(self, exponent: int) -> Interval:
        """Return the range of xⁿ for a positive integer n."""
        if exponent % 2 == 1:
            return Interval(_raised(self.low, exponent), _raised(self.high, exponent), self.open_low, self.open_high)
        magnitude = self.magnitude()
        return Interval(
            _raised(magnitude.low, exponent), _raised(magnitude.high, exponent), magnitude.open_low, magnitude.open_high
        )

    def magnitude(self) -> Interval:
        """Return the range of the absolute value."""
        if self.low >= 0:
            return self
        if self.high <= 0:
            return -self
        high, is_closed = max((-self.low, not self.open_low), (self.high, not self.open_high))
        return Interval(0, high, False, not is_closed)

    def reciprocal(self) -> Interval:
        """Return the range of 1/x, which is everything where 0 lies inside."""
        if self.low < 0 < self.high or self.low == self.high == 0 or self.is_empty:
            return Interval()
        if self.high <= 0:
            return -((-self).reciprocal())
        low: Bound = 0 if self.high == math.inf else Fraction(1) / Fraction(self.high)
        high: Bound = math.inf if self.low == 0 else Fraction(1) / Fraction(self.low)
        return Interval(low, high, self.open_high, self.open_low)


def _exact(value: Bound) -> Bound:
    if type(value) is Fraction or (isinstance(value, float) and math.isinf(value)):
        return value
    return Fraction(value)


_OF_SIGN = [
    Interval(
        -math.inf if sign & Sign.NEGATIVE else 0,
        math.inf if sign & Sign.POSITIVE else 0,
        open_low=not sign & Sign.ZERO,
        open_high=not sign & Sign.ZERO,
    )
    for sign in map(Sign, range(8))
]


_LONG = 10**400


def _text(bound: Bound) -> str:
    """Return a bound in digits, if they are not too many."""
    return shown(bound) if not isinstance(bound, float) and abs(bound) > _LONG else str(bound)


def _plus(a: Bound, b: Bound) -> Bound:
    """Return a sum; an exact number may be too large to be added to an infinite float."""
    if isinstance(a, float):
        return a
    return b if isinstance(b, float) else a + b


def _times(a: Bound, b: Bound) -> Bound:
    """Return a product, in which 0 times infinity is 0."""
    if a == 0 or b == 0:
        return Fraction(0)
    if isinstance(a, float) or isinstance(b, float):
        return math.inf if (a > 0) == (b > 0) else -math.inf
    return a * b


def _raised(value: Bound, exponent: int) -> Bound:
    if isinstance(value, float):
        return math.inf if value > 0 or exponent % 2 == 0 else -math.inf
    return value**exponent
