"""Convolution as a contraction over windows.

    (x ∗ k)_i = Σ_j x_{i+j} k_{K−1−j}        (valid: where the kernel lies inside)

``windows`` lays the windows of an axis side by side, along a new last axis; its adjoint ``overlap_add`` puts them back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from symgd.arguments import read_choice
from symgd.errors import ShapeError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.conversion import Operand, SizeLike, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Shape, Size, show_shape
from symgd.primitives.axes import flip
from symgd.primitives.axis_arguments import one_axis
from symgd.primitives.code_writer import CodeWriter
from symgd.primitives.contraction import contract
from symgd.primitives.indexing import pad
from symgd.primitives.size_arguments import as_size
from symgd.primitives.summation import sum

__all__ = ["convolve", "convolve2d", "correlate", "overlap_add", "windows"]

Mode = Literal["valid", "same", "full"]


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


def _prepared(x: Node, kernel: Node, axes: Sequence[int], mode: object, *, is_centred_left: bool = False) -> Node:
    """Put zeros around x, as the mode demands; the centre of an even kernel is the right one of two, or the left one."""
    read_choice(mode, ("valid", "same", "full"), "mode of convolution")
    for axis in axes:
        width = kernel.shape[axis]
        if mode == "full":
            x = pad(x, axis, width - 1, width - 1) if width != 1 else x
        elif mode == "same":
            x = _padded_same(x, axis, width, is_centred_left)
    return x


def _padded_same(x: Node, axis: int, width: Size, is_centred_left: bool) -> Node:
    """Zeros so that as many windows fit as x has entries; NumPy keeps the centre of the full convolution."""
    if not isinstance(width, int):
        raise ShapeError("a convolution of mode 'same' needs a kernel of known size", hint="declare it with a number")
    if width == 1:
        return x
    length = x.shape[axis]
    if isinstance(length, int) and length < width:
        raise ShapeError(f"a kernel of {width} is longer than the axis of {length}", hint="exchange the arguments")
    before = (width - 1) // 2 if is_centred_left else width // 2
    return pad(x, axis, before, width - 1 - before)


@function("convolve")
def convolve(x: Operand, kernel: Operand, mode: Mode = "full") -> Node:
    """Return the convolution of two vectors, yᵢ = Σⱼ x_{i−j}·kⱼ.

    Parameters
    ----------
    x : Operand
        A vector of shape (n,).
    kernel : Operand
        A vector of shape (m,).
    mode : {"full", "same", "valid"}
        Which entries are returned: all, as many as `x` has, or those for which the kernel lies inside of `x`.

    Returns
    -------
    Node
        A vector of length n + m − 1, n, or n − m + 1.

    Raises
    ------
    ShapeError
        If an argument is not a vector, the kernel is longer than `x` in the modes "same" and "valid", or its size is not a
        number in the mode "same".
    SymgdError
        If there is no such mode, or an operand cannot stand in a formula.

    Notes
    -----
    A convolution sends its adjoint back by correlation with the other argument. In NumPy: ``numpy.convolve``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, k = sg.tensor("x", 5), sg.tensor("k", 3)
    >>> sg.convolve(x, k).shape, sg.convolve(x, k, "valid").shape
    ((7,), (3,))
    >>> sg.gradient(sg.sum(sg.convolve(x, k, "valid")), k)
    scatter(sum(windows(x, 3, axis=-1), axis=0), '::-1', (3,))
    """
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 1 or kernel.rank != 1:
        raise ShapeError(f"convolve takes two vectors, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-1], mode), flip(kernel))


@function("correlate")
def correlate(x: Operand, kernel: Operand, mode: Mode = "valid") -> Node:
    """Return the correlation of two vectors, yᵢ = Σⱼ x_{i+j}·kⱼ: a convolution with the kernel not reversed.

    Parameters
    ----------
    x : Operand
        A vector of shape (n,).
    kernel : Operand
        A vector of shape (m,).
    mode : {"valid", "same", "full"}
        Which entries are returned: those for which the kernel lies inside of `x`, as many as `x` has, or all.

    Returns
    -------
    Node
        A vector of length n − m + 1, n, or n + m − 1.

    Raises
    ------
    ShapeError
        If an argument is not a vector, the kernel is longer than `x` in the modes "same" and "valid", or its size is not a
        number in the mode "same".
    SymgdError
        If there is no such mode, or an operand cannot stand in a formula.

    Notes
    -----
    A correlation sends x the convolution of the adjoint with the kernel, and the kernel the correlation of x with the adjoint.
    In NumPy: ``numpy.correlate``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, k = sg.tensor("x", 5), sg.tensor("k", 3)
    >>> sg.correlate(x, k).shape, sg.gradient(sg.sum(sg.correlate(x, k)), k)
    ((3,), sum(windows(x, 3, axis=-1), axis=0))
    """
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 1 or kernel.rank != 1:
        raise ShapeError(f"correlate takes two vectors, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-1], mode), kernel)


def correlate_valid(x: Node, kernel: Node) -> Node:
    """Contract the windows of the last axes of x with a kernel."""
    rank = kernel.rank
    view = x
    for k, axis in enumerate(range(-rank, 0)):  # each step adds an axis at the end
        view = windows_record.make((view,), (axis - k, kernel.shape[axis]))
    kept = list(range(x.rank))
    inside = [("window", k) for k in range(rank)]
    return contract([view, kernel], [[*kept, *inside], inside], kept)


@function("convolve2d")
def convolve2d(x: Operand, kernel: Operand, mode: Mode = "full") -> Node:
    """Return the convolution of two matrices, yᵢⱼ = Σ x_{i−p, j−q}·k_pq over p and q.

    Parameters
    ----------
    x : Operand
        A matrix of shape (m, n).
    kernel : Operand
        A matrix of shape (p, q).
    mode : {"full", "same", "valid"}
        Which entries are returned: all, as many as `x` has, or those for which the kernel lies inside of `x`.

    Returns
    -------
    Node
        A matrix of shape (m + p − 1, n + q − 1), (m, n), or (m − p + 1, n − q + 1).

    Raises
    ------
    ShapeError
        If an argument is not a matrix, the kernel is longer than `x` in the modes "same" and "valid", or a size of it is not a
        number in the mode "same".
    SymgdError
        If there is no such mode, or an operand cannot stand in a formula.

    Notes
    -----
    A convolution sends its adjoint back by correlation with the other argument. In SciPy: ``scipy.signal.convolve2d``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, K = sg.tensor("X", (5, 5)), sg.tensor("K", (3, 3))
    >>> sg.convolve2d(X, K).shape, sg.convolve2d(X, K, "same").shape
    ((7, 7), (5, 5))
    >>> sg.gradient(sg.sum(sg.convolve2d(X, K)), X).shape
    (5, 5)
    """
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 2 or kernel.rank != 2:
        raise ShapeError(f"convolve2d takes two matrices, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-2, -1], mode), flip(kernel))


@function("correlate2d")
def correlate2d(x: Operand, kernel: Operand, mode: Mode = "full") -> Node:
    """Return the correlation of two matrices, yᵢⱼ = Σ x_{i+p, j+q}·k_pq over p and q.

    Parameters
    ----------
    x : Operand
        A matrix of shape (m, n).
    kernel : Operand
        A matrix of shape (p, q).
    mode : {"full", "same", "valid"}
        Which entries are returned: all, as many as `x` has, or those for which the kernel lies inside of `x`.

    Returns
    -------
    Node
        A matrix of shape (m + p − 1, n + q − 1), (m, n), or (m − p + 1, n − q + 1).

    Raises
    ------
    ShapeError
        If an argument is not a matrix, the kernel is longer than `x` in the modes "same" and "valid", or a size of it is not a
        number in the mode "same".
    SymgdError
        If there is no such mode, or an operand cannot stand in a formula.

    Notes
    -----
    A correlation sends x the convolution of the adjoint with the kernel. In SciPy: ``scipy.signal.correlate2d``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, K = sg.tensor("X", (5, 5)), sg.tensor("K", (3, 3))
    >>> sg.correlate2d(X, K).shape, sg.correlate2d(X, K, "valid").shape
    ((7, 7), (3, 3))
    >>> sg.gradient(sg.sum(sg.correlate2d(X, K)), X).shape
    (5, 5)
    """
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 2 or kernel.rank != 2:
        raise ShapeError(f"correlate2d takes two matrices, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-2, -1], mode, is_centred_left=True), kernel)
