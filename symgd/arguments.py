"""Readers of arguments: each returns a valid value, and refuses any other with one sentence on what the parameter is.

Every layer may use them; they do not depend on formulas, and cost less than a microsecond where nothing is wrong.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import math
import numbers
import operator
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeAlias, cast

from symgd.errors import DataError, SymgdError, shown

if TYPE_CHECKING:
    import numpy.typing as npt

    from symgd.arrays import Array

__all__ = [
    "Function",
    "integer_of",
    "proposing_shapes",
    "read_arguments",
    "read_array",
    "read_budget",
    "read_choice",
    "read_count",
    "read_finite_array",
    "read_flag",
    "read_function",
    "read_list",
    "read_mapping",
    "read_names",
    "read_number",
    "read_path",
    "read_seed",
    "read_text",
    "read_whole_number",
]

Function: TypeAlias = Callable[..., Any]
"""A function of a user, whose arguments and result are unknown."""


def read_flag(value: object, name: str) -> bool:
    """Return a flag.

    Raises
    ------
    SymgdError
        For anything but True and False: the truth of an array or of a condition is no answer.
    """
    if value is True or value is False:
        return bool(value)
    import numpy as np

    if isinstance(value, np.bool_):
        return bool(value)
    raise SymgdError(f"{name} is True or False, not {shown(value)}")


def read_choice(value: object, choices: Iterable[str], name: str, kind: type[SymgdError] = SymgdError) -> str:
    """Return one of several words.

    Raises
    ------
    SymgdError
        Or the error `kind`: for anything else, also for what cannot be compared with a word.
    """
    if isinstance(value, str) and value in choices:
        return str(value)
    raise kind(f"there is no {name} called {shown(value)}", hint=f"choose one of {', '.join(choices)}")


def integer_of(value: object) -> int | None:
    """Return a whole number of any library, and None for anything else: True, 2.0, an array, the class int."""
    if type(value).__name__ in ("bool", "bool_"):  # NumPy's, too, some versions of which warn when they are asked for an index
        return None
    try:
        number = operator.index(cast("SupportsIndex", value))
    except TypeError:
        return None
    is_masked = not isinstance(value, int) and bool(getattr(value, "mask", False))  # NumPy takes it for what is behind the mask
    return None if is_masked else number


def read_whole_number(value: object, name: str, least: int = 0, most: int | None = None, hint: str | None = None) -> int:
    """Return a whole number from `least` to `most`.

    Raises
    ------
    SymgdError
        For anything else, also for True and False.
    """
    number = integer_of(value)
    if number is None or number < least or (most is not None and number > most):
        end = "on" if most is None else f"to {most}"
        raise SymgdError(f"{name} is a whole number from {least} {end}, not {shown(value)}", hint=hint)
    return number


def read_budget(budget: float | None) -> float:
    """Return a limit in seconds; None is no limit.

    Raises
    ------
    SymgdError
        For anything but None and a positive number.
    """
    return math.inf if budget is None else read_number(budget, "the budget, a number of seconds,", "(0, inf]")


def read_seed(seed: object) -> int:
    """Return the seed of random numbers.

    Raises
    ------
    SymgdError
        For anything but a whole number from 0 on, of 128 bits at most.
    """
    number = read_whole_number(seed, "a seed", 0)
    if number.bit_length() > 128:
        raise SymgdError(f"a seed has 128 bits at most, and is not {shown(seed)}")
    return number


def read_count(points: object) -> int:
    """Return a number of points.

    Raises
    ------
    SymgdError
        For anything but a whole number from 1 on.
    """
    return read_whole_number(points, "a number of points", 1)


_WORDS = {"(0, inf)": "a positive number"}


def read_number(value: object, name: str, within: str = "(-inf, inf)") -> float:
    """Return a real number as a float.

    Parameters
    ----------
    value : number
        Of Python, NumPy or SymPy, or an array of no axes.
    name : str
        The parameter, as a message calls it.
    within : str
        Where it lies: ``"[0, 1)"`` is 0 ≤ value < 1.

    Raises
    ------
    SymgdError
        For anything else, also for True and False.
    """
    low, high, is_open_low, is_open_high = _ends(within)
    number = _float_of(value)
    if not (low < number if is_open_low else low <= number) or not (number < high if is_open_high else number <= high):
        kind = _WORDS.get(within, f"a number in {within}")
        raise SymgdError(f"{name} is {kind}, not {shown(value)}")
    return number


def _float_of(value: object) -> float:
    """Return a real number as a float, and NaN for what is none or too large for one."""
    import numpy as np

    if isinstance(value, np.ndarray) and value.shape == ():
        value = value[()]
    if not isinstance(value, numbers.Real) or isinstance(value, bool | np.timedelta64):  # NumPy counts durations as integers
        return math.nan
    try:
        number = float(value)
        return number if math.isfinite(number) or value == number else math.nan
    except (TypeError, ValueError, OverflowError):
        return math.nan


@functools.cache
def _ends(within: str) -> tuple[float, float, bool, bool]:
    low, high = within[1:-1].split(",")
    return float(low), float(high), within[0] == "(", within[-1] == ")"


def read_mapping(value: object, name: str, hint: str) -> Mapping[Any, object]:
    """Return a mapping; None is one without members.

    Raises
    ------
    SymgdError
        For anything else.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise SymgdError(f"{name} is a mapping, not {shown(value)}", hint=hint)
    return value


