"""Data files that are broken, misleading or too large."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.hostile.cases import Case, Content

_LOSS = "sg.minimize(sg.formula('mean(X)*w**2', shapes={'X': 'm n'}), 'w', start=1.0, epochs=3, data={'X': %s})"


def _case(
    name: str, message: str, content: Content, *, file: str = "data.csv", options: str = "", shape: str = "m n",
    python: str | None = None, python_message: str | None = None,
) -> Case:  # fmt: skip
    problem = (
        f'formula = "mean(X)*w**2"\nwrt = "w"\nstart = 1.0\n[shapes]\nX = "{shape}"\n[data]\n'
        f'X = {{ file = "{file}"{options} }}\n[descent]\nepochs = 3\n'
    )
    files = {"problem.toml": problem, file: content}
    code = _LOSS % python if python is not None else None
    return Case(name, ("run", "problem.toml"), message, files, python=code, python_message=python_message)


def _header(description: str, shape: str, order: str = "False") -> bytes:
    text = f"{{'descr': {description}, 'fortran_order': {order}, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def _npy(array: object, *, allow_pickle: bool = False) -> Callable[[Path], object]:
    return lambda path: np.save(path, array, allow_pickle=allow_pickle)


def _npz(**arrays: object) -> Callable[[Path], object]:
    return lambda path: np.savez(path, **arrays)


def _bomb(path: Path) -> None:
    """Write an archive of 300 kB whose member has 300 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.npy", "w", force_zip64=True) as member:
        count = 3 * 10**8 // 8
        member.write(_header("'<f8'", f"({count},)"))
        block = bytes(10**7)
        for _ in range(30):
            member.write(block)


def _lying_member(path: Path) -> None:
    """Write an archive whose member declares more numbers than it holds."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", _header("'<f8'", "(400000000,)") + bytes(800))


def _encrypted(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", _header("'<f8'", "(1,)") + bytes(8))
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))


def _twice(path: Path) -> None:
    """Write an archive with two members that are read by one name."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.npy", "a"):
            archive.writestr(name, _header("'<f8'", "(1,)") + bytes(8))


def _wide(path: Path) -> None:
    """Write a header of 100,000 columns, two of which have one name."""
    names = [f"c{k}" for k in range(100_000)]
    names[-1] = "c7"
    path.write_text(",".join(names) + "\n" + ",".join("1" for _ in names) + "\n")


def _sparse(size: int) -> Callable[[Path], object]:
    return lambda path: (path.touch(), os.truncate(path, size))


