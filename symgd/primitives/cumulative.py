"""Running sums and products along an axis: cumsum and cumprod.

The derivatives of running products are written as linear recurrences; these need no division, so an entry may be 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.assumptions import Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, function, primitive
from symgd.primitives.code_writer import CodeWriter
from symgd.primitives.recurrence import products_before
from symgd.primitives.running import along, is_true, running_axis, show_options

__all__ = ["cumprod", "cumsum", "cumsum_record"]


def _evaluate_cumsum(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    result = np.array(arrays[0], dtype=object)
    run = along(result, node.params[0], node.params[1])
    for k in range(1, len(run)):
        run[k] = run[k] + run[k - 1]
    return result


def _cumsum_code(node: Node, names: Sequence[str], printer: CodeWriter) -> str:
    axis, is_reversed = node.params
    if not is_reversed:
        return f"cumsum({names[0]}, axis={axis})"
    return f"flip(cumsum(flip({names[0]}, axis={axis}), axis={axis}), axis={axis})"


cumsum_record: Primitive = primitive(
    "cumsum",
    shape=lambda shapes, params: shapes[0],
    vjp=lambda node, t, k: cumsum_record.make((t,), (node.params[0], not node.params[1])),
    evaluate=_evaluate_cumsum,
    layout=lambda node, printer: printer.call("cumsum", [printer.written[node.args[0]].text, *show_options(node)]),
    code=_cumsum_code,
    sign=lambda node, x: x if x in (Sign.POSITIVE, Sign.NEGATIVE, Sign.NONNEGATIVE, Sign.NONPOSITIVE, Sign.ZERO) else Sign.ANY,
    linear_in=(0,),
    because="a running sum sends each entry the sum of the adjoints after it",
    source="NumPy: cumsum",
)


@function("cumsum", "cumulative_sum")
def cumsum(x: Operand, axis: int | None = None, reverse: bool = False) -> Node:
    """Return the running sums yₖ = Σ_{j≤k} xⱼ along an axis.

    Parameters
    ----------
    x : Operand
        With at least one axis.
    axis : int, optional
        The axis along which entries are added; a vector need not name it.
    reverse : bool
        Whether the sums run from the end: yₖ = Σ_{j≥k} xⱼ.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    ShapeError
        If `x` is a scalar, or has several axes and `axis` is not given, or does not have such an axis.
    SymgdError
        If `reverse` is not True or False, or an operand cannot stand in a formula.

    Notes
    -----
    An entry receives the sum of the adjoints from its place on. In NumPy: ``numpy.cumsum``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, t = sg.tensor("x", "n"), sg.tensor("t", "n")
    >>> sg.cumsum(x), sg.gradient(t @ sg.cumsum(x), x)
    (cumsum(x), cumsum(t, reverse=True))
    """
    x = as_node(x)
    return cumsum_record.make((x,), (running_axis(x, axis, "cumsum"), is_true(reverse)))


@function("cumprod", "cumulative_prod")
def cumprod(x: Operand, axis: int | None = None) -> Node:
    """Return the running products yₖ = Π_{j≤k} xⱼ along an axis.

    Parameters
    ----------
    x : Operand
        With at least one axis.
    axis : int, optional
        The axis along which entries are multiplied; a vector need not name it.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    ShapeError
        If `x` is a scalar, or has several axes and `axis` is not given, or does not have such an axis.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative is written with :func:`recurrence` and without division, so that an entry may be 0. In NumPy:
    ``numpy.cumprod``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", 3)
    >>> sg.lambdify(x, sg.cumprod(x))([2.0, 0.0, 5.0])
    array([2., 0., 0.])
    >>> sg.lambdify(x, sg.gradient(sg.sum(sg.cumprod(x)), x))([2.0, 0.0, 5.0])
    array([ 1., 12.,  0.])
    """
    x = as_node(x)
    result: Node = x * products_before(x, running_axis(x, axis, "cumprod"), False)
    return result
