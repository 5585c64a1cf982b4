"""Buffers: the arrays that a traced function makes, such as ``np.zeros(3)``, and writes into.

A buffer is an array of numbers of NumPy's until a formula is stored in it. Beside the numbers lie cells
(:mod:`symgd.readers.numpy.cells`), which name the formulas. Whatever makes a view of the numbers makes one of the cells, so a
store is seen under every name of the array.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.proxy import Proxy, proxies_in, without_proxies
from symgd.graph.shape import show_shape
from symgd.readers.numpy import sharing
from symgd.readers.numpy.binding import check_type
from symgd.readers.numpy.buffer_operators import Operators
from symgd.readers.numpy.cells import UNSET, Cells, Memory, entry, formula_of, has_nodes, store, without_cells
from symgd.readers.numpy.selected import Selected, chosen, mask_of
from symgd.readers.numpy.traced import Traced

__all__ = ["Buffer"]


class Buffer(Operators, Proxy[Node]):
    """An array that a traced function makes and writes into.

    Parameters
    ----------
    numbers : ndarray
        Of floating point numbers, of its own.
    is_order_known : bool
        Whether the entries lie in memory as those of `numbers` do.
    is_unset : bool
        Whether the entries have no values yet.
    """

    __slots__ = ("_cells", "_formula", "_memory", "_numbers")

    __array_priority__ = 3000
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, numbers: NDArray[Any], *, is_order_known: bool = True, is_unset: bool = False) -> None:
        self._numbers = numbers
        self._cells = without_cells(numbers)
        self._memory = Memory(is_order_known)
        self._formula: tuple[int, Node] | None = None
        if is_unset:
            self._cells[...] = UNSET
            self._memory.has_cells = True

    @classmethod
    def _of(cls, numbers: NDArray[Any], cells: Cells, memory: Memory) -> Buffer:
        buffer = cls.__new__(cls)
        buffer._numbers, buffer._cells, buffer._memory, buffer._formula = numbers, cells, memory, None
        return buffer

    @property
    def holds_formulas(self) -> bool:
        """Whether an entry is no number."""
        return self._memory.has_cells and any(cell is not None for cell in self._cells.flat)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """What isinstance looks at: a function may ask whether it has an array of NumPy's."""
        return np.ndarray

    @property
    def node(self) -> Node:
        """The formula of the entries, as they are now."""
        if self._formula is None or self._formula[0] != self._memory.stores or self._memory.is_given_away:
            self._formula = self._memory.stores, formula_of(self._numbers, self._cells)
        return self._formula[1]

    @property
    def operand(self) -> Any:
        """The numbers, or the formula where an entry is none."""
        return self.node if self.holds_formulas else self._numbers

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Call a function of symgd."""
        traced, named = _with_formulas(args), _with_formulas(options)
        found = proxies_in((*traced, *named.values()))
        return found[0].call(function, traced, named) if found else function(*traced, **named)

    # -- what it is -----------------------------------------------------------------------------------------

    @property
    def by_rows(self) -> bool:
        """Whether the entries are known to lie in memory row by row."""
        return bool(self._memory.is_order_known and self._numbers.flags.c_contiguous)

    @property
    def T(self) -> Any:
        """The transpose."""
        return _called("T", lambda array: array.T, (self,), {})

    def __len__(self) -> int:
        return len(self._numbers)

    def __str__(self) -> str:
        return str(self.operand)

    def __repr__(self) -> str:
        return repr(self.operand)

    def __copy__(self) -> Buffer:
        return _copied(self._numbers.copy(), self._cells.copy(), self._memory, True)

    def __reduce__(self) -> Any:
        """Be pickled as an array of numbers."""
        return self._as_numbers("pickled").__reduce__()

    def __getattr__(self, name: str) -> Any:
        """Offer the attributes and methods of NumPy's arrays."""
        if name in _ATTRIBUTES:
            return getattr(self._numbers, name)
        if name.startswith("__") or not hasattr(np.ndarray, name):
            raise AttributeError(f"an array has no attribute {name!r}")
        if name in _SHARED or not callable(getattr(np.ndarray, name)):
            raise UnsupportedError(f"the attribute {name} of an array that a traced function fills is not followed")
        if name in _CHANGING:
            return getattr(self._as_numbers(f"changed by {name}"), name)

        def method(*args: Any, **options: Any) -> Any:
            called = "ndarray.copy" if name == "copy" else name
            return _called(called, lambda array, *rest, **named: getattr(array, name)(*rest, **named), (self, *args), options)

        return method

    def fill(self, value: Any) -> None:
        """Store one number in all places."""
        self[...] = value

    def __deepcopy__(self, memo: object) -> Buffer:
        return self.__copy__()

    # -- numbers --------------------------------------------------------------------------------------------

    def _as_numbers(self, use: str) -> NDArray[Any]:
        """Return the array itself to code that is not traced: from then on no formula can be stored in it."""
        if self.holds_formulas:
            raise UnsupportedError(
                f"an array with formulas in it is {use} as an array of numbers",
                hint="NumPy's functions take it; code that is not traced, in C or in another package, cannot",
            )
        self._memory.is_given_away = True
        return self._numbers

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if copy and not self.holds_formulas:
            return np.array(self._numbers, dtype=dtype)
        return np.asarray(self._as_numbers("used"), dtype=dtype)

    def __bool__(self) -> bool:
        return bool(Traced(self.node) if self.holds_formulas else self._numbers)

    def __float__(self) -> float:
        return float(self.operand)

    def __int__(self) -> int:
        return int(Traced(self.node) if self.holds_formulas else self._numbers)

    # -- operators ------------------------------------------------------------------------------------------

    def _computed(self, function: Callable[..., Any], operands: tuple[Any, ...]) -> Any:
        return _called("operator", function, operands, {})

    def _changed(self, function: Callable[[Any, Any], Any], change: Callable[[Any, Any], Any], other: Any) -> Buffer:
        plain = _with_numbers(other)
        if self.holds_formulas or isinstance(plain, Node) or proxies_in((plain,)):
            return _overwrite(self, function(self, other))
        change(self._numbers, plain)
        self._memory.stores += 1
        return self

    # -- entries --------------------------------------------------------------------------------------------

    def __getitem__(self, item: Any) -> Any:
        if (mask := mask_of(item, self)) is not None:
            return Selected(Traced(self.node), mask)
        place = _place(item)
        cell = self._cells[place]
        if isinstance(cell, np.ndarray):
            return _called("getitem", operator.getitem, (self, place), {})
        if cell is None:
            return self._numbers[place]
        return Traced(entry(None, cell), is_own=True)

    def __setitem__(self, item: Any, value: Any) -> None:
        if (mask := mask_of(item, self)) is not None:
            place, value = ..., Traced(chosen(mask, value, self.node))
        else:
            place = _place(item)
        if isinstance(value, Buffer):
            self._store_cells(place, value)
        elif proxies_in((value,)) or has_nodes(value):
            self._store_formula(place, as_node(without_proxies(value)))
        else:
            self._numbers[place] = value
            if self._memory.has_cells:
                self._cells[place] = None
            self._memory.stores += 1

    def _store_cells(self, place: Any, value: Buffer) -> None:
        if value.holds_formulas:
            self._check_formulas_may_be_stored()
        single = not isinstance(self._cells[place], np.ndarray)
        if single and value.ndim:
            raise ShapeError(f"an array of shape {show_shape(value.shape)} is stored in one place", hint="take its entry first")
        cells = value._cells[()] if single else value._cells.copy()
        numbers = value._numbers.copy()
        self._cells[place] = cells
        self._numbers[place] = numbers
        self._memory.has_cells = self._memory.has_cells or value._memory.has_cells
        self._memory.stores += 1

    def _store_formula(self, place: Any, node: Node) -> None:
        self._check_formulas_may_be_stored()
        store(self._cells, place, node)
        self._numbers[place] = np.nan
        self._memory.has_cells = True
        self._memory.stores += 1

    def _check_formulas_may_be_stored(self) -> None:
        check_type("ndarray", self._numbers.dtype)
        if self._memory.is_given_away:
            raise UnsupportedError(
                "a formula is stored in an array that was given to code which is not traced", hint="give it a .copy()"
            )

    def __iter__(self) -> Iterator[Any]:
        iter(self._numbers)  # refuses what has no rows
        return (self[k] for k in range(len(self)))

    # -- NumPy's protocols ----------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        outputs = options.pop("out", ())
        name, function = ufunc.__name__ if method != "at" else "at", ufunc if method == "__call__" else getattr(ufunc, method)
        if not outputs:
            return _called(name, function, inputs, options)
        if not all(isinstance(output, Buffer) for output in outputs) or "where" in options:
            raise UnsupportedError(f"numpy.{name} writes into an array here, and a formula cannot be written into")
        results = _called(name, function, inputs, options)
        for output, result in zip(outputs, results if len(outputs) > 1 else (results,), strict=True):
            _overwrite(output, result)
        return outputs if len(outputs) > 1 else outputs[0]

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func.__name__ in _WRITING and any(array.holds_formulas for array in _buffers((*args, *kwargs.values()))):
            raise UnsupportedError(f"numpy.{func.__name__} changes an array that holds formulas", hint="store: out[places] = …")
        out = kwargs.pop("out", None) if isinstance(kwargs.get("out"), Buffer) else None
        result = _called(func.__name__, func, args, kwargs)
        return result if out is None else _overwrite(out, result)


