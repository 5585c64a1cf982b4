"""Code for slopes at points where a quotient is 0/0, and for differences that cancel in tails."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import mul, sqrt
from symgd.primitives.exponential import acosh, exp, expm1, log1p, sigmoid, softplus, tanh
from symgd.primitives.piecewise import abs, where
from symgd.primitives.removable import cosc_slope, exprel_slope, sinc_slope
from symgd.primitives.trigonometric import cos, sin
from symgd.simplify.rule import rule

__all__: list[str] = []


def _product(*factors: Node | int) -> Node:
    """Return one product, as it stands after simplification."""
    return mul.make(tuple(constant(factor) if isinstance(factor, int) else factor for factor in factors))


rule(
    "the slope of sin x/x near 0",
    lambda x: cos(x) * x**-1 + _product(-1, sin(x), x**-2),
    lambda x: sinc_slope(x),
    because="cos(x)/x − sin(x)/x² = −x/3 + x³/30 − …, where both parts are large and cancel",
    purpose=("code",),
)
rule(
    "the slope of (eˣ − 1)/x near 0",
    lambda x: exp(x) * x**-1 + _product(-1, expm1(x), x**-2),
    lambda x: exprel_slope(x),
    because="eˣ/x − (eˣ − 1)/x² = 1/2 + x/3 + x²/8 + …, where both parts are large and cancel",
    purpose=("code",),
)
rule(
    "the slope of (1 − cos x)/x² near 0",
    lambda x: sin(x) * x**-2 + _product(-4, sin(x / 2) ** 2, x**-3),
    lambda x: cosc_slope(x),
    because="sin(x)/x² − 2·(1 − cos x)/x³ = −x/12 + x³/180 − …, where both parts are large and cancel",
    purpose=("code",),
)
rule(
    "the slope of a sigmoid's slope",
    lambda x: sigmoid(-x) ** 2 * sigmoid(x) + _product(-1, sigmoid(x) ** 2, sigmoid(-x)),
    lambda x: -tanh(x / 2) * sigmoid(x) * sigmoid(-x),
    because="σ(−x) − σ(x) = −tanh(x/2), which keeps its digits near 0",
    purpose=("code",),
)
rule(
    "a sigmoid below 1",
    lambda x: sigmoid(x) - 1,
    lambda x: -sigmoid(-x),
    because="σ(x) − 1 = −σ(−x), which keeps its digits in the tail",
    purpose=("code",),
)
rule(
    "a softplus above its asymptote",
    lambda x: softplus(x) - x,
    lambda x: softplus(-x),
    because="log(1 + eˣ) − x = log(1 + e⁻ˣ)",
)
rule(
    "the slope of √(1 + x²) − x",
    lambda x: x * (1 + x**2) ** Fraction(-1, 2) - 1,
    lambda x: where(x > 0, -1 / (sqrt(1 + x**2) * (sqrt(1 + x**2) + abs(x))), -1 - abs(x) / sqrt(1 + x**2)),
    because="x/√(1 + x²) − 1 = −1/(√(1 + x²)·(√(1 + x²) + x)), which does not cancel for x > 0",
    purpose=("code",),
)
rule(
    "arcosh near 1",
    lambda x: acosh(1 + x),
    lambda x: log1p(x + sqrt(x) * sqrt(x + 2)),
    because="arcosh(1 + x) = log(1 + x + √x·√(x + 2)), which keeps its digits near 0",
    purpose=("code",),
)
rule(
    "exponentials that meet",
    lambda x, y: exp(x) * exp(y),
    lambda x, y: exp(x + y),
    because="eˣ·eʸ = eˣ⁺ʸ, which overflows only where the product does",
    purpose=("code",),
)
