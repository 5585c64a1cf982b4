"""Norms of matrices, and ``norm``, which reads from `ord` and `axis` which norm is meant.

Of a matrix: largest column sum, largest singular value, largest row sum, ‖X‖_F = √Σxᵢⱼ², and the nuclear norm, the sum of the
singular values.
"""

from __future__ import annotations

import numbers
from fractions import Fraction

from symgd.errors import ShapeError, SymgdError, UnsupportedError, shown
from symgd.graph.conversion import Axis, Operand, as_node, is_sympy
from symgd.graph.node import Node, constant
from symgd.graph.primitive import function
from symgd.graph.shape import show_shape
from symgd.primitives.axes import transpose
from symgd.primitives.axis_arguments import keep, normal_axes, one_axis
from symgd.primitives.extremes import max
from symgd.primitives.piecewise import abs
from symgd.primitives.reshaping import ravel, reshape
from symgd.primitives.singular_values import nuclear_norm, spectral_norm
from symgd.primitives.summation import sum
from symgd.primitives.vector_norms import norm1, norm2, norminf

__all__ = ["matrix_norm", "norm", "normF", "vector_norm"]


@function("normF")
def normF(x: Operand) -> Node:
    """Return the Frobenius norm √Σ xᵢⱼ² of a matrix.

    Parameters
    ----------
    x : Operand
        A matrix of shape (m, n).

    Returns
    -------
    Node
        A scalar.

    Raises
    ------
    ShapeError
        If `x` is not a matrix.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient is X/‖X‖_F, which has no value at 0. In NumPy: ``numpy.linalg.norm(X, "fro")``.

    Examples
    --------
    >>> import symgd as sg
    >>> X = sg.tensor("X", "m n")
    >>> sg.normF(X), sg.gradient(sg.normF(X), X)
    (sqrt(sum(X**2)), X/sqrt(sum(X**2)))
    """
    x = as_node(x)
    if x.rank != 2:
        raise ShapeError(f"normF takes a matrix, not {show_shape(x.shape)}")
    return sum(x**2) ** constant(Fraction(1, 2))


