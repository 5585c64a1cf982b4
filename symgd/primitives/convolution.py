"""Convolution as a contraction over windows.

    (x ∗ k)_i = Σ_j x_{i+j} k_{K−1−j}        (valid: where the kernel lies inside)

The other modes put zeros around x first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from symgd.arguments import read_choice
from symgd.errors import ShapeError
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function
from symgd.graph.shape import Size, show_shape
from symgd.primitives.axes import flip
from symgd.primitives.contraction import contract
from symgd.primitives.indexing import pad
from symgd.primitives.windows import windows_record

__all__ = ["Mode", "convolve", "convolve2d", "correlate", "correlate2d", "correlate_valid"]

Mode = Literal["valid", "same", "full"]


def _prepared(x: Node, kernel: Node, axes: Sequence[int], mode: object, *, is_centred_left: bool = False) -> Node:
    """Put zeros around x, as the mode demands; the centre of an even kernel is the right one of two, or the left one."""
    read_choice(mode, ("valid", "same", "full"), "mode of convolution")
    for axis in axes:
        width = kernel.shape[axis]
        if mode == "full":
            x = pad(x, axis, width - 1, width - 1) if width != 1 else x
        elif mode == "same":
            x = _padded_same(x, axis, width, is_centred_left)
    return x


def _padded_same(x: Node, axis: int, width: Size, is_centred_left: bool) -> Node:
    """Zeros so that as many windows fit as x has entries; NumPy keeps the centre of the full convolution."""
    if not isinstance(width, int):
        raise ShapeError("a convolution of mode 'same' needs a kernel of known size", hint="declare it with a number")
    if width == 1:
        return x
    length = x.shape[axis]
    if isinstance(length, int) and length < width:
        raise ShapeError(f"a kernel of {width} is longer than the axis of {length}", hint="exchange the arguments")
    before = (width - 1) // 2 if is_centred_left else width // 2
    return pad(x, axis, before, width - 1 - before)


@function("convolve")
def convolve(x: Operand, kernel: Operand, mode: Mode = "full") -> Node:
    """Return the convolution of two vectors, yᵢ = Σⱼ x_{i−j}·kⱼ.

    Parameters
    ----------
    x : Operand
        A vector of shape (n,).
    kernel : Operand
        A vector of shape (m,).
    mode : {"full", "same", "valid"}
        Which entries are returned: all, as many as `x` has, or those for which the kernel lies inside of `x`.

    Returns
    -------
    Node
        A vector of length n + m − 1, n, or n − m + 1.

    Raises
    ------
    ShapeError
        If an argument is not a vector, the kernel is longer than `x` in the modes "same" and "valid", or its size is not a
        number in the mode "same".
    SymgdError
        If there is no such mode, or an operand cannot stand in a formula.

    Notes
    -----
    A convolution sends its adjoint back by correlation with the other argument. In NumPy: ``numpy.convolve``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, k = sg.tensor("x", 5), sg.tensor("k", 3)
    >>> sg.convolve(x, k).shape, sg.convolve(x, k, "valid").shape
    ((7,), (3,))
    >>> sg.gradient(sg.sum(sg.convolve(x, k, "valid")), k)
    scatter(sum(windows(x, 3, axis=-1), axis=0), '::-1', (3,))
    """
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 1 or kernel.rank != 1:
        raise ShapeError(f"convolve takes two vectors, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-1], mode), flip(kernel))


@function("correlate")
def correlate(x: Operand, kernel: Operand, mode: Mode = "valid") -> Node:
    """Return the correlation of two vectors, yᵢ = Σⱼ x_{i+j}·kⱼ: a convolution with the kernel not reversed.

    Parameters
    ----------
    x : Operand
        A vector of shape (n,).
    kernel : Operand
        A vector of shape (m,).
    mode : {"valid", "same", "full"}
        Which entries are returned: those for which the kernel lies inside of `x`, as many as `x` has, or all.

    Returns
    -------
    Node
        A vector of length n − m + 1, n, or n + m − 1.

    Raises
    ------
    ShapeError
        If an argument is not a vector, the kernel is longer than `x` in the modes "same" and "valid", or its size is not a
        number in the mode "same".
    SymgdError
        If there is no such mode, or an operand cannot stand in a formula.

    Notes
    -----
    A correlation sends x the convolution of the adjoint with the kernel, and the kernel the correlation of x with the adjoint.
    In NumPy: ``numpy.correlate``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, k = sg.tensor("x", 5), sg.tensor("k", 3)
    >>> sg.correlate(x, k).shape, sg.gradient(sg.sum(sg.correlate(x, k)), k)
    ((3,), sum(windows(x, 3, axis=-1), axis=0))
    """
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 1 or kernel.rank != 1:
        raise ShapeError(f"correlate takes two vectors, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-1], mode), kernel)


def correlate_valid(x: Node, kernel: Node) -> Node:
    """Contract the windows of the last axes of x with a kernel."""
    rank = kernel.rank
    view = x
    for k, axis in enumerate(range(-rank, 0)):  # each step adds an axis at the end
        view = windows_record.make((view,), (axis - k, kernel.shape[axis]))
    position_labels = list(range(x.rank))
    window_labels = [("window", k) for k in range(rank)]
    return contract([view, kernel], [[*position_labels, *window_labels], window_labels], position_labels)


@function("convolve2d")
def convolve2d(x: Operand, kernel: Operand, mode: Mode = "full") -> Node:
    """Return the convolution of two matrices, yᵢⱼ = Σ x_{i−p, j−q}·k_pq over p and q.

    Parameters
    ----------
    x : Operand
        A matrix of shape (m, n).
    kernel : Operand
        A matrix of shape (p, q).
    mode : {"full", "same", "valid"}
        Which entries are returned: all, as many as `x` has, or those for which the kernel lies inside of `x`.

    Returns
    -------
    Node
        A matrix of shape (m + p − 1, n + q − 1), (m, n), or (m − p + 1, n − q + 1).

    Raises
    ------
    ShapeError
        If an argument is not a matrix, the kernel is longer than `x` in the modes "same" and "valid", or a size of it is not a
        number in the mode "same".
    SymgdError
        If there is no such mode, or an operand cannot stand in a formula.

    Notes
    -----
    A convolution sends its adjoint back by correlation with the other argument. In SciPy: ``scipy.signal.convolve2d``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, K = sg.tensor("X", (5, 5)), sg.tensor("K", (3, 3))
    >>> sg.convolve2d(X, K).shape, sg.convolve2d(X, K, "same").shape
    ((7, 7), (5, 5))
    >>> sg.gradient(sg.sum(sg.convolve2d(X, K)), X).shape
    (5, 5)
    """
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 2 or kernel.rank != 2:
        raise ShapeError(f"convolve2d takes two matrices, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-2, -1], mode), flip(kernel))


@function("correlate2d")
def correlate2d(x: Operand, kernel: Operand, mode: Mode = "full") -> Node:
    """Return the correlation of two matrices, yᵢⱼ = Σ x_{i+p, j+q}·k_pq over p and q.

    Parameters
    ----------
    x : Operand
        A matrix of shape (m, n).
    kernel : Operand
        A matrix of shape (p, q).
    mode : {"full", "same", "valid"}
        Which entries are returned: all, as many as `x` has, or those for which the kernel lies inside of `x`.

    Returns
    -------
    Node
        A matrix of shape (m + p − 1, n + q − 1), (m, n), or (m − p + 1, n − q + 1).

    Raises
    ------
    ShapeError
        If an argument is not a matrix, the kernel is longer than `x` in the modes "same" and "valid", or a size of it is not a
        number in the mode "same".
    SymgdError
        If there is no such mode, or an operand cannot stand in a formula.

    Notes
    -----
    A correlation sends x the convolution of the adjoint with the kernel. In SciPy: ``scipy.signal.correlate2d``.

    Examples
    --------
    >>> import symgd as sg
    >>> X, K = sg.tensor("X", (5, 5)), sg.tensor("K", (3, 3))
    >>> sg.correlate2d(X, K).shape, sg.correlate2d(X, K, "valid").shape
    ((7, 7), (3, 3))
    >>> sg.gradient(sg.sum(sg.correlate2d(X, K)), X).shape
    (5, 5)
    """
    x, kernel = as_node(x), as_node(kernel)
    if x.rank != 2 or kernel.rank != 2:
        raise ShapeError(f"correlate2d takes two matrices, not {show_shape(x.shape)} and {show_shape(kernel.shape)}")
    return correlate_valid(_prepared(x, kernel, [-2, -1], mode, is_centred_left=True), kernel)
