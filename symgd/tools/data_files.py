"""Read data: ``.npy`` and ``.npz`` without pickles, ``.csv`` by the names of its columns. Errors name file, row and column.

The size of an array is known before a byte of it is read, so a small file that declares a large one is refused at once.
"""

from __future__ import annotations

import array
import csv
import io
import math
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from symgd.errors import DataError, shown
from symgd.files import check_name, open_regular, shown_path
from symgd.tools.written_numbers import is_number, read_float

__all__ = ["read_array", "read_values"]

Array = Any

MAX_FILE_BYTES = 4 * 10**9
MAX_ARRAY_BYTES = 4 * 10**9
"""Of an array of floats in memory."""
_SMALL, _MOST_COMPRESSED = 10**8, 100
"""A member of an archive that is larger, and so many times larger than its compressed bytes, is refused."""

_MOST_AXES = 8
_SAVE = "save it with numpy.save"

_KEYS = {"file", "columns", "column", "except", "values", "key", "standardize", "intercept"}
_KEYS_OF_CSV = {"columns", "column", "except", "values"}
_MARKS_OF_OTHER_FILES = (
    (b"PK\x03\x04", ".npz", "a zip archive"),
    (b"\x93NUMPY", ".npy", "an array of NumPy"),
    (b"\x1f\x8b", ".gz", "compressed by gzip"),
)


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
        values, names = _read_csv(path, source)
    else:
        values = (_read_npz if kind == ".npz" else _read_npy)(path, source)
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


def read_values(source: Any, place: str, expected: str = "a number or a list of numbers") -> Array:
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


def _collect(source: Any, place: str, index: tuple[int, ...], numbers: list[float]) -> tuple[int, ...]:
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
    if len(index) >= _MOST_AXES:
        raise DataError(f"{place}: a list is nested more than {_MOST_AXES} levels deep")
    shapes = [_collect(one, place, (*index, k), numbers) for k, one in enumerate(source)]
    for k, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise DataError(
                f"{place}: the list is not an array of numbers, because its members 0 and {k} differ in their shapes"
            )
    return (len(source), *(shapes[0] if shapes else ()))


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
    return centred / np.sqrt(np.mean(centred**2, axis=0))


# -- arrays of NumPy --------------------------------------------------------------------------------------------


def _read_npy(path: Path, source: Mapping[str, Any]) -> Array:
    with open(open_regular(path, MAX_FILE_BYTES), "rb") as stream:
        stream.seek(0, io.SEEK_END)
        size = stream.tell()
        stream.seek(0)
        return _read_stream(stream, size, shown_path(path.name))


def _read_npz(path: Path, source: Mapping[str, Any]) -> Array:
    key = source.get("key")
    name = shown_path(path.name)
    if key is not None and not isinstance(key, str):
        raise DataError(f"{name}: key is the name of an array, not {shown(key)}")
    with open(open_regular(path, MAX_FILE_BYTES), "rb") as stream:
        try:
            archive = zipfile.ZipFile(stream)
            listed = [(info.filename.removesuffix(".npy"), info) for info in archive.infolist()]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
            raise _unreadable(name, "it is no zip archive") from None
        members = dict(listed)
        if len(members) != len(listed):
            raise DataError(f"{name} holds two arrays of one name", hint=_SAVE)
        words = ", ".join(shown_path(member, 40) for member in list(members)[:8]) + (", …" if len(members) > 8 else "")
        if not members:
            raise DataError(f"{name} holds no arrays")
        if key is None and len(members) != 1:
            raise DataError(f"{name} holds {words}", hint='choose one with key = "…"')
        if key is not None and key not in members:
            raise DataError(f"{name} holds no {shown_path(key, 40)}", hint=f"it holds {words}")
        info = members[key if key is not None else next(iter(members))]
        if info.file_size > _SMALL and info.file_size > _MOST_COMPRESSED * max(info.compress_size, 1):
            raise DataError(
                f"{name}: {shown_path(info.filename, 40)} would have {info.file_size / 1e6:.0f} MB, "
                f"{info.file_size // max(info.compress_size, 1)} times its compressed size",
                hint=_SAVE,
            )
        try:
            with archive.open(info) as member:
                return _read_stream(member, info.file_size, f"{name}, {shown_path(info.filename, 40)}", info.compress_size)
        except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError, EOFError) as error:
            raise _unreadable(name, shown(str(error))) from None


def _unreadable(name: str, reason: str) -> DataError:
    return DataError(f"{name} cannot be read: {reason}", hint=f"{_SAVE}, without objects")


