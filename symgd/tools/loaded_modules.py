"""What is loaded, and from where: questions about the modules in ``sys.modules`` and their files."""

from __future__ import annotations

import contextlib
import functools
import importlib.machinery
import importlib.util
import os
import site
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType

__all__ = [
    "NATIVE",
    "PACKAGES",
    "file_of",
    "is_fixed",
    "is_found",
    "is_from",
    "is_importable_alone",
    "is_loading",
    "is_same",
    "load_installed",
    "may_be_replaced",
    "search_path",
]

NATIVE = tuple(importlib.machinery.EXTENSION_SUFFIXES)
"""How the files of compiled modules end."""

PACKAGES = ("cloudpickle", "flint", "latex2mathml", "matplotlib", "mpmath", "numpy", "opt_einsum", "rich", "scipy", "sympy")
"""What symgd may import after it has loaded files of others."""


def is_same(first: str, second: str) -> bool:
    """Whether two paths lead to one file."""
    try:
        return os.path.samefile(first, second)
    except (OSError, ValueError):
        return False


def file_of(module: object) -> str | None:
    """Return the file of a module; one that is only loaded on first access has none."""
    names = object.__getattribute__(module, "__dict__") if isinstance(module, ModuleType) else {}
    file = names.get("__file__")
    return file if isinstance(file, str) else None


def is_from(module: object, path: Path) -> bool:
    """Whether a module was loaded from a file."""
    file = file_of(module)
    return file is not None and os.path.basename(file) == path.name and is_same(file, str(path))


def is_loading(module: object) -> bool:
    """Whether a module is being imported at this moment."""
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


def is_importable_alone(places: Sequence[str]) -> bool:
    """Whether a file or a package stands there, not only a folder without ``__init__.py``, which goes after all modules."""
    return any(os.path.isfile(place) or os.path.isfile(f"{place}/__init__.py") for place in places)


def search_path(module: object) -> list[str]:
    """Return the folders of a package."""
    try:
        return [str(entry) for entry in getattr(module, "__path__", ())]
    except Exception:  # an object of a user may raise anything
        return []


@functools.lru_cache(maxsize=1)
def _installed_folders() -> tuple[str, ...]:
    """Return the folders of Python's own modules and of installed packages."""
    folders = [sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    with contextlib.suppress(Exception):  # sites without these
        folders += [*site.getsitepackages(), site.getusersitepackages()]
    return tuple({os.path.join(os.path.realpath(folder), "") for folder in folders})


def _files_loaded(top: str) -> list[str]:
    loaded = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] == top]
    return [file for module in loaded if (file := file_of(module)) is not None]


def is_fixed(top: str) -> bool:
    """Whether a loaded module stays: of Python, of an installed package, of symgd, or with compiled parts."""
    module = sys.modules.get(top)
    if module is None:
        return False
    if top in ("__main__", "symgd") or getattr(getattr(module, "__spec__", None), "origin", "") in ("built-in", "frozen"):
        return True
    files = _files_loaded(top)
    return any(file.endswith(NATIVE) or os.path.realpath(file).startswith(_installed_folders()) for file in files)


def load_installed(folders: Iterable[str]) -> None:
    """Load each of the :data:`PACKAGES` whose name a file or a package in one of the folders has.

    An import of it would otherwise find that file while its folder is the first in ``sys.path``. What is not installed
    stays unloaded.
    """
    installed = _installed_folders()
    others = [folder for folder in folders if not os.path.join(os.path.realpath(folder), "").startswith(installed)]
    for name in PACKAGES:
        if name in sys.modules or not any(_has_module(folder, name) for folder in others):
            continue
        if importlib.machinery.PathFinder.find_spec(name, list(installed)) is None:
            continue
        path = list(sys.path)
        sys.path[:] = [*installed, *path]
        try:
            importlib.import_module(name)
        except Exception:  # a broken package fails where it is used
            pass
        finally:
            sys.path[:] = path


def _has_module(folder: str, name: str) -> bool:
    place = os.path.join(folder, name)
    return os.path.isfile(f"{place}.py") or is_importable_alone([place]) or any(os.path.isfile(place + end) for end in NATIVE)


def may_be_replaced(top: str) -> bool:
    """Whether the package that a file belongs to may stand in for a loaded one of its name: an installed copy of itself."""
    stays = top in ("__main__", "symgd") or top in sys.stdlib_module_names or top in sys.builtin_module_names
    return not stays and not any(file.endswith(NATIVE) for file in _files_loaded(top))


def is_found(top: str, module: ModuleType | None) -> bool:
    """Whether an ordinary import of the name finds this module."""
    file = file_of(module)
    if file is None and "cython" in top:
        return True  # what compiled modules share; no file holds it
    try:
        spec = importlib.util.find_spec(top)
    except Exception:  # a finder of a user, or a module without a specification
        return False
    if spec is None or module is None:
        return False
    if file is not None:
        return spec.origin is not None and is_same(file, spec.origin)
    if spec.origin is not None:
        return spec.origin in ("built-in", "frozen")
    return search_path(module) == list(spec.submodule_search_locations or ())
