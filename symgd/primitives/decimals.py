"""Floats in formulas: each is read as the number it prints as, 0.1 as 1/10, so that it folds and is recognised.

A float that is the nearest one to π, e, √2 or a simple multiple or function of them is read as that number, and not as its
decimals: 3.141592653589793 is π.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, SupportsFloat

from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS, REGISTRY

__all__ = ["from_float"]

_LEAST_DIGITS = 15
"""A number of fewer digits is meant as it is written."""
_FACTORS = (*(Fraction(n) for n in (1, 2, 3, 4, 8)), *(Fraction(1, n) for n in (2, 3, 4, 6, 8, 12, 180)), Fraction(180))


def from_float(value: SupportsFloat) -> Node:
    """Return a float of Python's or NumPy's as an exact number; infinities and NaN as they are.

    Examples
    --------
    >>> import math
    >>> from symgd.primitives.decimals import from_float
    >>> from_float(0.1), from_float(2.0), from_float(math.pi / 2)
    (1/10, 2, pi/2)
    """
    number = float(value)
    if not math.isfinite(number):
        return constant(number)
    # a number of fewer bits prints with fewer digits
    text = repr(number) if isinstance(value, float) else str(value)
    if len(text) > _LEAST_DIGITS:
        known = _known().get(abs(number))
        if known is not None:
            factor, rule = known
            pi, e = (REGISTRY[name].make(()) for name in ("pi", "e"))
            irrational: Node = _CONSTANTS[rule](pi, e, FUNCTIONS["sqrt"], FUNCTIONS["log"])
            return constant(factor if number > 0 else -factor) * irrational
    return constant(Fraction(text))


_CONSTANTS: tuple[Callable[[Any, Any, Any, Any], Any], ...] = (
    lambda pi, e, sqrt, log: pi,
    lambda pi, e, sqrt, log: e,
    lambda pi, e, sqrt, log: sqrt(2),
    lambda pi, e, sqrt, log: sqrt(3),
    lambda pi, e, sqrt, log: sqrt(5),
    lambda pi, e, sqrt, log: sqrt(pi),
    lambda pi, e, sqrt, log: sqrt(2 * pi),
    lambda pi, e, sqrt, log: sqrt(2 / pi),
    lambda pi, e, sqrt, log: 1 / pi,
    lambda pi, e, sqrt, log: 1 / sqrt(pi),
    lambda pi, e, sqrt, log: 1 / sqrt(2 * pi),
    lambda pi, e, sqrt, log: pi**2,
    lambda pi, e, sqrt, log: log(2),
    lambda pi, e, sqrt, log: log(10),
    lambda pi, e, sqrt, log: log(pi),
    lambda pi, e, sqrt, log: log(2 * pi),
    lambda pi, e, sqrt, log: 1 / log(2),
    lambda pi, e, sqrt, log: 1 / log(10),
    lambda pi, e, sqrt, log: 1 / e,
)


@functools.cache
def _known() -> dict[float, tuple[Fraction, int]]:
    """Return simple multiples of the constants by their nearest floats."""
    multiples: dict[float, tuple[Fraction, int]] = {}
    for number, rule in enumerate(_CONSTANTS):
        value = rule(math.pi, math.e, math.sqrt, math.log)
        for factor in _FACTORS:
            multiples.setdefault(value * factor.numerator / factor.denominator, (factor, number))
    return multiples
