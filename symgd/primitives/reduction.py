"""Reductions that are more than a sum, and what they share: logsumexp and softmax.

Axes are counted from the end, so that a rule also holds where an adjoint carries extra leading axes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symgd.errors import ShapeError
from symgd.evaluation.entries import Array, Entry
from symgd.evaluation.evaluator import Algebra, Context
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.conversion import Axis, Operand, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.axis_arguments import keep, normal_axes, one_axis
from symgd.primitives.contraction import broadcast, contract, expand_at
from symgd.primitives.exponential import exp, logaddexp

__all__ = [
    "axes_code",
    "layout_reduction",
    "log_softmax",
    "logsumexp",
    "logsumexp_record",
    "reduce_entries",
    "reduced_shape",
    "softmax",
    "softmax_record",
    "spread",
]


def reduced_shape(shapes: Sequence[Shape], params: Params) -> Shape:
    """Return the shape without the reduced axes."""
    rank = len(shapes[0])
    dropped = {axis % rank for axis in params[0]}
    return tuple(dimension for axis, dimension in enumerate(shapes[0]) if axis not in dropped)


def layout_reduction(node: Node, printer: Printer) -> Written:
    """Write a reduction by its name."""
    rank = node.args[0].rank
    axes = sorted(axis % rank for axis in node.params[0])
    return printer.reduce(node.primitive.name, printer.written[node.args[0]], None if len(axes) == rank else axes)


def spread(node: Node, t: Node) -> Node:
    """Put the reduced axes back into an adjoint (or a result), with size 1."""
    lead = t.rank - node.rank
    return expand_at(t, [lead + axis % node.args[0].rank for axis in node.params[0]])


def reduce_entries(
    node: Node, reduce_: Callable[[Algebra, list[Entry]], Entry], arrays: Sequence[Array], context: Context
) -> Array:
    """Evaluate a reduction entry by entry over any algebra."""
    (array,) = arrays
    axes = tuple(axis % array.ndim for axis in node.params[0])
    kept_axes = tuple(axis for axis in range(array.ndim) if axis not in axes)
    moved = np.transpose(array, kept_axes + axes)
    shape = moved.shape[: len(kept_axes)]
    result = np.empty(shape, dtype=object)
    for index in np.ndindex(*shape):
        result[index] = reduce_(context.algebra, list(moved[index].ravel()))
    return result


def axes_code(node: Node, always: bool = False) -> str:
    """Return the reduced axes as code; None for all of them, unless they are `always` wanted."""
    axes = node.params[0]
    if len(axes) == node.args[0].rank and not always:
        return "None"
    return str(axes[0] if len(axes) == 1 else axes)


# -- logsumexp ------------------------------------------------------------------------------------------------


def _logsumexp_entries(algebra: Algebra, entries: list[Entry]) -> Entry:
    total = entries[0]
    for entry in entries[1:]:
        total = algebra.apply(logaddexp, total, entry)
    return total


logsumexp_record = primitive(
    "logsumexp",
    shape=reduced_shape,
    vjp=lambda node, t, k: mul.make((spread(node, t), softmax_record.make(node.args, node.params))),
    evaluate=lambda node, context, arrays: reduce_entries(node, _logsumexp_entries, arrays, context),
    layout=layout_reduction,
    code=lambda node, names, printer: f"_logsumexp({names[0]}, {axes_code(node)})",
    monotone=Monotone.INCREASING,
    curvature=Curvature.CONVEX,
    because="the slope of logsumexp is softmax",
    source="Boyd & Vandenberghe 2004, 3.1.5",
)


@function("logsumexp")
def logsumexp(x: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return log Σᵢ exp(xᵢ), of all entries or along axes, computed without overflow.

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
    The gradient is softmax(x). The function is convex. In SciPy: ``scipy.special.logsumexp``.

    References
    ----------
    Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.1.5.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.logsumexp(x), sg.gradient(sg.logsumexp(x), x)
    (logsumexp(x), softmax(x))
    """
    x = as_node(x)
    axes = normal_axes(x, axis)
    return keep(x, logsumexp_record.make((x,), (axes,)), axes, keepdims) if axes else x


# -- softmax --------------------------------------------------------------------------------------------------


