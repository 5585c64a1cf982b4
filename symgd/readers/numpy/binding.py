"""The arguments of NumPy's calls, bound by NumPy's signatures: operands, and the options that change the meaning."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from symgd.errors import SymgdWarning, UnsupportedError
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS

__all__ = ["Options", "advice", "bound", "call", "check_type", "leaves_numbers", "named"]

Options: TypeAlias = dict[str, object]

_SPELLED = {"axis1": "first", "axis2": "second", "pad_width": "width"}
_OF_MEMORY = {"order", "copy", "subok", "device", "like", "casting", "optimize"}
"""Options that say where numbers are kept, or how they are found, but not which they are."""


def bound(name: str, func: Callable[..., object], args: Sequence[object], kwargs: Options) -> tuple[list[object], Options]:
    """Sort the arguments of a call into operands and the options that differ from NumPy's defaults."""
    try:
        signature = inspect.signature(func)
    except ValueError:  # older NumPy has functions in C without one
        return list(args), {key: value for key, value in kwargs.items() if not leaves_numbers(name, key, value)}
    try:
        binding = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise UnsupportedError(f"numpy.{name} is called with other arguments: {error}") from None
    operands: list[object] = []
    options: Options = {}
    for key, value in binding.arguments.items():
        parameter = signature.parameters[key]
        if parameter.kind is parameter.VAR_POSITIONAL:
            operands.extend(value)
        elif parameter.kind is parameter.VAR_KEYWORD:
            options.update(value)
        elif parameter.default is parameter.empty:
            operands.append(value)
        elif not _same(value, parameter.default):
            options[key] = value
    return operands, {key: value for key, value in options.items() if not leaves_numbers(name, key, value)}


def _same(value: object, default: object) -> bool:
    return value is default or (type(value) is type(default) and not isinstance(value, Node) and bool(value == default))


def leaves_numbers(name: str, option: str, value: object) -> bool:
    """Return whether an option leaves the numbers as they are.

    Raises
    ------
    UnsupportedError
        For a result written elsewhere, and for types of numbers other than floating point.

    Warns
    -----
    SymgdWarning
        For types of fewer digits than float64.
    """
    if option == "out" and value is not None:
        raise UnsupportedError(f"numpy.{name} writes into an array here, and a formula cannot be written into")
    if option == "dtype":
        check_type(name, value)
    return option in _OF_MEMORY or option in ("out", "dtype") or type(value).__name__ == "_NoValueType"


def check_type(name: str, dtype: Any) -> None:
    """Refuse types of numbers other than floating point, and warn of those with fewer digits than float64."""
    if dtype is None:
        return
    kind = np.dtype(dtype)
    cause = f"numpy.{name} rounds to {kind.name} here, and symgd's formulas are of real numbers"
    if kind.kind != "f":
        raise UnsupportedError(cause, hint="floor(x) rounds inside a formula")
    if kind.itemsize < 8:
        warnings.warn(f"{cause}: the formula is that without rounding", SymgdWarning, stacklevel=2)


def call(name: str, build: Callable[..., Any], operands: Sequence[object], options: Options) -> Any:
    """Call one of symgd's functions, and refuse options that it does not have."""
    parameters = inspect.signature(build).parameters
    options = {key if key in parameters else _SPELLED.get(key, key): value for key, value in options.items()}
    unknown = [key for key in options if key not in parameters]
    if unknown:
        raise UnsupportedError(f"{name} with the option {unknown[0]}={options[unknown[0]]!s:.40} is not known to symgd")
    try:
        return build(*operands, **options)
    except TypeError as error:
        raise UnsupportedError(f"symgd's {name} takes other arguments: {error}") from None


def advice(name: str) -> str | None:
    """Return what to do instead of calling a function that is not known."""
    if name.startswith(("isnan", "isfinite", "isinf")):
        return "a formula has no value there; conditions compare values"
    return "write it with the functions of the catalogue, or declare it with symgd.extend"


def named(name: str) -> Callable[..., Any] | None:
    """Return symgd's function of this name, where it has NumPy's arguments."""
    return FUNCTIONS.get(name) if name not in ("getitem", "choose", "clip", "diag", "pad") else None
