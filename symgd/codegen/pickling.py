"""Compiled functions in pickles.

Of a function pickle writes the names of its module and of itself, and nothing else. So the name of a compiled function's module
holds the function, and is read again where no such function exists, in another process: as ``symgd.codegen.pickling.<source>``.
"""

from __future__ import annotations

import base64
import importlib.abc
import importlib.machinery
import importlib.util
import pickle
import sys
import zlib
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any
from weakref import WeakValueDictionary

from symgd.graph.locks import lock_of_process
from symgd.graph.node import Node

__all__ = ["executed", "with_module"]

__path__: list[str] = []
"""Modules below this one are imported by the finder at the end of this file."""

_COMPILED: WeakValueDictionary[str, Any] = WeakValueDictionary()
"""The compiled functions to which there are references, by the names of their modules."""

_entering = lock_of_process()


def executed(source: str, name: str) -> Callable[..., Any]:
    """Execute a source and return its function `name`; every identifier in it was chosen or checked by symgd."""
    namespace: dict[str, Any] = {"__name__": "symgd.compiled"}
    exec(compile(source, f"<symgd {name}>", "exec"), namespace)  # generated from the graph, never from a user's text
    function: Callable[..., Any] = namespace[name]
    return function


def with_module(function: Any, source: str, arguments: Sequence[Node], backend: str) -> Any:
    """Give a compiled function its attributes and the module by which pickle finds it."""
    function.source, function.arguments, function.backend = source, tuple(arguments), backend
    content = pickle.dumps((function.__name__, source, function.arguments, backend), protocol=4)
    module_name = f"{__name__}.{base64.urlsafe_b64encode(zlib.compress(content)).decode()}"
    function.__module__ = module_name
    with _entering:
        return _COMPILED.setdefault(module_name, function)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes the modules of compiled functions."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        is_generated = fullname.startswith(f"{__name__}.")
        return importlib.util.spec_from_loader(fullname, self) if is_generated else None

    def exec_module(self, module: ModuleType) -> None:
        module_name = module.__name__

        def attribute(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            existing = _COMPILED.get(module_name)
            return _read(module_name) if existing is None else existing

        vars(module)["__getattr__"] = attribute


def _read(module_name: str) -> Any:
    """Make a function again from the name of its module."""
    content = zlib.decompress(base64.urlsafe_b64decode(module_name.rpartition(".")[2]))
    name, source, arguments, backend = pickle.loads(content)
    return with_module(executed(source, name), source, arguments, backend)


sys.meta_path.append(_Finder())
