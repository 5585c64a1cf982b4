"""Judge the derivative of a formula, in 80-digit arithmetic around random points (or the user's).

symgd's own derivative is the reference, and is itself judged at every point by values of the formula alone: along a random
direction in which all entries count alike, a difference quotient agrees with it to 25 digits, or it is not trusted. Claims
are then compared with it entry by entry. Where the two do not agree, every entry is judged by one-sided differences whose
precision doubles until they settle (:func:`precise_slope`). Verdicts:

* RIGHT: every entry agrees at every point.
* WRONG: an entry disagrees, by far more than the reference can be off; or the shapes differ.
* KINK: agreement, but at some entry the formula has a kink and the claim is one of its subgradients.
* UNSURE: the reference could not be computed well enough.

A claim that is a function answers in float64. Its rounding errors are measured, at neighbouring floats; the digits it keeps
are reported apart from the verdict: a right formula may still be computed badly.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mpmath
import numpy as np

from symgd.errors import SymgdError
from symgd.graph.evaluate import evaluate
from symgd.graph.node import Node
from symgd.graph.shape import Shape, show_shape, size_value
from symgd.graph.walk import depends_on
from symgd.verify.digits import FULL, is_rounding, kept
from symgd.verify.finite_difference import precise_slope
from symgd.verify.high_precision import MultiPrecision, evaluate_precisely, exact_array
from symgd.verify.inputs import TooLargeError, choose_sizes
from symgd.verify.localise import Suspect, cause_of_shapes, causes_of
from symgd.verify.sampling import Point, points, read_point
from symgd.verify.switches import switches_of
from symgd.verify.verdict import GradientCheck, Ledger, Verdict, entry_name

__all__ = ["Question", "check_formula"]

_DIGITS = 80
_STEP = mpmath.mpf("1e-38")
_AGREEMENT = mpmath.mpf("1e-25")
_BEND = mpmath.mpf("1e-9")
"""How far the slopes of both sides may differ, where there is no kink."""
_EVEN = mpmath.mpf("1e-12")
"""Entries whose share of the slope is smaller than this, relative to the largest, are judged one by one."""
_FOR_FORMULAS = mpmath.mpf("1e-14")
_GOOD_DIGITS = 7.0
"""A function's answer with so many digits is right: an error of 1e-6 leaves fewer. Others are looked at more closely."""
_FOR_FUNCTIONS = 1e-7
_ALL_ENTRIES = 64
_SAMPLED = 12
_NEIGHBOURS = 6
METHOD = "50-digit arithmetic"

Claim = Node | Callable[..., Any]


@dataclass(frozen=True)
class Question:
    """What is judged.

    Attributes
    ----------
    output : Node
        The formula.
    wrt : tuple of Node
        The variables; none where the claim is the formula's value.
    own : tuple of Node, or None
        symgd's derivative in each variable, of shape ``output.shape + variable.shape``; None where it has none. The formula
        itself where its value is claimed.
    claims : tuple of Node or callable
        For each variable a formula, or a function of the values of `arguments`.
    arguments : tuple of Node
        The inputs: those of the output, and perhaps more.
    what : str
        The word for what is claimed: gradient, Jacobian, Hessian.
    label : str
        What entries are called; the variable's name without it.
    raw : tuple of Node
        symgd's derivatives before they were simplified: a second spelling in which a fault may be found.
    """

    output: Node
    wrt: tuple[Node, ...]
    own: tuple[Node, ...] | None
    claims: tuple[Claim, ...]
    arguments: tuple[Node, ...]
    what: str = "gradient"
    label: str = ""
    raw: tuple[Node, ...] = ()

    @cached_property
    def names(self) -> list[str]:
        """What the entries of each claim are called."""
        if self.label or not self.wrt:
            return [self.label or self.what]
        return [node.name for node in self.wrt]

    @cached_property
    def shapes(self) -> list[Shape]:
        """The shape of each claim."""
        return [self.output.shape + node.shape for node in self.wrt] or [self.output.shape]

    @cached_property
    def moving(self) -> set[Node]:
        """The nodes of the output that change with a variable."""
        return depends_on([self.output], self.wrt)

    @cached_property
    def formulas(self) -> list[Node]:
        """The claims that are formulas."""
        return [claim for claim in self.claims if isinstance(claim, Node)]


