"""Random points, and values and derivatives of formulas there in many digits.

Derivatives come from values of the formula alone, by central differences in 70 digits with a step of 10⁻²⁰; where the two
one-sided differences part, the point lies on a kink, and the derivative is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import numpy as np

import symgd as sg
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely, exact_array
from symgd.graph.shape import size_value

DIGITS = 70
SIZES = {"n": 3, "m": 2, "k": 2}

Values = dict[str, Any]
Entry = tuple[str, tuple[int, ...]]


def draw_point(random: Random, node: sg.Node, sizes: Mapping[str, int] | None = None, scale: float = 1.0) -> Values:
    """Return a value for every input: mostly ordinary numbers, some of them small whole ones."""
    return {symbol.name: draw_array(random, shape_of(symbol, sizes), scale) for symbol in node.symbols}


def shape_of(node: sg.Node, sizes: Mapping[str, int] | None = None) -> tuple[int, ...]:
    """Return the shape of a formula in numbers."""
    return tuple(size_value(size, dict(sizes or SIZES)) for size in node.shape)


def draw_array(random: Random, shape: tuple[int, ...], scale: float = 1.0) -> Any:
    """Return an array of random numbers, as floats."""
    array = np.empty(shape)
    array.ravel()[:] = [_number(random, scale) for _ in range(array.size)]
    return array


def _number(random: Random, scale: float) -> float:
    kind = random.random()
    if kind < 0.15:
        return float(random.randint(-2, 3))
    return scale * (random.gauss(0, 1) if kind < 0.75 else random.uniform(0.1, 2))


def precise(node: sg.Node, point: Values, sizes: Mapping[str, int] | None = None, digits: int = DIGITS) -> Any:
    """Return the value of a formula as an array of mpmath numbers."""
    values = {symbol: point[symbol.name] for symbol in node.symbols}
    return np.asarray(evaluate_precisely([node], values, dict(sizes or SIZES), digits=digits)[0], dtype=object)


def moved(point: Values, steps: Mapping[Entry, Any]) -> Values:
    """Return a point in which some entries are moved, exactly."""
    result = dict(point)
    for (name, index), step in steps.items():
        array = exact_array(result[name])
        array[index] = array[index] + step
        result[name] = array
    return result


def slope(
    node: sg.Node,
    point: Values,
    entry: Entry,
    sizes: Mapping[str, int] | None = None,
    digits: int = DIGITS,
) -> Any:
    """Return the derivatives of all entries of a formula in one entry of an input, or None at kinks and outside the domain."""
    with mpmath.workdps(digits):
        step = mpmath.mpf(10) ** -(digits * 2 // 7)
        low, here, high = (precise(node, moved(point, {entry: way * step}), sizes, digits) for way in (-1, 0, 1))
        if not all(is_finite(one) for one in (low, here, high)):
            return None
        central = np.asarray((high - low) / (2 * step), dtype=object)
        jump = largest(high - 2 * here + low) / step
        return None if jump > mpmath.mpf("1e-9") * (largest(central) + 1 + largest(here)) else central


def curvature(
    node: sg.Node, point: Values, first: Entry, second: Entry, sizes: Mapping[str, int] | None = None, digits: int = DIGITS
) -> Any:
    """Return a second derivative of a scalar formula, or None where a step beside the point shows another one."""
    with mpmath.workdps(digits):
        step, far = mpmath.mpf(10) ** -(digits * 3 // 14), mpmath.mpf("1e-9")
        places = [moved(point, {entry: way * far}) for entry in {first, second} for way in (-1, 1)]
        found = [_mixed(node, place, first, second, sizes, step) for place in (point, *places)]
        if any(one is None or abs(one - found[0]) > mpmath.mpf("1e-4") * (1 + abs(found[0])) for one in found):
            return None
        return found[0]


def _mixed(node: sg.Node, point: Values, first: Entry, second: Entry, sizes: Any, step: Any) -> Any:
    total = mpmath.mpf(0)
    for one in (-1, 1):
        for other in (-1, 1):
            steps: dict[Entry, Any] = {}
            for entry, way in ((first, one), (second, other)):
                steps[entry] = steps.get(entry, 0) + way * step
            value = precise(node, moved(point, steps), sizes, mpmath.mp.dps)[()]
            if not mpmath.isfinite(value):
                return None
            total += one * other * value
    return total / (4 * step**2)


def entries(point: Values) -> Iterator[Entry]:
    """Yield every entry of every input."""
    for name, array in point.items():
        for index in np.ndindex(*np.shape(array)):
            yield name, index


def is_finite(array: Any) -> bool:
    """Whether all entries are numbers."""
    return all(isinstance(entry, bool) or mpmath.isfinite(entry) for entry in np.asarray(array, dtype=object).flat)


def largest(array: Any) -> Any:
    """Return the largest absolute value, 0 of nothing."""
    return max((abs(entry) for entry in np.asarray(array, dtype=object).flat), default=mpmath.mpf(0))


def shown(point: Values) -> str:
    """Return a point as Python that can be pasted."""
    return "{" + ", ".join(f"{name!r}: {np.asarray(value, dtype=float).tolist()}" for name, value in point.items()) + "}"
