"""Tensors one after the other along an axis. Each part receives its piece of the adjoint."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence

import numpy as np

from symgd.errors import ShapeError
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, function, primitive
from symgd.graph.shape import Shape, Size, show_shape
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.axis_arguments import one_axis
from symgd.primitives.contraction import expand
from symgd.primitives.index_items import FULL, Item
from symgd.primitives.indexing import array as array_record
from symgd.primitives.indexing import index
from symgd.primitives.reshaping import ravel

__all__ = ["append", "concatenate", "concatenate_record", "list_of"]


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
    axis = node.params[0] + node.rank
    inner = [None if arg in printer.names else _without_axis(arg, node.params[0]) for arg in node.args]
    if all(part is not None for part in inner):
        parts = ", ".join(printer.write(part).text for part in inner if part is not None)
        return printer.call("stack", [f"[{parts}]", *([f"axis={axis}"] if axis else [])])
    parts = ", ".join(printer.written[arg].text for arg in node.args)
    return printer.call("concatenate", [f"[{parts}]", *([f"axis={axis}"] if axis else [])])


def _without_axis(node: Node, axis: int) -> Node | None:
    """Return what has no axis of size 1 yet, where a part of a stack got it; its arguments are those of the part."""
    if node.primitive is expand and node.params == ((axis,),):
        return node.args[0]
    if node.primitive.name == "broadcast" and not node.args[0].shape and node.shape[axis] == 1:
        position = axis % node.rank
        return node.primitive.make(node.args, ((*node.shape[:position], *node.shape[position + 1 :]),))
    if node.primitive.name != "mul":
        return None
    tensors = [factor for factor in node.args if factor.shape]
    inner = _without_axis(tensors[0], axis) if len(tensors) == 1 else None
    return None if inner is None else node.primitive.make(tuple(inner if arg.shape else arg for arg in node.args))


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


def list_of(parts: object, name: str) -> list[Node]:
    """Return the parts that a caller lists as nodes."""
    if isinstance(parts, Node) and parts.primitive is array_record and parts.rank == 1:
        parts = list(parts.args)
    if not isinstance(parts, list | tuple) or not parts:
        raise ShapeError(f"{name} takes a list of tensors", hint=f"{name}([x, y])")
    return [as_node(part) for part in parts]


@function("concatenate", "concat")
def concatenate(parts: Sequence[Operand], axis: int = 0) -> Node:
    """Return tensors one after the other along an axis.

    Parameters
    ----------
    parts : list or tuple of Operand
        At least one tensor, none of them a scalar; all axes but `axis` have the same sizes.
    axis : int
        The axis along which they stand.

    Returns
    -------
    Node
        Of the shape of the first, but along `axis` of the sum of all lengths.

    Raises
    ------
    ShapeError
        If `parts` is not a list, is empty or holds a scalar, if there is no such axis, or another axis has different sizes.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each part receives its piece of the adjoint. In NumPy: ``numpy.concatenate``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y, z = sg.tensor("x", 2), sg.tensor("y", 3), sg.tensor("z", 5)
    >>> sg.concatenate([x, y]), sg.gradient(sg.concatenate([x, y]) @ z, y)
    (concatenate([x, y]), z[2:5])
    """
    nodes = list_of(parts, "concatenate")
    if any(not node.shape for node in nodes):
        raise ShapeError("a scalar has no axis to be concatenated along", hint="write [x, y] for a vector of scalars")
    position = one_axis(nodes[0], axis, "concatenate")
    return concatenate_record.make(tuple(nodes), (position,))


@function("append")
def append(x: Operand, values: Operand) -> Node:
    """Return a vector with further entries at its end.

    Parameters
    ----------
    x : Operand
        Of any shape; a tensor is written as a vector, row by row.
    values : Operand
        Of any shape, and written as a vector too.

    Returns
    -------
    Node
        A vector with the entries of both.

    Raises
    ------
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each argument receives its piece of the adjoint. In NumPy: ``numpy.append`` without an axis.

    Examples
    --------
    >>> import symgd as sg
    >>> x, c, w = sg.tensor("x", 3), sg.scalar("c"), sg.tensor("w", 4)
    >>> sg.append(x, c).shape, sg.gradient(sg.append(x, c) @ w, x)
    ((4,), w[:3])
    """
    return concatenate([ravel(x), ravel(values)])
