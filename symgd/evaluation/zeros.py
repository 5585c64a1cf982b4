"""Zeros of a function along a line, exact where they are simple numbers, else the nearest float."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real

__all__ = ["DIGITS", "Place", "dips", "end_of_zeros", "lowest", "zero_between"]

DIGITS = 60
_SIMPLEST = 10**6
"""The largest denominator of an exact zero."""
_FINE = 10**40
_HALVES = 60
_SECTIONS = 12
_GOLDEN = Fraction(89, 144)
_STRAIGHT = mpmath.mpf("1e-50")
"""How much smaller than at its ends a boundary is at the zero of its chord, where it is a straight line."""
Place = tuple[Fraction, Real]
"""A number, and the value of a boundary there."""


def dips(line: Sequence[Place]) -> Iterator[tuple[Place, Place, Place]]:
    """Yield the places around one where a boundary is nearest to 0, and that one: sin(x) - 0.999 is positive between some."""
    for before, middle, after in zip(line, line[1:], line[2:], strict=False):
        sizes = [abs(value) for _, value in (before, middle, after)]
        if before[1] * middle[1] > 0 and middle[1] * after[1] > 0 and sizes[1] < min(sizes[0], sizes[2]):
            yield before, after, middle


def lowest(low: Fraction, high: Fraction, between: Real, value: Callable[[Fraction], Real]) -> Place:
    """Return a place between two numbers where a boundary has another sign, else where it is near 0, by the golden section.

    The search ends where it comes no nearer to 0 than a third of a value between them.
    """
    places = [high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)]
    values = [value(place) for place in places]
    for turn in range(_SECTIONS):
        is_too_high = turn == _SECTIONS // 3 and min(map(abs, values)) > abs(between) / 3
        if is_too_high or not all(map(mpmath.isfinite, values)) or values[0] * values[1] <= 0:
            break
        if abs(values[1]) < abs(values[0]):
            low, place = places[0], Fraction(float(places[0] + _GOLDEN * (high - places[0])))
            places, values = [places[1], place], [values[1], value(place)]
        else:
            high, place = places[1], Fraction(float(places[1] - _GOLDEN * (places[1] - low)))
            places, values = [place, places[0]], [value(place), values[0]]
    return max(zip(places, values, strict=True), key=lambda pair: pair[1] * between < 0)


def zero_between(low: Fraction, high: Fraction, at_low: Real, at_high: Real, value: Callable[[Fraction], Real]) -> Fraction:
    """Return a zero between two numbers: a simple number near that of the chord, or the nearest float to a zero.

    What is no straight line is solved by the Illinois method.
    """
    with mpmath.workdps(DIGITS):
        a, b = (mpmath.mpf(end.numerator) / end.denominator for end in (low, high))
        middle = a - at_low * (b - a) / (at_high - at_low)
        exact = _simple(middle)
        if value(exact) == 0:
            return exact
        if abs(value(_simple(middle, _FINE))) <= _STRAIGHT * (abs(at_low) + abs(at_high)):
            return Fraction(float(middle))
        try:
            root = mpmath.findroot(lambda place: value(_simple(place, _FINE)), (a, b), solver="illinois", tol=1e-40)
        except (ValueError, ZeroDivisionError):
            return _by_halves(low, high, at_low, at_high, value)
        exact = _simple(root)
        return exact if value(exact) == 0 else Fraction(float(root))


def _by_halves(low: Fraction, high: Fraction, at_low: Real, at_high: Real, value: Callable[[Fraction], Real]) -> Fraction:
    """Return a zero of a boundary with bends: halves are taken until the zero of the chord is one of the boundary."""
    chord = low
    for _ in range(_HALVES):
        a, b = (mpmath.mpf(end.numerator) / end.denominator for end in (low, high))
        chord = _simple(a - at_low * (b - a) / (at_high - at_low))
        if value(chord) == 0:
            return chord
        middle = _simple((a + b) / 2, _FINE)
        at_middle = value(middle)
        if at_middle == 0:
            return middle
        if not mpmath.isfinite(at_middle):
            break
        if at_low * at_middle < 0:
            high, at_high = middle, at_middle
        else:
            low, at_low = middle, at_middle
    return Fraction(float(chord))


def end_of_zeros(line: Sequence[tuple[Fraction, Real]], value: Callable[[Fraction], Real]) -> Fraction | None:
    """Return where a boundary becomes 0 and stays so, from its values up to a zero; None where it is 0 as far as is seen.

    That is where the line through the last two values meets 0, or else the place at which it is seen to be 0.
    """
    if len(line) == 1:
        return None
    if len(line) > 2:
        (first, at_first), (last, at_last), (zero, _) = line[-3:]
        with mpmath.workdps(DIGITS):
            if at_first != at_last:
                a, b = (mpmath.mpf(end.numerator) / end.denominator for end in (first, last))
                meeting = b - at_last * (b - a) / (at_last - at_first)
                exact = _simple(meeting)
                if min(last, zero) <= exact <= max(last, zero):
                    return exact if value(exact) == 0 else Fraction(float(meeting))
    return line[-1][0]


def _simple(number: Real, largest: int = _SIMPLEST) -> Fraction:
    """Return the simplest fraction near a number."""
    return Fraction(mpmath.nstr(number, DIGITS)).limit_denominator(largest)
