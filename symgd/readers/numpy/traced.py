"""Traced: the arrays that a function is called with to see what it computes.

A traced array stands for a formula and behaves as an array of NumPy's does: ``==`` is a comparison entry by entry, and
``z += 1`` changes every name of the array. Formulas themselves are not touched by this: two nodes are equal when they are one
object, whatever is traced meanwhile.

An array is one of three kinds. It owns its entries, and then it may be changed in place. It is another name of the entries
of an array, as an input and a view are: a change in place is refused, and a view is made again when its array was changed.
Or NumPy decides by the place in memory whether it is a view or a copy: then it can no longer be used once its array was
changed. The kind is that of NumPy's function which was called (:mod:`symgd.readers.numpy.sharing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from inspect import unwrap
from typing import Any

import numpy as np

from symgd.errors import SymgdError, UnsupportedError, shown
from symgd.graph.array_protocols import ARRAY_METHODS
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.proxy import Proxy, proxies_in, without_proxies
from symgd.primitives.piecewise import equal, not_equal
from symgd.readers.numpy import operators
from symgd.readers.numpy import sharing as memory
from symgd.readers.numpy.branches import decide
from symgd.readers.numpy.calls import NamespaceOfProxies, array_function, array_namespace, universal_function
from symgd.readers.numpy.cells import written
from symgd.readers.numpy.conditions import Treatment, treatment, with_conditions
from symgd.readers.numpy.indices import taken, without_masks
from symgd.readers.numpy.pieces import piecewise
from symgd.readers.numpy.refusals import remembered
from symgd.readers.numpy.selected import Selected, chosen, mask_of, places
from symgd.readers.numpy.stretching import stretched

__all__ = ["Traced"]

_universal_function: Callable[..., Any] = unwrap(universal_function)
"""The function of formulas, without the way through proxies."""


class Traced(Proxy[Node]):
    """An array of a function that is traced.

    Parameters
    ----------
    node : Node
        What is in it.
    is_own : bool
        Whether no other array has the same entries.
    is_array : bool
        Whether it is an array, which has places, also where it has no axes; a number has none.
    by_rows : bool
        Whether its entries are known to lie in memory row by row.
    """

    __slots__ = ("_bases", "_is_array", "_is_own", "_item", "_node", "_nodes_of_bases", "_remake", "by_rows")

    __array_priority__ = 2000

    def __new__(cls, node: Node, *, is_array: bool = False, **_: bool) -> Traced:
        return object.__new__(_TracedArray if is_array or node.shape else Traced)

    def __init__(self, node: Node, *, is_own: bool = False, is_array: bool = False, by_rows: bool = False) -> None:
        self._node = node
        self._is_own = is_own
        self._is_array = is_array or bool(node.shape)
        self.by_rows = by_rows
        self._bases: tuple[Traced, ...] = ()
        self._nodes_of_bases: tuple[Node, ...] = ()
        self._remake: Callable[[], Node] | None = None
        self._item: Any = None

    @property
    def node(self) -> Node:
        """The formula of the entries, as they are now."""
        if self._remake is not None:
            nodes = tuple(base.node for base in self._bases)
            if not nodes or any(node is not other for node, other in zip(nodes, self._nodes_of_bases, strict=True)):
                self._node, self._nodes_of_bases = self._remake(), nodes
        return self._node

    def call(self, function: Callable[..., Any], args: tuple[object, ...], options: dict[str, object]) -> Any:
        """Call a function of symgd with the formulas behind traced arrays; what it returns has places of its own."""
        name = getattr(function, "__name__", "")
        return _called(name, function, args, options, certain=False)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """What isinstance looks at: a function may ask whether it has a number or an array of NumPy's."""
        return np.bool_ if self.node.is_boolean else np.float64

    # -- what it is -----------------------------------------------------------------------------------------

    @property
    def shape(self) -> Any:
        """The sizes of the axes."""
        return self.node.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.node.rank

    @property
    def dtype(self) -> Any:
        """The type of the entries: floating point numbers, and the truth of conditions."""
        return np.dtype(bool if self.node.is_boolean else float)

    @property
    def T(self) -> Any:
        """The transpose."""
        return _called("T", lambda node: node.T, (self,), {})

    def __str__(self) -> str:
        return str(self.node)

    def __repr__(self) -> str:
        return repr(self.node)

    def __format__(self, spec: str) -> str:
        return format(self.node, spec)

    def __copy__(self) -> Traced:
        return Traced(self.node, is_own=True, is_array=self._is_array, by_rows=self.by_rows or self.ndim < 2)

    def __reduce__(self) -> Any:
        """Refuse to be stored or sent to another process: there, the function is not traced."""
        raise UnsupportedError("an array of a traced function cannot be pickled", hint="compute in the function itself")

    # -- values, which are not known ------------------------------------------------------------------------

    @remembered
    def __bool__(self) -> bool:
        node = self.node
        if node.size != 1:
            cause = f"the truth of an array of several entries is asked for: {shown(node)}"
            raise SymgdError(cause, hint="np.where(condition, a, b), np.any(condition) or np.all(condition)")
        scalar = node[(0,) * node.rank] if node.shape else node
        return decide(scalar if scalar.is_boolean else not_equal(scalar, 0))

    @remembered
    def __float__(self) -> float:
        return float(self.node)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Refuse to become an array of numbers; a scalar may be an entry of one, as in ``np.array([x[0], 2*x[1]])``."""
        if self.node.is_boolean:
            raise UnsupportedError("conditions are collected in an array", hint="count them: np.array([1.0*(x[0] > 0), …])")
        entry = self.node.__array__(dtype, copy)
        entry[()] = self  # NumPy copies the entry, but this object is kept: so it can no longer follow its array
        if self._remake is not None:
            self._remake = lambda: memory.refuse_either("numpy.array")
        return entry

    # -- comparisons ----------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> Any:
        return self._compared(other, equal, True)

    def __ne__(self, other: object) -> Any:
        return self._compared(other, not_equal, False)

    def __deepcopy__(self, memo: object) -> Traced:
        return self.__copy__()

    def __hash__(self) -> int:
        return operators.refuse_hash(self.node)

    def _compared(self, other: Any, condition: Callable[..., Node], where_same: bool) -> Any:
        if isinstance(other, Selected):
            return NotImplemented
        try:
            node, right = self.node, as_node(without_proxies(other))
        except (SymgdError, TypeError):
            return NotImplemented  # c == None is False, as it is for any object
        compared = as_node(where_same) if node is right and not node.shape else condition(*stretched(node, right))
        return _fresh(compared, (self, other))

    def __divmod__(self, other: object) -> Any:
        return self // other, self % other  # type: ignore[operator]

    def __rdivmod__(self, other: object) -> Any:
        return other // self, other % self  # type: ignore[operator]

    def __getitem__(self, item: Any) -> Any:
        if (mask := mask_of(item, self)) is not None:
            return Selected(Traced(self.node), mask)
        item = without_masks(item, self.shape)
        entries = _called("getitem", taken, (self, item), {})
        if memory.sharing("getitem", (self, item), {}, self, entries.shape) is memory.Sharing.VIEW:
            entries._item = item
        return entries

    def __setitem__(self, item: Any, value: object) -> None:
        """Change entries of an array that owns them."""
        if not self._is_writable or not self.ndim:
            raise UnsupportedError(
                "an entry of an array is changed in place, and the array may have another name",
                hint="change a .copy(), choose with np.where, or collect the entries: np.array([x[0], 2*x[1]])",
            )
        if self.node.is_boolean:
            raise UnsupportedError(
                "an entry of an array of conditions is changed in place", hint="join conditions with & and |"
            )
        if (mask := mask_of(item, self)) is not None:
            self._write(chosen(mask, value, self.node))
            return
        if proxies_in((item,)) or isinstance(item, Node):
            raise UnsupportedError("the place in an array depends on values", hint="z = np.where(condition, new, z)")
        self._write(written(self.node, item, as_node(without_proxies(value))))

    @property
    def _is_writable(self) -> bool:
        """Whether all names of the entries are known: they are its own, or places of an array of which they are."""
        return self._is_own or (self._item is not None and self._bases[0]._is_writable)

    def _write(self, node: Node) -> None:
        """Change the entries."""
        if self._is_own:
            self._node = node
        else:
            base = self._bases[0]
            base._write(written(base.node, self._item, node))

    __iter__: Any = None

    @remembered
    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: object, **options: Any) -> Any:
        others = [output for output in options.get("out", ()) if isinstance(output, Proxy) and not isinstance(output, Traced)]
        if others or any(isinstance(value, Selected) for value in inputs):
            return NotImplemented  # it is that array which computes, or is written into
        result = _universal_function(ufunc, method, without_proxies(inputs), without_proxies(options))
        is_plain = method == "__call__" and "order" not in options
        return _fresh(result, inputs if is_plain else (), ufunc.__name__)

    @remembered
    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.piecewise:  # it calls functions of arrays
            return piecewise(*args, **kwargs)
        if func in (np.where, np.nonzero) and len(args) == 1:
            return places(args[0])
        return _called(func.__name__, lambda *rest, **named: array_function(func, rest, named), args, kwargs)

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return NamespaceOfProxies(array_namespace())

    def __getattr__(self, name: str) -> Any:
        """Offer the methods of NumPy's arrays, and what is known of a formula."""
        if name in ARRAY_METHODS:
            called = "ndarray.copy" if name == "copy" else name

            def method(*args: object, **options: object) -> Any:
                return _called(called, lambda node, *rest, **named: getattr(node, name)(*rest, **named), (self, *args), options)

            return method
        if name.startswith("__"):  # hasattr(x, "__len__") tells arrays from numbers
            raise AttributeError(f"an array has no attribute {name!r}")
        return _wrapped(getattr(self.node, name), Traced)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *dir(self.node)})


