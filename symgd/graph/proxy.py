"""What stands for a formula for a while: the base of the arrays that a traced function is called with.

A function of formulas that is called with a proxy computes with the formula behind it, and answers with a proxy. So symgd's own
functions may be mixed with NumPy's in a function that is traced. The proxies themselves are :mod:`symgd.readers.numpy.traced`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, ParamSpec, TypeVar, cast

import numpy as np

__all__ = ["Proxy", "proxies_in", "through_proxies", "without_proxies"]

P = ParamSpec("P")
R = TypeVar("R")
N = TypeVar("N")


class Proxy(Generic[N]):
    """Stands for a formula."""

    __slots__ = ()

    @property
    def node(self) -> N:
        """The formula."""
        raise NotImplementedError

    @property
    def operand(self) -> Any:
        """What is computed with in its place: the formula, or an array of numbers."""
        return self.node

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Call a function with the formulas behind proxies; return proxies for the formulas that it returns."""
        raise NotImplementedError


_END = object()
"""What follows the last value."""

_PLACES = (Proxy, list, tuple, dict, slice, np.ndarray)
"""Where a proxy can be."""


def through_proxies(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function of formulas take proxies, and return proxies where it is given any."""

    @functools.wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> R:
        for value in (*args, *options.values()) if options else args:
            if isinstance(value, _PLACES) and (proxies := proxies_in((value,))):
                return cast("R", proxies[0].call(function, args, options))
        return function(*args, **options)

    return call


def proxies_in(values: Iterable[Any]) -> list[Proxy[Any]]:
    """Return the proxies among values: as they are, in lists, slices and arrays of objects, however deep."""
    proxies: list[Proxy[Any]] = []
    waiting = [iter(values)]
    entered: dict[int, Any] = {}  # what holds itself is entered once; the values are kept, so that no other has their identity
    while waiting:
        value = next(waiting[-1], _END)
        if value is _END:
            waiting.pop()
        elif isinstance(value, Proxy):
            proxies.append(value)
        elif isinstance(value, _PLACES) and id(value) not in entered:
            entered[id(value)] = value
            waiting.append(_parts_of(value))
    return proxies


def _parts_of(value: Any) -> Iterator[Any]:
    """Return the values in which proxies can be."""
    if isinstance(value, list | tuple):
        return iter(value)
    if isinstance(value, dict):
        return iter(value.values())
    if isinstance(value, slice):
        return iter((value.start, value.stop, value.step))
    return iter(value.ravel().tolist() if value.dtype.hasobject else ())


def without_proxies(value: Any) -> Any:
    """Return a value with the formulas behind its proxies in their places."""
    if isinstance(value, Proxy):
        return value.operand
    has_places = isinstance(value, _PLACES)
    if not has_places or not proxies_in((value,)):
        return value
    if isinstance(value, dict):
        return {key: without_proxies(member) for key, member in value.items()}
    if isinstance(value, slice):
        return slice(*(without_proxies(end) for end in (value.start, value.stop, value.step)))
    if isinstance(value, np.ndarray):
        plain = np.empty(value.shape, dtype=object)
        for place in np.ndindex(value.shape):
            plain[place] = without_proxies(value[place])
        return plain
    parts = [without_proxies(member) for member in value]
    return parts if isinstance(value, list) else tuple(parts)
