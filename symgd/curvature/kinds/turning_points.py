"""Where the derivative of a function of one variable seems to change its sign: proposals in floating point."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.curvature.domain import Domain
from symgd.errors import SymgdError
from symgd.graph.assumptions import Interval
from symgd.graph.node import Node
from symgd.graph.traversal import symbols_of

__all__ = ["around_turning_point"]

_WIDTHS = (0.2, 0.02, 0.002)


def around_turning_point(slope: Node, variable: Node, domain: Domain, seed: int) -> Iterator[list[Interval]]:
    """Yield ways to cut an interval: at the turning point where it is a short fraction, and around it.

    Parameters
    ----------
    slope : Node
        The derivative.
    variable : Node
    domain : Domain
    seed : int
    """
    if set(symbols_of(slope)) - {variable}:
        return
    place = _change_of_sign(slope, variable, domain, seed)
    if place is None:
        return
    interval = domain.intervals[variable]
    for short in dict.fromkeys(Fraction(place).limit_denominator(size) for size in (1, 12, 1000)):
        if interval.low < short < interval.high and abs(float(short) - place) <= 1e-9 * (1 + abs(place)):
            yield [Interval(interval.low, short, interval.open_low), Interval(short, interval.high, False, interval.open_high)]
    for width in _WIDTHS:
        step = width * (abs(place) or 1.0)
        low, high = (Fraction(place + side * step).limit_denominator(max(10, int(20 / step))) for side in (-1, 1))
        if interval.low < low < place < high < interval.high:
            yield [
                Interval(interval.low, low, interval.open_low),
                Interval(low, high),
                Interval(high, interval.high, False, interval.open_high),
            ]


def _change_of_sign(slope: Node, variable: Node, domain: Domain, seed: int) -> float | None:
    """Return where values of the derivative change their sign, or None where they do so not once."""
    points = np.concatenate([domain.sample([variable], 600, seed), domain.far_points([variable])])[:, 0]
    points = np.unique(points)
    try:
        code = compile_formulas([variable], [slope], as_list=False)
    except (SymgdError, OverflowError):
        return None

    def signs(places: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.sign(np.asarray(code(places), dtype=float)), places.shape)

    found = signs(points)
    points, found = points[np.isfinite(found) & (found != 0)], found[np.isfinite(found) & (found != 0)]
    changes = np.flatnonzero(np.diff(found))
    if len(changes) != 1:
        return None
    low, high = float(points[changes[0]]), float(points[changes[0] + 1])
    first = found[changes[0]]
    for _ in range(80):
        middle = (low + high) / 2
        (sign,) = signs(np.array([middle]))
        if sign == first:
            low = middle
        else:
            high = middle
    return (low + high) / 2
