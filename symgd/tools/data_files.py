"""Read data: ``.npy`` and ``.npz`` without pickles, ``.csv`` by the names of its columns. Errors name file, row and column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from symgd.errors import DataError, shown
from symgd.files import check_name, shown_path
from symgd.tools.csv_files import read_csv
from symgd.tools.numpy_files import read_npy, read_npz
from symgd.tools.written_arrays import Array, read_values

__all__ = ["Array", "read_array", "read_values"]

_KEYS = {"file", "columns", "column", "except", "values", "key", "standardize", "intercept"}
_KEYS_OF_CSV = {"columns", "column", "except", "values"}


def read_array(source: object, folder: Path, name: str) -> Array:
    """Return the array that an entry of ``[data]`` describes.

    Parameters
    ----------
    source : number, list, or table
        A table names a ``file`` relative to `folder`, and for CSV ``columns`` (a list), ``column`` (one), or ``except`` (all
        others); ``values`` maps words to numbers; ``key`` chooses an array of an ``.npz``; ``standardize`` subtracts
        the mean of each column and divides by its deviation; ``intercept`` appends a column of ones.
    folder : Path
    name : str
        The input, for errors.

    Raises
    ------
    DataError
        Naming the place.
    """
    place = f"[data] {shown_path(name, 40)}"
    if not isinstance(source, dict):
        return read_values(source, place, "a number, a list, or a table with a file")
    unknown = set(source) - _KEYS
    if unknown:
        raise DataError(
            f"{place}: there is no option {shown_path(min(unknown), 40)}", hint=f"known: {', '.join(sorted(_KEYS))}"
        )
    if not isinstance(source.get("file"), str):
        raise DataError(f"{place}: a file is missing", hint='file = "data.csv"')
    for key in ("standardize", "intercept"):
        if not isinstance(source.get(key, False), bool):
            raise DataError(f"{place}: {key} is true or false, not {shown(source[key])}")
    path = folder / source["file"]
    if not path.name:
        raise DataError(f"{place}: a file is missing", hint='file = "data.csv"')
    check_name(path)
    if not path.exists():
        raise DataError(
            f"{place}: there is no file {shown_path(source['file'])}", hint="the path is relative to the problem file"
        )
    if path.is_dir():
        raise DataError(f"{place}: there is no file {shown_path(source['file'])}, but a folder", hint="name a file in it")
    kind = path.suffix.lower()
    if kind not in (".csv", ".npy", ".npz"):
        raise DataError(f"{place}: {shown_path(path.name)} is of no kind that is known", hint="files end in .npy, .npz or .csv")
    for key in sorted(_KEYS_OF_CSV if kind != ".csv" else set()) + (["key"] if kind != ".npz" else []):
        if key in source:
            raise DataError(f"{place}: {key} does not apply to a file that ends in {kind}", hint="leave it out")
    names: list[str] = []
    if kind == ".csv":
        values, names = read_csv(path, source)
    else:
        values = (read_npz if kind == ".npz" else read_npy)(path, source)
    if not values.size:
        raise DataError(f"{place}: {shown_path(path.name)} holds no numbers")
    if source.get("standardize"):
        values = _standardized(values, path.name, names)
    if source.get("intercept"):
        if values.ndim not in (1, 2):
            raise DataError(
                f"{shown_path(path.name)}: an intercept is a column beside columns, and the array has {values.ndim} axes"
            )
        values = np.column_stack([values, np.ones(len(values))])
    return values


# -- standardizing ----------------------------------------------------------------------------------------------


def _standardized(values: Array, name: str, names: Sequence[str]) -> Array:
    """Return columns with mean 0 and deviation 1; a power of 2 is divided out first, so that no square overflows.

    Parameters
    ----------
    values : array
    name : str
        Of the file.
    names : sequence of str
        Of the columns, where they have names.
    """
    if values.ndim == 0 or not values.size:
        raise DataError(f"{shown_path(name)}: there are no columns to standardize")
    constant = np.argwhere((values == values[:1]).all(axis=0))
    if len(constant):
        number = ", ".join(str(int(k) + 1) for k in constant[0])
        column = f"column {number}" if values.ndim > 1 else "the column"
        if names:
            column = f"column {shown_path(names[int(constant[0][0]) if values.ndim > 1 else 0], 40)}"
        raise DataError(
            f"{shown_path(name)}: {column} is constant and cannot be standardized", hint="leave it out, or use intercept = true"
        )
    _, exponent = np.frexp(np.abs(values).max(axis=0))
    scaled = np.ldexp(values, -exponent)
    centred = scaled - scaled[:1]  # exact for numbers that are close, whose mean is rounded by more than their deviation
    centred -= centred.mean(axis=0)
    standardized: Array = centred / np.sqrt(np.mean(centred**2, axis=0))
    return standardized
