"""A box that contains exactly one zero of a gradient, proven by Krawczyk's operator.

References
----------
Krawczyk, "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken", 1969; Moore, Kearfott & Cloud,
*Introduction to Interval Analysis*, 2009, chapter 8.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from symgd.curvature.nature import DIGITS, middle_of
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real
from symgd.evaluation.intervals import enclose
from symgd.graph.node import Node

__all__ = ["box_of_zero"]

RADIUS = Fraction(1, 10**30)


def box_of_zero(
    slopes: Sequence[Node], variables: Sequence[Node], place: np.ndarray
) -> dict[Node, tuple[Fraction, Fraction]] | None:
    """Return a box that contains exactly one zero of the gradient, or None where that is not shown."""
    n = len(variables)
    rows = [gradients(slope, variables) for slope in slopes]
    centre = [Fraction(float(x)) for x in place]
    try:
        for _ in range(8):  # Newton's method in many digits, on numbers rounded to 45 digits
            point = dict(zip(variables, centre, strict=True))
            hessian = mpmath.matrix(n, n)
            with mpmath.workdps(DIGITS + 10):
                for i, j in itertools.product(range(n), repeat=2):
                    hessian[i, j] = middle_of(enclose(rows[i][j], point))
                gradient = mpmath.matrix([middle_of(enclose(slope, point)) for slope in slopes])
                inverse = hessian**-1
                step = inverse * gradient
                centre = [_rounded(c, step[i]) for i, c in enumerate(centre)]
                if max(abs(x) for x in step) < mpmath.mpf(10) ** -42:
                    break
        point = dict(zip(variables, centre, strict=True))
        box = {node: (value - RADIUS, value + RADIUS) for node, value in point.items()}
        iv = mpmath.iv
        before = iv.dps
        iv.dps = DIGITS + 10
        try:
            gradient_box = [enclose(slope, point) for slope in slopes]
            hessian_box = [[enclose(rows[i][j], box) for j in range(n)] for i in range(n)]
            radius = iv.mpf(RADIUS.numerator) / RADIUS.denominator
            for i in range(n):
                moved = -sum((iv.mpf(inverse[i, j]) * gradient_box[j] for j in range(n)), iv.mpf(0))
                for j in range(n):
                    product = sum((iv.mpf(inverse[i, k]) * hessian_box[k][j] for k in range(n)), iv.mpf(0))
                    rest = (1 if i == j else 0) - product
                    moved += rest * iv.mpf([-1, 1]) * radius
                if not (moved.a > -radius.a and moved.b < radius.a):
                    return None
        finally:
            iv.dps = before
    except (SymgdError, ZeroDivisionError, ValueError):
        return None
    return box


def _rounded(centre: Fraction, step: Real) -> Fraction:
    digits = 10**45
    with mpmath.workdps(DIGITS + 10):
        moved = mpmath.mpf(centre.numerator) / centre.denominator - step
        return Fraction(int(mpmath.nint(moved * digits)), digits)
