"""What NumPy's functions that make arrays return in a traced function: buffers, and the traced arrays that they are given."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symgd.errors import UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
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
            return _of_named_sizes(function.__name__, *args, **options)
        return _writable(function(*args, **options), is_unset)

    return create


def _of_named_sizes(name: str, shape: Any, *args: Any, dtype: Any = None, **options: Any) -> Traced:
    """Return an array of numbers with a named size, whose places are not known."""
    check_type(name, dtype)
    if name not in ("zeros", "ones", "eye", "identity") or options or (args and not (args[0] == shape and len(args) == 1)):
        raise UnsupportedError(
            f"numpy.{name} of a named size makes an array whose places are not known",
            hint="declare the input with numbers for its sizes",
        )
    return Traced(FUNCTIONS[name](shape), is_own=True, is_array=True, by_rows=True)


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
    if any(isinstance(size, Dim) for size in _sizes((shape,), {})):
        return _of_named_sizes("ones", shape, dtype=dtype, **options) * fill_value
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


@functools.wraps(np.arange)
def _arange(*args: Any, **options: Any) -> Any:
    if len(args) == 1 and not options and isinstance(args[0], Dim):
        return Traced(FUNCTIONS["arange"](args[0]), is_own=True, by_rows=True)
    return np.arange(*args, **options)


@functools.wraps(np.fill_diagonal)
def _fill_diagonal(a: Any, val: Any, wrap: Any = False) -> None:
    if not isinstance(a, Proxy):
        np.fill_diagonal(a, val, wrap)
        return
    least = min(a.shape) if _is_known(a.shape) else None  # type: ignore[attr-defined]
    length = np.size(val) if not isinstance(val, Proxy) else as_node(val).size
    if least is None or len(a.shape) < 2 or length not in (1, least) or wrap:  # type: ignore[attr-defined]
        raise UnsupportedError("numpy.fill_diagonal takes a matrix and one number, or as many as the diagonal has")
    a[np.diag_indices(least, len(a.shape))] = val if length != 1 or np.ndim(val) == 0 else val[0]  # type: ignore[attr-defined, index]


@functools.wraps(np.copyto)
def _copyto(dst: Any, src: Any, casting: Any = "same_kind", where: Any = True) -> None:
    if isinstance(dst, Proxy) and casting == "same_kind":
        if where is True:
            dst[...] = src  # type: ignore[index]
        else:
            dst[...] = np.where(where, src, dst)  # type: ignore[index, call-overload]
        return
    np.copyto(dst, src, casting, where)


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
    if isinstance(value, Traced) and not isinstance(value, np.ndarray):  # an array without axes, made of a number
        return Traced(value.node, is_own=True, is_array=True, by_rows=True)
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
    id(np.arange): _arange,
    id(np.fill_diagonal): _fill_diagonal,
    id(np.copyto): _copyto,
    id(np.array): _array(np.array, True),
    **{id(function): _array(function, False) for function in (np.asarray, np.asanyarray, np.asarray_chkfinite)},
}
"""NumPy's functions by their identity, and what is called in their place."""
