"""Looking up rows by whole numbers: ``take`` (embedding tables, ``y[labels]``), and its adjoint ``put``.

The whole numbers may be an input: they choose what moves, and do not move themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from symgd.arguments import read_list
from symgd.errors import ShapeError, UnsupportedError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.assumptions import Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, function, primitive
from symgd.graph.shape import Shape, Size, show_shape
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.axes import transpose
from symgd.primitives.axis_arguments import one_axis
from symgd.primitives.code_writer import CodeWriter
from symgd.primitives.contraction import contract
from symgd.primitives.indexing import array
from symgd.primitives.one_hot import one_hot
from symgd.primitives.ranges import arange_record
from symgd.primitives.reshaping import reshape
from symgd.primitives.row_numbers import read_rows, rows_code, whole_numbers
from symgd.primitives.sorting import keys_of_positions, sort_by_record
from symgd.primitives.summation import sum as total

__all__ = ["choose", "put", "take", "take_along_axis", "take_record"]


def _shape_take(shapes: Sequence[Shape], params: Params) -> Shape:
    (axis,) = params  # counted from the end
    position = len(shapes[0]) + axis
    return (*shapes[0][:position], *shapes[1], *shapes[0][position + 1 :])


def _size_taken(node: Node) -> Size:
    return node.args[0].shape[node.params[0]]


def _vjp_take(node: Node, t: Node, k: int) -> Node:
    if k == 1:
        return constant(0)
    x, rows = node.args
    return put.make((t, rows), (node.params[0], x.shape[node.params[0]]))


def _evaluate_take(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    x, rows = arrays
    entries = np.take(x, whole_numbers(rows, x.shape[node.params[0]]), axis=x.ndim + node.params[0])
    result = np.empty(np.shape(entries), dtype=object)
    result[...] = entries
    return result


def _layout_take(node: Node, printer: Printer) -> Written:
    x, rows = (printer.written[arg] for arg in node.args)
    before = [":"] * (node.args[0].rank + node.params[0])
    return printer.index(x, ", ".join([*before, rows.text]))


take_record = primitive(
    "take",
    shape=_shape_take,
    vjp=_vjp_take,
    evaluate=_evaluate_take,
    layout=_layout_take,
    code=lambda node, names, printer: (
        f"take({names[0]}, {rows_code(node, names[1], _size_taken(node), printer)}, axis={node.params[0] + node.args[0].rank})"
    ),
    whole=lambda node: [(node.args[1], _size_taken(node))],
    sign=lambda node, x, rows: x,
    range=lambda node, x, rows: x,
    linear_in=(0,),
    because="a row sends its adjoint back to where it was taken; rows taken more than once collect the sum",
    source="NumPy: take",
)


def _shape_put(shapes: Sequence[Shape], params: Params) -> Shape:
    axis, size = params
    t, rows = shapes
    end = len(t) + axis + 1
    return (*t[: end - len(rows)], size, *t[end:])


def _vjp_put(node: Node, t: Node, k: int) -> Node:
    return constant(0) if k == 1 else take_record.make((t, node.args[1]), (node.params[0],))


def _evaluate_put(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    t, rows = arrays
    axis = node.params[0]
    result: Array = context.zeros(context.shape(node.shape))
    moved = np.moveaxis(result, axis, 0)
    end = t.ndim + axis + 1
    source = np.moveaxis(t, range(end - rows.ndim, end), range(rows.ndim))
    numbers = whole_numbers(rows, moved.shape[0])
    for place in np.ndindex(*rows.shape):
        moved[numbers[place]] = moved[numbers[place]] + source[place]
    return result


def _put_code(node: Node, names: Sequence[str], printer: CodeWriter) -> str:
    """Write what is put among zeros; Python's numbers have no axes."""
    source = f"dtype.type({names[0]})" if node.args[0].is_constant else names[0]
    size = node.params[1]
    return f"_put({source}, {rows_code(node, names[1], size, printer)}, {printer.size(size).text}, {node.params[0]})"


