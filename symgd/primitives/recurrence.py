"""The linear recurrence, in which the derivatives of products are written.

    s₀ = start,   s_{k+1} = a_k·s_k + b_k

It is closed under differentiation: the adjoint of b is the recurrence run backwards over the adjoint,
v_k = Σ_{i>k} t_i·Π_{k<j<i} a_j, and that of a is v·s. Products differentiated with it need no division, so an entry may be 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.errors import ShapeError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import broadcast
from symgd.primitives.running import along, is_true, running_axis, show_options

__all__ = ["products_before", "recurrence", "recurrence_record"]


def _shape_recurrence(shapes: Sequence[Shape], params: Params) -> Shape:
    factors, terms = shapes
    lead = len(terms) - len(factors)
    if lead < 0 or terms[lead:] != factors:
        raise ShapeError(
            f"a recurrence needs factors and terms of one shape, not {show_shape(factors)} and {show_shape(terms)}"
        )
    return terms


def _vjp_recurrence(node: Node, t: Node, k: int) -> Node:
    axis, is_reversed, _ = node.params
    factors = node.args[0]
    back = recurrence_record.make((factors, t), (axis, not is_reversed, 0))
    return back if k == 1 else mul.make((back, node))


def _evaluate_recurrence(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    axis, is_reversed, start = node.params
    factors, terms = arrays
    result = np.empty(np.shape(terms), dtype=object)
    a, b = (along(np.broadcast_to(x, result.shape), axis, is_reversed) for x in (factors, terms))
    s = along(result, axis, is_reversed)
    for place in np.ndindex(*s.shape[1:]):
        state = context.algebra.number(start)
        for k in range(len(s)):
            s[(k, *place)] = state
            state = a[(k, *place)] * state + b[(k, *place)]
    return result


recurrence_record: Primitive = primitive(
    "recurrence",
    shape=_shape_recurrence,
    vjp=_vjp_recurrence,
    evaluate=_evaluate_recurrence,
    layout=lambda node, printer: printer.call(
        "recurrence", [*(printer.written[arg].text for arg in node.args), str(node.params[2]), *show_options(node)]
    ),
    code=lambda node, names, printer: (
        f"_recurrence({names[0]}, {names[1]}, {node.params[2]}, {node.params[0]}, {node.params[1]})"
    ),
    because="a linear recurrence sends its adjoint back through the recurrence run backwards",
    source="Griewank & Walther 2008, 3.2",
)


@function("recurrence")
def recurrence(factors: Operand, terms: Operand, start: Operand = 0, axis: int | None = None, reverse: bool = False) -> Node:
    """Return the linear recurrence s₀ = start, s_{k+1} = aₖ·sₖ + bₖ along an axis.

    Parameters
    ----------
    factors : Operand
        The factors aₖ.
    terms : Operand
        The terms bₖ, of the shape of `factors`, which may have further leading axes.
    start : number
        The first entry s₀, an exact number.
    axis : int, optional
        The axis along which k runs; a vector need not name it.
    reverse : bool
        Whether k runs from the end.

    Returns
    -------
    Node
        Of the shape of `terms`: s₀, …, s_{n−1}; the last factor and term do not count.

    Raises
    ------
    ShapeError
        If the shapes differ, `start` is not an exact number, or there is no such axis.
    SymgdError
        If `reverse` is not True or False, or an operand cannot stand in a formula.

    Notes
    -----
    With the adjoint t, the terms receive the recurrence run backwards over t, vₖ = Σ_{i>k} tᵢ·Π_{k<j<i} aⱼ, and the factors
    receive vₖ·sₖ. NumPy has no function of this meaning.

    References
    ----------
    Griewank & Walther, *Evaluating Derivatives*, 2008, section 3.2.

    Examples
    --------
    >>> import symgd as sg
    >>> a, b = sg.tensor("a", 4), sg.tensor("b", 4)
    >>> sg.lambdify([a, b], sg.recurrence(a, b, 1))([2.0] * 4, [1.0] * 4)
    array([ 1.,  3.,  7., 15.])
    >>> sg.gradient(sg.sum(sg.recurrence(a, b, 1)), b)
    recurrence(a, ones(4), 0, reverse=True)
    """
    factors, terms = as_node(factors), as_node(terms)
    first = as_node(start)
    if not first.is_exact:
        raise ShapeError("a recurrence starts at a number")
    return recurrence_record.make((factors, terms), (running_axis(terms, axis, "recurrence"), is_true(reverse), first.value))


def products_before(x: Node, axis: int, is_reversed: bool) -> Node:
    """Π_{j<k} x_j, exclusive of k (j > k if reversed)."""
    nothing = broadcast.make((constant(0),), (x.shape,))
    return recurrence_record.make((x, nothing), (axis, is_reversed, 1))
