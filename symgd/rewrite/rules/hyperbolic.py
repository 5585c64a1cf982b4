"""Functions made of one exponential: cosh, sinh, tanh, sigmoid and logarithms near 1, in forms that keep their digits.

Code prefers these identities, because they neither cancel nor overflow. Each holds on the whole domain of its left side; the
laws compare both sides in 400 digits.
"""

from __future__ import annotations

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.contraction import contract, einsum
from symgd.primitives.exponential import (
    cosh,
    exp,
    expm1,
    log,
    log1p,
    log2,
    log10,
    sech,
    sigmoid,
    sinh,
    tanh,
)
from symgd.primitives.logarithmic import xlogy
from symgd.primitives.piecewise import abs, where
from symgd.rewrite.rule import Context, rewriting, rule
from symgd.rewrite.terms import HALF, split_term, without

__all__: list[str] = []


rule(
    "the logarithm of cosh",
    lambda x: log(cosh(x)),
    lambda x: where(abs(x) < 1, log1p(2 * sinh(x / 2) ** 2), abs(x) + log1p(exp(-2 * abs(x))) - log(2)),
    because="log cosh x = log(1 + 2·sinh²(x/2)) keeps small x, and |x| + log(1 + e^(−2|x|)) − log 2 does not overflow",
    purpose=("code",),
)

rule(
    "the slope of tanh in its tails",
    lambda x: 1 - tanh(x) ** 2,
    lambda x: sech(x) ** 2,
    because="1 − tanh² x = 1/cosh² x, which keeps its digits in the tails",
    purpose=("code",),
)

rule(
    "the slope of tanh in its tails, turned",
    lambda x: tanh(x) ** 2 - 1,
    lambda x: -(sech(x) ** 2),
    because="tanh² x − 1 = −1/cosh² x, which keeps its digits in the tails",
    purpose=("code",),
)

rule(
    "the logarithm of a complement",
    lambda x: log(-expm1(x)),
    lambda x: where(x > -1, 2 * log((-expm1(x)) ** HALF), log1p(-exp(x))),
    because="log(1 − eˣ) loses nothing near 0 with expm1 and nothing far below 0 with log1p",
    purpose=("code",),
)


@rewriting(
    "the logarithm of an exponential less 1",
    log,
    because="log(eˣ − 1) = x + log(1 − e⁻ˣ), which does not overflow",
    purpose=("code",),
    needs=((expm1, mul),),
    examples=(
        "log(expm1(x))",
        "log(3*expm1(x))",
    ),
)
def logarithm_of_expm1(node: Node, context: Context) -> Node | None:
    """log(c·expm1(x)) → x + log1p(−e⁻ˣ) + log c for x > 1 and a positive number c."""
    number, core = split_term(node.args[0])
    if core.primitive is not expm1 or number <= 0 or node in context.normal:
        return None
    context.normal.add(node)  # it stays as it is for x ≤ 1
    (x,) = core.args
    far = x + log1p(-exp(-x))
    return where(x > 1, far if number == 1 else far + log(constant(number)), node)


rule(
    "the square of a sigmoid, written out",
    lambda x: exp(2 * x) * (1 + exp(x)) ** -2,
    lambda x: sigmoid(x) ** 2,
    because="e²ˣ/(1 + eˣ)² = σ(x)², which does not overflow",
    purpose=("recognise", "people"),
)

rule(
    "the slope of a sigmoid, written out",
    lambda x: exp(x) * (1 + exp(x)) ** -2,
    lambda x: sigmoid(x) * sigmoid(-x),
    because="eˣ/(1 + eˣ)² = σ(x)·σ(−x), which does not overflow",
    purpose=("recognise", "people"),
)

rule(
    "the slope of a sigmoid by one exponential",
    lambda x: sigmoid(x) * sigmoid(-x),
    lambda x: exp(-abs(x)) * (1 + exp(-abs(x))) ** -2,
    because="σ(x)·σ(−x) = e⁻ˡˣˡ/(1 + e⁻ˡˣˡ)², which neither overflows nor cancels",
    purpose=("code",),
)


@rewriting(
    "a power times the logarithm of its base",
    mul,
    einsum,
    because="xᵖ·log x goes to 0 with x for p > 0, where 0·(−∞) has no value",
    purpose=("code",),
    needs=(pow, log),
    examples=(
        "x**y*log(x)",
        "2*x**y*log(x)*z",
        "sum(v**u*log(v))",
    ),
)
def power_times_logarithm(node: Node, context: Context) -> Node | None:
    """xᵖ·log(x) → xlogy(xᵖ, x) for a p that is not a number, as the slope in an exponent has it; also under a sum."""
    labels = node.params[0] if node.primitive is einsum else [None] * len(node.args)
    for k, factor in enumerate(node.args):
        if factor.primitive is not pow or factor.args[1].is_exact or _is_other_number(factor.args[0]):
            continue
        base = factor.args[0]
        logarithm = log(base)
        for j, other in enumerate(node.args):
            if other is logarithm and labels[j] == labels[k]:
                joined = xlogy(factor, base)
                if node.primitive is mul:
                    return mul.make(tuple(joined if i == k else arg for i, arg in enumerate(node.args) if i != j))
                inputs = [indices for i, indices in enumerate(labels) if i != j]
                args = [joined if i == k else arg for i, arg in enumerate(node.args) if i != j]
                return contract(args, inputs, node.params[1])
    return None


