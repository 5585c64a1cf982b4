"""Files: read regular ones of a bounded size, and write each in one step.

Nothing here hangs on a FIFO, fills the memory from a device, writes over one, or leaves half a file behind.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from symgd.errors import DataError, printable, shown

__all__ = ["check_name", "check_target", "open_regular", "read_bytes", "read_text", "reason_of", "shown_path", "write_file"]

_MARKS = {
    codecs.BOM_UTF8: "UTF-8 with a byte order mark (BOM)",
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
"""How a file begins that is no plain UTF-8; the longer marks first."""


def shown_path(path: object, length: int = 120) -> str:
    r"""Return a path as a message shows it: in one line, its end kept, nothing in it that a terminal would interpret.

    Examples
    --------
    >>> from symgd.files import shown_path
    >>> print(shown_path("data\x1b[2J.csv"))
    data\x1b[2J.csv
    """
    text = printable(str(path))
    if len(text) <= length:
        return text
    return f"… {text[2 - length :]}" if "/" in text[-length:] else shown(text)


def reason_of(error: OSError) -> str:
    """Return why the system refused, without the path."""
    return error.strerror or str(error)


def check_name(path: Path) -> None:
    """Refuse a name that no file of this system can have; :meth:`pathlib.Path.exists` only returns False for it.

    Raises
    ------
    DataError
    """
    try:
        name = os.fsencode(path)
    except UnicodeEncodeError:
        encoding = sys.getfilesystemencoding()
        raise DataError(
            f"the name {shown_path(path)} cannot be written in {encoding}, the encoding of file names here",
            hint="set PYTHONUTF8=1, or choose a name in ASCII",
        ) from None
    if b"\0" in name:
        raise DataError(f"cannot read or write {shown_path(path)}: its name holds a null character")


def open_regular(path: Path, most: int) -> int:
    """Open a regular file of at most `most` bytes for reading, and return its descriptor.

    Raises
    ------
    DataError
        For anything else: no file, a folder, a FIFO, a device, a larger file.
    """
    check_name(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise DataError(f"there is no file {shown_path(path)}: cannot read it", hint="check the name and the folder") from None
    except OSError as error:
        raise DataError(f"cannot read {shown_path(path)}: {reason_of(error)}") from None
    status = os.fstat(descriptor)
    try:
        if not stat.S_ISREG(status.st_mode):
            raise DataError(f"cannot read {shown_path(path)}: it is {_kind_of(status.st_mode)}, not a regular file")
        if status.st_size > most:
            raise DataError(
                f"cannot read {shown_path(path)}: it has {_size(status.st_size)}, and {_size(most)} are read at most"
            )
    except DataError:
        os.close(descriptor)
        raise
    return descriptor


def read_bytes(path: Path, most: int) -> bytes:
    """Return the content of a regular file of at most `most` bytes.

    Raises
    ------
    DataError
        For anything else.
    """
    with open(open_regular(path, most), "rb") as stream:
        try:
            content = stream.read(most + 1)
        except OSError as error:
            raise DataError(f"cannot read {shown_path(path)}: {reason_of(error)}") from None
    if len(content) > most:  # files of /proc have no size
        raise DataError(f"cannot read {shown_path(path)}: {_size(most)} are read at most")
    return content


def read_text(path: Path, most: int, *, allow_mark: bool = False) -> str:
    """Return the text of a regular file of at most `most` bytes, in UTF-8.

    Parameters
    ----------
    path : Path
    most : int
        Bytes.
    allow_mark : bool
        Whether a UTF-8 byte order mark may stand at the beginning; it is not part of the text.

    Raises
    ------
    DataError
        For anything else, with the encoding where a mark shows it, and else with the line and the byte.
    """
    content = read_bytes(path, most)
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            if allow_mark and mark == codecs.BOM_UTF8:
                content = content[len(mark) :]
                break
            raise DataError(f"{shown_path(path)} is {name}", hint="save it as plain UTF-8, without a byte order mark")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{shown_path(path)} is not a text in UTF-8: line {line} holds the byte 0x{content[error.start]:02x}",
            hint="save it as UTF-8",
        ) from None


def _size(count: int) -> str:
    """Return a number of bytes in words."""
    return f"{count / 1e6:.0f} MB" if count >= 10**7 else f"{count / 1e3:,.0f} kB" if count >= 10**4 else f"{count} bytes"


def _kind_of(mode: int) -> str:
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a FIFO"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISSOCK, "a socket"),
    )
    return next((word for is_kind, word in kinds if is_kind(mode)), "something else")


def check_target(path: Path, *, force: bool = False) -> Path:
    """Return where a file of this name is written: a link to an existing file leads to that file.

    Raises
    ------
    DataError
        Where something is in the way: a file without `force`, a folder, a device, a FIFO, a link that leads nowhere; and where
        the folder is missing.
    """
    check_name(path)
    try:
        if not path.name:
            raise DataError(f"{shown(str(path))} is not the name of a file")
        if path.is_symlink() and not path.exists():
            raise DataError(f"{shown_path(path)} is a link that leads nowhere", hint="remove it, or choose another name")
        if path.exists():
            if not path.is_file():
                raise DataError(f"{shown_path(path)} is {_kind_of(path.stat().st_mode)}, and is not written over")
            if not force:
                raise DataError(f"{shown_path(path)} exists already", hint="choose another name, or overwrite with --force")
        target = path.resolve() if path.is_symlink() else path
        if not target.parent.is_dir():
            raise DataError(f"there is no folder {shown_path(target.parent)}", hint="make it first, or choose another name")
    except OSError as error:
        raise DataError(f"cannot write {shown_path(path)}: {reason_of(error)}") from None
    return target


def write_file(path: Path, content: bytes | str | Callable[[Path], object], *, force: bool = False) -> None:
    """Write a file in one step: other programs see the old file or the new one, and never a part of it.

    Parameters
    ----------
    path : Path
    content : bytes, str or callable
        A callable writes the file whose path it is given; its name ends as `path` does.
    force : bool
        Whether an existing file is replaced.

    Raises
    ------
    DataError
        Where nothing can be written, for a text that UTF-8 cannot hold, and for what :func:`check_target` refuses. What stood
        there before is left as it was.
    """
    target = check_target(path, force=force)
    if isinstance(content, str):
        try:
            content = content.encode("utf-8")
        except UnicodeEncodeError as error:
            raise DataError(
                f"cannot write {shown_path(path)}: its text holds {error.object[error.start]!a}, half of a surrogate pair"
            ) from None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.stem[:40]}-", suffix=target.suffix, dir=target.parent)
    except OSError as error:
        raise DataError(f"cannot write {shown_path(path)}: {reason_of(error)}") from None
    try:
        with open(descriptor, "wb") as stream:
            if callable(content):
                content(Path(name))
            else:
                stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        if force:
            os.replace(name, target)
        else:
            _move_to_new(name, target)
    except FileExistsError:
        raise DataError(f"{shown_path(path)} exists already", hint="choose another name, or overwrite with --force") from None
    except OSError as error:
        raise DataError(f"cannot write {shown_path(path)}: {reason_of(error)}") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)


def _move_to_new(name: str, target: Path) -> None:
    """Give a file its name, unless another has taken it meanwhile."""
    try:
        os.link(name, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError from None
        os.replace(name, target)


def _umask() -> int:
    """Return the permissions that new files do not get."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(next(line for line in status.splitlines() if line.startswith("Umask:")).split()[1], 8)
    except (OSError, StopIteration, ValueError):
        mask = os.umask(0o077)
        os.umask(mask)
        return mask
