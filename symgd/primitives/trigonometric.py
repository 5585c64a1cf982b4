"""The circular functions and their inverses, and the two constants of the language."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from symgd.graph.assumptions import Curvature, Growth, Interval, Monotone, Parity, Sign
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Params, Primitive, elementwise
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.exponential import same_sign
from symgd.primitives.piecewise import where

__all__ = ["acos", "asin", "atan", "atan2", "cos", "e", "pi", "sin", "tan"]

BALL = Interval(-1, 1)
PI_BELOW, PI_ABOVE = Fraction(314159265358979, 10**14), Fraction(314159265358980, 10**14)
HALF_PI_ABOVE = PI_ABOVE / 2


def _at_zero(value: int) -> Callable[[tuple[Node, ...], Params], Node | None]:
    """Fold the value at 0, which is exact."""
    return lambda args, params: constant(value) if args[0].equals_number(0) else None


def _atan_curvature(node: Node, x: Interval) -> Curvature:
    return Curvature.CONCAVE if x.low >= 0 else Curvature.CONVEX if x.high <= 0 else Curvature.UNKNOWN


sin = elementwise(
    "sin",
    derivative=lambda x, out: cos(x),
    reference="sin",
    sympy="sin",
    latex=r"\sin {x}",
    fold=_at_zero(0),
    range=BALL,
    parity=Parity.ODD,
    is_meromorphic=True,
    because="the slope of sin is cos",
    source="Abramowitz & Stegun 4.3.105",
)

cos: Primitive = elementwise(
    "cos",
    derivative=lambda x, out: -sin(x),
    reference="cos",
    sympy="cos",
    latex=r"\cos {x}",
    fold=_at_zero(1),
    range=BALL,
    parity=Parity.EVEN,
    is_meromorphic=True,
    because="the slope of cos is −sin",
    source="Abramowitz & Stegun 4.3.106",
)

tan = elementwise(
    "tan",
    definition=lambda x: sin(x) / cos(x),
    derivative=lambda x, out: 1 + out**2,
    reference="tan",
    sympy="tan",
    latex=r"\tan {x}",
    fold=_at_zero(0),
    domain=lambda node: [(cos(node.args[0]), Sign.NONZERO)],
    parity=Parity.ODD,
    is_meromorphic=True,
    because="the slope of tan is 1 + tan²",
    source="Abramowitz & Stegun 4.3.107",
)

asin = elementwise(
    "asin",
    derivative=lambda x, out: 1 / sqrt(1 - x**2),
    reference="asin",
    sympy="asin",
    latex=r"\arcsin {x}",
    domain=BALL,
    range=Interval(-HALF_PI_ABOVE, HALF_PI_ABOVE),
    sign=same_sign,
    monotone=Monotone.INCREASING,
    curvature=lambda node, x: _atan_curvature(node, x).negated(),
    strict=True,
    aliases=("arcsin",),
    parity=Parity.ODD,
    because="the slope of arcsin x is 1/√(1 − x²)",
    source="Abramowitz & Stegun 4.4.52",
)

acos = elementwise(
    "acos",
    derivative=lambda x, out: -1 / sqrt(1 - x**2),
    reference="acos",
    sympy="acos",
    latex=r"\arccos {x}",
    domain=BALL,
    range=Interval(0, PI_ABOVE),
    sign=Sign.NONNEGATIVE,
    monotone=Monotone.DECREASING,
    curvature=_atan_curvature,
    strict=True,
    aliases=("arccos",),
    because="the slope of arccos x is −1/√(1 − x²)",
    source="Abramowitz & Stegun 4.4.53",
)

atan = elementwise(
    "atan",
    derivative=lambda x, out: 1 / (1 + x**2),
    reference="atan",
    sympy="atan",
    latex=r"\arctan {x}",
    range=Interval(-HALF_PI_ABOVE, HALF_PI_ABOVE),
    sign=same_sign,
    monotone=Monotone.INCREASING,
    curvature=_atan_curvature,
    strict=True,
    aliases=("arctan",),
    parity=Parity.ODD,
    growth=Growth.LINEAR,
    because="the slope of arctan x is 1/(1 + x²)",
    source="Abramowitz & Stegun 4.4.54",
)

atan2 = elementwise(
    "atan2",
    derivative=(lambda x, y, out: y / (x**2 + y**2), lambda x, y, out: -x / (x**2 + y**2)),
    reference="atan2",
    sympy="atan2",
    latex=r"\operatorname{{atan2}}({x}, {y})",
    range=Interval(-PI_ABOVE, PI_ABOVE),
    kinks=lambda x, y: (where(y <= 0, x, 1),),
    at_kink="atan2 jumps by 2π where its first argument is 0 and its second not positive",
    aliases=("arctan2",),
    because="the angle of a point turns with the inverse square of its distance",
    source="Abramowitz & Stegun 4.4.54, applied to y/x",
)

pi = elementwise(
    "pi",
    arity=0,
    reference="pi",
    sympy="pi",
    layout=lambda node, printer: printer.named_constant("pi"),
    sign=Sign.POSITIVE,
    range=Interval(PI_BELOW, PI_ABOVE),
    curvature=Curvature.AFFINE,
    because="a constant does not move",
    source="OEIS A000796",
)()

e = elementwise(
    "e",
    arity=0,
    reference="e",
    sympy="E",
    layout=lambda node, printer: printer.named_constant("e"),
    sign=Sign.POSITIVE,
    range=Interval(Fraction(math.e) - Fraction(1, 10**12), Fraction(math.e) + Fraction(1, 10**12)),
    curvature=Curvature.AFFINE,
    because="a constant does not move",
    source="OEIS A001113",
)()
