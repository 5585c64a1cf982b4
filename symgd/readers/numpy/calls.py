"""What NumPy's own calls mean for formulas: NumPy's three protocols, and the methods of its arrays.

The arguments of a call are bound by NumPy's signature. An option that leaves the meaning as it is, is dropped; one that
changes it is honoured, or refused by name: ``np.sum(x, dtype=int)`` is not ``np.sum(x)``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np

from symgd.errors import ShapeError, UnsupportedError, shown
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.proxy import through_proxies
from symgd.graph.shape import show_shape
from symgd.primitives.trigonometric import e, pi

__all__ = ["array_function", "array_method", "array_namespace", "universal_function"]

_SPELLED = {"axis1": "first", "axis2": "second", "pad_width": "width"}
_OF_MEMORY = {"order", "copy", "subok", "device", "like", "casting", "optimize"}
"""Options that say where numbers are kept, or how they are found, but not which they are."""


# -- binding --------------------------------------------------------------------------------------------------


def _bound(
    name: str, func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Sort the arguments of a call into operands and the options that differ from NumPy's defaults."""
    try:
        signature = inspect.signature(func)
    except ValueError:  # older NumPy has functions in C without one
        return list(args), {key: value for key, value in kwargs.items() if not _leaves(name, key, value)}
    try:
        given = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise UnsupportedError(f"numpy.{name} is called with other arguments: {error}") from None
    operands: list[Any] = []
    options: dict[str, Any] = {}
    for key, value in given.arguments.items():
        parameter = signature.parameters[key]
        if parameter.kind is parameter.VAR_POSITIONAL:
            operands.extend(value)
        elif parameter.kind is parameter.VAR_KEYWORD:
            options.update(value)
        elif parameter.default is parameter.empty:
            operands.append(value)
        elif not _same(value, parameter.default):
            options[key] = value
    return operands, {key: value for key, value in options.items() if not _leaves(name, key, value)}


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and not isinstance(value, Node) and bool(value == default))


def _leaves(name: str, option: str, value: Any) -> bool:
    """Return whether an option leaves the numbers as they are.

    Raises
    ------
    UnsupportedError
        For a result written elsewhere, and for types of numbers other than floating point.
    """
    if option == "out" and value is not None:
        raise UnsupportedError(f"numpy.{name} writes into an array here, and a formula cannot be written into")
    if option == "dtype":
        _check_type(name, value)
    return option in _OF_MEMORY or option in ("out", "dtype") or type(value).__name__ == "_NoValueType"


def _check_type(name: str, dtype: Any) -> None:
    if dtype is not None and np.dtype(dtype).kind != "f":
        raise UnsupportedError(
            f"numpy.{name} rounds to {np.dtype(dtype).name} here, and symgd's formulas are of real numbers",
            hint="floor(x) rounds inside a formula",
        )


def _call(name: str, build: Callable[..., Any], operands: Sequence[Any], options: dict[str, Any]) -> Any:
    options = {_SPELLED.get(key, key): value for key, value in options.items()}
    parameters = inspect.signature(build).parameters
    unknown = [key for key in options if key not in parameters]
    if unknown:
        raise UnsupportedError(f"{name} with the option {unknown[0]}={options[unknown[0]]!s:.40} is not known to symgd")
    try:
        return build(*operands, **options)
    except TypeError as error:
        raise UnsupportedError(f"symgd's {name} takes other arguments: {error}") from None


def _advice(name: str) -> str | None:
    if name.startswith(("logical", "bitwise", "isnan", "isfinite", "isinf")):
        return "conditions are combined with nested where"
    return "write it with the functions of the catalogue, or declare it with symgd.extend"


def _named(name: str) -> Callable[..., Any] | None:
    return FUNCTIONS.get(name) if name not in ("getitem", "choose", "clip", "diag", "pad") else None


# -- universal functions --------------------------------------------------------------------------------------

_REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logaddexp": "logsumexp"}
_RUNNING = {"add": "cumsum", "multiply": "cumprod"}


