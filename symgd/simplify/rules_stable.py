"""Forms that keep their digits: identities that code prefers, because they neither cancel nor overflow.

Each is an identity on the whole domain of its left side; the laws compare both sides in 400 digits.
"""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import contract, einsum
from symgd.primitives.exponential import cosh, exp, expm1, log, log1p, log2, log10, sech, sigmoid, sinh, tanh
from symgd.primitives.piecewise import abs, where
from symgd.primitives.special import erf, erfc, xlogy
from symgd.primitives.trigonometric import cos, sin
from symgd.simplify.rule import Context, rewriting, rule
from symgd.simplify.rules_algebra import exact_difference, scaled, split_term

__all__: list[str] = []

HALF = Fraction(1, 2)

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
    "a versine",
    lambda x: 1 - cos(x),
    lambda x: 2 * sin(x / 2) ** 2,
    because="1 − cos x = 2·sin²(x/2), which keeps its digits near 0",
    purpose=("code",),
)
rule(
    "a versine, turned",
    lambda x: cos(x) - 1,
    lambda x: -2 * sin(x / 2) ** 2,
    because="cos x − 1 = −2·sin²(x/2), which keeps its digits near 0",
    purpose=("code",),
)
rule(
    "an exponential below 1",
    lambda x: 1 - exp(x),
    lambda x: -expm1(x),
    because="1 − eˣ = −expm1(x), which keeps its digits near 0",
    purpose=("code",),
)
rule(
    "the logarithm of a complement",
    lambda x: log(-expm1(x)),
    lambda x: where(x > -1, 2 * log((-expm1(x)) ** HALF), log1p(-exp(x))),
    because="log(1 − eˣ) loses nothing near 0 with expm1 and nothing far below 0 with log1p",
    purpose=("code",),
)
rule(
    "the complement of erf",
    lambda x: 1 - erf(x),
    lambda x: erfc(x),
    because="1 − erf x is erfc x, which keeps its digits in the tail",
    purpose=("code",),
)
rule(
    "the complement of erfc",
    lambda x: 1 - erfc(x),
    lambda x: erf(x),
    because="1 − erfc x is erf x, which keeps its digits near 0",
    purpose=("code",),
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
                inputs = [one for i, one in enumerate(labels) if i != j]
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
)
def reciprocal_of_cosh(node: Node, context: Context) -> Node | None:
    """cosh(x)⁻ⁿ → sech(x)ⁿ."""
    base, exponent = node.args
    if base.primitive is not cosh or not exponent.is_exact or exponent.value >= 0:
        return None
    return pow.make((sech(*base.args), constant(-exponent.value)))


@rewriting(
    "sinh beside a reciprocal of cosh",
    mul,
    because="sinh x/coshⁿ x = tanh x/coshⁿ⁻¹ x, which does not overflow",
    purpose=("recognise", "people", "code"),
    needs=(sinh, pow),
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


@rewriting(
    "a difference of roots",
    add,
    because="√a − √b = (a − b)/(√a + √b), which keeps its digits where a and b are large",
    purpose=("code",),
)
def difference_of_roots(node: Node, context: Context) -> Node | None:
    """√a − √b → (a − b)/(√a + √b), and 1/√a − 1/√b → (b − a)/(√a·√b·(√a + √b)), where a − b is a number."""
    if len(node.args) != 2:
        return None
    (first, one), (second, other) = (split_term(term) for term in node.args)
    if first != -second or one.primitive is not pow or other.primitive is not pow or one.args[1] is not other.args[1]:
        return None
    gap = exact_difference(one.args[0], other.args[0])
    if not gap:
        return None
    if one.args[1].equals_number(HALF):
        return scaled(first * gap, (one + other) ** -1)
    if one.args[1].equals_number(-HALF):
        left, right = (root.args[0] ** HALF for root in (one, other))
        return scaled(-first * gap, one * other * (left + right) ** -1)
    return None


@rewriting(
    "a root beside what it nearly is",
    add,
    because="√a − b = (a − b²)/(√a + b), which keeps its digits where b is positive and large",
    purpose=("code",),
    needs=(pow,),
)
def root_beside_its_size(node: Node, context: Context) -> Node | None:
    """√a − b → (a − b²)/(√a + b) for positive b, where a − b² is a number."""
    if len(node.args) != 2:
        return None
    for k, root in enumerate(node.args):
        other = node.args[1 - k]
        size = other if other.is_symbol else -other
        if root.primitive is not pow or not root.args[1].equals_number(HALF) or not size.is_symbol:
            continue
        gap = exact_difference(root.args[0], size**2)
        if not gap:
            continue
        return where(other < 0, scaled(gap, (root + abs(other)) ** -1), root + abs(other))
    return None
