"""Labels as rows of zeros with a single 1, (one_hot y)ᵢⱼ = 1 where yᵢ = j."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.conversion import Operand, SizeLike
from symgd.graph.node import Node, constant
from symgd.graph.primitive import function, primitive
from symgd.primitives.row_numbers import read_rows, rows_code, whole_numbers
from symgd.primitives.size_arguments import as_size

__all__ = ["one_hot", "one_hot_record"]


def _evaluate_one_hot(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (labels,) = arrays
    (size,) = context.shape((node.params[0],))
    result: Array = context.zeros((*labels.shape, size))
    numbers = whole_numbers(labels, size)
    for place in np.ndindex(*labels.shape):
        result[(*place, numbers[place])] = context.algebra.number(1)
    return result


one_hot_record = primitive(
    "one_hot",
    shape=lambda shapes, params: (*shapes[0], params[0]),
    vjp=lambda node, t, k: constant(0),
    evaluate=_evaluate_one_hot,
    layout=lambda node, printer: printer.call("one_hot", [printer.written[node.args[0]].text, str(node.params[0])]),
    code=lambda node, names, printer: (
        f"_one_hot({rows_code(node, names[0], node.params[0], printer)}, {printer.size(node.params[0]).text}, dtype)"
    ),
    whole=lambda node: [(node.args[0], node.params[0])],
    sign=Sign.NONNEGATIVE,
    range=Interval(0, 1),
    because="labels do not move",
    source="the rows of the identity matrix",
)


@function("one_hot")
def one_hot(labels: Operand, size: SizeLike) -> Node:
    """Return for each label the unit vector with its 1 at that position: the rows ``eye(size)[labels]``.

    Parameters
    ----------
    labels : Operand
        Whole numbers from 0 to size − 1, in a tensor of any shape; they may be an input of the formula.
    size : int, str, Dim or Node
        The number of classes.

    Returns
    -------
    Node
        Of the shape of `labels`, and a last axis of length `size`.

    Raises
    ------
    ShapeError
        If `size` is not a size, or a label that is known lies outside.
    UnsupportedError
        If a label that is known is not a whole number.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative in the labels is 0. In NumPy: ``numpy.eye(size)[labels]``.

    Examples
    --------
    >>> import symgd as sg
    >>> Y, labels = sg.tensor("Y", "m k"), sg.tensor("labels", "m")
    >>> sg.one_hot(labels, "k"), sg.gradient(sg.sum(sg.one_hot(labels, "k") * sg.log(Y)), Y)
    (one_hot(labels, k), one_hot(labels, k)/Y)
    """
    count = as_size(size)
    return one_hot_record.make((read_rows(labels, count),), (count,))
