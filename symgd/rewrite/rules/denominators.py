"""A rule of quotients with one denominator: a/d + b/d² = (a·d + b)/d²."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.rewrite.polynomials import Core, core_of, may_be_dropped, sum_of, weight_of
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import (
    factors_of,
    powers_of,
    product_of,
    split_term,
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
    ),
)
def common_denominator(node: Node, context: Context) -> Node | None:
    """a·d⁻ᵏ + b·d⁻ᵏ⁻¹ → (a·d + b)·d⁻ᵏ⁻¹ for scalars, where a·d + b is short: the quotient rule of n/(c + n)."""
    if len(node.args) != 2:
        return None
    (first, left), (second, right) = (split_term(term) for term in node.args)
    if not (_divides_by_a_sum(left) and _divides_by_a_sum(right)):
        return None
    for less, more in ((left, right), (right, left)):
        powers, higher = (powers_of(factors_of(term)) for term in (less, more))
        for base, exponent in powers.items():
            if base.primitive is not add or exponent >= 0 or higher.get(base) != exponent - 1 or len(base.args) > 4:
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
    total: dict[Core, Fraction] = {}
    for factors in (*([constant(c), a, term] for term in inner.args), [constant(d), b]):
        flat = [part for factor in factors for part in factors_of(factor)]
        number, core = core_of(flat)
        total[core] = total.get(core, Fraction(0)) + number
    nonzero = {core: number for core, number in total.items() if number}
    if not may_be_dropped([core for core in total if core not in nonzero], nonzero, context):
        return None
    before = weight_of(core_of([constant(c), a])) + weight_of(core_of([constant(d), b]))
    if sum(weight_of((number, core)) for core, number in nonzero.items()) > before:
        return None
    return sum_of(nonzero)


def _divides_by_a_sum(term: Node) -> bool:
    return any(factor.primitive is pow and factor.args[0].primitive is add for factor in factors_of(term))
