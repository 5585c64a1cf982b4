"""Data: what may be given as an array of numbers, and how it is read.

Every array and number that a user hands over as data is read here: the values of inputs and starts of descents, points, the
arguments of compiled functions, what hand-written functions return. Nothing is cast unseen.

Read by their values:

* NumPy's arrays of booleans, integers and floats of any width, and Python's numbers, in nested lists and tuples too;
* ``Fraction``, ``Decimal`` and the real numbers of SymPy and mpmath;
* objects of pandas without missing values, masked arrays without a masked entry, and arrays of other libraries (PyTorch, JAX,
  CuPy, xarray, PyArrow, polars).

A number that float64 does not hold becomes the nearest one, as 2**53 + 1, 1/3 and a longdouble do; one beyond the largest
float64 is refused. NaN and infinities of NumPy are numbers, which some functions take and others refuse; a NaN of pandas is a
missing value.

Refused, with the place and a remedy: masked entries and missing values, complex numbers, dates and durations, structured
arrays, texts and bytes, numbers with units, sparse matrices, lists of different lengths, sets, mappings, generators, and None.
Compiled functions take complex numbers, which the complex step needs, and so do products with operators.
"""

from __future__ import annotations

import datetime
import numbers
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from symgd.errors import DataError, shown

__all__ = ["check_finite", "read_array", "read_exact_array", "read_finite_array", "read_float_array"]

Array = Any

_DEEPEST = 32
"""Lists in lists that an array may be."""
_PLAIN = {bool, int, float}
_TEXTS = {"U": "texts", "T": "texts", "S": "bytes"}
_TIMES = {
    "M": ("dates", "measure from one of them, in a unit: (x - x[0]) / np.timedelta64(1, 'D')"),
    "m": ("durations", "measure in a unit: x / np.timedelta64(1, 's')"),
}


def read_array(value: Any, name: str, dtype: Any = float) -> Array:
    """Return an array of real numbers.

    Parameters
    ----------
    value : array_like
        See the rule in the documentation of this module.
    name : str
        What it is, as a message calls it.
    dtype : dtype
        Of floats.

    Raises
    ------
    DataError
        For what is none, and for a number beyond the largest float.

    Examples
    --------
    >>> import numpy as np
    >>> from fractions import Fraction
    >>> from symgd.arrays import read_array
    >>> read_array([Fraction(1, 4), 2, True], "the value of x")
    array([0.25, 2.  , 1.  ])
    >>> read_array(np.ma.array([1.0, 2.0], mask=[False, True]), "the value of x")
    Traceback (most recent call last):
        ...
    symgd.errors.DataError: the value of x is masked at [1]
      hint: take the entries that are not, x.compressed(), or fill the others in, x.filled(0.0)
    """
    if type(value) is np.ndarray and value.dtype == dtype and value.dtype.kind == "f":
        return value
    if isinstance(value, float) and dtype is float:
        return np.asarray(value, dtype=float)
    return _as_floats(read_exact_array(value, name), value, name, dtype)


def read_finite_array(value: Any, name: str) -> Array:
    """Return an array of finite real numbers.

    Raises
    ------
    DataError
        For what is none; of numbers that are not finite the first is named, in an object of pandas by row and column.

    Examples
    --------
    >>> from symgd.arrays import read_finite_array
    >>> read_finite_array([[1.0, 2.0], [float("inf"), 4.0]], "the value of X")
    Traceback (most recent call last):
        ...
    symgd.errors.DataError: the value of X is not finite: it is inf at [1, 0]
      hint: remove or replace it
    """
    array = read_array(value, name)
    check_finite(array, value, name)
    return array


def check_finite(array: Array, value: Any, name: str) -> None:
    """Refuse numbers that are not finite.

    Parameters
    ----------
    array : array of float
        As it was read.
    value : array_like
        As it was given.
    name : str

    Raises
    ------
    DataError
    """
    try:
        is_finite = np.isfinite(array)
    except MemoryError:  # a view may claim more entries than any memory holds
        raise DataError(f"{name} is an array of shape {array.shape}, which is too large") from None
    if not is_finite.all():
        index = _first(~is_finite)
        raise DataError(
            f"{name} is not finite: it is {array[index]}{_at(index, value)}",
            hint="remove or replace it" if index else "give a finite number",
        )


def read_float_array(value: Any, name: str) -> Array:
    """Return an array of floats in the precision they have, complex ones too: what a compiled function takes.

    Raises
    ------
    DataError
        For what is none.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.arrays import read_float_array
    >>> read_float_array([np.float32(1.5), np.float32(2)], "the value of x")
    array([1.5, 2. ], dtype=float32)
    """
    array = _read(value, name)
    return array if array.dtype.kind in "fc" else _as_floats(array, value, name, float)


