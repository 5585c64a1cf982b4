"""The coefficients of a function of what moves, by the chain rule for power series.

    F = f(u):   k·F_k = Σ_j j·u_j·D_{k−j},   D the series of the declared derivative f′(u), needed one order lower

References
----------
Griewank & Walther, *Evaluating Derivatives*, 2008, chapter 13.
"""

from __future__ import annotations

import sympy as sp

from symgd.derive.reverse import slope_in
from symgd.derive.taylor.arithmetic_rules import rule_of_form
from symgd.derive.taylor.coefficients import Key, Rule
from symgd.derive.taylor.expansion_point import SeriesAround
from symgd.derive.taylor.forms.power_series import power_series
from symgd.derive.taylor.values_at_point import value_at_point
from symgd.errors import DomainError
from symgd.evaluation.partial_derivatives import partial_derivative
from symgd.graph.conversion import as_node as from_sympy
from symgd.graph.names import stand_in
from symgd.graph.node import Node
from symgd.graph.traversal import toposort

__all__ = ["ChainRule"]

MAX_GENERATIONS = 40
"""Slopes of slopes, beyond the order that is asked for: a series that needs more does not end."""


class ChainRule:
    """The rule for functions with declared derivatives, and the derivatives so far.

    Parameters
    ----------
    series : SeriesAround

    Attributes
    ----------
    slopes : dict
        The arguments of each node that move, with the partial derivative in each.
    generations : dict
        How many derivatives lie between a node and the formula.
    """

    def __init__(self, series: SeriesAround) -> None:
        self.series = series
        self.slopes: dict[Node, tuple[tuple[Node, Node], ...]] = {}
        self.generations: dict[Node, int] = {}

    @property
    def rule(self) -> Rule:
        """Which coefficients a coefficient needs, and how it follows from them."""
        return self._needs, self._coefficient

    def _needs(self, node: Node, order: int) -> list[Key]:
        if order <= 0:
            return [(arg, 0) for arg in node.args] if order == 0 else []
        slopes = self._slopes_of(node)
        first = [(arg, j) for arg, slope in slopes for j in range(1, order + 1 - self.series.low(slope))]
        if (node, 0) not in self.series.known or any(need not in self.series.known for need in first):
            return [*first, (node, 0)]
        if len(slopes) == 1 and (form := self._composed(node, *slopes[0])) is not None:
            self.series.low(form)
            self.series.rules[node] = rule_of_form(self.series, form)
            return [(form, order)]
        lowest = 0 if order == 1 else order  # order 0 of u′·D is checked once
        return [
            (slope, total - j)
            for arg, slope in slopes
            for total in {lowest, order}
            for j in range(1, total + 1 - self.series.low(slope))
            if self.series.known[arg, j] != 0
        ]

    def _coefficient(self, node: Node, order: int) -> sp.Expr:
        """F = f(u): k·F_k = Σ_j j·u_j·D_{k−j}."""
        if order <= 0:
            return sp.Integer(0) if order else value_at_point(self.series, node)
        if order == 1 and not self.series.is_zero(self._sum(node, 0)):
            raise DomainError(
                f"{self.series.shown(node)} has no Taylor expansion at {self.series.name}: its slope has a pole there"
            )
        return sp.expand(self._sum(node, order) / order)

    def _composed(self, node: Node, arg: Node, slope: Node) -> Node | None:
        """Return a function as its power series at the value of its argument, where the equations of its slopes are regular.

        Those of K(x²) at 0 are not: the argument does not move in first order where the slope is divided by what vanishes.
        """
        if self.series.low(slope) >= 0 or arg is self.series.variable or not self.series.is_zero(self.series.known[arg, 1]):
            return None
        value, inner = self.series.known[arg, 0], stand_in("?u")
        if value.free_symbols:
            return None
        outer = self.series.around(
            node.primitive.make(tuple(inner if operand is arg else operand for operand in node.args)), inner, value
        )
        try:
            outer.coefficient(1)
        except DomainError:
            return None
        shift: Node = from_sympy(value)
        return power_series(outer.coefficient, arg - shift)

    def _sum(self, node: Node, order: int) -> sp.Expr:
        known = self.series.known
        return sp.Add(
            *(
                j * known[arg, j] * known[slope, order - j]
                for arg, slope in self._slopes_of(node)
                for j in range(1, order + 1 - self.series.low(slope))
                if known[arg, j] != 0
            )
        )

    def _slopes_of(self, node: Node) -> tuple[tuple[Node, Node], ...]:
        """Return the arguments that move, each with the partial derivative in it."""
        if node not in self.slopes:
            generation = self.generations.get(node, 0) + 1
            if generation > self.series.reach + MAX_GENERATIONS:
                raise self.series.endless()
            slopes = [(arg, _slope(node, k)) for k, arg in enumerate(node.args) if self.series.does_move(arg)]
            self.slopes[node] = tuple((arg, slope) for arg, slope in slopes if not slope.equals_number(0))
            for part in toposort([slope for _, slope in self.slopes[node]], (node, *node.args)):
                self.generations.setdefault(part, generation)
        return self.slopes[node]


def _slope(node: Node, k: int) -> Node:
    """Return the partial derivative of a function in argument `k`, in closed form or, where none is known, as a function."""
    record = node.primitive
    is_known = not record.derivative or record.derivative[k] is not None
    if is_known or not record.sympy.isidentifier():
        slope = slope_in(node, k)
        if not record.sympy.isidentifier() or not any(_has_lists(part) for part in toposort((slope,), node.args)):
            return slope
    orders = tuple(int(j == k) for j in range(len(node.args)))
    return partial_derivative(record.sympy, orders).make(node.args)


def _has_lists(node: Node) -> bool:
    """Whether a function is Meijer's or a hypergeometric one, which have no slopes in their lists."""
    return node.primitive.sympy.startswith(("meijerg(", "hyper("))
