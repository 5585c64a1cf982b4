"""Sums and means over axes.

    sum x = Σᵢ xᵢ,   mean x = (1/n)·Σᵢ xᵢ

A sum is a contraction. ``mean`` has a record of its own because its derivative has an explanation of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.assumptions import Curvature, Monotone, Sign
from symgd.graph.conversion import Axis, Operand, as_node
from symgd.graph.node import Node, size
from symgd.graph.primitive import Params, function, primitive
from symgd.graph.shape import Shape, size_product
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.arithmetic import mul
from symgd.primitives.axis_arguments import keep, normal_axes
from symgd.primitives.contraction import broadcast, contract, expand_at
from symgd.primitives.contraction_layout import LETTERS

__all__ = ["mean", "sum"]


def _count(node: Node) -> Node:
    """The number of entries a mean averages."""
    axes = node.params[0]
    return size(size_product(tuple(node.args[0].shape[axis] for axis in axes)))


def _shape_mean(shapes: Sequence[Shape], params: Params) -> Shape:
    rank = len(shapes[0])
    dropped = {axis % rank for axis in params[0]}
    return tuple(dimension for axis, dimension in enumerate(shapes[0]) if axis not in dropped)


def _vjp_mean(node: Node, t: Node, k: int) -> Node:
    (arg,) = node.args
    lead = t.rank - node.rank
    positions = sorted(lead + axis % arg.rank for axis in node.params[0])
    share = mul.make((t, _count(node) ** -1))
    return broadcast.make((expand_at(share, positions),), ((*t.shape[:lead], *arg.shape),))


def _evaluate_mean(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (array,) = arrays
    axes = tuple(axis % array.ndim for axis in node.params[0])
    labels = LETTERS[: array.ndim]
    output = "".join(label for axis, label in enumerate(labels) if axis not in axes)
    total = np.asarray(np.einsum(f"{labels}->{output}", array), dtype=object)
    count = int(np.prod([array.shape[axis] for axis in axes]))
    share = context.algebra.number(1) / context.algebra.number(count)
    result = np.empty(total.shape, dtype=object)
    for index in np.ndindex(*total.shape):
        result[index] = total[index] * share
    return result


def _layout_mean(node: Node, printer: Printer) -> Written:
    rank = node.args[0].rank
    axes = [axis % rank for axis in node.params[0]]
    return printer.reduce("mean", printer.written[node.args[0]], None if len(axes) == rank else sorted(axes))


_mean = primitive(
    "mean",
    shape=_shape_mean,
    vjp=_vjp_mean,
    evaluate=_evaluate_mean,
    layout=_layout_mean,
    sign=lambda node, x: x if x in (Sign.POSITIVE, Sign.NEGATIVE, Sign.NONNEGATIVE, Sign.NONPOSITIVE, Sign.ZERO) else Sign.ANY,
    range=lambda node, x: x,
    linear_in=(0,),
    curvature=Curvature.AFFINE,
    monotone=Monotone.INCREASING,
    because="a mean shares its adjoint equally",
    source="the sum rule, divided by the number of terms",
)


@function("mean")
def mean(x: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return the mean of the entries, (1/n)·Σᵢ xᵢ, of all or along axes.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes that are reduced; all of them by default.
    keepdims : bool
        Whether the reduced axes stay, with size 1.

    Returns
    -------
    Node
        Of the shape of `x` without the axes `axis`, or with size 1 there.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Every entry receives the adjoint divided by the number n of entries. In NumPy: ``numpy.mean``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.mean(x**2), sg.gradient(sg.mean(x**2), x)
    (mean(x**2), 2*x/n)
    """
    x = as_node(x)
    axes = normal_axes(x, axis)
    return keep(x, _mean.make((x,), (axes,)) if axes else x, axes, keepdims)


@function("sum")
def sum(x: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return the sum Σᵢ xᵢ of the entries, of all or along axes.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes that are reduced; all of them by default.
    keepdims : bool
        Whether the reduced axes stay, with size 1.

    Returns
    -------
    Node
        Of the shape of `x` without the axes `axis`, or with size 1 there.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Every entry receives the adjoint of its sum. In NumPy: ``numpy.sum``.

    Examples
    --------
    >>> import symgd as sg
    >>> X = sg.tensor("X", "m n")
    >>> sg.sum(X, axis=0).shape, sg.sum(X, axis=0, keepdims=True).shape
    ((n,), (1, n))
    >>> sg.gradient(sg.sum(X**2), X)
    2*X
    """
    x = as_node(x)
    axes = normal_axes(x, axis)
    dropped = {axis % x.rank for axis in axes} if x.rank else set()
    labels = range(x.rank)
    return keep(x, contract([x], [labels], [label for label in labels if label not in dropped]), axes, keepdims)
