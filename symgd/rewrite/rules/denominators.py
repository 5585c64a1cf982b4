"""Rules of sums of quotients: a/d + b/d² = (a·d + b)/d², and a/c + b/d = (a·d + b·c)/(c·d)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, is_divisor, mul, pow
from symgd.rewrite.polynomials import Core, core_of, may_be_dropped, sum_of, weight_of
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import (
    ONE,
    factors_of,
    may_be_joined,
    powers_of,
    product_of,
    split_term,
    terms_of,
    without,
)

__all__: list[str] = []


@rewriting(
    "a common denominator",
    add,
    because="a/d + b/d² = (a·d + b)/d², and a·d + b is short",
    needs=((mul, pow),),
    of="scalars",
    examples=(
        "1/(x + y) - x/(x + y)**2",
        "y/(x + 1) - x*y/(x + 1)**2",
        "1 - x/(x + y)",
    ),
)
def common_denominator(node: Node, context: Context) -> Node | None:
    """a·d⁻ᵏ + b·d⁻ᵏ⁻¹ → (a·d + b)·d⁻ᵏ⁻¹ for scalars, where a·d + b is short: the quotient rule of n/(c + n)."""
    if len(node.args) != 2:
        return None
    if not any(map(_divides_by_a_sum, node.args)):
        return None
    (first, left), (second, right) = (split_term(term) for term in node.args)
    if not all(may_be_joined(factors_of(term), context.facts) for term in (left, right)):
        return None
    for less, more in ((left, right), (right, left)):
        powers, higher = (powers_of(factors_of(term)) for term in (less, more))
        for base, least in higher.items():
            exponent = least + 1
            if base.primitive is not add or least >= 0 or powers.get(base, 0) != exponent or len(base.args) > 4:
                continue
            lower_part, higher_part = (
                (front, product_of({key: value for key, value in exponents.items() if key is not base}))
                for front, exponents in (
                    (first if less is left else second, powers),
                    (second if less is left else first, higher),
                )
            )
            numerator = _shorter_sum(lower_part, base, higher_part, context)
            if numerator is not None:
                return mul.make((numerator, pow.make((base, constant(exponent - 1)))))
    return None


def _shorter_sum(outside: tuple[Fraction, Node], inner: Node, other: tuple[Fraction, Node], context: Context) -> Node | None:
    """Return c·a·(Σ…) + d·b multiplied out, where that is no longer than c·a + d·b."""
    (c, a), (d, b) = outside, other
    total: dict[Core, int | Fraction] = {}
    for factors in (*([constant(c), a, term] for term in inner.args), *_multiplied_out(d, b)):
        number, core = core_of(_flat(factors))
        total[core] = total.get(core, 0) + number
    nonzero = {core: number for core, number in total.items() if number}
    if not may_be_dropped([core for core in total if core not in nonzero], nonzero, context):
        return None
    before = sum(weight_of(core_of(_flat(part))) for part in ([constant(c), a], *_multiplied_out(d, b)))
    if sum(weight_of((number, core)) for core, number in nonzero.items()) > before:
        return None
    return sum_of(nonzero)


def _flat(factors: Iterable[Node]) -> list[Node]:
    return [part for factor in factors for part in factors_of(factor)]


def _multiplied_out(number: Fraction, product: Node) -> list[list[Node]]:
    """Return the terms of a number times a product, as factors, where one of its factors is a short sum."""
    factors = factors_of(product)
    inner = next((factor for factor in factors if factor.primitive is add and len(factor.args) <= 4), None)
    if inner is None:
        return [[constant(number), product]]
    rest = without(factors, inner)
    return [[constant(number), *rest, term] for term in inner.args]


@rewriting(
    "two denominators whose sum is short",
    add,
    because="a/c + b/d = (a·d + b·c)/(c·d), and a·d + b·c is a number",
    purpose=("people",),
    needs=((mul, pow),),
    of="scalars",
    examples=(
        "1/(1 - x) + 1/x",
        "1/(2*(x + 1)) + 1/(2*(1 - x))",
        "y/(x - 1) - y/(x + 1)",
    ),
)
def two_denominators(node: Node, context: Context) -> Node | None:
    """1/(1 − x) + 1/x → 1/(x·(1 − x))."""
    if len(node.args) != 2 or not all(map(_has_divisor, node.args)):
        return None
    (c, left), (d, right) = (split_term(term) for term in node.args)
    above_left, below_left = _fraction(left)
    above_right, below_right = _fraction(right)
    if below_left is None or below_right is None or above_left != above_right or below_left is below_right:
        return None
    total: dict[Node, Fraction] = {}
    for front, base in ((c, below_right), (d, below_left)):
        for number, core in terms_of(base, front):
            total[core] = total.get(core, Fraction(0)) + number
    dropped = [core for core, number in total.items() if not number]
    number = total.pop(ONE, Fraction(0))
    if any(total.values()) or not number or not all(map(context.facts.may_vanish, dropped)):
        return None
    return mul.make((constant(number), *above_left, *(base ** constant(-1) for base in (below_left, below_right))))


def _has_divisor(term: Node) -> bool:
    return any(factor.primitive is pow for factor in (term.args if term.primitive is mul else (term,)))


def _fraction(term: Node) -> tuple[tuple[Node, ...], Node | None]:
    """Return what stands above the line, and x where 1/x is all that stands below it."""
    factors = factors_of(term)
    below = [factor for factor in factors if is_divisor(factor)]
    if len(below) != 1 or not below[0].args[1].equals_number(-1):
        return factors, None
    return tuple(factor for factor in factors if factor is not below[0]), below[0].args[0]


def _divides_by_a_sum(term: Node) -> bool:
    return any(factor.primitive is pow and factor.args[0].primitive is add for factor in factors_of(term))