def check_formula(
    question: Question,
    *,
    at: Mapping[Any, Any] | Sequence[Mapping[Any, Any]] | None = None,
    nearby: Sequence[Mapping[Any, Any]] = (),
    seed: int = 0,
    count: int = 5,
    compiled: Callable[[], Callable[..., Any] | None] | None = None,
    traced: Callable[[], Sequence[Node] | None] | None = None,
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
    try:
        chosen = _points(question, at, seed, count)
    except TooLargeError as error:
        return GradientCheck(Verdict.UNSURE, None, METHOD, 0, 0, notes=[f"{error.cause}; {error.hint}"])
    generator = np.random.default_rng(seed)
    ledger = Ledger()
    notes: dict[str, None] = {}
    kept_digits: list[float] = []
    suspects: list[Suspect] = []
    for point in chosen:
        judge = _AtPoint(question, point, generator, may_be_kink=at is not None)
        wrong_shape = judge.wrong_shape()
        if wrong_shape is not None:
            return _of_wrong_shape(question, *wrong_shape)
        judge.enter(ledger, notes, traced)
        kept_digits += judge.kept_digits
        suspects.append(judge.suspect())
    if ledger.holes and not ledger.wrong and at is None:
        chosen += _judged_where_claims_have_values(question, seed, count, generator, ledger, notes, suspects)
    counted = len(chosen)
    for place in nearby:
        with contextlib.suppress(SymgdError, ArithmeticError, ValueError, IndexError):
            judge = _AtPoint(question, _for_functions(question, read_point(question.arguments, place)), generator)
            if judge.has_answers() and judge.reference() is not None:
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
                for point in points(question.output, 4, seed + 1, sizes, question.arguments, switches_of([question.output])):
                    judge = _AtPoint(question, _for_functions(question, point), generator)
                    if judge.wrong_shape() is None:
                        found.append(judge.suspect())
        return found

    def digits() -> float | None:
        if kept_digits:
            return min(kept_digits)
        code = compiled() if compiled is not None else None
        return None if code is None else min(_digits_of(code, one, question.arguments) for one in suspects)

    return GradientCheck(
        verdict,
        ledger.worst,
        METHOD,
        counted,
        ledger.entries,
        ledger.sorted_wrong(),
        list(notes),
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
        switches = switches_of([question.output, *question.formulas])
        chosen = points(question.output, count, seed, others=question.arguments, switches=switches, digits=_DIGITS)
    else:
        chosen = [read_point(question.arguments, one) for one in (at if isinstance(at, list | tuple) else [at])]
    return [_for_functions(question, point) for point in chosen]


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
            found += points(claim, count, seed, others=[question.output, *question.arguments])
    for point in found:
        judge = _AtPoint(question, point, generator)
        judge.enter(ledger, notes, None)
        suspects.append(judge.suspect())
    return found


def _of_wrong_shape(question: Question, k: int, got: Shape | tuple[int, ...], wanted: Shape | tuple[int, ...]) -> GradientCheck:
    """Return the verdict for a claim that does not even have the shape of the derivative."""
    where = f" in {question.wrt[k].name}" if question.wrt else ""
    note = f"  the claimed {question.what}{where} has shape {show_shape(got)}, not {show_shape(wanted)}"
    causes = cause_of_shapes(got, wanted)
    return GradientCheck(Verdict.WRONG, None, "shapes", 0, 0, notes=[note], find_causes=lambda: causes)


class _AtPoint:
    """The comparison at one point."""

    def __init__(self, question: Question, point: Point, generator: np.random.Generator, *, may_be_kink: bool = True) -> None:
        self.question = question
        self.point = point
        self.generator = generator
        self.may_be_kink = may_be_kink
        """Whether both sides are looked at: random points lie at no kink."""
        self.kept_digits: list[float] = []
        with mpmath.workdps(_DIGITS):
            self.memory: dict[Node, Any] = dict(point.known)
            self.values = {
                node: self.memory[node] if node in self.memory else exact_array(value) for node, value in point.values.items()
            }
            self.algebra = MultiPrecision()
            own = list(question.own or ())
            self.middle, *known = self._evaluate([question.output, *own, *question.formulas], self.values, self.memory)
            self.fixed = {node: value for node, value in self.memory.items() if node not in question.moving}
        self.own = known[: len(own)] or None
        formulas = iter(known[len(own) :])
        self.answers = [next(formulas) if isinstance(claim, Node) else self.ask(claim) for claim in question.claims]

    def _evaluate(
        self, formulas: Sequence[Node], values: Mapping[Node, Any], memory: dict[Node, Any] | None = None
    ) -> list[Any]:
        try:
            return evaluate(formulas, values, self.algebra, self.point.sizes, memory)
        except SymgdError:
            return evaluate_precisely(formulas, values, self.point.sizes, digits=mpmath.mp.dps)

    def ask(self, claim: Callable[..., Any], moved: Mapping[Node, Any] | None = None) -> Any:
        values = moved or self.point.values
        with np.errstate(all="ignore"):
            return np.asarray(claim(*(values[node] for node in self.question.arguments)), dtype=float)

    def wrong_shape(self) -> tuple[int, tuple[int, ...], tuple[int, ...]] | None:
        """Return the number of a claim, its shape, and the shape it should have; None where all are right."""
        for k, (shape, answer) in enumerate(zip(self.question.shapes, self.answers, strict=True)):
            wanted = tuple(size_value(size, self.point.sizes) for size in shape)
            if answer.shape != wanted:
                return k, answer.shape, wanted
        return None

    def has_answers(self) -> bool:
        """Whether every claim is finite and of the right shape."""
        return self.wrong_shape() is None and all(np.isfinite(np.asarray(one, dtype=float)).all() for one in self.answers)

    # -- the reference ----------------------------------------------------------------------------------------

    def reference(self) -> list[Any] | None:
        """Return symgd's own derivative where values of the formula confirm it, else None.

        Where nothing is differentiated, the claim is the formula's value, and there is nothing to confirm.
        """
        if self.own is None or not all(mpmath.isfinite(entry) for own in self.own for entry in own.flat):
            return None
        if not self.question.wrt:
            return self.own
        with mpmath.workdps(_DIGITS):
            scales = [_scales(self.values[node]) for node in self.question.wrt]
            shares = [_shares(own, scale) for own, scale in zip(self.own, scales, strict=True)]
            present = [share for one in shares for share in one if share]
            if present and min(present) < _EVEN * max(present):
                return None
            directions = [self._direction(scale) for scale in scales]
            zeros = [
                np.array([not share for share in one], dtype=bool).reshape(scale.shape)
                for one, scale in zip(shares, scales, strict=True)
            ]
            along = [np.where(zero, mpmath.mpf(0), d) for zero, d in zip(zeros, directions, strict=True)]
            if present and not self._agrees(along, sum(present)):
                return None
        if any(zero.any() for zero in zeros) and not self._is_flat(
            [np.where(z, d, mpmath.mpf(0)) for z, d in zip(zeros, directions, strict=True)]
        ):
            return None
        return self.own

    def _direction(self, scale: Any) -> Any:
        result = np.empty(scale.shape, dtype=object)
        numbers = self.generator.integers(-400, 400, scale.size).tolist()
        for index, number in zip(np.ndindex(*scale.shape), numbers, strict=True):
            result[index] = scale[index] * (number - 600 if number < 0 else number + 600)
        return result

    def _moved(self, directions: Sequence[Any], step: Any) -> Any:
        moved = {
            node: _array(self.values[node] + direction * step, direction.shape)
            for node, direction in zip(self.question.wrt, directions, strict=True)
        }
        return self._evaluate([self.question.output], {**self.fixed, **self.values, **moved})[0]

    def _agrees(self, directions: Sequence[Any], total: Any) -> bool:
        high = self._moved(directions, _STEP)
        low = self._moved(directions, -_STEP) if self.may_be_kink else None
        predicted = sum(
            np.tensordot(own, direction, direction.ndim) if direction.ndim else own * direction[()]
            for own, direction in zip(self.own or (), directions, strict=True)
        )
        limit = _AGREEMENT * total
        if low is None:
            return all(abs(rest) <= limit for rest in np.ravel((high - self.middle) / _STEP - predicted))
        rest, bend = (high - low) / (2 * _STEP) - predicted, (high + low - 2 * self.middle) / _STEP
        return all(abs(a) <= limit and abs(b) <= _BEND * total for a, b in zip(np.ravel(rest), np.ravel(bend), strict=True))

    def _is_flat(self, directions: Sequence[Any]) -> bool:
        """Whether the formula does not change at all along directions in which the slope is said to be 0."""
        with mpmath.workdps(400):
            self.fixed, fixed = {}, self.fixed
            (middle,) = self._evaluate([self.question.output], self.values)
            step = mpmath.mpf("1e-103")
            high, low = self._moved(directions, step), self._moved(directions, -step)
            self.fixed = fixed
            largest = max((abs(v) for v in np.ravel(middle)), default=mpmath.mpf(0))
            return all(
                abs(h - m) <= mpmath.mpf("1e-390") * largest and abs(m - w) <= mpmath.mpf("1e-390") * largest
                for h, m, w in zip(np.ravel(high), np.ravel(middle), np.ravel(low), strict=True)
            )

    # -- the comparison ---------------------------------------------------------------------------------------

    def enter(self, ledger: Ledger, notes: dict[str, None], traced: Callable[[], Sequence[Node] | None] | None) -> None:
        """Compare every entry of every claim, and enter what is found."""
        reference = self.reference()
        if reference is None:
            self._by_slopes(ledger, notes, traced)
            return
        for k, (claim, answer) in enumerate(zip(self.question.claims, self.answers, strict=True)):
            true = reference[k]
            if isinstance(claim, Node):
                self._compare_formula(ledger, claim, k, answer, true)
            else:
                self._compare_function(ledger, notes, claim, k, answer, true, traced)

    def _compare_formula(self, ledger: Ledger, claim: Node, k: int, answer: Any, true: Any) -> None:
        is_own = self.question.own is not None and claim is self.question.own[k]
        if is_own:
            ledger.entries += true.size
            return
        finer: list[Any] | None = None
        for index in np.ndindex(*true.shape):
            got, wanted = answer[index], true[index]
            if mpmath.isnan(got):
                ledger.entries += 1
                ledger.holes += 1
                continue
            is_right = abs(got - wanted) <= _FOR_FORMULAS * abs(wanted)
            if not is_right:  # rounding in 80 digits, or a difference?
                if finer is None:
                    assert self.question.own is not None
                    finer = evaluate_precisely([claim, self.question.own[k]], self.point.values, self.point.sizes, digits=240)
                got, wanted = finer[0][index], finer[1][index]
                noise = mpmath.mpf("1e-60") * abs(answer[index] - true[index])
                is_right = abs(got - wanted) <= max(_FOR_FORMULAS * abs(wanted), noise)
            ledger.entries += 1
            ledger.enter(self.question.names[k], index, got, wanted, self.point, bool(is_right))

    def _compare_function(
        self,
        ledger: Ledger,
        notes: dict[str, None],
        claim: Callable[..., Any],
        k: int,
        answer: Any,
        true: Any,
        traced: Callable[[], Sequence[Node] | None] | None,
    ) -> None:
        doubts = _Doubts(self, claim, k, traced)
        for index in np.ndindex(*true.shape):
            self._judge_answer(ledger, notes, index, float(answer[index]), true[index], doubts)

    def _judge_answer(
        self, ledger: Ledger, notes: dict[str, None], index: tuple[int, ...], got: float, true: Any, doubts: _Doubts
    ) -> None:
        """Enter a function's answer: with few digits it may be wrong, or a right formula computed badly."""
        digits = kept(got, true)
        digits = FULL if digits is None else digits
        # JAX flushes what is smaller than the smallest normal number to 0
        is_right = digits >= _GOOD_DIGITS or abs(got - true) <= np.finfo(float).tiny
        if not is_right:
            is_right = doubts.formula_is_right(index, got, true)
            if is_right:
                word = entry_name(self.question.names[doubts.k], index)
                notes[f"{word}: the formula is right, its code keeps {digits:.0f} digits there"] = None
            elif doubts.scatters(index):
                notes["the claim's answers scatter at neighbouring floats, so that rounding hides what they are"] = None
                ledger.entries += 1
                ledger.unsure += 1
                return
        if is_right:
            self.kept_digits.append(digits)
        ledger.entries += 1
        ledger.enter(self.question.names[doubts.k], index, mpmath.mpf(got), true, self.point, bool(is_right))

    # -- the slow way -----------------------------------------------------------------------------------------

    def _by_slopes(self, ledger: Ledger, notes: dict[str, None], traced: Callable[[], Sequence[Node] | None] | None) -> None:
        """Judge every entry by differences of the formula alone."""
        for k, (node, claim, answer) in enumerate(zip(self.question.wrt, self.question.claims, self.answers, strict=True)):
            doubts = None if isinstance(claim, Node) else _Doubts(self, claim, k, traced)
            values = self._without_noise(claim, answer) if isinstance(claim, Node) else exact_array(answer)
            indices = list(np.ndindex(*values.shape))
            if len(indices) > _ALL_ENTRIES:
                notes[f"{_SAMPLED} of {len(indices)} entries of each large {self.question.what} were compared"] = None
                picked = self.generator.choice(len(indices), _SAMPLED, replace=False)
                indices = [indices[k] for k in sorted(picked)]
            rank = len(self.question.output.shape)
            for index in indices:
                out, moving = index[:rank], index[rank:]
                scale = self.values[node][moving]
                slope = precise_slope(self._along(node, out, moving), scale=scale, claimed=values[index])
                if isinstance(claim, Node) and slope.is_sure and mpmath.isnan(values[index]):
                    ledger.entries += 1
                    ledger.holes += 1
                elif doubts is not None and slope.is_sure and not slope.is_kink:
                    self._judge_answer(ledger, notes, index, float(answer[index]), slope.value, doubts)
                else:
                    tolerance = _FOR_FORMULAS if doubts is None else _FOR_FUNCTIONS
                    ledger.compare(self.question.names[k], index, values[index], slope, tolerance, self.point)

    def _along(self, node: Node, out: tuple[int, ...], moving: tuple[int, ...]) -> Callable[[Any], Any]:
        """Return an entry of the formula as a function of a step in one entry of a variable."""

        def value(step: Any) -> Any:
            moved = exact_array(self.point.values[node])
            moved[moving] = moved[moving] + step
            values = {**self.point.values, node: moved}
            (result,) = evaluate_precisely([self.question.output], values, self.point.sizes, digits=mpmath.mp.dps)
            return result[out]

        return value

    def _without_noise(self, claim: Node, rough: Any) -> Any:
        """Return finer values, and 0 where nothing is left but rounding: Σ softmax has a gradient of 0, not of 1e-82."""
        (fine,) = evaluate_precisely([claim], self.point.values, self.point.sizes, digits=2 * _DIGITS)
        result = fine.copy()
        for index in np.ndindex(*fine.shape):
            if abs(fine[index]) <= 10 * abs(fine[index] - rough[index]):
                result[index] = mpmath.mpf(0)
        return result

    def suspect(self) -> Suspect:
        """Return what the search for a cause needs of this point."""
        return Suspect(self.point, tuple(self.answers), None if self.own is None else tuple(self.own))


class _Doubts:
    """A function whose answer has few digits: whether its formula is right, and whether it scatters as rounding does."""

    def __init__(
        self, judge: _AtPoint, claim: Callable[..., Any], k: int, traced: Callable[[], Sequence[Node] | None] | None
    ) -> None:
        self.judge = judge
        self.claim = claim
        self.k = k
        self.traced = traced

    def formula_is_right(self, index: tuple[int, ...], got: float, true: Any) -> bool:
        """Whether the function can be read as a formula that is right, and has such errors in 53 bits."""
        if self._formula is None:
            return False
        formula, values = self._formula
        point = self.judge.point
        is_right = abs(values[index] - true) <= _FOR_FORMULAS * abs(true)
        return bool(is_right) and is_rounding(formula, index, got, point.values, point.sizes)

    def scatters(self, index: tuple[int, ...]) -> bool:
        """Whether errors at neighbouring floats are rounding: they scatter as widely as they are large."""
        if self._errors is None:
            return False
        errors = self._errors[(..., *index)]
        return bool(np.all(np.isfinite(errors)) and np.max(np.abs(errors)) <= 3 * (np.max(errors) - np.min(errors)))

    @cached_property
    def _formula(self) -> tuple[Node, Any] | None:
        formulas = None if self.traced is None else self.traced()
        if formulas is None:
            return None
        point = self.judge.point
        (values,) = evaluate_precisely([formulas[self.k]], point.values, point.sizes, digits=_DIGITS)
        return (formulas[self.k], values) if values.shape == self.judge.answers[self.k].shape else None

    @cached_property
    def _errors(self) -> Any:
        """Return the errors at floats next to the point."""
        question, point = self.judge.question, self.judge.point
        if question.own is None:
            return None
        errors = []
        resolution = getattr(self.claim, "resolution", np.finfo(float).eps)
        for turn in range(_NEIGHBOURS):
            moved = {
                node: value * (1 + resolution * self.judge.generator.integers(-40, 41, np.shape(value)) * bool(turn))
                for node, value in point.values.items()
            }
            (true,) = evaluate_precisely([question.own[self.k]], moved, point.sizes, digits=40)
            answer = self.judge.ask(self.claim, moved)
            entries = [float(mpmath.mpf(float(a)) - t) for a, t in zip(answer.flat, true.flat, strict=True)]
            errors.append(np.array(entries).reshape(true.shape))
        return np.array(errors)


def _array(value: Any, shape: tuple[int, ...]) -> Any:
    """Return a value as an array: NumPy makes numbers of arrays without axes."""
    return np.asarray(value, dtype=object).reshape(shape)


def _scales(values: Any) -> Any:
    """Return the size of each entry: steps are relative to it."""
    result = np.empty(values.shape, dtype=object)
    for index in np.ndindex(*values.shape):
        result[index] = abs(values[index]) or mpmath.mpf(1)
    return result


def _shares(own: Any, scale: Any) -> list[Any]:
    """Return how much each entry of a variable can move the output."""
    rows = np.abs(own.ravel()).reshape(-1, scale.size)
    return [sum(column) * size for column, size in zip(rows.T, scale.flat, strict=True)]


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
