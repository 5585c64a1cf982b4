"""Entries of arrays of objects: which are real numbers, where they stand, and what to do about the others."""

from __future__ import annotations

import datetime
import numbers
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any, SupportsFloat, TypeAlias, TypeGuard

import numpy as np

from symgd.errors import shown

__all__ = ["TIMES", "Foreign", "exact_number", "first_true", "hint_for", "place_of"]

Foreign: TypeAlias = Any
"""An object of another library, such as pandas, whose types are not installed."""

TIMES = {
    "M": ("dates", "measure from one of them, in a unit: (x - x[0]) / np.timedelta64(1, 'D')"),
    "m": ("durations", "measure in a unit: x / np.timedelta64(1, 's')"),
}


def hint_for(entry: object) -> str | None:
    """Return how what is no number becomes one."""
    if isinstance(entry, str | bytes):
        return "convert it: float(x)"
    if isinstance(entry, datetime.date | np.datetime64):
        return TIMES["M"][1]
    if isinstance(entry, datetime.timedelta | np.timedelta64):
        return TIMES["m"][1]
    return "take one part, .real or .imag" if isinstance(entry, complex) else None


def _is_real_of_sympy(entry: object) -> TypeGuard[SupportsFloat]:
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(entry, sympy.Expr) and not entry.free_symbols and bool(entry.is_extended_real)


def exact_number(entry: object) -> numbers.Real | float | Fraction | None:
    """Return a real number as one of Python or mpmath, and None for what is none."""
    if isinstance(entry, bool | np.bool_):
        return bool(entry)
    if isinstance(entry, int | float | Fraction):
        return entry
    if isinstance(entry, Decimal):
        return Fraction(entry) if entry.is_finite() else float(entry)
    if isinstance(entry, np.timedelta64):  # which NumPy counts among the integers
        return None
    if isinstance(entry, np.floating):
        is_wide = entry.dtype.itemsize > 8 and np.isfinite(entry)
        return Fraction(*entry.as_integer_ratio()) if is_wide else float(entry)
    if isinstance(entry, numbers.Integral):
        return int(entry)
    if isinstance(entry, numbers.Rational):
        return Fraction(int(entry.numerator), int(entry.denominator))
    if isinstance(entry, numbers.Real):
        return entry if hasattr(entry, "_mpf_") and type(entry).__module__.startswith("mpmath") else float(entry)
    if _is_real_of_sympy(entry):
        return float(entry)
    return None


def first_true(marks: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[int, ...]:
    """Return the index of the first entry that is true."""
    return tuple(int(k) for k in np.unravel_index(int(np.argmax(marks)), np.shape(marks)))


def place_of(index: tuple[int, ...], value: object) -> str:
    """Return the place of an entry, in an object of pandas by the labels of its row and column."""
    if not index:
        return ""
    rows: Foreign = getattr(value, "index", None)
    columns: Foreign = getattr(value, "columns", None)
    if type(value).__module__.startswith("pandas") and hasattr(rows, "__getitem__"):
        row = f" in row {shown(rows[index[0]])}"
        return row if len(index) < 2 else f"{row}, column {shown(columns[index[1]])}"
    return f" at [{', '.join(map(str, index))}]"
