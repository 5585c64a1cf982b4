"""Exponentials beside sums of exponentials, in forms that do not overflow: log Σ eˣ and eˣ/Σ eˣ."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.exponential import (
    exp,
    log,
    log1p,
    logaddexp,
    softplus,
)
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import ONE, base_and_exponent, exponential_of, factors_of, scaled, without

__all__: list[str] = []


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
        shares = [add.make(tuple(w * _share(exponent, terms, power) for w, exponent in tops[i] or ())) for i in above]
        rest = [arg for i, arg in enumerate(node.args) if i != k and i not in above]
        remaining = count - power * len(above)
        if remaining:
            rest.append(below.args[0] ** constant(-remaining))
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
    return functools.reduce(logaddexp, (exponent for exponent in exponents if exponent is not None))


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
    weighted = _weighted_exponentials(sums[0], context)
    if weighted is None or len(weighted) + (node.primitive is log1p) < 2 or not all(map(context.facts.is_positive, beside)):
        return None
    total = functools.reduce(
        logaddexp, (exponent if weight is ONE else log(weight) + exponent for weight, exponent in weighted)
    )
    total = softplus(total) if node.primitive is log1p else total
    return functools.reduce(operator.add, map(log, beside), total)


def _weighted_exponentials(node: Node, context: Context) -> list[tuple[Node, Node]] | None:
    """Return the weights and the exponents of a sum of exponentials, where all weights are surely positive."""
    weighted = []
    for term in node.args if node.primitive is add else (node,):
        factors = factors_of(term)
        exponents = [factor.args[0] for factor in factors if factor.primitive is exp]
        weights = [factor for factor in factors if factor.primitive is not exp and factor is not ONE]
        if len(exponents) > 1 or not all(map(context.facts.is_positive, weights)):
            return None
        weighted.append((mul.make((*weights, ONE)) if weights else ONE, exponents[0] if exponents else constant(0)))
    return weighted if any(not exponent.is_exact for _, exponent in weighted) else None


def _exponent(term: Node) -> Node | None:
    """Return x for exp(x), and log(c) for a positive number."""
    if term.primitive is exp:
        return term.args[0]
    return log(term) if term.is_exact and term.value > 0 else None


@rewriting(
    "the logarithm of a product with an exponential",
    log,
    because="log(eᵘ·v) = u + log v, where nothing overflows or underflows",
    needs=(mul,),
    anywhere=(exp,),
    examples=(
        "log(y*exp(x))",
        "log(exp(-x**2/2)/sqrt(2*pi))",
        "log(3*exp(u)**2*exp(v))",
    ),
)
def logarithm_of_product(node: Node, context: Context) -> Node | None:
    """log(eᵘ·v) → u + log(v), which has values at the same points."""
    factors = factors_of(node.args[0])
    exponentials = [pair for factor in factors if (pair := exponential_of(factor)) is not None]
    others = [(factor, *base_and_exponent(factor)) for factor in factors if exponential_of(factor) is None]
    if not exponentials or not others or any(base.primitive is add for _, base, _ in others):
        return None  # a sum of exponentials may be shifted
    terms = [scaled(n, u) for u, n in exponentials]
    rest: list[Node] = []
    for factor, base, power in others:
        if power.is_exact and power is not ONE and not base.symbols and context.facts.is_positive(base):
            terms.append(scaled(Fraction(power.value), log(base)))
        else:
            rest.append(factor)
    return add.make((*terms, *([log(mul.make((*rest, ONE)))] if rest else [])))
