"""The coefficients of sums, products, known power series and other forms, from those of their parts.

(x + y)_k = x_k + y_k,   (x·y)_k = Σ_j x_j·y_{k−j},   (Σ c_j·vʲ)_k = Σ_j c_j·(vʲ)_k
"""

from __future__ import annotations

import sympy as sp

from symgd.derive.taylor.coefficients import Key, Rule
from symgd.derive.taylor.expansion_point import SeriesAround
from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import pow

__all__ = ["rule_of_composition", "rule_of_form", "rule_of_product", "rule_of_sum"]


def rule_of_sum(series: SeriesAround) -> Rule:
    """Add series."""

    def total(node: Node, order: int) -> sp.Expr:
        return sp.expand(sp.Add(*(series.known[arg, order] for arg in node.args)))

    return lambda node, order: [(arg, order) for arg in node.args], total


def rule_of_product(series: SeriesAround, left: Node, right: Node, first: int | None = None) -> Rule:
    """Multiply series; below the order `first` the product is known to have no coefficients."""

    def pairs(order: int) -> list[tuple[Key, Key]]:
        if first is not None and order < first:
            return []
        return [((left, j), (right, order - j)) for j in range(series.low(left), order - series.low(right) + 1)]

    def product(_: Node, order: int) -> sp.Expr:
        return sp.expand(sp.Add(*(series.known[left_key] * series.known[right_key] for left_key, right_key in pairs(order))))

    return lambda _, order: [key for pair in pairs(order) for key in pair], product


def rule_of_composition(series: SeriesAround) -> Rule:
    """Put what vanishes at the point into a known power series: Σ_j c_j·vʲ."""

    def total(node: Node, order: int) -> sp.Expr:
        coefficient = node.params[0]
        if order <= 0:
            return coefficient(0) if order == 0 else sp.Integer(0)
        powers = (coefficient(j) * series.known[_power_of(node.args[0], j), order] for j in range(1, order + 1))
        return sp.expand(sp.Add(*powers))

    return lambda node, order: [(_power_of(node.args[0], j), order) for j in range(1, order + 1)], total


def rule_of_form(series: SeriesAround, form: Node) -> Rule:
    """Take the series of another form."""
    return lambda _, order: [(form, order)], lambda _, order: series.known[form, order]


def _power_of(base: Node, n: int) -> Node:
    return pow.make((base, constant(n)))
