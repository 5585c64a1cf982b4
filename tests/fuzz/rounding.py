"""What rounding explains: inputs off by a unit in the last place, and sixteen digits in every step.

A number that compiled code returns is excused where a formula of the same inputs, moved by their last bit, comes as far
from the truth, or where 16-digit arithmetic without overflow does.
"""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

import symgd as sg
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import exact_array
from tests.fuzz.points import DIGITS, Values, precise

DRAWS = 6
FACTOR = 1000
SMALLEST = 5e-324


def is_explained(node: sg.Node, point: Values, index: tuple[int, ...], got: Any) -> bool:
    """Whether rounding explains the difference between a number of compiled code and the value of the formula."""
    sizes = sizes_at(node, point)
    rough, true = (precise(node, point, sizes, digits)[index] for digits in (DIGITS, 2 * DIGITS))
    if abs(rough - true) > mpmath.mpf("1e-15") * abs(true):
        return True  # the digits do not suffice to tell
    error = abs(mpmath.mpf(float(got)) - true)
    return bool(error <= FACTOR * (condition(node, point, index, sizes, true) + loss(node, point, index, sizes, true)))


def condition(node: sg.Node, point: Values, index: tuple[int, ...], sizes: dict[str, int], true: Any) -> Any:
    """Return how far the value moves where every input moves by its last bit."""
    random = Random(0)
    with mpmath.workdps(2 * DIGITS):
        return max(_distance(precise(node, _nudged(random, point), sizes, 2 * DIGITS)[index], true) for _ in range(DRAWS))


def loss(node: sg.Node, point: Values, index: tuple[int, ...], sizes: dict[str, int], true: Any) -> Any:
    """Return how far 16-digit arithmetic without overflow is from the value, at the point and near it."""
    random = Random(1)
    near = [point, *(_nudged(random, point, mpmath.mpf(2) ** -40) for _ in range(2))]
    found = []
    for one in near:
        exact = true if one is point else precise(node, one, sizes, 2 * DIGITS)[index]
        found.append(_distance(precise(node, one, sizes, 16)[index], exact))
    return max(found)


def _distance(value: Any, true: Any) -> Any:
    return abs(value - true) if mpmath.isfinite(value) else mpmath.inf


def _nudged(random: Random, point: Values, unit: Any = None) -> Values:
    """Return a point whose entries are moved by their last bit."""
    moved = {}
    for name, value in point.items():
        array = exact_array(value)
        for index in np.ndindex(*array.shape):
            step = max(abs(array[index]) * (unit or mpmath.mpf(2) ** -52), SMALLEST if array[index] else 0)
            array[index] = array[index] + random.choice([-1, 0, 1]) * step
        moved[name] = array
    return moved


def sizes_at(node: sg.Node, point: Values) -> dict[str, int]:
    """Return the sizes of the axes at a point."""
    sizes: dict[str, int] = {}
    for symbol in node.symbols:
        for size, number in zip(symbol.shape, np.shape(point[symbol.name]), strict=True):
            if not isinstance(size, int):
                sizes[str(size)] = number
    return sizes
