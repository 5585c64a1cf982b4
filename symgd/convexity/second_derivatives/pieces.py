"""Functions of one variable with kinks: smooth pieces, and the slopes where they meet.

A continuous function is convex where every piece is and the slope does not fall from one piece to the next. The pieces end
where a condition changes: |x| is a choice by the sign of x, maximum(a, b) one by the sign of a − b.
"""

from __future__ import annotations

import functools
import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

from symgd.convexity.algebra.elementary import Elementary
from symgd.convexity.domain import Domain
from symgd.convexity.found import Found
from symgd.convexity.proof import Step
from symgd.convexity.second_derivatives.hessian import Hessian
from symgd.convexity.second_derivatives.smooth import curvature_of_smooth, sign_of
from symgd.convexity.verdict import Kind
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.graph.evaluate import definition_of
from symgd.graph.exact import exact_number, exact_values
from symgd.graph.facts import Interval
from symgd.graph.infer import Facts
from symgd.graph.node import Node, constant
from symgd.graph.walk import depends_on, fold, rebuild, substitute, toposort
from symgd.simplify.rewrite import simplify

__all__ = ["curvature_of_pieces", "smooth_pieces"]

MAX_PIECES = 12
MAX_CONDITIONS = 12


@dataclass(frozen=True)
class Piece:
    """An interval, and the smooth formula that holds inside it."""

    interval: Interval
    formula: Node


def curvature_of_pieces(formula: Node, variable: Node, domain: Domain, deadline: float, seed: int = 0) -> Found | None:
    """Return the curvature of a function of one variable that is smooth but for finitely many rational points, or None.

    The caller makes sure that the domain is convex.
    """
    if domain.constraints or domain.natural:
        return None
    try:
        pieces = _split(_as_choices(formula, variable), variable, domain.intervals[variable], deadline)
        if pieces is None:
            return None
        if len(pieces) < 2:
            found = _whole(pieces[0], variable, deadline, seed, formula)
        else:
            found = _joined(formula, variable, pieces, deadline, seed)
        return None if found is None else _with_ends(found, formula, variable, domain.intervals[variable], pieces)
    except (SymgdError, TypeError, ValueError):
        return None


def smooth_pieces(formula: Node, variable: Node, interval: Interval, deadline: float) -> list[tuple[Interval, Node]] | None:
    """Return the pieces of a function whose value and slope do not jump where they meet, or None for any other."""
    try:
        pieces = _split(_as_choices(formula, variable), variable, interval, deadline)
        if pieces is None:
            return None
        for before, after in itertools.pairwise(pieces):
            if _jump(formula, variable, before, after, Fraction(before.interval.high)) != 0:
                return None
    except (SymgdError, TypeError, ValueError):
        return None
    return [(piece.interval, piece.formula) for piece in pieces]


def _whole(piece: Piece, variable: Node, deadline: float, seed: int, formula: Node) -> Found | None:
    """No condition changes inside the domain: the formula is smooth there."""
    found = _curvature(piece, variable, deadline, seed)
    if found is None:
        return None
    return Found(
        found.kind,
        Step(f"{formula} is {found.kind.in_words}", f"inside the domain it is {piece.formula}", (found.step,)),
        found.by,
        found.modulus,
    )


def _with_ends(found: Found, formula: Node, variable: Node, interval: Interval, pieces: Sequence[Piece]) -> Found | None:
    """Take the values at closed ends into account: a convex function may jump up there, a concave one down."""
    for end, is_open, piece in (
        (interval.low, interval.open_low, pieces[0]),
        (interval.high, interval.open_high, pieces[-1]),
    ):
        if is_open or not isinstance(end, Fraction):
            continue
        place = {variable: exact_number(end)}
        here, limit = exact_values([formula, piece.formula], place)
        gap = here - limit
        if gap.equals(0):
            continue
        if not (gap.is_positive or gap.is_negative):
            return None
        keeps_convex, keeps_concave = bool(gap.is_positive), bool(gap.is_negative)
        if found.kind is Kind.AFFINE:
            kind = Kind.CONVEX if keeps_convex else Kind.CONCAVE
            word = "up" if keeps_convex else "down"
            because = f"affine inside, and it jumps {word} at {variable.name} = {end}"
            step = Step(f"{formula} is {kind.in_words}", because, (found.step,))
            found = Found(kind, step, found.by)
        elif (found.kind.is_convex and not keeps_convex) or (found.kind.is_concave and not keeps_concave):
            return None
    return found


