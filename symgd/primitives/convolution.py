"""Convolution as a contraction over windows.

    (x ∗ k)_i = Σ_j x_{i+j} k_{K−1−j}        (valid: where the kernel lies inside)

``windows`` lays the windows of an axis side by side, along a new last axis; its adjoint ``overlap_add`` puts them back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from symgd.arguments import read_choice
from symgd.errors import ShapeError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Shape, Size, show_shape
from symgd.primitives.contraction import as_size, contract
from symgd.primitives.indexing import flip, pad
from symgd.primitives.spellings import one_axis, sum

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


def _width(node: Node, context: Any) -> int:
    return int(context.shape((node.params[1],))[0])


def _evaluate_windows(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    view = np.lib.stride_tricks.sliding_window_view(arrays[0], _width(node, context), axis=node.params[0])
    return np.array(view, dtype=object)


def _options(node: Node, printer: Any) -> list[str]:
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


def _evaluate_overlap(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    (x,) = arrays
    result = context.zeros(context.shape(node.shape))
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
def windows(x: Any, width: Any, axis: Any = -1) -> Node:
    """Return the windows of an axis, along a new last axis."""
    x = as_node(x)
    position = one_axis(x, axis, "windows")
    return windows_record.make((x,), (position, as_size(width)))


@function("overlap_add")
def overlap_add(x: Any, axis: Any = -1) -> Node:
    """Return windows put back on their places and added up."""
    x = as_node(x)
    if x.rank < 2:
        raise ShapeError(f"windows lie along a last axis, which shape {show_shape(x.shape)} does not have")
    position = one_axis(sum(x, axis=-1), axis, "overlap_add")
    return overlap_add_record.make((x,), (position, x.shape[-1]))


def _prepared(x: Node, kernel: Node, axes: Sequence[int], mode: Any, *, is_centred_left: bool = False) -> Node:
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
def convolve(x: Any, kernel: Any, mode: Any = "full") -> Node:
    """Return the convolution of two vectors, as ``numpy.convolve``."""
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 1 or kernel.rank != 1:
        raise ShapeError(f"convolve takes two vectors, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-1], mode), flip(kernel))


@function("correlate")
def correlate(x: Any, kernel: Any, mode: Any = "valid") -> Node:
    """Return Σ_j x_{i+j} k_j of two vectors: a convolution whose kernel is not turned around, as ``numpy.correlate``."""
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
def convolve2d(x: Any, kernel: Any, mode: Any = "full") -> Node:
    """Return the convolution of two matrices, as ``scipy.signal.convolve2d``."""
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 2 or kernel.rank != 2:
        raise ShapeError(f"convolve2d takes two matrices, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-2, -1], mode), flip(kernel))


@function("correlate2d")
def correlate2d(x: Any, kernel: Any, mode: Any = "full") -> Node:
    """Return Σ x_{i+p, j+q} k_pq of two matrices, as ``scipy.signal.correlate2d``."""
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 2 or kernel.rank != 2:
        raise ShapeError(f"correlate2d takes two matrices, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-2, -1], mode, is_centred_left=True), kernel)
