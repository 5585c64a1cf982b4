"""Differences of neighbouring entries, x_{k+1} − x_k, along an axis."""

from __future__ import annotations

from symgd.errors import SymgdError, shown
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import function
from symgd.primitives.axis_arguments import one_axis

__all__ = ["diff"]


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
    key: list[slice] = [slice(None)] * x.rank
    key[position] = slice(1, None)
    later = x[tuple(key)]
    key[position] = slice(None, -1)
    result: Node = later - x[tuple(key)]
    return result