_ATTRIBUTES = {"shape", "ndim", "size", "dtype", "itemsize", "nbytes", "strides"}
_SHARED = {"flat", "data", "base", "ctypes", "view", "setflags", "getfield", "tobytes", "tofile", "dump", "dumps"}
_CHANGING = {"sort", "partition", "put", "resize", "setfield", "byteswap"}
_WRITING = {"copyto", "put", "place", "putmask", "fill_diagonal", "put_along_axis"}


def _overwrite(buffer: Buffer, value: Any) -> Buffer:
    """Store in all places what has the same shape."""
    shape = np.shape(value) if not isinstance(value, Proxy) else value.node.shape
    if tuple(shape) != buffer.shape:
        raise ShapeError(
            f"an array of shape {show_shape(buffer.shape)} is changed in place to the shape {show_shape(shape)}",
            hint="write z = z + … instead of z += …",
        )
    buffer[...] = value
    return buffer


def _place(item: Any) -> Any:
    """Return an index of numbers."""
    if not isinstance(item, Proxy | Node) and not proxies_in((item,)):
        return item
    plain = _with_numbers(item)
    if isinstance(plain, Node) or proxies_in((plain,)):
        raise UnsupportedError("the place in an array depends on values", hint="write out = np.where(condition, new, out)")
    return plain


