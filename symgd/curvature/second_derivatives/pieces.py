"""Functions of one variable with kinks: smooth pieces, and the slopes where they meet.

A continuous function is convex where every piece is and the slope does not fall from one piece to the next. The pieces end
where a condition changes: |x| is a choice by the sign of x, maximum(a, b) one by the sign of a − b.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symgd.curvature.domain import Domain
from symgd.curvature.findings import Curved, Found, shorten
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.second_derivatives.cutting import UNITS, Piece, cut, pieces_of
from symgd.curvature.second_derivatives.smooth import curvature_of_smooth, is_defined_on
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.evaluation.exact import exact_number, exact_values, in_digits, is_zero, known_sign
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.assumptions import Interval
from symgd.graph.node import Node

__all__ = ["curvature_of_pieces", "jumps_at_ends", "smooth_pieces"]


@dataclass(frozen=True)
class Joint:
    """The statement that a function is continuous where two pieces meet, and how its slope changes there.

    Attributes
    ----------
    formula : Node
    point : Fraction
    before, after : Piece
    jump : int
        The sign of the change of the slope.
    """

    formula: Node
    point: Fraction
    before: Piece
    after: Piece
    jump: int


def curvature_of_pieces(formula: Node, variable: Node, domain: Domain, effort: Effort, seed: int = 0) -> Found | None:
    """Return the curvature of a function of one variable that is smooth but for finitely many rational points, or None.

    The caller makes sure that the domain is convex.
    """
    if domain.constraints or domain.natural:
        return None
    try:
        pieces = pieces_of(formula, variable, domain, effort)
        if pieces is None:
            return None
        steps: list[Step] = []
        by = "by its smooth pieces and the slopes where they meet"
        for piece in pieces:
            finding = _curvature(piece, variable, effort, seed)
            if finding is None:
                return None
            steps.append(_step_of_piece(piece, variable, finding, is_whole=len(pieces) == 1))
            by = finding.by if len(pieces) == 1 else by
        for before, after in itertools.pairwise(pieces):
            conclusion = _joint(formula, variable, before, after)
            if conclusion is None:
                return None
            steps.append(step_by(by_joint, (formula, variable, before, after), conclusion))
        conclusion = _joined(formula, variable, domain, pieces, Premises(step.statement for step in steps))
    except (SymgdError, TypeError, ValueError):
        return None
    if conclusion is None:
        return None
    step = step_by(by_pieces, (formula, variable, domain), conclusion, steps)
    return Found(conclusion.statement.kind, step, by, conclusion.statement.modulus)


@rule
def by_pieces(premises: Premises, formula: Node, variable: Node, domain: Domain) -> Conclusion | None:
    """Conclude from the curvature of the pieces, which are cut again, and the slopes where they meet."""
    if domain.constraints or domain.natural:
        return None
    pieces = pieces_of(formula, variable, domain, Effort(UNITS))
    return None if pieces is None else _joined(formula, variable, domain, pieces, premises)


@rule
def by_piece(premises: Premises, piece: Piece, variable: Node, is_whole: bool) -> Conclusion | None:
    """Conclude from the simplified form of a piece."""
    curved = Curved.among(premises, piece.simple(variable), (variable,), piece.region(variable))
    if curved is None or not is_defined_on(piece.formula, variable, piece.interval, Effort(UNITS)):
        return None
    return _of_piece(piece, curved, is_whole)


@rule
def by_joint(premises: Premises, formula: Node, variable: Node, before: Piece, after: Piece) -> Conclusion | None:
    """Compare values and slopes on both sides, exactly."""
    return _joint(formula, variable, before, after)


def _step_of_piece(piece: Piece, variable: Node, finding: Found, is_whole: bool) -> Step:
    step = finding.step
    return step_by(by_piece, (piece, variable, is_whole), _of_piece(piece, step.statement, is_whole), (step,))


def _of_piece(piece: Piece, curved: Curved, is_whole: bool) -> Conclusion:
    where = "inside the domain" if is_whole else f"on {piece.interval}"
    claim = f"{where} it is {piece.formula}, {curved.kind.in_words}"
    return Conclusion(dataclasses.replace(curved, formula=piece.formula), claim)


def _joint(formula: Node, variable: Node, before: Piece, after: Piece) -> Conclusion | None:
    point = Fraction(before.interval.high)
    if (jump := _jump(formula, variable, before, after, point)) is None:
        return None
    verb = "stays" if jump == 0 else "rises" if jump > 0 else "falls"
    claim = f"at {variable} = {point} it is continuous, and its slope {verb}"
    return Conclusion(Joint(formula, point, before, after, jump), claim, "both sides compared exactly")


def smooth_pieces(formula: Node, variable: Node, interval: Interval, effort: Effort) -> list[tuple[Interval, Node]] | None:
    """Return the pieces of a function whose value and slope do not jump where they meet, or None for any other."""
    try:
        pieces = cut(formula, variable, interval, effort)
        if pieces is None:
            return None
        for before, after in itertools.pairwise(pieces):
            if _jump(formula, variable, before, after, Fraction(before.interval.high)) != 0:
                return None
    except (SymgdError, TypeError, ValueError):
        return None
    return [(piece.interval, piece.formula) for piece in pieces]


def _curvature(piece: Piece, variable: Node, effort: Effort, seed: int) -> Found | None:
    if not is_defined_on(piece.formula, variable, piece.interval, effort):
        return None
    return curvature_of_smooth(piece.simple(variable), [variable], piece.region(variable), effort, seed)


# -- joining --------------------------------------------------------------------------------------------------


def _joined(formula: Node, variable: Node, domain: Domain, pieces: Sequence[Piece], premises: Premises) -> Conclusion | None:
    """Join what is known of the pieces and of the points where they meet, and look at the values at closed ends."""
    known = [Curved.among(premises, piece.formula, (variable,), piece.region(variable)) for piece in pieces]
    curved = [statement for statement in known if statement is not None]
    jumps: list[int] = []
    for before, after in itertools.pairwise(pieces):
        joint = premises.find(Joint, formula=formula, before=before, after=after)
        if joint is None:
            return None
        jumps.append(joint.jump)
    if len(curved) < len(known):
        return None
    kind, modulus = _kind(curved, jumps)
    because = f"inside the domain it is {pieces[0].formula}" if len(pieces) == 1 else "piece by piece"
    if kind is None:
        return None
    for end, jump in jumps_at_ends(formula, variable, domain.intervals[variable], pieces):
        if jump is None:
            return None
        if kind is Kind.AFFINE:
            kind = Kind.CONVEX if jump > 0 else Kind.CONCAVE
            because = f"affine inside, and it jumps {'up' if jump > 0 else 'down'} at {variable.name} = {end}"
        elif (kind.is_convex and jump < 0) or (kind.is_concave and jump > 0):
            return None
    claim = f"{shorten(formula, 120)} is {kind.in_words}"
    return Conclusion(Curved(formula, (variable,), domain, kind, modulus), claim, because)


def _kind(known: Sequence[Curved], jumps: Sequence[int]) -> tuple[Kind | None, Any]:
    """Return the kind and the modulus that pieces and the changes of slope between them give."""
    kinds = [statement.kind for statement in known]
    is_convex = all(kind.is_convex for kind in kinds) and all(jump >= 0 for jump in jumps)
    is_concave = all(kind.is_concave for kind in kinds) and all(jump <= 0 for jump in jumps)
    if is_convex and is_concave:
        return Kind.AFFINE, None
    if is_convex and all(statement.modulus is not None for statement in known):
        return Kind.STRONGLY_CONVEX, min((statement.modulus for statement in known), key=lambda number: in_digits(number, 30))
    if is_convex:
        strict = all(kind in (Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX) for kind in kinds)
        return (Kind.STRICTLY_CONVEX if strict else Kind.CONVEX), None
    if is_concave:
        return (Kind.STRICTLY_CONCAVE if all(kind is Kind.STRICTLY_CONCAVE for kind in kinds) else Kind.CONCAVE), None
    return None, None


def jumps_at_ends(
    formula: Node, variable: Node, interval: Interval, pieces: Sequence[Piece]
) -> Iterator[tuple[Fraction, int | None]]:
    """Yield the closed ends at which the value is not the limit, with the sign of value − limit, None where it is not known.

    A convex function may jump up at an end of its domain, a concave one down.
    """
    for end, is_open, piece in (
        (interval.low, interval.open_low, pieces[0]),
        (interval.high, interval.open_high, pieces[-1]),
    ):
        if is_open or not isinstance(end, Fraction):
            continue
        here, limit = exact_values([formula, piece.formula], {variable: exact_number(end)})
        if (sign := known_sign(here - limit)) != 0:
            yield end, sign


@one_at_a_time
def _jump(formula: Node, variable: Node, before: Piece, after: Piece, point: Fraction) -> int | None:
    """Return the sign of the change of slope where two pieces meet, or None where the function is not continuous there."""
    place = {variable: exact_number(point)}
    try:
        left, right, here = exact_values([before.formula, after.formula, formula], place)
        slopes = [gradients(piece.formula, [variable])[0] for piece in (before, after)]
        first, second = exact_values(slopes, place)
    except SymgdError:
        return None
    return known_sign(second - first) if is_zero(left - here) and is_zero(right - here) else None
