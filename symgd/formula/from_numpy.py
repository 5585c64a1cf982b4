"""The NumPy door: an ordinary function is called with formulas, and what it does is the formula.

NumPy hands every operation over through its own protocols (``__array_ufunc__``, ``__array_function__``, and the array API's
``__array_namespace__``), so nothing is replaced or parsed. Python's loops and calls just run. A branch that depends on values
cannot be followed; it is an error that names the line.
"""

from __future__ import annotations

import functools
import linecache
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from symgd.errors import SymgdError, UnsupportedError
from symgd.graph.node import Node, as_node
from symgd.graph.primitive import CONVERSIONS, FUNCTIONS
from symgd.primitives.trigonometric import e, pi

__all__ = ["from_numpy"]


def from_numpy(function: Callable[..., Any], arguments: Sequence[Node]) -> Node:
    """Return what a function computes, as a formula.

    Parameters
    ----------
    function : callable
        Of arrays, written with NumPy; Python's loops need fixed bounds.
    arguments : sequence of Node

    Raises
    ------
    SymgdError
        With the line of the function that asks for values: a branch, a conversion to a number, a function without derivative.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> def loss(X, w):
    ...     return np.mean(np.log1p(np.exp(-X @ w)))
    >>> sg.formula(loss, sg.tensor("X", "m n"), sg.tensor("w", "n"))
    mean(log1p(exp(-X @ w)))
    """
    try:
        result = function(*arguments)
    except (SymgdError, TypeError, AttributeError) as error:
        raise _placed(error, function) from None
    if result is None:
        raise UnsupportedError("the function returns nothing", hint="return the formula")
    return as_node(result)


def _placed(error: Exception, function: Callable[..., Any]) -> Exception:
    """Complete an error with the line of the user's function in which it arose."""
    own = str(Path(__file__).parents[1])
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(own) and "site-packages" not in Path(frame.filename).parts
    ]
    if not frames:
        return error
    frame = frames[-1]
    line = linecache.getline(frame.filename, frame.lineno or 0).rstrip() or (frame.line or "")
    where = f"in {frame.name}, line {frame.lineno}"
    if isinstance(error, SymgdError):
        cause, hint, kind = error.cause, error.hint, type(error)
    elif _speaks_of_formulas(error):
        cause, hint, kind = f"{error}", "write the function with NumPy, for arrays of a known shape", UnsupportedError
    else:
        return error
    stripped = line.lstrip()
    column = (frame.colno or 0) - (len(line) - len(stripped)) if frame.colno is not None else None
    return kind(
        f"{cause} ({where})", formula=stripped or None, position=max(column, 0) if column is not None else None, hint=hint
    )


def _speaks_of_formulas(error: Exception) -> bool:
    text = str(error)
    return any(word in text for word in ("Node", "formula", "Dim"))


# -- NumPy's protocols ----------------------------------------------------------------------------------------

_REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logaddexp": "logsumexp"}
_NOTHING_TO_DO = {"dtype": None, "order": None, "copy": None, "casting": None, "subok": None, "device": None}


def _ufunc(ufunc: Any, method: str, inputs: Sequence[Any], options: dict[str, Any]) -> Any:
    name = ufunc.__name__
    if options.pop("out", None) is not None or options.get("where", True) is not True:
        raise UnsupportedError(f"numpy.{name} writes into an array here, and a formula cannot be written into")
    options.pop("where", None)
    plain = {key: value for key, value in options.items() if key not in _NOTHING_TO_DO}
    if method == "reduce" and name in _REDUCTIONS:
        axis = plain.get("axis", inputs[1] if len(inputs) > 1 else 0)
        return FUNCTIONS[_REDUCTIONS[name]](inputs[0], axis=axis, keepdims=plain.get("keepdims", False))
    if method == "accumulate" and name in ("add", "multiply"):
        return FUNCTIONS["cumsum" if name == "add" else "cumprod"](inputs[0], axis=plain.get("axis", 0))
    if method == "outer" and len(inputs) == 2:
        left, right = as_node(inputs[0]), as_node(inputs[1])
        wide = left[(..., *(None,) * right.rank)], right[((None,) * left.rank + (...,))]
        return _ufunc(ufunc, "__call__", wide, {})
    build = _named(name)
    if method != "__call__" or plain or build is None:
        raise UnsupportedError(f"symgd has no derivative for numpy.{name}", hint=_advice(name))
    return build(*inputs)


def _advice(name: str) -> str | None:
    if name.startswith(("logical", "bitwise", "isnan", "isfinite", "isinf")):
        return "conditions are combined with nested where"
    return "write it with the functions of the catalogue, or declare it with symgd.extend"