def _curvature(piece: Piece, variable: Node, deadline: float, seed: int) -> Found | None:
    region = Domain({variable: piece.interval}, (), {})
    facts = Facts(region.interior())
    (simple,) = simplify([piece.formula], facts).roots
    return curvature_of_smooth(Hessian(simple, [variable], facts), region, deadline, seed)


# -- cutting --------------------------------------------------------------------------------------------------


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


def _split(formula: Node, variable: Node, interval: Interval, deadline: float) -> list[Piece] | None:
    """Cut an interval where conditions change, and choose the branch on each piece."""
    waiting, done = [Piece(interval, formula)], list[Piece]()
    while waiting:
        if len(waiting) + len(done) > MAX_PIECES or time.monotonic() > deadline:
            return None
        piece = waiting.pop()
        condition = _innermost(piece.formula, variable)
        if condition is None:
            done.append(piece)
            continue
        ends = _changes(condition, variable, piece.interval, deadline)
        if ends is None:
            return None
        edges = [piece.interval.low, *ends, piece.interval.high]
        for low, high in itertools.pairwise(edges):
            part = Interval(low, high)
            truth = _truth_inside(condition, variable, part)
            (chosen,) = substitute([piece.formula], {condition: truth})
            waiting.append(Piece(part, chosen))
    return sorted(done, key=lambda piece: piece.interval.low)


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


def _changes(condition: Node, variable: Node, interval: Interval, deadline: float) -> list[Fraction] | None:
    """Return the rational points inside an interval at which a comparison may change, or None where they are not known."""
    if condition.primitive.name not in ("less", "less_equal", "equal", "not_equal"):
        return None
    difference = condition.args[0] - condition.args[1]
    region = Domain({variable: interval}, (), {})
    elementary = Elementary([variable], Facts(region.interior()))
    try:
        (quotient,) = elementary.of_all([difference])
    except SymgdError:
        return None
    used = elementary.in_use(quotient.top)
    if used != elementary.generators[:1] or any(elementary.in_use(f) != elementary.generators[:1] for f in quotient.bottom):
        found = sign_of(difference, [variable], region, deadline)
        return [] if found is not None and found.sign != 0 and not found.touching else None
    inside: list[Fraction] = []
    for polynomial in (quotient.top, *quotient.bottom):
        roots = _rational_roots(polynomial, interval)
        if roots is None:
            return None
        inside += roots
    return sorted(set(inside))


def _rational_roots(polynomial: Any, interval: Interval) -> list[Fraction] | None:
    """Return the real roots inside an interval, or None where one is irrational."""
    low = min(monomial[0] for monomial in polynomial)
    t = sp.Symbol("t")
    powers = {monomial[0] - low: c for monomial, c in polynomial.terms()}
    expression = sum(sp.Rational(int(c.numerator), int(c.denominator)) * t**k for k, c in powers.items())
    exact = sp.Poly(expression, t, domain="QQ")
    found = [Fraction(0)] if low > 0 else []
    if exact.degree() > 0:
        for factor, _ in exact.factor_list()[1]:
            if factor.degree() == 1:
                a, b = factor.all_coeffs()
                found.append(Fraction(int((-b / a).p), int((-b / a).q)))
            else:
                bounds = [
                    sp.Rational(e.numerator, e.denominator) if isinstance(e, Fraction) else None
                    for e in (interval.low, interval.high)
                ]
                if factor.count_roots(*bounds):
                    return None
    return [root for root in found if interval.low < root < interval.high]


