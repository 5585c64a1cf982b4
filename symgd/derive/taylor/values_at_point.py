"""The coefficient of order 0: the exact value of a node at the point, and of what does not move the only one."""

from __future__ import annotations

import sympy as sp

from symgd.derive.taylor.branches import holds
from symgd.derive.taylor.coefficients import Key, Rule
from symgd.derive.taylor.expansion_point import NotDefinedBesideError, SeriesAround
from symgd.errors import DomainError, UnsupportedError
from symgd.evaluation.exact import ExactNumbers, exact_number, lies_in
from symgd.graph.assumptions import Interval
from symgd.graph.node import Node
from symgd.graph.primitive import Requirement

__all__ = ["rule_of_value", "value_at_point"]

_ALGEBRA = ExactNumbers()


def rule_of_value(series: SeriesAround) -> Rule:
    """A node that does not move has its value, and no further coefficients; the variable has one more."""
    return lambda node, order: _needs(series, node, order), lambda node, order: _coefficient(series, node, order)


def _needs(series: SeriesAround, node: Node, order: int) -> list[Key]:
    return [(arg, 0) for arg in _taken(series, node)] if order == 0 and node is not series.log_variable else []


def _taken(series: SeriesAround, node: Node) -> tuple[Node, ...]:
    """Return the arguments whose values are needed: of a choice that does not move, the branch that is taken."""
    if node.primitive.name != "where":
        return node.args
    condition, yes, no = node.args
    if any((arg, 0) not in series.known for arg in condition.args):
        return condition.args
    return (*condition.args, yes if holds(condition, series) else no)


def _coefficient(series: SeriesAround, node: Node, order: int) -> sp.Expr:
    if node is series.variable and order == 1:
        return sp.Integer(1)
    return sp.Integer(0) if order else value_at_point(series, node)


def value_at_point(series: SeriesAround, node: Node) -> sp.Expr:
    """Return the value of a node, from those of its arguments.

    Raises
    ------
    DomainError
        Where it has none.
    """
    record = node.primitive
    if not node.args:
        leaf_value = _value_of_leaf(series, node)
        if leaf_value is not None:
            return leaf_value
    if node is series.log_variable and series.is_one_sided:
        return series.logarithm
    if record.name == "where":
        return series.known[_taken(series, node)[-1], 0]
    for arg, where in record.requirements(node):
        value = series.known.get((arg, 0))
        if value is not None and lies_in(value, where) is False and not _is_continued(node, arg):
            if series.is_one_sided and series.does_move(arg) and not _is_an_end(series, value, where):
                raise NotDefinedBesideError(f"{series.shown(node)} is not defined beside the point")
            raise DomainError(f"{series.shown(node)} is not defined at {series.name}")
    if not record.is_elementwise:
        raise UnsupportedError(f"{record.name} has no Taylor expansion in symgd")
    value = _ALGEBRA.apply(record, *(series.known[arg, 0] for arg in node.args))
    if value.has(sp.oo, -sp.oo):
        raise DomainError(f"{series.shown(node)} is not defined at {series.name}")
    return value


def _value_of_leaf(series: SeriesAround, node: Node) -> sp.Expr | None:
    if node is series.variable:
        return series.point
    if node in series.directions:
        return series.directions[node]
    if node.is_symbol:
        return sp.Symbol(node.name, real=True, positive=True if node.facts.sign.is_positive else None)
    return exact_number(node.value) if node.is_constant else None


def _is_an_end(series: SeriesAround, value: sp.Expr, where: Requirement) -> bool:
    """Whether a value is an end of a set that does not belong to it."""
    ends = [where.low, where.high] if isinstance(where, Interval) else [0]
    return any(series.is_zero(value - exact_number(end)) for end in ends if abs(end) != float("inf"))


def _is_continued(node: Node, arg: Node) -> bool:
    """Whether a value outside the declared domain is that of the analytic continuation, which SymPy knows: ζ left of 1."""
    return node.primitive.name == "zeta" and arg is not node.args[1]