def read_exact_array(value: Any, name: str) -> Array:
    """Return an array of real numbers in which integers and fractions stay what they are; a longdouble becomes a float64.

    Returns
    -------
    array
        Of booleans, integers or floats; or of objects, which are numbers of Python and mpmath.

    Raises
    ------
    DataError
        For what is none.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from symgd.arrays import read_exact_array
    >>> read_exact_array([Fraction(1, 3), 10**30], "the value of x")
    array([Fraction(1, 3), 1000000000000000000000000000000], dtype=object)
    """
    array = _read(value, name)
    if array.dtype.kind == "c":
        raise DataError(
            f"{name} is an array of real numbers, and these are complex",
            hint="take one part, x.real or x.imag, or both as two inputs",
        )
    return _as_floats(array, value, name, float) if array.dtype.kind == "f" and array.dtype.itemsize > 8 else array


# -- any value as an array of a known kind ------------------------------------------------------------------------


def _read(value: Any, name: str) -> Array:
    """Return an array of booleans, integers, floats, complex numbers, or objects that are numbers."""
    try:
        array = _converted(value, name, 0)
    except DataError:
        raise
    except Exception as error:  # NumPy's reasons, and those of other libraries, which may fail in any way
        if isinstance(error, ValueError) and "inhomogeneous" in str(error):
            raise DataError(
                f"{name} is an array of numbers, and its rows have different lengths: {shown(value)}",
                hint="fill short rows up, or give them one at a time",
            ) from None
        if isinstance(error, RecursionError):
            raise DataError(f"{name} is a list of more than {_DEEPEST} levels: {shown(value)}") from None
        raise _no_array(value, name) from None
    kind = array.dtype.kind
    if kind in "fiubc":
        return array
    if kind == "O":
        return _with_numbers(array, value, name)
    if array.dtype.type.__module__ == "ml_dtypes":  # JAX's bfloat16 and its like
        return array.astype(float)
    raise _other_kind(array, value, name)


def _converted(value: Any, name: str, depth: int) -> Array:
    """Return what NumPy makes of a value in which nothing can be lost unseen."""
    if type(value) is np.ndarray:
        return value
    if isinstance(value, list | tuple):
        return np.asarray(_members(value, name, depth))
    if isinstance(value, np.ma.MaskedArray):
        return _unmasked(value, name)
    if isinstance(value, np.generic | int | float | complex):
        return np.asarray(value)
    root = (type(value).__module__ or "").partition(".")[0]
    if root == "pandas" and hasattr(value, "isna"):
        return _without_missing(value, name)
    if isinstance(value, bytearray):
        return np.asarray(bytes(value))
    if hasattr(value, "toarray") or hasattr(value, "todense"):
        raise DataError(f"{name} is a sparse matrix, not an array", hint="make it dense: x.toarray()")
    _refuse_units(value, name)
    if root == "torch":
        value = value.detach().cpu().numpy()
    elif root == "cupy":
        value = value.get()
    elif root in ("pyarrow", "polars"):
        _refuse_nulls(value, name)
    return np.asarray(value)


def _members(value: list[Any] | tuple[Any, ...], name: str, depth: int) -> Any:
    """Return the members of a list, arrays of other libraries among them as plain ones."""
    kinds = set(map(type, value))
    if kinds <= _PLAIN:
        return value
    if depth > _DEEPEST:
        raise RecursionError
    return [_member(one, name, k, depth + 1) for k, one in enumerate(value)]


def _member(one: Any, name: str, number: int, depth: int) -> Any:
    if isinstance(one, list | tuple):
        return _members(one, f"{name}[{number}]", depth)
    if type(one) is np.ndarray or isinstance(one, np.generic) or not hasattr(one, "__array__"):
        return one
    return _converted(one, f"{name}[{number}]", depth)


def _unmasked(value: Any, name: str) -> Array:
    mask = np.ma.getmaskarray(value)
    if mask.dtype.names is None and mask.any():
        index = _first(mask)
        hint = "take the entries that are not, x.compressed(), or fill the others in, x.filled(0.0)"
        raise DataError(f"{name} is masked{_at(index, value)}", hint=hint if index else "give a number")
    return np.asarray(value.data)


def _without_missing(value: Any, name: str) -> Array:
    """Return the values of an object of pandas."""
    missing = np.asarray(value.isna())
    if missing.any():
        index = _first(missing)
        raise DataError(
            f"{name} has no value{_at(index, value)}", hint="leave the row out, x.dropna(), or fill it in, x.fillna(0.0)"
        )
    return np.asarray(value.to_numpy())


def _refuse_units(value: Any, name: str) -> None:
    for words in ("units", "unit"):
        if hasattr(value, words) and (isinstance(value, np.ndarray) or hasattr(value, "magnitude")):
            unit = shown(str(getattr(value, words)))
            raise DataError(f"{name} has the unit {unit}, and numbers have none", hint="give the numbers in one unit")


