"""What a traced function finds around it: its module and the functions it calls, with NumPy's makers of arrays replaced.

A function is not changed: a second function with the same code looks up its names in a dictionary that stands before its
module. So nothing is patched, and other threads see NumPy as it is. The functions that it calls by name are replaced in the
same way, where they are a user's own, or those of scipy.optimize.
"""

from __future__ import annotations

import builtins
import dis
import functools
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from symgd.graph.proxy import proxies_in
from symgd.readers.numpy.conversions import BUILTINS, CONVERSIONS, OF_MATH, is_only_called
from symgd.readers.numpy.creators import CREATORS
from symgd.readers.numpy.largest import largest, smallest
from symgd.readers.numpy.scipy_functions import in_place_of_scipy

__all__ = ["in_surroundings"]

_LEFT_ALONE = {
    "numpy",
    "scipy",
    "symgd",
    "sympy",
    "pandas",
    "jax",
    "jaxlib",
    "torch",
    "tensorflow",
    "matplotlib",
    "pytest",
    "_pytest",
}
"""Packages whose functions are called as they are."""
_SEEN = {"math", "scipy", "scipy.linalg", "scipy.spatial", "scipy.spatial.distance", "scipy.special", "scipy.stats"}
"""Modules whose functions are called as they are, but for those that make arrays of their arguments."""


def in_surroundings(function: Callable[..., Any], with_conversions: bool = True) -> Callable[..., Any]:
    """Return a function that computes the same, with NumPy's makers of arrays replaced where it calls them by name.

    Parameters
    ----------
    function : callable
    with_conversions : bool
        Whether Python's functions of numbers, ``float``, ``int`` and those of ``math``, are replaced, too.
    """
    replacing = _Replacing(with_conversions)
    if isinstance(function, types.FunctionType | types.MethodType | functools.partial):
        return replacing(function, is_followed=True)  # type: ignore[no-any-return]
    method = vars(type(function)).get("__call__")
    if isinstance(method, types.FunctionType) and _is_followed(method.__globals__.get("__name__")):
        return types.MethodType(replacing(method), function)
    return function


def _is_followed(module: Any) -> bool:
    """Whether the functions of a module are traced."""
    top = str(module).partition(".")[0]
    if top == "scipy":
        return str(module).startswith("scipy.optimize")
    return top == "__main__" or not (top in _LEFT_ALONE or top in sys.stdlib_module_names)