# -- calls ----------------------------------------------------------------------------------------------------


def _buffers(values: Sequence[Any]) -> list[Buffer]:
    return [value for value in proxies_in(values) if isinstance(value, Buffer)]


def _replaced(value: Any, replace: Callable[[Buffer], Any]) -> Any:
    """Return a value with other objects in place of the buffers in it."""
    if isinstance(value, Buffer):
        return replace(value)
    if isinstance(value, list):
        return [_replaced(part, replace) for part in value]
    if isinstance(value, tuple) and not hasattr(value, "_make"):
        return tuple(_replaced(part, replace) for part in value)
    if isinstance(value, dict):
        return {key: _replaced(part, replace) for key, part in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.hasobject and _buffers((value,)):
        raise UnsupportedError("an array of objects holds an array that a traced function fills")
    return value


def _with_numbers(value: Any) -> Any:
    return _replaced(value, lambda buffer: buffer if buffer.holds_formulas else buffer._numbers)


def _with_formulas(value: Any) -> Any:
    """Return a value with traced arrays for the buffers that hold formulas, and with copies of the numbers of others."""
    return _replaced(
        value,
        lambda buffer: (
            Traced(buffer.node, is_array=True, by_rows=buffer.by_rows) if buffer.holds_formulas else buffer._numbers.copy()
        ),
    )


def _called(name: str, function: Callable[..., Any], args: Sequence[Any], options: dict[str, Any]) -> Any:
    """Call a function of NumPy's with buffers: on numbers, on the cells beside them, or on formulas."""
    found = proxies_in((*args, *options.values()))
    buffers = [buffer for buffer in found if isinstance(buffer, Buffer)]
    if not buffers:
        return function(*args, **options)
    kind = sharing.sharing(name, args, options, buffers[0], None) if name != "getitem" else sharing.Sharing.VIEW
    if name in ("ravel", "reshape") and not buffers[0]._memory.is_order_known and buffers[0].ndim > 1:
        raise UnsupportedError(
            f"{name} of an array that lies in memory as another one does is a view or a copy",
            hint="make it by np.zeros(x.shape), or write .copy()",
        )
    if len(found) == 1 and kind is not sharing.Sharing.COPY and not _converts(name, args, options):
        return _with_cells(function, args, options, buffers[0])
    if len(buffers) == len(found) and not any(buffer.holds_formulas for buffer in buffers):
        result = function(*_with_numbers(tuple(args)), **_with_numbers(options))
        if name == "at" or name in _WRITING:
            buffers[0]._memory.stores += 1
        return _kept(result, buffers)
    if name == "ndarray.copy" or (name == "copy" and len(found) == 1):
        return _with_cells(function, args, options, buffers[0])
    if (kind is not sharing.Sharing.COPY and name != "nan_to_num") or name == "at":
        raise UnsupportedError(f"{name} shares or changes the entries of an array that holds formulas", hint="take a .copy()")
    return function(*_with_formulas(tuple(args)), **_with_formulas(options))


def _converts(name: str, args: Sequence[Any], options: dict[str, Any]) -> bool:
    """Whether the call converts numbers to a type, or leaves it open."""
    return name == "nan_to_num" or "dtype" in options or any(isinstance(value, type | np.dtype | str) for value in args[1:])


def _with_cells(function: Callable[..., Any], args: Sequence[Any], options: dict[str, Any], buffer: Buffer) -> Any:
    """Call a function that moves entries on the numbers and on the cells."""
    numbers = function(*_replaced(tuple(args), lambda one: one._numbers), **options)
    cells = function(*_replaced(tuple(args), lambda one: one._cells), **options)
    return _together(numbers, cells, buffer)


def _together(numbers: Any, cells: Any, buffer: Buffer) -> Any:
    if isinstance(numbers, list | tuple):
        return type(numbers)([_together(*pair, buffer) for pair in zip(numbers, cells, strict=True)])
    if not isinstance(numbers, np.ndarray):
        return numbers if cells is None else Traced(entry(None, cells), is_own=True)
    is_shared = np.shares_memory(numbers, buffer._numbers)
    if is_shared is not np.shares_memory(cells, buffer._cells):
        raise UnsupportedError("it is not known whether an array that a traced function fills is shared", hint="take a .copy()")
    if is_shared:
        return Buffer._of(numbers, cells, buffer._memory)
    return _copied(numbers, cells, buffer._memory, buffer._memory.is_order_known or numbers.ndim < 2)


def _copied(numbers: NDArray[Any], cells: Cells, memory: Memory, is_order_known: bool) -> Buffer:
    own = Memory(is_order_known)
    own.has_cells = memory.has_cells
    return Buffer._of(numbers, cells, own)


def _kept(result: Any, buffers: Sequence[Buffer]) -> Any:
    """Return what NumPy computed of numbers: arrays of floating point numbers may be written into."""
    if isinstance(result, tuple | list):
        parts = [_kept(part, buffers) for part in result]
        return result._make(parts) if hasattr(result, "_make") else type(result)(parts)
    if type(result) is not np.ndarray:
        return result
    shared = [buffer for buffer in buffers if np.shares_memory(result, buffer._numbers)]
    for buffer in shared:
        if result is buffer._numbers:
            return buffer
        buffer._memory.is_given_away = True
    if shared or result.dtype.kind != "f" or not result.ndim:
        return result
    return Buffer(result, is_order_known=all(buffer._memory.is_order_known for buffer in buffers))
