"""Check the derivative of a formula, in 80-digit arithmetic around random points (or the user's).

symgd's own derivative is the reference, confirmed at every point by values of the formula alone (:mod:`reference`). Claims are
then compared with it entry by entry; entries that are not confirmed are checked by one-sided differences whose precision
doubles until they settle (:func:`precise_slope`), and several of them at kinks together (:mod:`at_point`). Verdicts:

* RIGHT: every entry agrees at every point.
* WRONG: an entry disagrees, by far more than the reference can be off; or the shapes differ.
* KINK: agreement, but at some entry the formula has a kink and the claim is one of its subgradients.
* UNSURE: the reference could not be computed well enough.

A claim that is a function answers in float64. Whether a difference may be rounding is asked around the point (:mod:`doubts`);
the digits it keeps are reported apart from the verdict: a right formula may still be computed badly.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgd.checking.diagnosis.single_fault import cause_of_shapes, causes_of, has_several_entries
from symgd.checking.formula.conditioning import Traced
from symgd.checking.formula.point_check import UNITS, PointCheck
from symgd.checking.formula.points import SIZE_SETS, in_floats_for_functions, points_between_branches, points_to_check
from symgd.checking.judgement import Verdict
from symgd.checking.request import Question, Suspect
from symgd.checking.verdict import GradientCheck, Ledger
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.digits import FULL, is_nothing, kept
from symgd.evaluation.effort import Effort
from symgd.evaluation.inputs import TooLargeError
from symgd.evaluation.sampling import Point, points, read_point
from symgd.evaluation.scales import nearer_to_zero, scales_of
from symgd.evaluation.sizes import choose_sizes
from symgd.evaluation.switches import switches_of
from symgd.graph.node import Node
from symgd.graph.shape import Shape, show_shape

__all__ = ["check_formula"]

METHOD = "50-digit arithmetic"
LEAST_UNITS, UNITS_NEARBY = UNITS / 50, UNITS / 5
"""The work that a point is worth at least, and that each further point is worth."""


def check_formula(
    question: Question,
    *,
    at: Mapping[Any, Any] | Sequence[Mapping[Any, Any]] | None = None,
    nearby: Sequence[Mapping[Any, Any]] = (),
    seed: int = 0,
    count: int = 5,
    compiled: Callable[[], Callable[..., Any] | None] | None = None,
    traced: Traced | None = None,
) -> GradientCheck:
    """Check claimed derivatives of a formula.

    Parameters
    ----------
    question : Question
    at : mapping, or several, optional
        The points; random ones inside the domain without it.
    nearby : sequence of mapping
        Further points, which count where the formula has a slope and the claims an answer.
    seed, count : int
        Of the random points.
    compiled : callable, optional
        Makes the derivative as float64 code, a function of the arguments that returns a list; its digits are measured when
        they are first read.
    traced : callable, optional
        Makes formulas of the claims that are functions, where that can be done.
    """
    for k, (claim, shape) in enumerate(zip(question.claims, question.shapes, strict=True)):
        if isinstance(claim, Node) and claim.shape != shape:
            return _of_wrong_shape(question, k, claim.shape, shape)
    traced = functools.cache(traced) if traced is not None else None
    try:
        chosen = points_to_check(question, at, seed, count)
    except TooLargeError as error:
        hint = error.hint if at is None else "give smaller arrays, or leave the point out: random ones are small"
        return GradientCheck(Verdict.UNSURE, None, METHOD, 0, 0, notes=[f"{error.cause}; {hint}"])
    return _FormulaCheck(question, traced, seed, count, is_given=at is not None).outcome(chosen, nearby, compiled)


@dataclass
class _Group:
    """What was found at points of the same sizes."""

    ledger: Ledger
    notes: dict[str, None]
    points: list[PointCheck]


class _FormulaCheck:
    """The check of claims at several points.

    Parameters
    ----------
    question : Question
    traced : callable or None
    seed, count : int
    is_given : bool
        Whether the points are the caller's.
    """

    def __init__(self, question: Question, traced: Traced | None, seed: int, count: int, *, is_given: bool) -> None:
        self.question, self.traced, self.seed, self.count, self.is_given = question, traced, seed, count, is_given
        self.generator = np.random.default_rng(seed)
        self.scales = [] if is_given else scales_of(question.output)
        self.may_settle_nearer = bool(self.scales)
        self.ledger = Ledger()
        self.notes: dict[str, None] = {}
        self.kept_digits: list[float] = []
        self.suspects: list[Suspect] = []

    def outcome(
        self,
        chosen: list[Point],
        nearby: Sequence[Mapping[Any, Any]],
        compiled: Callable[[], Callable[..., Any] | None] | None,
    ) -> GradientCheck:
        """Compare at all points and return the outcome."""
        wrong_shape = self._at_points(chosen)
        if wrong_shape is not None:
            return wrong_shape
        chosen = self.chosen
        if self.ledger.holes and not self.ledger.wrong and not self.is_given:
            chosen += self._where_claims_have_values()
        counted = len(chosen)
        if (not self.is_given or nearby) and not self.ledger.wrong:
            counted += self._at_further_points(chosen)
        counted += sum(map(self._near_a_given_point, nearby))
        verdict = self.ledger.verdict()
        if self.ledger.holes:
            self.notes["the formula of the gradient has no value at a point where the slope is finite"] = None
        elif verdict is Verdict.UNSURE:
            self.notes["the differences do not settle: the slope may be infinite here, or the point outside the domain"] = None
        question = self.question
        return GradientCheck(
            verdict,
            self.ledger.worst_entry(),
            METHOD,
            counted,
            self.ledger.entries,
            self.ledger.sorted_wrong(),
            list(self.notes),
            [] if self.is_given else _distinct(point.sizes for point in chosen),
            measure_digits=lambda: self._digits(compiled),
            find_causes=lambda: causes_of(
                question.output,
                question.names,
                [question.own or (), question.raw],
                self.suspects + self._elsewhere(chosen[0].sizes),
                self.ledger.wrong,
            ),
        )

    # -- the points -------------------------------------------------------------------------------------------

    def _at_points(self, points: Sequence[Point]) -> GradientCheck | None:
        """Compare at the chosen points, which are in `chosen` then; return an outcome where a shape is wrong."""
        effort, remaining = Effort(UNITS), len(points)
        groups = _by_sizes(points)
        for group in groups[:]:
            comparison = _Group(Ledger(), {}, [])
            settled: _Group | None = None
            for point in group:
                share = effort.part(max(LEAST_UNITS, (effort.limit - effort.spent) / remaining))
                remaining -= 1
                here = PointCheck(self.question, point, self.generator, may_be_kink=self.is_given, effort=share)
                wrong_shape = here.wrong_shape()
                if wrong_shape is not None:
                    return _of_wrong_shape(self.question, *wrong_shape)
                here.enter(comparison.ledger, comparison.notes, self.traced)
                comparison.points.append(here)
                if self.may_settle_nearer and comparison.ledger.unsure and not comparison.ledger.wrong:
                    settled = self._settled_nearer(group)
                    self.may_settle_nearer = settled is not None
                    if settled is not None:
                        break
            if settled is not None:
                comparison = settled
                groups[groups.index(group)] = [here.point for here in comparison.points]
            elif (
                (comparison.ledger.unsure or comparison.ledger.holes)
                and not comparison.ledger.wrong
                and _may_be_left_out(group, groups)
            ):
                groups.remove(group)
                continue
            self.ledger.add(comparison.ledger)
            self.notes |= comparison.notes
            self.kept_digits += [digits for here in comparison.points for digits in here.kept_digits]
            self.suspects += [here.suspect() for here in comparison.points]
        self.chosen = [point for group in groups for point in group]
        return None

    def _settled_nearer(self, group: Sequence[Point]) -> _Group | None:
        """Return what is found at points nearer to 0, where it is settled; None where it is at none."""
        for scale in self.scales:
            words: dict[str, None] = {"values far from 0 vanish in all digits: only points nearer to it are judged": None}
            comparison = _Group(Ledger(), words, [])
            for point in group:
                here = PointCheck(
                    self.question, in_floats_for_functions(self.question, nearer_to_zero(point, scale)), self.generator
                )
                here.enter(comparison.ledger, words, self.traced)
                comparison.points.append(here)
            if not (comparison.ledger.unsure or comparison.ledger.holes):
                return comparison
        return None

    def _where_claims_have_values(self) -> list[Point]:
        """Compare claims inside their own domain, which is not that of the formula."""
        claim_points: list[Point] = []
        for claim in self.question.formulas:
            with contextlib.suppress(SymgdError):
                claim_points += points(claim, self.count, self.seed, others=[self.question.output, *self.question.inputs])
        for point in claim_points:
            here = PointCheck(self.question, point, self.generator)
            here.enter(self.ledger, self.notes, None)
            self.suspects.append(here.suspect())
        return claim_points

    def _at_further_points(self, chosen: Sequence[Point]) -> int:
        """Compare on boundaries between branches and nearer to 0, where something is certain; return at how many points."""
        further = points_between_branches(self.question, chosen, self.traced, self.generator, of_claims_only=self.is_given)
        further += [in_floats_for_functions(self.question, nearer_to_zero(chosen[0], scale)) for scale in self.scales]
        counted = 0
        for point in further:
            with contextlib.suppress(SymgdError, ArithmeticError, ValueError, IndexError):
                ledger = Ledger()
                here = PointCheck(self.question, point, self.generator, effort=Effort(UNITS_NEARBY))
                if here.has_value() and here.wrong_shape() is None and here.has_answers():
                    here.enter(ledger, {}, self.traced)
                    self.ledger.add_certain(ledger)
                    self.suspects += [here.suspect()] if ledger.wrong else []
                    counted += 1
        return counted

    def _near_a_given_point(self, place: Mapping[Any, Any]) -> int:
        """Compare at a further point, where the formula has a slope and the claims an answer; return 1 where that is so."""
        with contextlib.suppress(SymgdError, ArithmeticError, ValueError, IndexError):
            point = in_floats_for_functions(self.question, read_point(self.question.inputs, place))
            here = PointCheck(self.question, point, self.generator, effort=Effort(UNITS_NEARBY))
            if here.is_settled():
                here.enter(self.ledger, self.notes, self.traced)
                self.suspects.append(here.suspect())
                return 1
        return 0

    # -- asked for later --------------------------------------------------------------------------------------

    def _elsewhere(self, given_sizes: dict[str, int]) -> list[Suspect]:
        """Return the claims at other points, with other sizes where they are free: one point fits too many causes."""
        turns = [choose_sizes([self.question.output], turn=k) for k in (0, 1)]
        if self.is_given:
            turns.append(given_sizes)
        switches = switches_of([self.question.output])
        suspects: list[Suspect] = []
        for sizes in turns:
            with contextlib.suppress(SymgdError, ArithmeticError, ValueError, IndexError, TypeError):
                for point in points(self.question.output, 4, self.seed + 1, sizes, self.question.inputs, switches):
                    here = PointCheck(self.question, in_floats_for_functions(self.question, point), self.generator)
                    if here.wrong_shape() is None:
                        suspects.append(here.suspect())
        return suspects

    def _digits(self, compiled: Callable[[], Callable[..., Any] | None] | None) -> float | None:
        """Return the digits that functions kept, or those that compiled code keeps at the points."""
        if self.kept_digits:
            return min(self.kept_digits)
        code = compiled() if compiled is not None else None
        places = [suspect for suspect in self.suspects if has_several_entries(suspect.point)] or self.suspects
        if code is None or not places:
            return None
        measured = (_digits_of(code, suspect, self.question.arguments) for suspect in places)
        return min((digits for digits in measured if digits is not None), default=None)


def _distinct(several: Iterable[dict[str, int]]) -> list[dict[str, int]]:
    distinct: list[dict[str, int]] = []
    for sizes in several:
        if sizes not in distinct:
            distinct.append(sizes)
    return distinct


def _by_sizes(chosen: Sequence[Point]) -> list[list[Point]]:
    """Return points in groups of the same sizes."""
    return [[point for point in chosen if point.sizes == sizes] for sizes in _distinct(point.sizes for point in chosen)]


def _may_be_left_out(group: Sequence[Point], groups: Sequence[Sequence[Point]]) -> bool:
    """Whether sizes need not be checked: an axis has one entry, along which a formula may be constant; others are enough."""
    return 1 in group[0].sizes.values() and len(groups) >= SIZE_SETS


def _of_wrong_shape(question: Question, k: int, got: Shape | tuple[int, ...], wanted: Shape | tuple[int, ...]) -> GradientCheck:
    """Return the verdict for a claim that does not even have the shape of the derivative."""
    where = f" in {question.wrt[k].name}" if question.wrt else ""
    note = f"  the claimed {question.what}{where} has shape {show_shape(got)}, not {show_shape(wanted)}"
    causes = cause_of_shapes(got, wanted)
    return GradientCheck(Verdict.WRONG, None, "shapes", 0, 0, notes=[note], find_causes=lambda: causes)


def _digits_of(code: Callable[..., Any], suspect: Suspect, arguments: Sequence[Node]) -> float | None:
    """Return the digits that code keeps at a point; entries that are nothing beside the largest are measured against that.

    A number that is 0 has no digits that could be kept or lost; None where all are.
    """
    with np.errstate(all="ignore"):
        results = code(*(np.asarray(suspect.point.values[node], dtype=float) for node in arguments))
    least: float | None = None
    for result, true in zip(results, suspect.own or suspect.answers, strict=True):
        floor = max((abs(v) for v in true.ravel()), default=mpmath.mpf(0)) * mpmath.mpf("1e-12")
        for index in np.ndindex(*true.shape):
            computed = np.asarray(result)[index]
            if np.isfinite(computed) and mpmath.isfinite(true[index]) and abs(true[index]) < floor:
                error = abs(mpmath.mpf(float(computed)) - true[index]) / floor
                digits: float | None = min(FULL, max(0.0, float(-mpmath.log10(error)))) if error else FULL
            else:
                digits = kept(computed, true[index])
            if digits is not None and not (digits == 0 and is_nothing(computed, true[index])):
                least = digits if least is None else min(least, digits)
    return least