put = primitive(
    "put",
    shape=_shape_put,
    vjp=_vjp_put,
    evaluate=_evaluate_put,
    layout=lambda node, printer: printer.call(
        "put", [*(printer.written[arg].text for arg in node.args), str(node.params[1]), f"axis={node.params[0]}"]
    ),
    code=_put_code,
    whole=lambda node: [(node.args[1], node.params[1])],
    sign=lambda node, t, rows: t | Sign.ZERO,
    linear_in=(0,),
    because="what is put among zeros sends its adjoint back by taking it out",
    source="the adjoint of NumPy's take",
)


@function("take")
def take(x: Operand, indices: Operand, axis: int | None = None) -> Node:
    """Return the entries of x at given positions along an axis.

    Parameters
    ----------
    x : Operand
        With at least one axis.
    indices : Operand
        Whole numbers, in a tensor of any shape; they may be an input of the formula.
    axis : int, optional
        The axis along which entries are taken; a vector need not name it.

    Returns
    -------
    Node
        Of the shape of `x`, with the shape of `indices` instead of `axis`.

    Raises
    ------
    ShapeError
        If `x` has several axes and `axis` is not given, if there is no such axis, or a position that is known lies outside.
    UnsupportedError
        If a position that is known is not a whole number, or `indices` is a mask.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    An entry receives the sum of the adjoints of all places where it was taken to; the positions receive 0. In NumPy:
    ``numpy.take``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, i = sg.tensor("X", "m n"), sg.tensor("i", "k")
    >>> sg.take(X, i, axis=0), sg.take(X, i, axis=0).shape
    (X[i], (k, n))
    >>> sg.gradient(sg.sum(sg.take(X, i, axis=0)), X)
    put(ones((k, n)), i, m, axis=-2)
    """
    x = as_node(x)
    if axis is None and x.rank != 1:
        raise ShapeError(f"take of shape {show_shape(x.shape)} needs an axis", hint="take(x, labels, axis=0) takes rows")
    position = one_axis(x, 0 if axis is None else axis, "take")
    return take_record.make((x, read_rows(indices, x.shape[position])), (position,))


@function("choose")
def choose(x: Operand, items: Sequence[Operand | slice]) -> Node:
    """Return the entries of x that arrays of whole numbers choose: ``x[labels]``, ``x[:, labels]``, ``x[arange(m), labels]``.

    Parameters
    ----------
    x : Operand
        With at least as many axes as there are items.
    items : list or tuple of arrays of int and slices
        An item for each of the first axes: one array beside full slices, or several vectors of one length in front.

    Returns
    -------
    Node
        Of the shape that NumPy's indexing with integer arrays gives.

    Raises
    ------
    ShapeError
        If several arrays differ in length or are not vectors, or a position that is known lies outside of its axis.
    UnsupportedError
        If an item is None, ``...`` or a slice that is not full, if there are more items than axes, if several arrays do not
        stand in front, or a position that is known is not a whole number.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    An entry receives the sum of the adjoints of all places where it was taken to. In NumPy: indexing with integer arrays, which
    is not ``numpy.choose``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, labels = sg.tensor("X", "m n"), sg.tensor("labels", "m")
    >>> sg.choose(X, [sg.arange("m"), labels]).shape
    (m,)
    >>> sg.gradient(sg.sum(sg.choose(X, [sg.arange("m"), labels])), X)
    one_hot(labels, n)
    """
    x = as_node(x)
    chosen = list(read_list(items, "what is chosen", "choose(x, [labels])"))
    if any(item is None or item is ... for item in chosen) or len(chosen) > x.rank:
        raise UnsupportedError("an array of indices stands beside plain indices and slices only")
    picks = [axis for axis, item in enumerate(chosen) if isinstance(item, Node | list | np.ndarray) and not _is_plain(item)]
    rest = [item for axis, item in enumerate(chosen) if axis not in picks]
    if any(not (isinstance(item, slice) and item == slice(None)) for item in rest):
        raise UnsupportedError("an array of indices stands beside full slices only", hint="index in two steps: x[1:][labels]")
    if len(picks) == 1:
        return take(x, cast("Operand", chosen[picks[0]]), axis=picks[0])
    if picks != list(range(len(picks))):
        raise UnsupportedError("several arrays of indices stand in front", hint="as in x[arange(m), labels]")
    if not picks:
        raise ShapeError("nothing is chosen: there is no array of whole numbers", hint="choose(x, [labels])")
    rows = [read_rows(chosen[axis], x.shape[axis]) for axis in picks]
    if len({node.shape for node in rows}) != 1 or rows[0].rank != 1:
        raise ShapeError(f"arrays of indices have one length, not {', '.join(show_shape(node.shape) for node in rows)}")
    if rows[0].primitive is arange_record and rows[0].shape == x.shape[:1] and len(rows) == 2:
        marks = one_hot(rows[1], x.shape[1])
        labels = ["row", "column", *(("rest", k) for k in range(x.rank - 2))]
        return contract([x, marks], [labels, ["row", "column"]], ["row", *labels[2:]])
    flat = _positions(rows, x.shape[: len(rows)])
    if flat is not None:
        return take(reshape(x, (-1, *x.shape[len(rows) :])), flat, axis=0)
    marked = [one_hot(node, x.shape[axis]) for axis, node in zip(picks, rows, strict=True)]
    inner = [("axis", axis) for axis in range(x.rank)]
    return contract([x, *marked], [inner, *(["pick", ("axis", axis)] for axis in picks)], ["pick", *inner[len(picks) :]])


