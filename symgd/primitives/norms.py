"""Norms of vectors and matrices.

‖x‖₁ = Σ|xᵢ|,  ‖x‖₂ = √Σxᵢ²,  ‖x‖_∞ = max|xᵢ|;   of a matrix: largest column sum, largest singular value, largest row sum,
‖X‖_F = √Σxᵢⱼ², and the nuclear norm, the sum of the singular values
"""

from __future__ import annotations

import numbers
from fractions import Fraction
from typing import Any

from symgd.errors import ShapeError, SymgdError, UnsupportedError, shown
from symgd.graph.assumptions import Curvature, Interval, Sign
from symgd.graph.conversion import as_node, is_sympy
from symgd.graph.node import Node, constant
from symgd.graph.primitive import function, lookup, primitive
from symgd.graph.shape import show_shape
from symgd.primitives.arithmetic import mul
from symgd.primitives.arrangement import ravel
from symgd.primitives.extremes import max
from symgd.primitives.piecewise import abs
from symgd.primitives.reduction import axes_code, layout_reduction, reduce_entries, reduced_shape, spread
from symgd.primitives.spectral import nuclear_norm, spectral_norm
from symgd.primitives.spellings import keep, normal_axes, one_axis, sum

__all__ = ["norm", "norm1", "norm2", "norm2_record", "normF", "norminf"]


def _norm_entries(algebra: Any, entries: list[Any]) -> Any:
    total = entries[0] * entries[0]
    for entry in entries[1:]:
        total = total + entry * entry
    return algebra.apply(lookup("pow"), total, algebra.number(Fraction(1, 2)))


norm2_record = primitive(
    "norm2",
    shape=reduced_shape,
    vjp=lambda node, t, k: mul.make((spread(node, mul.make((t, node**-1))), node.args[0])),
    evaluate=lambda node, context, arrays: reduce_entries(node, _norm_entries, arrays, context),
    layout=layout_reduction,
    code=lambda node, names, printer: (
        f"_norm({names[0]})" if len(node.params[0]) == node.args[0].rank == 1 else f"_norm({names[0]}, {axes_code(node)})"
    ),
    kinks=lambda x: (sum(x**2),),
    at_kink="the norm has no slope at 0",
    sign=Sign.NONNEGATIVE,
    range=Interval(0),
    curvature=Curvature.CONVEX,
    because="the slope of the norm is the unit vector",
    source="Boyd & Vandenberghe 2004, 3.1.5",
)


def _of_vectors(x: Any, axis: Any, name: str, matrix_hint: str) -> tuple[Node, tuple[int, ...]]:
    x = as_node(x)
    if axis is None and x.rank != 1:
        raise ShapeError(f"{name} of shape {show_shape(x.shape)} is ambiguous", hint=matrix_hint)
    return x, (one_axis(x, axis, name),)


@function("norm2")
def norm2(x: Any, axis: Any = None, keepdims: Any = False) -> Node:
    """Return the Euclidean norm of a vector, or of the vectors along `axis`."""
    x, axes = _of_vectors(
        x, axis, "norm2", "normF(X) is the Frobenius norm of a matrix, norm(X, 2) the spectral one; norm2(X, axis=1) takes rows"
    )
    return keep(x, norm2_record.make((x,), (axes,)), axes, keepdims)


@function("norm1")
def norm1(x: Any, axis: Any = None, keepdims: Any = False) -> Node:
    """Return Σ|xᵢ| of a vector, or of the vectors along `axis`."""
    x, axes = _of_vectors(
        x, axis, "norm1", "sum(abs(X)) adds all entries; norm(X, 1) is the largest column sum; norm1(X, axis=1) takes rows"
    )
    return sum(abs(x), axis=axes, keepdims=keepdims)


@function("norminf")
def norminf(x: Any, axis: Any = None, keepdims: Any = False) -> Node:
    """Return max|xᵢ| of a vector, or of the vectors along `axis`."""
    x, axes = _of_vectors(
        x, axis, "norminf", "max(abs(X)) is the largest entry; norm(X, inf) the largest row sum; norminf(X, axis=1) takes rows"
    )
    return max(abs(x), axis=axes, keepdims=keepdims)


