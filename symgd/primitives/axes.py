"""Order, number and direction of axes: transpose, swapaxes, moveaxis, squeeze, expand_dims, flip."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.errors import ShapeError, shown
from symgd.graph.conversion import Axis, Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function
from symgd.graph.shape import show_shape
from symgd.primitives.axis_arguments import axis_number, normal_axes, one_axis
from symgd.primitives.contraction import contract, expand_at
from symgd.primitives.index_items import BACKWARDS, FULL
from symgd.primitives.indexing import index
from symgd.primitives.summation import sum as total

__all__ = ["expand_dims", "flip", "matrix_transpose", "moveaxis", "permute_dims", "squeeze", "swapaxes", "transpose"]


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
    for position in axes:
        if x.shape[position] != 1:
            raise ShapeError(
                f"axis {position % x.rank} has size {x.shape[position]}, and only an axis of size 1 can be dropped"
            )
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
    axes = [axis_number(number) for number in (axis if isinstance(axis, tuple | list) else (axis,))]
    rank = x.rank + len(axes)
    for position in axes:
        if not -rank <= position < rank:
            raise ShapeError(f"there is no axis {shown(position)} in a tensor of {rank} axes")
    places = [position % rank for position in axes]
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
    listed = [axes if isinstance(axes, list | tuple) else [axes] for axes in (source, destination)]
    if len(listed[0]) != len(listed[1]):
        raise ShapeError(f"{len(listed[0])} axes cannot move to {len(listed[1])} places")
    sources, places = ([one_axis(x, axis, "moveaxis") % x.rank for axis in axes] for axes in listed)
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


@function("flip")
def flip(x: Operand, axis: Axis = None) -> Node:
    """Return x with its entries in the reverse order, along axes.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes that are reversed; all of them by default.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is reversed in the same way. In NumPy: ``numpy.flip``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.tensor("x", "n"), sg.tensor("y", "n")
    >>> sg.flip(x), sg.gradient(sg.flip(x) @ y, x)
    (x[::-1], scatter(y, '::-1', (n,)))
    """
    x = as_node(x)
    axes = {position % x.rank for position in normal_axes(x, axis)}
    return index.make((x,), (tuple(BACKWARDS if k in axes else FULL for k in range(x.rank)),))


@function("transpose")
def transpose(x: Operand, axes: Sequence[int] | None = None) -> Node:
    """Return x with its axes in the reverse order, or in the order `axes`.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axes : tuple or list of int, optional
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
    The adjoint is transposed back. In NumPy: ``numpy.transpose``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, B = sg.tensor("X", "m n"), sg.tensor("B", "n m")
    >>> sg.transpose(X).shape, sg.transpose(sg.tensor("T", "k m n"), (1, 0, 2)).shape
    ((n, m), (m, k, n))
    >>> sg.gradient(sg.sum(sg.transpose(X) * B), X)
    B.T
    """
    x = as_node(x)
    if axes is not None and not isinstance(axes, tuple | list):
        raise ShapeError("the order of axes is a tuple", hint="transpose(x, (1, 0))")
    order = list(range(x.rank))[::-1] if axes is None else [one_axis(x, axis, "transpose") % x.rank for axis in axes]
    if sorted(order) != list(range(x.rank)):
        raise ShapeError(f"({', '.join(map(str, order))}) is not an order of the axes of {show_shape(x.shape)}")
    return contract([x], [range(x.rank)], order)