def _read_stream(stream: Any, size: int, name: str, compressed: int | None = None) -> Array:
    """Read an array of real, finite numbers, after its header was held against the size of the file."""
    try:
        version = np.lib.format.read_magic(stream)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }.get(version)
        if read_header is None:
            raise _unreadable(name, f"its format has the version {version[0]}.{version[1]}")
        shape, is_fortran, dtype = read_header(stream)
    except DataError:
        raise
    except Exception as error:  # NumPy parses the header as a literal of Python, which fails in many ways
        raise _unreadable(name, shown(str(error).split("\n")[0], 100)) from None
    if len(shape) > _MOST_AXES or not all(type(length) is int and length >= 0 for length in shape):
        raise _unreadable(name, f"its header declares the shape {shown(shape)}")
    if dtype.kind not in "biuf":
        raise _unreadable(name, f"it holds {_kind_in_words(dtype)}, not real numbers")
    count = math.prod(shape)
    declared, there = count * dtype.itemsize, size - stream.tell()
    if declared != there:
        raise _unreadable(name, f"its header declares {declared} bytes of numbers, and {there} follow")
    if count * 8 > MAX_ARRAY_BYTES:
        raise DataError(
            f"{name}: {count * 8 / 1e9:.0f} GB of floats are too many", hint=f"{MAX_ARRAY_BYTES / 1e9:.0f} GB at most"
        )
    if compressed is not None and count * 8 > max(_SMALL, _MOST_COMPRESSED * compressed):
        raise DataError(f"{name}: {count * 8 / 1e6:.0f} MB of floats are too many for {compressed} bytes", hint=_SAVE)
    content = bytearray(stream.read(declared))
    if len(content) != declared:
        raise _unreadable(name, f"its header declares {declared} bytes of numbers, and {len(content)} follow")
    values = np.frombuffer(content, dtype=dtype).reshape(shape, order="F" if is_fortran else "C")
    with np.errstate(over="ignore"):
        values = np.ascontiguousarray(values, dtype=float).reshape(shape)
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        index = tuple(int(k) for k in np.unravel_index(bad[0], shape))
        raise DataError(f"{name}: the entry at {index} is {values[index]}", hint="remove or replace it")
    return values


def _kind_in_words(dtype: Any) -> str:
    kinds = {
        "c": "complex numbers",
        "O": "objects",
        "U": "texts",
        "S": "bytes",
        "M": "dates",
        "m": "spans of time",
        "V": "records",
    }
    return kinds.get(dtype.kind, shown(str(dtype)))


# -- CSV --------------------------------------------------------------------------------------------------------


def _read_csv(path: Path, source: Mapping[str, Any]) -> tuple[Array, list[str]]:
    """Read columns of numbers, row by row; return them and their names."""
    name = shown_path(path.name)
    words = _words(source.get("values", {}), name)
    with open(open_regular(path, MAX_FILE_BYTES), "rb") as binary:
        start = binary.peek(8)[:8] if hasattr(binary, "peek") else b""
        for mark, ending, what in _MARKS_OF_OTHER_FILES:
            if start.startswith(mark):
                raise DataError(f"{name} is not a text file of commas: it is {what}", hint=f"name it with the ending {ending}")
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise DataError(f"{name} is not a text file of commas in UTF-8: it is UTF-16", hint="save it as UTF-8")
        stream = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
        table = csv.reader(stream, strict=True)
        number = 0
        try:
            header: list[str] = []
            chosen: list[int] = []
            numbers = array.array("d")
            count = blank = 0
            for row in table:
                number += 1
                if not row:
                    blank = blank or (number if header else 0)
                    continue
                if not header:
                    header = [cell.strip() for cell in row]
                    chosen = _chosen_columns(header, source, name)
                    continue
                _check_length(row, header, f"{name}, row {number}")
                if blank and len(header) == 1:  # in a table of one column an empty line is a missing value
                    _cell("", words, name, blank, header[0])
                for k in chosen:
                    text = row[k].strip()
                    if text in words:
                        numbers.append(words[text])
                    else:
                        numbers.append(_cell(text, words, name, number, header[k]))
                count += 1
        except UnicodeDecodeError as error:
            raise DataError(
                f"{name} is not a text file of commas in UTF-8: near row {number + 1} stands the byte "
                f"0x{error.object[error.start]:02x}",
                hint="save it as UTF-8",
            ) from None
        except csv.Error as error:
            raise DataError(f"{name} is not a text file of commas: {error}, in row {number + 1}") from None
    if not count:
        raise DataError(f"{name} has no data below its header")
    values = np.frombuffer(numbers).reshape(count, len(chosen)) if chosen else np.empty((count, 0))
    return values[:, 0].copy() if "column" in source else values, [header[k] for k in chosen]


