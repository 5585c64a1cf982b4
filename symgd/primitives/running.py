"""Running sums and products: cumsum, prod, and the linear recurrence in which their derivatives are written.

    s₀ = start,   s_{k+1} = a_k·s_k + b_k

The recurrence is closed under differentiation: the adjoint of b is the recurrence run backwards over the adjoint,
v_k = Σ_{i>k} t_i·Π_{k<j<i} a_j, and that of a is v·s. Products differentiated with it need no division, so an entry may be 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.arguments import read_flag
from symgd.errors import ShapeError, SymgdError, shown
from symgd.graph.assumptions import Sign
from symgd.graph.conversion import Axis, Operand, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, Primitive, function, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import broadcast
from symgd.primitives.reduction import axes_code, layout_reduction, reduce_entries, reduced_shape, spread
from symgd.primitives.spellings import keep, normal_axes, one_axis

__all__ = ["cumprod", "cumsum", "prod"]


def _along(array: Any, axis: int, is_reversed: bool) -> Any:
    """Move an axis to the front, in the order of the run."""
    moved = np.moveaxis(array, axis, 0)
    return moved[::-1] if is_reversed else moved


def _options(node: Node) -> list[str]:
    axis, is_reversed, *_ = node.params
    position = axis + node.rank
    return [*([f"axis={position}"] if node.rank > 1 else []), *(["reverse=True"] if is_reversed else [])]


# -- cumsum ---------------------------------------------------------------------------------------------------


def _evaluate_cumsum(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    result = np.array(arrays[0], dtype=object)
    run = _along(result, node.params[0], node.params[1])
    for k in range(1, len(run)):
        run[k] = run[k] + run[k - 1]
    return result


def _cumsum_code(node: Node, names: Sequence[str], printer: Any) -> str:
    axis, is_reversed = node.params
    if not is_reversed:
        return f"cumsum({names[0]}, axis={axis})"
    return f"flip(cumsum(flip({names[0]}, axis={axis}), axis={axis}), axis={axis})"


cumsum_record: Primitive = primitive(
    "cumsum",
    shape=lambda shapes, params: shapes[0],
    vjp=lambda node, t, k: cumsum_record.make((t,), (node.params[0], not node.params[1])),
    evaluate=_evaluate_cumsum,
    layout=lambda node, printer: printer.call("cumsum", [printer.written[node.args[0]].text, *_options(node)]),
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
    return cumsum_record.make((x,), (_one_axis(x, axis, "cumsum"), _is_true(reverse)))


def _is_true(flag: Any) -> bool:
    return read_flag(flag.value if isinstance(flag, Node) and flag.is_constant else flag, "reverse")


def _one_axis(x: Node, axis: Any, name: str) -> int:
    if not x.shape or (axis is None and x.rank > 1):
        raise ShapeError(f"{name} of shape {show_shape(x.shape)} needs an axis", hint=f"{name}(x, axis=0)")
    return one_axis(x, axis, name)


# -- the linear recurrence ------------------------------------------------------------------------------------


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


def _evaluate_recurrence(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    axis, is_reversed, start = node.params
    factors, terms = arrays
    result = np.empty(np.shape(terms), dtype=object)
    a, b = (_along(np.broadcast_to(x, result.shape), axis, is_reversed) for x in (factors, terms))
    s = _along(result, axis, is_reversed)
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
        "recurrence", [*(printer.written[arg].text for arg in node.args), str(node.params[2]), *_options(node)]
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
    return recurrence_record.make((factors, terms), (_one_axis(terms, axis, "recurrence"), _is_true(reverse), first.value))


def _products_before(x: Node, axis: int, is_reversed: bool) -> Node:
    """Π_{j<k} x_j, exclusive of k (j > k if reversed)."""
    nothing = broadcast.make((constant(0),), (x.shape,))
    return recurrence_record.make((x, nothing), (axis, is_reversed, 1))


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
    result: Node = x * _products_before(x, _one_axis(x, axis, "cumprod"), False)
    return result


# -- prod -----------------------------------------------------------------------------------------------------


def _product_entries(algebra: Any, entries: list[Any]) -> Any:
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
        here = _products_before(x, axis, is_reversed)
        there = _products_before(x, axis, not is_reversed)
        weighted = recurrence_record.make((x, mul.make((t, here))), (axis, is_reversed, 0))
        parts.append(mul.make((weighted, there)))
    return parts[0] + parts[1]


def _layout_others(node: Node, printer: Printer) -> Written:
    axis = node.params[0][0] % node.rank
    return printer.reduce("prod_others", printer.written[node.args[0]], None if node.rank == 1 else [axis])


def _evaluate_others(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
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
    for one in axes:  # from the front: what is left keeps its distance from the end
        result = prod_record.make((result,), ((one,),))
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
    return prod_others_record.make((x,), ((_one_axis(x, axis, "prod_others"),),))


@function("diff")
def diff(x: Operand, n: int = 1, axis: int = -1) -> Node:
    """Return the differences x_{i+1} − xᵢ of neighbours along an axis, n times over.

    Parameters
    ----------
    x : Operand
        With at least one axis.
    n : int
        How often differences are taken, a whole number from 0 to 20.
    axis : int
        The axis.

    Returns
    -------
    Node
        Of the shape of `x`, but shorter by `n` along `axis`.

    Raises
    ------
    SymgdError
        If `n` is not such a number, or an operand cannot stand in a formula.
    ShapeError
        If `x` does not have such an axis, or no entry is left.

    Notes
    -----
    An entry receives the adjoint of the difference before it minus that of the difference after it. In NumPy: ``numpy.diff``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", 4)
    >>> sg.diff(x), sg.diff(x, 2).shape
    (x[1:] - x[:-1], (2,))
    >>> sg.lambdify(x, sg.gradient(sg.sum(sg.diff(x) ** 2), x))([0.0, 1.0, 3.0, 6.0])
    array([-2., -2., -2.,  6.])
    """
    result, times = as_node(x), as_node(n)
    position = one_axis(result, axis, "diff")
    if not (times.is_exact and isinstance(times.value, int) and 0 <= times.value <= 20):
        raise SymgdError(f"diff is repeated a whole number of times, not {shown(n)}")
    for _ in range(times.value):
        result = _neighbours(result, position)
    return result


def _neighbours(x: Node, position: int) -> Node:
    key: list[Any] = [slice(None)] * x.rank
    key[position] = slice(1, None)
    later = x[tuple(key)]
    key[position] = slice(None, -1)
    result: Node = later - x[tuple(key)]
    return result