@through_proxies
def universal_function(ufunc: Any, method: str, inputs: Sequence[Any], options: dict[str, Any]) -> Any:
    """Return what a universal function of NumPy's, or a method of it, makes of formulas (``__array_ufunc__``)."""
    name = ufunc.__name__
    if options.pop("where", True) is not True:
        raise UnsupportedError(f"numpy.{name} writes into an array here, and a formula cannot be written into")
    plain = {key: value for key, value in options.items() if not _leaves(name, key, value)}
    if method == "reduce" and name in _REDUCTIONS:
        plain.setdefault("axis", inputs[1] if len(inputs) > 1 else 0)
        return _call(f"{name}.reduce", FUNCTIONS[_REDUCTIONS[name]], inputs[:1], plain)
    if method == "accumulate" and name in _RUNNING:
        plain.setdefault("axis", inputs[1] if len(inputs) > 1 else 0)
        return _call(f"{name}.accumulate", FUNCTIONS[_RUNNING[name]], inputs[:1], plain)
    if method == "outer" and len(inputs) == 2:
        left, right = as_node(inputs[0]), as_node(inputs[1])
        wide = left[(..., *(None,) * right.rank)], right[((None,) * left.rank + (...,))]
        return universal_function(ufunc, "__call__", wide, {})
    build = _SPECIAL.get(name) or _named(name)
    if method != "__call__" or build is None:
        called = name if method == "__call__" else f"{name}.{method}"
        raise UnsupportedError(f"symgd has no derivative for numpy.{called}", hint=_advice(name))
    return _call(name, build, inputs, plain)


# -- functions ------------------------------------------------------------------------------------------------


