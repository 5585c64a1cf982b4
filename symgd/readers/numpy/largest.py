"""Python's max and min of traced scalars: the maximum and the minimum of formulas."""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable
from typing import Any

from symgd.graph.primitive import FUNCTIONS
from symgd.graph.proxy import Proxy

__all__ = ["largest", "smallest"]


def _of_scalars(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def choose(*args: Any, **options: Any) -> Any:
        if len(args) == 1 and not isinstance(args[0], list | tuple):
            args = (list(args[0]),)
        values = args[0] if len(args) == 1 else args
        if options or not any(isinstance(value, Proxy) for value in values) or not all(map(_is_scalar, values)):
            return function(*args, **options)
        return functools.reduce(FUNCTIONS[name], values)

    return choose


def _is_scalar(value: Any) -> bool:
    """Whether a value is a number; conditions are left to Python, which compares them."""
    if isinstance(value, Proxy):
        return not value.node.shape and not value.node.is_boolean
    return isinstance(value, int | float) or (hasattr(value, "dtype") and not getattr(value, "shape", ()))


largest = _of_scalars(builtins.max, "maximum")
smallest = _of_scalars(builtins.min, "minimum")
