"""Differences that cancel in the tails of sigmoids, exponentials and roots: identities that code prefers."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import constant
from symgd.primitives.arithmetic import mul, sqrt
from symgd.primitives.exponential import acosh, exp, log1p, sigmoid, softplus, tanh
from symgd.primitives.piecewise import abs, where
from symgd.simplify.rule import rule

__all__: list[str] = []

rule(
    "the slope of a sigmoid's slope",
    lambda x: sigmoid(-x) ** 2 * sigmoid(x) + mul.make((constant(-1), sigmoid(x) ** 2, sigmoid(-x))),
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
