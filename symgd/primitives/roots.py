"""Roots that do not overflow or lose the sign: hypot √(x² + y²) and the real cube root."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.assumptions import Curvature, Growth, Interval, Monotone, Parity, Sign
from symgd.graph.primitive import elementwise
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.exponential import same_sign
from symgd.primitives.piecewise import abs
from symgd.primitives.piecewise import sign as sign_of

__all__ = ["cbrt", "hypot"]


hypot = elementwise(
    "hypot",
    definition=lambda x, y: sqrt(x**2 + y**2),
    derivative=(lambda x, y, out: x / out, lambda x, y, out: y / out),
    numpy="hypot({x}, {y})",
    latex=r"\sqrt{{{x}^2 + {y}^2}}",
    kinks=lambda x, y: (x**2 + y**2,),
    at_kink="hypot has no slope where both arguments are 0",
    sign=Sign.NONNEGATIVE,
    range=Interval(0),
    monotone=lambda node, x, y: tuple(
        Monotone.INCREASING if z.low >= 0 else Monotone.DECREASING if z.high <= 0 else Monotone.UNKNOWN for z in (x, y)
    ),
    curvature=Curvature.CONVEX,
    growth=Growth.LINEAR,
    because="the slope of √(x² + y²) is the cosine of the angle, x/√(x² + y²)",
    source="C99 7.12.7.3: without overflow",
)

cbrt = elementwise(
    "cbrt",
    definition=lambda x: sign_of(x) * abs(x) ** Fraction(1, 3),
    derivative=lambda x, out: 1 / (3 * out**2),
    numpy="cbrt({x})",
    latex=r"\sqrt[3]{{{x}}}",
    kinks=lambda x: (x,),
    at_kink="the slope of the cube root is infinite at 0",
    sign=same_sign,
    monotone=Monotone.INCREASING,
    curvature=lambda node, x: Curvature.CONCAVE if x.low >= 0 else Curvature.CONVEX if x.high <= 0 else Curvature.UNKNOWN,
    parity=Parity.ODD,
    growth=Growth.LINEAR,
    because="the slope of ∛x is 1/(3·∛x²)",
    source="C99 7.12.7.1: the real cube root",
)
