"""Taking entries out (``index``), putting them back among zeros (``scatter``), and writing a tensor out (``array``).

Each is needed for the derivative of another. An index is a tuple with one item for each axis, see ``index_items``.
Only constants: what is taken does not depend on the values. Rows chosen by an array of whole numbers are in ``lookup``.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence

import numpy as np

from symgd.errors import ShapeError, SymgdError, UnsupportedError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.conversion import Operand, ShapeLike, as_node
from symgd.graph.node import SIZE, Node
from symgd.graph.primitive import FUNCTIONS, Params, function, primitive
from symgd.graph.shape import Dim, Shape, Size, show_shape
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.code_writer import CodeWriter
from symgd.primitives.constant_tensors import ones
from symgd.primitives.contraction import expand_at
from symgd.primitives.index_items import BACKWARDS, FULL, End, Item, as_key, read_item, show_item, show_key, size_text
from symgd.primitives.summation import sum as total

__all__ = ["array", "getitem", "index", "pad", "scatter", "scatter_record", "stack"]


# -- index ----------------------------------------------------------------------------------------------------


def _shape_index(shapes: Sequence[Shape], params: Params) -> Shape:
    return tuple(
        _slice_length(size, item) for size, item in zip(shapes[0], params[0], strict=True) if not isinstance(item, int)
    )


def _slice_length(size: Size, item: tuple[End, End, int | None]) -> Size:
    start, stop, step = item
    if item in (FULL, BACKWARDS):
        return size
    if isinstance(size, int) and not isinstance(start, Dim) and not isinstance(stop, Dim):
        count = len(range(*slice(start, stop, step).indices(size)))
        if count == 0:
            raise ShapeError(f"the slice {show_item(item)} of an axis of size {size} is empty")
        return count
    if step is not None:
        raise UnsupportedError(f"a slice with a step needs an axis of known size, not {size}")
    length = _position(size, stop, size) - _position(size, start, 0)
    if isinstance(length, int) and length < 1:
        raise ShapeError(f"the slice {show_item(item)} is empty")
    return length


def _position(size: Size, end: End, default: Size) -> Size:
    """Return the end of a slice, counted from the front."""
    if end is None:
        return default
    return end if isinstance(end, Dim) or end >= 0 else size + end


def _least_sizes(shape: Shape, items: Sequence[Item]) -> list[tuple[Size, int]]:
    """An index of a symbolic axis needs an axis that is long enough."""
    least_sizes: list[tuple[Size, int]] = []
    for size, item in zip(shape, items, strict=True):
        if not isinstance(size, int):
            ends = (item,) if isinstance(item, int) else (item[0], item[1])
            reach = [
                end + (1 if end >= 0 and isinstance(item, int) else 0) if end >= 0 else -end
                for end in ends
                if isinstance(end, int)
            ]
            least_sizes += [(size, need) for need in reach if need > 1]
            if isinstance(item, tuple) and _can_be_negative(length := _slice_length(size, item), item):
                least_sizes.append((length, 0))
    return least_sizes


def _can_be_negative(length: Size, item: tuple[End, End, int | None]) -> bool:
    """Whether the ends of a slice can pass each other: w[3:-3] where there are fewer than six entries."""
    if isinstance(length, int) or (None in item[:2] and not any(isinstance(end, Dim) for end in item)):
        return False  # one number as the end: the axis reaches it
    return any(factor < 0 for names, factor in length.terms if names) or sum(factor for _, factor in length.terms) < 0


def _vjp_index(node: Node, t: Node, k: int) -> Node:
    lead = t.rank - node.rank
    return scatter_record.make((t,), ((FULL,) * lead + node.params[0], (*t.shape[:lead], *node.args[0].shape)))


def _evaluate_index(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    entries = arrays[0][as_key(node.params[0], context)]
    if isinstance(entries, np.ndarray):
        return entries
    result = np.empty((), dtype=object)
    result[()] = entries
    return result


def _fold_index(args: tuple[Node, ...], params: Params) -> Node | None:
    (x,) = args
    if all(item == FULL for item in params[0]):
        return x
    if x.primitive is array and all(isinstance(item, int) for item in params[0]):
        position = int(np.ravel_multi_index(params[0], tuple(int(str(n)) for n in x.shape)))
        return x.args[position]
    return None


index = primitive(
    "index",
    shape=_shape_index,
    fold=_fold_index,
    vjp=_vjp_index,
    evaluate=_evaluate_index,
    least_sizes=lambda node: _least_sizes(node.args[0].shape, node.params[0]),
    is_view=True,
    layout=lambda node, printer: printer.index(printer.written[node.args[0]], show_key(node.params[0])),
    code=lambda node, names, printer: f"{names[0]}[{show_key(node.params[0], size_text(printer))}]",
    sign=lambda node, x: x,
    range=lambda node, x: x,
    linear_in=(0,),
    because="an entry sends its adjoint back to where it was taken; all others get 0",
    source="NumPy: indexing",
)


@function("getitem")
def getitem(x: Operand, item: object) -> Node:
    """Return ``x[item]``: entries, slices, new axes, or rows chosen by arrays of whole numbers.

    Parameters
    ----------
    x : Operand
        Of any shape.
    item : int, slice, None, Ellipsis, array of int, or a tuple of them
        An index as NumPy reads it; integers and ends of slices may be nodes that are whole numbers or sizes.

    Returns
    -------
    Node
        Of the shape that NumPy's indexing gives.

    Raises
    ------
    ShapeError
        If an index is outside its axis, a slice is empty, or there are more indices than axes.
    UnsupportedError
        If an index depends on values, or arrays of indices stand beside other indices than full slices.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is placed among zeros, where the entries were taken. In NumPy: basic indexing, and indexing with integer arrays.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", 4)
    >>> sg.getitem(x, slice(1, 3)), sg.gradient(sg.getitem(x, 0) ** 2, x)
    (x[1:3], [2*x[0], 0, 0, 0])
    """
    x = as_node(x)
    items = list(item) if isinstance(item, tuple) else [item]
    chosen = [part for part in items if _is_array(part)]
    if chosen:
        return FUNCTIONS["choose"](x, items)
    if sum(part is ... for part in items) > 1:
        raise ShapeError("an index can have only one ...")
    count = len([part for part in items if part is not None and part is not ...])
    if count > x.rank:
        raise ShapeError(f"{count} indices for a tensor of shape {show_shape(x.shape)}")
    position = next((k for k, part in enumerate(items) if part is ...), len(items))
    items[position : position + 1] = [slice(None)] * (x.rank - count)
    normal: list[Item] = []
    fresh: list[int] = []
    single: list[int] = []  # the only entry of an axis of size 1 is its sum, which contractions understand
    axis, kept_count = 0, 0
    for part in items:
        if part is None:
            fresh.append(kept_count + len(fresh))
            continue
        entry = read_item(part, x.shape[axis], axis)
        normal.append(entry)
        if isinstance(entry, int) and x.shape[axis] == 1:
            normal[-1] = FULL
            single.append(axis - sum(isinstance(other, int) for other in normal))
        axis += 1
        kept_count += 0 if isinstance(entry, int) else 1
    taken_out = index.make((x,), (tuple(normal),))
    return expand_at(total(taken_out, axis=tuple(single)) if single else taken_out, fresh)


def _is_array(item: object) -> bool:
    """Whether an index item picks entries by an array of whole numbers."""
    if isinstance(item, Node):
        return not item.is_constant and item.primitive is not SIZE
    return isinstance(item, list | np.ndarray)


# -- scatter --------------------------------------------------------------------------------------------------


def _evaluate_scatter(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    result: Array = context.zeros(context.shape(node.shape))
    result[as_key(node.params[0], context)] = arrays[0]
    return result


def _scatter_code(node: Node, names: Sequence[str], printer: CodeWriter) -> str:
    text = size_text(printer)
    items = [
        f"slice({', '.join('None' if end is None else text(end) for end in item)})" if isinstance(item, tuple) else str(item)
        for item in node.params[0]
    ]
    return f"_scatter({names[0]}, ({', '.join(items)},), {printer.shape_text(node.shape)}, dtype)"


def _vjp_scatter(node: Node, t: Node, k: int) -> Node:
    lead = t.rank - node.rank
    return index.make((t,), ((FULL,) * lead + node.params[0],))


def _layout_scatter(node: Node, printer: Printer) -> Written:
    widths = [_border(item) for item in node.params[0]]
    if all(width is not None for width in widths):
        text = str(widths[0] if node.rank == 1 else tuple(widths))
        return printer.call("pad", [printer.written[node.args[0]].text, text])
    return printer.call(
        "scatter", [printer.written[node.args[0]].text, f"'{show_key(node.params[0])}'", show_shape(node.shape)]
    )


def _border(item: Item) -> tuple[int, int] | None:
    """Return how many zeros stand before and behind what is placed at a slice; None where that is no number."""
    if isinstance(item, int) or item[2] is not None:
        return None
    before, stop = item[0] or 0, item[1]
    behind = 0 if stop is None else -stop if isinstance(stop, int) and stop < 0 else None
    return (before, behind) if isinstance(before, int) and before >= 0 and behind is not None else None


scatter_record = primitive(
    "scatter",
    shape=lambda shapes, params: params[1],
    vjp=_vjp_scatter,
    evaluate=_evaluate_scatter,
    least_sizes=lambda node: _least_sizes(node.params[1], node.params[0]),
    layout=_layout_scatter,
    code=_scatter_code,
    sign=lambda node, x: x | Sign.ZERO,
    range=lambda node, x: x | Interval(0, 0),
    linear_in=(0,),
    because="entries placed among zeros send their adjoint back by taking them out",
    source="the adjoint of indexing",
)


def pad(x: Node, axis: int, before: Size, after: Size) -> Node:
    """Return x with zeros before and after it, along an axis counted from the end."""
    position = axis % x.rank
    length = x.shape[position]
    items: list[Item] = [FULL] * x.rank
    stop = None if after == 0 else -after if isinstance(after, int) else length + before
    items[position] = (None if before == 0 else before, stop, None)
    shape = (*x.shape[:position], before + length + after, *x.shape[position + 1 :])
    return scatter_record.make((x,), (tuple(items), shape))


@function("scatter")
def scatter(x: Operand, place: str, shape: ShapeLike) -> Node:
    """Return a tensor of zeros with x at one place; the adjoint of indexing.

    Parameters
    ----------
    x : Operand
        Of the shape that indexing a tensor of shape `shape` with `place` gives.
    place : str
        Integers and slices, separated by commas, as they stand between brackets: ``"1:3, 0"``.
    shape : int, str, Dim, Node or sequence of them
        The length of every axis of the result.

    Returns
    -------
    Node
        Of shape `shape`.

    Raises
    ------
    ShapeError
        If `place` is not an index of a tensor of this shape, or `x` does not have the shape of what stands there.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint of x is the entries of the adjoint at `place`. NumPy has no function of this meaning; it is
    ``z = numpy.zeros(shape); z[place] = x``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.tensor("x", 2), sg.tensor("y", 4)
    >>> sg.scatter(x, "1:3", 4), sg.gradient(sg.scatter(x, "1:3", 4) @ y, x)
    (scatter(x, '1:3', (4,)), y[1:3])
    """
    x = as_node(x)
    target = ones(shape).shape
    if not isinstance(place, str):
        raise ShapeError("the place of scatter is a text", hint="scatter(x, '1:3', n)")
    items = [
        _read_place(part.strip(), size, axis) for axis, (part, size) in enumerate(zip(place.split(","), target, strict=False))
    ]
    items += [FULL] * (len(target) - len(items))
    region = index.make((ones(shape),), (tuple(items),))
    if region.shape != x.shape or place.count(",") >= len(target):
        raise ShapeError(f"{show_shape(x.shape)} does not fit the place {place[:40]!r} of shape {show_shape(target)}")
    return scatter_record.make((x,), (tuple(items), target))


def _read_place(text: str, size: Size, axis: int) -> Item:
    parts = text.split(":")
    try:
        numbers = [int(part) if part.strip() else None for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) == 1 and numbers[0] is not None:
        return read_item(numbers[0], size, axis)
    if len(numbers) not in (2, 3):
        raise ShapeError(f"{text[:40]!r} is not an index", hint="as in '0', '1:' or '1:3, 0'")
    return read_item(slice(*numbers), size, axis)


# -- array ----------------------------------------------------------------------------------------------------


def _vjp_array(node: Node, t: Node, k: int) -> Node:
    lead = t.rank - node.rank
    position = np.unravel_index(k, tuple(int(str(n)) for n in node.shape))
    return index.make((t,), ((FULL,) * lead + tuple(int(i) for i in position),))


def _evaluate_array(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    result = np.empty(len(arrays), dtype=object)
    for k, entry in enumerate(arrays):
        result[k] = entry[()]
    return result.reshape(context.shape(node.shape))


array = primitive(
    "array",
    shape=lambda shapes, params: params[0],
    vjp=_vjp_array,
    evaluate=_evaluate_array,
    layout=lambda node, printer: printer.array([printer.written[arg] for arg in node.args], node.shape),
    sign=lambda node, *x: functools.reduce(operator.or_, x, Sign.NEVER),
    linear_in="each",
    because="each entry receives its own adjoint",
    source="NumPy: array",
)


def stack(entries: Iterable[object], shape: Shape) -> Node:
    """Return the tensor of `shape` with these scalar entries, row by row."""
    nodes = tuple(as_node(entry) for entry in entries)
    if not nodes:
        raise ShapeError("an array without entries holds nothing")
    for node in nodes:
        if node.shape != ():
            raise SymgdError("only scalars can be written out as an array")
    return array.make(nodes, (shape,))
