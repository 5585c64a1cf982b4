"""Functions of layers above that nodes offer, such as printing and reading.

A hook names its function by module and name, and imports it when it is first called. So ``graph`` imports nothing above it,
and nothing depends on what else was imported before.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

__all__ = ["Hook"]

P = ParamSpec("P")
R = TypeVar("R")


class Hook(Generic[P, R]):
    """A function of a layer above, imported when it is first called.

    Parameters
    ----------
    module : str
    name : str
    """

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name
        self._function: Callable[P, R] | None = None

    @property
    def function(self) -> Callable[P, R]:
        """The function itself."""
        if self._function is None:
            self._function = getattr(importlib.import_module(self.module), self.name)
        return self._function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function."""
        return (self._function or self.function)(*args, **kwargs)
