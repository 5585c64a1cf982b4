"""Verify what a module registers with ``@sg.verified``, for ``symgd check module.py`` and for ``pytest --symgd``."""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from symgd.errors import DataError, shown
from symgd.files import read_bytes, shown_path
from symgd.registered import Registered, registered_in

__all__ = ["import_module", "judged", "registers_functions"]


MAX_BYTES = 10_000_000


def registers_functions(path: Path) -> bool:
    """Whether a file decorates functions with ``symgd.verified``, by whatever name: only such files are imported.

    The word in a comment or a text does not count. A file that Python cannot parse counts where the word is in it, so that
    its import says what is wrong.
    """
    try:
        source = read_bytes(path, MAX_BYTES)
    except DataError:
        return False
    if b"verified" not in source:
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    if not any(_imports_symgd(node) for node in ast.walk(tree)):
        return False
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "verified")
        or (isinstance(node, ast.Name) and node.id == "verified")
        or (isinstance(node, ast.ImportFrom) and any(alias.name == "verified" for alias in node.names))
        for node in ast.walk(tree)
    )


def _imports_symgd(node: ast.AST) -> bool:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    return any(name.partition(".")[0] == "symgd" for name in names)


def import_module(path: Path) -> ModuleType:
    """Import a module from its file, as part of its package where it has one.

    Raises
    ------
    DataError
        Where there is no such file, or the module raises.
    """
    read_bytes(path, MAX_BYTES)  # a file, and no FIFO
    path = path.resolve()
    folder, parts = path.parent, [path.stem]
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    name = ".".join(parts)
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "__file__", None) == str(path):
        return loaded
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        if len(parts) > 1:
            return importlib.import_module(name)
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise DataError(f"{shown_path(path.name)} is no Python module")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module
    except DataError:
        raise
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # somebody's module may fail in any way
        sys.modules.pop(name, None)
        what = "it leaves Python" if isinstance(error, SystemExit) else f"{type(error).__name__}: {shown(error, 200)}"
        raise DataError(f"{shown_path(path.name)} cannot be imported: {what}") from error


class _Printed(io.StringIO):
    """What somebody's code prints; it cannot be closed."""

    def close(self) -> None:
        pass


@contextlib.contextmanager
def _apart(tell: Callable[[str], object]) -> Iterator[None]:
    """Keep what somebody's code prints, closes or ends away from ours: its output is told as a remark."""
    printed = _Printed()
    leave = os._exit

    def refuse(status: int) -> NoReturn:
        raise SystemExit(status)

    os._exit = refuse
    try:
        with contextlib.redirect_stdout(printed):
            yield
    finally:
        os._exit = leave
        if printed.getvalue().strip():
            tell(printed.getvalue().rstrip("\n"))


def judged(path: Path, tell: Callable[[str], object]) -> list[tuple[Registered, str, Any]]:
    """Import a module and return every check of every function that it registers: the entry, the word for it, the check.

    An error of one function stands in the place of its check, and the others are checked all the same.

    Parameters
    ----------
    path : Path
    tell : callable
        Takes what the module prints.

    Raises
    ------
    DataError
        As :func:`import_module` does.
    """
    with _apart(tell):
        return list(_outcomes(import_module(path)))


def _outcomes(module: ModuleType) -> Iterator[tuple[Registered, str, Any]]:
    """Yield the checks of :func:`judged`."""
    from symgd.testing.assertions import checks_of

    for entry in registered_in(module):
        try:
            found = checks_of(entry)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # somebody's function may fail in any way, or leave Python
            yield entry, entry.what, error
            continue
        for check, word in found:
            yield entry, word, check
