"""Judge the derivative of a formula, in 80-digit arithmetic around random points (or the user's).

symgd's own derivative is the reference, confirmed at every point by values of the formula alone (:mod:`reference`). Claims are
then compared with it entry by entry; entries that are not confirmed are judged by one-sided differences whose precision
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
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from symgd.checking.black_box.numbers_in_code import numbers_in
from symgd.checking.diagnosis.single_fault import cause_of_shapes, causes_of, has_room
from symgd.checking.formula.conditioning import Traced
from symgd.checking.formula.point_check import DIGITS, UNITS, PointCheck
from symgd.checking.request import Question, Suspect
from symgd.checking.verdict import GradientCheck, Ledger, Verdict
from symgd.errors import DomainError, SymgdError
from symgd.evaluation.boundaries import points_on_boundaries
from symgd.evaluation.digits import FULL, kept
from symgd.evaluation.effort import Effort
from symgd.evaluation.inputs import TooLargeError, check_work
from symgd.evaluation.sampling import Point, Sampler, points, read_point
from symgd.evaluation.scales import nearer_to_zero, scales_of
from symgd.evaluation.sizes import choose_sizes, size_sets
from symgd.evaluation.switches import rankings_of, squares_under_roots_of, switches_of, without_known
from symgd.graph.node import Node
from symgd.graph.shape import Shape, show_shape, size_value
from symgd.graph.traversal import toposort

__all__ = ["check_formula"]

METHOD = "50-digit arithmetic"
LEAST_UNITS, UNITS_NEARBY = UNITS / 50, UNITS / 5
"""The work that a point is worth at least, and that each further point is worth."""
_SIZE_SETS = 4
"""How many sets of sizes are judged: what is right for one may be wrong for another."""


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
    """Judge claimed derivatives of a formula.

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
        they are asked for.
    traced : callable, optional
        Makes formulas of the claims that are functions, where that can be done.
    """
    for k, (claim, shape) in enumerate(zip(question.claims, question.shapes, strict=True)):
        if isinstance(claim, Node) and claim.shape != shape:
            return _of_wrong_shape(question, k, claim.shape, shape)
    generator = np.random.default_rng(seed)
    traced = functools.cache(traced) if traced is not None else None
    try:
        chosen = _points(question, at, seed, count)
    except TooLargeError as error:
        hint = error.hint if at is None else "give smaller arrays, or leave the point out: random ones are small"
        return GradientCheck(Verdict.UNSURE, None, METHOD, 0, 0, notes=[f"{error.cause}; {hint}"])
    ledger = Ledger()
    notes: dict[str, None] = {}
    kept_digits: list[float] = []
    suspects: list[Suspect] = []
    effort = Effort(UNITS)
    groups, left = _by_sizes(chosen), len(chosen)
    scales = scales_of(question.output) if at is None else []
    may_settle_nearer = bool(scales)
    for group in groups[:]:
        found, words, judges = Ledger(), dict[str, None](), []
        settled = None
        for point in group:
            share = effort.part(max(LEAST_UNITS, (effort.limit - effort.spent) / left))
            left -= 1
            judge = PointCheck(question, point, generator, may_be_kink=at is not None, effort=share)
            wrong_shape = judge.wrong_shape()
            if wrong_shape is not None:
                return _of_wrong_shape(question, *wrong_shape)
            judge.enter(found, words, traced)
            judges.append(judge)
            if may_settle_nearer and found.unsure and not found.wrong:
                settled = _settled_nearer(question, group, scales, generator, traced)
                may_settle_nearer = settled is not None
                if settled is not None:
                    break
        if settled is not None:
            found, words, judges = settled
            groups[groups.index(group)] = [judge.point for judge in judges]
        elif (found.unsure or found.holes) and not found.wrong and _may_be_left_out(group, groups):
            groups.remove(group)
            continue
        ledger.add(found)
        notes |= words
        kept_digits += [digits for judge in judges for digits in judge.kept_digits]
        suspects += [judge.suspect() for judge in judges]
    chosen = [point for group in groups for point in group]
    if ledger.holes and not ledger.wrong and at is None:
        chosen += _judged_where_claims_have_values(question, seed, count, generator, ledger, notes, suspects)
    counted = len(chosen)
    if (at is None or nearby) and not ledger.wrong:
        further = _on_boundaries(question, chosen, traced, generator, of_claims_only=at is not None)
        further += [_for_functions(question, nearer_to_zero(chosen[0], scale)) for scale in scales]
        for point in further:
            with contextlib.suppress(SymgdError, ArithmeticError, ValueError, IndexError):
                found = Ledger()
                judge = PointCheck(question, point, generator, effort=Effort(UNITS_NEARBY))
                if judge.has_value() and judge.wrong_shape() is None and judge.has_answers():
                    judge.enter(found, {}, traced)
                    ledger.add_certain(found)
                    suspects += [judge.suspect()] if found.wrong else []
                    counted += 1
    for place in nearby:
        with contextlib.suppress(SymgdError, ArithmeticError, ValueError, IndexError):
            judge = PointCheck(
                question, _for_functions(question, read_point(question.inputs, place)), generator, effort=Effort(UNITS_NEARBY)
            )
            if judge.is_settled():
                judge.enter(ledger, notes, traced)
                suspects.append(judge.suspect())
                counted += 1
    verdict = ledger.verdict()
    if ledger.holes:
        notes["the formula of the gradient has no value at a point where the slope is finite"] = None
    elif verdict is Verdict.UNSURE:
        notes["the differences do not settle: the slope may be infinite here, or the point outside the domain"] = None

    def elsewhere() -> list[Suspect]:
        """Return the claims at other points, with other sizes where they are free: one point fits too many causes."""
        turns: list[Any] = [choose_sizes([question.output], turn=k) for k in (0, 1)]
        if at is not None:
            turns.append(chosen[0].sizes)
        found: list[Suspect] = []
        for sizes in turns:
            with contextlib.suppress(SymgdError, ArithmeticError, ValueError, IndexError, TypeError):
                for point in points(question.output, 4, seed + 1, sizes, question.inputs, switches_of([question.output])):
                    judge = PointCheck(question, _for_functions(question, point), generator)
                    if judge.wrong_shape() is None:
                        found.append(judge.suspect())
        return found

    def digits() -> float | None:
        if kept_digits:
            return min(kept_digits)
        code = compiled() if compiled is not None else None
        places = [one for one in suspects if has_room(one.point)] or suspects
        return None if code is None or not places else min(_digits_of(code, one, question.arguments) for one in places)

    return GradientCheck(
        verdict,
        ledger.worst_entry(),
        METHOD,
        counted,
        ledger.entries,
        ledger.sorted_wrong(),
        list(notes),
        _distinct(point.sizes for point in chosen) if at is None else [],
        measure_digits=digits,
        find_causes=lambda: causes_of(
            question.output,
            question.names,
            [question.own or (), question.raw],
            suspects + elsewhere(),
            ledger.wrong,
        ),
    )


def _points(question: Question, at: Any, seed: int, count: int) -> list[Point]:
    if at is None:
        chosen = _random_points(question, seed, count)
    else:
        chosen = [read_point(question.inputs, one) for one in (at if isinstance(at, list | tuple) else [at])]
        for point in chosen:
            _check_rows(question, point)
            check_work([question.output, *(question.own or ()), *question.formulas], point.sizes)
    return [_for_functions(question, point) for point in chosen]


def _random_points(question: Question, seed: int, count: int) -> list[Point]:
    """Return points of at least three sets of sizes, where sizes are symbolic; both sides of every switch are visited.

    Sizes at which the formula has no value, or that mean too much work, are left out.
    """
    switches = switches_of([question.output, *question.formulas])
    found: list[list[Point]] = []
    refused: SymgdError | None = None
    sampler = Sampler(question.output, question.inputs)
    for sizes in size_sets(sampler.axes):
        share = max(1, count // _SIZE_SETS) if found else max(1, count - (_SIZE_SETS - 1) * max(1, count // _SIZE_SETS))
        if not sizes:
            share = count
        try:
            found.append(sampler.points(share, seed, sizes, () if found else switches, DIGITS))
        except (DomainError, TooLargeError) as error:
            refused = refused or error
        if len(found) == _SIZE_SETS:
            break
    if not found and refused is not None:
        raise refused
    return [point for group in found for point in group]


def _on_boundaries(
    question: Question, chosen: Sequence[Point], traced: Traced | None, generator: np.random.Generator, *, of_claims_only: bool
) -> list[Point]:
    """Return points where a branch of the formula or of a claim begins or ends, and inside every branch.

    Where the caller gives a point, only those count that the formula does not have: elsewhere its code may mean something else.
    """
    formulas, numbers = [question.output, *question.formulas], set[Fraction]()
    for_floats = len(question.formulas) < len(question.claims)
    if for_floats:
        read = traced() if traced is not None else None
        if read is not None:
            formulas += read
        else:
            numbers = {number for claim in question.claims if not isinstance(claim, Node) for number in numbers_in(claim)}
    boundaries, rankings = switches_of(formulas), rankings_of(formulas)
    if of_claims_only:
        known = [*switches_of([question.output]), *rankings_of([question.output])]
        boundaries, rankings, numbers = without_known(boundaries, known), without_known(rankings, known), set()
        if not boundaries and not rankings:
            return []
    else:  # at a point that is given, the root of a square may be meant on one side only
        boundaries += [one for one in squares_under_roots_of(formulas) if one not in boundaries]
    alike = [point for point in chosen if point.sizes == chosen[0].sizes]
    has_equalities = bool(boundaries) and any(node.primitive.name in ("equal", "not_equal") for node in toposort(formulas))
    return points_on_boundaries(
        alike,
        boundaries,
        numbers,
        generator,
        rankings=rankings,
        variables=question.wrt,
        for_floats=for_floats,
        has_equalities=has_equalities,
    )


def _settled_nearer(
    question: Question,
    group: Sequence[Point],
    scales: Sequence[Fraction],
    generator: np.random.Generator,
    traced: Traced | None,
) -> tuple[Ledger, dict[str, None], list[PointCheck]] | None:
    """Return the judgement at points nearer to 0, where it is settled; None where it is at none."""
    for scale in scales:
        found, judges = Ledger(), []
        words: dict[str, None] = {"values far from 0 vanish in all digits: only points nearer to it are judged": None}
        for point in group:
            judge = PointCheck(question, _for_functions(question, nearer_to_zero(point, scale)), generator)
            judge.enter(found, words, traced)
            judges.append(judge)
        if not (found.unsure or found.holes):
            return found, words, judges
    return None


def _distinct(several: Iterable[dict[str, int]]) -> list[dict[str, int]]:
    found: list[dict[str, int]] = []
    for one in several:
        if one not in found:
            found.append(one)
    return found


def _by_sizes(chosen: Sequence[Point]) -> list[list[Point]]:
    """Return points in groups of the same sizes."""
    return [[point for point in chosen if point.sizes == sizes] for sizes in _distinct(point.sizes for point in chosen)]


def _may_be_left_out(group: Sequence[Point], groups: Sequence[Sequence[Point]]) -> bool:
    """Whether sizes need not be judged: an axis has one entry, along which a formula may be constant, and others are enough."""
    return 1 in group[0].sizes.values() and len(groups) >= _SIZE_SETS


def _check_rows(question: Question, point: Point) -> None:
    """Refuse rows that are not there."""
    for node, size in question.rows.items():
        rows, count = np.asarray(point.values[node], dtype=float), size_value(size, point.sizes)
        if ((rows != np.floor(rows)) | (rows < 0) | (rows >= count)).any():
            raise SymgdError(f"the value of {node.name} looks up rows: whole numbers from 0 to {count - 1}")


def _for_functions(question: Question, point: Point) -> Point:
    """Return a point in float64 where functions answer for floats, so that the formula is asked for the same."""
    if len(question.formulas) == len(question.claims):
        return point
    return Point({node: np.asarray(value, dtype=float) for node, value in point.values.items()}, point.sizes)


def _judged_where_claims_have_values(
    question: Question,
    seed: int,
    count: int,
    generator: np.random.Generator,
    ledger: Ledger,
    notes: dict[str, None],
    suspects: list[Suspect],
) -> list[Point]:
    """Judge claims inside their own domain, which is not that of the formula."""
    found: list[Point] = []
    for claim in question.formulas:
        with contextlib.suppress(SymgdError):
            found += points(claim, count, seed, others=[question.output, *question.inputs])
    for point in found:
        judge = PointCheck(question, point, generator)
        judge.enter(ledger, notes, None)
        suspects.append(judge.suspect())
    return found


def _of_wrong_shape(question: Question, k: int, got: Shape | tuple[int, ...], wanted: Shape | tuple[int, ...]) -> GradientCheck:
    """Return the verdict for a claim that does not even have the shape of the derivative."""
    where = f" in {question.wrt[k].name}" if question.wrt else ""
    note = f"  the claimed {question.what}{where} has shape {show_shape(got)}, not {show_shape(wanted)}"
    causes = cause_of_shapes(got, wanted)
    return GradientCheck(Verdict.WRONG, None, "shapes", 0, 0, notes=[note], find_causes=lambda: causes)


def _digits_of(code: Callable[..., Any], suspect: Suspect, arguments: Sequence[Node]) -> float:
    """Return the digits that code keeps at a point; entries that are nothing beside the largest are measured against that."""
    with np.errstate(all="ignore"):
        results = code(*(np.asarray(suspect.point.values[node], dtype=float) for node in arguments))
    least = FULL
    for result, true in zip(results, suspect.own or suspect.answers, strict=True):
        floor = max((abs(v) for v in true.ravel()), default=mpmath.mpf(0)) * mpmath.mpf("1e-12")
        for index in np.ndindex(*true.shape):
            computed = np.asarray(result)[index]
            if np.isfinite(computed) and mpmath.isfinite(true[index]) and abs(true[index]) < floor:
                error = abs(mpmath.mpf(float(computed)) - true[index]) / floor
                digits: float | None = min(FULL, max(0.0, float(-mpmath.log10(error)))) if error else FULL
            else:
                digits = kept(computed, true[index])
            least = least if digits is None else min(least, digits)
    return least