NUMPY = [
    _case("npy of pickled code", "data.npy cannot be read: .*objects", _npy(np.array([print], dtype=object), allow_pickle=True),
          file="data.npy", python="np.array([[print]], dtype=object)", python_message="X"),
    _case("npy that is truncated", "data.npy cannot be read: its header declares 48 bytes",
          lambda path: (np.save(path, np.ones((3, 2))), path.write_bytes(path.read_bytes()[:-9])), file="data.npy"),
    _case("npy with more than it declares", "declares 48 bytes of numbers, and 50 follow",
          lambda path: (np.save(path, np.ones((3, 2))), path.write_bytes(path.read_bytes() + b"ab")), file="data.npy"),
    _case("npy that is empty", "data.npy cannot be read", b"", file="data.npy"),
    _case("npy of noise", "data.npy cannot be read", bytes(range(256)) * 10, file="data.npy"),
    _case("npy header of 80 TB", "data.npy cannot be read", _header("'<f8'", "(10000000000000,)"), file="data.npy"),
    _case("npy header with a negative size", "data.npy cannot be read", _header("'<f8'", "(-1, 2)") + bytes(16), file="data.npy"),
    _case("npy header of nested brackets", "data.npy cannot be read", _header("(" * 60 + ")" * 60, "(1,)"), file="data.npy"),
    _case("npy header with code", "data.npy cannot be read", _header("__import__('os').system('touch pwned')", "(1,)") + bytes(8),
          file="data.npy"),
    _case("npy of another version", "data.npy cannot be read: its format has the version 9", b"\x93NUMPY\x09\x00" + bytes(100),
          file="data.npy"),
    _case("npy with a nan", r"data.npy: the entry at \(1, 0\) is nan", _npy(np.array([[1.0], [np.nan]])), file="data.npy",
          python="np.array([[1.0], [np.nan]])", python_message="X|finite"),
    _case("npy with an infinite number", r"data.npy: the entry at \(1, 1\) is -inf", _npy(np.array([[1.0, 2], [3, -np.inf]])),
          file="data.npy", python="np.array([[1.0, 2], [3, -np.inf]])", python_message="X|finite"),
    _case("npy of texts", "data.npy cannot be read: it holds texts", _npy(np.array([["a", "b"]])), file="data.npy",
          python="np.array([['a', 'b']])", python_message="X"),
    _case("npy of texts that are numbers", "data.npy cannot be read: it holds texts", _npy(np.array([["1", "2"]])), file="data.npy",
          python="np.array([['1', '2']])", python_message="X"),
    _case("npy of bytes", "data.npy cannot be read: it holds bytes", _npy(np.array([[b"1", b"2"]])), file="data.npy",
          python="np.array([[b'1', b'2']])", python_message="X"),
    _case("npy of complex numbers", "data.npy cannot be read: it holds complex numbers", _npy(np.array([[1 + 1j]])), file="data.npy",
          python="np.array([[1 + 1j]])", python_message="X.*complex"),
    _case("npy of records", "data.npy cannot be read: it holds records", _npy(np.zeros((2, 1), dtype=[("a", float)])),
          file="data.npy", python="np.zeros((2, 1), dtype=[('a', float)])", python_message="X"),
    _case("npy of dates", "data.npy cannot be read: it holds dates", _npy(np.array([["2020-01-01"]], dtype="M8[D]")),
          file="data.npy", python="np.array([['2020-01-01']], dtype='M8[D]')", python_message="X"),
    _case("npy of spans of time", "data.npy cannot be read: it holds spans of time", _npy(np.array([[5]], dtype="m8[s]")),
          file="data.npy", python="np.array([[5]], dtype='m8[s]')", python_message="X"),
    _case("npy of long doubles beyond floats", r"data.npy: the entry at \(0, 0\) is inf", _npy(np.array([[np.longdouble(2) ** 2000]])),
          file="data.npy", python="np.array([[np.longdouble(2)**2000]])", python_message="X"),
    _case("npy of another shape", "X.*shape|shape.*X|axes", _npy(np.ones((2, 2, 2))), file="data.npy", python="np.ones((2, 2, 2))"),
    _case("npy without numbers", "data.npy holds no numbers", _npy(np.empty((0, 2))), file="data.npy", python="np.empty((0, 2))", python_message="number of samples"),
    _case("npy of 5 GB of nothing", "data.npy: it has 5000 MB|cannot read .*5000 MB", _sparse(5 * 10**9), file="data.npy"),
    _case("npz with several arrays", "data.npz holds a, b", _npz(a=np.ones((2, 2)), b=np.ones((2, 2))), file="data.npz"),
    _case("npz without the array", "data.npz holds no b", _npz(a=np.ones((2, 2))), file="data.npz", options=', key = "b"'),
    _case("npz with a number for a key", "key is the name of an array, not 3", _npz(a=np.ones((2, 2))), file="data.npz",
          options=", key = 3"),
    _case("npz of pickled code", "data.npz, a.npy cannot be read: it holds objects", _npz(a=np.array([print], dtype=object)),
          file="data.npz"),
    _case("npz that is no archive", "data.npz cannot be read", b"PK\x03\x04 not really", file="data.npz"),
    _case("npz without arrays", "data.npz holds no arrays", b"PK\x05\x06" + bytes(18), file="data.npz"),
    _case("npz of 300 kB with a member of 300 MB", "a.npy would have 300 MB", _bomb, file="data.npz"),
    _case("npz whose member declares 3 GB", "its header declares 3200000000 bytes of numbers, and 800 follow", _lying_member,
          file="data.npz"),
    _case("npz of 100 kB that is 800 MB of floats", "792 MB of floats are too many",
          lambda path: np.savez_compressed(path, a=np.zeros(99_000_000, dtype=bool)), file="data.npz"),
    _case("npz with two arrays of one name", "two arrays of one name", _twice, file="data.npz"),
    _case("npy of 100 axes", "its header declares the shape", _header("'<f8'", str((1,) * 100)) + bytes(8), file="data.npy"),
    _case("npy whose axes are true", "cannot be read", _header("'<f8'", "(True, True)") + bytes(8), file="data.npy"),
    _case("npz with a password", "data.npz cannot be read", _encrypted, file="data.npz"),
    _case("npz with escapes in a member's name", r"data.npz holds .*\\x1b", _npz(**{"a\x1b[31m": np.ones(2), "b": np.ones(2)}),
          file="data.npz"),
    _case("columns of an npy", "columns does not apply to a file that ends in .npy", _npy(np.ones((2, 2))), file="data.npy",
          options=', columns = ["a"]'),
    _case("words for an npz", "values does not apply to a file that ends in .npz", _npz(a=np.ones((2, 2))), file="data.npz",
          options=", values = { yes = 1 }"),
    _case("intercept beside a cube", "an intercept is a column beside columns", _npy(np.ones((2, 2, 2))), file="data.npy",
          options=", intercept = true"),
    _case("standardizing a number", "there are no columns to standardize", _npy(np.float64(3)), file="data.npy",
          options=", standardize = true"),
]  # fmt: skip

