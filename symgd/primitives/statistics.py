"""Variance and standard deviation, written with means."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.conversion import Axis, Operand, as_node
from symgd.graph.node import Node, constant, size
from symgd.graph.primitive import function, lookup
from symgd.graph.shape import size_product
from symgd.primitives.axis_arguments import keep, normal_axes
from symgd.primitives.summation import sum

__all__ = ["std", "var"]


def _deviation(x: Node, axes: tuple[int, ...]) -> Node:
    centre: Node = lookup("mean").make((x,), (axes,))
    return x - keep(x, centre, axes, True)


@function("var")
def var(x: Operand, axis: Axis = None, keepdims: bool = False, ddof: Operand = 0) -> Node:
    """Return the variance Σᵢ (xᵢ − mean)² / (n − ddof), of all entries or along axes.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes that are reduced; all of them by default.
    keepdims : bool
        Whether the reduced axes stay, with size 1.
    ddof : number
        What is subtracted from the number n of entries: 0 for the mean of the squares, 1 for the unbiased estimate.

    Returns
    -------
    Node
        Of the shape of `x` without the axes `axis`, or with size 1 there.

    Raises
    ------
    DomainError
        If n − ddof is the number 0.
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient is 2·(x − mean)/(n − ddof). In NumPy: ``numpy.var``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.var(x), sg.gradient(sg.var(x), x)
    (mean((x - mean(x)[None])**2), 2*(x - mean(x))/n)
    >>> sg.var(x, ddof=1)
    sum((x - mean(x)[None])**2)/(n - 1)
    """
    x = as_node(x)
    axes = normal_axes(x, axis)
    squares = _deviation(x, axes) ** 2
    if as_node(ddof).equals_number(0):
        return keep(x, lookup("mean").make((squares,), (axes,)) if axes else squares, axes, keepdims)
    count = size(size_product(tuple(x.shape[position] for position in axes)))
    return sum(squares, axis=axes, keepdims=keepdims) / (count - as_node(ddof))


@function("std")
def std(x: Operand, axis: Axis = None, keepdims: bool = False, ddof: Operand = 0) -> Node:
    """Return the standard deviation, the root of the variance Σᵢ (xᵢ − mean)² / (n − ddof).

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes that are reduced; all of them by default.
    keepdims : bool
        Whether the reduced axes stay, with size 1.
    ddof : number
        What is subtracted from the number n of entries: 0 for the mean of the squares, 1 for the unbiased estimate.

    Returns
    -------
    Node
        Of the shape of `x` without the axes `axis`, or with size 1 there.

    Raises
    ------
    DomainError
        If n − ddof is the number 0.
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient is (x − mean)/((n − ddof)·std), which has no value where all entries are equal. In NumPy: ``numpy.std``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.std(x), sg.gradient(sg.std(x), x)
    (sqrt(mean((x - mean(x)[None])**2)), (x - mean(x))/(n*sqrt(mean((x - mean(x))**2))))
    """
    return var(x, axis, keepdims, ddof) ** constant(Fraction(1, 2))
