"""Verify what a module registers with ``@sg.verified``, for ``symgd check module.py`` and for ``pytest --symgd``."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from symgd.errors import DataError
from symgd.registered import Registered, registered_in

__all__ = ["import_module", "mentions_symgd", "outcomes"]


def mentions_symgd(path: Path) -> bool:
    """Whether a file may register functions: only such files are imported."""
    try:
        return b"verified" in path.read_bytes()
    except OSError:
        return False


def import_module(path: Path) -> ModuleType:
    """Import a module from its file, as part of its package where it has one.

    Raises
    ------
    DataError
        Where there is no such file, or the module raises.
    """
    if not path.is_file():
        raise DataError(f"there is no file {path}")
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
            raise DataError(f"{path.name} is no Python module")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module
    except DataError:
        raise
    except (Exception, SystemExit) as error:
        sys.modules.pop(name, None)
        what = "it leaves Python" if isinstance(error, SystemExit) else f"{type(error).__name__}: {error}"
        raise DataError(f"{path.name} cannot be imported: {what}") from error


def outcomes(module: ModuleType) -> Iterator[tuple[Registered, str, Any]]:
    """Yield every check of every function that a module registers: the entry, the word for what is checked, the check.

    An error of one function stands in the place of its check, and the others are checked all the same.
    """
    from symgd.testing.assertions import checks_of

    for entry in registered_in(module):
        try:
            found = checks_of(entry)
        except Exception as error:  # somebody's function may fail in any way
            yield entry, entry.what, error
            continue
        for check, word in found:
            yield entry, word, check