def read_list(value: object, name: str, hint: str) -> Sequence[object]:
    """Return the members of a list or a tuple.

    Raises
    ------
    SymgdError
        For anything else.
    """
    if not isinstance(value, list | tuple):
        raise SymgdError(f"{name} is a list, not {shown(value)}", hint=hint)
    return value


def read_arguments(value: object) -> tuple[object, ...]:
    """Return further arguments of a function.

    Raises
    ------
    SymgdError
        For anything but a tuple or a list.
    """
    return tuple(read_list(value, "args", "args=(X, y)"))


def read_names(value: object, name: str) -> tuple[str, ...]:
    """Return names, in a list.

    Raises
    ------
    SymgdError
        For anything else, also for one text.
    """
    if not isinstance(value, list | tuple) or not all(isinstance(member, str) for member in value):
        raise SymgdError(f"{name} is a list of names, not {shown(value)}", hint=f'{name}=["x", "y"]')
    return tuple(value)


def read_function(value: object, name: str, hint: str = "such as lambda x: 2*x") -> Function:
    """Return a function.

    Raises
    ------
    SymgdError
        For what cannot be called, and for what is called for something else: a class makes objects, a SciPy operator products.
    """
    if not callable(value) or isinstance(value, type) or hasattr(value, "matvec"):
        raise SymgdError(f"{name} is a function, not {shown(value)}", hint=hint)
    return value


def read_text(value: object, name: str) -> str:
    """Return a text.

    Raises
    ------
    SymgdError
        For anything else.
    """
    if not isinstance(value, str):
        raise SymgdError(f"{name} is a text, not {shown(value)}")
    return str(value)


def read_path(value: object, name: str = "path") -> Path:
    """Return the path of a file.

    Raises
    ------
    DataError
        For what is no path, or names no file that any system could hold.
    """
    if not isinstance(value, str | os.PathLike):
        raise DataError(f"{name} is the path of a file, not {shown(value)}")
    path = Path(value)
    try:
        encoded = os.fsencode(path)
    except UnicodeEncodeError:
        encoded = b"\0"
    if not path.name or b"\0" in encoded:
        raise DataError(f"{shown(str(value))} is not the path of a file")
    return path


def read_array(value: object, name: str, dtype: npt.DTypeLike = float) -> Array:
    """Return an array of real numbers; see :func:`symgd.arrays.read_array`.

    Raises
    ------
    DataError
        For what is none.
    """
    from symgd.arrays import read_array

    return read_array(value, name, dtype)


def read_finite_array(value: object, name: str) -> Array:
    """Return an array of finite real numbers; see :func:`symgd.arrays.read_finite_array`.

    Raises
    ------
    DataError
        For what is none, naming the place.
    """
    from symgd.arrays import read_finite_array

    return read_finite_array(value, name)


_SHAPES = re.compile(r"shapes=(\{[^{}…]*\})")
"""Shapes that a hint proposes in full; with dots they are an example."""


@contextlib.contextmanager
def proposing_shapes(write: Callable[[dict[str, str]], str]) -> Iterator[None]:
    """Let the hints of errors propose shapes as they can be given where the formula is read.

    Parameters
    ----------
    write : callable
        ``write({"x": "n"})`` is what takes the place of ``shapes={"x": "n"}``.

    Examples
    --------
    >>> from symgd.errors import ShapeError
    >>> try:
    ...     with proposing_shapes(lambda shapes: f"--shapes {shapes}"):
    ...         raise ShapeError("the shape of x is not known", hint='declare shapes={"x": "n"}')
    ... except ShapeError as error:
    ...     print(error.hint)
    declare --shapes {'x': 'n'}
    """
    try:
        yield
    except SymgdError as error:
        match = _SHAPES.search(error.hint or "")
        if error.hint is not None and match is not None:
            written = write(ast.literal_eval(match[1]))
            error.hint = error.hint[: match.start()] + written + error.hint[match.end() :]
        raise