@through_proxies
def array_function(func: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Return what a function of NumPy's makes of formulas (``__array_function__``)."""
    name = func.__name__
    special = _SPECIAL.get(name)
    if special is not None:
        return _adapted(name, special, args, kwargs)
    build = _named(name)
    if build is None:
        raise UnsupportedError(f"symgd has no derivative for numpy.{name}", hint=_advice(name))
    return _call(name, build, *_bound(name, func, args, kwargs))


def _adapted(name: str, adapter: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Call an adapter, which has NumPy's signature as far as symgd can follow it."""
    plain = {key: value for key, value in kwargs.items() if key == "order" or not _leaves(name, key, value)}
    return _call(name, adapter, args, plain)


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


def _slogdet_pair(a: Any) -> _SignAndLogarithm:
    return _SignAndLogarithm((FUNCTIONS["sign"](FUNCTIONS["det"](a)), FUNCTIONS["logdet"](a)))


def _diag(v: Any, k: int = 0) -> Node:
    if k:
        raise UnsupportedError("only the main diagonal can be taken")
    return FUNCTIONS["diag"](v)


def _singular_values(a: Any, full_matrices: Any = True, compute_uv: Any = True) -> Node:
    if compute_uv:
        raise UnsupportedError("symgd knows singular values, not singular vectors", hint="np.linalg.svd(x, compute_uv=False)")
    return FUNCTIONS["svdvals"](a)


def _where(*args: Any) -> Node:
    if len(args) != 3:
        raise UnsupportedError("where with one argument returns places that depend on values", hint="give both branches")
    return FUNCTIONS["where"](*args)


def _size(a: Any, axis: Any = None) -> Any:
    node = as_node(a)
    return node.size if axis is None else node.shape[axis]


def _pad(array: Any, pad_width: Any, mode: str = "constant", constant_values: Any = 0) -> Node:
    if mode != "constant" or not as_node(constant_values).equals_number(0):
        raise UnsupportedError("only padding with zeros is known")
    return FUNCTIONS["pad"](array, pad_width)


def _clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None) -> Node:
    _leaves("clip", "out", out)
    low, high = (min if a_min is None else a_min), (max if a_max is None else a_max)
    x = as_node(a)
    x = x if low is None else FUNCTIONS["maximum"](x, low)
    return x if high is None else FUNCTIONS["minimum"](x, high)


def _average(a: Any, axis: Any = None, weights: Any = None, returned: Any = False, *, keepdims: Any = False) -> Any:
    x = as_node(a)
    if weights is None:
        result, total = FUNCTIONS["mean"](x, axis=axis, keepdims=keepdims), None
    else:
        w = as_node(weights)
        if w.shape != x.shape:
            if w.rank != 1 or not hasattr(axis, "__index__") or w.shape[0] != x.shape[axis]:
                raise ShapeError(
                    f"weights of shape {show_shape(w.shape)} do not belong to one axis of {show_shape(x.shape)}",
                    hint="give the axis along which they run",
                )
            place: list[Any] = [None] * x.rank
            place[axis] = slice(None)
            w = w[tuple(place)] * FUNCTIONS["ones_like"](x)
        total = FUNCTIONS["sum"](w, axis=axis, keepdims=keepdims)
        result = FUNCTIONS["sum"](x * w, axis=axis, keepdims=keepdims) / total
    if returned:
        raise UnsupportedError("the sum of the weights is not returned", hint="np.sum(weights)")
    return result


def _reshape(a: Any, shape: Any, order: Any = "C") -> Node:
    """Reshape, reading the entries by rows (C) or by columns (F)."""
    x = as_node(a)
    if _by_rows(order):
        return FUNCTIONS["reshape"](x, shape)
    sizes = shape if isinstance(shape, tuple | list) else (shape,)
    return FUNCTIONS["transpose"](FUNCTIONS["reshape"](FUNCTIONS["transpose"](x), tuple(sizes[::-1])))


def _ravel(a: Any, order: Any = "C") -> Node:
    x = as_node(a)
    return FUNCTIONS["ravel"](x if _by_rows(order) else FUNCTIONS["transpose"](x))


def _by_rows(order: Any) -> bool:
    if order not in ("C", "F"):
        raise UnsupportedError(f"the order {shown(order)} depends on how an array lies in memory", hint="order is 'C' or 'F'")
    return bool(order == "C")


def _concatenate(arrays: Any, axis: Any = 0) -> Node:
    return FUNCTIONS["concatenate"]([FUNCTIONS["ravel"](x) for x in arrays] if axis is None else arrays, axis=axis or 0)


def _append(arr: Any, values: Any, axis: Any = None) -> Node:
    return _concatenate([arr, values], axis)


def _roll(a: Any, shift: int, axis: Any = None) -> Node:
    x = as_node(a)
    if axis is None and x.rank != 1:
        raise UnsupportedError(f"roll of shape {show_shape(x.shape)} needs an axis")
    lead = (slice(None),) * ((axis or 0) % x.rank)
    return FUNCTIONS["concatenate"](
        [x[(*lead, slice(-shift, None))], x[(*lead, slice(None, -shift))]] if shift else [x], axis=axis or 0
    )


def _repeat(a: Any, repeats: int, axis: Any = None) -> Node:
    x = as_node(a) if axis is not None else FUNCTIONS["ravel"](a)
    if not isinstance(repeats, int):
        raise UnsupportedError("repeat needs one number of repeats")
    place = (0 if axis is None else axis) % x.rank
    stacked = FUNCTIONS["stack"]([x] * repeats, axis=place + 1)
    return FUNCTIONS["reshape"](stacked, (*x.shape[:place], x.shape[place] * repeats, *x.shape[place + 1 :]))


def _tile(A: Any, reps: Any) -> Node:
    x = as_node(A)
    counts = list(reps) if isinstance(reps, tuple | list) else [reps]
    counts = [1] * (x.rank - len(counts)) + counts
    x = x[(None,) * (len(counts) - x.rank)] if len(counts) > x.rank else x
    for axis, count in enumerate(counts):
        x = FUNCTIONS["concatenate"]([x] * count, axis=axis) if count > 1 else x
    return x


def _split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Node]:
    x = as_node(ary)
    length = x.shape[axis]
    if isinstance(indices_or_sections, int):
        if not isinstance(length, int) or length % indices_or_sections:
            raise ShapeError(f"an axis of size {length} is not split into {indices_or_sections} equal parts")
        step = length // indices_or_sections
        cuts = list(range(step, length, step))
    else:
        cuts = [int(cut) for cut in indices_or_sections]
    lead = (slice(None),) * (axis % x.rank)
    return [x[(*lead, slice(start, stop))] for start, stop in zip([None, *cuts], [*cuts, None], strict=True)]


def _polynomial(p: Any, x: Any) -> Node:
    """Evaluate by Horner's rule, the highest power first."""
    result: Node = reduce(lambda value, coefficient: value * x + coefficient, as_node(p))
    return result


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Node:
    y = as_node(y)
    lead = (slice(None),) * (axis % y.rank)
    middle = (y[(*lead, slice(1, None))] + y[(*lead, slice(None, -1))]) / 2
    if x is None:
        return FUNCTIONS["sum"](middle, axis=axis) * as_node(dx)
    steps = FUNCTIONS["diff"](x)
    if steps.rank == 1:
        steps = steps[(slice(None), *(None,) * (y.rank - 1 - axis % y.rank))]
    return FUNCTIONS["sum"](middle * steps, axis=axis)


