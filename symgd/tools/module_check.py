"""Verify what a module registers with ``@sg.verified``, for ``symgd check module.py`` and for ``pytest --symgd``."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from symgd.errors import DataError
from symgd.registration import Registered, registered_in
from symgd.tools.module_loader import LoadedModule, ModuleLoader
from symgd.tools.source_imports import files_of, import_place, imported_by, read_source, syntax_of

if TYPE_CHECKING:
    from symgd.results import GradientCheck

__all__ = ["judged", "registers_functions"]

Outcome: TypeAlias = "tuple[Registered, str, GradientCheck | BaseException]"
"""A registration, the word for what is judged, and the check, or what went wrong."""

_MOST_FILES = 100
"""Files that a decorator is followed through."""


def registers_functions(path: Path, roots: Sequence[Path] = ()) -> bool:
    """Whether a file decorates functions with ``symgd.verified``, by whatever name: only such files are imported.

    The word in a comment or a text does not count. A file that Python cannot parse counts where the word is in it, so that
    its import says what is wrong. A decorator from another file counts where its definition there uses ``symgd.verified``, or
    names of a third file that do.

    Parameters
    ----------
    path : Path
    roots : sequence of Path
        Folders in which modules are looked for, after the file's own.
    """
    try:
        source = read_source(path)
    except DataError:
        return False
    if b"verified" not in source and b"@" not in source:
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return b"verified" in source
    if _uses_verified(tree):
        return True
    path = path.resolve()
    decorators = [decorator for node in ast.walk(tree) for decorator in getattr(node, "decorator_list", ())]
    names = {name for decorator in decorators for name in _names_in(decorator)}
    folders = [import_place(path)[0], *roots]
    return any(_lead_to_verified(names, file, folders, set()) for names, file in _imported(names, tree, path, folders))


def _lead_to_verified(names: set[str], path: Path, folders: Sequence[Path], seen: set[tuple[Path, frozenset[str]]]) -> bool:
    """Whether what a file defines under one of these names uses ``symgd.verified``."""
    tree = syntax_of(path)
    if tree is None or (path, frozenset(names)) in seen or len(seen) == _MOST_FILES:
        return False
    seen.add((path, frozenset(names)))
    definitions = [(name, node) for node in ast.walk(tree) for name in _defined_by(node)]
    used = set(names)
    while more := {name for defined, node in definitions if defined in used for name in _names_in(node)} - used:
        used |= more
    aliases = [alias for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    used |= {alias.name for alias in aliases if alias.asname in used}
    if "verified" in used and any(_imports_symgd(node) for node in ast.walk(tree)):
        return True
    return any(_lead_to_verified(names, file, folders, seen) for names, file in _imported(used, tree, path, folders))


def _imported(names: set[str], tree: ast.Module, path: Path, folders: Sequence[Path]) -> Iterator[tuple[set[str], Path]]:
    """Yield the files that names are imported from, with the names that are looked for there."""
    for node in ast.walk(tree) if names else ():
        if not isinstance(node, ast.Import | ast.ImportFrom) or _imports_symgd(node):
            continue
        for alias in node.names:
            if alias.name == "*" or (alias.asname or alias.name.partition(".")[0]) in names:
                places = dict.fromkeys(imported_by(node, alias, path))
                for name, start in places:
                    yield from ((names | {alias.name}, file) for file in files_of(name, [start] if start else folders))


def _names_in(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr


def _defined_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement gives a value."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _uses_verified(tree: ast.Module) -> bool:
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


class _Printed(io.StringIO):
    """What a user's code prints; it cannot be closed."""

    def close(self) -> None:
        pass


@contextlib.contextmanager
def _apart(report: Callable[[str], object]) -> Iterator[None]:
    """Keep what a user's code prints, closes or ends away from symgd's own: its output is reported as a remark."""
    printed = _Printed()
    leave = os._exit
    places = [module for name in ("os", "posix", "nt") if (module := sys.modules.get(name)) is not None]

    def refuse(status: int) -> NoReturn:
        raise SystemExit(status)

    for module in places:
        vars(module)["_exit"] = refuse
    try:
        with contextlib.redirect_stdout(printed):
            yield
    finally:
        for module in places:
            vars(module)["_exit"] = leave
        if printed.getvalue().strip():
            report(printed.getvalue().rstrip("\n"))


def judged(path: Path, report: Callable[[str], object], loader: ModuleLoader) -> list[Outcome]:
    """Import a module and return every check of every function that it registers: the entry, the word for it, the check.

    An error of one function stands in the place of its check, and the others are checked all the same.

    Parameters
    ----------
    path : Path
    report : callable
        Takes what the module prints.
    loader : ModuleLoader
        Keeps the modules of several files apart.

    Raises
    ------
    DataError
        As :meth:`ModuleLoader.load` does.
    """
    from symgd.testing import assertions  # noqa: F401  (before files of a user's folder have the names of Python's modules)

    with _apart(report):
        return list(_outcomes(loader.load(path)))


def _outcomes(loaded: LoadedModule) -> Iterator[Outcome]:
    """Yield the checks of :func:`judged`."""
    from symgd.testing.assertions import checks_of

    with loaded.root.active():
        for entry in registered_in(loaded.module):
            try:
                checks = checks_of(entry)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a user's function may fail in any way, or leave Python
                yield entry, entry.what, error
                continue
            for check, word in checks:
                yield entry, word, _complete(check)


def _complete(check: GradientCheck) -> GradientCheck:
    """Let a check measure and find what it would when asked: it calls the function, which needs the modules of its folder."""
    for name in ("causes", "digits"):
        try:
            getattr(check, name)
        except KeyboardInterrupt:
            raise
        except BaseException:  # a user's function may fail at other points; the verdict stands
            return _complete(replace(check, find_causes=None) if name == "causes" else replace(check, measure_digits=None))
    return check
