"""Differences that cancel in the tails of sigmoids, exponentials and roots: identities that code prefers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.graph.primitive import Primitive
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import broadcast
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.error_function import erf, erfc
from symgd.primitives.exponential import acosh, exp, expm1, log1p, sigmoid, softplus, tanh
from symgd.primitives.normal_distribution import ndtr
from symgd.primitives.trigonometric import acos, asin, cos, sin
from symgd.rewrite.rule import Context, rewriting, rule
from symgd.rewrite.terms import ONE, factors_of, split_term, without

__all__ = ["is_multiple"]

BESIDE: dict[Primitive, tuple[tuple[int, Callable[[Node], Node]], ...]] = {
    erf: ((1, lambda x: erfc(-x)), (-1, lambda x: -erfc(x))),
    erfc: ((-1, lambda x: -erf(x)), (-2, lambda x: -erfc(-x))),
    ndtr: ((-1, lambda x: -ndtr(-x)),),
    tanh: ((1, lambda x: 2 * sigmoid(2 * x)), (-1, lambda x: -2 * sigmoid(-2 * x))),
    cos: ((-1, lambda x: -2 * sin(x / 2) ** 2),),
    exp: ((-1, lambda x: expm1(x)),),
}
"""By functions f, the numbers r of which r + f(x) cancels, and what r + f(x) is."""


@rewriting(
    "a function beside the number that it approaches",
    add,
    because="1 + erf x = erfc(−x), 1 − Φ(x) = Φ(−x), 1 − tanh x = 2·σ(−2x) and their like keep the digits that the sum cancels",
    purpose=("code",),
    needs=((*BESIDE, mul),),
    examples=(
        "1 + erf(x)",
        "1 - erf(x)",
        "y/2 + y*erf(x)/2",
        "1 - erfc(x)",
        "2 - erfc(x)",
        "1 - ndtr(x)",
        "1 + tanh(x)",
        "1 - tanh(x)",
        "y - y*tanh(x)",
        "cos(x) - 1",
        "exp(x) - 1",
        "3*exp(x) - 3 + y",
    ),
)
def beside_its_limit(node: Node, context: Context) -> Node | None:
    """a/2 + a·erf(x)/2 → a·erfc(−x)/2, and so for each function of :data:`BESIDE`."""
    for k, term in enumerate(node.args):
        number, core = split_term(term)
        factors = factors_of(core)
        for function in [factor for factor in factors if factor.primitive in BESIDE]:
            common = mul.make((*without(factors, function), ONE))
            for ratio, form in BESIDE[function.primitive]:
                for j, other in enumerate(node.args):
                    if j != k and is_multiple(other, number * ratio, common):
                        joined = mul.make((constant(number), common, form(*function.args)))
                        rest = [arg for i, arg in enumerate(node.args) if i not in (j, k)]
                        return add.make((*rest, joined)) if rest else joined
    return None


def is_multiple(term: Node, number: Fraction, core: Node) -> bool:
    """Whether a term is number·core, whatever the order of its factors, and maybe stretched."""
    front, inner = split_term(term.args[0] if term.primitive is broadcast else term)
    if front != number:
        return False
    left, right = ([arg for arg in factors_of(node) if arg is not ONE] for node in (inner, core))
    return sorted(arg.serial for arg in left) == sorted(arg.serial for arg in right)


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
