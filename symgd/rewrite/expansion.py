"""Formulas multiplied out: polynomials in the inputs with rational coefficients, as long as they are short."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symgd.graph.node import Node
from symgd.graph.traversal import toposort
from symgd.primitives.arithmetic import add, mul, pow

__all__ = ["Polynomial", "polynomial"]

Polynomial = Mapping[frozenset[tuple[Node, int]], Fraction]
"""A coefficient for every product of powers of inputs."""

_MOST_TERMS = 100
_LARGEST_POWER = 8
_LONGEST_NUMBER = 500
"""In bits."""


def polynomial(node: Node, known: dict[Node, Polynomial | None]) -> Polynomial | None:
    """Return a formula of scalars as a polynomial, or None where it is none or has many terms.

    Parameters
    ----------
    node : Node
    known : dict
        The polynomials that are known from other formulas; extended in place.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.rewrite.expansion import polynomial
    >>> formula = sg.formula("(x + 1)*(x - 1)")
    >>> sorted(int(number) for number in polynomial(formula, {}).values())
    [-1, 1]
    """
    for below in toposort((node,), known):
        known[below] = _short(_expanded(below, known))
    return known[node]


def _expanded(node: Node, known: Mapping[Node, Polynomial | None]) -> Polynomial | None:
    if node.is_symbol and not node.shape:
        return {frozenset({(node, 1)}): Fraction(1)}
    if node.is_exact and not isinstance(node.value, bool):
        return {frozenset(): Fraction(node.value)} if node.value else {}
    if node.primitive is pow and node.args[1].is_exact:
        base, n = known[node.args[0]], node.args[1].value
        return _product([base] * n) if base is not None and isinstance(n, int) and 0 < n <= _LARGEST_POWER else None
    if node.primitive is not add and node.primitive is not mul:
        return None
    parts: list[Polynomial] = []
    for arg in node.args:
        part = known[arg]
        if part is None:
            return None
        parts.append(part)
    return _sum(parts) if node.primitive is add else _product(parts)


def _short(terms: Polynomial | None) -> Polynomial | None:
    """Return a polynomial that is short enough, else None."""
    if terms is None or len(terms) > _MOST_TERMS:
        return None
    is_small = all(
        max(number.numerator.bit_length(), number.denominator.bit_length()) <= _LONGEST_NUMBER for number in terms.values()
    )
    return terms if is_small else None


def _sum(parts: list[Polynomial]) -> Polynomial:
    total: dict[frozenset[tuple[Node, int]], Fraction] = {}
    for part in parts:
        for powers, number in part.items():
            total[powers] = total.get(powers, Fraction(0)) + number
    return {powers: number for powers, number in total.items() if number}


def _product(parts: list[Polynomial]) -> Polynomial | None:
    total: Polynomial = {frozenset(): Fraction(1)}
    for part in parts:
        if len(total) * len(part) > _MOST_TERMS * _MOST_TERMS:
            return None
        total = _sum(
            [{_joined(powers, others): number * other for others, other in part.items()} for powers, number in total.items()]
        )
        if len(total) > _MOST_TERMS:
            return None
    return total


def _joined(first: frozenset[tuple[Node, int]], second: frozenset[tuple[Node, int]]) -> frozenset[tuple[Node, int]]:
    """Return a product of powers times another one."""
    powers = dict(first)
    for base, n in second:
        powers[base] = powers.get(base, 0) + n
    return frozenset(powers.items())
