"""Python's ``float`` and ``int`` of traced scalars, and the functions of ``math``: formulas, as NumPy's functions make them.

float(x) = x            int(x) = trunc(x)            math.exp(x) = exp(x)
"""

from __future__ import annotations

import dis
import functools
import math
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symgd.errors import ShapeError
from symgd.graph.node import Node, counted
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.proxy import Proxy, proxies_in, through_proxies
from symgd.graph.shape import Dim, show_shape

__all__ = ["BUILTINS", "CONVERSIONS", "OF_MATH", "is_only_called"]


@through_proxies
def _number(value: Any) -> Any:
    """Return the one entry of a formula; conditions count as 0 and 1."""
    if not isinstance(value, Node):
        return value
    if any(length != 1 for length in value.shape):
        raise ShapeError(
            f"an array of shape {show_shape(value.shape)} is no number", hint="take an entry, or use NumPy's function"
        )
    return counted(value[(0,) * value.rank] if value.shape else value)


@functools.wraps(float, assigned=("__name__", "__doc__"), updated=())
def _float(*args: Any) -> Any:
    return _number(*args) if len(args) == 1 and isinstance(args[0], Proxy) else float(*args)


@functools.wraps(int, assigned=("__name__", "__doc__"), updated=())
def _int(*args: Any, **options: Any) -> Any:
    if len(args) == 1 and isinstance(args[0], Proxy):
        return np.trunc(_number(args[0]))
    return int(*args, **options)


CONVERSIONS: Mapping[str, Callable[..., Any]] = {"float": _float, "int": _int}
"""What stands for Python's types in functions that call them and do nothing else with them."""


@functools.wraps(len)
def _len(value: Any) -> Any:
    """Return the length of an array; that of a named size is the size."""
    shape = value.node.shape if isinstance(value, Proxy) else ()
    return shape[0] if shape and isinstance(shape[0], Dim) else len(value)


@functools.wraps(hasattr)
def _hasattr(value: Any, name: str) -> bool:
    """Tell numbers from arrays, as ``hasattr(x, "__iter__")`` does: numbers of NumPy's are not iterable."""
    return hasattr(value, name) and not (isinstance(value, Proxy) and getattr(type(value), name, value) is None)


BUILTINS: Mapping[str, Callable[..., Any]] = {"len": _len, "hasattr": _hasattr}
"""What stands for Python's own functions, beside the largest and the smallest of scalars."""


@functools.lru_cache(maxsize=1024)
def is_only_called(name: str, code: types.CodeType) -> bool:
    """Return whether a global name is always called in a function and in those inside of it: ``isinstance(x, float)`` does not.

    Examples
    --------
    >>> from symgd.readers.numpy.conversions import is_only_called
    >>> is_only_called("float", (lambda x: float(x)).__code__), is_only_called("float", (lambda x: type(x) is float).__code__)
    (True, False)
    """
    for instruction in dis.get_instructions(code):
        if instruction.argval == name and instruction.opname.startswith("LOAD_"):
            if instruction.opname != "LOAD_GLOBAL" or not (instruction.arg or 0) & 1:
                return False
    return all(is_only_called(name, part) for part in code.co_consts if isinstance(part, types.CodeType))


# -- the module math ------------------------------------------------------------------------------------------


def _log(x: Any, *base: Any) -> Any:
    return np.log(x) / np.log(*base) if base else np.log(x)


def _hypot(*coordinates: Any) -> Any:
    return (
        np.sqrt(functools.reduce(lambda total, x: total + x**2, coordinates, 0))
        if len(coordinates) != 2
        else np.hypot(*coordinates)
    )


def _sum(values: Any) -> Any:
    return functools.reduce(lambda total, value: total + value, values, 0)


def _prod(values: Any, *, start: Any = 1) -> Any:
    return functools.reduce(lambda product, value: product * value, values, start)


def _dist(p: Any, q: Any) -> Any:
    return _hypot(*(left - right for left, right in zip(p, q, strict=True)))


def _named(name: str) -> Callable[..., Any]:
    return lambda *args: through_proxies(FUNCTIONS[name])(*args)


_WITH_NUMPY: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in (
        "exp", "exp2", "expm1", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "floor",
        "ceil", "trunc", "degrees", "radians", "fabs", "copysign",
    )},
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2, "asinh": np.arcsinh, "acosh": np.arccosh,
    "atanh": np.arctanh, "pow": np.power, "log": _log, "hypot": _hypot, "fsum": _sum, "prod": _prod, "dist": _dist,
    "isnan": np.isnan, "isfinite": np.isfinite, "isinf": np.isinf,
    **{name: _named(name) for name in ("erf", "erfc", "gamma")}, "lgamma": _named("gammaln"),
}  # fmt: skip
_OF_LISTS = {"fsum", "prod", "dist"}


def _of_numbers(original: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a function of ``math`` that makes formulas of traced scalars."""

    @functools.wraps(original)
    def call(*args: Any, **options: Any) -> Any:
        if name in _OF_LISTS:
            args = tuple(list(values) for values in args)
        if not proxies_in(args):
            return original(*args, **options)
        numbers = args if name in _OF_LISTS else tuple(_number(value) if isinstance(value, Proxy) else value for value in args)
        return _WITH_NUMPY[name](*numbers, **options)

    return call


OF_MATH: Mapping[int, Callable[..., Any]] = {
    id(getattr(math, name)): _of_numbers(getattr(math, name), name) for name in _WITH_NUMPY if hasattr(math, name)
}
"""The functions of ``math`` by their identity, and what is called in their place."""