def _array_function(func: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    name = func.__name__
    special = _SPECIAL.get(name)
    if special is not None:
        return special(*args, **kwargs)
    build = _named(name)
    if build is None:
        raise UnsupportedError(f"symgd has no derivative for numpy.{name}", hint=_advice(name))
    plain = {_SPELLED.get(key, key): value for key, value in kwargs.items() if not _is_default(key, value)}
    if plain.pop("out", None) is not None:
        raise UnsupportedError(f"numpy.{name} writes into an array here, and a formula cannot be written into")
    try:
        return build(*args, **plain)
    except TypeError as error:
        raise UnsupportedError(f"symgd's {name} takes other arguments: {error}") from None


_SPELLED = {"a": "x", "arr": "x", "m": "x", "axis1": "first", "axis2": "second"}


def _is_default(key: str, value: Any) -> bool:
    return key in _NOTHING_TO_DO or (key == "out" and value is None) or type(value).__name__ == "_NoValueType"


def _named(name: str) -> Callable[..., Any] | None:
    return FUNCTIONS.get(name) if name not in ("getitem", "choose") else None


def _no_branch(name: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise UnsupportedError(
            f"what numpy.{name} returns depends on values, which a formula does not have", hint="use np.where"
        )

    return refuse


class _SignAndLogarithm(tuple[Any, Any]):
    """What ``numpy.linalg.slogdet`` returns: a pair with two names."""

    __slots__ = ()

    @property
    def sign(self) -> Any:
        return self[0]

    @property
    def logabsdet(self) -> Any:
        return self[1]


def _slogdet_pair(x: Any) -> _SignAndLogarithm:
    return _SignAndLogarithm((FUNCTIONS["sign"](FUNCTIONS["det"](x)), FUNCTIONS["logdet"](x)))


def _diag(x: Any, k: int = 0) -> Node:
    if k:
        raise UnsupportedError("only the main diagonal can be taken")
    return FUNCTIONS["diag"](x)


def _where(*args: Any) -> Node:
    if len(args) != 3:
        raise UnsupportedError("where with one argument returns places that depend on values", hint="give both branches")
    return FUNCTIONS["where"](*args)


def _shape(x: Any) -> Any:
    return as_node(x).shape


def _pad(x: Any, width: Any, mode: str = "constant", constant_values: Any = 0) -> Node:
    if mode != "constant" or constant_values != 0:
        raise UnsupportedError("only padding with zeros is known")
    return FUNCTIONS["pad"](x, width)


def _clip(x: Any, *bounds: Any, **named: Any) -> Node:
    low, high = (
        (*bounds, named.get("a_min", named.get("min")), named.get("a_max", named.get("max")))[:2] if len(bounds) < 2 else bounds
    )
    x = as_node(x)
    x = x if low is None else FUNCTIONS["maximum"](x, low)
    return x if high is None else FUNCTIONS["minimum"](x, high)


def _average(x: Any, axis: Any = None, weights: Any = None) -> Node:
    if weights is None:
        return FUNCTIONS["mean"](x, axis=axis)
    weights = as_node(weights)
    return FUNCTIONS["sum"](as_node(x) * weights, axis=axis) / FUNCTIONS["sum"](
        weights, axis=axis if weights.rank > 1 else None
    )


_SPECIAL: dict[str, Callable[..., Any]] = {
    **{name: _no_branch(name) for name in ("argmax", "argmin", "argsort", "sort", "nonzero", "unique", "any", "all", "isclose",
                                            "allclose", "array_equal", "searchsorted", "median", "partition", "count_nonzero")},
    "slogdet": _slogdet_pair,
    "diag": _diag,
    "where": _where,
    "shape": _shape,
    "ndim": lambda x: as_node(x).rank,
    "size": lambda x: as_node(x).size,
    "pad": _pad,
    "clip": _clip,
    "average": _average,
    "copy": lambda x, **options: x,
    "atleast_1d": lambda x: as_node(x) if as_node(x).rank else as_node(x)[None],
    "copyto": _no_branch("copyto"),
}  # fmt: skip


# -- methods of arrays ----------------------------------------------------------------------------------------


def _array_method(node: Node, name: str) -> Callable[..., Any]:
    if name in ("copy", "astype"):
        return lambda *args, **options: node
    if name in ("item", "argmax", "round"):
        return _no_branch(name)
    if name == "reshape":
        return lambda *shape, **options: FUNCTIONS["reshape"](node, shape[0] if len(shape) == 1 else shape)
    if name == "transpose":
        return lambda *axes: FUNCTIONS["transpose"](node, (axes[0] if len(axes) == 1 else axes) if axes else None)
    if name == "clip":
        return functools.partial(_clip, node)
    return functools.partial(FUNCTIONS[name], node)


# -- the array API --------------------------------------------------------------------------------------------


class _Namespace:
    """The array API's functions on formulas."""

    pi, e, inf, nan, newaxis = pi, e, float("inf"), float("nan"), None
    float64, float32, int64, bool = float, float, int, bool

    def __getattr__(self, name: str) -> Any:
        if name in _API_NAMES:
            name = _API_NAMES[name]
        build = _SPECIAL.get(name) or _named(name)
        if build is None:
            raise AttributeError(f"symgd has no array function called {name!r}")
        return build

    @property
    def linalg(self) -> _Namespace:
        return self

    @staticmethod
    def astype(x: Any, dtype: Any, **options: Any) -> Any:
        return x

    @staticmethod
    def asarray(x: Any, **options: Any) -> Node:
        return as_node(x)


_API_NAMES = {"pow": "power", "matrix_norm": "normF"}
_NAMESPACE = _Namespace()

CONVERSIONS.update(ufunc=_ufunc, array_function=_array_function, array_method=_array_method, array_namespace=lambda: _NAMESPACE)
