"""The largest and the smallest entry.

Where several entries tie, each receives an equal share of the adjoint, which is a subgradient: :data:`max_weights` holds the
shares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from symgd.errors import ShapeError, SymgdError
from symgd.evaluation.entries import Array, Entry
from symgd.evaluation.evaluator import Algebra, Context
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.conversion import Axis, Operand, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Primitive, function, lookup, primitive
from symgd.graph.shape import show_shape
from symgd.primitives.arithmetic import mul
from symgd.primitives.axis_arguments import keep, normal_axes
from symgd.primitives.piecewise import maximum, minimum
from symgd.primitives.reduction import axes_code, layout_reduction, reduce_entries, reduced_shape, spread

__all__ = ["max_record", "min_record"]


def _fold_entries(record: Primitive) -> Callable[[Algebra, list[Entry]], Entry]:
    def reduce(algebra: Algebra, entries: list[Entry]) -> Entry:
        total = entries[0]
        for entry in entries[1:]:
            total = algebra.apply(record, total, entry)
        return total

    return reduce


def _weights_of(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    (array,) = arrays
    axes = tuple(axis % array.ndim for axis in node.params[0])
    ends = tuple(range(array.ndim - len(axes), array.ndim))
    moved = np.moveaxis(array, axes, ends)
    result = np.empty(moved.shape, dtype=object)
    algebra = context.algebra
    best = maximum if node.primitive is max_weights_record else minimum
    for place in np.ndindex(*moved.shape[: array.ndim - len(axes)]):
        entries = list(moved[place].ravel())
        top = _fold_entries(best)(algebra, entries)
        marks = [algebra.apply(lookup("equal"), entry, top) for entry in entries]
        indicators = [algebra.apply(lookup("where"), mark, algebra.number(1), algebra.number(0)) for mark in marks]
        count = indicators[0]
        for indicator in indicators[1:]:
            count = count + indicator
        shares = np.empty(len(entries), dtype=object)
        # where nothing equals the extreme, it has no value, and neither have the shares
        shares[:] = [top * 0 if algebra.is_zero(count) else indicator / count for indicator in indicators]
        result[place] = shares.reshape(result[place].shape)
    return np.moveaxis(result, ends, axes)


def _weights(name: str, helper: str, record_name: str) -> Primitive:
    return primitive(
        name,
        shape=lambda shapes, params: shapes[0],
        vjp=lambda node, t, k: constant(0),
        evaluate=_weights_of,
        layout=lambda node, printer: printer.reduce(
            name,
            printer.written[node.args[0]],
            None if len(node.params[0]) == node.rank else sorted(axis % node.rank for axis in node.params[0]),
        ),
        code=lambda node, names, printer: f"{helper}({names[0]}, {axes_code(node, always=True)})",
        sign=Sign.NONNEGATIVE,
        range=Interval(0, 1),
        unit_sum_axes=lambda node: node.params[0],
        kinks=lambda x: (x,),
        at_kink=f"entries that tie for the {record_name} share equally",
        because="which entry is the largest does not change nearby",
        source="the subgradient of the largest entry in the middle of all",
    )


max_weights_record = _weights("max_weights", "_max_weights", "maximum")
min_weights_record = _weights("min_weights", "_min_weights", "minimum")


def _extreme(name: str, weights: Primitive, better: Primitive, curvature: Curvature) -> Primitive:
    return primitive(
        name,
        shape=reduced_shape,
        vjp=lambda node, t, k: mul.make((spread(node, t), weights.make(node.args, node.params))),
        evaluate=lambda node, context, arrays: reduce_entries(node, _fold_entries(better), arrays, context),
        layout=layout_reduction,
        code=lambda node, names, printer: f"{'amax' if name == 'max' else 'amin'}({names[0]}, axis={axes_code(node)})",
        sign=lambda node, x: x,
        range=lambda node, x: x,
        monotone=Monotone.INCREASING,
        curvature=curvature,
        kinks=lambda x: (x,),
        at_kink=f"entries that tie for the {name}imum share the adjoint equally",
        because=f"only the {'largest' if name == 'max' else 'smallest'} entry moves the {name}imum",
        source="Boyd & Vandenberghe 2004, 3.1.5",
    )


max_record = _extreme("max", max_weights_record, maximum, Curvature.CONVEX)
min_record = _extreme("min", min_weights_record, minimum, Curvature.CONCAVE)


def _reduce(operand: object, axis: object, keepdims: object, record: Primitive) -> Node:
    x = as_node(operand)
    name = record.name
    if isinstance(axis, Node) and not axis.is_exact:
        raise SymgdError(f"{name} reduces one tensor", hint=f"{name}imum(a, b) compares two")
    if not x.shape:
        if axis is not None:
            raise SymgdError(f"there is no axis in a scalar: {name} reduces one tensor", hint=f"{name}imum(a, b) compares two")
        return x
    axes = normal_axes(x, axis)
    if not axes:
        raise ShapeError(f"{name} of {show_shape(x.shape)} needs an axis")
    return keep(x, record.make((x,), (axes,)), axes, keepdims)


@function("max", "amax")
def max(x: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return the largest entry, maxᵢ xᵢ, of all or along axes.

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
        If `x` is a scalar and `axis` is given, if `axis` is a formula, as in ``max(a, b)``, for which there is ``maximum(a,
        b)``, or if an operand cannot stand in a formula.

    Notes
    -----
    The largest entry receives the adjoint; entries that tie receive equal shares, which is a subgradient. The function is
    convex. In NumPy: ``numpy.max``.

    References
    ----------
    Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.1.5.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.max(x), sg.gradient(sg.max(x), x)
    (max(x), max_weights(x))
    >>> sg.lambdify(x, sg.gradient(sg.max(x), x))([1.0, 3.0, 3.0])
    array([0. , 0.5, 0.5])
    """
    return _reduce(x, axis, keepdims, max_record)


