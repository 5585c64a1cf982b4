"""Slopes of quotients that are 0/0 at 0: sin x/x, (eˣ − 1)/x, (1 − cos x)/x².

Written out, they are differences of large numbers near 0. Their code adds up the power series there, with so many terms that
the next is below the rounding of a float64, and is the formula elsewhere. Compiled code alone uses them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symgd.graph.facts import Interval, Sign
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, elementwise
from symgd.primitives.exponential import exp, expm1
from symgd.primitives.trigonometric import cos, sin

__all__ = ["cosc_slope", "exprel_slope", "sinc_slope"]


def _slope(
    name: str,
    definition: Callable[[Node], Node],
    derivative: Callable[[Node], Node],
    coefficient: Callable[[int], Fraction],
    powers: range,
    far: str,
    by_formula: Callable[[Any, Any], Any],
    latex: str,
    quotient: str,
    sign: Sign = Sign.ANY,
) -> Primitive:
    series = ", ".join(f"{float(coefficient(k) if k in powers else 0)!r}" for k in range(powers.stop))

    def precise(mp: Any, x: Any) -> Any:
        """Add up the series near 0, until it stands still."""
        if abs(x) >= 1:
            return by_formula(mp, x)
        total = mp.mpf(0)
        for k in itertools.count(powers.start, powers.step):
            number = coefficient(k)
            term = mp.mpf(number.numerator) / number.denominator * x**k
            total += term
            if abs(term) <= mp.eps * abs(total):
                return total
        raise AssertionError  # pragma: no cover

    return elementwise(
        name,
        definition=definition,
        derivative=lambda x, out: derivative(x),
        precise=precise,
        numpy=f"_near_zero({{x}}, ({series}), lambda x: {far})",
        latex=latex,
        domain=Sign.NONZERO,
        sign=sign,
        range=Interval.of_sign(sign),
        because=f"the quotient rule, applied once more to {quotient}",
        source="Abramowitz & Stegun 1964, 4.2.1 and 4.3.65: the power series",
    )


sinc_slope = _slope(
    "sinc_slope",
    lambda x: cos(x) / x - sin(x) / x**2,
    lambda x: 2 * sin(x) / x**3 - 2 * cos(x) / x**2 - sin(x) / x,
    lambda k: Fraction((-1) ** ((k + 1) // 2) * (k + 1), math.factorial(k + 2)),
    range(1, 17, 2),
    "(cos(x) - sin(x)/x)/x",
    lambda mp, x: (mp.cos(x) - mp.sin(x) / x) / x,
    r"\left(\frac{{\sin {x}}}{{{x}}}\right)'",
    "sin x/x",
)
exprel_slope = _slope(
    "exprel_slope",
    lambda x: exp(x) / x - expm1(x) / x**2,
    lambda x: exp(x) / x - 2 * exp(x) / x**2 + 2 * expm1(x) / x**3,
    lambda k: Fraction(k + 1, math.factorial(k + 2)),
    range(16),
    "(exp(x) - expm1(x)/x)/x",
    lambda mp, x: (mp.exp(x) - mp.expm1(x) / x) / x,
    r"\left(\frac{{e^{{{x}}} - 1}}{{{x}}}\right)'",
    "(eˣ − 1)/x",
    Sign.POSITIVE,
)
cosc_slope = _slope(
    "cosc_slope",
    lambda x: sin(x) / x**2 - 4 * sin(x / 2) ** 2 / x**3,
    lambda x: cos(x) / x**2 - 4 * sin(x) / x**3 + 12 * sin(x / 2) ** 2 / x**4,
    lambda k: Fraction((-1) ** ((k + 1) // 2) * (k + 1), math.factorial(k + 3)),
    range(1, 17, 2),
    "(sin(x) - 4*sin(x/2)**2/x)/x**2",
    lambda mp, x: (mp.sin(x) - 4 * mp.sin(x / 2) ** 2 / x) / x**2,
    r"\left(\frac{{1 - \cos {x}}}{{{x}^2}}\right)'",
    "(1 − cos x)/x²",
)
