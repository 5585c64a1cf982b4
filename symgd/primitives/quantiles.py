"""Medians and quantiles, read off sorted entries."""

from __future__ import annotations

from fractions import Fraction

from symgd.errors import ShapeError, SymgdError, shown
from symgd.graph.conversion import Axis, Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function
from symgd.graph.shape import size_product
from symgd.primitives.axes import transpose
from symgd.primitives.axis_arguments import keep, normal_axes
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import index
from symgd.primitives.reshaping import reshape
from symgd.primitives.sorting import sort

__all__ = ["median", "quantile"]


def _along_last(x: Node, axis: Axis, name: str) -> tuple[Node, tuple[int, ...], int]:
    """Return x with the axes that are reduced joined as its last, these axes, and their size."""
    axes = normal_axes(x, axis)
    kept = [position for position in range(-x.rank, 0) if position not in axes]
    count = size_product(tuple(x.shape[position] for position in axes))
    if not isinstance(count, int):
        raise ShapeError(
            f"the {name} of {count} entries: which ones it lies between depends on their number",
            hint="declare the input with a number for its size",
        )
    if count == 0:
        raise ShapeError(f"{name} of no entries")
    turned = transpose(x, [position + x.rank for position in (*kept, *axes)]) if x.rank > 1 else x
    return reshape(turned, (*(x.shape[position] for position in kept), count)), axes, count


def _between(x: Node, q: Fraction, axis: Axis, keepdims: object, name: str) -> Node:
    """Return the sorted entries, interpolated at a fraction of the way from the first to the last."""
    entries, axes, count = _along_last(x, axis, name)
    place = q * (count - 1)
    below, ordered = int(place), sort(entries, axis=-1)
    result = _entry(ordered, below)
    if place == below + Fraction(1, 2):
        result = (result + _entry(ordered, below + 1)) / 2
    elif place != below:
        result = result + (place - below) * (_entry(ordered, below + 1) - result)
    return keep(x, result, axes, keepdims)


@function("quantile")
def quantile(x: Operand, q: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return the q-quantile of all entries or along axes: the sorted entries, interpolated at the place q·(n − 1).

    Parameters
    ----------
    x : Operand
        With at least one axis; the number n of entries is a number.
    q : number
        From 0, the smallest entry, to 1, the largest.
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
        If `x` does not have such an axis, an axis is named twice, or the number of entries is a name.
    SymgdError
        If `q` is not a number from 0 to 1, or an operand cannot stand in a formula.

    Notes
    -----
    At most two entries receive the adjoint, the neighbours of the quantile. In NumPy: ``numpy.quantile`` with its default
    method, "linear".

    References
    ----------
    Hyndman & Fan, *Sample quantiles in statistical packages*, 1996, definition 7.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", 5)
    >>> sg.quantile(x, 0.25), sg.gradient(sg.quantile(x, 0.25), x)
    (sort(x)[1], unsort_by([0, 1, 0, 0, 0], x))
    """
    node, number = as_node(x), as_node(q)
    if not node.shape:
        raise ShapeError("the quantile of a scalar needs an axis")
    if not number.is_constant or number.shape or not 0 <= number.value <= 1:
        raise SymgdError(f"q is a number from 0 to 1, not {shown(q)}")
    return _between(node, Fraction(number.value), axis, keepdims, "quantile")


def _entry(x: Node, k: int) -> Node:
    return index.make((x,), ((*[FULL] * (x.rank - 1), k),))


@function("median")
def median(x: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return the middle of the sorted entries, the mean of both middles of an even number, of all entries or along axes.

    Parameters
    ----------
    x : Operand
        With at least one axis; the number of entries is a number.
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
        If `x` does not have such an axis, an axis is named twice, or the number of entries is a name.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The entry in the middle receives the adjoint, or each of both a half. In NumPy: ``numpy.median``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", 3)
    >>> sg.median(x), sg.gradient(sg.median(x), x)
    (sort(x)[1], unsort_by([0, 1, 0], x))
    """
    node = as_node(x)
    if not node.shape:
        raise ShapeError("the median of a scalar needs an axis")
    return _between(node, Fraction(1, 2), axis, keepdims, "median")
