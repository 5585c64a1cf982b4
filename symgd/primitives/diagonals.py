"""The diagonal of a matrix, a diagonal matrix, and the trace Σ xᵢᵢ, written as contractions."""

from __future__ import annotations

from symgd.errors import ShapeError
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function
from symgd.graph.shape import show_shape
from symgd.primitives.contraction import contract
from symgd.primitives.identity import eye

__all__ = ["diag", "diagonal", "trace"]


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
    (diag(A), diag(x))
    """
    x = as_node(x)
    _check_square(x, "diagonal")
    return contract([x], ["ii"], "i")


@function("trace")
def trace(x: Operand) -> Node:
    """Return the trace Σᵢ xᵢᵢ of a square matrix.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n).

    Returns
    -------
    Node
        A scalar.

    Raises
    ------
    ShapeError
        If `x` is not a square matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient is the identity matrix. In NumPy: ``numpy.trace``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "n n"), sg.tensor("B", "n n")
    >>> sg.trace(A @ B), sg.gradient(sg.trace(A @ B), A)
    (trace(A @ B), B.T)
    """
    x = as_node(x)
    _check_square(x, "trace")
    return contract([x], ["ii"], "")


@function("diag")
def diag(x: Operand) -> Node:
    """Return the diagonal of a square matrix, or the diagonal matrix of a vector.

    Parameters
    ----------
    x : Operand
        A matrix of shape (n, n), or a vector of shape (n,).

    Returns
    -------
    Node
        A vector of shape (n,), or a matrix of shape (n, n).

    Raises
    ------
    ShapeError
        If `x` is neither a square matrix nor a vector.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The diagonal of a matrix sends its adjoint back as a diagonal matrix, and a diagonal matrix the diagonal of its adjoint.
    In NumPy: ``numpy.diag``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, x = sg.tensor("A", "n n"), sg.tensor("x", "n")
    >>> sg.diag(A), sg.gradient(sg.sum(sg.diag(A) * x), A)
    (diag(A), diag(x))
    >>> sg.gradient(sg.trace(A @ sg.diag(x)), x)
    diag(A)
    """
    x = as_node(x)
    if x.rank == 1:
        return contract([x, eye(x.shape[0])], ["i", "ij"], "ij")
    _check_square(x, "diag")
    return contract([x], ["ii"], "i")


def _check_square(x: Node, name: str) -> None:
    if x.rank != 2 or x.shape[0] != x.shape[1]:
        raise ShapeError(
            f"{name} takes a square matrix, not {show_shape(x.shape)}", clash=(x.shape[0], x.shape[1]) if x.rank == 2 else None
        )
