"""NumPy's functions of samples: interpolation between nodes, choices by conditions, differences, covariances.

Between the nodes xⱼ, ``interp`` is fⱼ + (fⱼ₊₁ − fⱼ)/(xⱼ₊₁ − xⱼ)·(x − xⱼ); at a node its slope is that on the right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import show_shape
from symgd.readers.numpy.cells import has_nodes
from symgd.readers.numpy.conditions import as_true_or_false, is_condition
from symgd.readers.numpy.rearranging import place_of_axis
from symgd.readers.numpy.sorted_arrays import warn_of_nan

__all__ = ["SAMPLED"]


# -- interpolation --------------------------------------------------------------------------------------------


def _interp(
    x: Operand, xp: Any, fp: Operand, left: Operand | None = None, right: Operand | None = None, period: object = None
) -> Node:
    if period is not None:
        raise UnsupportedError("numpy.interp with a period is not known to symgd", hint="np.interp(x % period, …)")
    nodes, values = _nodes_of_interpolation(xp), as_node(fp)
    if values.shape != nodes.shape:
        raise ShapeError(f"{nodes.size} nodes of numpy.interp have values of shape {show_shape(values.shape)}")
    if left is None and right is None and not as_node(x).symbols:
        return FUNCTIONS["matmul"](_weights(x, nodes), values)
    entries = [values[k] for k in range(nodes.size)]
    low, high = (entries[end] if given is None else as_node(given) for end, given in ((0, left), (-1, right)))
    places = as_node(x)
    where, top = FUNCTIONS["where"], as_node(float(nodes[-1]))
    inside = _between(places, nodes, entries)
    above = where(places > top, high, entries[-1]) if right is not None else high
    return where(places < float(nodes[0]), low, where(places < top, inside, above))


def _weights(x: Any, nodes: Any) -> Any:
    """Return, for places that are numbers, by what each value is multiplied."""
    places = np.asarray(x, dtype=float)
    return np.stack([np.interp(places, nodes, unit) for unit in np.eye(len(nodes))], axis=-1)


def _nodes_of_interpolation(xp: Any) -> Any:
    if has_nodes(xp):
        raise UnsupportedError("the nodes of numpy.interp are numbers: in which piece x lies depends on them")
    nodes = np.asarray(xp, dtype=float)
    if nodes.ndim != 1 or not nodes.size or not np.isfinite(nodes).all() or (np.diff(nodes) <= 0).any():
        raise UnsupportedError("the nodes of numpy.interp are finite numbers that grow")
    return nodes


def _between(x: Node, nodes: Any, values: Sequence[Node]) -> Node:
    """Return the pieces, chosen by halving: x lies at the last node that is not above it."""
    if len(nodes) == 1:
        return values[0]
    if len(nodes) == 2:
        low, high = (as_node(float(node)) for node in nodes)
        return values[0] + (values[1] - values[0]) / (high - low) * (x - low)
    middle = len(nodes) // 2
    below, above = _between(x, nodes[: middle + 1], values[: middle + 1]), _between(x, nodes[middle:], values[middle:])
    return FUNCTIONS["where"](x < float(nodes[middle]), below, above)


# -- choices --------------------------------------------------------------------------------------------------


def _select(condlist: Sequence[Any], choicelist: Sequence[Operand], default: Operand = 0) -> Node:
    """Return the choice of the first condition that holds."""
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ShapeError(f"numpy.select has {len(condlist)} conditions and {len(choicelist)} choices")
    if not all(is_condition(condition) for condition in condlist):
        raise UnsupportedError("the conditions of numpy.select are comparisons")
    if any(is_condition(choice) for choice in (*choicelist, default)):
        raise UnsupportedError("the choices of numpy.select are conditions", hint="count them: 1.0*(x > 0)")
    chosen = as_node(default)
    for condition, choice in zip(condlist[::-1], choicelist[::-1], strict=True):
        chosen = FUNCTIONS["where"](as_true_or_false(condition), choice, chosen)
    return chosen


# -- differences and statistics -------------------------------------------------------------------------------


def _gradient(f: Operand, *varargs: Operand, axis: Any = None, edge_order: int = 1) -> Node | tuple[Node, ...]:
    """Return central differences, and one-sided ones at the ends."""
    x = as_node(f)
    if edge_order != 1:
        raise UnsupportedError("numpy.gradient is known for edge_order=1")
    axes = range(x.rank) if axis is None else [axis] if np.ndim(axis) == 0 else axis
    places = [place_of_axis(x, one, "gradient") for one in axes]
    steps = [as_node(step) for step in varargs] or [as_node(1)]
    steps = steps * len(places) if len(steps) == 1 else steps
    if len(steps) != len(places) or any(step.rank for step in steps):
        raise UnsupportedError("numpy.gradient is known for one step, a number, along each axis")
    slopes = tuple(_differences(x, place) / step for place, step in zip(places, steps, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _differences(x: Node, place: int) -> Node:
    length, lead = x.shape[place], (slice(None),) * place
    if isinstance(length, int) and length < 2:
        raise ShapeError(f"numpy.gradient needs two entries along an axis, not {length}")

    def part(start: int | None, stop: int | None) -> Node:
        return x[(*lead, slice(start, stop))]

    ends = part(1, 2) - part(0, 1), part(-1, None) - part(-2, -1)
    middle = [] if length == 2 else [(part(2, None) - part(None, -2)) / 2]
    return FUNCTIONS["concatenate"]([ends[0], *middle, ends[1]], axis=place)


def _observations(m: Operand, y: Operand | None, rowvar: object) -> Node:
    """Return a matrix whose rows are the variables."""
    rows = []
    for given in (m, y) if y is not None else (m,):
        x = as_node(given)
        if x.rank > 2:
            raise ShapeError(f"observations have one axis or two, not shape {show_shape(x.shape)}")
        x = FUNCTIONS["ravel"](x) if x.rank == 0 else x
        rows.append(x[None] if x.rank == 1 else x if rowvar else x.T)
    return rows[0] if len(rows) == 1 else FUNCTIONS["concatenate"](rows, axis=0)


def _covariance(
    m: Operand, y: Operand | None = None, rowvar: object = True, bias: object = False, ddof: Any = None,
    fweights: object = None, aweights: object = None,
) -> Node:  # fmt: skip
    if fweights is not None or aweights is not None:
        raise UnsupportedError(
            "numpy.cov with weights is not known to symgd", hint="scale the rows by the roots of the weights"
        )
    x = _observations(m, y, rowvar)
    count = as_node(x.shape[1])
    if isinstance(ddof, int) and isinstance(x.shape[1], int) and ddof >= x.shape[1]:
        raise UnsupportedError(f"numpy.cov divides by {x.shape[1]} - {ddof}", hint="take a smaller ddof")
    centred = x - FUNCTIONS["mean"](x, axis=1, keepdims=True)
    covariance = centred @ centred.T / (count - ((0 if bias else 1) if ddof is None else ddof))
    return covariance[0, 0] if x.shape[0] == 1 else covariance


def _correlation(x: Operand, y: Operand | None = None, rowvar: object = True) -> Node:
    covariance = _covariance(x, y, rowvar)
    if not covariance.rank:
        return covariance / covariance
    deviations = FUNCTIONS["sqrt"](FUNCTIONS["diag"](covariance))
    return covariance / deviations[:, None] / deviations[None]


def _leaving_out(name: str, plain: str) -> Callable[..., Node]:
    """Return a function that leaves out NaN in NumPy: a formula has no NaN, and so it is the plain function."""

    def build(a: Operand, axis: Any = None, *, keepdims: Any = False, ddof: Operand = 0) -> Node:
        warn_of_nan(name, plain)
        options = {"ddof": ddof} if plain in ("var", "std") else {}
        return FUNCTIONS[plain](a, axis=axis, keepdims=keepdims, **options)

    return build


SAMPLED: dict[str, Callable[..., Any]] = {
    "interp": _interp, "select": _select, "gradient": _gradient, "cov": _covariance, "corrcoef": _correlation,
    **{f"nan{name}": _leaving_out(f"nan{name}", name) for name in ("sum", "mean", "prod", "max", "min", "var", "std")},
}  # fmt: skip
