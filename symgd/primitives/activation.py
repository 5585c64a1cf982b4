"""Activation functions of neural networks beyond the sigmoid family and the rectifier."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.node import Node
from symgd.graph.primitive import elementwise
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.error_function import erfc
from symgd.primitives.exponential import exp, expm1, sigmoid
from symgd.primitives.piecewise import minimum, where
from symgd.primitives.trigonometric import pi

__all__ = ["elu", "gelu", "leaky_relu", "silu"]


def _slopes(slope: Interval) -> tuple[Monotone, Monotone]:
    """A rectifier rises in x where its slope below 0 does; in that slope it runs with the sign of x."""
    return (Monotone.INCREASING if slope.low >= 0 else Monotone.UNKNOWN, Monotone.UNKNOWN)


leaky_relu = elementwise(
    "leaky_relu",
    definition=lambda x, slope: where(x > 0, x, slope * x),
    derivative=(lambda x, slope, out: where(x > 0, 1, slope), lambda x, slope, out: minimum(x, 0)),
    defaults=(Fraction(1, 100),),
    numpy="where({x} > 0, {x}, {y} * {x})",
    latex=r"\operatorname{{leaky\_relu}}({x}, {y})",
    kinks=lambda x, slope: (x,),
    at_kink="leaky_relu'(0) is the slope below 0",
    sign=lambda node, x, slope: x if slope.is_positive else Sign.ANY,
    monotone=lambda node, x, slope: _slopes(slope),
    because="the leaky rectifier passes what is positive and scales the rest",
    source="Maas, Hannun & Ng, ICML 2013",
)

elu = elementwise(
    "elu",
    definition=lambda x, scale: where(x > 0, x, scale * (exp(x) - 1)),
    reference=lambda x, scale: where(x > 0, x, scale * expm1(x)),
    derivative=(
        lambda x, scale, out: where(x > 0, 1, scale * exp(minimum(x, 0))),
        lambda x, scale, out: where(x > 0, 0, expm1(minimum(x, 0))),
    ),
    defaults=(1,),
    numpy="where({x} > 0, {x}, {y} * expm1(minimum({x}, 0)))",
    latex=r"\operatorname{{elu}}({x}, {y})",
    kinks=lambda x, scale: (where(x < 0, 1, x),),
    at_kink="elu'(0) = 1 for the scale 1; otherwise the slope from below",
    sign=lambda node, x, scale: x if scale.is_positive else Sign.ANY,
    monotone=lambda node, x, scale: _slopes(scale),
    because="the exponential linear unit is the identity above 0 and a shifted exponential below",
    source="Clevert, Unterthiner & Hochreiter, ICLR 2016",
)

silu = elementwise(
    "silu",
    definition=lambda x: x * sigmoid(x),
    derivative=lambda x, out: sigmoid(x) + out * sigmoid(-x),
    numpy="{x} * expit({x})",
    imports=("scipy.special:expit", "cupyx.scipy.special:expit"),
    latex=r"\operatorname{{silu}}({x})",
    sign=lambda node, x: x,
    range=Interval(Fraction(-2785, 10_000)),
    aliases=("swish",),
    because="the slope of x·σ(x) is σ(x) + x·σ(x)·σ(−x)",
    source="Elfwing, Uchibe & Doya 2018",
)


def _density(x: Node) -> Node:
    """The density of the standard normal distribution."""
    return exp(-(x**2) / 2) / sqrt(2 * pi)


gelu = elementwise(
    "gelu",
    definition=lambda x: x * erfc(-x / sqrt(2)) / 2,
    derivative=lambda x, out: erfc(-x / sqrt(2)) / 2 + x * _density(x),
    numpy="{x} * ndtr({x})",
    imports=("scipy.special:ndtr", "cupyx.scipy.special:ndtr"),
    latex=r"\operatorname{{gelu}}({x})",
    sign=lambda node, x: x,
    range=Interval(Fraction(-17, 100)),
    curvature=Curvature.UNKNOWN,
    because="the slope of x·Φ(x) is Φ(x) + x·φ(x), with the normal distribution Φ and its density φ",
    source="Hendrycks & Gimpel 2016",
)
