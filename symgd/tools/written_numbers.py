"""Numbers as users write them in options and files: digits of ASCII, nothing that is a number by accident."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from symgd.errors import DataError, shown

__all__ = ["is_number", "read_exact", "read_float"]

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_FRACTION = re.compile(r"[+-]?\d+\s*/\s*\d+", re.ASCII)
_WORDS = {"nan", "inf", "infinity"}
_LONGEST, _LARGEST_EXPONENT = 400, 5000


def is_number(text: str) -> bool:
    """Whether a text is a number: ``-1.5e3``, and not ``1_5``, ``１５``, ``0x1F`` or ``1,5``.

    Examples
    --------
    >>> from symgd.tools.written_numbers import is_number
    >>> is_number("-1.5e3"), is_number("1_5")
    (True, False)
    """
    return len(text) <= _LONGEST and _NUMBER.fullmatch(text) is not None


def read_float(text: str, place: str, hint: str | None = None) -> float:
    """Return a number as a float.

    Parameters
    ----------
    text : str
    place : str
        Where it stands, for errors: ``"data.csv, row 2, column b"``.
    hint : str, optional
        What to do where it is no number.

    Raises
    ------
    DataError
        For anything but a finite number.
    """
    if is_number(text):
        value = float(text)
        if math.isfinite(value):
            return value
        raise DataError(f"{place}: {shown(text)} is larger than a float holds")
    if text.lstrip("+-").lower() in _WORDS:
        raise DataError(f"{place}: the number is {text.lower()}", hint="remove or replace it")
    if not text:
        raise DataError(f"{place}: there is no number", hint="fill it in, or leave the row out")
    if len(text) > _LONGEST:
        raise DataError(f"{place}: {shown(text)} has more than {_LONGEST} characters", hint="write it with fewer digits")
    if is_number(text.replace(",", ".", 1)):
        hint = "numbers have a decimal point"
    raise DataError(f"{place}: {shown(text)} is not a number", hint=hint)


def read_exact(text: str, name: str) -> Fraction:
    """Return a number (``2``, ``-1.5``, ``1e-3``, ``1/3``) exactly.

    Parameters
    ----------
    text : str
    name : str
        What it is, for errors: ``"the value of x"``.

    Raises
    ------
    DataError
        For anything else, and for exponents beyond 5000.
    """
    is_fraction = len(text) <= _LONGEST and _FRACTION.fullmatch(text) is not None
    exponent = re.search(r"[eE][+-]?(\d+)$", text, re.ASCII)
    if not (is_fraction or is_number(text)) or (exponent is not None and int(exponent[1]) > _LARGEST_EXPONENT):
        raise DataError(f"{name} is {shown(text)}, which is not a number", hint="write 2, -1.5, 1e-3 or 1/3")
    try:
        return Fraction(text.replace(" ", ""))
    except ZeroDivisionError:
        raise DataError(f"{name} is {shown(text)}, which is divided by 0") from None
