"""Quasiconvexity of a function of one variable: it falls, and then rises.

The interval is cut where conditions change and around a turning point. On each part f′ has one sign, or f is convex; where f is
continuous, falls on the first parts, is convex on one at most and rises on the last ones, it is quasiconvex.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.4.2.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symgd.curvature.domain import Domain
from symgd.curvature.findings import Curved, shorten
from symgd.curvature.kinds.formula_signs import FormulaSign, sign_step
from symgd.curvature.kinds.turning_points import around_turning_point
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.second_derivatives.cutting import UNITS, Piece, pieces_of
from symgd.curvature.second_derivatives.hessian import has_kink
from symgd.curvature.second_derivatives.pieces import jumps_at_ends
from symgd.curvature.second_derivatives.smooth import curvature_of_smooth, is_defined_on
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.evaluation.exact import exact_number, exact_values, is_zero
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.assumptions import Curvature, Interval
from symgd.graph.node import Node

__all__ = ["OneVariable", "shape_of_one_variable"]

FALLS, RISES, CONVEX, CONCAVE, CONSTANT = "falls", "rises", "is convex", "is concave", "is constant"


@dataclass(frozen=True)
class OneVariable:
    """The statement of what a function of one variable is.

    Attributes
    ----------
    formula : Node
    variable : Node
    domain : Domain
    shape : Curvature
        CONVEX where it is quasiconvex, CONCAVE where it is quasiconcave, AFFINE where it is monotone.
    """

    formula: Node
    variable: Node
    domain: Domain
    shape: Curvature


@dataclass(frozen=True)
class Run:
    """The statement of what a smooth formula does on an interval.

    Attributes
    ----------
    formula : Node
    variable : Node
    interval : Interval
    word : str
    """

    formula: Node
    variable: Node
    interval: Interval
    word: str


def shape_of_one_variable(formula: Node, variable: Node, domain: Domain, effort: Effort, seed: int = 0) -> Step | None:
    """Return the proof of what a function of one variable is, or None.

    Parameters
    ----------
    formula : Node
    variable : Node
    domain : Domain
        An interval.
    effort : Effort
    seed : int
    """
    if domain.constraints or domain.natural:
        return None
    try:
        pieces = _pieces(formula, variable, domain, effort)
        steps = [] if pieces is None else [_runs(piece, variable, effort, seed) for piece in pieces]
        if pieces is None or any(runs is None for runs in steps):
            return None
        parts = [step for runs in steps if runs is not None for step in runs]
        intervals = tuple(step.statement.interval for step in parts)
        conclusion = _joined(formula, variable, domain, pieces, intervals, [step.statement for step in parts])
    except (SymgdError, TypeError, ValueError):
        return None
    return None if conclusion is None else step_by(by_runs, (formula, variable, domain, intervals), conclusion, parts)


def _pieces(formula: Node, variable: Node, domain: Domain, effort: Effort) -> list[Piece] | None:
    if not has_kink(formula, [variable]):
        return [Piece(domain.intervals[variable], formula)]
    return pieces_of(formula, variable, domain, effort)


# -- parts ----------------------------------------------------------------------------------------------------


def _runs(piece: Piece, variable: Node, effort: Effort, seed: int) -> list[Step] | None:
    """Return what a smooth piece does, in one part or in a few around its turning point."""
    if not is_defined_on(piece.formula, variable, piece.interval, effort):
        return None
    whole = _run(piece, variable, effort)
    if whole is not None:
        return [whole]
    slope = _slope(piece, variable)
    for intervals in around_turning_point(slope, variable, piece.region(variable), seed):
        steps = []
        for k, interval in enumerate(intervals):
            part = Piece(interval, piece.formula)
            step = _bend(part, variable, effort, seed) if len(intervals) == 3 and k == 1 else _run(part, variable, effort)
            if step is None:
                break
            steps.append(step)
        if len(steps) == len(intervals):
            return steps
    return None


def _slope(piece: Piece, variable: Node) -> Node:
    (slope,) = gradients(piece.simple(variable), [variable])
    return slope


def _run(piece: Piece, variable: Node, effort: Effort) -> Step | None:
    sign = sign_step(_slope(piece, variable), [variable], piece.region(variable), effort)
    if sign is None or has_kink(piece.simple(variable), [variable]):
        return None
    return step_by(by_slope, (piece, variable), _of_slope(piece, variable, sign.statement), (sign,))


def _bend(piece: Piece, variable: Node, effort: Effort, seed: int) -> Step | None:
    found = curvature_of_smooth(piece.simple(variable), [variable], piece.region(variable), effort, seed)
    if found is None:
        return None
    return step_by(by_bend, (piece, variable), _of_bend(piece, variable, found.step.statement), (found.step,))


@rule
def by_slope(premises: Premises, piece: Piece, variable: Node) -> Conclusion | None:
    """Conclude from the sign of the derivative."""
    stated = premises.find(FormulaSign, formula=_slope(piece, variable), wrt=(variable,), domain=piece.region(variable))
    if stated is None or has_kink(piece.simple(variable), [variable]):
        return None
    if not is_defined_on(piece.formula, variable, piece.interval, Effort(UNITS)):
        return None
    return _of_slope(piece, variable, stated)


def _of_slope(piece: Piece, variable: Node, stated: FormulaSign) -> Conclusion:
    sign = stated.sign
    word = CONSTANT if sign.is_nonnegative and sign.is_nonpositive else RISES if sign.is_nonnegative else FALLS
    symbol = {CONSTANT: "=", RISES: "≥", FALLS: "≤"}[word]
    return _part(piece, variable, word, f"f′ {symbol} 0")


@rule
def by_bend(premises: Premises, piece: Piece, variable: Node) -> Conclusion | None:
    """Conclude from the curvature."""
    curved = Curved.among(premises, piece.simple(variable), (variable,), piece.region(variable))
    if curved is None or not is_defined_on(piece.formula, variable, piece.interval, Effort(UNITS)):
        return None
    return _of_bend(piece, variable, curved)


def _of_bend(piece: Piece, variable: Node, curved: Curved) -> Conclusion:
    word = CONVEX if curved.kind.is_convex else CONCAVE
    return _part(piece, variable, word, "")


def _part(piece: Piece, variable: Node, word: str, because: str) -> Conclusion:
    claim = f"on {piece.interval}, where it is {shorten(piece.formula, 60)}, f {word}"
    return Conclusion(Run(piece.formula, variable, piece.interval, word), claim, because)


# -- joining --------------------------------------------------------------------------------------------------


@rule
def by_runs(
    premises: Premises, formula: Node, variable: Node, domain: Domain, intervals: tuple[Interval, ...]
) -> Conclusion | None:
    """Conclude from what the parts do, and from the values where they meet."""
    if domain.constraints or domain.natural:
        return None
    pieces = _pieces(formula, variable, domain, Effort(UNITS))
    return None if pieces is None else _joined(formula, variable, domain, pieces, intervals, premises.of(Run))


@one_at_a_time
def _joined(
    formula: Node,
    variable: Node,
    domain: Domain,
    pieces: Sequence[Piece],
    intervals: Sequence[Interval],
    runs: Sequence[Run],
) -> Conclusion | None:
    """Join what is known of parts that cover the pieces, where the function is continuous between the pieces."""
    words: list[str] = []
    waiting = list(intervals)
    for piece in pieces:
        parts = _taken(waiting, piece.interval)
        known = {run.interval: run.word for run in runs if (run.formula, run.variable) == (piece.formula, variable)}
        if parts is None or not all(part in known for part in parts):
            return None
        words += [known[part] for part in parts]
    if waiting or not all(_is_continuous(formula, variable, *pair) for pair in itertools.pairwise(pieces)):
        return None
    for end, jump in jumps_at_ends(formula, variable, domain.intervals[variable], pieces):
        if jump is None:
            return None
        if end == domain.intervals[variable].low:
            words.insert(0, FALLS if jump > 0 else RISES)
        else:
            words.append(RISES if jump > 0 else FALLS)
    shape = (Curvature.CONVEX if _turns_once(words, FALLS, CONVEX, RISES) else Curvature.UNKNOWN) | (
        Curvature.CONCAVE if _turns_once(words, RISES, CONCAVE, FALLS) else Curvature.UNKNOWN
    )
    if shape == Curvature.UNKNOWN:
        return None
    word = {Curvature.CONVEX: "quasiconvex", Curvature.CONCAVE: "quasiconcave"}.get(shape, "monotone")
    because = f"it {', then '.join(key for key, _ in itertools.groupby(words))}"
    return Conclusion(OneVariable(formula, variable, domain, shape), f"{shorten(formula, 120)} is {word}", because)


def _taken(waiting: list[Interval], whole: Interval) -> list[Interval] | None:
    """Take the intervals off a list that cover a larger one, one beside the other."""
    parts = list[Interval]()
    place = whole.low
    while place < whole.high or not parts:
        if not waiting or waiting[0].low != place or not place < waiting[0].high <= whole.high:
            return None
        parts.append(waiting.pop(0))
        place = parts[-1].high
    return parts


def _turns_once(words: Sequence[str], before: str, bend: str, after: str) -> bool:
    """Whether parts run one way, bend once at most, and then run the other way."""
    rest = [word for word in words if word != CONSTANT]
    rest = list(itertools.dropwhile(lambda word: word == before, rest))
    rest = rest[1:] if rest and rest[0] == bend else rest
    return all(word == after for word in rest)


def _is_continuous(formula: Node, variable: Node, before: Piece, after: Piece) -> bool:
    """Whether two pieces have the value of the function where they meet."""
    place = {variable: exact_number(Fraction(before.interval.high))}
    left, right, here = exact_values([before.formula, after.formula, formula], place)
    return is_zero(left - here) and is_zero(right - here)
