"""NumPy's functions of sorted entries, with NumPy's signatures as far as symgd follows."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from symgd.errors import SymgdWarning, UnsupportedError
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.primitives.reshaping import reshape

__all__ = ["OF_SORTED", "warn_of_nan"]


def _ordering(name: str) -> Callable[..., Node]:
    """Return ``numpy.sort`` or ``numpy.argsort``."""

    def build(a: Operand, axis: Any = -1, kind: object = None, order: object = None, *, stable: object = None) -> Node:
        if order is not None:
            raise UnsupportedError(f"numpy.{name} by the fields of records is not known to symgd")
        x = as_node(a)
        return FUNCTIONS[name](reshape(x, -1) if axis is None else x, axis=-1 if axis is None else axis)

    return build


def _partition(name: str, ordering: str) -> Callable[..., Node]:
    """Return a function that orders completely what NumPy orders in part."""

    def build(a: Operand, kth: object, axis: Any = -1, kind: object = None, order: object = None) -> Node:
        warnings.warn(
            f"numpy.{name} is followed as numpy.{ordering}: NumPy leaves the order within both parts open",
            SymgdWarning,
            stacklevel=2,
        )
        return _ordering(ordering)(a, axis, None, order)

    return build


def _quantile(name: str, per: int) -> Callable[..., Node]:
    """Return ``numpy.quantile``, or a function whose q are percents."""

    def build(
        a: Operand,
        q: Any,
        axis: Any = None,
        *,
        overwrite_input: object = False,
        method: object = "linear",
        keepdims: object = False,
        weights: object = None,
        interpolation: object = None,
    ) -> Node:
        if method != "linear" or interpolation not in (None, "linear") or weights is not None:
            raise UnsupportedError(f"numpy.{name} is known with the method 'linear' and without weights")
        if overwrite_input:
            raise UnsupportedError(f"numpy.{name} with overwrite_input=True changes its array")
        parts = np.asarray(q, dtype=object)
        found = [FUNCTIONS["quantile"](a, as_node(part) / per, axis=axis, keepdims=keepdims) for part in parts.ravel()]
        if not parts.ndim:
            return found[0]
        stacked = FUNCTIONS["stack"](found)
        return reshape(stacked, (*parts.shape, *found[0].shape)) if parts.ndim > 1 else stacked

    return build


def _median(a: Operand, axis: Any = None, *, overwrite_input: object = False, keepdims: object = False) -> Node:
    if overwrite_input:
        raise UnsupportedError("numpy.median with overwrite_input=True changes its array")
    return FUNCTIONS["median"](a, axis=axis, keepdims=keepdims)


def warn_of_nan(name: str, plain: str) -> None:
    """Warn that a function leaves out NaN."""
    warnings.warn(
        f"numpy.{name} leaves out NaN, and a formula has no NaN: it is that of numpy.{plain}", SymgdWarning, stacklevel=3
    )


def _leaving_out(name: str, build: Callable[..., Node]) -> Callable[..., Node]:
    """Return a function that leaves out NaN in NumPy."""

    @functools.wraps(build)
    def call(*args: Any, **options: Any) -> Node:
        warn_of_nan(f"nan{name}", name)
        return build(*args, **options)

    return call


_QUANTILES = {"median": _median, "quantile": _quantile("quantile", 1), "percentile": _quantile("percentile", 100)}

OF_SORTED: dict[str, Callable[..., Any]] = {
    "sort": _ordering("sort"), "argsort": _ordering("argsort"),
    "partition": _partition("partition", "sort"), "argpartition": _partition("argpartition", "argsort"),
    **_QUANTILES, **{f"nan{name}": _leaving_out(name, build) for name, build in _QUANTILES.items()},
}  # fmt: skip
"""By the names of NumPy's functions."""