@function("normF")
def normF(x: Any) -> Node:
    """Return the Frobenius norm √Σ xᵢⱼ² of a matrix."""
    x = as_node(x)
    if x.rank != 2:
        raise ShapeError(f"normF takes a matrix, not {show_shape(x.shape)}")
    return sum(x**2) ** constant(Fraction(1, 2))


@function("norm")
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Node:
    """Return a norm as ``numpy.linalg.norm`` does: ``ord`` is 1, 2, inf, ``'fro'`` or ``'nuc'``, `axis` one axis or a pair."""
    x = as_node(x)
    kind = _kind_of(ord)
    if axis is None and x.rank not in (1, 2):
        raise ShapeError(
            f"norm of shape {show_shape(x.shape)} needs an axis", hint="norm(X, axis=-1), or vector_norm(X) of all"
        )
    axes = normal_axes(x, axis)
    if len(axes) == 1:
        return _vector_norm(x, kind, axes[0], keepdims)
    if len(axes) != 2:
        raise ShapeError(f"a norm runs along one axis or two, not {len(axes)}")
    rows, columns = axes if axis is None else (one_axis(x, one, "a side of a matrix") for one in axis)
    return keep(x, _matrix_norm(x, kind, rows, columns), axes, keepdims)


def _kind_of(ord: Any) -> Any:
    """Return which norm is meant: None, a word, or a real number.

    Raises
    ------
    SymgdError
        For anything else: an array is compared with no word.
    """
    kind = ord.value if isinstance(ord, Node) and ord.is_constant else ord
    if kind is None or isinstance(kind, str | numbers.Real | Node) or (is_sympy(kind) and getattr(kind, "is_number", False)):
        return kind
    raise SymgdError(f"there is no norm called {shown(ord)}", hint="ord is a number, inf, 'fro' or 'nuc'")


def _vector_norm(x: Node, kind: Any, axis: int, keepdims: Any) -> Node:
    if kind is None or kind == 2:
        return norm2(x, axis, keepdims)
    if kind == 1:
        return norm1(x, axis, keepdims)
    if kind == float("inf"):
        return norminf(x, axis, keepdims)
    power = as_node(kind)
    if not power.is_exact or power.value < 1:
        raise SymgdError(f"there is no vector norm called {shown(kind)}", hint="ord is a number from 1 on, or inf")
    return sum(abs(x) ** power, axis=axis, keepdims=keepdims) ** (1 / power)


def _matrix_norm(x: Node, kind: Any, rows: int, columns: int) -> Node:
    if kind in (None, "fro"):
        return sum(x**2, axis=(rows, columns)) ** constant(Fraction(1, 2))
    if kind in (1, float("inf")):
        added, compared = (rows, columns) if kind == 1 else (columns, rows)
        return max(sum(abs(x), axis=added), axis=compared + 1 if compared < added else compared)
    if kind in ("nuc", 2):
        if x.rank != 2:
            raise UnsupportedError(f"the singular values of a tensor of shape {show_shape(x.shape)} are not known")
        return nuclear_norm(x) if kind == "nuc" else spectral_norm(x)
    raise SymgdError(f"there is no matrix norm called {shown(kind)}", hint="ord is 1, 2, inf, 'fro' or 'nuc'")


@function("vector_norm")
def vector_norm(x: Any, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Node:
    """Return the norm of the vectors along `axis`, or of all entries as one vector (the array API's name)."""
    if axis is None and keepdims is False:
        return norm(ravel(x), ord)
    return norm(x, ord, axis, keepdims)


@function("matrix_norm")
def matrix_norm(x: Any, keepdims: Any = False, ord: Any = "fro") -> Node:
    """Return the norm of the matrices in the last two axes (the array API's name)."""
    return norm(x, ord, (-2, -1), keepdims)


@function("normalize")
def normalize(x: Any, axis: Any = None) -> Node:
    """Return x divided by its Euclidean norm, along `axis`."""
    x = as_node(x)
    result: Node = x / norm2(x, axis, keepdims=x.rank > 1)
    return result
