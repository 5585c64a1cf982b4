"""Arranging entries anew: reshape, vec, concatenate, stack, triangles. All are linear and only move entries."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from symgd.errors import ShapeError, UnsupportedError, shown
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.conversion import Axis, Operand, ShapeLike, as_node
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
def reshape(x: Operand, shape: ShapeLike) -> Node:
    """Return the entries of x in another shape, row by row.

    Parameters
    ----------
    x : Operand
        Of any shape.
    shape : int, str, Dim, Node or sequence of them
        The length of every axis of the result. One may be −1, which then follows from the others.

    Returns
    -------
    Node
        Of shape `shape`.

    Raises
    ------
    ShapeError
        If `shape` holds another number of entries than `x`, or more than one −1.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is brought back to the shape of x. In NumPy: ``numpy.reshape`` in the order ``"C"``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, y, A = sg.tensor("X", "m n"), sg.tensor("y", 6), sg.tensor("A", (2, 3))
    >>> sg.reshape(X, -1).shape, sg.reshape(y, (2, -1)).shape
    ((m*n,), (2, 3))
    >>> sg.gradient(sg.sum(A * sg.reshape(y, (2, 3))), y)
    reshape(A, 6)
    """
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
def ravel(x: Operand) -> Node:
    """Return the entries of x in one vector, row by row.

    Parameters
    ----------
    x : Operand
        Of any shape.

    Returns
    -------
    Node
        A vector with as many entries as `x`.

    Raises
    ------
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is brought back to the shape of x. In NumPy: ``numpy.ravel`` in the order ``"C"``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, w = sg.tensor("X", (2, 3)), sg.tensor("w", 6)
    >>> sg.ravel(X), sg.gradient(w @ sg.ravel(X), X)
    (reshape(X, 6), reshape(w, (2, 3)))
    """
    return reshape(x, -1)


@function("vec")
def vec(x: Operand) -> Node:
    """Return the columns of a matrix, one below the other, in one vector.

    Parameters
    ----------
    x : Operand
        A matrix of shape (m, n).

    Returns
    -------
    Node
        A vector of shape (m·n,).

    Raises
    ------
    ShapeError
        If `x` is not a matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is brought back to the columns. In NumPy: ``numpy.ravel`` in the order ``"F"``.

    References
    ----------
    Magnus & Neudecker, *Matrix Differential Calculus*, 1988, chapter 2.

    Examples
    --------
    >>> import symgd as sg
    >>> X, w = sg.tensor("X", (2, 3)), sg.tensor("w", 6)
    >>> sg.vec(X), sg.gradient(w @ sg.vec(X), X)
    (vec(X), reshape(w, (3, 2)).T)
    """
    x = as_node(x)
    if x.rank != 2:
        raise ShapeError(f"vec takes a matrix, not {show_shape(x.shape)}")
    return reshape(transpose(x), -1)


# -- axes -----------------------------------------------------------------------------------------------------


@function("squeeze")
def squeeze(x: Operand, axis: Axis = None) -> Node:
    """Return x without its axes of size 1, or without those named.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes that are dropped, each of size 1; all such axes by default.

    Returns
    -------
    Node
        Of the shape of `x` without these axes.

    Raises
    ------
    ShapeError
        If an axis that is named does not exist, or has another size than 1.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint gets the axes back. In NumPy: ``numpy.squeeze``.

    Examples
    --------
    >>> import symgd as sg
    >>> X = sg.tensor("X", (1, "n"))
    >>> sg.squeeze(X).shape, sg.gradient(sg.sum(sg.squeeze(X) ** 2), X)
    ((n,), 2*X)
    """
    x = as_node(x)
    axes = normal_axes(x, axis) if axis is not None else tuple(k - x.rank for k, size in enumerate(x.shape) if size == 1)
    for one in axes:
        if x.shape[one] != 1:
            raise ShapeError(f"axis {one % x.rank} has size {x.shape[one]}, and only an axis of size 1 can be dropped")
    return total(x, axis=axes) if axes else x


@function("expand_dims")
def expand_dims(x: Operand, axis: int | Sequence[int]) -> Node:
    """Return x with new axes of size 1.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int
        Where the new axes stand in the result.

    Returns
    -------
    Node
        Of the sizes of `x`, and size 1 at every axis in `axis`.

    Raises
    ------
    ShapeError
        If the result has no such axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint loses the new axes. In NumPy: ``numpy.expand_dims``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.expand_dims(x, 0).shape, sg.expand_dims(x, 1).shape
    ((1, n), (n, 1))
    >>> sg.gradient(sg.sum(sg.expand_dims(x, 0) ** 2), x)
    2*x
    """
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
def swapaxes(x: Operand, first: int, second: int) -> Node:
    """Return x with two axes exchanged.

    Parameters
    ----------
    x : Operand
        Of any shape.
    first, second : int
        The two axes.

    Returns
    -------
    Node
        Of the shape of `x` with the two sizes exchanged.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The same axes of the adjoint are exchanged. In NumPy: ``numpy.swapaxes``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, B = sg.tensor("X", "m n"), sg.tensor("B", "n m")
    >>> sg.swapaxes(X, 0, 1), sg.gradient(sg.sum(sg.swapaxes(X, 0, 1) * B), X)
    (X.T, B.T)
    """
    x = as_node(x)
    a, b = one_axis(x, first, "swapaxes"), one_axis(x, second, "swapaxes")
    order = list(range(x.rank))
    order[a], order[b] = order[b], order[a]
    return contract([x], [range(x.rank)], order)


@function("moveaxis")
def moveaxis(x: Operand, source: int | Sequence[int], destination: int | Sequence[int]) -> Node:
    """Return x with axes moved to other places; the other axes keep their order.

    Parameters
    ----------
    x : Operand
        Of any shape.
    source : int or tuple of int
        The axes that are moved.
    destination : int or tuple of int
        Where each of them stands in the result.

    Returns
    -------
    Node
        Of the sizes of `x` in the new order.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis, an axis is named twice, or there are more places than axes or fewer.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The axes of the adjoint are moved back. In NumPy: ``numpy.moveaxis``.

    Examples
    --------
    >>> import symgd as sg
    >>> T = sg.tensor("T", "k m n")
    >>> sg.moveaxis(T, 0, -1).shape, sg.gradient(sg.sum(sg.moveaxis(T, 0, -1) ** 2), T)
    ((m, n, k), 2*T)
    """
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
def matrix_transpose(x: Operand) -> Node:
    """Return x with its last two axes exchanged.

    Parameters
    ----------
    x : Operand
        Of shape (…, m, n).

    Returns
    -------
    Node
        Of shape (…, n, m).

    Raises
    ------
    ShapeError
        If `x` has fewer than two axes.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is transposed back. In NumPy: ``numpy.matrix_transpose``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, B = sg.tensor("X", "m n"), sg.tensor("B", "n m")
    >>> sg.matrix_transpose(sg.tensor("T", "k m n")).shape
    (k, n, m)
    >>> sg.gradient(sg.sum(sg.matrix_transpose(X) * B), X)
    B.T
    """
    return swapaxes(x, -1, -2)


@function("permute_dims")
def permute_dims(x: Operand, axes: Sequence[int]) -> Node:
    """Return x with its axes in the order `axes`; the name that the array API has for transpose.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axes : tuple or list of int
        The axis of `x` that becomes each axis of the result.

    Returns
    -------
    Node
        Of the sizes of `x` in the new order.

    Raises
    ------
    ShapeError
        If `axes` is not an order of all axes of `x`.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is transposed back. In NumPy: ``numpy.permute_dims``.

    References
    ----------
    Python array API standard, https://data-apis.org/array-api/latest/.

    Examples
    --------
    >>> import symgd as sg
    >>> X, B = sg.tensor("X", "m n"), sg.tensor("B", "n m")
    >>> sg.permute_dims(X, (1, 0)), sg.gradient(sg.sum(sg.permute_dims(X, (1, 0)) * B), X)
    (X.T, B.T)
    """
    return transpose(x, axes)


@function("diagonal")
def diagonal(x: Operand) -> Node:
    """Return the diagonal of a square matrix.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n).

    Returns
    -------
    Node
        A vector of shape (n,).

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint comes back as a diagonal matrix. In NumPy: ``numpy.diagonal``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, x = sg.tensor("A", "n n"), sg.tensor("x", "n")
    >>> sg.diagonal(A), sg.gradient(sg.diagonal(A) @ x, A)
    (diag(A), x[:, None] * eye(n))
    """
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
    nodes = _list_of(parts, "concatenate")
    if any(not node.shape for node in nodes):
        raise ShapeError("a scalar has no axis to be concatenated along", hint="write [x, y] for a vector of scalars")
    position = one_axis(nodes[0], axis, "concatenate")
    return concatenate_record.make(tuple(nodes), (position,))


@function("stack")
def stack(parts: Sequence[Operand], axis: int = 0) -> Node:
    """Return tensors of one shape side by side along a new axis.

    Parameters
    ----------
    parts : list or tuple of Operand
        At least one tensor, all of one shape.
    axis : int
        Where the new axis stands in the result.

    Returns
    -------
    Node
        Of the shape of the parts, and along `axis` of their number.

    Raises
    ------
    ShapeError
        If `parts` is not a list or is empty, if the shapes differ, or there is no such axis.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each part receives its piece of the adjoint. In NumPy: ``numpy.stack``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y, A = sg.tensor("x", 3), sg.tensor("y", 3), sg.tensor("A", (2, 3))
    >>> sg.stack([x, y]).shape, sg.stack([x, y], axis=1).shape
    ((2, 3), (3, 2))
    >>> sg.gradient(sg.sum(A * sg.stack([x, y])), y)
    sum(A[1:2], axis=0)
    """
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
def array(entries: Operand) -> Node:
    """Return a tensor from nested lists of scalars, or from a list of tensors of one shape.

    Parameters
    ----------
    entries : Operand
        Lists, at most 32 levels deep, in which rows have one shape; or what is a tensor already.

    Returns
    -------
    Node
        With one axis for each level of lists, before the axes of the members.

    Raises
    ------
    ShapeError
        If the rows have different shapes, a list is empty, or lists are nested more than 32 deep.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each entry receives its own adjoint. In NumPy: ``numpy.array``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y, w = sg.scalar("x"), sg.scalar("y"), sg.tensor("w", 2)
    >>> sg.array([[x, 1], [0, y]]), sg.gradient(sg.array([x**2, x * y]) @ w, x)
    ([[x, 1], [0, y]], 2*x*w[0] + y*w[1])
    """
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
def hstack(parts: Sequence[Operand]) -> Node:
    """Return tensors side by side: along the first axis for vectors, else along the second.

    Parameters
    ----------
    parts : list or tuple of Operand
        Scalars, which count as vectors of one entry, and vectors; or matrices with the same number of rows, or tensors of more
        axes that agree in all but the second.

    Returns
    -------
    Node
        Of the shape of the first, but along the axis of the sum of all lengths.

    Raises
    ------
    ShapeError
        If `parts` is not a list or is empty, or another axis has different sizes.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each part receives its piece of the adjoint. In NumPy: ``numpy.hstack``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, Y, A = sg.tensor("X", (3, 2)), sg.tensor("Y", (3, 4)), sg.tensor("A", (3, 6))
    >>> sg.hstack([X, Y]).shape, sg.gradient(sg.sum(A * sg.hstack([X, Y])), X)
    ((3, 6), A[:, :2])
    """
    nodes = [expand_at(node, [0]) if not node.shape else node for node in _list_of(parts, "hstack")]
    return concatenate(nodes, axis=0 if nodes[0].rank == 1 else 1)


@function("vstack")
def vstack(parts: Sequence[Operand]) -> Node:
    """Return tensors below each other, along the first axis; a vector is a row.

    Parameters
    ----------
    parts : list or tuple of Operand
        Vectors of shape (n,) and matrices of shape (m, n), or tensors of more axes that agree in all but the first.

    Returns
    -------
    Node
        Of the shape of the first, but along the first axis of the sum of all lengths.

    Raises
    ------
    ShapeError
        If `parts` is not a list, is empty or holds a scalar, or another axis has different sizes.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each part receives its piece of the adjoint. In NumPy: ``numpy.vstack``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, y, A = sg.tensor("X", (2, 3)), sg.tensor("y", 3), sg.tensor("A", (3, 3))
    >>> sg.vstack([X, y]).shape, sg.gradient(sg.sum(A * sg.vstack([X, y])), y)
    ((3, 3), sum(A[2:3], axis=0))
    """
    nodes = [expand_at(node, [0]) if node.rank == 1 else node for node in _list_of(parts, "vstack")]
    return concatenate(nodes, axis=0)


@function("column_stack")
def column_stack(parts: Sequence[Operand]) -> Node:
    """Return vectors, and matrices, as the columns of a matrix.

    Parameters
    ----------
    parts : list or tuple of Operand
        Vectors of shape (m,) and matrices of shape (m, n).

    Returns
    -------
    Node
        A matrix of m rows, with a column for each vector and for each column of a matrix.

    Raises
    ------
    ShapeError
        If `parts` is not a list, is empty or holds a scalar, or the numbers of rows differ.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each part receives its piece of the adjoint. In NumPy: ``numpy.column_stack``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y, A = sg.tensor("x", 3), sg.tensor("y", 3), sg.tensor("A", (3, 2))
    >>> sg.column_stack([x, y]).shape, sg.gradient(sg.sum(A * sg.column_stack([x, y])), y)
    ((3, 2), sum(A[:, 1:2], axis=1))
    """
    nodes = [expand_at(node, [1]) if node.rank == 1 else node for node in _list_of(parts, "column_stack")]
    return concatenate(nodes, axis=1)


@function("block")
def block(rows: Sequence[Operand | Sequence[Operand]]) -> Node:
    """Return the matrix that is made of blocks, row by row.

    Parameters
    ----------
    rows : list or tuple of lists of Operand
        Matrices: those in one row have the same number of rows, and all rows together the same number of columns.

    Returns
    -------
    Node
        A matrix.

    Raises
    ------
    ShapeError
        If `rows` is not a list or is empty, or the sizes of blocks do not fit together.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    Each block receives its piece of the adjoint. In NumPy: ``numpy.block``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", (2, 2)), sg.tensor("B", (2, 3))
    >>> C, D, W = sg.tensor("C", (1, 2)), sg.tensor("D", (1, 3)), sg.tensor("W", (3, 5))
    >>> sg.block([[A, B], [C, D]]).shape, sg.gradient(sg.sum(W * sg.block([[A, B], [C, D]])), B)
    ((3, 5), W[:2][:, 2:5])
    """
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
def tril(x: Operand, k: int = 0) -> Node:
    """Return the lower triangle of a matrix, up to its k-th diagonal, and zeros elsewhere.

    Parameters
    ----------
    x : Operand
        Of shape (…, m, n).
    k : int
        The last diagonal that is kept; 0 is the main one, and positive ones lie above it.

    Returns
    -------
    Node
        Of the shape of `x`: xᵢⱼ where j − i ≤ k, else 0.

    Raises
    ------
    ShapeError
        If `x` has fewer than two axes.
    UnsupportedError
        If `k` is not a whole number below 10¹⁵ in size.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is cut to the same triangle. In NumPy: ``numpy.tril``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "n n"), sg.tensor("B", "n n")
    >>> sg.tril(A, -1), sg.gradient(sg.sum(sg.tril(A) * B), A)
    (tril(A, k=-1), tril(B))
    """
    return _triangle(x, k, False)


@function("triu")
def triu(x: Operand, k: int = 0) -> Node:
    """Return the upper triangle of a matrix, from its k-th diagonal on, and zeros elsewhere.

    Parameters
    ----------
    x : Operand
        Of shape (…, m, n).
    k : int
        The first diagonal that is kept; 0 is the main one, and positive ones lie above it.

    Returns
    -------
    Node
        Of the shape of `x`: xᵢⱼ where j − i ≥ k, else 0.

    Raises
    ------
    ShapeError
        If `x` has fewer than two axes.
    UnsupportedError
        If `k` is not a whole number below 10¹⁵ in size.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is cut to the same triangle. In NumPy: ``numpy.triu``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "n n"), sg.tensor("B", "n n")
    >>> sg.triu(A, 1), sg.gradient(sg.sum(sg.triu(A) * B), A)
    (triu(A, k=1), triu(B))
    """
    return _triangle(x, k, True)


# -- constants of the shape of a tensor -----------------------------------------------------------------------


@function("zeros_like")
def zeros_like(x: Operand) -> Node:
    """Return a tensor of zeros of the shape of x.

    Parameters
    ----------
    x : Operand
        Of any shape.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    A constant, the derivative of which is 0. In NumPy: ``numpy.zeros_like``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.zeros_like(x).shape, sg.gradient(sg.sum(sg.maximum(x, sg.zeros_like(x))), x)
    ((n,), where(broadcast_to(0, n) < x, 1, 0))
    """
    return broadcast.make((constant(0),), (as_node(x).shape,))


@function("ones_like")
def ones_like(x: Operand) -> Node:
    """Return a tensor of ones of the shape of x.

    Parameters
    ----------
    x : Operand
        Of any shape.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    A constant, the derivative of which is 0. In NumPy: ``numpy.ones_like``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.ones_like(x), sg.gradient(x @ sg.ones_like(x), x)
    (ones(n), ones(n))
    """
    return broadcast.make((constant(1),), (as_node(x).shape,))


@function("full")
def full(shape: ShapeLike, value: Operand) -> Node:
    """Return a tensor that holds one value everywhere.

    Parameters
    ----------
    shape : int, str, Dim, Node or sequence of them
        The length of every axis.
    value : Operand
        A scalar, or a tensor that broadcasts to `shape`.

    Returns
    -------
    Node
        Of shape `shape`.

    Raises
    ------
    ShapeError
        If a length is not a size, or `value` does not broadcast with `shape`.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The value receives the sum of the adjoints of all entries. In NumPy: ``numpy.full``.

    Examples
    --------
    >>> import symgd as sg
    >>> c = sg.scalar("c")
    >>> sg.full((2, 3), c).shape, sg.gradient(sg.sum(sg.full((2, 3), c)), c)
    ((2, 3), 6)
    """
    return ones(shape) * as_node(value)


@function("full_like")
def full_like(x: Operand, value: Operand) -> Node:
    """Return a tensor of the shape of x that holds one value everywhere.

    Parameters
    ----------
    x : Operand
        Of any shape.
    value : Operand
        A scalar, or a tensor that broadcasts to the shape of `x`.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    ShapeError
        If `value` does not broadcast with the shape of `x`.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The value receives the sum of the adjoints of all entries, and x receives 0. In NumPy: ``numpy.full_like``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, c = sg.tensor("x", "n"), sg.scalar("c")
    >>> sg.full_like(x, c).shape, sg.gradient(sg.full_like(x, c) @ x, c)
    ((n,), sum(x))
    """
    return ones_like(x) * as_node(value)


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


Count: TypeAlias = int | Dim | Node
"""A number of entries, also by named sizes."""


@function("pad")
def pad(x: Operand, width: Count | Sequence[Count] | Sequence[Sequence[Count]]) -> Node:
    """Return x with zeros around it.

    Parameters
    ----------
    x : Operand
        Of any shape.
    width : int, (int, int) or sequence of (int, int)
        How many zeros stand on both sides of every axis; before and after; or such a pair for each axis.

    Returns
    -------
    Node
        Each axis is longer by the zeros before and after.

    Raises
    ------
    ShapeError
        If `width` is none of these, or not a number of entries.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint of x is the inner part of the adjoint. In NumPy: ``numpy.pad`` in the mode ``"constant"``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, w = sg.tensor("x", 3), sg.tensor("w", 6)
    >>> sg.pad(x, (1, 2)).shape, sg.gradient(sg.pad(x, (1, 2)) @ w, x)
    ((6,), w[1:4])
    """
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