def _is_other_number(node: Node) -> bool:
    return node.is_exact and not node.equals_number(0)


rule(
    "a logarithm near 1, to the base 2",
    lambda x: log2(1 + x),
    lambda x: log1p(x) / log(2),
    because="log₂(1 + x) = log1p(x)/log 2, which keeps its digits near 0",
    purpose=("code",),
)

rule(
    "a logarithm near 1, to the base 10",
    lambda x: log10(1 + x),
    lambda x: log1p(x) / log(10),
    because="log₁₀(1 + x) = log1p(x)/log 10, which keeps its digits near 0",
    purpose=("code",),
)


@rewriting(
    "a reciprocal of cosh",
    pow,
    because="1/cosh x is sech x, which does not overflow",
    purpose=("code",),
    needs=(cosh,),
    examples=(
        "1/cosh(x)",
        "cosh(x)**(-2)",
        "cosh(x)**(-1/2)",
    ),
)
def reciprocal_of_cosh(node: Node, context: Context) -> Node | None:
    """cosh(x)⁻ⁿ → sech(x)ⁿ."""
    base, exponent = node.args
    if base.primitive is not cosh or not exponent.is_exact or exponent.value >= 0:
        return None
    return pow.make((sech(*base.args), constant(-exponent.value)))


rule(
    "the logarithm of sinh",
    lambda x: log(sinh(x)),
    lambda x: x + log(-expm1(-2 * x)) - log(2),
    because="sinh x = eˣ·(1 − e^(−2x))/2, of which the logarithm does not overflow",
    purpose=("code",),
)

rule(
    "sinh beside a falling exponential",
    lambda x: exp(-x) * sinh(x),
    lambda x: -expm1(-2 * x) / 2,
    because="e^(−x)·sinh x = (1 − e^(−2x))/2, which does not overflow",
    purpose=("code",),
)

rule(
    "sinh beside a falling exponential, as a quotient",
    lambda x: sinh(x) / exp(x),
    lambda x: -expm1(-2 * x) / 2,
    because="e^(−x)·sinh x = (1 − e^(−2x))/2, which does not overflow",
    purpose=("code",),
)

rule(
    "cosh beside a falling exponential",
    lambda x: exp(-x) * cosh(x),
    lambda x: (1 + exp(-2 * x)) / 2,
    because="e^(−x)·cosh x = (1 + e^(−2x))/2, which does not overflow",
    purpose=("code",),
)

rule(
    "cosh beside a falling exponential, as a quotient",
    lambda x: cosh(x) / exp(x),
    lambda x: (1 + exp(-2 * x)) / 2,
    because="e^(−x)·cosh x = (1 + e^(−2x))/2, which does not overflow",
    purpose=("code",),
)


@rewriting(
    "cosh beside a reciprocal of sinh",
    mul,
    because="cosh x/sinhⁿ x = 1/(tanh x·sinhⁿ⁻¹ x), which does not overflow",
    purpose=("code",),
    needs=(cosh, pow),
    examples=(
        "cosh(x)/sinh(x)",
        "y*cosh(x)/sinh(x)**2",
    ),
)
def cosh_beside_sinh(node: Node, context: Context) -> Node | None:
    """cosh(x)·sinh(x)⁻ⁿ → tanh(x)⁻¹·sinh(x)¹⁻ⁿ for n ≥ 1."""
    for below in node.args:
        if below.primitive is not pow or below.args[0].primitive is not sinh or not below.args[1].is_exact:
            continue
        x, exponent = below.args[0].args[0], below.args[1].value
        above = cosh(x)
        if exponent <= -1 and above in node.args:
            rest = without(node.args, below, above)
            return mul.make((*rest, tanh(x) ** -1, sinh(x) ** (exponent + 1)))
    return None


@rewriting(
    "sinh beside a reciprocal of cosh",
    mul,
    because="sinh x/coshⁿ x = tanh x/coshⁿ⁻¹ x, which does not overflow",
    purpose=("recognise", "people", "code"),
    needs=(sinh, pow),
    examples=(
        "sinh(x)/cosh(x)**2",
        "y*sinh(x)/cosh(x)**3",
    ),
)
def sinh_beside_cosh(node: Node, context: Context) -> Node | None:
    """sinh(x)·cosh(x)⁻ⁿ → tanh(x)·cosh(x)¹⁻ⁿ for n > 1."""
    for j, below in enumerate(node.args):
        if below.primitive is not pow or below.args[0].primitive is not cosh or not below.args[1].is_exact:
            continue
        numerator, exponent = sinh(below.args[0].args[0]), below.args[1].value
        if exponent >= -1 or numerator not in node.args:
            continue
        k = node.args.index(numerator)
        rest = [arg for i, arg in enumerate(node.args) if i not in (j, k)]
        return mul.make((*rest, tanh(numerator.args[0]), below.args[0] ** (exponent + 1)))
    return None