def _refuse_nulls(value: Any, name: str) -> None:
    columns = value.itercolumns() if hasattr(value, "itercolumns") else [value]
    counts = (column.null_count() if callable(column.null_count) else column.null_count for column in columns)
    if any(np.any(np.asarray(count)) for count in counts):
        raise DataError(f"{name} has missing values", hint="leave them out or fill them in, as in x.fill_null(0.0)")


def _other_kind(array: Array, value: Any, name: str) -> DataError:
    """Say what an array holds that is no number."""
    kind, dtype = array.dtype.kind, array.dtype
    if kind in _TEXTS:
        what = f"not {shown(value)}" if array.ndim == 0 else f"and these are {_TEXTS[kind]}: {shown(value)}"
        hint = f"convert {'it: float(x)' if array.ndim == 0 else 'them: x.astype(float)'}"
        return DataError(f"{name} is an array of numbers, {what}", hint=hint)
    if kind in _TIMES:
        words, hint = _TIMES[kind]
        return DataError(f"{name} is an array of numbers, and these are {words} ({dtype})", hint=hint)
    if dtype.names is not None:
        fields = shown(", ".join(map(str, dtype.names)))
        return DataError(
            f"{name} is an array of numbers, and this is a structured array with the fields {fields}",
            hint=f"take one field: x[{shown(dtype.names[0])}]",
        )
    return _no_array(value, name)


def _no_array(value: Any, name: str) -> DataError:
    is_collection = (
        hasattr(value, "__iter__") and not hasattr(value, "__array__") and not isinstance(value, dict | list | tuple)
    )
    hint = "make it a list: list(x)" if is_collection else None
    return DataError(f"{name} is an array of numbers, not {shown(value)}", hint=hint)


# -- entries ------------------------------------------------------------------------------------------------------


def _with_numbers(array: Array, value: Any, name: str) -> Array:
    """Return an array of objects with every entry as a number of Python or mpmath."""
    result = np.empty(array.shape, dtype=object)
    for index in np.ndindex(*array.shape):
        entry = array[index]
        try:
            number = _exact(entry)
        except Exception:  # a number of somebody's may fail in any way
            number = None
        if number is None and not index:
            raise _no_array(value, name)
        if number is None:
            hint = _hint_for(entry)
            raise DataError(f"{name} is an array of numbers, and what stands{_at(index, value)} is {shown(entry)}", hint=hint)
        result[index] = number
    return result


def _hint_for(entry: Any) -> str | None:
    """Return how what is no number becomes one."""
    if isinstance(entry, str | bytes):
        return "convert it: float(x)"
    if isinstance(entry, datetime.date | np.datetime64):
        return _TIMES["M"][1]
    if isinstance(entry, datetime.timedelta | np.timedelta64):
        return _TIMES["m"][1]
    return "take one part, .real or .imag" if isinstance(entry, complex) else None


def _is_sympy(entry: Any) -> bool:
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(entry, sympy.Expr)


def _exact(entry: Any) -> Any:
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
    if _is_sympy(entry) and not entry.free_symbols and entry.is_extended_real:
        return float(entry)
    return None


def _as_floats(array: Array, value: Any, name: str, dtype: Any) -> Array:
    """Return an array of real numbers as floats, the nearest ones, none of which became infinite."""
    if array.dtype.kind != "O":
        with np.errstate(over="ignore"):
            floats = array.astype(dtype, copy=False)
        if floats.dtype.itemsize < array.dtype.itemsize or floats.dtype.itemsize < 8:
            overflown = np.isinf(floats) & np.isfinite(array)
            if overflown.any():
                _refuse_size(_first(overflown), array, value, name)
        return floats
    result = np.empty(array.shape, dtype=float)
    for index in np.ndindex(*array.shape):
        try:
            result[index] = number = float(array[index])
        except OverflowError:
            _refuse_size(index, array, value, name)
        if number in (np.inf, -np.inf) and array[index] != number:
            _refuse_size(index, array, value, name)
    return _as_floats(result, value, name, dtype)


def _refuse_size(index: tuple[int, ...], array: Array, value: Any, name: str) -> NoReturn:
    raise DataError(
        f"{name} is larger than a float holds: it is {shown(array[index])}{_at(index, value)}", hint="measure in other units"
    )


# -- places -------------------------------------------------------------------------------------------------------


def _first(marks: Array) -> tuple[int, ...]:
    """Return the index of the first entry that is true."""
    return tuple(int(k) for k in np.unravel_index(int(np.argmax(marks)), np.shape(marks)))


def _at(index: tuple[int, ...], value: Any) -> str:
    """Return the place of an entry, in an object of pandas by the labels of its row and column."""
    if not index:
        return ""
    rows: Any = getattr(value, "index", None)
    if type(value).__module__.startswith("pandas") and hasattr(rows, "__getitem__"):
        row = f" in row {shown(rows[index[0]])}"
        return row if len(index) < 2 else f"{row}, column {shown(value.columns[index[1]])}"
    return f" at [{', '.join(map(str, index))}]"