@function("min", "amin")
def min(x: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return the smallest entry, minᵢ xᵢ, of all or along axes.

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
        If `x` is a scalar and `axis` is given, if `axis` is a formula, as in ``min(a, b)``, for which there is ``minimum(a,
        b)``, or if an operand cannot stand in a formula.

    Notes
    -----
    The smallest entry receives the adjoint; entries that tie receive equal shares, which is a supergradient. The function is
    concave. In NumPy: ``numpy.min``.

    References
    ----------
    Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.1.5.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.min(x), sg.gradient(sg.min(x), x)
    (min(x), min_weights(x))
    """
    return _reduce(x, axis, keepdims, min_record)


@function("ptp")
def ptp(x: Operand, axis: Axis = None, keepdims: bool = False) -> Node:
    """Return the largest entry minus the smallest, maxᵢ xᵢ − minᵢ xᵢ.

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
    The largest entry receives the adjoint and the smallest its negative; entries that tie receive equal shares. In NumPy:
    ``numpy.ptp``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.tensor("x", "n")
    >>> sg.ptp(x), sg.gradient(sg.ptp(x), x)
    (max(x) - min(x), max_weights(x) - min_weights(x))
    """
    return max(x, axis, keepdims) - min(x, axis, keepdims)


@function("max_weights")
def max_weights(x: Operand, axis: Axis = None) -> Node:
    """Return the share of each entry in the maximum: 1 for the largest entry, equal shares at a tie, 0 for all others.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes along which the maximum is taken; all of them by default.

    Returns
    -------
    Node
        Of the shape of `x`; the entries along `axis` add up to 1.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient of ``max``. Its own derivative is 0, as the largest entry stays the largest nearby; there is a kink at a tie.
    NumPy has no function of this meaning.

    References
    ----------
    Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.1.5.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.tensor("x", "n"), sg.tensor("y", "n")
    >>> sg.lambdify(x, sg.max_weights(x))([1.0, 3.0, 3.0])
    array([0. , 0.5, 0.5])
    >>> sg.gradient(y @ sg.max_weights(x), y)
    max_weights(x)
    """
    x = as_node(x)
    return max_weights_record.make((x,), (normal_axes(x, axis),)) if x.shape else constant(Fraction(1))


@function("min_weights")
def min_weights(x: Operand, axis: Axis = None) -> Node:
    """Return the share of each entry in the minimum: 1 for the smallest entry, equal shares at a tie, 0 for all others.

    Parameters
    ----------
    x : Operand
        Of any shape.
    axis : int or tuple of int, optional
        The axes along which the minimum is taken; all of them by default.

    Returns
    -------
    Node
        Of the shape of `x`; the entries along `axis` add up to 1.

    Raises
    ------
    ShapeError
        If `x` does not have such an axis, or an axis is named twice.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The gradient of ``min``. Its own derivative is 0, as the smallest entry stays the smallest nearby; there is a kink at a tie.
    NumPy has no function of this meaning.

    References
    ----------
    Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.1.5.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.tensor("x", "n"), sg.tensor("y", "n")
    >>> sg.lambdify(x, sg.min_weights(x))([1.0, 3.0, 1.0])
    array([0.5, 0. , 0.5])
    >>> sg.gradient(y @ sg.min_weights(x), y)
    min_weights(x)
    """
    x = as_node(x)
    return min_weights_record.make((x,), (normal_axes(x, axis),)) if x.shape else constant(Fraction(1))
