"""Read ``.npy`` and ``.npz`` without pickles.

The size of an array is known before a byte of it is read, so a small file that declares a large one is refused at once.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from symgd.errors import DataError, shown
from symgd.files import open_regular, shown_path
from symgd.tools.written_arrays import MOST_AXES, Array

__all__ = ["MAX_FILE_BYTES", "read_npy", "read_npz"]

MAX_FILE_BYTES = 4 * 10**9
MAX_ARRAY_BYTES = 4 * 10**9
"""Of an array of floats in memory."""
_SMALL, _MOST_COMPRESSED = 10**8, 100
"""A member of an archive that is larger, and so many times larger than its compressed bytes, is refused."""
_SAVE = "save it with numpy.save"


def read_npy(path: Path, source: Mapping[str, object]) -> Array:
    """Return the array of an ``.npy``."""
    with open(open_regular(path, MAX_FILE_BYTES), "rb") as stream:
        stream.seek(0, io.SEEK_END)
        size = stream.tell()
        stream.seek(0)
        return _read_stream(stream, size, shown_path(path.name))


def read_npz(path: Path, source: Mapping[str, object]) -> Array:
    """Return an array of an ``.npz``: the only one, or the one that the entry's key names."""
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


def _read_stream(stream: IO[bytes], size: int, name: str, compressed: int | None = None) -> Array:
    """Read an array of real, finite numbers, after its header was checked against the size of the file."""
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
    if len(shape) > MOST_AXES or not all(type(length) is int and length >= 0 for length in shape):
        raise _unreadable(name, f"its header declares the shape {shown(shape)}")
    if dtype.kind not in "biuf":
        raise _unreadable(name, f"it holds {_kind_in_words(dtype)}, not real numbers")
    count = math.prod(shape)
    declared, remaining = count * dtype.itemsize, size - stream.tell()
    if declared != remaining:
        raise _unreadable(name, f"its header declares {declared} bytes of numbers, and {remaining} follow")
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


def _kind_in_words(dtype: np.dtype[Any]) -> str:
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
