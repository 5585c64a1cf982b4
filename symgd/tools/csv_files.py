"""Read ``.csv`` by the names of its columns, row by row. Errors name file, row and column."""

from __future__ import annotations

import array
import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from symgd.errors import DataError, shown
from symgd.files import open_regular, shown_path
from symgd.tools.numpy_files import MAX_FILE_BYTES
from symgd.tools.written_arrays import Array, read_values
from symgd.tools.written_numbers import is_number, read_float

__all__ = ["read_csv"]

_MARKS_OF_OTHER_FILES = (
    (b"PK\x03\x04", ".npz", "a zip archive"),
    (b"\x93NUMPY", ".npy", "an array of NumPy"),
    (b"\x1f\x8b", ".gz", "compressed by gzip"),
)


def read_csv(path: Path, source: Mapping[str, object]) -> tuple[Array, list[str]]:
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


def _words(values: object, name: str) -> dict[str, float]:
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


def _chosen_columns(header: Sequence[str], source: Mapping[str, object], place: str) -> list[int]:
    """Return the places of the columns that are asked for."""
    keys = [key for key in ("columns", "column", "except") if key in source]
    other = _other_separator(header)
    if other is not None and not keys:
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
    if len(keys) > 1:
        raise DataError(f"{place}: {' and '.join(keys)} cannot be combined")
    if not keys:
        return list(range(len(header)))
    names = _names(source[keys[0]], keys[0], place)
    for name in names:
        if name not in known:
            first = ", ".join(shown_path(column, 40) for column in header[:8])
            raise DataError(f"{place} has no column {shown(name)}", hint=f"it has {first}{' …' if len(header) > 8 else ''}")
    if keys[0] == "except":
        left_out = set(names)
        return [k for k, name in enumerate(header) if name not in left_out]
    return [known[name] for name in names]


def _names(names: object, key: str, place: str) -> list[str]:
    if key == "column":
        if not isinstance(names, str):
            raise DataError(f"{place}: column is the name of one column, not {shown(names)}")
        return [names]
    if not isinstance(names, list) or not names:
        raise DataError(f"{place}: {key} is a list of names, not {shown(names)}", hint=f'{key} = ["age", "height"]')
    for name in names:
        if not isinstance(name, str):
            raise DataError(
                f"{place} has no column '{shown(name)}': {key} is a list of names", hint=f'{key} = ["age", "height"]'
            )
    if len(set(names)) != len(names):
        raise DataError(f"{place}: {key} names a column twice")
    return list(names)
