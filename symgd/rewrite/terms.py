"""Terms and factors: the coefficient of a term, the factors of a product, the powers of one base.

The rules of arithmetic are made of these, and so is what else takes sums and products apart.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from symgd.graph.assumptions import Sign
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.traversal import toposort
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.exponential import exp
from symgd.primitives.piecewise import abs
from symgd.primitives.roots import cbrt
from symgd.rewrite.rule import Context

__all__ = [
    "HALF",
    "ONE",
    "absolute",
    "base_and_exponent",
    "collected_terms",
    "content_of",
    "exact_difference",
    "exponential_of",
    "factors_of",
    "may_be_added",
    "may_be_joined",
    "may_cancel",
    "may_fill",
    "may_join",
    "may_vanish",
    "powers_of",
    "product_of",
    "rest_of",
    "root_of_number",
    "scaled",
    "split_term",
    "stretched_number",
    "sum_of_terms",
    "terms_of",
    "unstretched",
    "without",
]

ONE = constant(1)
HALF = Fraction(1, 2)
_UNIT = Fraction(1)
_ZERO_AT_A_POINT = (abs, cbrt)
"""Functions with kinks that are 0 only where their argument is."""


def split_term(term: Node) -> tuple[Fraction, Node]:
    """Split a term into its exact coefficient and the rest."""
    if term.is_exact:
        return Fraction(term.params[1]), ONE
    if term.primitive is mul and term.args[0].is_exact:
        return Fraction(term.args[0].params[1]), rest_of(term)
    return _UNIT, term


def stretched_number(node: Node) -> Node | None:
    """Return the number that every entry of ones(n), ones(n)[:, None] and the like is: beside others it is that number."""
    if not node.shape:
        return None
    inner = unstretched(node)
    return inner if inner is not node and inner.is_exact else None


def unstretched(node: Node) -> Node:
    """Return what broadcasting and new axes stretch."""
    while node.primitive.is_stretching:
        (node,) = node.args
    return node


def terms_of(node: Node, front: Fraction = _UNIT) -> Iterator[tuple[Fraction, Node]]:
    """Yield the coefficients and the rests of the terms of front·node, those of sums inside it, too."""
    coefficient, core = split_term(node)
    if core.primitive is not add:
        yield (coefficient if front is _UNIT else front * coefficient), core
        return
    for term in core.args:
        yield from terms_of(term, front * coefficient)


def collected_terms(terms: Iterable[tuple[Fraction, Node]]) -> dict[Node, Fraction]:
    """Return the coefficients of terms, like terms added: x − 1 + 3·x is 4·x − 1."""
    total: dict[Node, Fraction] = {}
    for coefficient, core in terms:
        total[core] = total[core] + coefficient if core in total else coefficient
    return total


def sum_of_terms(terms: Iterable[tuple[Fraction, Node]]) -> Node:
    """Return a sum whose like terms are joined."""
    parts = [scaled(coefficient, core) for core, coefficient in collected_terms(terms).items() if coefficient]
    parts.sort(key=lambda part: part.is_exact)
    return add.make(tuple(parts)) if parts else constant(0)


def may_be_added(terms: Iterable[tuple[Fraction, Node]], facts: Facts) -> bool:
    """Whether terms that cancel in a sum may be dropped: log(x) − log(x) is 0 for x > 0 only."""
    return all(coefficient or facts.may_vanish(core) for core, coefficient in collected_terms(terms).items())


def rest_of(product: Node) -> Node:
    """Return a product without its first factor."""
    return mul.make(product.args[1:])


def factors_of(term: Node) -> tuple[Node, ...]:
    """Return the factors of a product; a term that is none is its only factor."""
    return term.args if term.primitive is mul else (term,)


def base_and_exponent(factor: Node) -> tuple[Node, Node]:
    """Return x and n of xⁿ; what is no power has the exponent 1."""
    return (factor.args[0], factor.args[1]) if factor.primitive is pow else (factor, ONE)


def exponential_of(factor: Node) -> tuple[Node, Fraction] | None:
    """Return u and n of exp(u)ⁿ, with a number n; None for anything else."""
    base, n = base_and_exponent(factor)
    return (base.args[0], Fraction(n.value)) if base.primitive is exp and n.is_exact else None


def without(factors: Iterable[Node], *removed: Node) -> list[Node]:
    """Return the factors but some, each of which is taken out once: one may stand there twice."""
    rest = list(factors)
    for factor in removed:
        rest.remove(factor)
    return rest


def scaled(coefficient: int | Fraction, core: Node) -> Node:
    """Return coefficient·core as one product."""
    if coefficient == 1:
        return core
    return mul.make((constant(coefficient), *factors_of(core)))


def may_vanish(factors: Iterable[Node], kept: Iterable[Node], context: Context) -> bool:
    """Whether a product may be dropped with the coefficient 0: other terms have no values either where it has none."""
    partial = {_domain_of_factor(factor) for factor in factors if not factor.is_exact and not context.facts.may_vanish(factor)}
    return not partial or partial <= {_domain_of_factor(factor) for term in kept for factor in factors_of(term)}


def may_cancel(base: Node, facts: Facts) -> bool:
    """Whether x/x may become 1: x is known not to be 0, or is 0 at single points only, around a derivative's own domain."""
    return facts.is_nonzero(base) or (facts.is_inside and _is_zero_at_points_only(base))


