"""Sorting along an axis: ``sort``, ``argsort``, and entries in the order of keys.

Everything is one primitive: entries put in the order in which keys ascend. It is linear in the entries, and its adjoint puts
them back; the order itself does not change nearby, unless two keys tie.

    y = sort_by(x, keys),   t ↦ unsort_by(t, keys)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.errors import ShapeError
from symgd.evaluation.entries import Array, Entry
from symgd.evaluation.evaluator import Algebra, Context, add_up
from symgd.graph.assumptions import Monotone
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, Primitive, function, lookup, primitive
from symgd.graph.shape import Shape, show_shape
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.code_writer import CodeWriter
from symgd.primitives.contraction import broadcast
from symgd.primitives.piecewise import less, maximum, minimum, where
from symgd.primitives.ranges import arange
from symgd.primitives.running import running_axis

__all__ = ["argsort", "keys_of_positions", "sort", "sort_by", "sort_by_record", "unsort_by"]


def _shape(shapes: Sequence[Shape], params: Params) -> Shape:
    x, keys = shapes
    if len(keys) < -params[0] or x[len(x) - len(keys) :] != keys:
        raise ShapeError(f"entries of shape {show_shape(x)} are put in the order of keys of shape {show_shape(keys)}")
    return x


def _fold(args: tuple[Node, ...], params: Params) -> Node | None:
    """Return what needs no sorting: equal entries, and entries that are put back."""
    x, keys = args
    axis, is_back = params
    if x.primitive is broadcast and (x.args[0].rank < -axis or x.args[0].shape[axis] == 1):
        return x
    if x.primitive is sort_by_record and x.args[1] is keys and x.params == (axis, not is_back):
        return x.args[0]
    return None


def _evaluate(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    axis, is_back = node.params
    x, keys = (np.moveaxis(array, axis, -1) for array in arrays)
    result = np.empty(x.shape, dtype=object)
    for place in np.ndindex(*keys.shape[:-1]):
        order = _order(context.algebra, list(keys[place]))
        for lead in np.ndindex(*x.shape[: x.ndim - keys.ndim]):
            entries = list(x[(*lead, *place)])
            result[(*lead, *place)] = _arranged(context.algebra, entries, order, is_back)
    return np.moveaxis(result, -1, axis)


def _order(algebra: Algebra, keys: list[Entry]) -> list[Entry]:
    """Return the positions of keys in ascending order: whole numbers, or entries where the algebra does not know the order."""
    order: list[int] = []
    for k, key in enumerate(keys):  # the first of two that tie stays first
        low, high = 0, len(order)
        while low < high:
            middle = (low + high) // 2
            is_less = algebra.apply(less, key, keys[order[middle]])
            if not isinstance(is_less, bool | np.bool_):
                return _network(algebra, keys)
            low, high = (low, middle) if is_less else (middle + 1, high)
        order.insert(low, k)
    return list(order)


def _network(algebra: Algebra, keys: list[Entry]) -> list[Entry]:
    """Exchange neighbours that descend, whether or not it is known which do."""
    keys, order = list(keys), [algebra.number(k) for k in range(len(keys))]
    for end in range(len(keys) - 1, 0, -1):
        for k in range(end):
            descends = algebra.apply(less, keys[k + 1], keys[k])
            order[k], order[k + 1] = (
                algebra.apply(where, descends, order[k + 1], order[k]),
                algebra.apply(where, descends, order[k], order[k + 1]),
            )
            keys[k], keys[k + 1] = algebra.apply(minimum, keys[k], keys[k + 1]), algebra.apply(maximum, keys[k], keys[k + 1])
    return order


def _arranged(algebra: Algebra, entries: list[Entry], order: list[Entry], is_back: bool) -> list[Entry]:
    """Return entries in an order, or put back from it."""
    if all(isinstance(position, int) for position in order):
        if not is_back:
            return [entries[position] for position in order]
        result: list[Entry] = [None] * len(entries)
        for entry, position in zip(entries, order, strict=True):
            result[position] = entry
        return result
    equal, zero = lookup("equal"), algebra.number(0)
    places = [[algebra.apply(equal, position, algebra.number(k)) for k in range(len(order))] for position in order]
    chosen = zip(*places, strict=True) if is_back else places
    return [
        add_up(*(algebra.apply(where, mark, entry, zero) for mark, entry in zip(marks, entries, strict=True)))
        for marks in chosen
    ]


def _layout(node: Node, printer: Printer) -> Written:
    x, keys = node.args
    axis, is_back = node.params
    options = [f"axis={axis + keys.rank}"] if keys.rank > 1 else []
    name, args = "unsort_by" if is_back else "sort_by", [x, keys]
    if not is_back and x is keys:
        name, args = "sort", [x]
    elif keys_of_positions(node) is not None:
        name, args = "argsort", [keys]
    return printer.call(name, [*(printer.written[arg].text for arg in args), *options])


def keys_of_positions(node: Node) -> Node | None:
    """Return x of argsort(x); None for anything else."""
    if node.primitive is not sort_by_record or node.params[1]:
        return None
    x, keys = node.args
    return keys if x is _positions(keys, node.params[0]) else None


def _positions(keys: Node, axis: int) -> Node:
    """Return 0, 1, 2, … along an axis, in the shape of the keys."""
    numbers = arange(keys.shape[axis])
    if keys.rank == 1:
        return numbers
    return broadcast.make((numbers[(..., *(None,) * (-1 - axis))],), (keys.shape,))


def _code(node: Node, names: Sequence[str], printer: CodeWriter) -> str:
    axis, is_back = node.params
    if node.args[0] is node.args[1] and not is_back:
        return f"sort({names[0]}, axis={axis})"
    return f"_sort_by({names[0]}, {names[1]}, {axis}, {is_back})"


def _vjp(node: Node, t: Node, k: int) -> Node:
    axis, is_back = node.params
    return constant(0) if k else sort_by_record.make((t, node.args[1]), (axis, not is_back))


sort_by_record: Primitive = primitive(
    "sort_by",
    shape=_shape,
    vjp=_vjp,
    evaluate=_evaluate,
    fold=_fold,
    layout=_layout,
    code=_code,
    sign=lambda node, x, keys: x,
    range=lambda node, x, keys: x,
    monotone=(Monotone.INCREASING, Monotone.UNKNOWN),
    linear_in=(0,),
    vanishes_with=(0,),
    kinks=lambda x, keys: (keys,),
    at_kink="keys that tie keep the order in which they stand, and so do the adjoints",
    because="the order does not change nearby, so each entry sends its adjoint back to its place",
    source="NumPy: sort, argsort",
)


@function("sort")
def sort(x: Operand, axis: int | None = None) -> Node:
    """Return the entries in ascending order, y₁ ≤ … ≤ yₙ, along an axis.

    Parameters
    ----------
    x : Operand
        With at least one axis.
    axis : int, optional
        The axis along which entries are sorted; a vector need not name it.

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
    An adjoint goes back to the place that its entry came from; where entries tie, to the places in the order in which they
    stand, which is a generalised gradient. In NumPy: ``numpy.sort``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, t = sg.tensor("x", "n"), sg.tensor("t", "n")
    >>> sg.sort(x), sg.gradient(t @ sg.sort(x), x)
    (sort(x), unsort_by(t, x))
    >>> sg.lambdify([x, t], sg.gradient(t @ sg.sort(x), x))([3.0, 1.0, 2.0], [10.0, 20.0, 30.0])
    array([30., 10., 20.])
    """
    x = as_node(x)
    return sort_by_record.make((x, x), (running_axis(x, axis, "sort"), False))


@function("argsort")
def argsort(x: Operand, axis: int | None = None) -> Node:
    """Return the positions of the entries in ascending order, those that tie as they stand: ``x[argsort(x)]`` is sorted.

    Parameters
    ----------
    x : Operand
        With at least one axis.
    axis : int, optional
        The axis along which entries are sorted; a vector need not name it.

    Returns
    -------
    Node
        Whole numbers from 0, in the shape of `x`.

    Raises
    ------
    ShapeError
        If `x` is a scalar, or has several axes and `axis` is not given, or does not have such an axis.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative is 0, as the order stays what it is nearby. In NumPy: ``numpy.argsort(x, kind="stable")``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, y = sg.tensor("x", "n"), sg.tensor("y", "n")
    >>> sg.argsort(x), sg.gradient(y @ y[sg.argsort(x)], y)
    (argsort(x), unsort_by(y, x) + sort_by(y, x))
    >>> sg.lambdify(x, sg.argsort(x))([3.0, 1.0, 2.0])
    array([1., 2., 0.])
    """
    keys = as_node(x)
    position = running_axis(keys, axis, "argsort")
    return sort_by_record.make((_positions(keys, position), keys), (position, False))


@function("sort_by")
def sort_by(x: Operand, keys: Operand, axis: int | None = None) -> Node:
    """Return the entries of x in the order in which keys ascend.

    Parameters
    ----------
    x : Operand
        Of the shape of `keys`, or with further axes in front.
    keys : Operand
        With at least one axis; keys that tie keep the order in which they stand.
    axis : int, optional
        The axis of `keys` along which they are sorted; a vector need not name it.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    ShapeError
        If `keys` is a scalar, or has several axes and `axis` is not given, or if the shapes do not fit.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    An adjoint goes back to the place that its entry came from (:func:`unsort_by`); the keys receive 0. In NumPy:
    ``numpy.take_along_axis(x, numpy.argsort(keys, axis, kind="stable"), axis)``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, age, t = (sg.tensor(name, "n") for name in ("x", "age", "t"))
    >>> sg.gradient(t @ sg.sort_by(x, age), x)
    unsort_by(t, age)
    """
    keys = as_node(keys)
    return sort_by_record.make((as_node(x), keys), (running_axis(keys, axis, "sort_by"), False))


@function("unsort_by")
def unsort_by(x: Operand, keys: Operand, axis: int | None = None) -> Node:
    """Return the entries put back from the order in which keys ascend: ``unsort_by(sort_by(x, keys), keys)`` is x.

    Parameters
    ----------
    x : Operand
        Of the shape of `keys`, or with further axes in front.
    keys : Operand
        With at least one axis; keys that tie keep the order in which they stand.
    axis : int, optional
        The axis of `keys` along which they are sorted; a vector need not name it.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    ShapeError
        If `keys` is a scalar, or has several axes and `axis` is not given, or if the shapes do not fit.
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The adjoint of :func:`sort_by`; ``unsort_by(arange(n), keys)`` are the ranks. In NumPy: ``y[argsort(keys)] = x``.

    Examples
    --------
    >>> import symgd as sg
    >>> x, keys, t = (sg.tensor(name, 3) for name in ("x", "keys", "t"))
    >>> sg.lambdify([x, keys], sg.unsort_by(x, keys))([10.0, 20.0, 30.0], [0.3, 0.1, 0.2])
    array([30., 10., 20.])
    >>> sg.gradient(t @ sg.unsort_by(x, keys), x)
    sort_by(t, keys)
    """
    keys = as_node(keys)
    return sort_by_record.make((as_node(x), keys), (running_axis(keys, axis, "unsort_by"), True))
