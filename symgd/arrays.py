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

from collections.abc import Sequence
from typing import Any, NoReturn, TypeAlias

import numpy as np
import numpy.typing as npt

from symgd.array_entries import TIMES, Foreign, exact_number, first_true, hint_for, place_of
from symgd.errors import DataError, shown

__all__ = ["Array", "check_finite", "read_array", "read_exact_array", "read_finite_array", "read_float_array"]

Array: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[Any]]
"""An array of NumPy, of any number of axes."""

_DEEPEST = 32
"""Lists in lists that an array may be."""
_PLAIN = {bool, int, float}
_TEXTS = {"U": "texts", "T": "texts", "S": "bytes"}


def read_array(value: object, name: str, dtype: npt.DTypeLike = float) -> Array:
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


def read_finite_array(value: object, name: str) -> Array:
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


def check_finite(array: Array, value: object, name: str) -> None:
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
        index = first_true(~is_finite)
        raise DataError(
            f"{name} is not finite: it is {array[index]}{place_of(index, value)}",
            hint="remove or replace it" if index else "give a finite number",
        )


def read_float_array(value: object, name: str) -> Array:
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


def read_exact_array(value: object, name: str) -> Array:
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


def _read(value: object, name: str) -> Array:
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


def _converted(value: Foreign, name: str, depth: int) -> Array:
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


def _members(value: list[object] | tuple[object, ...], name: str, depth: int) -> Sequence[object]:
    """Return the members of a list, arrays of other libraries among them as plain ones."""
    kinds = set(map(type, value))
    if kinds <= _PLAIN:
        return value
    if depth > _DEEPEST:
        raise RecursionError
    return [_member(member, name, k, depth + 1) for k, member in enumerate(value)]


def _member(member: object, name: str, number: int, depth: int) -> object:
    if isinstance(member, list | tuple):
        return _members(member, f"{name}[{number}]", depth)
    if type(member) is np.ndarray or isinstance(member, np.generic) or not hasattr(member, "__array__"):
        return member
    return _converted(member, f"{name}[{number}]", depth)


def _unmasked(value: Foreign, name: str) -> Array:
    mask = np.ma.getmaskarray(value)
    if mask.dtype.names is None and mask.any():
        index = first_true(mask)
        hint = "take the entries that are not, x.compressed(), or fill the others in, x.filled(0.0)"
        raise DataError(f"{name} is masked{place_of(index, value)}", hint=hint if index else "give a number")
    return np.asarray(value.data)


def _without_missing(value: Foreign, name: str) -> Array:
    """Return the values of an object of pandas."""
    missing = np.asarray(value.isna())
    if missing.any():
        index = first_true(missing)
        raise DataError(
            f"{name} has no value{place_of(index, value)}", hint="leave the row out, x.dropna(), or fill it in, x.fillna(0.0)"
        )
    return np.asarray(value.to_numpy())


def _refuse_units(value: object, name: str) -> None:
    for words in ("units", "unit"):
        if hasattr(value, words) and (isinstance(value, np.ndarray) or hasattr(value, "magnitude")):
            unit = shown(str(getattr(value, words)))
            raise DataError(f"{name} has the unit {unit}, and numbers have none", hint="give the numbers in one unit")


def _refuse_nulls(value: Foreign, name: str) -> None:
    columns = value.itercolumns() if hasattr(value, "itercolumns") else [value]
    counts = (column.null_count() if callable(column.null_count) else column.null_count for column in columns)
    if any(np.any(np.asarray(count)) for count in counts):
        raise DataError(f"{name} has missing values", hint="leave them out or fill them in, as in x.fill_null(0.0)")


def _other_kind(array: Array, value: object, name: str) -> DataError:
    """Say what an array holds that is no number."""
    kind, dtype = array.dtype.kind, array.dtype
    if kind in _TEXTS:
        what = f"not {shown(value)}" if array.ndim == 0 else f"and these are {_TEXTS[kind]}: {shown(value)}"
        hint = f"convert {'it: float(x)' if array.ndim == 0 else 'them: x.astype(float)'}"
        return DataError(f"{name} is an array of numbers, {what}", hint=hint)
    if kind in TIMES:
        words, hint = TIMES[kind]
        return DataError(f"{name} is an array of numbers, and these are {words} ({dtype})", hint=hint)
    if dtype.names is not None:
        fields = shown(", ".join(map(str, dtype.names)))
        return DataError(
            f"{name} is an array of numbers, and this is a structured array with the fields {fields}",
            hint=f"take one field: x[{shown(dtype.names[0])}]",
        )
    return _no_array(value, name)


def _no_array(value: object, name: str) -> DataError:
    is_collection = (
        hasattr(value, "__iter__") and not hasattr(value, "__array__") and not isinstance(value, dict | list | tuple)
    )
    hint = "make it a list: list(x)" if is_collection else None
    return DataError(f"{name} is an array of numbers, not {shown(value)}", hint=hint)


def _with_numbers(array: Array, value: object, name: str) -> Array:
    """Return an array of objects with every entry as a number of Python or mpmath."""
    result = np.empty(array.shape, dtype=object)
    for index in np.ndindex(*array.shape):
        entry = array[index]
        try:
            number = exact_number(entry)
        except Exception:  # a user's type of number may raise anything
            number = None
        if number is None and not index:
            raise _no_array(value, name)
        if number is None:
            hint = hint_for(entry)
            raise DataError(
                f"{name} is an array of numbers, and what stands{place_of(index, value)} is {shown(entry)}", hint=hint
            )
        result[index] = number
    return result


def _as_floats(array: Array, value: object, name: str, dtype: npt.DTypeLike) -> Array:
    """Return an array of real numbers as floats, the nearest ones, none of which became infinite."""
    if array.dtype.kind != "O":
        with np.errstate(over="ignore"):
            floats = array.astype(dtype, copy=False)
        if floats.dtype.itemsize < array.dtype.itemsize or floats.dtype.itemsize < 8:
            overflown = np.isinf(floats) & np.isfinite(array)
            if overflown.any():
                _refuse_size(first_true(overflown), array, value, name)
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


def _refuse_size(index: tuple[int, ...], array: Array, value: object, name: str) -> NoReturn:
    raise DataError(
        f"{name} is larger than a float holds: it is {shown(array[index])}{place_of(index, value)}",
        hint="measure in other units",
    )
