"""Claims at one point: the reference there, and every entry of every claim beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import mpmath
import numpy as np

from symgd.errors import SymgdError
from symgd.graph.evaluate import evaluate
from symgd.graph.node import Node
from symgd.graph.shape import size_value
from symgd.verify.digits import FULL, is_rounding, kept
from symgd.verify.finite_difference import precise_slope
from symgd.verify.high_precision import MultiPrecision, evaluate_precisely, exact_array
from symgd.verify.question import Question, Suspect
from symgd.verify.sampling import Point
from symgd.verify.verdict import Ledger, entry_name

__all__ = ["DIGITS", "AtPoint"]

DIGITS = 80
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


class AtPoint:
    """The comparison at one point."""

    def __init__(self, question: Question, point: Point, generator: np.random.Generator, *, may_be_kink: bool = True) -> None:
        self.question = question
        self.point = point
        self.generator = generator
        self.may_be_kink = may_be_kink
        """Whether both sides are looked at: random points lie at no kink."""
        self.kept_digits: list[float] = []
        with mpmath.workdps(DIGITS):
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
        with mpmath.workdps(DIGITS):
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
        (fine,) = evaluate_precisely([claim], self.point.values, self.point.sizes, digits=2 * DIGITS)
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
        self, judge: AtPoint, claim: Callable[..., Any], k: int, traced: Callable[[], Sequence[Node] | None] | None
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
        (values,) = evaluate_precisely([formulas[self.k]], point.values, point.sizes, digits=DIGITS)
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
