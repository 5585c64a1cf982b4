"""Forms that keep their digits: identities that code prefers, because they neither cancel nor overflow.

Each is an identity on the whole domain of its left side; the laws compare both sides in 400 digits.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from fractions import Fraction

from symgd.graph.node import CONSTANT, Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import contract, einsum
from symgd.primitives.error_function import erfc, erfcx
from symgd.primitives.exponential import (
    cosh,
    exp,
    expm1,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    sech,
    sigmoid,
    sinh,
    softplus,
    tanh,
)
from symgd.primitives.logarithmic import xlogy
from symgd.primitives.piecewise import abs, where
from symgd.primitives.trigonometric import cos, sin
from symgd.rewrite.rule import Context, rewriting, rule
from symgd.rewrite.rules.algebra import ONE, exact_difference, factors_of, root_of_number, scaled, split_term, without
from symgd.rewrite.rules.algebra import abs_value as absolute

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


@rewriting(
    "a difference of powers",
    add,
    because="aⁿ − bⁿ = (a − b)·(aⁿ⁻¹ + … + bⁿ⁻¹), which keeps its digits where a and b are large",
    purpose=("code",),
    needs=((pow, mul),),
    examples=(
        "sqrt(x + 1) - sqrt(x)",
        "1/(x + 1) - 1/x",
        "y*(x + 2)**3 - y*x**3",
        "(x + 1)**(-1/2) - x**(-1/2)",
    ),
)
def difference_of_powers(node: Node, context: Context) -> Node | None:
    """c·aᵖ − c·bᵖ for whole and half p, where a − b is a number: √a − √b → (a − b)/(√a + √b), 1/a − 1/b → (b − a)/(a·b)."""
    if len(node.args) != 2:
        return None
    (first, one), (second, other) = (split_term(term) for term in node.args)
    if first != -second:
        return None
    left, right = (factors_of(term) for term in (one, other))
    common = [factor for factor in left if factor in right]
    (a, p), (b, q) = (_base_and_exponent([factor for factor in side if factor not in common]) for side in (left, right))
    if a is None or b is None or p != q or p == 1 or p.denominator > 2 or 2 * absolute(p) > _LARGEST_POWER:
        return None
    gap = exact_difference(_multiplied_out(a), _multiplied_out(b))
    if not gap:
        return None
    return mul.make((constant(first * gap), *common, _quotient_of_powers(a, b, p)))


_LARGEST_POWER = 6


def _base_and_exponent(factors: list[Node]) -> tuple[Node | None, Fraction]:
    """Return the base and the exponent of the only factor; no base where there are several."""
    if len(factors) != 1:
        return None, Fraction(1)
    (factor,) = factors
    is_power = factor.primitive is pow and factor.args[1].is_exact
    return (factor.args[0], Fraction(factor.args[1].value)) if is_power else (factor, Fraction(1))


def _quotient_of_powers(a: Node, b: Node, p: Fraction) -> Node:
    """(aᵖ − bᵖ)/(a − b), without a difference."""
    if p < 0:  # a⁻ᵖ − b⁻ᵖ = −(aᵖ − bᵖ)/(aᵖ·bᵖ)
        return -_quotient_of_powers(a, b, -p) * a**p * b**p
    if p.denominator == 2:  # over √a + √b, with n = 2p: (√aⁿ − √bⁿ)/(√a − √b)
        a, b = a**HALF, b**HALF
    whole = int(2 * p) if p.denominator == 2 else int(p)
    total = add.make(tuple(a**k * b ** (whole - 1 - k) for k in range(whole)))
    return total * (a + b) ** -1 if p.denominator == 2 else total


@rewriting(
    "a difference of sines",
    add,
    because="sin a − sin b = 2·cos((a + b)/2)·sin((a − b)/2), which does not cancel",
    purpose=("code",),
    examples=(
        "sin(x + 1) - sin(x)",
        "2*cos(x + 3) - 2*cos(x)",
    ),
)
def difference_of_sines(node: Node, context: Context) -> Node | None:
    """Where a − b is a number: sin a − sin b, and cos a − cos b = −2·sin((a + b)/2)·sin((a − b)/2)."""
    if len(node.args) != 2:
        return None
    (first, one), (second, other) = (split_term(term) for term in node.args)
    if first != -second or one.primitive is not other.primitive or one.primitive not in (sin, cos):
        return None
    gap = exact_difference(one.args[0], other.args[0])
    if not gap:
        return None
    middle = other.args[0] + constant(gap / 2)
    turned = cos(middle) if one.primitive is sin else -sin(middle)
    return scaled(2 * first, turned * sin(constant(gap / 2)))


@rewriting(
    "1 minus a square under a power",
    pow,
    because="1 − x² = (1 − x)·(1 + x), which keeps its digits near ±1",
    purpose=("code",),
    needs=(add,),
    examples=(
        "(1 - x**2)**(1/2)",
        "(x**2 - 1)**(-1/2)",
        "1/(1 - x**2)",
    ),
)
def one_minus_square(node: Node, context: Context) -> Node | None:
    """(1 − x²)ᵖ → ((1 − x)·(1 + x))ᵖ and (x² − 1)ᵖ → ((x − 1)·(x + 1))ᵖ, for a p that is not a positive whole number."""
    base, exponent = node.args
    if not exponent.is_exact or len(base.args) != 2 or (isinstance(exponent.value, int) and exponent.value > 0):
        return None
    for square, one in (base.args, base.args[::-1]):
        sign, core = split_term(square)
        if core.primitive is pow and core.args[1].equals_number(2) and absolute(sign) == 1 and one.equals_number(-sign):
            x = core.args[0]
            return ((-x + 1 if sign < 0 else x - 1) * (x + 1)) ** exponent
    return None


def _multiplied_out(product: Node) -> Node:
    """Return x² − 1 for (x − 1)·(x + 1), and 1 − x² for (1 − x)·(1 + x); anything else as it is."""
    if product.primitive is mul and len(product.args) == 2:
        first, second = product.args
        for x in first.symbols:
            if {first, second} == {x - 1, x + 1}:
                return x**2 - 1
            if {first, second} == {-x + 1, x + 1}:
                return 1 - x**2
    return product


@rewriting(
    "a root beside what it nearly is",
    add,
    because="√a − b = (a − b²)/(√a + b), which keeps its digits where b is positive and large",
    purpose=("code",),
    needs=((pow, mul),),
    examples=(
        "sqrt(x**2 + 1) - x",
        "x - sqrt(x**2 - 2)",
        "sqrt((x - 1)*(x + 1)) - x",
        "sqrt(x**2 + 1) + x",
        "3*x - sqrt(9*x**2 + 1)",
    ),
)
def root_beside_its_size(node: Node, context: Context) -> Node | None:
    """√a − b → (a − b²)/(√a + |b|) for b > 0, where a − b² is a number; also −√a + b."""
    if len(node.args) != 2:
        return None
    for root, beside in (node.args, node.args[::-1]):
        (front, root), (back, size) = split_term(root), split_term(beside)
        if root.primitive is not pow or not root.args[1].equals_number(HALF) or not size.is_symbol or absolute(front) != 1:
            continue
        gap = exact_difference(_multiplied_out(root.args[0]), scaled((back / front) ** 2, size**2))
        size = scaled(-back / front, size)  # √a − size
        if not gap or context.facts.sign(size).is_nonpositive:
            continue  # nothing cancels
        near = scaled(gap, (root + abs(size)) ** -1)
        return scaled(front, near if context.facts.is_nonnegative(size) else where(size > 0, near, root + abs(size)))
    return None


@rewriting(
    "the slope of a root beside what it nearly is",
    add,
    because="x/√(c + x²) − 1 = −c/(√(c + x²)·(√(c + x²) + x)), which does not cancel for x > 0",
    purpose=("code",),
    needs=(mul, CONSTANT),
    examples=(
        "x/sqrt(x**2 + 1) - 1",
        "3*x/sqrt(x**2 - 2) + 3",
    ),
)
def slope_of_root_beside_its_size(node: Node, context: Context) -> Node | None:
    """k·x/√(c + x²) − k for a number c, and k·x/√(c + x²) + k."""
    if len(node.args) != 2 or not node.args[1].is_exact:
        return None
    front, core = split_term(node.args[0])
    if not front or core.primitive is not mul or len(core.args) != 2:
        return None
    for x, below in (core.args, core.args[::-1]):
        if below.primitive is not pow or not below.args[1].equals_number(-HALF) or not x.is_symbol:
            continue
        gap = exact_difference(_multiplied_out(below.args[0]), x**2)
        sign = Fraction(node.args[1].value) / front
        if not gap or absolute(sign) != 1:
            continue
        root = below.args[0] ** HALF
        near = scaled(sign * gap, (root * (root + abs(x))) ** -1)
        if context.facts.is_nonnegative(scaled(sign, x)):
            return None  # nothing cancels
        if context.facts.is_nonnegative(scaled(-sign, x)):
            return scaled(front, near)
        return scaled(front, where(scaled(sign, x) < 0, near, scaled(sign, 1 + abs(x) * below)))
    return None


# -- the tail of the bell curve ---------------------------------------------------------------------------------


@rewriting(
    "the logarithm of erfc",
    log,
    because="log erfc x = log erfcx x − x², which does not underflow in the tail",
    purpose=("code",),
    needs=((erfc, mul),),
    examples=(
        "log(erfc(x))",
        "log(erfc(x)/2)",
        "log(3*erfc(x))",
    ),
)
def logarithm_of_erfc(node: Node, context: Context) -> Node | None:
    """log(c·erfc(x)) → log(c·erfcx(x)) − x² for x > 0; for x < 0, log(erfc(x)/2) → log1p(−erfc(−x)/2)."""
    number, core = split_term(node.args[0])
    if core.primitive is not erfc or number <= 0 or node in context.normal:
        return None
    (x,) = core.args
    context.normal.add(node)  # it stays as it is for x ≤ 0
    other = log1p(-erfc(-x) / 2) if number == HALF else node
    return where(x > 0, log(scaled(number, erfcx(x))) - _square(x), other)


@rewriting(
    "erfc beside a bell curve",
    mul,
    because="e^(x²)·erfc x is erfcx x, which does not underflow in the tail",
    purpose=("code",),
    needs=(exp, (erfc, pow)),
    examples=(
        "exp(x**2)*erfc(x)",
        "exp(-x**2)/erfc(x)",
        "y*exp(2*x**2)*erfc(x)**2",
    ),
)
def erfc_beside_bell_curve(node: Node, context: Context) -> Node | None:
    """e^(n·x²)·erfc(x)ⁿ → erfcx(x)ⁿ, for negative n too."""
    for j, factor in enumerate(node.args):
        is_power = factor.primitive is pow and factor.args[1].is_exact
        tail, exponent = (factor.args[0], Fraction(factor.args[1].value)) if is_power else (factor, Fraction(1))
        if tail.primitive is not erfc:
            continue
        bell = exp(scaled(exponent, _square(tail.args[0])))
        if bell in node.args:
            k = node.args.index(bell)
            rest = [arg for i, arg in enumerate(node.args) if i not in (j, k)]
            return mul.make((*rest, erfcx(*tail.args) ** constant(exponent)))
    return None


def _square(node: Node) -> Node:
    """Return x², with the squares of roots of numbers as numbers: (x/√2)² is x²/2."""
    number, core = split_term(node)
    number **= 2
    rest = []
    for factor in factors_of(core):
        root = root_of_number(factor)
        if root is None:
            rest.append(factor**2)
        else:
            number *= root
    return scaled(number, mul.make(tuple(rest))) if rest else constant(number)


# -- exponentials beside each other -----------------------------------------------------------------------------


@rewriting(
    "an exponential over a sum of exponentials",
    mul,
    because="e^a/Σ e^b = 1/Σ e^(b − a), which does not overflow",
    purpose=("code",),
    needs=((exp, mul), pow),
    examples=(
        "exp(x)/(exp(y) + exp(z))",
        "exp(x)/(exp(x) + exp(y))**2",
        "y*exp(x)/(1 + 2*exp(z))",
        "exp(x)*exp(y)/(exp(y) + exp(z))**2",
        "(exp(x) + 2*exp(z))*exp(y)/(exp(y) + exp(2*z))**2",
    ),
)
def exponential_over_exponentials(node: Node, context: Context) -> Node | None:
    """exp(a)/(exp(b) + exp(c) + …)ⁿ → 1/(exp(b − a/n) + exp(c − a/n) + …)ⁿ, and so for each of several sums above the line.

    Also of one exponential below the line, of positive numbers, and with weights that are surely positive.
    """
    for k, below in enumerate(node.args):
        if below.primitive is not pow or not below.args[1].is_exact or below.args[1].value >= 0:
            continue
        terms = _weighted_exponentials(below.args[0], context)
        if terms is None:
            continue
        count = -Fraction(below.args[1].value)
        tops = [None if i == k or arg.is_constant else _weighted_exponentials(arg, context) for i, arg in enumerate(node.args)]
        above = [i for i, top in enumerate(tops) if top is not None]
        if len(above) > 1:
            above = above[: int(count)]
        elif above and node.args[above[0]].primitive is add:
            continue
        if not above or len(above) > count:
            continue
        power = count if len(above) == 1 else Fraction(1)
        shares = [add.make(tuple(w * _share(one, terms, power) for w, one in tops[i] or ())) for i in above]
        rest = [arg for i, arg in enumerate(node.args) if i != k and i not in above]
        left = count - power * len(above)
        if left:
            rest.append(below.args[0] ** constant(-left))
        return mul.make((*rest, *shares)) if len(rest) + len(shares) > 1 else shares[0]
    return None


def _share(above: Node, terms: Sequence[tuple[Node, Node]], power: Fraction) -> Node:
    """Return exp(a)/(Σ w·exp(b))ᵖ, without overflow."""
    part = scaled(1 / power, above)
    return add.make(tuple(weight * exp(exponent - part) for weight, exponent in terms)) ** constant(-power)


@rewriting(
    "the logarithm of an exponential over a sum of exponentials",
    log,
    because="log(e^a/Σ e^b) = a − log Σ e^b, without underflow",
    purpose=("code", "recognise"),
    needs=((mul, pow),),
    examples=(
        "log(exp(x)/(exp(x) + exp(y)))",
        lambda x, y, z: log(exp(x) / add.make((exp(x), exp(y), exp(z)))),
    ),
)
def logarithm_of_share(node: Node, context: Context) -> Node | None:
    """log(exp(a)/(exp(a) + exp(b))) → −softplus(b − a), and a − log(Σ exp) for more terms."""
    (inner,) = node.args
    if inner.primitive is not mul or len(inner.args) != 2:
        return None
    above = next((arg for arg in inner.args if arg.primitive is exp), None)
    below = next((arg for arg in inner.args if arg.primitive is pow and arg.args[1].equals_number(-1)), None)
    if above is None or below is None or below.args[0].primitive is not add:
        return None
    terms = below.args[0].args
    if any(_exponent(term) is None for term in terms):
        return None
    others = [_exponent(term) for term in terms if term is not above]
    if len(terms) == 2 and len(others) == 1 and others[0] is not None:
        return -softplus(others[0] - above.args[0])
    return above.args[0] - log(below.args[0])


@rewriting(
    "the logarithm of a sum of exponentials",
    log,
    because="log(e^a + e^b + e^c) = logaddexp(a, logaddexp(b, c)), which does not overflow",
    purpose=("code", "recognise"),
    needs=((exp, add),),
    examples=(
        "log(exp(x) + exp(y) + exp(z))",
        "log(exp(x) + exp(y) + 2)",
    ),
)
def logarithm_of_exponentials(node: Node, context: Context) -> Node | None:
    """log(exp(a) + exp(b) + exp(c) + …) → nested logaddexp; positive numbers too."""
    (inner,) = node.args
    if inner.primitive is not add or len(inner.args) < 3:
        return None
    exponents = [_exponent(term) for term in inner.args]
    if None in exponents or sum(term.primitive is exp for term in inner.args) < 2:
        return None
    return functools.reduce(logaddexp, (one for one in exponents if one is not None))


@rewriting(
    "the logarithm of a sum of weighted exponentials",
    log,
    log1p,
    because="log(c·(v·e^a + w·e^b)) = log c + logaddexp(a + log v, b + log w), which does not overflow",
    purpose=("code",),
    needs=((add, mul),),
    examples=(
        "log(2*exp(x) + 3*exp(y))",
        "log1p(2*exp(x))",
        "log(a*(exp(x) + 2*exp(y)))",
        "log(a*exp(x) + b*exp(y) + 1)",
    ),
)
def logarithm_of_weighted_exponentials(node: Node, context: Context) -> Node | None:
    """log(c·(v·exp(a) + w·exp(b) + …)) → log(c) + nested logaddexp for c, v and w that are surely positive; also log1p."""
    (inner,) = node.args
    sums = [arg for arg in inner.args if arg.primitive is add] if inner.primitive is mul and node.primitive is log else [inner]
    if len(sums) != 1:
        return None
    beside = without(inner.args, *sums) if sums[0] is not inner else []
    found = _weighted_exponentials(sums[0], context)
    if found is None or len(found) + (node.primitive is log1p) < 2 or not all(map(context.facts.is_positive, beside)):
        return None
    total = functools.reduce(logaddexp, (exponent if weight is ONE else log(weight) + exponent for weight, exponent in found))
    total = softplus(total) if node.primitive is log1p else total
    return functools.reduce(operator.add, map(log, beside), total)


def _weighted_exponentials(node: Node, context: Context) -> list[tuple[Node, Node]] | None:
    """Return the weights and the exponents of a sum of exponentials, where all weights are surely positive."""
    found = []
    for term in node.args if node.primitive is add else (node,):
        factors = factors_of(term)
        exponents = [factor.args[0] for factor in factors if factor.primitive is exp]
        weights = [factor for factor in factors if factor.primitive is not exp and factor is not ONE]
        if len(exponents) > 1 or not all(map(context.facts.is_positive, weights)):
            return None
        found.append((mul.make((*weights, ONE)) if weights else ONE, exponents[0] if exponents else constant(0)))
    return found if any(not exponent.is_exact for _, exponent in found) else None


def _exponent(term: Node) -> Node | None:
    """Return x for exp(x), and log(c) for a positive number."""
    if term.primitive is exp:
        return term.args[0]
    return log(term) if term.is_exact and term.value > 0 else None