def _other_separator(header: Sequence[str]) -> str | None:
    """Return a hint where a header is one column because something else than a comma separates its names."""
    mark = next((mark for mark in (";", "\t", "|") if mark in header[0]), None) if len(header) == 1 else None
    return mark and f"columns are separated by commas, not by {shown(mark)}, and numbers have a decimal point"


def _check_length(row: Sequence[str], header: Sequence[str], place: str) -> None:
    if len(row) == len(header):
        return
    other = _other_separator(header)
    if other is not None:
        hint = other
    elif len(row) == 2 * len(header):
        hint = "numbers have a decimal point, not a comma"
    else:
        hint = "a row has a cell for every column, and a cell with a comma in it stands in quotes"
    raise DataError(f"{place}: {len(row)} cells, and the header has {len(header)}", hint=hint)


def _cell(text: str, words: Mapping[str, float], name: str, number: int, column: str) -> float:
    if is_number(text):
        value = float(text)
        if math.isfinite(value):
            return value
    hint = f"known words: {', '.join(words)}" if words else "map words to numbers with values = { yes = 1, no = 0 }"
    return read_float(text, f"{name}, row {number}, column {shown_path(column, 40)}", hint)


def _words(values: Any, name: str) -> dict[str, float]:
    """Return what words mean."""
    hint = "values = { yes = 1, no = 0 }"
    if not isinstance(values, dict):
        raise DataError(f"{name}: values maps words to numbers, and is not {shown(values)}", hint=hint)
    words = {}
    for word, number in values.items():
        if word != word.strip():
            raise DataError(f"{name}: values has {shown(word)}, and cells are read without blanks around them", hint=hint)
        if is_number(word):
            raise DataError(f"{name}: values maps words to numbers, and {shown(word)} is a number already", hint=hint)
        place = f"{name}: values, {shown(word)}"
        if isinstance(number, list):
            raise DataError(f"{place}: a number is expected, not {shown(number)}", hint=hint)
        words[word] = float(read_values(number, place, "a number"))
    return words


def _chosen_columns(header: Sequence[str], source: Mapping[str, Any], place: str) -> list[int]:
    """Return the places of the columns that are asked for."""
    given = [key for key in ("columns", "column", "except") if key in source]
    other = _other_separator(header)
    if other is not None and not given:
        raise DataError(f"{place}: the header is one column, {shown(header[0])}", hint=other)
    if all(map(is_number, header)) and not ("columns" in source or "column" in source):
        raise DataError(
            f"{place}: the first row is {shown(list(header))}, which are numbers",
            hint="begin with a row of names, or choose columns by them",
        )
    known: dict[str, int] = {}
    for k, name in enumerate(header):
        if not name:
            raise DataError(f"{place}: column {k + 1} has no name")
        if name in known:
            raise DataError(
                f"{place}: two columns are called {shown_path(name, 40)}", hint="give every column a name of its own"
            )
        known[name] = k
    if len(given) > 1:
        raise DataError(f"{place}: {' and '.join(given)} cannot be combined")
    if not given:
        return list(range(len(header)))
    names = _names(source[given[0]], given[0], place)
    for name in names:
        if name not in known:
            first = ", ".join(shown_path(one, 40) for one in header[:8])
            raise DataError(f"{place} has no column {shown(name)}", hint=f"it has {first}{' …' if len(header) > 8 else ''}")
    if given[0] == "except":
        left_out = set(names)
        return [k for k, name in enumerate(header) if name not in left_out]
    return [known[name] for name in names]


def _names(given: Any, key: str, place: str) -> list[str]:
    if key == "column":
        if not isinstance(given, str):
            raise DataError(f"{place}: column is the name of one column, not {shown(given)}")
        return [given]
    if not isinstance(given, list) or not given:
        raise DataError(f"{place}: {key} is a list of names, not {shown(given)}", hint=f'{key} = ["age", "height"]')
    for one in given:
        if not isinstance(one, str):
            raise DataError(
                f"{place} has no column '{shown(one)}': {key} is a list of names", hint=f'{key} = ["age", "height"]'
            )
    if len(set(given)) != len(given):
        raise DataError(f"{place}: {key} names a column twice")
    return list(given)
