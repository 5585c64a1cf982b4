"""Tensors put together from parts: stack, array, hstack, vstack, column_stack and block, written as concatenations."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.errors import ShapeError
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function
from symgd.graph.shape import show_shape
from symgd.primitives.axes import expand_dims
from symgd.primitives.axis_arguments import axis_number
from symgd.primitives.concatenation import concatenate, list_of
from symgd.primitives.contraction import expand_at
from symgd.primitives.indexing import array as array_record

__all__ = ["MAX_AXES", "array", "block", "column_stack", "hstack", "stack", "vstack"]


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
    nodes = list_of(parts, "stack")
    first = nodes[0]
    for node in nodes:
        if node.shape != first.shape:
            raise ShapeError(f"cannot stack {show_shape(first.shape)} and {show_shape(node.shape)}: shapes must agree")
    if not first.shape and axis_number(axis) in (0, -1):
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
    nodes = [expand_at(node, [0]) if not node.shape else node for node in list_of(parts, "hstack")]
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
    nodes = [expand_at(node, [0]) if node.rank == 1 else node for node in list_of(parts, "vstack")]
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
    nodes = [expand_at(node, [1]) if node.rank == 1 else node for node in list_of(parts, "column_stack")]
    return concatenate(nodes, axis=1)


@function("block")
def block(rows: Sequence[Operand | Sequence[Operand]]) -> Node:
    """Return the matrix that is made of blocks, row by row.

    Parameters
    ----------
    rows : list or tuple of lists of Operand
        Matrices: those in one row have the same number of rows, and all rows together the same number of columns. A list of
        matrices, or of vectors, is one row.

    Returns
    -------
    Node
        A matrix.

    Raises
    ------
    ShapeError
        If `rows` is not a list or is empty, a block is not a matrix, or the sizes of blocks do not fit together.
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
    if not isinstance(rows, list | tuple) or not rows or any(isinstance(row, list | tuple) and not row for row in rows):
        raise ShapeError("block takes rows of blocks", hint="block([[A, B], [C, D]])")
    if not any(isinstance(row, list | tuple) for row in rows):
        return concatenate(rows, axis=-1)
    written = [[as_node(block) for block in (row if isinstance(row, list | tuple) else [row])] for row in rows]
    for node in (node for row in written for node in row):
        if node.rank != 2:
            raise ShapeError(
                f"block takes matrices, not {show_shape(node.shape)}", hint="v[:, None] is a column, v[None] a row"
            )
    return concatenate([concatenate(row, axis=1) for row in written], axis=0)
