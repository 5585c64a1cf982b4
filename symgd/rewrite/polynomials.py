"""Sums as polynomials: a coefficient for every product of powers, c₁·m₁ + c₂·m₂ + …, and how long they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, pow
from symgd.primitives.exponential import exp
from symgd.rewrite.rule import Context
from symgd.rewrite.terms import (
    may_be_added,
    product_of,
    scaled,
    sum_of_terms,
    terms_of,
)

__all__ = ["Core", "core_of", "in_order", "may_be_dropped", "sum_of", "weight_of"]


Core = tuple[tuple[Node, int | Fraction], ...]
"""The factors of a term: bases and their exact exponents, in an order of their own."""


def core_of(factors: list[Node]) -> tuple[int | Fraction, Core]:
    """Return the coefficient of a product and its other factors as powers."""
    coefficient: int | Fraction = 1
    powers: dict[Node, int | Fraction] = {}
    for factor in factors:
        if factor.is_exact:
            coefficient *= factor.params[1]
        elif factor.primitive is pow and factor.args[1].is_exact and factor.args[1].params[1] in (2, 3, 4):
            powers[factor.args[0]] = powers.get(factor.args[0], 0) + factor.args[1].params[1]
        else:
            powers[factor] = powers.get(factor, 0) + 1
    _join_exponentials(powers)
    return coefficient, in_order(powers)


def in_order(powers: Mapping[Node, int | Fraction]) -> Core:
    """Return bases and exponents as the factors of a term, in the order of all terms."""
    return tuple(sorted(powers.items(), key=_serial))


def _serial(power: tuple[Node, int | Fraction]) -> int:
    return power[0].serial


def _join_exponentials(powers: dict[Node, int | Fraction]) -> None:
    """Write the exponentials among the factors as one, where their exponents have terms that join."""
    found = [base for base in powers if base.primitive is exp]
    if len(found) < 2:
        return
    terms = [term for base in found for term in terms_of(base.args[0], Fraction(powers[base]))]
    if len({core for _, core in terms}) == len(terms) or not may_be_added(terms, Facts()):
        return
    for base in found:
        del powers[base]
    total = sum_of_terms(terms)
    if not total.equals_number(0):
        powers[exp.make((total,))] = 1


def weight_of(term: tuple[int | Fraction, Core]) -> int:
    """Return about how long a term is."""
    coefficient, core = term
    return sum(1 if exponent == 1 else 2 for _, exponent in core) + (coefficient not in (1, -1) or not core)


def may_be_dropped(dropped: Iterable[Core], kept: Iterable[Core], context: Context) -> bool:
    """Whether every factor that is dropped has a value everywhere, or stands in what is kept."""
    kept_factors = {factor for core in kept for factor, _ in core}
    return all(factor in kept_factors or context.facts.may_vanish(factor) for core in dropped for factor, _ in core)


def sum_of(terms: Mapping[Core, int | Fraction]) -> Node:
    """Return a polynomial as a sum."""
    parts = [scaled(number, product_of(dict(core))) if core else constant(number) for core, number in terms.items()]
    return (add.make(tuple(parts)) if len(parts) > 1 else parts[0]) if parts else constant(0)
