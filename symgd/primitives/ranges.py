"""The whole numbers from a start to below a stop, ``arange``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.arguments import integer_of
from symgd.errors import ShapeError, UnsupportedError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.conversion import MAX_WRITTEN, SizeLike, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import function, primitive
from symgd.primitives.indexing import array
from symgd.primitives.size_arguments import as_size

__all__ = ["arange", "arange_record"]


def _evaluate_arange(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (n,) = context.shape(node.shape)
    result = np.empty(n, dtype=object)
    result[:] = [context.algebra.number(k) for k in range(n)]
    return result


arange_record = primitive(
    "arange",
    shape=lambda shapes, params: (params[0],),
    evaluate=_evaluate_arange,
    layout=lambda node, printer: printer.call("arange", [str(node.params[0])]),
    code=lambda node, names, printer: f"arange({printer.size(node.params[0]).text}, dtype=dtype)",
    sign=Sign.NONNEGATIVE,
    range=Interval(0),
    because="a constant does not move",
    source="NumPy: arange",
)


def _whole(number: object) -> int:
    node = None if isinstance(number, str) else as_node(number)
    if node is None or not node.is_exact or not isinstance(node.value, int):
        raise UnsupportedError("arange with a start or a step needs whole numbers", hint="arange(n) takes a named size")
    return node.value


@function("arange")
def arange(start: SizeLike, stop: SizeLike | None = None, step: int | None = None) -> Node:
    """Return the numbers 0, 1, …, n − 1 of a size n, or the whole numbers from start on, in steps, before stop.

    Parameters
    ----------
    start : int, str, Dim or Node
        The size n, if it is the only argument; else the first number.
    stop : int, str, Dim or Node, optional
        The end, which is not included.
    step : int, optional
        The distance of two numbers, which is not 0; 1 by default.

    Returns
    -------
    Node
        A vector.

    Raises
    ------
    ShapeError
        If there are no such numbers, or `start`, as the only argument, is not a size.
    UnsupportedError
        If there is a start or a step and an argument is not a whole number, or there are more than 1000 numbers then.

    Notes
    -----
    A constant, the derivative of which is 0. In NumPy: ``numpy.arange``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.arange("n"), sg.arange(1, 8, 3)
    (arange(n), [1, 4, 7])
    >>> sg.gradient(sg.arange("n") @ x, x)
    arange(n)
    """
    if stop is None and step is None:
        return arange_record.make((), (as_size(start),))
    if stop is None:
        start, stop = 0, start
    below = integer_of(stop)
    if step is None and integer_of(start) == 0 and (below is None or below > 0):
        return arange_record.make((), (as_size(stop),))
    first, end, by = (_whole(part) for part in (start, stop, 1 if step is None else step))
    counted = range(first, end, by or 1)
    if not counted or not by:
        raise ShapeError("this range is empty")
    if counted[MAX_WRITTEN:]:
        raise UnsupportedError(f"a range with a start or a step is written out, up to {MAX_WRITTEN} numbers")
    entries = tuple(map(constant, counted))
    return array.make(entries, ((len(entries),),))
