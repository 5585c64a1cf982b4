"""Numbers in formulas that were rounded when they were written: 0.3333333333333333 may stand for 1/3.

A number that is a float64 of 16 or 17 significant digits is taken for a rounded one. What a formula may be off by because of
such numbers is measured by moving all of them by half of their last digit.
"""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.evaluator import full
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.sampling import Point
from symgd.graph.conversion import is_finite
from symgd.graph.node import Node, constant
from symgd.graph.shape import size_value
from symgd.graph.traversal import substitute, toposort

__all__ = ["rounded_numbers", "rounding_of"]

_HALF_OF_LAST = Fraction(12, 10**17)
_DIGITS_OF_FLOATS = 16
_FACTORS = (2, 3, 4, 5, 6)
"""What a derivative multiplies a rounded number by: that of 0.6666666666666666*x**2 has 1.3333333333333332."""
_TRIALS = 3
_SAFETY = 8


def rounded_numbers(formulas: Sequence[Node], least_digits: int = _DIGITS_OF_FLOATS) -> list[Node]:
    """Return the constants of formulas that are floats, or the decimals that floats of so many digits print as."""
    return [node for node in toposort(formulas) if node.is_constant and _is_rounded(node.value, least_digits)]


def _is_rounded(value: Any, least_digits: int) -> bool:
    """Whether a number is what a float64 of so many digits prints as."""
    if isinstance(value, bool | int) or not is_finite(value):
        return False
    if isinstance(value, float):
        return value != int(value) if abs(value) < 1e15 else True
    if _is_printed(value, least_digits):
        return True
    with decimal.localcontext(prec=40):
        digits = len((decimal.Decimal(value.numerator) / value.denominator).normalize().as_tuple().digits)
    return _DIGITS_OF_FLOATS <= digits < 20 and any(_is_printed(value / factor, least_digits) for factor in _FACTORS)


def _is_printed(value: Fraction, least_digits: int) -> bool:
    try:
        text = repr(float(value))
    except OverflowError:
        return False
    return Fraction(text) == value and sum(character.isdigit() for character in text.split("e")[0]) >= least_digits


def rounding_of(formula: Node, numbers: Sequence[Node], point: Point) -> Any:
    """Return how far the entries of a formula move where its rounded numbers move by half of their last digit."""
    if not numbers:
        return full(tuple(size_value(size, point.sizes) for size in formula.shape), mpmath.mpf(0))
    (middle,) = evaluate_precisely([formula], point.values, point.sizes)
    generator = np.random.default_rng(0)
    largest = np.full(middle.shape, mpmath.mpf(0), dtype=object)
    for _ in range(_TRIALS):
        signs = generator.choice([-1, 1], len(numbers)).tolist()
        moved = {
            node: constant(Fraction(node.value) * (1 + sign * _HALF_OF_LAST)) for node, sign in zip(numbers, signs, strict=True)
        }
        (value,) = evaluate_precisely(substitute([formula], moved), point.values, point.sizes)
        for index in np.ndindex(*middle.shape):
            largest[index] = max(largest[index], _SAFETY * abs(value[index] - middle[index]))
    return largest
