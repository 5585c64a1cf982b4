"""Cut a function of one variable where a condition changes: |x| by the sign of x, maximum(a, b) by that of a − b."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.domain import Domain
from symgd.curvature.second_derivatives.smooth import sign_of
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.evaluation.evaluator import definition_of
from symgd.evaluation.exact import exact_values
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.traversal import depends_on, fold, rebuild, substitute, toposort
from symgd.primitives.piecewise import equal, less, less_equal, not_equal
from symgd.rewrite.driver import simplify

__all__ = ["UNITS", "Piece", "cut", "pieces_of"]

MAX_PIECES = 12
MAX_CONDITIONS = 12
PER_NODE = 50
"""Units of work for each node of a formula that is cut."""
UNITS = 20_000_000
"""The work that cutting into pieces may take when a proof is checked."""


@dataclass(frozen=True)
class Piece:
    """An interval, and the smooth formula that holds inside it."""

    interval: Interval
    formula: Node

    def region(self, variable: Node) -> Domain:
        """Return the piece as a domain."""
        return Domain({variable: self.interval}, (), {})

    def simple(self, variable: Node) -> Node:
        """Return the formula simplified by what is known inside the piece."""
        return simplify([self.formula], Facts(self.region(variable).interior())).roots[0]


def pieces_of(formula: Node, variable: Node, domain: Domain, effort: Effort) -> list[Piece] | None:
    """Return the smooth pieces of a function on the interval of a domain, or None where they are not known."""
    return cut(formula, variable, domain.intervals[variable], effort)


def cut(formula: Node, variable: Node, interval: Interval, effort: Effort) -> list[Piece] | None:
    """Return the smooth pieces of a function on an interval, or None where they are not known."""
    return _split(_as_choices(formula, variable), variable, interval, effort)


def _as_choices(formula: Node, variable: Node) -> Node:
    """Write every function that has a kink as the choice that defines it."""
    formula = _written_as_choices(formula, variable)
    (simple,) = simplify([formula]).roots  # √(x²) shows its kink as |x|
    return _written_as_choices(simple, variable)


def _written_as_choices(formula: Node, variable: Node) -> Node:
    for _ in range(8):
        moving = depends_on((formula,), (variable,))
        kinked = [node for node in moving if node.primitive.kinks is not None and not node.primitive.is_boolean]
        if not kinked:
            return formula

        def written(node: Node, args: list[Node]) -> Node:
            after = rebuild(node, tuple(args))
            record = after.primitive
            if record.kinks is None or record.is_boolean:
                return after
            variables, body = definition_of(record)
            (choice,) = substitute([body], dict(zip(variables, after.args, strict=True)))
            return choice

        formula = fold((formula,), written)[formula]
    return formula


def _split(formula: Node, variable: Node, interval: Interval, effort: Effort) -> list[Piece] | None:
    """Cut an interval where conditions change, and choose the branch on each piece."""
    waiting, smooth = [Piece(interval, formula)], list[Piece]()
    while waiting:
        if len(waiting) + len(smooth) > MAX_PIECES or effort.is_used_up:
            return None
        effort.spend(PER_NODE * len(toposort((formula,))))
        piece = waiting.pop()
        condition = _innermost(piece.formula, variable)
        if condition is None:
            smooth.append(piece)
            continue
        ends = _changes(condition, variable, piece.interval, effort)
        if ends is None:
            return None
        edges = [piece.interval.low, *ends, piece.interval.high]
        for low, high in itertools.pairwise(edges):
            part = Interval(low, high)
            truth = _truth_inside(condition, variable, part)
            (chosen,) = substitute([piece.formula], {condition: truth})
            waiting.append(Piece(part, chosen))
    return sorted(smooth, key=lambda piece: piece.interval.low)


def _innermost(formula: Node, variable: Node) -> Node | None:
    """Return a condition on the variable that contains no other choice."""
    moving = depends_on((formula,), (variable,))
    for node in toposort((formula,)):
        if (
            node.primitive.is_boolean
            and node in moving
            and not any(below.primitive.is_boolean for arg in node.args for below in toposort((arg,)))
        ):
            return node
    return None


def _changes(condition: Node, variable: Node, interval: Interval, effort: Effort) -> list[Fraction] | None:
    """Return the rational points inside an interval at which a comparison may change, or None where they are not known."""
    if condition.primitive not in (less, less_equal, equal, not_equal):
        return None
    difference = condition.args[0] - condition.args[1]
    region = Domain({variable: interval}, (), {})
    elementary = Elementary([variable], Facts(region.interior()), effort)
    try:
        (quotient,) = elementary.of_all([difference])
    except SymgdError:
        return None
    used = elementary.in_use(quotient.top)
    if used != elementary.generators[:1] or any(elementary.in_use(f) != elementary.generators[:1] for f in quotient.bottom):
        signed = sign_of(difference, [variable], region, effort)
        return [] if signed is not None and signed.sign != 0 and not signed.touching else None
    points: list[Fraction] = []
    for polynomial in (quotient.top, *quotient.bottom):
        roots = _rational_roots(polynomial, interval)
        if roots is None:
            return None
        points += roots
    return sorted(set(points))


def _rational_roots(polynomial: Any, interval: Interval) -> list[Fraction] | None:
    """Return the real roots inside an interval, or None where one is irrational."""
    low = min(monomial[0] for monomial in polynomial)
    t = sp.Symbol("t")
    powers = {monomial[0] - low: c for monomial, c in polynomial.terms()}
    expression = sum(sp.Rational(int(c.numerator), int(c.denominator)) * t**k for k, c in powers.items())
    exact = sp.Poly(expression, t, domain="QQ")
    roots = [Fraction(0)] if low > 0 else []
    if exact.degree() > 0:
        for factor, _ in exact.factor_list()[1]:
            if factor.degree() == 1:
                a, b = factor.all_coeffs()
                roots.append(Fraction(int((-b / a).p), int((-b / a).q)))
            else:
                bounds = [
                    sp.Rational(e.numerator, e.denominator) if isinstance(e, Fraction) else None
                    for e in (interval.low, interval.high)
                ]
                if factor.count_roots(*bounds):
                    return None
    return [root for root in roots if interval.low < root < interval.high]


@one_at_a_time
def _truth_inside(condition: Node, variable: Node, part: Interval) -> Node:
    """Decide a condition at one inner point: inside the piece it does not change."""
    point = _inner_point(part)
    (value,) = substitute([condition.args[0] - condition.args[1]], {variable: constant(point)})
    exact = exact_values([value], {})[0]
    below, same = bool(exact < 0), bool(exact == 0)
    truths = {"less": below, "less_equal": below or same, "equal": same, "not_equal": not same}
    return constant(truths[condition.primitive.name])


def _inner_point(part: Interval) -> Fraction:
    low, high = part.low, part.high
    if low == -math.inf and high == math.inf:
        return Fraction(0)
    if low == -math.inf:
        return Fraction(high) - 1
    if high == math.inf:
        return Fraction(low) + 1
    return (Fraction(low) + Fraction(high)) / 2
