"""How something public is deprecated: it works as before and warns, with the versions and with what takes its place.

The policy is in ``docs/deprecation.md``. What is deprecated enters :data:`DEPRECATIONS`, and a test fails from the version on
in which it is to be gone.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from symgd.errors import SymgdDeprecationWarning, SymgdError

__all__ = ["DEPRECATIONS", "Deprecation", "deprecated", "renamed_argument", "warn_deprecated"]

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Deprecation:
    """What is deprecated, since which version, and in which it is gone.

    Attributes
    ----------
    what : str
        As a user writes it: ``"symgd.old_name"``, ``"the argument tol of symgd.minimize"``.
    since, removed_in : str
        Versions, as ``"0.2"``.
    instead : str
        What takes its place; empty where nothing does.
    """

    what: str
    since: str
    removed_in: str
    instead: str = ""

    def __post_init__(self) -> None:
        if not _numbers(self.since) < _numbers(self.removed_in):
            raise SymgdError(f"{self.what} is deprecated since {self.since}, so it cannot be gone in {self.removed_in}")

    def __str__(self) -> str:
        remedy = f"; use {self.instead}" if self.instead else ""
        return f"{self.what} is deprecated since symgd {self.since} and will be removed in {self.removed_in}{remedy}"

    def is_due(self, version: str) -> bool:
        """Whether it is to be gone in a version."""
        return _numbers(self.removed_in) <= _numbers(version)


DEPRECATIONS: list[Deprecation] = []
"""What :func:`deprecated` and :func:`renamed_argument` have declared."""


def warn_deprecated(what: str, *, since: str, removed_in: str, instead: str = "", stacklevel: int = 1) -> None:
    """Warn that something is deprecated.

    Parameters
    ----------
    what, since, removed_in, instead : str
        See :class:`Deprecation`.
    stacklevel : int
        1 names the line that called the function which warns; 2 the line that called its caller, and so on.

    Warns
    -----
    SymgdDeprecationWarning

    Raises
    ------
    SymgdError
        Where it would be gone before it is deprecated, and for what is no version.

    Examples
    --------
    >>> import warnings
    >>> from symgd.deprecation import warn_deprecated
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warn_deprecated("this example", since="0.2", removed_in="0.4", instead="another")
    >>> print(caught[0].message)
    this example is deprecated since symgd 0.2 and will be removed in 0.4; use another
    """
    _warn(Deprecation(what, since, removed_in, instead), stacklevel + 2)


def deprecated(*, since: str, removed_in: str, instead: str = "", what: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a public function that will be removed.

    Parameters
    ----------
    since, removed_in, instead : str
        See :class:`Deprecation`.
    what : str
        Without it the function's name, as a part of ``symgd``.

    Examples
    --------
    >>> from symgd.deprecation import DEPRECATIONS, deprecated
    >>> @deprecated(since="0.2", removed_in="0.4", instead="symgd.gradient")
    ... def slope(loss, wrt):
    ...     return loss
    >>> print(DEPRECATIONS.pop())
    symgd.slope is deprecated since symgd 0.2 and will be removed in 0.4; use symgd.gradient
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        deprecation = Deprecation(what or f"symgd.{function.__name__}", since, removed_in, instead)
        DEPRECATIONS.append(deprecation)

        @functools.wraps(function)
        def warning(*args: P.args, **kwargs: P.kwargs) -> R:
            _warn(deprecation, 3)
            return function(*args, **kwargs)

        return warning

    return decorate


def renamed_argument(old: str, new: str, *, since: str, removed_in: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a public function, an argument of which has another name now; the old one is taken as a keyword.

    Parameters
    ----------
    old, new : str
    since, removed_in : str
        See :class:`Deprecation`.

    Examples
    --------
    >>> from symgd.deprecation import DEPRECATIONS, renamed_argument
    >>> @renamed_argument("tol", "tolerance", since="0.2", removed_in="0.4")
    ... def descend(tolerance):
    ...     return tolerance
    >>> print(DEPRECATIONS.pop())
    the argument tol of symgd.descend is deprecated since symgd 0.2 and will be removed in 0.4; use tolerance
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        name = f"symgd.{function.__name__}"
        deprecation = Deprecation(f"the argument {old} of {name}", since, removed_in, new)
        DEPRECATIONS.append(deprecation)

        @functools.wraps(function)
        def renaming(*args: P.args, **kwargs: P.kwargs) -> R:
            if old in kwargs:
                if new in kwargs:
                    raise SymgdError(
                        f"{name} was given {old} and {new}, which are two names of one argument", hint=f"keep {new}"
                    )
                _warn(deprecation, 3)
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return renaming

    return decorate


def _warn(deprecation: Deprecation, stacklevel: int) -> None:
    warnings.warn(str(deprecation), SymgdDeprecationWarning, stacklevel=stacklevel)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, without zeros at its end; what follows them, as in 0.4.dev0, does not count."""
    numbers = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    if not numbers:
        raise SymgdError(f"{version!r} is not a version", hint='write numbers and dots, as in "0.4"')
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
