"""What NumPy's own calls mean for formulas: NumPy's three protocols, and the methods of its arrays.

The arguments of a call are bound by NumPy's signature. An option that leaves the meaning as it is, is dropped; one that
changes it is honoured, or refused by name: ``np.sum(x, dtype=int)`` is not ``np.sum(x)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from symgd.errors import UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, counted
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.proxy import through_proxies
from symgd.primitives.trigonometric import e, pi
from symgd.readers.numpy.adapters import SPECIAL, no_branch, reshape
from symgd.readers.numpy.binding import Options, advice, bound, call, check_type, leaves_numbers, named
from symgd.readers.numpy.conditions import as_true_or_false, is_condition, is_of_conditions, of_conditions, read_mask
from symgd.readers.numpy.refusals import no_derivative
from symgd.readers.numpy.stretching import stretched

__all__ = ["NamespaceOfProxies", "array_function", "array_method", "array_namespace", "universal_function"]

# -- universal functions --------------------------------------------------------------------------------------

_REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logaddexp": "logsumexp"}
_RUNNING = {"add": "cumsum", "multiply": "cumprod"}


@through_proxies
def universal_function(ufunc: Any, method: str, inputs: Sequence[object], options: Options) -> Any:
    """Return what a universal function of NumPy's, or a method of it, makes of formulas (``__array_ufunc__``)."""
    name = ufunc.__name__
    if options.pop("where", True) is not True:
        raise UnsupportedError(f"numpy.{name} writes into an array here, and a formula cannot be written into")
    plain = {key: value for key, value in options.items() if not leaves_numbers(name, key, value)}
    if method == "reduce" and name in _REDUCTIONS:
        plain.setdefault("axis", inputs[1] if len(inputs) > 1 else 0)
        return call(f"{name}.reduce", FUNCTIONS[_REDUCTIONS[name]], inputs[:1], plain)
    if method == "accumulate" and name in _RUNNING:
        plain.setdefault("axis", inputs[1] if len(inputs) > 1 else 0)
        return call(f"{name}.accumulate", FUNCTIONS[_RUNNING[name]], inputs[:1], plain)
    if method == "outer" and len(inputs) == 2:
        left, right = as_node(inputs[0]), as_node(inputs[1])
        wide = left[(..., *(None,) * right.rank)], right[((None,) * left.rank + (...,))]
        return universal_function(ufunc, "__call__", wide, {})
    if method == "__call__" and is_of_conditions(name, inputs):
        return of_conditions(name, inputs)
    build = SPECIAL.get(name) or named(name)
    if method != "__call__" or build is None:
        raise no_derivative(ufunc, "" if method == "__call__" else f".{method}", advice(name))
    return call(name, build, stretched(*inputs) if ufunc.signature is None else inputs, plain)


# -- functions ------------------------------------------------------------------------------------------------


@through_proxies
def array_function(func: Any, args: Sequence[object], kwargs: Options) -> Any:
    """Return what a function of NumPy's makes of formulas (``__array_function__``)."""
    name = func.__name__
    special = SPECIAL.get(name)
    if special is not None:
        return _adapted(name, special, args, kwargs)
    build = named(name)
    if build is None:
        raise no_derivative(func, advice=advice(name))
    operands, options = bound(name, func, args, kwargs)
    if name in _NEUTRAL and "where" in options:
        return _of_places(name, operands[0], options.pop("where"), options)
    return call(name, build, operands, options)


_NEUTRAL = {"sum": 0, "prod": 1, "mean": 0}


def _of_places(name: str, a: Any, mask: Any, options: Options) -> Any:
    """Return a sum, product or mean over the places where a mask is true."""
    mask = read_mask(mask)
    if not is_condition(mask):
        raise UnsupportedError(f"numpy.{name} takes a condition for where")
    x, condition = counted(as_node(a)), as_true_or_false(mask)
    chosen = FUNCTIONS["where"](condition, x, _NEUTRAL[name])
    if chosen.shape != x.shape:
        raise UnsupportedError(f"where of numpy.{name} has more places than the array", hint="broadcast the array first")
    if name != "mean":
        return call(name, FUNCTIONS[name], [chosen], options)
    places = FUNCTIONS["where"](condition, FUNCTIONS["ones_like"](x), 0)
    return call("sum", FUNCTIONS["sum"], [chosen], options) / call("sum", FUNCTIONS["sum"], [places], options)


def _adapted(name: str, adapter: Callable[..., Any], args: Sequence[object], kwargs: Options) -> Any:
    """Call an adapter, which has NumPy's signature as far as symgd can follow it."""
    plain = {key: value for key, value in kwargs.items() if key == "order" or not leaves_numbers(name, key, value)}
    return call(name, adapter, args, plain)


# -- methods of arrays ----------------------------------------------------------------------------------------


def array_method(node: Node, name: str) -> Callable[..., Any]:
    """Return the method of NumPy's arrays called `name`, of a formula."""
    if name == "astype":
        return partial(_as_type, node)
    if name == "reshape":
        return lambda *shape, order="C", copy=None: reshape(node, shape[0] if len(shape) == 1 else shape, order)
    if name == "transpose":
        return lambda *axes: FUNCTIONS["transpose"](node, (axes[0] if len(axes) == 1 else axes) if axes else None)
    if name == "item":
        return no_branch(name)
    func = getattr(np, name, None)
    if isinstance(func, np.ufunc):
        return lambda *args, **options: universal_function(func, "__call__", (node, *args), options)
    if func is None:
        return lambda *args, **options: _adapted(name, SPECIAL[name], (node, *args), options)
    return lambda *args, **options: array_function(func, (node, *args), options)


def _as_type(
    node: Node,
    dtype: object,
    order: object = "K",
    casting: object = "unsafe",
    subok: object = True,
    copy: object = True,
    **_: object,
) -> Node:
    if node.is_boolean and np.dtype(dtype) == np.int64:  # type: ignore[call-overload]
        return counted(node)
    check_type("astype", dtype)
    return counted(node)


# -- the array API --------------------------------------------------------------------------------------------


class _Namespace:
    """The array API's functions on formulas."""

    pi, e, inf, nan, newaxis = pi, e, float("inf"), float("nan"), None
    float64, float32, int64, bool = float, np.float32, int, bool
    astype = staticmethod(_as_type)

    def __getattr__(self, name: str) -> Any:
        name = _API_NAMES.get(name, name)
        build = SPECIAL.get(name) or named(name)
        if build is None:
            raise AttributeError(f"symgd has no array function called {name!r}")
        return _adapted_call(name, build)

    @property
    def linalg(self) -> _Namespace:
        return self

    @staticmethod
    def asarray(x: object, **options: object) -> Node:
        check_type("asarray", options.get("dtype"))
        return as_node(x)


def _adapted_call(name: str, build: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **options: _adapted(name, build, args, options)


_API_NAMES = {"pow": "power"}
_NAMESPACE = _Namespace()


def array_namespace() -> Any:
    """Return the functions of the array API standard, for formulas."""
    return _NAMESPACE


class NamespaceOfProxies:
    """The same functions, for proxies."""

    def __init__(self, functions: Any) -> None:
        self._functions = functions

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._functions, name)
        if attribute is self._functions:  # its part for linear algebra
            return self
        if not callable(attribute) or isinstance(attribute, type):
            return attribute

        def call(*args: object, **options: object) -> Any:
            return attribute(*args, **options)

        call.__name__ = name
        return through_proxies(call)
