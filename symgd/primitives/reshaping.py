"""The same entries in another shape: reshape, ravel, vec.

Entries are read row by row; ``vec`` reads a matrix column by column. The adjoint is reshaped back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from symgd.errors import ShapeError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.conversion import Operand, ShapeLike, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Params, function, primitive
from symgd.graph.shape import Dim, Shape, Size, show_shape, size_product
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.axes import transpose
from symgd.primitives.contraction import broadcast
from symgd.primitives.contraction_layout import is_transpose
from symgd.primitives.indexing import array as array_record
from symgd.primitives.size_arguments import as_size

__all__ = ["ravel", "reshape", "reshape_record", "vec"]


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
    turned = is_transpose(x) and x not in printer.names
    if node.rank == 1 and turned:
        return printer.call("vec", [printer.written[x.args[0]].text])
    target = ", ".join(printer.size(size).text for size in node.shape)
    return printer.call("reshape", [printer.written[x].text, target if node.rank == 1 else f"({target})"])


def _evaluate_reshape(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    return arrays[0].reshape(context.shape(node.shape))


def _shape_of_same_size(shapes: Sequence[Shape], params: Params) -> Shape:
    """Return the new shape; one with another number of entries comes from axes that were made smaller."""
    (shape,), (new,) = shapes, params
    counts = size_product(shape), size_product(new)
    if all(isinstance(count, int) for count in counts) and counts[0] != counts[1]:
        raise ShapeError(f"the shape {show_shape(shape)} has {counts[0]} entries, and {show_shape(new)} has {counts[1]}")
    return cast("Shape", new)


reshape_record = primitive(
    "reshape",
    shape=_shape_of_same_size,
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
    sizes = [None if _is_minus_one(part) else as_size(part) for part in parts]
    count = size_product(x.shape)
    known = size_product(tuple(size for size in sizes if size is not None))
    if sizes.count(None) > 1:
        raise ShapeError("only one size of a shape can be −1")
    if None in sizes:
        rest = _quotient(count, known)
        if rest is None:
            raise ShapeError(f"{count} entries do not fill rows of {known}")
        sizes = [rest if size is None else size for size in sizes]
    elif known != count:
        wanted = show_shape(tuple(size for size in sizes if size is not None))
        raise ShapeError(f"{show_shape(x.shape)} holds {count} entries, and the shape {wanted} {known}")
    return reshape_record.make((x,), (tuple(size for size in sizes if size is not None),))


def _is_minus_one(part: object) -> bool:
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
        remaining = list(monomial)
        for name in names:
            if name not in remaining:
                return None
            remaining.remove(name)
        if factor % coefficient:
            return None
        result = Dim({tuple(remaining): factor // coefficient}) * 1 + result if remaining else factor // coefficient + result
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