def may_join(base: Node, exponents: Sequence[Fraction], facts: Facts) -> bool:
    """Whether powers of a base may become one: t²/t has no value at 0, √t·√t none below 0, and t has both."""
    if len(exponents) < 2 or facts.is_positive(base):
        return True
    are_whole = all(n.denominator == 1 for n in exponents)
    if are_whole and (all(n > 0 for n in exponents) or all(n < 0 for n in exponents)):
        return True
    return (are_whole or facts.is_inside) and may_cancel(base, facts)


def may_be_joined(factors: Iterable[Node], facts: Facts) -> bool:
    """Whether the powers of each base among factors may become one."""
    exponents: defaultdict[Node, list[Fraction]] = defaultdict(list)
    for factor in factors:
        base, exponent = base_and_exponent(factor)
        if exponent.is_exact:
            exponents[base].append(Fraction(exponent.value))
    return all(may_join(base, found, facts) for base, found in exponents.items())


def _is_zero_at_points_only(node: Node) -> bool:
    """Whether a formula is made of analytic functions: it is 0 on no open set, if it is not 0 everywhere."""
    if node.equals_number(0):
        return False
    parts = toposort((node,))
    return not any(
        part.primitive.kinks is not None or part.primitive.is_boolean or part.primitive.conditional or _is_discrete(part)
        for part in parts
    )


def may_fill(base: Node, facts: Facts) -> bool:
    """Whether x/x may become 1 in code that has a value where it has a limit: x is 0 on no open set.

    An input that takes single values only is 0 on one if 0 is among them, and so is relu(x).
    """
    return facts.is_nonzero(base) or not (base.equals_number(0) or any(_may_be_flat(part) for part in toposort((base,))))


def _may_be_flat(node: Node) -> bool:
    record = node.primitive
    is_bent = record.kinks is not None and record.is_elementwise and record not in _ZERO_AT_A_POINT
    return is_bent or record.is_boolean or bool(record.conditional) or _is_discrete(node)


def _is_discrete(node: Node) -> bool:
    return node.is_symbol and (node.facts.is_one_hot or node.facts.values is not None or node.facts.interval.sign == Sign.ZERO)


def _domain_of_factor(factor: Node) -> tuple[Node, bool, bool]:
    """Return what is alike for factors that have values at the same points: 1/x and 1/x² have."""
    if factor.primitive is not pow or not factor.args[1].is_exact:
        return factor, False, False
    exponent = Fraction(factor.args[1].params[1])
    return factor.args[0], exponent < 0, exponent.denominator != 1


def powers_of(factors: Iterable[Node]) -> dict[Node, Fraction]:
    """Return the bases of factors with their exact exponents, those of one base together."""
    exponents: dict[Node, Fraction] = {}
    for factor in factors:
        is_power = factor.primitive is pow and factor.args[1].is_exact
        base, exponent = (factor.args[0], Fraction(factor.args[1].value)) if is_power else (factor, _UNIT)
        exponents[base] = exponents[base] + exponent if base in exponents else exponent
    return exponents


def product_of(powers: Mapping[Node, int | Fraction]) -> Node:
    """Return the product of bases with their exponents."""
    factors = [base if n == 1 else pow.make((base, constant(n))) for base, n in powers.items() if n]
    return constant(1) if not factors else factors[0] if len(factors) == 1 else mul.make(tuple(factors))


def exact_difference(left: Node, right: Node) -> Fraction | None:
    """Return the number by which two sums differ, or None where they differ by more than a number."""
    terms: defaultdict[Node, Fraction] = defaultdict(Fraction)
    number = Fraction(0)
    for sign, side in ((1, left), (-1, right)):
        for term in side.args if side.primitive is add else (side,):
            if term.is_exact:
                number += sign * Fraction(term.value)
            else:
                coefficient, core = split_term(term)
                terms[core] += sign * coefficient
    return None if any(terms.values()) else number


def root_of_number(factor: Node) -> Fraction | None:
    """Return c for √c, and 1/c for 1/√c, of an exact positive c; None for anything else."""
    if factor.primitive is not pow or not factor.args[0].is_exact or not factor.args[1].is_exact:
        return None
    number, exponent = Fraction(factor.args[0].value), factor.args[1]
    if number <= 0:
        return None
    return number if exponent.equals_number(Fraction(1, 2)) else 1 / number if exponent.equals_number(Fraction(-1, 2)) else None


def content_of(coefficients: Iterable[Fraction]) -> Fraction:
    """Return what divides all coefficients: the greatest common divisor of whole numbers, or what all are but for signs."""
    shared = {absolute(c) for c in coefficients if c}
    if len(shared) < 2:
        return shared.pop() if shared else _UNIT
    return Fraction(math.gcd(*map(int, shared))) if all(c.denominator == 1 for c in shared) else _UNIT


def absolute(value: Fraction) -> Fraction:
    """Return |value|."""
    return -value if value < 0 else value
