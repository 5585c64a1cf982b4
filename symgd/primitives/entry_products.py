"""The product of entries along axes, and the products of all entries but one, which are its derivative."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.evaluation.entries import Array, Entry
from symgd.evaluation.evaluator import Algebra, Context
from symgd.graph.assumptions import Sign
from symgd.graph.conversion import Axis, Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, function, primitive
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.arithmetic import mul
from symgd.primitives.axis_arguments import keep, normal_axes
from symgd.primitives.recurrence import products_before, recurrence_record
from symgd.primitives.reduction import axes_code, layout_reduction, reduce_entries, reduced_shape, spread
from symgd.primitives.running import running_axis

__all__ = ["prod", "prod_others", "prod_others_record", "prod_record"]


def _product_entries(algebra: Algebra, entries: list[Entry]) -> Entry:
    total = entries[0]
    for entry in entries[1:]:
        total = total * entry
    return total


def _sign_prod(node: Node, x: Sign) -> Sign:
    if x in (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO):
        return x
    return Sign.NONZERO if x.is_nonzero else Sign.ANY


prod_record: Primitive = primitive(
    "prod",
    shape=reduced_shape,
    vjp=lambda node, t, k: mul.make((spread(node, t), prod_others_record.make(node.args, node.params))),
    evaluate=lambda node, context, arrays: reduce_entries(node, _product_entries, arrays, context),
    layout=layout_reduction,
    code=lambda node, names, printer: f"prod({names[0]}, axis={axes_code(node)})",
    sign=_sign_prod,
    because="a product sends each factor the adjoint times all other factors",
    source="the product rule; no division, so that a factor may be 0",
)


def _vjp_others(node: Node, t: Node, k: int) -> Node:
    """Σ_{i≠k} t_i·Π_{j≠i,k} x_j, from the left and from the right."""
    (axis,) = node.params[0]
    (x,) = node.args
    parts = []
    for is_reversed in (False, True):
        same_side = products_before(x, axis, is_reversed)
        other_side = products_before(x, axis, not is_reversed)
        weighted = recurrence_record.make((x, mul.make((t, same_side))), (axis, is_reversed, 0))
        parts.append(mul.make((weighted, other_side)))
    return parts[0] + parts[1]


def _layout_others(node: Node, printer: Printer) -> Written:
    axis = node.params[0][0] % node.rank
    return printer.reduce("prod_others", printer.written[node.args[0]], None if node.rank == 1 else [axis])


def _evaluate_others(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (x,) = arrays
    result = np.empty(x.shape, dtype=object)
    run, out = np.moveaxis(x, node.params[0][0], 0), np.moveaxis(result, node.params[0][0], 0)
    for place in np.ndindex(*run.shape[1:]):
        before = after = context.algebra.number(1)
        for k in range(len(run)):
            out[(k, *place)] = before
            before = before * run[(k, *place)]
        for k in reversed(range(len(run))):
            out[(k, *place)] = out[(k, *place)] * after
            after = after * run[(k, *place)]
    return result


prod_others_record: Primitive = primitive(
    "prod_others",
    shape=lambda shapes, params: shapes[0],
    vjp=_vjp_others,
    evaluate=_evaluate_others,
    layout=_layout_others,
    code=lambda node, names, printer: f"_prod_others({names[0]}, {node.params[0][0]})",
    sign=_sign_prod,
    because="the product of all other factors moves with each of them",
    source="the product rule, twice",
)


@function("prod")
def prod(x: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return the product Πᵢ xᵢ of the entries, of all or along axes.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes that are reduced; all of them by default.
    keepdims : bool
        Whether the reduced axes stay, with size 1.

    Returns
    -------
    Node
        Of the shape of `x` without the axes `axis`, or with size 1 there.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    An entry receives the adjoint times the product of all other entries, without division, so that an entry may be 0. In NumPy:
    ``numpy.prod``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.prod(x), sg.gradient(sg.prod(x), x)
    (prod(x), prod_others(x))
    """
    x = as_node(x)
    axes = normal_axes(x, axis)
    result = x
    for position in axes:  # from the front: what is left keeps its distance from the end
        result = prod_record.make((result,), ((position,),))
    return keep(x, result, axes, keepdims)


@function("prod_others")
def prod_others(x: Operand, axis: int | None = None) -> Node:
    """Return for each entry the product of all other entries along an axis, yₖ = Π_{j≠k} xⱼ.

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
    The gradient of :func:`prod`, written without division, so that an entry may be 0. NumPy has no function of this meaning.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", 3)
    >>> sg.lambdify(x, sg.prod_others(x))([2.0, 0.0, 5.0])
    array([ 0., 10.,  0.])
    >>> sg.lambdify(x, sg.gradient(sg.sum(sg.prod_others(x)), x))([2.0, 0.0, 5.0])
    array([5., 7., 2.])
    """
    x = as_node(x)
    return prod_others_record.make((x,), ((running_axis(x, axis, "prod_others"),),))