def _truth_inside(condition: Node, variable: Node, part: Interval) -> Node:
    """Decide a condition at one inner point: inside the piece it does not change."""
    point = _inner_point(part)
    (value,) = substitute([condition.args[0] - condition.args[1]], {variable: constant(point)})
    exact = exact_values([value], {})[0]
    name = condition.primitive.name
    below, same = bool(exact < 0), bool(exact == 0)
    return constant({"less": below, "less_equal": below or same, "equal": same, "not_equal": not same}[name])


def _inner_point(part: Interval) -> Fraction:
    low, high = part.low, part.high
    if low == -math.inf and high == math.inf:
        return Fraction(0)
    if low == -math.inf:
        return Fraction(high) - 1
    if high == math.inf:
        return Fraction(low) + 1
    return (Fraction(low) + Fraction(high)) / 2


# -- joining --------------------------------------------------------------------------------------------------


def _joined(formula: Node, variable: Node, pieces: Sequence[Piece], deadline: float, seed: int) -> Found | None:
    """Join the curvature of pieces at the points where they meet."""
    found = [_curvature(piece, variable, deadline, seed) for piece in pieces]
    if any(one is None for one in found):
        return None
    known = [one for one in found if one is not None]
    is_convex, is_concave = all(one.kind.is_convex for one in known), all(one.kind.is_concave for one in known)
    steps = [
        Step(f"on {piece.interval} it is {piece.formula}, {one.kind.in_words}", "", (one.step,))
        for piece, one in zip(pieces, known, strict=True)
    ]
    for before, after in itertools.pairwise(pieces):
        point = Fraction(before.interval.high)
        jump = _jump(formula, variable, before, after, point)
        if jump is None:
            return None
        is_convex, is_concave = is_convex and jump >= 0, is_concave and jump <= 0
        way = "stays" if jump == 0 else "rises" if jump > 0 else "falls"
        steps.append(
            Step(
                f"at {variable} = {point} it is continuous, and its slope {way}",
                "both sides compared exactly",
                verify=functools.partial(_jumps_so, formula, variable, before, after, point, jump),
            )
        )
    kind = _kind(known, is_convex, is_concave)
    if kind is None:
        return None
    modulus = None
    if kind.is_convex and kind is not Kind.AFFINE and all(one.modulus is not None for one in known):
        kind, modulus = Kind.STRONGLY_CONVEX, min((one.modulus for one in known), key=lambda number: sp.N(number, 30))
    return Found(
        kind,
        Step(f"{formula} is {kind.in_words}", "piece by piece", tuple(steps)),
        "by its smooth pieces and the slopes where they meet",
        modulus,
    )


def _kind(known: Sequence[Found], is_convex: bool, is_concave: bool) -> Kind | None:
    if is_convex and is_concave:
        return Kind.AFFINE
    if is_convex:
        strict = all(one.kind in (Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX) for one in known)
        return Kind.STRICTLY_CONVEX if strict else Kind.CONVEX
    if is_concave:
        return Kind.STRICTLY_CONCAVE if all(one.kind is Kind.STRICTLY_CONCAVE for one in known) else Kind.CONCAVE
    return None


def _jump(formula: Node, variable: Node, before: Piece, after: Piece, point: Fraction) -> int | None:
    """Return the sign of the change of slope where two pieces meet, or None where the function is not continuous there."""
    place = {variable: exact_number(point)}
    try:
        left, right, here = exact_values([before.formula, after.formula, formula], place)
        slopes = [gradients(piece.formula, [variable])[0] for piece in (before, after)]
        first, second = exact_values(slopes, place)
    except SymgdError:
        return None
    if not (left - here).equals(0) or not (right - here).equals(0):
        return None
    change = second - first
    if change.equals(0):
        return 0
    return 1 if change.is_positive else -1 if change.is_negative else None


def _jumps_so(formula: Node, variable: Node, before: Piece, after: Piece, point: Fraction, jump: int) -> bool:
    return _jump(formula, variable, before, after, point) == jump
