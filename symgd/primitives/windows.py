"""Sliding windows of a tensor along an axis, and their adjoint, which adds windows up where they overlap.

    (windows x)ₖⱼ = x_{k+j},   (overlap_add w)ᵢ = Σ_{k+j=i} wₖⱼ

The windows lie side by side, along a new last axis.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.errors import ShapeError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.conversion import Operand, SizeLike, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.primitives.axis_arguments import one_axis
from symgd.primitives.code_writer import CodeWriter
from symgd.primitives.size_arguments import as_size
from symgd.primitives.summation import sum

__all__ = ["overlap_add", "overlap_add_record", "windows", "windows_record"]


def _shape_windows(shapes: Sequence[Shape], params: Params) -> Shape:
    axis, width = params
    shape = shapes[0]
    position = len(shape) + axis
    count = shape[position] - width + 1
    if isinstance(count, int) and count < 1:
        raise ShapeError(f"a window of {width} does not fit an axis of size {shape[position]}")
    return (*shape[:position], count, *shape[position + 1 :], width)


def _width(node: Node, context: Context) -> int:
    return int(context.shape((node.params[1],))[0])


def _evaluate_windows(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    view = np.lib.stride_tricks.sliding_window_view(arrays[0], _width(node, context), axis=node.params[0])
    return np.array(view, dtype=object)


def _options(node: Node, printer: CodeWriter) -> list[str]:
    axis, width, *_ = node.params
    return [printer.size(width).text, f"axis={axis}"]


windows_record: Primitive = primitive(
    "windows",
    shape=_shape_windows,
    vjp=lambda node, t, k: overlap_add_record.make((t,), (node.params[0], node.params[1])),
    evaluate=_evaluate_windows,
    layout=lambda node, printer: printer.call("windows", [printer.written[node.args[0]].text, *_options(node, printer)]),
    code=lambda node, names, printer: f"_windows({names[0]}, {', '.join(_options(node, printer))})",
    is_view=True,
    sign=lambda node, x: x,
    range=lambda node, x: x,
    linear_in=(0,),
    because="an entry collects the adjoints of all windows it stands in",
    source="NumPy: sliding_window_view",
)


def _shape_overlap(shapes: Sequence[Shape], params: Params) -> Shape:
    axis, width = params
    shape = shapes[0][:-1]
    position = len(shape) + axis
    return (*shape[:position], width + shape[position] - 1, *shape[position + 1 :])


def _evaluate_overlap(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (x,) = arrays
    result: Array = context.zeros(context.shape(node.shape))
    out = np.moveaxis(result, node.params[0], 0)
    source = np.moveaxis(x, (-1, node.params[0] - 1), (0, 1))
    count = source.shape[1]
    for k in range(len(source)):
        out[k : k + count] = out[k : k + count] + source[k]
    return result


overlap_add_record: Primitive = primitive(
    "overlap_add",
    shape=_shape_overlap,
    vjp=lambda node, t, k: windows_record.make((t,), (node.params[0], node.params[1])),
    evaluate=_evaluate_overlap,
    layout=lambda node, printer: printer.call("overlap_add", [printer.written[node.args[0]].text, f"axis={node.params[0]}"]),
    code=lambda node, names, printer: f"_overlap_add({names[0]}, {node.params[0]})",
    linear_in=(0,),
    because="windows added up send each window its part of the adjoint",
    source="the adjoint of NumPy's sliding_window_view",
)


@function("windows")
def windows(x: Operand, width: SizeLike, axis: int = -1) -> Node:
    """Return the windows of an axis, w_{ij} = x_{i+j}, along a new last axis.

    Parameters
    ----------
    x : Operand
        With at least one axis.
    width : int, str, Dim or Node
        The length of a window.
    axis : int
        The axis along which a window is moved.

    Returns
    -------
    Node
        Of the shape of `x` with n − width + 1 instead of n along `axis`, and a last axis of length `width`.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis, or a window is longer than the axis.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    An entry receives the sum of its adjoints in all windows, which is ``overlap_add``. In NumPy:
    ``numpy.lib.stride_tricks.sliding_window_view``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, k = sg.tensor("x", 5), sg.tensor("k", 3)
    >>> sg.windows(x, 3).shape, sg.gradient(sg.sum(sg.windows(x, 3) @ k), x)
    ((3, 3), overlap_add(broadcast_to(k, (3, 3)), axis=-1))
    """
    x = as_node(x)
    position = one_axis(x, axis, "windows")
    return windows_record.make((x,), (position, as_size(width)))


@function("overlap_add")
def overlap_add(x: Operand, axis: int = -1) -> Node:
    """Return windows put back on their places and added up, y_k = Σ_{i+j=k} x_{ij}.

    Parameters
    ----------
    x : Operand
        Windows along the last axis, as :func:`windows` returns them; with at least two axes.
    axis : int
        The axis along which the windows were moved, counted without the last axis.

    Returns
    -------
    Node
        Of the shape of `x` without the last axis, of length width, and with n + width − 1 instead of n along `axis`.

    Raises
    ------
    ShapeError
        If `x` has fewer than two axes, or not this one.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint of :func:`windows`, and the other way round: a window receives its part of the adjoint. NumPy has no function of
    this meaning.

    Examples
    --------
    >>> import symgd as sg
    >>> W, y = sg.tensor("W", (3, 2)), sg.tensor("y", 4)
    >>> sg.overlap_add(W).shape, sg.gradient(sg.overlap_add(W) @ y, W)
    ((4,), windows(y, 2, axis=-1))
    """
    x = as_node(x)
    if x.rank < 2:
        raise ShapeError(f"windows lie along a last axis, which shape {show_shape(x.shape)} does not have")
    position = one_axis(sum(x, axis=-1), axis, "overlap_add")
    return overlap_add_record.make((x,), (position, x.shape[-1]))
