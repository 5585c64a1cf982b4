"""The lower and the upper triangle of a matrix: the entries with j − i ≤ k, or with j − i ≥ k, and zeros elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.errors import ShapeError, UnsupportedError, shown
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, function, primitive
from symgd.graph.shape import show_shape

__all__ = ["triangle", "tril", "triu"]


def _evaluate_triangle(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (x,) = arrays
    is_upper, offset = node.params
    result: Array = context.zeros(x.shape)
    for row in range(x.shape[-2]):
        for column in range(x.shape[-1]):
            if (column - row >= offset) if is_upper else (column - row <= offset):
                result[..., row, column] = x[..., row, column]
    return result


def _triangle_call(node: Node) -> tuple[str, list[str]]:
    is_upper, offset = node.params
    return "triu" if is_upper else "tril", [f"k={offset}"] if offset else []


triangle: Primitive = primitive(
    "triangle",
    shape=lambda shapes, params: shapes[0],
    fold=lambda args, params: args[0] if args[0].primitive is triangle and args[0].params == params else None,
    vjp=lambda node, t, k: triangle.make((t,), node.params),
    evaluate=_evaluate_triangle,
    layout=lambda node, printer: printer.call(
        _triangle_call(node)[0], [printer.written[node.args[0]].text, *_triangle_call(node)[1]]
    ),
    code=lambda node, names, printer: f"{_triangle_call(node)[0]}({', '.join([names[0], *_triangle_call(node)[1]])})",
    sign=lambda node, x: x | Sign.ZERO,
    range=lambda node, x: x | Interval(0, 0),
    linear_in=(0,),
    because="entries outside the triangle do not count",
    source="NumPy: tril, triu",
)


def _triangle(x: object, offset: object, is_upper: bool) -> Node:
    x, number = as_node(x), as_node(offset)
    if x.rank < 2:
        raise ShapeError(f"a triangle is part of a matrix, not of {show_shape(x.shape)}")
    if not (number.is_exact and isinstance(number.value, int) and abs(number.value) < 10**15):
        raise UnsupportedError(f"the offset of a triangle is a whole number, not {shown(offset)}", hint="below 10**15 in size")
    return triangle.make((x,), (is_upper, int(number.value)))


@function("tril")
def tril(x: Operand, k: int = 0) -> Node:
    """Return the lower triangle of a matrix, up to its k-th diagonal, and zeros elsewhere.

    Parameters
    ----------
    x : Operand
        Of shape (…, m, n).
    k : int
        The last diagonal that is kept; 0 is the main one, and positive ones lie above it.

    Returns
    -------
    Node
        Of the shape of `x`: xᵢⱼ where j − i ≤ k, else 0.

    Raises
    ------
    ShapeError
        If `x` has fewer than two axes.
    UnsupportedError
        If `k` is not a whole number below 10¹⁵ in size.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is cut to the same triangle. In NumPy: ``numpy.tril``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "n n"), sg.tensor("B", "n n")
    >>> sg.tril(A, -1), sg.gradient(sg.sum(sg.tril(A) * B), A)
    (tril(A, k=-1), tril(B))
    """
    return _triangle(x, k, False)


@function("triu")
def triu(x: Operand, k: int = 0) -> Node:
    """Return the upper triangle of a matrix, from its k-th diagonal on, and zeros elsewhere.

    Parameters
    ----------
    x : Operand
        Of shape (…, m, n).
    k : int
        The first diagonal that is kept; 0 is the main one, and positive ones lie above it.

    Returns
    -------
    Node
        Of the shape of `x`: xᵢⱼ where j − i ≥ k, else 0.

    Raises
    ------
    ShapeError
        If `x` has fewer than two axes.
    UnsupportedError
        If `k` is not a whole number below 10¹⁵ in size.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint is cut to the same triangle. In NumPy: ``numpy.triu``.

    Examples
    --------
    >>> import symgd as sg
    >>> A, B = sg.tensor("A", "n n"), sg.tensor("B", "n n")
    >>> sg.triu(A, 1), sg.gradient(sg.sum(sg.triu(A) * B), A)
    (triu(A, k=1), triu(B))
    """
    return _triangle(x, k, True)
