"""Whether an exact coefficient is 0, decided by its digits.

SymPy's own test proves more and may search for minutes; a coefficient of which a hundred digits cancel counts as 0.
"""

from __future__ import annotations

import sympy as sp

from symgd.evaluation.exact import in_digits
from symgd.evaluation.multiprecision import one_at_a_time

__all__ = ["vanishes"]

_FEW_DIGITS, _MANY_DIGITS = 30, 100
_LARGE = sp.Rational(1, 10**20)
"""Above this a value in few digits is none of rounding; and by this factor a 0 shrinks with more digits."""
_SAME = sp.Rational(1, 10**10)
_SAMPLES = (
    (sp.Rational(7, 5), sp.Rational(-9, 7), sp.Rational(11, 13)),
    (sp.Rational(-8, 11), sp.Rational(13, 10), sp.Rational(17, 9)),
    (sp.Rational(5, 9), sp.Rational(19, 12), sp.Rational(-21, 8)),
)


@one_at_a_time
def vanishes(value: sp.Expr) -> bool:
    """Return whether a number, or an expression in symbols at every value of them, is 0.

    Parameters
    ----------
    value : sympy expression
        Symbols are real, and positive or negative where they are declared so.

    Examples
    --------
    >>> import sympy
    >>> from symgd.derive.taylor.zero_test import vanishes
    >>> a = sympy.Symbol("a", real=True)
    >>> vanishes(sympy.sqrt(6) - sympy.sqrt(2)*sympy.sqrt(3)), vanishes(abs(a) - a)
    (True, False)
    """
    if value.is_zero is not None:
        return bool(value.is_zero)
    symbols = sorted(value.free_symbols, key=lambda symbol: (symbol.name, sp.default_sort_key(symbol)))
    if not symbols:
        known = _has_digits_0(value)
        return bool(sp.simplify(value) == 0) if known is None else known
    if sp.expand(value) == 0:
        return True
    answers = [_has_digits_0(value.xreplace(dict(zip(symbols, _sample(symbols, row), strict=True)))) for row in range(3)]
    if any(answer is False for answer in answers):
        return False
    return bool(sp.simplify(value) == 0) if answers.count(True) < 2 else True


def _sample(symbols: list[sp.Expr], row: int) -> list[sp.Expr]:
    numbers = [_SAMPLES[row][k % 3] + sp.Rational(k // 3, 23) for k in range(len(symbols))]
    return [
        abs(number) if symbol.is_positive else -abs(number) if symbol.is_negative else number
        for symbol, number in zip(symbols, numbers, strict=True)
    ]


def _has_digits_0(number: sp.Expr) -> bool | None:
    """Whether all digits of a number are 0; None where that is not known.

    SymPy gives the number of correct digits of a sum. A number that is small counts where two precisions show the same one.
    """
    if number.is_zero is not None:
        return bool(number.is_zero)
    rough = in_digits(number, _FEW_DIGITS)
    if not _is_finite(rough):
        return None
    if abs(rough) > _LARGE and _has_known_digits(rough):
        return False
    fine = in_digits(number, _MANY_DIGITS)
    if not _is_finite(fine):
        return None
    if not _has_known_digits(fine):
        return True
    if abs(fine - rough) <= _SAME * abs(fine):
        return False
    return True if abs(fine) <= _LARGE * abs(rough) else None


def _is_finite(value: sp.Expr) -> bool:
    is_number = value.is_number and value.is_finite
    return bool(is_number) and all(part.is_Float or part.is_Rational for part in value.as_real_imag())


def _has_known_digits(value: sp.Expr) -> bool:
    return any(part != 0 and getattr(part, "_prec", 2) > 1 for part in value.as_real_imag())