def _positions(rows: Sequence[Node], sizes: Sequence[Size]) -> list[int] | None:
    """Return the positions of entries, counted row by row, where rows, columns and sizes are numbers."""
    lengths = [size for size in sizes if isinstance(size, int)]
    if len(lengths) < len(sizes) or any(node.primitive is not array for node in rows):
        return None
    if not all(entry.is_exact for node in rows for entry in node.args):
        return None
    numbers = [[int(entry.value) for entry in node.args] for node in rows]
    return [int(place) for place in np.ravel_multi_index(numbers, lengths)]


def _is_plain(item: object) -> bool:
    return isinstance(item, Node) and item.is_exact and not item.shape


@function("take_along_axis")
def take_along_axis(x: Operand, indices: Operand, axis: int) -> Node:
    """Return one entry of each row, or of each column, of a matrix.

    Parameters
    ----------
    x : Operand
        A matrix of shape (m, n).
    indices : Operand
        The positions, whole numbers in a matrix: of shape (m, 1) for axis 1, of shape (1, n) for axis 0.
    axis : int
        The axis along which an entry is chosen: 1 chooses in each row.

    Returns
    -------
    Node
        Of the shape of `indices`.

    Raises
    ------
    ShapeError
        If there is no such axis, or a position that is known lies outside.
    UnsupportedError
        If `x` or `indices` is not a matrix, several entries are chosen, or a position that is known is not a whole number.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The entry that was chosen receives the adjoint, all others 0. In NumPy: ``numpy.take_along_axis``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, labels = sg.tensor("X", "m n"), sg.tensor("labels", "m")
    >>> sg.take_along_axis(X, labels[:, None], axis=1).shape
    (m, 1)
    >>> sg.gradient(sg.sum(sg.take_along_axis(X, labels[:, None], axis=1)), X)
    one_hot(labels, n)
    """
    x, indices = as_node(x), as_node(indices)
    position = one_axis(x, axis, "take_along_axis")
    keys = keys_of_positions(indices)
    if keys is not None and keys.shape == x.shape and indices.params[0] == position:
        return sort_by_record.make((x, keys), indices.params)
    if x.rank != 2 or indices.rank != 2 or indices.shape[position] != 1:
        raise UnsupportedError("take_along_axis picks one entry per row or column of a matrix")
    rows = read_rows(indices, x.shape[position])
    marks = one_hot(total(rows, axis=position), x.shape[position])
    return total(x * (marks if position == -1 else transpose(marks)), axis=position, keepdims=True)