class _TracedArray(Traced):
    """A traced array that is no number."""

    __slots__ = ()

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return np.ndarray

    def __len__(self) -> int:
        return len(self.node)

    def __iter__(self) -> Iterator[Any]:
        iter(self.node)  # refuses what has no number of rows
        return (self[k] for k in range(len(self)))


# -- calls ----------------------------------------------------------------------------------------------------


def _called(
    name: str, function: Callable[..., Any], args: Sequence[Any], options: dict[str, Any], *, certain: bool = True
) -> Any:
    """Call a function of formulas with traced arrays.

    Parameters
    ----------
    name : str
        Of NumPy's function that is called.
    function : callable
        Of formulas.
    args, options
        With traced arrays.
    certain : bool
        Whether the function is NumPy's own, of which it is known when it returns a view.
    """
    proxies = proxies_in((*args, *options.values()))
    arrays = [value for value in proxies if isinstance(value, Traced)]

    def call() -> Any:
        plain, named = [without_proxies(value) for value in args], {key: without_proxies(options[key]) for key in options}
        nodes = [array.node for array in arrays]
        if certain and any(node.is_boolean for node in nodes):
            is_view = memory.sharing(name, args, options, arrays[0], None) is not memory.Sharing.COPY
            if treatment(name, is_view, plain, nodes) is Treatment.CONDITIONS:
                return with_conditions(name, function, plain, named)
        return function(*plain, **named)

    def wrap(node: Node, again: Callable[[], Any]) -> Traced:
        kind = memory.sharing(name, args, options, arrays[0], node.shape)
        if kind is not memory.Sharing.COPY and len(arrays) < len(proxies):
            raise UnsupportedError(f"what {name} returns shares the entries of several arrays", hint="call it for each array")
        if kind is memory.Sharing.VIEW and not certain:
            kind = memory.Sharing.EITHER
        by_rows = certain and memory.lies_by_rows(name, kind, args, options, arrays[0], node.shape)
        array = Traced(
            node, is_own=kind is memory.Sharing.COPY, is_array=memory.is_array_without_axes(name, kind), by_rows=by_rows
        )
        if kind is not memory.Sharing.COPY:
            array._bases, array._nodes_of_bases = tuple(arrays), tuple(base.node for base in arrays)
            array._remake = again if kind is memory.Sharing.VIEW else lambda: memory.refuse_either(name)
        return array

    result = call()
    return _wrapped(result, wrap, call) if arrays else _wrapped(result, Traced)