class _Replacing:
    """Replaces modules and functions, each by one other object."""

    def __init__(self, with_conversions: bool) -> None:
        self.conversions = CONVERSIONS if with_conversions else {}
        self._known = {**CREATORS, **OF_MATH} if with_conversions else CREATORS
        self._replaced: dict[int, tuple[Any, Any]] = {}
        self.builtins = {**vars(builtins), **BUILTINS, "max": largest, "min": smallest, "__import__": self._import}

    def __call__(self, value: Any, is_followed: bool = False) -> Any:
        known = self._replaced.get(id(value))
        if known is not None:
            return known[1]
        if id(value) in self._known:
            return self._known[id(value)]
        replacement = in_place_of_scipy(value)
        if replacement is not None:
            return self._keep(value, replacement)
        if isinstance(value, types.FunctionType):
            return self._replaced_function(value, is_followed)
        if isinstance(value, functools._lru_cache_wrapper):
            return self._without_cache(value)
        if isinstance(value, types.ModuleType):
            is_seen = value is np or value.__name__ in _SEEN or _is_followed(value.__name__)
            return self._keep(value, _View(value, self)) if is_seen else value
        if isinstance(value, types.MethodType):
            return types.MethodType(self(value.__func__, is_followed), value.__self__)
        if type(value) is functools.partial:
            return functools.partial(self(value.func, is_followed), *value.args, **value.keywords)
        return {max: largest, min: smallest}.get(value, value) if isinstance(value, types.BuiltinFunctionType) else value

    def _keep(self, value: Any, replacement: Any) -> Any:
        self._replaced[id(value)] = value, replacement
        return replacement

    def _without_cache(self, cached: functools._lru_cache_wrapper[Any]) -> Any:
        """Return a function that computes the values of formulas, which are no keys of a cache, anew."""

        def call(*args: Any, **options: Any) -> Any:
            is_traced = bool(proxies_in((*args, *options.values())))
            return (self(cached.__wrapped__) if is_traced else cached)(*args, **options)

        functools.update_wrapper(call, cached)
        vars(call).update({name: getattr(cached, name) for name in ("cache_clear", "cache_info", "cache_parameters")})
        return self._keep(cached, call)

    def _replaced_function(self, function: types.FunctionType, is_followed: bool) -> Any:
        names = function.__globals__
        if names.get("__name__") == "scipy._lib._array_api" and function.__name__ in _OF_NAMESPACES:
            return _OF_NAMESPACES[function.__name__](function, self(np))
        seen = _is_followed(names.get("__name__")) or (is_followed and names.get("__name__", "").partition(".")[0] != "numpy")
        if isinstance(names, _Names) or not seen or _writes_names(function.__code__):
            return function
        held = [_content(cell) if isinstance(_content(cell), _REPLACEABLE) else None for cell in function.__closure__ or ()]
        cells = [
            own if content is None else types.CellType() for own, content in zip(function.__closure__ or (), held, strict=True)
        ]
        other = types.FunctionType(
            function.__code__,
            _Names(names, self, function.__code__),
            function.__name__,
            function.__defaults__,
            tuple(cells) or None,
        )
        self._keep(function, other)  # before it is looked for in its own variables
        for cell, content in zip(cells, held, strict=True):
            if content is not None:
                cell.cell_contents = self(content)
        return self._completed(function, other)

    def _completed(self, function: types.FunctionType, other: types.FunctionType) -> types.FunctionType:
        if function.__defaults__:
            other.__defaults__ = tuple(map(self, function.__defaults__))
        if function.__kwdefaults__:
            other.__kwdefaults__ = {name: self(value) for name, value in function.__kwdefaults__.items()}
        other.__dict__ = function.__dict__
        other.__qualname__, other.__module__, other.__doc__ = function.__qualname__, function.__module__, function.__doc__
        return other

    def _import(self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        """Import as Python does, with its names of the arguments."""
        around = globals.original if isinstance(globals, _Names) else globals
        return self(builtins.__import__(name, around, locals, fromlist, level))


_REPLACEABLE = (
    types.FunctionType,
    types.ModuleType,
    types.MethodType,
    types.BuiltinFunctionType,
    functools.partial,
    functools._lru_cache_wrapper,
)


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # a variable that is not set yet
        return None


def _writes_names(code: types.CodeType) -> bool:
    """Whether a function, or one that it makes, writes variables of its module or of the function that made it."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("STORE_GLOBAL", "DELETE_GLOBAL"):
            return True
        if instruction.opname in ("STORE_DEREF", "DELETE_DEREF") and instruction.argval in code.co_freevars:
            return True
    return any(_writes_names(constant) for constant in code.co_consts if isinstance(constant, types.CodeType))


class _Names(dict[str, Any]):
    """The variables of a module, with what stands for them in a traced function."""

    def __init__(self, original: dict[str, Any], replacing: _Replacing, code: types.CodeType) -> None:
        super().__init__(original)  # for the bodies of classes, which CPython 3.11 reads without asking
        called = {name: convert for name, convert in replacing.conversions.items() if is_only_called(name, code)}
        super().__setitem__("__builtins__", {**replacing.builtins, **called} if called else replacing.builtins)
        self.original = original
        self._replacing = replacing

    def __getitem__(self, name: str) -> Any:
        return self._replacing(self.original[name])

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self.original else default

    def __contains__(self, name: object) -> bool:
        return name in self.original

    def __setitem__(self, name: str, value: Any) -> None:
        self.original[name] = value


class _View(types.ModuleType):
    """A module, with what stands for its functions in a traced function."""

    def __init__(self, original: types.ModuleType, replacing: _Replacing) -> None:
        super().__init__(original.__name__, original.__doc__)
        vars(self).update(_original=original, _replacing=replacing)

    def __getattr__(self, name: str) -> Any:
        return self._replacing(getattr(self._original, name))

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._original, name, value)

    def __dir__(self) -> list[str]:
        return dir(self._original)


# -- SciPy's functions of array namespaces --------------------------------------------------------------------


def _namespace(function: Any, module: Any) -> Any:
    return lambda *arrays, **options: module if proxies_in(arrays) else function(*arrays, **options)


def _promoted(function: Any, module: Any) -> Any:
    def promote(*arrays: Any, **options: Any) -> Any:
        if not proxies_in(arrays):
            return function(*arrays, **options)
        if options.get("broadcast"):
            arrays = tuple(module.broadcast_arrays(*arrays))
        results = tuple(array if array is None else module.asarray(array) for array in arrays)
        return results if len(results) > 1 else results[0]

    return promote


_OF_NAMESPACES = {"array_namespace": _namespace, "xp_promote": _promoted}
