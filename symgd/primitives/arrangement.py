"""Arranging entries anew: reshape, vec, concatenate, stack, triangles. All are linear and only move entries."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.errors import ShapeError, UnsupportedError, shown
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Dim, Shape, Size, show_shape, size_product
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.contraction import as_size, broadcast, contract, einsum, expand_at, ones, zeros
from symgd.primitives.indexing import FULL, Item, index
from symgd.primitives.indexing import array as array_record
from symgd.primitives.spellings import axis_number, diag, normal_axes, one_axis, transpose
from symgd.primitives.spellings import sum as total

__all__ = ["concatenate", "reshape", "stack", "tril", "triu", "vec"]


# -- reshape --------------------------------------------------------------------------------------------------


def _fold_reshape(args: tuple[Node, ...], params: Params) -> Node | None:
    (x,) = args
    if x.shape == params[0]:
        return x
    if x.primitive is reshape_record:
        return reshape_record.make(x.args, params)
    if x.primitive is array_record and all(isinstance(size, int) for size in params[0]):
        return array_record.make(x.args, params) if params[0] else x.args[0]
    if x.primitive is broadcast and not x.args[0].shape:
        return broadcast.make(x.args, params)
    return None


def _vjp_reshape(node: Node, t: Node, k: int) -> Node:
    lead = t.rank - node.rank
    return reshape_record.make((t,), ((*t.shape[:lead], *node.args[0].shape),))


def _layout_reshape(node: Node, printer: Printer) -> Written:
    (x,) = node.args
    turned = x.primitive is einsum and x.params == (((0, 1),), (1, 0)) and x not in printer.names
    if node.rank == 1 and turned:
        return printer.call("vec", [printer.written[x.args[0]].text])
    target = ", ".join(printer.size(size).text for size in node.shape)
    return printer.call("reshape", [printer.written[x].text, target if node.rank == 1 else f"({target})"])


def _evaluate_reshape(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    return arrays[0].reshape(context.shape(node.shape))


reshape_record = primitive(
    "reshape",
    shape=lambda shapes, params: params[0],
    fold=_fold_reshape,
    vjp=_vjp_reshape,
    evaluate=_evaluate_reshape,
    layout=_layout_reshape,
    code=lambda node, names, printer: f"reshape({names[0]}, {printer.shape_text(node.shape)})",
    is_view=True,
    sign=lambda node, x: x,
    range=lambda node, x: x,
    linear_in=(0,),
    because="a new shape only moves entries; the adjoint moves back",
    source="NumPy: reshape; Magnus & Neudecker 1988 for vec",
)


@function("reshape")
def reshape(x: Any, shape: Any) -> Node:
    """Return x in another shape, row by row; one size may be −1, which then follows from the others."""
    x = as_node(x)
    parts = shape if isinstance(shape, tuple | list) else (shape,)
    given = [None if _is_minus_one(part) else as_size(part) for part in parts]
    count = size_product(x.shape)
    known = size_product(tuple(size for size in given if size is not None))
    if given.count(None) > 1:
        raise ShapeError("only one size of a shape can be −1")
    if None in given:
        rest = _quotient(count, known)
        if rest is None:
            raise ShapeError(f"{count} entries do not fill rows of {known}")
        given = [rest if size is None else size for size in given]
    elif known != count:
        wanted = show_shape(tuple(size for size in given if size is not None))
        raise ShapeError(f"{show_shape(x.shape)} holds {count} entries, and the shape {wanted} {known}")
    return reshape_record.make((x,), (tuple(size for size in given if size is not None),))


def _is_minus_one(part: Any) -> bool:
    return (isinstance(part, int) and part == -1) or (isinstance(part, Node) and part.equals_number(-1))


def _quotient(total_size: Size, part: Size) -> Size | None:
    """Divide sizes: numbers, or polynomials by one monomial."""
    if isinstance(total_size, int) and isinstance(part, int):
        return total_size // part if total_size % part == 0 else None
    below = part.terms if isinstance(part, Dim) else (((), part),)
    if len(below) != 1:
        return 1 if total_size == part else None
    (names, coefficient) = below[0]
    result: Size = 0
    for monomial, factor in total_size.terms if isinstance(total_size, Dim) else (((), total_size),):
        left = list(monomial)
        for name in names:
            if name not in left:
                return None
            left.remove(name)
        if factor % coefficient:
            return None
        result = Dim({tuple(left): factor // coefficient}) * 1 + result if left else factor // coefficient + result
    return result


@function("ravel", "flatten")
def ravel(x: Any) -> Node:
    """Return the entries of x in one vector, row by row."""
    return reshape(x, -1)


@function("vec")
def vec(x: Any) -> Node:
    """Return the columns of a matrix stacked in one vector."""
    x = as_node(x)
    if x.rank != 2:
        raise ShapeError(f"vec takes a matrix, not {show_shape(x.shape)}")
    return reshape(transpose(x), -1)


# -- axes -----------------------------------------------------------------------------------------------------


@function("squeeze")
def squeeze(x: Any, axis: Any = None) -> Node:
    """Return x without its axes of size 1, or without those named."""
    x = as_node(x)
    axes = normal_axes(x, axis) if axis is not None else tuple(k - x.rank for k, size in enumerate(x.shape) if size == 1)
    for one in axes:
        if x.shape[one] != 1:
            raise ShapeError(f"axis {one % x.rank} has size {x.shape[one]}, and only an axis of size 1 can be dropped")
    return total(x, axis=axes) if axes else x


@function("expand_dims")
def expand_dims(x: Any, axis: Any) -> Node:
    """Return x with a new axis of size 1."""
    x = as_node(x)
    axes = [axis_number(one) for one in (axis if isinstance(axis, tuple | list) else (axis,))]
    rank = x.rank + len(axes)
    if any(not -rank <= one < rank for one in axes):
        raise ShapeError(f"there is no axis {shown(axes[0])} in a tensor of {rank} axes")
    places = [one % rank for one in axes]
    if len(set(places)) != len(places):
        raise ShapeError("an axis is named twice")
    return expand_at(x, places)


@function("swapaxes")
def swapaxes(x: Any, first: Any, second: Any) -> Node:
    """Return x with two axes exchanged."""
    x = as_node(x)
    a, b = one_axis(x, first, "swapaxes"), one_axis(x, second, "swapaxes")
    order = list(range(x.rank))
    order[a], order[b] = order[b], order[a]
    return contract([x], [range(x.rank)], order)


@function("moveaxis")
def moveaxis(x: Any, source: Any, destination: Any) -> Node:
    """Return x with an axis, or several, moved to other places."""
    x = as_node(x)
    listed = [one if isinstance(one, list | tuple) else [one] for one in (source, destination)]
    if len(listed[0]) != len(listed[1]):
        raise ShapeError(f"{len(listed[0])} axes cannot move to {len(listed[1])} places")
    sources, places = ([one_axis(x, axis, "moveaxis") % x.rank for axis in one] for one in listed)
    if len(set(sources)) != len(sources) or len(set(places)) != len(places):
        raise ShapeError("an axis is named twice")
    order = [k for k in range(x.rank) if k not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
    return contract([x], [range(x.rank)], order)


@function("matrix_transpose")
def matrix_transpose(x: Any) -> Node:
    """Return x with its last two axes exchanged."""
    return swapaxes(x, -1, -2)


@function("permute_dims")
def permute_dims(x: Any, axes: Any) -> Node:
    """Return x with its axes in another order (the array API's name of transpose)."""
    return transpose(x, axes)


@function("diagonal")
def diagonal(x: Any) -> Node:
    """Return the diagonal of a matrix."""
    x = as_node(x)
    if x.rank != 2:
        raise ShapeError(f"diagonal takes a matrix, not {show_shape(x.shape)}")
    return diag(x)


# -- concatenate ----------------------------------------------------------------------------------------------


def _shape_concatenate(shapes: Sequence[Shape], params: Params) -> Shape:
    (axis,) = params  # counted from the end
    first = shapes[0]
    position = len(first) + axis
    length: Size = 0
    for shape in shapes:
        if len(shape) != len(first) or any(a != b for k, (a, b) in enumerate(zip(shape, first, strict=True)) if k != position):
            raise ShapeError(
                f"cannot concatenate {show_shape(first)} and {show_shape(shape)} along axis {position}: "
                "all other axes must agree"
            )
        length = shape[position] + length
    return (*first[:position], length, *first[position + 1 :])


def _fold_concatenate(args: tuple[Node, ...], params: Params) -> Node | None:
    if len(args) == 1:
        return args[0]
    if all(arg.primitive is array_record for arg in args) and params == (-args[0].rank,):
        _shape_concatenate([arg.shape for arg in args], params)
        rows = sum(int(str(arg.shape[0])) for arg in args)
        return array_record.make(tuple(entry for arg in args for entry in arg.args), ((rows, *args[0].shape[1:]),))
    return None


def _vjp_concatenate(node: Node, t: Node, k: int) -> Node:
    axis = node.params[0]
    start: Size = 0
    for arg in node.args[:k]:
        start = arg.shape[axis] + start
    stop = node.args[k].shape[axis] + start
    items: list[Item] = [FULL] * t.rank
    items[axis] = (None if start == 0 else start, stop, None)
    return index.make((t,), (tuple(items),))


def _layout_concatenate(node: Node, printer: Printer) -> Written:
    parts = ", ".join(printer.written[arg].text for arg in node.args)
    axis = node.params[0] + node.rank
    return printer.call("concatenate", [f"[{parts}]", *([f"axis={axis}"] if axis else [])])


concatenate_record = primitive(
    "concatenate",
    shape=_shape_concatenate,
    fold=_fold_concatenate,
    vjp=_vjp_concatenate,
    evaluate=lambda node, context, arrays: np.concatenate(arrays, axis=node.params[0]),
    layout=_layout_concatenate,
    code=lambda node, names, printer: f"concatenate([{', '.join(names)}], axis={node.params[0]})",
    sign=lambda node, *x: functools.reduce(operator.or_, x),
    range=lambda node, *x: functools.reduce(operator.or_, x),
    linear_in="each",
    because="each part receives its own piece of the adjoint",
    source="NumPy: concatenate",
)


def _list_of(parts: Any, name: str) -> list[Node]:
    if isinstance(parts, Node) and parts.primitive is array_record and parts.rank == 1:
        parts = list(parts.args)
    if not isinstance(parts, list | tuple) or not parts:
        raise ShapeError(f"{name} takes a list of tensors", hint=f"{name}([x, y])")
    return [as_node(part) for part in parts]


@function("concatenate", "concat")
def concatenate(parts: Any, axis: Any = 0) -> Node:
    """Return tensors one after the other along an axis."""
    nodes = _list_of(parts, "concatenate")
    if any(not node.shape for node in nodes):
        raise ShapeError("a scalar has no axis to be concatenated along", hint="write [x, y] for a vector of scalars")
    position = one_axis(nodes[0], axis, "concatenate")
    return concatenate_record.make(tuple(nodes), (position,))


@function("stack")
def stack(parts: Any, axis: Any = 0) -> Node:
    """Return tensors of one shape side by side along a new axis."""
    nodes = _list_of(parts, "stack")
    first = nodes[0]
    for node in nodes:
        if node.shape != first.shape:
            raise ShapeError(f"cannot stack {show_shape(first.shape)} and {show_shape(node.shape)}: shapes must agree")
    if not first.shape:
        return array_record.make(tuple(nodes), ((len(nodes),),))
    return concatenate([expand_dims(node, axis) for node in nodes], axis)


MAX_AXES = 32
"""What NumPy takes, in all of its versions."""


@function("array", "asarray")
def array(entries: Any) -> Node:
    """Return a tensor from nested lists of scalars, or from a list of tensors of one shape."""
    if isinstance(entries, Node):
        return entries
    if not isinstance(entries, list | tuple):
        return as_node(entries)
    inner, depth = entries, 0
    while isinstance(inner, list | tuple) and inner:
        inner, depth = inner[0], depth + 1
        if depth > MAX_AXES:
            raise ShapeError(f"lists are nested more than {MAX_AXES} deep, and an array has at most so many axes")
    nodes = [as_node(entry) for entry in entries]
    if not nodes:
        raise ShapeError("an array without entries holds nothing")
    first = nodes[0].shape
    for node in nodes:
        if node.shape != first:
            raise ShapeError(f"the rows have different shapes: {show_shape(first)} and {show_shape(node.shape)}")
    if first and all(node.primitive is array_record for node in nodes):
        return array_record.make(tuple(entry for node in nodes for entry in node.args), ((len(nodes), *first),))
    return stack(nodes)


@function("hstack")
def hstack(parts: Any) -> Node:
    """Return tensors side by side: along the first axis for vectors, else along the second."""
    nodes = [expand_at(node, [0]) if not node.shape else node for node in _list_of(parts, "hstack")]
    return concatenate(nodes, axis=0 if nodes[0].rank == 1 else 1)


@function("vstack")
def vstack(parts: Any) -> Node:
    """Return tensors below each other; a vector is a row."""
    nodes = [expand_at(node, [0]) if node.rank == 1 else node for node in _list_of(parts, "vstack")]
    return concatenate(nodes, axis=0)


@function("column_stack")
def column_stack(parts: Any) -> Node:
    """Return vectors (and matrices) as the columns of a matrix."""
    nodes = [expand_at(node, [1]) if node.rank == 1 else node for node in _list_of(parts, "column_stack")]
    return concatenate(nodes, axis=1)


@function("block")
def block(rows: Any) -> Node:
    """Return the matrix made of blocks, row by row: ``block([[A, B], [C, D]])``."""
    if not isinstance(rows, list | tuple) or not rows:
        raise ShapeError("block takes rows of blocks", hint="block([[A, B], [C, D]])")
    written = [row if isinstance(row, list | tuple) else [row] for row in rows]
    return concatenate([concatenate(list(row), axis=1) if len(row) > 1 else as_node(row[0]) for row in written], axis=0)


# -- triangles ------------------------------------------------------------------------------------------------


def _evaluate_triangle(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    (x,) = arrays
    is_upper, offset = node.params
    result = context.zeros(x.shape)
    for row in range(x.shape[-2]):
        for column in range(x.shape[-1]):
            if (column - row >= offset) if is_upper else (column - row <= offset):
                result[..., row, column] = x[..., row, column]
    return result


def _triangle_call(node: Node) -> tuple[str, list[str]]:
    is_upper, offset = node.params
    return "triu" if is_upper else "tril", [f"k={offset}"] if offset else []


triangle: Primitive = primitive(
    "triangle",
    shape=lambda shapes, params: shapes[0],
    fold=lambda args, params: args[0] if args[0].primitive is triangle and args[0].params == params else None,
    vjp=lambda node, t, k: triangle.make((t,), node.params),
    evaluate=_evaluate_triangle,
    layout=lambda node, printer: printer.call(
        _triangle_call(node)[0], [printer.written[node.args[0]].text, *_triangle_call(node)[1]]
    ),
    code=lambda node, names, printer: f"{_triangle_call(node)[0]}({', '.join([names[0], *_triangle_call(node)[1]])})",
    sign=lambda node, x: x | Sign.ZERO,
    range=lambda node, x: x | Interval(0, 0),
    linear_in=(0,),
    because="entries outside the triangle do not count",
    source="NumPy: tril, triu",
)


def _triangle(x: Any, offset: Any, is_upper: bool) -> Node:
    x, number = as_node(x), as_node(offset)
    if x.rank < 2:
        raise ShapeError(f"a triangle is part of a matrix, not of {show_shape(x.shape)}")
    if not (number.is_exact and isinstance(number.value, int) and abs(number.value) < 10**15):
        raise UnsupportedError(f"the offset of a triangle is a whole number, not {shown(offset)}", hint="below 10**15 in size")
    return triangle.make((x,), (is_upper, int(number.value)))


@function("tril")
def tril(x: Any, k: Any = 0) -> Node:
    """Return the lower triangle, up to the k-th diagonal; zeros elsewhere."""
    return _triangle(x, k, False)


@function("triu")
def triu(x: Any, k: Any = 0) -> Node:
    """Return the upper triangle, from the k-th diagonal on; zeros elsewhere."""
    return _triangle(x, k, True)


# -- constants of the shape of a tensor -----------------------------------------------------------------------


@function("zeros_like")
def zeros_like(x: Any) -> Node:
    """Return zeros of the shape of x."""
    return broadcast.make((constant(0),), (as_node(x).shape,))


@function("ones_like")
def ones_like(x: Any) -> Node:
    """Return ones of the shape of x."""
    return broadcast.make((constant(1),), (as_node(x).shape,))


@function("full")
def full(shape: Any, value: Any) -> Node:
    """Return a tensor that holds one value everywhere."""
    return ones(shape) * as_node(value)


@function("full_like")
def full_like(x: Any, value: Any) -> Node:
    """Return a tensor of the shape of x that holds one value everywhere."""
    return ones_like(x) * as_node(value)


@function("append")
def append(x: Any, values: Any) -> Node:
    """Return a vector with further entries at its end; tensors are written out row by row first."""
    return concatenate([ravel(x), ravel(values)])


@function("pad")
def pad(x: Any, width: Any) -> Node:
    """Return x with zeros around: `width` of them on both sides of each axis, ``(before, after)``, or such a pair per axis."""
    result = as_node(x)
    for axis, pair in enumerate(_widths(width, result.rank)):
        before, after = (_border(result, axis, count) for count in pair)
        if before or after:
            result = concatenate([*before, result, *after], axis=axis)
    return result


def _widths(width: Any, rank: int) -> list[tuple[Any, Any]]:
    pairs = width if isinstance(width, tuple | list) else [(width, width)]
    if not any(isinstance(pair, tuple | list) for pair in pairs):
        pairs = [pairs]
    pairs = list(pairs) * rank if len(pairs) == 1 else list(pairs)
    if len(pairs) != rank or not all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in pairs):
        raise ShapeError(f"the width of a border is a number, (before, after), or such a pair for each of {rank} axes")
    return [(before, after) for before, after in pairs]


def _border(x: Node, axis: int, count: Any) -> list[Node]:
    width = as_node(count)
    if width.equals_number(0):
        return []
    return [zeros((*x.shape[:axis], width, *x.shape[axis + 1 :]))]