def _fresh(result: Any, operands: Sequence[object], name: str = "") -> Any:
    """Return what is computed from operands entry by entry, or what a product of matrices is, as arrays of their own."""
    if isinstance(result, Node) and result.rank < 2:
        return Traced(result, is_own=True, by_rows=True)
    lie_by_rows = memory.is_product_of_matrices if name in ("matmul", "vecdot") else memory.operands_lie_by_rows
    return _wrapped(result, lambda node: Traced(node, is_own=True, by_rows=node.rank < 2 or lie_by_rows(operands)))


def _wrapped(result: Any, wrap: Callable[..., Any], again: Callable[[], Any] | None = None) -> Any:
    """Return what a function of formulas returns, with traced arrays in place of formulas.

    Parameters
    ----------
    result : object
    wrap : callable
        Makes a traced array of a formula and, where `again` is given, of how to make it again.
    again : callable, optional
        Returns the result for the entries that the arrays have by then.
    """
    if isinstance(result, Node):
        return wrap(result) if again is None else wrap(result, again)
    if isinstance(result, tuple | list):
        parts = [
            _wrapped(part, wrap, None if again is None else (lambda k=k: again()[k]))  # type: ignore[misc]
            for k, part in enumerate(result)
        ]
        return type(result)(parts) if not hasattr(result, "_make") else result._make(parts)
    if isinstance(result, dict):
        return {key: _wrapped(part, Traced) for key, part in result.items()}
    return result


def _in_place(name: str) -> Callable[[Traced, object], Any]:
    """Return an operator that changes an array under all its names; a number is replaced, as in Python."""
    operate_nodes = operators.operator_of_nodes(name)

    def operate(self: Traced, other: object) -> Any:
        if not self._is_array:
            return NotImplemented  # Python takes the plain operator
        if not self._is_writable or not (self._is_own or self.ndim):
            raise UnsupportedError(
                "an array is changed in place, and it may have another name",
                hint="write z = z + … instead of z += …, or change a .copy()",
            )
        result = operators.changed_in_place(self.node, other, operate_nodes)
        if result is NotImplemented:
            return result
        if not result.shape:  # an array that other arrays may hold as an entry: its new value is another object
            self._bases, self._remake = (), memory.refuse_without_axes
            return Traced(result, is_own=True, is_array=True)
        self._write(result)
        return self

    operate.__name__ = f"__i{name}__"
    return operate


for _name in operators.ARITHMETIC:
    setattr(Traced, f"__{_name}__", operators.binary_operator(_name, "", _fresh))
    setattr(Traced, f"__r{_name}__", operators.binary_operator(_name, "r", _fresh))
    setattr(Traced, f"__i{_name}__", _in_place(_name))
for _name in operators.COMPARISONS:
    setattr(Traced, f"__{_name}__", operators.binary_operator(_name, "", _fresh))
for _name, _function in operators.UNARY.items():
    setattr(Traced, f"__{_name}__", operators.unary_operator(_name, _function, _fresh))
