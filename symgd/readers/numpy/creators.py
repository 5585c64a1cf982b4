"""What NumPy's functions that make arrays return in a traced function: buffers, and the traced arrays that they are given."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symgd.errors import UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.proxy import Proxy, proxies_in, without_proxies
from symgd.graph.shape import Dim
from symgd.readers.numpy.binding import check_type
from symgd.readers.numpy.buffer import Buffer
from symgd.readers.numpy.traced import Traced

__all__ = ["CREATORS"]


def _made(function: Callable[..., Any], *, is_unset: bool = False) -> Callable[..., Any]:
    """Return a function of sizes that makes a buffer where NumPy's makes an array of floating point numbers."""

    @functools.wraps(function)
    def create(*args: Any, **options: Any) -> Any:
        if any(isinstance(size, Dim) for size in _sizes(args, options)):
            raise UnsupportedError(
                f"numpy.{function.__name__} of a named size makes an array whose places are not known",
                hint=f"np.{function.__name__}_like(x), or declare the input with numbers for its sizes",
            )
        return _writable(function(*args, **options), is_unset)

    return create


def _sizes(args: Any, options: Any) -> Any:
    shape = args[0] if args else options.get("shape", ())
    return shape if isinstance(shape, tuple | list) else (shape,)


def _writable(array: Any, is_unset: bool = False, is_order_known: bool = True) -> Any:
    """Return an array as one into which formulas can be stored."""
    if type(array) is not np.ndarray or array.dtype.kind != "f" or not array.ndim:
        return array
    return Buffer(array, is_order_known=is_order_known, is_unset=is_unset)


@functools.wraps(np.full)
def _full(shape: Any, fill_value: Any, dtype: Any = None, order: Any = "C", **options: Any) -> Any:
    if not proxies_in((fill_value,)):
        return _made(np.full)(shape, fill_value, dtype, order, **options)
    check_type("full", dtype)
    array = _made(np.zeros)(shape, float, order)
    array[...] = fill_value
    return array


def _made_like(function: Callable[..., Any], *, is_unset: bool = False) -> Callable[..., Any]:
    """Return a function of an array that makes a buffer of the same shape."""
    plain = {"zeros_like": np.zeros, "ones_like": np.ones, "empty_like": np.empty}[function.__name__]

    @functools.wraps(function)
    def create(a: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None, **options: Any) -> Any:
        if isinstance(a, Buffer):
            a, known = a._numbers, a._memory.is_order_known
            return _writable(function(a, dtype, order, subok, shape, **options), is_unset, known)
        size = shape if shape is not None else a.node.shape if isinstance(a, Proxy) else ()
        if not isinstance(a, Proxy) or (dtype is None and a.node.is_boolean) or not _is_known(size):
            return _writable(function(a, dtype, order, subok, shape, **options), is_unset)
        known = order == "C" or len(size) < 2 or getattr(a, "by_rows", False)
        return _writable(plain(size, dtype or float), is_unset, known)

    return create


def _is_known(shape: Any) -> bool:
    """Whether an array of the shape has places, and their number is known."""
    return shape != () and all(not isinstance(size, Dim) for size in (shape if isinstance(shape, tuple | list) else (shape,)))


@functools.wraps(np.full_like)
def _full_like(a: Any, fill_value: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None) -> Any:
    is_plain = not isinstance(a, Proxy) and not proxies_in((fill_value,))
    if is_plain or shape is not None or (isinstance(a, Traced) and not _is_known(a.shape)):
        return _writable(np.full_like(a, fill_value, dtype, order, subok, shape))
    array = _made_like(np.zeros_like)(a, dtype, order)
    array[...] = fill_value
    return array


def _array(function: Callable[..., Any], copies: bool) -> Callable[..., Any]:
    """Return ``numpy.array`` or one of the functions that return an array itself."""

    @functools.wraps(function)
    def create(*args: Any, **options: Any) -> Any:
        if not args or not (isinstance(args[0], Proxy | Node) or proxies_in((args[0],))):
            result = function(*args, **options)
            is_new = (copies and options.get("copy", True)) or (bool(args) and isinstance(args[0], list | tuple))
            return _writable(result) if is_new else result
        value, dtype = args[0], args[1] if len(args) > 1 else options.pop("dtype", None)
        is_copied = options.pop("copy", copies)
        for option in ("order", "subok", "like", "device"):
            if options.pop(option, None) in ("F", "A"):
                raise UnsupportedError(f"numpy.{function.__name__} in another order in memory is not followed")
        if options or len(args) > 2:
            raise UnsupportedError(f"numpy.{function.__name__} of a formula takes a type and nothing else")
        return _converted(value, dtype, bool(is_copied))

    return create


def _converted(value: Any, dtype: Any, is_copied: bool) -> Any:
    """Return a formula, or a list of formulas, as an array."""
    if isinstance(value, Buffer):
        if not value.holds_formulas and dtype is not None and np.dtype(dtype) != value.dtype:
            return _writable(value._numbers.astype(dtype))
        check_type("array", dtype)
        return value.__copy__() if is_copied else value
    if dtype is not None and np.dtype(dtype) == object:
        return np.array(value, dtype=object)
    if not isinstance(value, Proxy):
        return _collected(value, dtype)
    if value.node.is_boolean:
        if dtype is not None and np.dtype(dtype) != bool:
            return value.astype(dtype)  # type: ignore[attr-defined]
    else:
        check_type("array", dtype)
    if is_copied:
        return value.__copy__()  # type: ignore[attr-defined]
    # an input of integers would be copied here: what is changed later is refused
    return value if dtype is None or not value._is_own else value.astype(dtype, copy=False)  # type: ignore[attr-defined]


def _collected(value: Any, dtype: Any) -> Any:
    """Return the array of a list of formulas."""
    check_type("array", dtype)
    entries = without_proxies(value)
    if any(isinstance(proxy.node, Node) and proxy.node.is_boolean for proxy in proxies_in((value,))):
        raise UnsupportedError("conditions are collected in an array", hint="count them: np.array([1.0*(x[0] > 0), …])")
    return Traced(as_node(entries), is_own=True, is_array=True, by_rows=True)


CREATORS: Mapping[int, Callable[..., Any]] = {
    **{id(function): _made(function) for function in (np.zeros, np.ones, np.eye, np.identity)},
    id(np.empty): _made(np.empty, is_unset=True),
    id(np.full): _full,
    **{id(function): _made_like(function) for function in (np.zeros_like, np.ones_like)},
    id(np.empty_like): _made_like(np.empty_like, is_unset=True),
    id(np.full_like): _full_like,
    id(np.array): _array(np.array, True),
    **{id(function): _array(function, False) for function in (np.asarray, np.asanyarray, np.asarray_chkfinite)},
}
"""NumPy's functions by their identity, and what is called in their place."""
