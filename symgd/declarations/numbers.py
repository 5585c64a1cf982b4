"""Numbers of many digits: sets that they lie in, and how messages show them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Entry, Real
from symgd.graph.assumptions import Sign
from symgd.graph.primitive import Requirement

__all__ = ["lies_in", "precise", "short", "size_of", "zero_one"]


def lies_in(number: Real, where: Requirement) -> bool:
    """Whether a number of many digits lies in a set."""
    if isinstance(where, Sign):
        return bool(where & (Sign.POSITIVE if number > 0 else Sign.NEGATIVE if number < 0 else Sign.ZERO))
    if not mpmath.isfinite(number):
        return number == number and (number < 0 or where.open_high) and (number > 0 or where.open_low) and where.is_everything
    return Fraction(str(mpmath.nstr(mpmath.mpf(number), 40))) in where


def zero_one(value: Entry) -> Real:
    """Return a condition as a number."""
    return mpmath.mpf(int(value)) if isinstance(value, bool) else value


def precise(number: Fraction | float) -> Real:
    """Return a fraction, or an end of an interval, as a number of many digits."""
    return mpmath.mpf(number.numerator) / number.denominator if isinstance(number, Fraction) else mpmath.mpf(number)


def short(number: Entry) -> str:
    """Return a number as messages show it."""
    return str(number) if isinstance(number, bool) else str(mpmath.nstr(mpmath.mpf(number), 8))


def size_of(values: Array | Sequence[Entry]) -> Real:
    """Return the largest size of entries."""
    return max((abs(zero_one(entry)) for entry in np.ravel(values)), default=mpmath.mpf(0))
