"""Read numbers, and lists of numbers, as TOML and JSON write them."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from symgd.errors import DataError, shown

__all__ = ["MOST_AXES", "Array", "read_values"]

Array: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[Any]]

MOST_AXES = 8


def read_values(source: object, place: str, expected: str = "a number or a list of numbers") -> Array:
    """Return the array that a number or nested lists of numbers write out.

    Parameters
    ----------
    source : number or list
        As TOML has them; nothing else is a number here, neither true nor a date.
    place : str
        For errors.
    expected : str
        What is asked for, in words.

    Raises
    ------
    DataError
        For anything else, for lists of different lengths, and for numbers that are not finite.
    """
    if isinstance(source, bool) or not isinstance(source, int | float | list):
        raise DataError(f"{place}: {expected} is expected, not {shown(source)}")
    numbers: list[float] = []
    shape = _collect(source, place, (), numbers)
    if not numbers:
        raise DataError(f"{place}: there are no numbers in the list")
    return np.array(numbers).reshape(shape)


def _collect(source: object, place: str, index: tuple[int, ...], numbers: list[float]) -> tuple[int, ...]:
    """Append the numbers of nested lists; return their shape."""
    where = f"{place}, entry {', '.join(map(str, index))}" if index else place
    if not isinstance(source, list):
        if isinstance(source, bool) or not isinstance(source, int | float):
            raise DataError(f"{where}: the list is not an array of numbers: it holds {shown(source)}")
        try:
            number = float(source)
        except OverflowError:
            raise DataError(f"{where}: not an array of numbers that a float holds: it holds {shown(source)}") from None
        if not math.isfinite(number):
            raise DataError(f"{where}: the number is {number}", hint="remove or replace it")
        numbers.append(number)
        return ()
    if len(index) >= MOST_AXES:
        raise DataError(f"{place}: a list is nested more than {MOST_AXES} levels deep")
    shapes = [_collect(member, place, (*index, k), numbers) for k, member in enumerate(source)]
    for k, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise DataError(
                f"{place}: the list is not an array of numbers, because its members 0 and {k} differ in their shapes"
            )
    return (len(source), *(shapes[0] if shapes else ()))
