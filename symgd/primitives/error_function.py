"""The error function, its complement, the scaled complement, and the inverse.

    erf x = (2/√π)·∫₀ˣ exp(−t²) dt

The derivative of erf is (2/√π)·exp(−x²), and those of the others follow from it.
"""

from __future__ import annotations

from symgd.graph.assumptions import Curvature, Growth, Interval, Monotone, Parity, Sign
from symgd.graph.primitive import elementwise
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.exponential import exp, same_sign
from symgd.primitives.special import AS, POSITIVE, scipy_paths
from symgd.primitives.trigonometric import pi

__all__ = ["erf", "erfc", "erfcx", "erfinv"]


erf = elementwise(
    "erf",
    derivative=lambda x, out: 2 * exp(-(x**2)) / sqrt(pi),
    reference="erf",
    sympy="erf",
    latex=r"\operatorname{{erf}}({x})",
    sign=same_sign,
    range=Interval(-1, 1),
    monotone=Monotone.INCREASING,
    curvature=lambda node, x: Curvature.CONCAVE if x.low >= 0 else Curvature.CONVEX if x.high <= 0 else Curvature.UNKNOWN,
    strict=True,
    parity=Parity.ODD,
    because="the slope of erf is the bell curve 2/√π·e^(−x²)",
    source=f"{AS} 7.1.1",
)

erfc = elementwise(
    "erfc",
    derivative=lambda x, out: -2 * exp(-(x**2)) / sqrt(pi),
    reference="erfc",
    sympy="erfc",
    latex=r"\operatorname{{erfc}}({x})",
    sign=Sign.POSITIVE,
    range=Interval(0, 2),
    accuracy=1e-13,
    monotone=Monotone.DECREASING,
    curvature=lambda node, x: Curvature.CONVEX if x.low >= 0 else Curvature.CONCAVE if x.high <= 0 else Curvature.UNKNOWN,
    strict=True,
    log_curvature=Curvature.CONCAVE,
    because="erfc = 1 − erf falls along the bell curve",
    source=f"{AS} 7.1.2",
)

erfcx = elementwise(
    "erfcx",
    definition=lambda x: exp(x**2) * erfc(x),
    derivative=lambda x, out: 2 * x * out - 2 / sqrt(pi),
    numpy="erfcx({x})",
    imports=scipy_paths("erfcx"),
    latex=r"\operatorname{{erfcx}}({x})",
    sign=Sign.POSITIVE,
    range=POSITIVE,
    accuracy=1e-13,
    monotone=Monotone.DECREASING,
    curvature=Curvature.CONVEX,
    strict=True,
    growth=Growth.EXPONENTIAL,
    because="erfcx x = e^(x²)·erfc x, by the product rule",
    source="Cody 1969: the scaled complement of erf",
)

erfinv = elementwise(
    "erfinv",
    derivative=lambda x, out: sqrt(pi) / 2 * exp(out**2),
    reference="erfinv",
    sympy="erfinv",
    numpy="erfinv({x})",
    imports=scipy_paths("erfinv"),
    latex=r"\operatorname{{erf}}^{{-1}}({x})",
    domain=Interval(-1, 1, open_low=True, open_high=True),
    sign=same_sign,
    monotone=Monotone.INCREASING,
    parity=Parity.ODD,
    because="the slope of an inverse function is the reciprocal of the slope",
    source=f"{AS} 7.1.1, inverted",
)
