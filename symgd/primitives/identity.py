"""The identity matrix: 1 where i = j, else 0."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.conversion import SizeLike
from symgd.graph.node import Node
from symgd.graph.primitive import function, primitive
from symgd.primitives.size_arguments import as_size

__all__ = ["eye", "eye_record"]


def _evaluate_eye(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (n, _) = context.shape(node.shape)
    result: Array = context.zeros((n, n))
    for i in range(n):
        result[i, i] = context.algebra.number(1)
    return result


eye_record = primitive(
    "eye",
    shape=lambda shapes, params: (params[0], params[0]),
    evaluate=_evaluate_eye,
    layout=lambda node, printer: printer.call("eye", [str(node.params[0])]),
    code=lambda node, names, printer: f"eye({printer.size(node.params[0]).text}, dtype=dtype)",
    sign=Sign.NONNEGATIVE,
    range=Interval(0, 1),
    because="a constant does not move",
    source="the identity matrix",
)


@function("eye", "identity")
def eye(n: SizeLike) -> Node:
    """Return the identity matrix of size n.

    Parameters
    ----------
    n : int, str, Dim or Node
        The number of rows: a number, the name of a size, or a polynomial of named sizes.

    Returns
    -------
    Node
        Of shape (n, n); 1 on the diagonal, 0 elsewhere.

    Raises
    ------
    ShapeError
        If `n` is not a size.

    Notes
    -----
    A constant, the derivative of which is 0. In NumPy: ``numpy.eye``.

    Examples
    --------
    >>> import symgd as sg
    >>> A = sg.tensor("A", "n n")
    >>> sg.eye("n") + A, sg.gradient(sg.trace(A @ sg.eye("n")), A)
    (eye(n) + A, eye(n))
    """
    return eye_record.make((), (as_size(n),))
