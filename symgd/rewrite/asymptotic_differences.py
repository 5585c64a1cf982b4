"""Differences that cancel for large numbers, though they are known there: other forms of a sum, by asymptotic series.

2x·erfcx(x) − 2/√π = −(1 − 3t·(1 − 5t·(1 − …)))/(√π·x²) with t = 1/(2x²), and ψ(u) − ψ(v) by the series of ψ, in which
log u − log v and u⁻ⁿ − v⁻ⁿ are written without a difference. What the series leave out is below the rounding of a float64.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.error_function import erfcx
from symgd.primitives.exponential import log1p
from symgd.primitives.gamma_family import digamma
from symgd.primitives.piecewise import minimum, where
from symgd.primitives.trigonometric import pi
from symgd.rewrite.rules.tails import is_multiple
from symgd.rewrite.terms import ONE, exact_difference, factors_of, split_term, without

__all__ = ["with_differences_far_out"]

_FAR_FOR_ERFCX = 12
_TERMS_OF_ERFCX = 11
_FAR_FOR_DIGAMMA = 30
_SERIES_OF_DIGAMMA = (Fraction(1, 12), Fraction(-1, 120), Fraction(1, 252), Fraction(-1, 240))
"""B₂ₖ/(2k), by which ψ(z) = log z − 1/(2z) − Σ B₂ₖ/(2k·z²ᵏ)."""


class Difference(NamedTuple):
    """Two terms of a sum, where their other form begins, and that form."""

    terms: tuple[Node, Node]
    begins: Node
    far: Node


def with_differences_far_out(node: Node) -> Node:
    """Return a sum in which differences of two terms have another form for large numbers.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.rewrite.asymptotic_differences import with_differences_far_out
    >>> with_differences_far_out(sg.formula("digamma(x) - digamma(y)"))
    digamma(x) - digamma(y)
    """
    terms = list(node.args)
    for term in node.args:
        difference = _difference(term, terms) if term in terms else None
        if difference is not None:
            near = add.make(difference.terms)
            terms = [*without(terms, *difference.terms), where(difference.begins, difference.far, near)]
    return node if len(terms) == len(node.args) else add.make((*terms, constant(0)))


def _difference(term: Node, terms: Sequence[Node]) -> Difference | None:
    number, core = split_term(term)
    factors = factors_of(core)
    for function in factors:
        rest = without(factors, function)
        if function.primitive is erfcx:
            return _slope_of_erfcx(term, function.args[0], number, rest, terms)
        if function.primitive is digamma:
            return _difference_of_digammas(term, function.args[0], number, rest, terms)
    return None


def _slope_of_erfcx(term: Node, x: Node, number: Fraction, rest: list[Node], terms: Sequence[Node]) -> Difference | None:
    """c·(2x·erfcx(x) − 2/√π) → −c·(1 − 3t·(1 − 5t·(1 − …)))/(√π·x²) with t = 1/(2x²)."""
    front, core = split_term(x)
    inner = core.args if core.primitive is mul and core not in rest else (core,)
    if not front or Counter(inner) - Counter(rest):
        return None
    common = mul.make((*without(rest, *inner), pi ** Fraction(-1, 2), ONE))
    other = next((candidate for candidate in terms if is_multiple(candidate, -number / front, common)), None)
    if other is None:
        return None
    series: Node = ONE
    for k in range(_TERMS_OF_ERFCX, 0, -1):
        series = 1 - Fraction(2 * k + 1, 2) * x**-2 * series
    far = constant(-number / (2 * front)) * common * x**-2 * series
    return Difference((term, other), x > _FAR_FOR_ERFCX, far)


def _difference_of_digammas(
    term: Node, u: Node, number: Fraction, rest: list[Node], terms: Sequence[Node]
) -> Difference | None:
    """c·(ψ(u) − ψ(u + w)) for an exact number w or terms w of the sum u + w."""
    for other in terms:
        for minus in factors_of(other):
            gap = _gap(minus.args[0], u) if minus.primitive is digamma else None
            if gap is not None and is_multiple(other, -number, mul.make((*rest, minus, ONE))):
                (v,) = minus.args
                far = constant(number) * mul.make((*rest, _far_digammas(u, v, gap), ONE))
                return Difference((term, other), minimum(u, v) > _FAR_FOR_DIGAMMA, far)
    return None


def _gap(v: Node, u: Node) -> Node | None:
    """Return v − u, where the terms of u are among those of v, or where it is a number."""
    number = exact_difference(v, u)
    if number is not None:
        return constant(number)
    terms, less = (Counter(node.args if node.primitive is add else (node,)) for node in (v, u))
    return None if less - terms else add.make((*(terms - less).elements(), constant(0)))


def _far_digammas(u: Node, v: Node, gap: Node) -> Node:
    """Return the series of ψ(u) − ψ(v), where gap is v − u."""
    a, b = u**-1, v**-1
    series: Node = constant(0)
    for k, coefficient in enumerate(_SERIES_OF_DIGAMMA):  # (a²ᵏ⁺² − b²ᵏ⁺²)/(a² − b²)
        series = series + coefficient * add.make((*(a ** (2 * k - 2 * j) * b ** (2 * j) for j in range(k + 1)), constant(0)))
    return -log1p(gap * a) - gap * a * b * (Fraction(1, 2) + (a + b) * series)
