"""What a stationary point is: a minimum, a maximum, a saddle, or degenerate.

The kind follows from the signs of the Hessian's eigenvalues, exactly or in interval arithmetic over a box; of one variable from
the first derivative that is not 0.

References
----------
Gantmacher, *The Theory of Matrices*, 1959, chapter X, for Jacobi's rule of signs.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

import sympy as sp

from symgd.curvature.second_derivatives.hessian import Hessian, lower_triangle
from symgd.derive.jacobian import gradients
from symgd.errors import DomainError, SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Exact
from symgd.evaluation.exact import exact_values, in_digits, is_zero, known_sign
from symgd.evaluation.intervals import enclose, ends_of
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.text_printer import number_text
from symgd.summaries import summary

__all__ = ["DIGITS", "Nature", "StationaryPoint", "classified", "classified_in_box", "classify_point", "middle_of"]

DIGITS = 50
MAX_DERIVATIVE = 12


class Nature(Enum):
    """What a stationary point is."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    DEGENERATE = "degenerate"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, eq=False)
class StationaryPoint:
    """A point at which the gradient is 0.

    Attributes
    ----------
    point : dict of str to SymPy number
        Exact where the point is a fraction or a root that is known; otherwise 30 digits of a point that is proven to exist.
    nature : Nature
    value : SymPy number
    is_exact : bool
    reason : str
        What shows the nature.
    """

    point: Mapping[str, Exact]
    nature: Nature
    value: Exact
    is_exact: bool
    reason: str

    def __repr__(self) -> str:
        return summary(f"{self.short_text()}, f = {_short(self.value)}")

    def __str__(self) -> str:
        return f"{self.short_text()}, f = {_short(self.value)}: {self.reason}"

    def short_text(self) -> str:
        """Return the nature and the place."""
        return f"{self.nature} at {', '.join(f'{name} = {_short(x)}' for name, x in self.point.items())}"

    def to_dict(self) -> dict[str, Any]:
        """Return the point as plain data."""
        return {
            "point": {name: number_text(x) for name, x in self.point.items()},
            "nature": str(self.nature),
            "value": number_text(self.value),
            "is_exact": self.is_exact,
            "reason": self.reason,
        }


def _short(number: Exact) -> str:
    text = number_text(number)
    return text if len(text) <= 24 else str(in_digits(number, 10))


def middle_of(value: Exact) -> Exact:
    """Return the middle of an enclosure."""
    low, high = ends_of(value)
    return (low + high) / 2


def classify_point(formula: Node, variables: Sequence[Node], point: Mapping[Node, Exact]) -> StationaryPoint:
    """Return what a stationary point is.

    Raises
    ------
    DomainError
        Where the gradient is not 0 there, or the formula is not defined.
    """
    slopes = gradients(formula, list(variables))
    values = exact_values(slopes, point)
    for value, node in zip(values, variables, strict=True):
        if not is_zero(value):
            raise DomainError(
                f"the point is not stationary: the slope in {node.name} is {_short(value)}",
                hint="use stationary_points to find some",
            )
    stationary = classified(formula, variables, point, is_exact=True)
    if stationary is None:
        raise DomainError("the signs of the Hessian cannot be decided there")
    return stationary


def classified(formula: Node, variables: Sequence[Node], point: Mapping[Node, Exact], is_exact: bool) -> StationaryPoint | None:
    """Classify an exact point by the exact Hessian, or by higher derivatives of one variable."""
    try:
        (value,) = exact_values([formula], point)
        hessian = exact_values(Hessian(formula, variables, Facts()).entries, point)
    except (SymgdError, TypeError, ValueError, OverflowError):
        return None
    names = {node.name: x for node, x in point.items()}
    n = len(variables)
    if n == 1:
        decided = _by_derivatives(formula, variables[0], point)
        return None if decided is None else StationaryPoint(names, decided[0], value, is_exact, decided[1])
    matrix = sp.zeros(n, n)
    for k, (i, j) in enumerate(lower_triangle(n)):
        matrix[i, j] = matrix[j, i] = hessian[k]
    signs = _inertia(matrix)
    if signs is None:
        return None
    positive, zero, negative = signs
    counts = f"{positive} positive, {zero} zero, {negative} negative eigenvalues of the Hessian"
    if positive and negative:
        nature = Nature.SADDLE
    elif zero:
        nature = Nature.DEGENERATE
    else:
        nature = Nature.MINIMUM if positive else Nature.MAXIMUM
    return StationaryPoint(names, nature, value, is_exact, counts)


