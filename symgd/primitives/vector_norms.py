"""Norms of vectors, along one axis.

‖x‖₁ = Σ|xᵢ|,  ‖x‖₂ = √Σxᵢ²,  ‖x‖_∞ = max|xᵢ|
"""

from __future__ import annotations

from fractions import Fraction

from symgd.errors import ShapeError
from symgd.evaluation.entries import Entry
from symgd.evaluation.evaluator import Algebra
from symgd.graph.assumptions import Curvature, Interval, Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function, lookup, primitive
from symgd.graph.shape import show_shape
from symgd.primitives.arithmetic import mul
from symgd.primitives.axis_arguments import keep, one_axis
from symgd.primitives.extremes import max
from symgd.primitives.piecewise import abs
from symgd.primitives.reduction import axes_code, layout_reduction, reduce_entries, reduced_shape, spread
from symgd.primitives.summation import sum

__all__ = ["norm1", "norm2", "norm2_record", "normalize", "norminf"]


def _norm_entries(algebra: Algebra, entries: list[Entry]) -> Entry:
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


def _of_vectors(x: object, axis: object, name: str, matrix_hint: str) -> tuple[Node, tuple[int, ...]]:
    x = as_node(x)
    if axis is None and x.rank != 1:
        raise ShapeError(f"{name} of shape {show_shape(x.shape)} is ambiguous", hint=matrix_hint)
    return x, (one_axis(x, axis, name),)


@function("norm2")
def norm2(x: Operand, axis: int | None = None, keepdims: bool = False) -> Node:
    """Return the Euclidean norm √Σxᵢ² of a vector, or of the vectors along an axis.

    Parameters
    ----------
    x : Operand
        A vector, or with `axis` a tensor of any shape.
    axis : int, optional
        The axis of the vectors; a vector need not name it.
    keepdims : bool
        Whether the axis stays, with size 1.

    Returns
    -------
    Node
        Of the shape of `x` without `axis`, or with size 1 there.

    Raises
    ------
    ShapeError
        If `x` has several axes and `axis` is not given, or does not have such an axis.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient is x/‖x‖₂; at 0 there is a kink, and the norm has no gradient. In NumPy: ``numpy.linalg.norm``.

    References
    ----------
    Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.1.5.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.norm2(x), sg.gradient(sg.norm2(x), x)
    (norm2(x), x/norm2(x))
    """
    x, axes = _of_vectors(
        x, axis, "norm2", "normF(X) is the Frobenius norm of a matrix, norm(X, 2) the spectral one; norm2(X, axis=1) takes rows"
    )
    return keep(x, norm2_record.make((x,), (axes,)), axes, keepdims)


@function("norm1")
def norm1(x: Operand, axis: int | None = None, keepdims: bool = False) -> Node:
    """Return the norm Σ|xᵢ| of a vector, or of the vectors along an axis.

    Parameters
    ----------
    x : Operand
        A vector, or with `axis` a tensor of any shape.
    axis : int, optional
        The axis of the vectors; a vector need not name it.
    keepdims : bool
        Whether the axis stays, with size 1.

    Returns
    -------
    Node
        Of the shape of `x` without `axis`, or with size 1 there.

    Raises
    ------
    ShapeError
        If `x` has several axes and `axis` is not given, or does not have such an axis.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient is sign(x), with the subgradient 0 for an entry that is 0. In NumPy: ``numpy.linalg.norm(x, 1)``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.norm1(x), sg.gradient(sg.norm1(x), x)
    (sum(abs(x)), sign(x))
    """
    x, axes = _of_vectors(
        x, axis, "norm1", "sum(abs(X)) adds all entries; norm(X, 1) is the largest column sum; norm1(X, axis=1) takes rows"
    )
    return sum(abs(x), axis=axes, keepdims=keepdims)


@function("norminf")
def norminf(x: Operand, axis: int | None = None, keepdims: bool = False) -> Node:
    """Return the norm max|xᵢ| of a vector, or of the vectors along an axis.

    Parameters
    ----------
    x : Operand
        A vector, or with `axis` a tensor of any shape.
    axis : int, optional
        The axis of the vectors; a vector need not name it.
    keepdims : bool
        Whether the axis stays, with size 1.

    Returns
    -------
    Node
        Of the shape of `x` without `axis`, or with size 1 there.

    Raises
    ------
    ShapeError
        If `x` has several axes and `axis` is not given, or does not have such an axis.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The entry that is largest in size receives the adjoint times its sign; entries that tie receive equal shares. In NumPy:
    ``numpy.linalg.norm(x, numpy.inf)``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.norminf(x), sg.gradient(sg.norminf(x), x)
    (max(abs(x)), max_weights(abs(x)) * sign(x))
    """
    x, axes = _of_vectors(
        x, axis, "norminf", "max(abs(X)) is the largest entry; norm(X, inf) the largest row sum; norminf(X, axis=1) takes rows"
    )
    return max(abs(x), axis=axes, keepdims=keepdims)


@function("normalize")
def normalize(x: Operand, axis: int | None = None) -> Node:
    """Return x / ‖x‖₂: vectors of length 1.

    Parameters
    ----------
    x : Operand
        A vector, or with `axis` a tensor of any shape. The vectors are not 0.
    axis : int, optional
        The axis of the vectors; a vector need not name it.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    ShapeError
        If `x` has several axes and `axis` is not given, or does not have such an axis.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint t and u = x/‖x‖₂, x receives (t − (t·u)·u)/‖x‖₂. In NumPy: ``x / numpy.linalg.norm(x)``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, t = sg.tensor("x", "n"), sg.tensor("t", "n")
    >>> sg.normalize(x), sg.gradient(t @ sg.normalize(x), x)
    (x/norm2(x), (t - (t @ x)*x/norm2(x)**2)/norm2(x))
    """
    x = as_node(x)
    result: Node = x / norm2(x, axis, keepdims=x.rank > 1)
    return result