CSV = [
    _case("csv that is empty", "data.csv has no data below its header", b""),
    _case("csv with a header only", "data.csv has no data below its header", "a,b\n"),
    _case("csv of blank lines", "data.csv has no data below its header", "\n\n\n"),
    _case("csv with a short row", "data.csv, row 3: 1 cells, and the header has 2", "a,b\n1,2\n3\n"),
    _case("csv with a long row", "data.csv, row 2: 3 cells, and the header has 2", "a,b\n1,2,3\n"),
    _case("csv with a short row behind a blank one", "data.csv, row 4: 1 cells", "a,b\n\n1,2\n3\n"),
    _case("csv with a word", "row 3, column b: 'x' is not a number", "a,b\n1,2\n3,x\n"),
    _case("csv of one column with an empty line", "data.csv, row 3, column a: there is no number", "a\n1\n\n2\n"),
    _case("csv of one column that begins with an empty line", "row 2, column a: there is no number", "a\n\n1\n2\n"),
    _case("csv with an empty cell", "row 2, column b: there is no number", "a,b\n1,\n"),
    _case("csv with a nan", "row 2, column b: the number is nan", "a,b\n1,NaN\n"),
    _case("csv with an infinite number", "row 3, column a: the number is -inf", "a,b\n1,2\n-inf,1\n"),
    _case("csv with a number beyond floats", "row 2, column a: '1e999' is larger than a float holds", "a,b\n1e999,2\n"),
    _case("csv with a number of 1,000 digits", "row 2, column a", "a,b\n" + "9" * 1000 + ",2\n"),
    _case("csv with an underscore in a number", "row 2, column a: '1_5' is not a number", "a,b\n1_5,2\n"),
    _case("csv with digits of another script", "row 2, column a: .* is not a number", "a,b\n１５,2\n"),
    _case("csv with a hexadecimal number", "row 2, column a: '0x1F' is not a number", "a,b\n0x1F,2\n"),
    _case("csv with a formula of a spreadsheet", "row 2, column b: '=1\\+1' is not a number", "a,b\n1,=1+1\n"),
    _case("csv with code", "row 2, column b: .* is not a number", "a,b\n1,__import__('os').system('touch pwned')\n"),
    _case("csv with a decimal comma in quotes", "(?s)row 2, column a: '1,5' is not a number.*decimal point", 'a,b\n"1,5",2\n'),
    _case("csv with decimal commas", "(?s)row 2: 4 cells, and the header has 2.*decimal point", "a,b\n1,5,2,5\n"),
    _case("csv with semicolons", "(?s)the header is one column, 'a;b'.*separated by commas, not by ';'", "a;b\n1;2\n"),
    _case("csv with semicolons and decimal commas", "(?s)the header is one column, 'a;b'.*decimal point", "a;b\n1,5;2,5\n"),
    _case("csv with tabs", "(?s)the header is one column.*separated by commas", "a\tb\n1\t2\n"),
    _case("csv with an open quote", "data.csv is not a text file of commas: .*in row 2", 'a,b\n"1,2\n'),
    _case("csv with text behind a quote", "data.csv is not a text file of commas: .*in row 2", 'a,b\n"1"x,2\n'),
    _case("csv of bytes", "data.csv is not a text file of commas", bytes(range(256))),
    _case("csv with a null", "row 2, column b|not a text file", b"a,b\n1,\x00\n"),
    _case("csv in Latin-1", "not a text file of commas in UTF-8: near row .* byte 0xe9", "a,b\n1,2é\n".encode("latin-1")),
    _case("csv in UTF-16", "it is UTF-16", "a,b\n1,2\n".encode("utf-16")),
    _case("csv that is an archive", "it is a zip archive", b"PK\x03\x04" + bytes(100)),
    _case("csv that is an array", "it is an array of NumPy", _header("'<f8'", "(1,)") + bytes(8)),
    _case("csv with two columns of one name", "two columns are called a", "a,a\n1,2\n"),
    _case("csv of 100,000 columns, two of one name", "two columns are called c7", _wide),
    _case("csv without a header", "the first row is .* which are numbers", "1,2\n3,4\n"),
    _case("words that mean lists", "values, 'yes': a number is expected, not \\[1\\]", "a,b\nyes,2\n", options=", values = { yes = [1] }"),
    _case("a word between blanks", "values has ' yes'", "a,b\nyes,2\n", options=', values = { " yes" = 1 }'),
    _case("csv with a column without a name", "column 2 has no name", "a,\n1,2\n"),
    _case("csv with a field of 200,000 characters", "not a text file of commas: field larger", "a,b\n" + "1" * 200_000 + ",2\n"),
    _case("csv with escapes in its header", r"it has a.x1b\[31m, b", "a\x1b[31m,b\n1,2\n", options=', columns = ["c"]'),
    _case("an option that is not known", "there is no option colums", "a,b\n1,2\n", options=', colums = ["a"]'),
    _case("two ways to choose columns", "cannot be combined", "a,b\n1,2\n", options=', column = "a", columns = ["b"]'),
    _case("a column that is not there", "has no column 'c'", "a,b\n1,2\n", options=', columns = ["c"]'),
    _case("a column that is a number", "has no column '1'", "a,b\n1,2\n", options=", columns = [1]"),
    _case("a column named twice", "columns names a column twice", "a,b\n1,2\n", options=', columns = ["a", "a"]'),
    _case("no columns", "columns is a list of names, not \\[\\]", "a,b\n1,2\n", options=", columns = []"),
    _case("a list for one column", "column is the name of one column", "a,b\n1,2\n", options=', column = ["a"]'),
    _case("a key for a csv", "key does not apply to a file that ends in .csv", "a,b\n1,2\n", options=', key = "a"'),
    _case("words that mean words", "values, 'yes': a number is expected, not 'no'", "a,b\nyes,2\n", options=', values = { yes = "no" }'),
    _case("words that are no table", "values maps words to numbers, and is not 3", "a,b\n1,2\n", options=", values = 3"),
    _case("a number for a word", "'1' is a number already", "a,b\n1,2\n", options=', values = { "1" = 5 }'),
    _case("a word that means nan", "values, 'yes': the number is nan", "a,b\nyes,2\n", options=", values = { yes = nan }"),
    _case("a word that means true", "values, 'yes': .* is expected, not True", "a,b\nyes,2\n", options=", values = { yes = true }"),
    _case("standardize that is a word", "standardize is true or false, not 'no'", "a,b\n1,2\n", options=', standardize = "no"'),
    _case("intercept that is a number", "intercept is true or false, not 1", "a,b\n1,2\n", options=", intercept = 1"),
    _case("a constant column of 0.1", "column b is constant", "a,b\n1,0.1\n2,0.1\n3,0.1\n", options=", standardize = true"),
    Case("a file that is not there", ("run", "problem.toml"), "there is no file missing.csv",
         {"problem.toml": 'formula = "x*w"\nwrt = "w"\n[data]\nx = { file = "missing.csv" }\n'}),
    _case("a file that is a folder", "there is no file sub, but a folder", lambda path: path.mkdir(), file="sub"),
    _case("a file that is a FIFO", "it is a FIFO, not a regular file", os.mkfifo, file="data.csv"),
    _case("a file that is a device", "it is a device, not a regular file", lambda path: path.symlink_to("/dev/zero"), file="data.csv"),
    _case("a file of another kind", "files end in .npy, .npz or .csv", "1", file="data.exe"),
    _case("a csv of 5 GB of nothing", "cannot read .*it has 5000 MB", _sparse(5 * 10**9)),
]  # fmt: skip

CASES = NUMPY + CSV
