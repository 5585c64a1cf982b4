"""Traced: the arrays that a function is called with to see what it computes.

A traced array stands for a formula and behaves as an array of NumPy's does: ``==`` is a comparison entry by entry, and
``z += 1`` changes every name of the array. Formulas themselves are not touched by this: two nodes are equal when they are one
object, whatever is traced meanwhile.

An array is one of two kinds. It owns its entries, and then it may be changed in place; or it may be another name of the entries
of an array, as an input and a view are, and a change in place is refused. A view is made again when its array was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from symgd.errors import ShapeError, SymgdError, UnsupportedError, shown
from symgd.graph.array_protocols import ARRAY_METHODS
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.proxy import Proxy, proxies_in, through_proxies, without_proxies
from symgd.graph.shape import show_shape
from symgd.primitives.contraction import einsum
from symgd.primitives.piecewise import equal, not_equal
from symgd.readers.numpy.calls import array_function, array_namespace, universal_function
from symgd.readers.numpy.truth import are_equal

__all__ = ["Traced"]

_COPYING = {"copy", "flatten", "astype"}
"""What always makes an array of its own."""


class Traced(Proxy[Node]):
    """An array of a function that is traced.

    Parameters
    ----------
    node : Node
        What is in it.
    is_own : bool
        Whether no other array has the same entries.
    """

    __slots__ = ("_bases", "_is_own", "_node", "_nodes_of_bases", "_remake")

    __array_priority__ = 2000

    def __init__(self, node: Node, *, is_own: bool = False) -> None:
        self._node = node
        self._is_own = is_own
        self._bases: tuple[Traced, ...] = ()
        self._nodes_of_bases: tuple[Node, ...] = ()
        self._remake: Callable[[], Node] | None = None

    @property
    def node(self) -> Node:
        """The formula of the entries, as they are now."""
        if self._remake is not None:
            nodes = tuple(base.node for base in self._bases)
            if any(node is not other for node, other in zip(nodes, self._nodes_of_bases, strict=True)):
                self._node, self._nodes_of_bases = self._remake(), nodes
        return self._node

    def call(self, function: Callable[..., Any], args: tuple[object, ...], options: dict[str, object]) -> Any:
        """Call a function with the formulas behind traced arrays; return its formulas as traced arrays."""
        return _called(function, args, options, is_own=False)

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
    def T(self) -> Any:
        """The transpose."""
        return _called(lambda node: node.T, (self,), {}, is_own=False)

    def __len__(self) -> int:
        return len(self.node)

    def __str__(self) -> str:
        return str(self.node)

    def __repr__(self) -> str:
        return repr(self.node)

    def __format__(self, spec: str) -> str:
        return format(self.node, spec)

    def __copy__(self) -> Traced:
        return Traced(self.node, is_own=True)

    def __deepcopy__(self, memo: object) -> Traced:
        return Traced(self.node, is_own=True)

    def __reduce__(self) -> Any:
        """Refuse to be stored or sent to another process: there, the function is not traced."""
        raise UnsupportedError("an array of a traced function cannot be pickled", hint="compute in the function itself")

    # -- values, which are not known ------------------------------------------------------------------------

    def __bool__(self) -> bool:
        node = self.node
        if node.is_constant and node.is_boolean:  # a comparison of a formula with itself
            return bool(node.value)
        if node.primitive not in (equal, not_equal) or node.shape:
            return bool(node)
        answer = are_equal(*node.args)
        if answer is None:
            hint = "use where(condition, a, b); to find an object in a list: any(entry is x for entry in entries)"
            raise SymgdError(f"the truth of a formula is not known before its inputs are: {shown(node)}", hint=hint)
        return answer is (node.primitive is equal)

    def __float__(self) -> float:
        return float(self.node)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Refuse to become an array of numbers; a scalar may be an entry of one, as in ``np.array([x[0], 2*x[1]])``."""
        entry = self.node.__array__(dtype, copy)
        entry[()] = self
        return entry

    # -- comparisons ----------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> Any:
        return self._compared(other, equal, True)

    def __ne__(self, other: object) -> Any:
        return self._compared(other, not_equal, False)

    def __hash__(self) -> int:
        return hash(self.node)

    def _compared(self, other: Any, condition: Callable[..., Node], where_same: bool) -> Any:
        try:
            node, right = self.node, as_node(without_proxies(other))
        except (SymgdError, TypeError):
            return NotImplemented  # c == None is False, as it is for any object
        return Traced(as_node(where_same) if node is right and not node.shape else condition(node, right), is_own=True)

    # -- entries --------------------------------------------------------------------------------------------

    def __getitem__(self, item: object) -> Any:
        return _called(lambda node, place: node[place], (self, item), {}, is_own=False)

    def __setitem__(self, item: object, value: object) -> None:
        """Refuse to change entries: a formula has no places that are written."""
        raise UnsupportedError(
            "an entry of an array is changed in place",
            hint="choose with np.where, or collect the entries: np.array([x[0], 2*x[1]])",
        )

    def __iter__(self) -> Iterator[Any]:
        iter(self.node)  # refuses what has no number of rows
        return (self[k] for k in range(len(self)))

    # -- NumPy's protocols ----------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: object, **options: object) -> Any:
        return _called(universal_function, (ufunc, method, inputs, options), {}, is_own=True)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return _called(array_function, (func, args, kwargs), {}, is_own=func.__name__ in _COPYING)

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return _Namespace(array_namespace())

    def __getattr__(self, name: str) -> Any:
        """Offer the methods of NumPy's arrays, and what is known of a formula."""
        if name in ARRAY_METHODS:
            is_own = name in _COPYING

            def method(*args: object, **options: object) -> Any:
                return _called(lambda node, *rest, **named: getattr(node, name)(*rest, **named), (self, *args), options, is_own)

            return method
        return _wrapped(getattr(self.node, name))

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *dir(self.node)})


