"""Values of formulas in which infinity is no value, and where two of them agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from symgd.errors import DomainError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Entry
from symgd.evaluation.evaluator import Algebra, evaluate, multiply_up
from symgd.evaluation.high_precision import MultiPrecision, Rounded, algebra_of, exact_array
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.shape import size_value

__all__ = ["DIGITS", "Masked", "agree", "finite", "has_value", "value_at"]

DIGITS = 40
_AGREEMENT = mpmath.mpf("1e-30")


class _Finite(MultiPrecision):
    """Numbers without infinity: log 0 has no value, and neither has e to that power."""

    def apply(self, record: Primitive, *entries: Entry) -> Entry:
        value = super().apply(record, *entries)
        return mpmath.nan if isinstance(value, mpmath.AnyReal) and mpmath.isinf(value) else value


class _FiniteRounded(_Finite, Rounded):
    """The same for numbers that have no last digit."""


class Masked(_Finite):
    """Numbers in which 0 times what has no value is 0."""

    def function(self, record: Primitive) -> Callable[..., Entry]:
        return _masked_product if record.name == "mul" else super().function(record)


def _masked_product(*entries: Entry) -> Entry:
    return mpmath.mpf(0) if any(entry == 0 for entry in entries) else multiply_up(*entries)


def value_at(
    formula: Node, values: Mapping[Node, Array], sizes: Mapping[str, int], digits: int = DIGITS, algebra: Algebra | None = None
) -> Array:
    """Return the value of a formula as an array of mpmath numbers, NaN where it has none or needs infinity on the way.

    Parameters
    ----------
    formula : Node
    values : mapping of Node to array
    sizes : mapping of str to int
    digits : int
    algebra : Algebra, optional
        Another arithmetic.
    """
    with mpmath.workdps(digits):
        if algebra is None:
            algebra = _FiniteRounded() if isinstance(algebra_of(values), Rounded) else _Finite()
        try:
            (value,) = evaluate([formula], {node: exact_array(value) for node, value in values.items()}, algebra, sizes)
        except DomainError:
            value = np.full([size_value(size, sizes) for size in formula.shape], mpmath.nan, dtype=object)
    array: Array = value
    return array


def agree(first: Array, second: Array) -> Array:
    """Return which entries of two arrays are finite and equal."""
    pairs = zip(first.flat, second.flat, strict=True)
    return np.array(
        [bool(mpmath.isfinite(a) and mpmath.isfinite(b) and abs(a - b) <= _AGREEMENT * (abs(a) + abs(b))) for a, b in pairs]
    ).reshape(first.shape)


def finite(value: Array) -> Array:
    """Return which entries are finite."""
    return np.array([bool(mpmath.isfinite(entry)) for entry in value.flat]).reshape(value.shape)


def has_value(value: Array) -> bool:
    """Whether all entries are finite."""
    return all(map(mpmath.isfinite, value.flat))