def _vjp_softmax(node: Node, t: Node, k: int) -> Node:
    labels = list(range(t.rank))
    axes = [t.rank + axis for axis in node.params[0]]
    along = [label for label in labels if label not in axes]
    lead = t.rank - node.rank
    average = contract([t, node], [labels, labels[lead:]], along)
    excess = add.make((t, mul.make((constant(-1), expand_at(average, axes)))))
    return mul.make((node, excess))


def _softmax_entries(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (array,) = arrays
    axes = node.params[0]
    ends = tuple(range(-len(axes), 0))
    moved = np.moveaxis(array, axes, ends)
    result = np.empty(moved.shape, dtype=object)
    for index in np.ndindex(*moved.shape[: array.ndim - len(axes)]):
        entries = list(moved[index].ravel())
        total = _logsumexp_entries(context.algebra, entries)
        shares = np.empty(len(entries), dtype=object)
        shares[:] = [context.algebra.apply(exp, entry - total) for entry in entries]
        result[index] = shares.reshape(result[index].shape)
    return np.moveaxis(result, ends, axes)


softmax_record: Primitive = primitive(
    "softmax",
    shape=lambda shapes, params: shapes[0],
    vjp=_vjp_softmax,
    evaluate=_softmax_entries,
    layout=lambda node, printer: printer.reduce(
        "softmax",
        printer.written[node.args[0]],
        None if node.rank == 1 else [axis % node.rank for axis in node.params[0]],
    ),
    code=lambda node, names, printer: (
        f"_softmax({names[0]}, {node.params[0][0] if len(node.params[0]) == 1 else node.params[0]})"
    ),
    sign=Sign.POSITIVE,
    range=Interval(0, 1, open_low=True),
    unit_sum_axes=lambda node: node.params[0],
    because="softmax passes on what exceeds the weighted mean of the adjoint",
    source="Bridle 1990",
)


@function("softmax")
def softmax(x: Operand, axis: Axis = None) -> Node:
    """Return exp(xᵢ) / Σⱼ exp(xⱼ), computed without overflow.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axis along which the results add up to 1, several taken together; a vector need not name it.

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
    With the adjoint t and s = softmax(x), x receives s·(t − Σⱼ tⱼ·sⱼ). In SciPy: ``scipy.special.softmax``.

    References
    ----------
    Bridle, *Probabilistic interpretation of feedforward classification network outputs*, 1990.

    Examples
    --------
    >>> import symgd as sg
    >>> x, t = sg.tensor("x", "n"), sg.tensor("t", "n")
    >>> sg.softmax(x), sg.gradient(t @ sg.softmax(x), x)
    (softmax(x), softmax(x) * (t - t @ softmax(x)))
    """
    x = as_node(x)
    axes = normal_axes(x, axis) if isinstance(axis, tuple | list) else _one_axis(x, axis, "softmax")
    return softmax_record.make((x,), (axes,)) if axes else broadcast.make((constant(1),), (x.shape,))


@function("log_softmax")
def log_softmax(x: Operand, axis: int | None = None) -> Node:
    """Return the logarithm of the softmax, xᵢ − log Σⱼ exp(xⱼ), computed without overflow.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int, optional
        The axis along which the exponentials of the results add up to 1; a vector need not name it.

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
    With the adjoint t, x receives t − softmax(x)·Σⱼ tⱼ. In SciPy: ``scipy.special.log_softmax``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, t = sg.tensor("x", "n"), sg.tensor("t", "n")
    >>> sg.log_softmax(x), sg.gradient(t @ sg.log_softmax(x), x)
    (x - logsumexp(x)[None], t - sum(t)*softmax(x))
    """
    x = as_node(x)
    axes = _one_axis(x, axis, "log_softmax")
    difference: Node = x - keep(x, logsumexp_record.make((x,), (axes,)), axes, True)
    return difference


def _one_axis(x: Node, axis: object, name: str) -> tuple[int, ...]:
    if axis is None and x.rank > 1:
        raise ShapeError(f"{name} of shape {show_shape(x.shape)} needs an axis", hint=f"write {name}(x, axis=1) for row by row")
    return (one_axis(x, axis, name),)