def _outer(a: Any, b: Any) -> Node:
    return FUNCTIONS["outer"](FUNCTIONS["ravel"](a), FUNCTIONS["ravel"](b))


def _on_square(name: str) -> Callable[..., Any]:
    """Return NumPy's trace or diagonal; symgd's are of the main diagonal of a matrix."""

    def build(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Node:
        x = as_node(a)
        if offset or x.rank != 2 or {axis1 % 2, axis2 % 2} != {0, 1}:
            raise UnsupportedError(f"{name} is known for the main diagonal of a matrix")
        return FUNCTIONS[name](x)

    return build


def _same_formula(x: Any, *args: Any, **options: Any) -> Any:
    return x


_SPECIAL: dict[str, Callable[..., Any]] = {
    **{name: _no_branch(name) for name in ("argmax", "argmin", "argsort", "sort", "nonzero", "unique", "any", "all", "isclose",
                                            "allclose", "array_equal", "searchsorted", "median", "partition", "count_nonzero",
                                            "copyto", "round", "quantile", "percentile")},
    **{name: _on_square(name) for name in ("trace", "diagonal")},
    "slogdet": _slogdet_pair, "diag": _diag, "svd": _singular_values, "where": _where, "shape": lambda a: as_node(a).shape,
    "ndim": lambda a: as_node(a).rank, "size": _size, "pad": _pad, "clip": _clip, "average": _average, "reshape": _reshape,
    "ravel": _ravel, "flatten": _ravel, "concatenate": _concatenate, "concat": _concatenate, "append": _append, "roll": _roll,
    "outer": _outer, "repeat": _repeat, "tile": _tile, "split": _split, "polyval": _polynomial, "trapezoid": _trapezoid,
    "multi_dot": lambda arrays: reduce(FUNCTIONS["dot"], arrays), "copy": _same_formula, "real": _same_formula,
    "conj": _same_formula, "conjugate": _same_formula, "iscomplexobj": lambda x: False,
    "atleast_1d": lambda x: as_node(x) if as_node(x).rank else as_node(x)[None],
    "atleast_2d": lambda x: as_node(x)[(None,) * (2 - as_node(x).rank)] if as_node(x).rank < 2 else as_node(x),
}  # fmt: skip


# -- methods of arrays ----------------------------------------------------------------------------------------


def array_method(node: Node, name: str) -> Callable[..., Any]:
    """Return the method of NumPy's arrays called `name`, of a formula."""
    if name == "astype":
        return partial(_as_type, node)
    if name == "reshape":
        return lambda *shape, order="C", copy=None: _reshape(node, shape[0] if len(shape) == 1 else shape, order)
    if name == "transpose":
        return lambda *axes: FUNCTIONS["transpose"](node, (axes[0] if len(axes) == 1 else axes) if axes else None)
    if name == "item":
        return _no_branch(name)
    func = getattr(np, name, None)
    if isinstance(func, np.ufunc):
        return lambda *args, **options: universal_function(func, "__call__", (node, *args), options)
    if func is None:
        return lambda *args, **options: _adapted(name, _SPECIAL[name], (node, *args), options)
    return lambda *args, **options: array_function(func, (node, *args), options)


def _as_type(node: Node, dtype: Any, **options: Any) -> Node:
    _check_type("astype", dtype)
    return node


# -- the array API --------------------------------------------------------------------------------------------


class _Namespace:
    """The array API's functions on formulas."""

    pi, e, inf, nan, newaxis = pi, e, float("inf"), float("nan"), None
    float64, float32, int64, bool = float, float, int, bool
    astype = staticmethod(_as_type)

    def __getattr__(self, name: str) -> Any:
        name = _API_NAMES.get(name, name)
        build = _SPECIAL.get(name) or _named(name)
        if build is None:
            raise AttributeError(f"symgd has no array function called {name!r}")
        return _adapted_call(name, build)

    @property
    def linalg(self) -> _Namespace:
        return self

    @staticmethod
    def asarray(x: Any, **options: Any) -> Node:
        _check_type("asarray", options.get("dtype"))
        return as_node(x)


def _adapted_call(name: str, build: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **options: _adapted(name, build, args, options)


_API_NAMES = {"pow": "power"}
_NAMESPACE = _Namespace()


def array_namespace() -> Any:
    """Return the functions of the array API standard, for formulas."""
    return _NAMESPACE
