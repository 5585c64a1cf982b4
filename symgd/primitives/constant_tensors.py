"""Tensors that hold one value everywhere: ones, zeros, full, and what broadcasting makes of a value."""

from __future__ import annotations

from symgd.errors import ShapeError
from symgd.graph.conversion import Operand, ShapeLike, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import function
from symgd.graph.shape import Shape, show_shape
from symgd.graph.shape import broadcast as broadcast_shapes
from symgd.primitives.contraction import broadcast
from symgd.primitives.size_arguments import read_shape

__all__ = ["broadcast_to", "full", "full_like", "ones", "ones_like", "zeros", "zeros_like"]


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
    ((n,), where(zeros(n) < x, 1, 0))
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
        If a length is not a size, or `value` does not broadcast to `shape`.
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
    return _filled(read_shape(shape), as_node(value))


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
        If `value` does not broadcast to the shape of `x`.
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
    return _filled(as_node(x).shape, as_node(value))


def _filled(shape: Shape, value: Node) -> Node:
    _check_stretch(value, shape)
    filled: Node = ones(shape) * value
    return filled


def _check_stretch(x: Node, target: Shape) -> None:
    if broadcast_shapes([x.shape, target]) != target:
        raise ShapeError(f"{show_shape(x.shape)} does not stretch to {show_shape(target)}")


@function("ones")
def ones(shape: ShapeLike) -> Node:
    """Return a tensor of ones.

    Parameters
    ----------
    shape : int, str, Dim, Node or sequence of them
        The length of every axis: numbers, names of sizes, or polynomials of named sizes.

    Returns
    -------
    Node
        Of shape `shape`.

    Raises
    ------
    ShapeError
        If a length is not a size.

    Notes
    -----
    A constant, the derivative of which is 0. In NumPy: ``numpy.ones``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.ones((2, "n")).shape, sg.gradient(x @ sg.ones("n"), x)
    ((2, n), ones(n))
    """
    return broadcast.make((constant(1),), (read_shape(shape),))


@function("zeros")
def zeros(shape: ShapeLike) -> Node:
    """Return a tensor of zeros.

    Parameters
    ----------
    shape : int, str, Dim, Node or sequence of them
        The length of every axis: numbers, names of sizes, or polynomials of named sizes.

    Returns
    -------
    Node
        Of shape `shape`.

    Raises
    ------
    ShapeError
        If a length is not a size.

    Notes
    -----
    A constant, the derivative of which is 0. In NumPy: ``numpy.zeros``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.zeros((2, "n")).shape, sg.gradient(sg.sum(sg.maximum(x, sg.zeros("n"))), x)
    ((2, n), where(zeros(n) < x, 1, 0))
    """
    return broadcast.make((constant(0),), (read_shape(shape),))


@function("broadcast_to")
def broadcast_to(x: Operand, shape: ShapeLike) -> Node:
    """Return x repeated along new axes, and along its axes of size 1.

    Parameters
    ----------
    x : Operand
        Of any shape that broadcasts to `shape`.
    shape : int, str, Dim, Node or sequence of them
        The length of every axis of the result.

    Returns
    -------
    Node
        Of shape `shape`.

    Raises
    ------
    ShapeError
        If the shape of `x` does not broadcast to `shape`, or a length is not a size.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is summed over the axes along which `x` is repeated. In NumPy: ``numpy.broadcast_to``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.broadcast_to(x, ("m", "n")).shape, sg.gradient(sg.sum(sg.broadcast_to(x, ("m", "n"))), x)
    ((m, n), broadcast_to(m, n))
    """
    x, target = as_node(x), read_shape(shape)
    _check_stretch(x, target)
    return broadcast.make((x,), (target,))
