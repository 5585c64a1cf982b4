"""Functions written as sums, products and powers: differences, quotients, squares, roots and powers of 2.

    x − y = x + (−1)·y,   x/y = x·y⁻¹,   √x = x^(1/2)

They have no records; what is known of them is known of sums, products and powers.
"""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function

__all__ = ["divide", "exp2", "negative", "reciprocal", "sqrt", "square", "subtract"]


@function("sqrt")
def sqrt(x: Operand) -> Node:
    """Return the square root √x of every entry, which is the power 1/2.

    Parameters
    ----------
    x : Operand
        Of any shape. The entries are ≥ 0.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    DomainError
        If `x` is a negative number.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative is 1/(2·√x), which has no value at 0. In NumPy: ``numpy.sqrt``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.scalar("x")
    >>> sg.sqrt(x), sg.gradient(sg.sqrt(x), x)
    (sqrt(x), 1/(2*sqrt(x)))
    >>> sg.sqrt(8), sg.sqrt(9)
    (sqrt(8), 3)
    """
    return as_node(x) ** Fraction(1, 2)


@function("subtract")
def subtract(x: Operand, y: Operand) -> Node:
    """Return the difference x − y, entry by entry.

    Parameters
    ----------
    x, y : Operand
        Of shapes that broadcast together.

    Returns
    -------
    Node
        Of the shape to which `x` and `y` broadcast.

    Raises
    ------
    ShapeError
        If the shapes do not broadcast.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivatives are 1 and −1. In NumPy: ``numpy.subtract``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.scalar("x"), sg.scalar("y")
    >>> sg.subtract(x, y), sg.gradient(sg.subtract(x, y), [x, y])
    (x - y, [1, -1])
    """
    return as_node(x) - as_node(y)


@function("divide", "true_divide")
def divide(x: Operand, y: Operand) -> Node:
    """Return the quotient x / y, entry by entry.

    Parameters
    ----------
    x, y : Operand
        Of shapes that broadcast together. The entries of `y` are not 0.

    Returns
    -------
    Node
        Of the shape to which `x` and `y` broadcast.

    Raises
    ------
    DomainError
        If `y` is the number 0.
    ShapeError
        If the shapes do not broadcast.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivatives are 1/y and −x/y². In NumPy: ``numpy.divide``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.scalar("x"), sg.scalar("y")
    >>> sg.divide(x, y), sg.gradient(sg.divide(x, y), [x, y])
    (x/y, [1/y, -x/y**2])
    """
    return as_node(x) / as_node(y)


@function("negative")
def negative(x: Operand) -> Node:
    """Return −x, entry by entry.

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
    The derivative is −1. In NumPy: ``numpy.negative``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.scalar("x")
    >>> sg.negative(x), sg.gradient(sg.negative(x), x)
    (-x, -1)
    """
    return -as_node(x)


@function("square")
def square(x: Operand) -> Node:
    """Return x², entry by entry.

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
    The derivative is 2x. In NumPy: ``numpy.square``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.square(x), sg.gradient(sg.sum(sg.square(x)), x)
    (x**2, 2*x)
    """
    return as_node(x) ** 2


@function("reciprocal")
def reciprocal(x: Operand) -> Node:
    """Return 1/x, entry by entry.

    Parameters
    ----------
    x : Operand
        Of any shape. The entries are not 0.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    DomainError
        If `x` is the number 0.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative is −1/x². In NumPy: ``numpy.reciprocal``, which divides integers without a fraction; symgd's result is exact.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.scalar("x")
    >>> sg.reciprocal(x), sg.gradient(sg.reciprocal(x), x)
    (1/x, -1/x**2)
    >>> sg.reciprocal(4)
    1/4
    """
    return as_node(x) ** -1


@function("exp2")
def exp2(x: Operand) -> Node:
    """Return 2ˣ, entry by entry.

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
    The derivative is 2ˣ·log 2. In NumPy: ``numpy.exp2``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.scalar("x")
    >>> sg.exp2(x), sg.gradient(sg.exp2(x), x)
    (2**x, 2**x*log(2))
    """
    return as_node(2) ** as_node(x)
