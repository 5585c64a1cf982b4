"""Packages that symgd works without, and the errors where one is needed and missing."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import sys
from typing import Any

from symgd.errors import SymgdError, UnsupportedError, printable, shown

__all__ = ["OptionalPackage", "available", "is_installed", "required"]

_EXTRAS = {"matplotlib": "plot", "sphinx": "sphinx", "cupy": "cupy", "flint": "balls", "hypothesis": "test",
           "array_api_compat": "array-api", "array_api_strict": "test"}  # fmt: skip
"""The extra of symgd that brings a package."""


@functools.cache
def available(name: str) -> Any:
    """Return a module, or None where it cannot be imported; either result is remembered.

    Parameters
    ----------
    name : str
        With dots, as an import statement has it.

    Examples
    --------
    >>> from symgd.optional_packages import available
    >>> available("math").pi
    3.141592653589793
    >>> available("a_package_that_nobody_made") is None
    True
    """
    try:
        return importlib.import_module(name)
    except Exception:  # what is broken is not available
        return None


def is_installed(name: str) -> bool:
    """Whether a module can be found; it is not imported, but for the packages that it is in.

    Parameters
    ----------
    name : str
        With dots, as an import statement has it.

    Examples
    --------
    >>> from symgd.optional_packages import is_installed
    >>> is_installed("math"), is_installed("a_package_that_nobody_made.arrays")
    (True, False)
    """
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # a package that it is in
        return False


def required(name: str, purpose: str) -> Any:
    """Return a module that a task needs.

    A package that is installed while Python runs is found: a failure is not remembered.

    Parameters
    ----------
    name : str
        With dots, as an import statement has it.
    purpose : str
        What needs it, as the subject of a sentence: ``"pictures"``.

    Raises
    ------
    UnsupportedError
        Where it cannot be imported, with the command that installs it.
    SymgdError
        For what is no name of a module.

    Examples
    --------
    >>> from symgd.optional_packages import required
    >>> required("a_package_that_nobody_made", "this example")
    Traceback (most recent call last):
        ...
    symgd.errors.UnsupportedError: this example needs a_package_that_nobody_made, which is not installed
      hint: pip install a_package_that_nobody_made
    """
    if not isinstance(name, str) or not all(part.isidentifier() for part in name.split(".")):
        raise SymgdError(f"{shown(name)} is not the name of a module", hint="a name has dots, as in matplotlib.pyplot")
    package = name.partition(".")[0]
    try:
        return importlib.import_module(name)
    except Exception as error:  # a package that is broken may fail in any way
        is_missing = isinstance(error, ModuleNotFoundError) and f"{name}.".startswith(f"{error.name}.")
        if is_missing and sys.modules.get(package) is not None:
            raise UnsupportedError(
                f"{purpose} needs {name}, which the installed {package} does not have",
                hint=f"pip install --upgrade {package}",
            ) from None
        if not is_missing:
            raise UnsupportedError(  # it is there, and broken, or something that it needs is missing
                f"{purpose} needs {package}, which cannot be imported: {printable(str(error))[:120]}",
                hint=f"pip install --upgrade {package}",
            ) from None
    extra = _EXTRAS.get(package)
    raise UnsupportedError(
        f"{purpose} needs {package}, which is not installed",
        hint=f'pip install "symgd[{extra}]"' if extra else f"pip install {package}",
    )


class OptionalPackage:
    """A module that is imported when an attribute of it is first used.

    It never stands in ``sys.modules`` itself, where every loop over the modules would load it.

    Parameters
    ----------
    name, purpose : str
        As in :func:`required`.

    Examples
    --------
    >>> from symgd.optional_packages import OptionalPackage
    >>> OptionalPackage("math", "this example").pi
    3.141592653589793
    """

    def __init__(self, name: str, purpose: str) -> None:
        self._name = name
        self._purpose = purpose

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # attributes that Python looks up on any object do not import the package
            raise AttributeError(name)
        value = getattr(required(self._name, self._purpose), name)
        setattr(self, name, value)
        return value
