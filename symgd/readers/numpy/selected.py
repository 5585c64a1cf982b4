"""What a mask selects from an array, as ``x[x > 0]``, where the mask depends on values.

How many entries there are is not known. So the whole array is kept beside the mask: what is done with each entry is done with
the whole array, ``out[mask] = …`` chooses, and a sum is taken of the places.

    out[mask] = f(x[mask])     out = where(mask, f(x), out)          sum(x[mask]) = sum(where(mask, x, 0))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from symgd.errors import UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, counted
from symgd.graph.proxy import Proxy, without_proxies
from symgd.primitives.piecewise import where

__all__ = ["Places", "Selected", "chosen", "mask_of", "places"]

_OVER_PLACES = {"sum", "prod", "mean"}
_PRODUCTS = (np.dot, np.inner, np.vdot)


def _refuse() -> NoReturn:
    raise UnsupportedError(
        "a mask cannot index: what is taken would depend on values",
        hint="np.where(mask, x, 0) keeps all entries; out[mask] = f(x[mask]) and np.sum(x[mask]) are known",
    )


class Selected(NDArrayOperatorsMixin, Proxy[Node]):
    """The entries of an array where a mask is true.

    Parameters
    ----------
    whole : Proxy
        The array with all entries.
    mask : Node
        A condition of the shape of the array.
    """

    __slots__ = ("mask", "whole")

    __array_priority__ = 4000

    def __init__(self, whole: Any, mask: Node) -> None:
        self.whole = whole
        self.mask = mask

    @property
    def node(self) -> Node:
        """Refused: the entries are no array of a known size."""
        _refuse()

    def call(self, function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> NoReturn:
        """Refuse to be an argument of a function of symgd's."""
        _refuse()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        options.pop("out", None)  # of out[mask] += …, which stores the result
        if ufunc is np.matmul and method == "__call__" and not options:
            return self._product(*inputs)
        if method != "__call__" or options or ufunc.nout != 1 or ufunc.signature is not None:
            _refuse()
        return Selected(ufunc(*(self._whole_of(value) for value in inputs)), self.mask)

    def _whole_of(self, value: Any) -> Any:
        """Return an operand for all entries: a number, or what the same mask selects."""
        if isinstance(value, Selected):
            if value.mask is not self.mask:
                _refuse()
            return value.whole
        if np.ndim(value) if not isinstance(value, Proxy) else value.node.shape:
            _refuse()
        return value

    def __array_function__(self, func: Any, types: Any, args: Sequence[Any], options: dict[str, Any]) -> Any:
        if func in _PRODUCTS and len(args) == 2 and not options:
            return self._product(*args)
        if func.__name__ not in _OVER_PLACES or len(args) != 1 or options:
            _refuse()
        return self._over_places(func.__name__)

    def _product(self, left: Any, right: Any) -> Any:
        """Return the inner product of what the same mask selects from two vectors."""
        if not isinstance(left, Selected) or not isinstance(right, Selected) or self.mask.rank != 1:
            _refuse()
        return (left * right).sum()

    def _over_places(self, name: str) -> Any:
        return getattr(np, name)(self.whole, where=type(self.whole)(self.mask))

    def sum(self) -> Any:
        """Return the sum of the entries."""
        return self._over_places("sum")

    def prod(self) -> Any:
        """Return the product of the entries."""
        return self._over_places("prod")

    def mean(self) -> Any:
        """Return the mean of the entries."""
        return self._over_places("mean")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        _refuse()

    def __len__(self) -> int:
        _refuse()

    def __getitem__(self, item: Any) -> NoReturn:
        _refuse()

    def __bool__(self) -> bool:
        _refuse()


class Places(NDArrayOperatorsMixin, Proxy[Node]):
    """The places of a vector where a mask is true, as ``np.where(mask)`` returns them: they can index it, and nothing else.

    Parameters
    ----------
    mask : Node
    """

    __slots__ = ("mask",)

    def __init__(self, mask: Node) -> None:
        self.mask = mask

    @property
    def node(self) -> Node:
        """Refused: the places depend on values."""
        raise UnsupportedError("where with one argument returns places that depend on values", hint="np.where(condition, a, b)")

    def call(self, function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Refuse to be an argument of a function of symgd's."""
        return self.node

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return self.node

    def __array_function__(self, func: Any, types: Any, args: Any, options: Any) -> Any:
        return self.node

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.node


def places(mask: Any) -> tuple[Places]:
    """Return what ``np.where(mask)`` does, of a vector of conditions."""
    node = as_node(without_proxies(mask))
    if node.rank != 1 or not node.is_boolean:
        raise UnsupportedError("where with one argument returns places that depend on values", hint="np.where(condition, a, b)")
    return (Places(node),)


def mask_of(item: Any, array: Proxy[Node]) -> Node | None:
    """Return the condition on values for each entry of an array that an index is; None for other indices."""
    if isinstance(item, tuple) and len(item) == 1:
        (item,) = item
    if not isinstance(item, Proxy) or isinstance(item, Selected):
        return None
    mask = item.mask if isinstance(item, Places) else item.operand
    if not isinstance(mask, Node) or not mask.is_boolean or not mask.shape:
        return None
    return mask if mask.shape == tuple(array.shape) else None  # type: ignore[attr-defined]


def chosen(mask: Node, value: Any, others: Node) -> Node:
    """Return an array with a value in the places of a mask: a number, or what the mask selects.

    Raises
    ------
    UnsupportedError
        For an array, whose entries go to places that depend on values.
    """
    if isinstance(value, Selected):
        if value.mask is not mask:
            _refuse()
        new = as_node(without_proxies(value.whole))
    else:
        new = as_node(without_proxies(value))
        if new.shape:
            raise UnsupportedError(
                "the entries of an array are stored in places that depend on values",
                hint="out[mask] = x[mask] stores those in the same places; or out = np.where(mask, x, out)",
            )
    return where.make((mask, counted(new), others))
