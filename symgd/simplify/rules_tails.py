"""Differences that cancel in the tails of sigmoids, exponentials and roots: identities that code prefers."""

from __future__ import annotations

from symgd.graph.node import constant
from symgd.primitives.arithmetic import mul, sqrt
from symgd.primitives.exponential import acosh, exp, expm1, log1p, sigmoid, softplus, tanh
from symgd.primitives.trigonometric import acos, asin
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
    "a hyperbolic tangent below 1",
    lambda x: 1 - tanh(x),
    lambda x: 2 * sigmoid(-2 * x),
    because="1 − tanh x = 2·σ(−2x), which keeps its digits in the tail",
    purpose=("code",),
)
rule(
    "a hyperbolic tangent below 1, turned",
    lambda x: tanh(x) - 1,
    lambda x: -2 * sigmoid(-2 * x),
    because="tanh x − 1 = −2·σ(−2x), which keeps its digits in the tail",
    purpose=("code",),
)
rule(
    "a hyperbolic tangent above −1",
    lambda x: 1 + tanh(x),
    lambda x: 2 * sigmoid(2 * x),
    because="1 + tanh x = 2·σ(2x), which keeps its digits in the tail",
    purpose=("code",),
)
rule(
    "a softplus above its asymptote",
    lambda x: softplus(x) - x,
    lambda x: softplus(-x),
    because="log(1 + eˣ) − x = log(1 + e⁻ˣ)",
)
rule(
    "arcosh near 1",
    lambda x: acosh(1 + x),
    lambda x: log1p(x + sqrt(x) * sqrt(x + 2)),
    because="arcosh(1 + x) = log(1 + x + √x·√(x + 2)), which keeps its digits near 0",
    purpose=("code",),
)
rule(
    "an arc cosine near 1",
    lambda x: acos(1 - x),
    lambda x: 2 * asin(sqrt(x / 2)),
    because="arccos(1 − x) = 2·arcsin √(x/2), which keeps its digits near 0",
    purpose=("code",),
)
rule(
    "a quotient of exponentials near 0 and in the tail",
    lambda x: exp(x) * expm1(x) ** -1,
    lambda x: -(expm1(-x) ** -1),
    because="eˣ/(eˣ − 1) = −1/(e⁻ˣ − 1), which does not overflow",
    purpose=("code",),
)
rule(
    "the slope of a quotient of exponentials",
    lambda x: exp(x) * expm1(x) ** -2,
    lambda x: -(expm1(-x) ** -1) * expm1(x) ** -1,
    because="eˣ/(eˣ − 1)² = −1/((e⁻ˣ − 1)·(eˣ − 1)), which does not overflow",
    purpose=("code",),
)
rule(
    "the slope of a quotient of exponentials, written out",
    lambda x: exp(2 * x) * expm1(x) ** -2,
    lambda x: expm1(-x) ** -2,
    because="e²ˣ/(eˣ − 1)² = 1/(e⁻ˣ − 1)², which does not overflow",
    purpose=("code",),
)
rule(
    "exponentials that meet",
    lambda x, y: exp(x) * exp(y),
    lambda x, y: exp(x + y),
    because="eˣ·eʸ = eˣ⁺ʸ, which overflows only where the product does",
    purpose=("code",),
)
