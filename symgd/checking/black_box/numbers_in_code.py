"""Numbers that code which cannot be read as a formula may compare its inputs with."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from types import CodeType, FunctionType
from typing import Any

import numpy as np

__all__ = ["numbers_in", "places_at_jumps"]

_MOST_FUNCTIONS = 20
_MOST_NUMBERS = 12
_MOST_ENTRIES = 3
_TOLERANCE = 1e-4
"""Smaller numbers are steps and tolerances."""
_LIBRARIES = frozenset(("numpy", "scipy", "jax", "torch", "autograd", "sympy", "symgd", "pandas", "sklearn", "statsmodels"))
"""Whose functions are called, not read."""


def numbers_in(function: Any) -> set[Fraction]:
    """Return the numbers that code may compare an input with; tiny ones are steps and tolerances.

    They stand in it, in a variable or a default value that it uses, or in a function that it calls.
    """
    numbers: set[Fraction] = set()
    waiting, seen = [function], list[Any]()
    while waiting and len(seen) < _MOST_FUNCTIONS:
        code = _with_code(waiting.pop(0))
        if code is None or _is_of_library(code) or any(code is seen_code for seen_code in seen):
            continue
        seen.append(code)
        for value in _values_of(code):
            if _may_be_compared(value):
                numbers.add(Fraction(repr(value)))
            elif type(value) is float and 0 < abs(value) < _TOLERANCE:  # abs(x) < 1e-6 compares with 0
                numbers.add(Fraction(0))
            elif isinstance(value, FunctionType):
                waiting.append(value)
    return numbers


def _is_of_library(function: FunctionType) -> bool:
    return (function.__module__ or "").partition(".")[0] in _LIBRARIES


def _with_code(function: Any) -> FunctionType | None:
    while not isinstance(function, FunctionType):
        function = getattr(function, "__wrapped__", getattr(function, "function", getattr(function, "__func__", None)))
        if function is None:
            return None
    return function


def _values_of(function: FunctionType) -> list[Any]:
    """Return the constants of a function, its default values, and the variables that it uses."""
    values = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    values += [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    waiting = [function.__code__]
    while waiting:
        code = waiting.pop()
        values += [value for value in code.co_consts if not isinstance(value, CodeType)]
        values += [function.__globals__[name] for name in code.co_names if name in function.__globals__]
        waiting += [value for value in code.co_consts if isinstance(value, CodeType)]
    return values


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # the name has no value yet
        return False


def _may_be_compared(value: Any) -> bool:
    return type(value) in (int, float) and (value == 0 or _TOLERANCE <= abs(value) < 1e6)


def places_at_jumps(
    functions: Iterable[Any], claim: Callable[[Any], Any], x: Any, generator: np.random.Generator
) -> Iterator[Any]:
    """Yield points with an entry where a claim jumps: at a number that code compares with, between two of them, and beyond.

    Parameters
    ----------
    functions : iterable of callable
        The code whose numbers are tried.
    claim : callable
    x : array
        The point, one of whose entries is moved: the first of a few that makes the claim jump.
    generator : numpy.random.Generator
    """
    numbers = sorted(map(float, set[Fraction]().union(*map(numbers_in, functions))))[:_MOST_NUMBERS]

    def place(entry: int, number: float) -> Any:
        moved = x.copy()
        moved.flat[entry] = number
        return moved

    def jumps(entry: int, number: float) -> bool:
        step = 1e-7 * max(1.0, abs(number))
        try:
            low, middle, high = (np.asarray(claim(place(entry, number + shift))) for shift in (-step, 0.0, step))
        except Exception:  # a hand-written derivative may raise anything elsewhere
            return False
        if not low.shape == middle.shape == high.shape:
            return False
        size = 1e-3 * (1e-3 + np.abs(low) + np.abs(high))
        return bool(np.any(np.abs(low - middle) > size) or np.any(np.abs(high - middle) > size))

    for entry in map(int, generator.choice(x.size, min(_MOST_ENTRIES, x.size), replace=False)):
        at_jumps = [number for number in numbers if jumps(entry, number)]
        if at_jumps:
            between = [(low + high) / 2 for low, high in itertools.pairwise(at_jumps)]
            first, last = at_jumps[0], at_jumps[-1]
            beyond = [first - max(1.0, abs(first)) / 8, last + max(1.0, abs(last)) / 8]
            for number in (*at_jumps, *between, *beyond):
                yield place(entry, number)
            return
