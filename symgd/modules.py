"""Folders of modules that declare something: functions, rules, backends, methods of descent.

No package imports its own modules in its ``__init__``: Python holds the lock of a module while it imports the package, so that
a thread that imports a module and one that imports the package would wait for each other. :func:`import_all` imports them
from outside. As no imports lead back to where they began, no thread meets a module that is not complete.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence

__all__ = ["import_all"]

_COMPLETE: set[str] = set()
"""The packages whose modules are all imported."""


def import_all(package: str, first: Sequence[str] = ()) -> None:
    """Import every module of a package.

    Parameters
    ----------
    package : str
        Its full name. Its modules, and what they import, may not call this function while they are imported.
    first : sequence of str
        The modules that are imported before all others, in this order.
    """
    if package in _COMPLETE:
        return
    folder = importlib.import_module(package).__path__
    others = sorted({module.name for module in pkgutil.iter_modules(folder)} - set(first))
    for name in (*first, *others):
        importlib.import_module(f"{package}.{name}")
    _COMPLETE.add(package)
