"""How many digits of a float64 are right, and the truth they are counted against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Entry, Real
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.node import Node

__all__ = ["FULL", "is_nothing", "is_rounding", "kept", "settled"]

FULL = 16.0
"""All the digits a float64 holds."""

_DOUBLE = 15
"""mpmath's name for 53 bits."""
_NEIGHBOURS = 4
_AGREEMENT = mpmath.mpf("1e-20")
_NOTHING, _ROUNDING = mpmath.mpf("1e-40"), 1e-10
_LARGEST, _SMALLEST = mpmath.mpf(np.finfo(float).max), mpmath.mpf(np.finfo(float).smallest_subnormal)


def settled(
    formulas: Sequence[Node], values: Mapping[Node, Array], sizes: Mapping[str, int], precisions: Sequence[int]
) -> list[Array]:
    """Return values in as many digits as two precisions need to agree; NaN where they never do.

    Parameters
    ----------
    formulas : sequence of Node
    values : mapping of Node to array
    sizes : mapping of str to int
    precisions : sequence of int
        Decimal digits, to be tried in this order.
    """
    first, *finer = precisions
    now = evaluate_precisely(formulas, values, sizes, digits=first)
    agreeing: list[Array] = []
    for digits in finer:
        before, now = now, evaluate_precisely(formulas, values, sizes, digits=digits)
        agreeing = list(map(_agreeing, before, now))
        if all(agrees.all() for agrees in agreeing):
            break
    return [np.where(agrees, value, mpmath.nan) for agrees, value in zip(agreeing, now, strict=True)]


def _agreeing(before: Array, now: Array) -> Array:
    result = np.empty(np.shape(now), dtype=bool)
    for index in np.ndindex(*result.shape):
        a, b = before[index], now[index]
        same_kind = mpmath.isfinite(a) == mpmath.isfinite(b)
        result[index] = same_kind and (not mpmath.isfinite(b) or abs(a - b) <= _AGREEMENT * abs(b))
    return result


def kept(computed: Entry, true: Real) -> float | None:
    """Return the digits that agree, or None where the truth has no value."""
    if mpmath.isnan(true) or isinstance(true, bool):
        return None
    if mpmath.isinf(true) or abs(true) > _LARGEST:
        return FULL if np.isinf(computed) and (computed > 0) == (true > 0) else 0.0
    if not np.isfinite(computed):
        return 0.0
    error = abs(mpmath.mpf(float(computed)) - true)
    if error <= _SMALLEST:  # what underflows to the nearest float is right
        return FULL
    if true == 0:
        return 0.0
    return max(0.0, min(FULL, float(-mpmath.log10(error / abs(true)))))


def is_nothing(computed: Entry, true: Real) -> bool:
    """Whether a number is 0, up to the digits in which it is computed, and has none that could be lost: sin(π)."""
    return bool(abs(true) < _NOTHING and abs(computed) < _ROUNDING)


def is_rounding(
    formula: Node, index: tuple[int, ...], computed: float, values: Mapping[Node, Array], sizes: Mapping[str, int]
) -> bool:
    """Whether a wrong number is what float64 makes of a right formula: in 53 bits it has errors of this size too.

    Parameters
    ----------
    formula : Node
    index : tuple of int
        The entry.
    computed : float
        Its number.
    values, sizes
        The point.
    """
    largest = mpmath.mpf(0)
    for turn in range(_NEIGHBOURS):
        moved = {node: np.asarray(value) * (1 + 3 * turn * np.finfo(float).eps) for node, value in values.items()}
        true, in_double = (evaluate_precisely([formula], moved, sizes, digits=digits)[0][index] for digits in (80, _DOUBLE))
        if not turn:
            wanted = true
            if not np.isfinite(computed):
                return not mpmath.isfinite(in_double) or abs(in_double) > _LARGEST
        largest = max(largest, abs(in_double - true))
    return bool(abs(computed - wanted) <= 100 * largest)
