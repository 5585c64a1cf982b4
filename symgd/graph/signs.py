"""Signs: sets of −, 0 and +, and what sums and products make of them."""

from __future__ import annotations

import itertools
from enum import IntFlag
from fractions import Fraction

__all__ = ["Sign", "sign_of_number", "sign_of_product", "sign_of_sum"]


class Sign(IntFlag):
    """The signs a value can have: a set of −, 0 and +.

    Examples
    --------
    >>> from symgd.extend import Sign
    >>> Sign.NONNEGATIVE == Sign.ZERO | Sign.POSITIVE
    True
    >>> Sign.NONNEGATIVE.negated() is Sign.NONPOSITIVE, Sign.POSITIVE.is_nonzero
    (True, True)
    """

    NEVER = 0
    NEGATIVE = 1
    ZERO = 2
    NONPOSITIVE = 3
    POSITIVE = 4
    NONZERO = 5
    NONNEGATIVE = 6
    ANY = 7

    def __and__(self, other: int) -> Sign:
        return _SIGNS[int.__and__(self, other)]

    def __or__(self, other: int) -> Sign:
        return _SIGNS[int.__or__(self, other)]

    def __invert__(self) -> Sign:
        return _SIGNS[7 - self._value_]

    __rand__, __ror__ = __and__, __or__

    @property
    def is_positive(self) -> bool:
        return not self._value_ & 3

    @property
    def is_negative(self) -> bool:
        return not self._value_ & 6

    @property
    def is_nonnegative(self) -> bool:
        return not self._value_ & 1

    @property
    def is_nonpositive(self) -> bool:
        return not self._value_ & 4

    @property
    def is_nonzero(self) -> bool:
        return not self._value_ & 2

    def negated(self) -> Sign:
        """Return the signs of −x."""
        return _NEGATED[self]


_SIGNS = list(map(Sign, range(8)))
"""By their numbers: looked up, they are found faster than Python's flags are combined."""


def _subsets(combine: dict[tuple[Sign, Sign], Sign]) -> list[list[Sign]]:
    """Lift a table on single signs to sets of signs."""
    single = (Sign.NEGATIVE, Sign.ZERO, Sign.POSITIVE)
    table = [[Sign.NEVER] * 8 for _ in range(8)]
    for a, b in itertools.product(range(8), repeat=2):
        for x, y in itertools.product(single, repeat=2):
            if a & x and b & y:
                table[a][b] |= combine[x, y]
    return table


_N, _Z, _P = Sign.NEGATIVE, Sign.ZERO, Sign.POSITIVE
_NEGATED = [Sign((s & _Z) | (_P if s & _N else 0) | (_N if s & _P else 0)) for s in range(8)]
_SUM = _subsets(
    {
        (_N, _N): _N,
        (_N, _Z): _N,
        (_N, _P): Sign.ANY,
        (_Z, _N): _N,
        (_Z, _Z): _Z,
        (_Z, _P): _P,
        (_P, _N): Sign.ANY,
        (_P, _Z): _P,
        (_P, _P): _P,
    }
)
_PRODUCT = _subsets(
    {
        (_N, _N): _P,
        (_N, _Z): _Z,
        (_N, _P): _N,
        (_Z, _N): _Z,
        (_Z, _Z): _Z,
        (_Z, _P): _Z,
        (_P, _N): _N,
        (_P, _Z): _Z,
        (_P, _P): _P,
    }
)


def sign_of_sum(left: Sign, right: Sign) -> Sign:
    """Return the signs a sum can have."""
    return _SUM[left][right]


def sign_of_product(left: Sign, right: Sign) -> Sign:
    """Return the signs a product can have."""
    return _PRODUCT[left][right]


def sign_of_number(value: Fraction | float) -> Sign:
    """Return the sign of a number (ANY for NaN)."""
    if value != value:  # NaN
        return Sign.ANY
    return Sign.POSITIVE if value > 0 else Sign.NEGATIVE if value < 0 else Sign.ZERO