@function("norm")
def norm(x: Operand, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return a norm of a vector or of a matrix, as ``numpy.linalg.norm`` does.

    Parameters
    ----------
    x : Operand
        A vector or a matrix, or with `axis` a tensor of any shape.
    ord : number, inf, "fro" or "nuc", optional
        Of vectors: p ≥ 1 for (Σ|xᵢ|ᵖ)^(1/p), inf for max|xᵢ|; 2 by default. Of matrices: 1 is the largest column sum, inf the
        largest row sum, 2 the largest singular value, "nuc" the sum of the singular values, "fro" the Frobenius norm, which is
        the default.
    axis : int or (int, int), optional
        The axis of the vectors, or the axes of the rows and columns of the matrices.
    keepdims : bool
        Whether these axes stay, with size 1.

    Returns
    -------
    Node
        Of the shape of `x` without the axes `axis`, or with size 1 there.

    Raises
    ------
    SymgdError
        If there is no such norm, or an operand cannot stand in a formula.
    ShapeError
        If `x` is neither a vector nor a matrix and `axis` is not given, if there is no such axis, or there are more than two.
    UnsupportedError
        If singular values of a stack of matrices are asked for.

    Notes
    -----
    The gradients are those of :func:`norm1`, :func:`norm2`, :func:`norminf` and :func:`normF`; of the spectral norm u vᵀ with
    the singular vectors, and of the nuclear norm U Vᵀ, with kinks where singular values coincide or vanish.

    References
    ----------
    Watson, *Characterization of the subdifferential of some matrix norms*, 1992.

    Examples
    --------
    >>> import symgd as sg
    >>> x, X = sg.tensor("x", "n"), sg.tensor("X", "m n")
    >>> sg.norm(x), sg.norm(X), sg.norm(X, 1), sg.norm(X, 2)
    (norm2(x), sqrt(sum(X**2)), max(sum(abs(X), axis=0)), norm(X, 2))
    >>> sg.gradient(sg.norm(x, 3), x)
    x**2 * sign(x) / sum(abs(x)**3)**(2/3)
    """
    x = as_node(x)
    kind = _kind_of(ord)
    if axis is None and x.rank not in (1, 2):
        raise ShapeError(
            f"norm of shape {show_shape(x.shape)} needs an axis", hint="norm(X, axis=-1), or vector_norm(X) of all"
        )
    axes = normal_axes(x, axis)
    if len(axes) == 1:
        return _vector_norm(x, kind, axes[0], keepdims)
    if len(axes) != 2:
        raise ShapeError(f"a norm runs along one axis or two, not {len(axes)}")
    rows, columns = (
        axes if axis is None or isinstance(axis, int) else (one_axis(x, side, "a side of a matrix") for side in axis)
    )
    return keep(x, _matrix_norm(x, kind, rows, columns), axes, keepdims)


def _kind_of(ord: object) -> object:
    """Return which norm is meant: None, a name, or a real number.

    Raises
    ------
    SymgdError
        For anything else: an array is not compared with a name.
    """
    kind = ord.value if isinstance(ord, Node) and ord.is_constant else ord
    if kind is None or isinstance(kind, str | numbers.Real | Node) or (is_sympy(kind) and getattr(kind, "is_number", False)):
        return kind
    raise SymgdError(f"there is no norm called {shown(ord)}", hint="ord is a number, inf, 'fro' or 'nuc'")


def _vector_norm(x: Node, kind: object, axis: int, keepdims: bool) -> Node:
    if kind is None or kind == 2:
        return norm2(x, axis, keepdims)
    if kind == 1:
        return norm1(x, axis, keepdims)
    if kind == float("inf"):
        return norminf(x, axis, keepdims)
    power = None if isinstance(kind, str) else as_node(kind)
    if power is None or not power.is_exact or power.value < 1:
        raise SymgdError(f"there is no vector norm called {shown(kind)}", hint="ord is a number from 1 on, or inf")
    return sum(abs(x) ** power, axis=axis, keepdims=keepdims) ** (1 / power)


def _matrix_norm(x: Node, kind: object, rows: int, columns: int) -> Node:
    if kind in (None, "fro"):
        return sum(x**2, axis=(rows, columns)) ** constant(Fraction(1, 2))
    if kind in (1, float("inf")):
        added, compared = (rows, columns) if kind == 1 else (columns, rows)
        return max(sum(abs(x), axis=added), axis=compared + 1 if compared < added else compared)
    if kind in ("nuc", 2):
        if x.rank != 2:
            raise UnsupportedError(f"the singular values of a tensor of shape {show_shape(x.shape)} are not known")
        return nuclear_norm(x) if kind == "nuc" else spectral_norm(x)
    raise SymgdError(f"there is no matrix norm called {shown(kind)}", hint="ord is 1, 2, inf, 'fro' or 'nuc'")


@function("vector_norm")
def vector_norm(x: Operand, axis: Axis = None, keepdims: bool = False, ord: float = 2) -> Node:
    """Return the norm (Σ|xᵢ|ᵖ)^(1/p) of the vectors along an axis, or of all entries as one vector; the array API's function.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axis of the vectors, or several of which the entries are one vector; by default all entries are one vector.
    keepdims : bool
        Whether these axes stay, with size 1.
    ord : number
        The exponent p ≥ 1, or inf for max|xᵢ|.

    Returns
    -------
    Node
        Of the shape of `x` without `axis`, or with size 1 there.

    Raises
    ------
    SymgdError
        If there is no such norm, or an operand cannot stand in a formula.
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.

    Notes
    -----
    The gradient of the Euclidean norm is x/‖x‖₂; see :func:`norm`. In NumPy: ``numpy.linalg.vector_norm``.

    References
    ----------
    Python array API standard, https://data-apis.org/array-api/latest/.

    Examples
    --------
    >>> import symgd as sg
    >>> X = sg.tensor("X", "m n")
    >>> sg.vector_norm(X, axis=1).shape, sg.vector_norm(X).shape
    ((m,), ())
    >>> sg.gradient(sg.sum(sg.vector_norm(X, axis=1)), X)
    X * (1/norm2(X, axis=1))[:, None]
    """
    x = as_node(x)
    axes = normal_axes(x, axis)
    if len(axes) == 1 and axis is not None:
        return norm(x, ord, axes[0], keepdims)
    kept = [position for position in range(-x.rank, 0) if position not in axes]
    entries = x if not kept else transpose(x, [position + x.rank for position in (*kept, *axes)])
    together = reshape(entries, (*(x.shape[position] for position in kept), -1)) if kept else ravel(entries)
    return keep(x, norm(together, ord, -1), axes, keepdims)


@function("matrix_norm")
def matrix_norm(x: Operand, keepdims: bool = False, ord: float | str | None = "fro") -> Node:
    """Return the norm of the matrices in the last two axes; the array API's function.

    Parameters
    ----------
    x : Operand
        Of shape (…, m, n).
    keepdims : bool
        Whether the last two axes stay, with size 1.
    ord : {1, 2, inf, "fro", "nuc"}
        The largest column sum, the largest singular value, the largest row sum, the Frobenius norm, or the sum of the singular
        values.

    Returns
    -------
    Node
        Of the shape of `x` without its last two axes, or with size 1 there.

    Raises
    ------
    SymgdError
        If there is no such norm, or an operand cannot stand in a formula.
    ShapeError
        If `x` has fewer than two axes.
    UnsupportedError
        If singular values of a stack of matrices are asked for.

    Notes
    -----
    The gradient of the Frobenius norm is X/‖X‖_F; see :func:`norm`. In NumPy: ``numpy.linalg.matrix_norm``.

    References
    ----------
    Python array API standard, https://data-apis.org/array-api/latest/.

    Examples
    --------
    >>> import symgd as sg
    >>> T, X = sg.tensor("T", "k m n"), sg.tensor("X", "m n")
    >>> sg.matrix_norm(T).shape, sg.gradient(sg.matrix_norm(X), X)
    ((k,), X/sqrt(sum(X**2)))
    """
    return norm(x, ord, (-2, -1), keepdims)