@mpmath.one_at_a_time
def _inertia(matrix: Exact) -> tuple[int, int, int] | None:
    """Count the signs of the eigenvalues, by those of the characteristic polynomial's coefficients: all its roots are real."""
    n = matrix.rows
    coefficients = []
    for coefficient in matrix.charpoly().all_coeffs():
        sign = _sign_of(coefficient)
        if sign is None:
            return None
        coefficients.append(sign)
    zero = next((k for k, sign in enumerate(reversed(coefficients)) if sign), n)
    nonzero = [sign for sign in coefficients if sign]
    positive = sum(1 for a, b in itertools.pairwise(nonzero) if a != b)  # Descartes, exact where all roots are real
    return positive, zero, n - zero - positive


@mpmath.one_at_a_time
def _sign_of(number: Exact) -> int | None:
    """Return the sign of an exact number."""
    if (sign := known_sign(number)) is not None:
        return sign
    approximate = in_digits(number, 50)
    return (1 if approximate > 0 else -1) if approximate.is_real and abs(approximate) > sp.Float(10) ** -40 else None


def _by_derivatives(formula: Node, variable: Node, point: Mapping[Node, Exact]) -> tuple[Nature, str] | None:
    """The first derivative that is not 0 decides: of even order a minimum or maximum, of odd order neither."""
    (slope,) = gradients(formula, [variable])
    for order in range(2, MAX_DERIVATIVE + 1):
        (slope,) = gradients(slope, [variable])
        try:
            sign = _sign_of(exact_values([slope], point)[0])
        except SymgdError:
            return None
        if sign is None:
            return None
        if sign:
            reason = f"derivative {order} is the first that is not 0, and it is {'positive' if sign > 0 else 'negative'}"
            if order % 2:
                return Nature.SADDLE, reason
            return (Nature.MINIMUM if sign > 0 else Nature.MAXIMUM), reason
    return Nature.DEGENERATE, f"all derivatives up to order {MAX_DERIVATIVE} are 0"


def classified_in_box(
    formula: Node, variables: Sequence[Node], box: Mapping[Node, tuple[Fraction, Fraction]]
) -> StationaryPoint | None:
    """Classify a point known to 30 digits by the signs of leading minors over its box (Jacobi's rule)."""
    n = len(variables)
    hessian = Hessian(formula, variables, Facts())
    before = mpmath.iv.dps
    mpmath.iv.dps = DIGITS + 10
    try:
        entries = [[enclose(hessian.entry(i, j), box) for j in range(n)] for i in range(n)]
        value = enclose(formula, box)
        signs = [1]
        for size in range(1, n + 1):
            minor = _determinant([row[:size] for row in entries[:size]])
            if not (minor.a > 0 or minor.b < 0):
                return None
            signs.append(1 if minor.a > 0 else -1)
    except SymgdError:
        return None
    finally:
        mpmath.iv.dps = before
    negative = sum(1 for a, b in itertools.pairwise(signs) if a != b)
    nature = Nature.MINIMUM if negative == 0 else Nature.MAXIMUM if negative == n else Nature.SADDLE
    point = {node.name: sp.Float(str(_decimal((low + high) / 2)), 30) for node, (low, high) in box.items()}
    reason = f"{n - negative} positive, {negative} negative eigenvalues of the Hessian, in interval arithmetic"
    height = middle_of(value)
    shown = sp.Float(str(height), 30) if abs(height) > mpmath.mpf(10) ** -28 else sp.Integer(0)
    return StationaryPoint(point, nature, shown, False, reason)


def _decimal(value: Fraction) -> Exact:
    with mpmath.workdps(40):
        return mpmath.nstr(mpmath.mpf(value.numerator) / value.denominator, 35)


def _determinant(rows: list[list[Exact]]) -> Exact:
    """Return a determinant by expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    total = mpmath.iv.mpf(0)
    for j, entry in enumerate(rows[0]):
        minor = _determinant([row[:j] + row[j + 1 :] for row in rows[1:]])
        total = total + (entry * minor if j % 2 == 0 else -entry * minor)
    return total
