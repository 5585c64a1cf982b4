"""Read data: ``.npy`` and ``.npz`` without pickles, ``.csv`` by the names of its columns. Errors name file, row and column."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from symgd.errors import DataError

__all__ = ["read_array"]

Array = Any
_KEYS = {"file", "columns", "column", "except", "values", "key", "standardize", "intercept"}


def read_array(source: Any, folder: Path, name: str) -> Array:
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
    if isinstance(source, bool) or not isinstance(source, int | float | list | dict):
        raise DataError(f"[data] {name}: a number, a list, or a table with a file is expected")
    if not isinstance(source, dict):
        try:
            array = np.asarray(source, dtype=float)
        except (ValueError, TypeError, OverflowError):
            raise DataError(f"[data] {name}: the list is not an array of numbers") from None
        return _finite(array, f"[data] {name}")
    unknown = set(source) - _KEYS
    if unknown:
        raise DataError(f"[data] {name}: there is no option {min(unknown)}", hint=f"known: {', '.join(sorted(_KEYS))}")
    if not isinstance(source.get("file"), str):
        raise DataError(f"[data] {name}: a file is missing")
    path = folder / source["file"]
    if not path.is_file():
        raise DataError(f"[data] {name}: there is no file {source['file']}", hint="the path is relative to the problem file")
    array = _read_csv(path, source) if path.suffix == ".csv" else _read_numpy(path, source.get("key"))
    array = _finite(array, path.name)
    if source.get("standardize"):
        deviation = array.std(axis=0)
        if np.any(deviation == 0):
            raise DataError(f"{path.name}: column {int(np.argmin(deviation)) + 1} is constant and cannot be standardized")
        array = (array - array.mean(axis=0)) / deviation
    if source.get("intercept"):
        array = np.column_stack([array, np.ones(len(array))])
    return array


def _finite(array: Array, place: str) -> Array:
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        raise DataError(
            f"{place}: the entry at {tuple(int(i) for i in bad[0])} is {array[tuple(bad[0])]}", hint="remove or replace it"
        )
    return array


def _read_numpy(path: Path, key: str | None) -> Array:
    if path.suffix not in (".npy", ".npz"):
        raise DataError(f"{path.name}: files end in .npy, .npz or .csv")
    try:
        with open(path, "rb") as stream:
            loaded = np.load(stream, allow_pickle=False)
            if path.suffix == ".npz":
                names = list(loaded.files)
                if key is None and len(names) != 1:
                    raise DataError(f"{path.name} holds {', '.join(names)}", hint='choose one with key = "…"')
                if key is not None and key not in names:
                    raise DataError(f"{path.name} holds no {key}", hint=f"it holds {', '.join(names)}")
                loaded = loaded[key or names[0]]
            if loaded.dtype.kind not in "biuf":
                raise DataError(f"{path.name} cannot be read: it holds {loaded.dtype}, not real numbers")
            return np.asarray(loaded, dtype=float)
    except DataError:
        raise
    except Exception as error:
        raise DataError(
            f"{path.name} cannot be read: {str(error)[:120]}", hint="save it with numpy.save, without objects"
        ) from None


def _read_csv(path: Path, source: Mapping[str, Any]) -> Array:
    try:
        with open(path, newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.reader(stream))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path.name} is not a text file of commas: {str(error)[:80]}") from None
    rows = [row for row in rows if row]
    if len(rows) < 2:
        raise DataError(f"{path.name} has no data below its header")
    header = [cell.strip() for cell in rows[0]]
    twice = next((name for k, name in enumerate(header) if name in header[:k]), None)
    if twice is not None:
        raise DataError(f"{path.name}: two columns are called {twice[:40]}", hint="give every column a name of its own")
    chosen = _columns(header, source, path.name)
    words = source.get("values", {})
    if not isinstance(words, dict) or any(isinstance(n, bool) or not isinstance(n, int | float) for n in words.values()):
        raise DataError(f"{path.name}: values maps words to numbers", hint="values = { yes = 1, no = 0 }")
    table = np.empty((len(rows) - 1, len(chosen)))
    for i, row in enumerate(rows[1:]):
        if len(row) != len(header):
            raise DataError(f"{path.name}, row {i + 2}: {len(row)} cells, and the header has {len(header)}")
        for j, k in enumerate(chosen):
            table[i, j] = _cell(row[k].strip(), words, f"{path.name}, row {i + 2}, column {header[k]}")
    return table[:, 0] if "column" in source else table


def _columns(header: Sequence[str], source: Mapping[str, Any], place: str) -> list[int]:
    given = [key for key in ("columns", "column", "except") if key in source]
    if len(given) > 1:
        raise DataError(f"{place}: {' and '.join(given)} cannot be combined")
    named = source.get(given[0]) if given else []
    names = [named] if isinstance(named, str) else list(named or [])
    for name in names:
        if name not in header:
            raise DataError(
                f"{place} has no column {str(name)[:40]!r}",
                hint=f"it has {', '.join(header[:12])}{' …' if len(header) > 12 else ''}",
            )
    if not given:
        return list(range(len(header)))
    if given[0] == "except":
        return [k for k, name in enumerate(header) if name not in names]
    return [header.index(name) for name in names]


def _cell(text: str, words: Mapping[str, Any], place: str) -> float:
    if text in words:
        return float(words[text])
    try:
        return float(text)
    except ValueError:
        hint = f"known words: {', '.join(words)}" if words else "map words to numbers with values = { yes = 1, no = 0 }"
        raise DataError(f"{place}: {text[:40]!r} is not a number", hint=hint) from None
