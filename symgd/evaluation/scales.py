"""Points nearer to 0, where formulas with large or tiny numbers change: tanh(10**6*x), and log(x + 1e-8), for a tiny x."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from symgd.evaluation.sampling import Point
from symgd.graph.conversion import is_finite
from symgd.graph.node import Node
from symgd.graph.traversal import toposort

__all__ = ["nearer_to_zero", "scales_of"]

_TINY = Fraction(1, 100)
_MOST_SCALES = 3


def scales_of(formula: Node) -> list[Fraction]:
    """Return the tiny numbers in a formula and the reciprocals of its large ones, the smallest first."""
    numbers = {
        abs(Fraction(node.value))
        for node in toposort([formula])
        if node.is_constant and not isinstance(node.value, bool) and is_finite(node.value)
    }
    scales = {min(number, 1 / number) for number in numbers if number}
    return sorted(scale for scale in scales if scale <= _TINY)[:_MOST_SCALES]


def nearer_to_zero(point: Point, scale: Fraction) -> Point:
    """Return a point whose entries are a share of those of another; whole numbers, and what facts would forbid, stay."""
    values = dict(point.values)
    for node, value in values.items():
        array = np.asarray(value)
        if array.dtype.kind in "iu" or node.facts.sums_to is not None or node.facts.is_one_hot or node.facts.values:
            continue
        entries = np.array([Fraction(entry) * scale for entry in array.ravel().tolist()], dtype=object)
        if all(entry in node.facts.interval for entry in entries):
            values[node] = entries.reshape(array.shape)
    return Point(values, point.sizes)