class _Namespace:
    """The array API's functions on traced arrays."""

    def __init__(self, functions: Any) -> None:
        self._functions = functions

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._functions, name)
        if attribute is self._functions:  # its part for linear algebra
            return self
        return through_proxies(attribute) if callable(attribute) and not isinstance(attribute, type) else attribute


# -- calls ----------------------------------------------------------------------------------------------------


def _called(function: Callable[..., Any], args: Sequence[object], options: dict[str, object], is_own: bool) -> Any:
    """Call a function of formulas with traced arrays."""
    arrays = [value for value in proxies_in((*args, *options.values())) if isinstance(value, Traced)]

    def call() -> Any:
        return function(
            *(without_proxies(value) for value in args), **{key: without_proxies(value) for key, value in options.items()}
        )

    result = call()
    if is_own:
        return _wrapped(result, is_own=True)
    return _wrapped(result, arrays, call)


def _wrapped(
    result: object, arrays: Sequence[Traced] = (), again: Callable[[], Any] | None = None, is_own: bool = False
) -> Any:
    """Return what a function of formulas returns, with traced arrays in place of formulas.

    Parameters
    ----------
    result : object
    arrays : sequence of Traced
        The arrays of which the result may be a view.
    again : callable, optional
        Returns the result for the entries that the arrays have by then.
    is_own : bool
        Whether the result has no entries of the arrays.
    """
    if isinstance(result, Node):
        if is_own or not _may_be_view(result, arrays):
            return Traced(result, is_own=True)
        view = Traced(result)
        view._bases, view._nodes_of_bases, view._remake = tuple(arrays), tuple(array.node for array in arrays), again
        return view
    if isinstance(result, tuple | list):
        parts = [
            _wrapped(part, arrays, (lambda k=k: again()[k]) if again is not None else None, is_own)  # type: ignore[misc]
            for k, part in enumerate(result)
        ]
        return type(result)(parts) if not hasattr(result, "_make") else result._make(parts)
    if isinstance(result, dict):
        return {key: _wrapped(part, is_own=True) for key, part in result.items()}
    return result


def _may_be_view(node: Node, arrays: Sequence[Traced]) -> bool:
    """Whether a result is an input, the same as an array that was given, or a view of one."""
    is_transpose = node.primitive is einsum and len(node.args) == 1 and len(node.params[0][0]) == len(node.params[1])
    is_view = node.is_symbol or is_transpose or (node.primitive.is_view and node.primitive is not einsum)
    return bool(node.shape) and (is_view or any(array.node is node for array in arrays))


def _operator(name: str) -> Callable[[Traced, object], Any]:
    def operate(self: Traced, other: object) -> Any:
        result = getattr(self.node, name)(without_proxies(other))
        return result if result is NotImplemented else Traced(result, is_own=True)

    operate.__name__ = name
    return operate


def _unary(name: str) -> Callable[[Traced], Traced]:
    def operate(self: Traced) -> Traced:
        return Traced(getattr(self.node, name)(), is_own=True)

    operate.__name__ = name
    return operate


def _in_place(name: str) -> Callable[[Traced, object], Any]:
    """Return an operator that changes an array under all its names; a number is replaced, as in Python."""
    plain = f"__{name}__"

    def operate(self: Traced, other: object) -> Any:
        if not self.shape:
            return NotImplemented  # Python takes the plain operator
        if not self._is_own:
            raise UnsupportedError(
                "an array is changed in place, and it may have another name", hint="write z = z + … instead of z += …"
            )
        result = getattr(self.node, plain)(without_proxies(other))
        if result is NotImplemented:
            return result
        if result.shape != self.shape:
            raise ShapeError(
                f"an array of shape {show_shape(self.shape)} is changed in place to the shape {show_shape(result.shape)}",
                hint="write z = z + … instead of z += …",
            )
        self._node = result
        return self

    operate.__name__ = f"__i{name}__"
    return operate


_BINARY = ("add", "sub", "mul", "truediv", "pow", "matmul")
for _name in _BINARY:
    setattr(Traced, f"__{_name}__", _operator(f"__{_name}__"))
    setattr(Traced, f"__r{_name}__", _operator(f"__r{_name}__"))
    setattr(Traced, f"__i{_name}__", _in_place(_name))
for _name in ("lt", "le", "gt", "ge"):
    setattr(Traced, f"__{_name}__", _operator(f"__{_name}__"))
for _name in ("neg", "pos", "abs"):
    setattr(Traced, f"__{_name}__", _unary(f"__{_name}__"))
