"""Claims at one point: every entry of every claim beside the confirmed derivative, or beside slopes from values alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np

from symgd.checking.black_box.array_libraries import to_numpy
from symgd.checking.black_box.differences import precise_slope
from symgd.checking.formula.conditioning import Doubts, Traced
from symgd.checking.formula.reference import DIGITS, Reference, without_noise
from symgd.checking.formula.slopes import Place, Slopes
from symgd.checking.request import Question, Suspect
from symgd.checking.verdict import Ledger, entry_name
from symgd.equality.differences import COARSE, EXACT, FINE, Differences
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.digits import FULL, is_nothing, kept
from symgd.evaluation.effort import Effort
from symgd.evaluation.entries import Array, Entry, Real
from symgd.evaluation.sampling import Point
from symgd.graph.node import Node
from symgd.graph.shape import size_value

__all__ = ["DIGITS", "UNITS", "PointCheck"]

_SETTLED = mpmath.mpf("1e-12")
_FOR_FORMULAS = mpmath.mpf("1e-20")
_SLOPE_DIGITS = 22
"""The digits of a slope beside which a formula is checked; 15 are enough for a function in float64."""
_GOOD_DIGITS = 7.0
"""A function's answer with so many digits is right: an error of 1e-6 leaves fewer. Others are looked at more closely."""
_FOR_FUNCTIONS = 1e-7
_ONE_BY_ONE = 64
"""How many entries are checked by slopes of their own."""
UNITS = 10_000_000
"""The work that the comparison at one point is worth; what is not settled by then is UNSURE."""
_ORDINARY = 10
"""Numbers of which no code overflows."""


class PointCheck:
    """The comparison at one point."""

    def __init__(
        self,
        question: Question,
        point: Point,
        generator: np.random.Generator,
        *,
        may_be_kink: bool = True,
        effort: Effort | None = None,
    ) -> None:
        self.question = question
        self.point = point
        self.generator = generator
        self.kept_digits: list[float] = []
        self.effort = Effort(UNITS) if effort is None else effort
        self.reference = Reference(question, point, generator, may_be_kink, self.effort.part(self.effort.limit / 2))
        self.slopes = Slopes(question, point, generator, self.reference.moving, self.effort)
        formulas = iter(self.reference.claims)
        self.answers = [
            next(formulas) if isinstance(claim, Node) else self.ask(claim, point.values) for claim in question.claims
        ]

    def ask(self, claim: Callable[..., Entry], values: Mapping[Node, Array]) -> Array:
        """Return the answer of a function, for whole numbers where rows are looked up."""
        rows = self.question.rows
        arguments = [np.asarray(values[node]).astype(int) if node in rows else values[node] for node in self.question.arguments]
        with np.errstate(all="ignore"):
            answer: Array = to_numpy(claim(*arguments))
            return answer

    def wrong_shape(self) -> tuple[int, tuple[int, ...], tuple[int, ...]] | None:
        """Return the number of a claim, its shape, and the shape it should have; None where all are right."""
        for k, (shape, answer) in enumerate(zip(self.question.shapes, self.answers, strict=True)):
            wanted = tuple(size_value(size, self.point.sizes) for size in shape)
            if answer.shape != wanted:
                return k, answer.shape, wanted
        return None

    @cached_property
    def is_confirmed(self) -> bool:
        """Whether values of the formula confirm every entry of symgd's own derivative."""
        return self.reference.confirm()

    def has_value(self) -> bool:
        """Whether the formula has a value there."""
        return all(mpmath.isfinite(entry) for entry in np.ravel(self.reference.middle))

    def has_answers(self) -> bool:
        """Whether every claim that is a function has an answer; infinity is none at large numbers, which overflow."""
        pairs = zip(self.question.claims, self.answers, strict=True)
        largest = max(
            (float(np.max(np.abs(np.asarray(v, dtype=float)), initial=0)) for v in self.point.values.values()), default=0
        )
        is_answer = np.isfinite if largest > _ORDINARY else lambda answer: ~np.isnan(answer)
        return all(isinstance(claim, Node) or is_answer(answer).all() for claim, answer in pairs)

    def is_settled(self) -> bool:
        """Whether every claim has a finite answer of the right shape, and the derivative is confirmed."""
        has_answers = all(np.isfinite(np.asarray(answer, dtype=float)).all() for answer in self.answers)
        return self.wrong_shape() is None and has_answers and self.is_confirmed

    def enter(self, ledger: Ledger, notes: dict[str, None], traced: Traced | None) -> None:
        """Compare every entry of every claim, and enter what is found."""
        is_confirmed, reference = self.is_confirmed, self.reference
        if not self.question.wrt and not is_confirmed:
            notes["the formula has no value there"] = None
            ledger.entries += 1
            ledger.unsure += 1
            return
        kinks: list[Place] = []
        unconfirmed = self._unconfirmed()
        for k, (claim, answer) in enumerate(zip(self.question.claims, self.answers, strict=True)):
            doubts = None
            if not isinstance(claim, Node):
                doubts = Doubts(self.question, self.point, k, self.ask, traced, self.generator)
            is_own = self.question.own is not None and claim is self.question.own[k]
            confirmed = reference.confirmed[k] if reference.own is not None else np.zeros(answer.shape, dtype=bool)
            for index in np.ndindex(*answer.shape):
                if confirmed[index]:
                    true = (reference.own or [])[k][index]
                    if is_own:
                        ledger.entries += 1
                    elif isinstance(claim, Node):
                        self._compare_formula(ledger, notes, k, claim, index, answer[index], true)
                    elif doubts is not None:
                        self._compare_answer(ledger, notes, index, float(answer[index]), true, doubts, has_own=True)
                elif (k, index) not in unconfirmed or self.effort.is_used_up:
                    notes["not every entry is judged: there are too many kinks, or it took too long"] = None
                    ledger.entries += 1
                    ledger.unsure += 1
                elif self._by_slope(ledger, notes, k, index, answer[index], doubts):
                    kinks.append((k, index))
        if len(kinks) > 1 and not ledger.wrong:
            self._along_directions(ledger, notes, kinks)

    def _unconfirmed(self) -> set[Place]:
        """Return the entries to be checked by slopes: all that are not confirmed, or as many as can be."""
        if not self.question.wrt:
            return set()
        masks = (
            self.reference.confirmed if self.reference.own is not None else [np.zeros(answer.shape) for answer in self.answers]
        )
        places = [(k, tuple(map(int, index))) for k, mask in enumerate(masks) for index in np.argwhere(np.logical_not(mask))]
        if len(places) > _ONE_BY_ONE:
            chosen = self.generator.choice(len(places), _ONE_BY_ONE, replace=False)
            places = [places[number] for number in chosen]
        return set(places)

    # -- beside the derivative --------------------------------------------------------------------------------

    def _compare_formula(
        self, ledger: Ledger, notes: dict[str, None], k: int, claim: Node, index: tuple[int, ...], got: Real, true: Real
    ) -> None:
        ledger.entries += 1
        if mpmath.isnan(got):
            ledger.holes += 1
            return
        own = (self.question.own or ())[k]
        outcome = True if abs(got - true) <= EXACT * abs(true) else self._differences.compare(claim, own, index)
        if outcome is None:
            notes["a claim differs by what changes with the digits of the arithmetic"] = None
            ledger.unsure += 1
            return
        ledger.enter(self.question.names[k], index, got, true, self.point, outcome)

    @cached_property
    def _differences(self) -> Differences:
        return Differences(self.point)

    @cached_property
    def _fine_claims(self) -> dict[int, Array]:
        """Return the claims that are formulas in many digits; 0 for what shrinks with the digits."""
        return {
            k: without_noise(*self._differences.values(claim), FINE[1])
            for k, claim in enumerate(self.question.claims)
            if isinstance(claim, Node)
        }

    def _compare_answer(
        self,
        ledger: Ledger,
        notes: dict[str, None],
        index: tuple[int, ...],
        got: float,
        true: Real,
        doubts: Doubts,
        *,
        has_own: bool,
    ) -> None:
        """Enter a function's answer: with few digits it may be wrong, or a right formula computed badly.

        It is compared as a formula where symgd's own derivative is confirmed.
        """
        digits = kept(got, true)
        digits = FULL if digits is None else digits
        # JAX flushes what is smaller than the smallest normal number to 0
        is_right = digits >= _GOOD_DIGITS or abs(got - true) <= np.finfo(float).tiny
        ledger.entries += 1
        name = self.question.names[doubts.k]
        if not is_right:
            is_right = doubts.formula_is_right(index, got, true)
            if is_right:
                digits = FULL if is_nothing(got, true) else digits
                word = entry_name(name, index)
                if digits < _GOOD_DIGITS:
                    notes[f"{word}: the formula is right, its code keeps {digits:.0f} digits there"] = None
            elif doubts.may_be_rounded(got, true):
                kind = getattr(doubts.claim, "kind", "few digits")
                notes[f"a claim answers in {kind}, to which the difference may be due: ask it in float64"] = None
                ledger.unsure += 1
                return
            elif doubts.may_be_rounding(index, got, true):
                notes[
                    "a claim that differs may be right: around the point it is, up to rounding as large as the difference"
                ] = None
                ledger.unsure += 1
                return
            elif not self._is_settled_value(doubts.k, index, true):
                notes["the derivative changes with the digits of the arithmetic"] = None
                ledger.unsure += 1
                return
        elif has_own and doubts.formula_is_wrong(index, true, self._differences):
            is_right = False
            word = entry_name(name, index)
            notes[f"{word}: the function, read as a formula, is another one; float64 shows {digits:.0f} equal digits"] = None
        if is_right:
            self.kept_digits.append(digits)
        ledger.enter(name, index, mpmath.mpf(got), true, self.point, bool(is_right))

    def _is_settled_value(self, k: int, index: tuple[int, ...], true: Real) -> bool:
        """Whether two more precisions give the same derivative, where symgd has one."""
        if self.question.own is None:
            return True
        least = np.finfo(float).smallest_subnormal
        for precisions in (COARSE, FINE) if abs(true) > least else (FINE,):  # what is 0 may be lost in few digits
            values = [value[index] for value in self._differences.values(self.question.own[k], precisions)]
            if all(abs(value - true) <= max(_SETTLED * abs(true), least) for value in values):
                return True
        return False

    # -- beside slopes ----------------------------------------------------------------------------------------

    def _by_slope(
        self, ledger: Ledger, notes: dict[str, None], k: int, index: tuple[int, ...], answer: Entry, doubts: Doubts | None
    ) -> bool:
        """Check an entry by differences of the formula alone; return whether it lies at a kink."""
        rank = len(self.question.output.shape)
        out, moving = index[:rank], index[rank:]
        got = self._fine_claims[k][index] if doubts is None else mpmath.mpf(float(answer))
        scale = self.slopes.size(k, moving)
        good = _SLOPE_DIGITS if doubts is None else 15
        slope = precise_slope(self.slopes.along(out, [(k, moving)], [1]), good_digits=good, scale=scale, claimed=got)
        tolerance = _FOR_FORMULAS if doubts is None else _FOR_FUNCTIONS
        if slope.is_sure and abs(got - slope.value) > tolerance * abs(slope.value) + 10 * slope.error:
            left, right = self.slopes.widened([slope.left, slope.right], out, [(k, moving)], [1])
            if left <= got <= right and right - left > mpmath.mpf("1e-9") * (abs(left) + abs(right)):
                slope = slope._replace(left=left, right=right, is_kink=True)
        claim = self.question.claims[k]
        if isinstance(claim, Node) and slope.is_kink and self.question.own is not None:
            got = self._differences.within(got, slope.left, slope.right, claim, self.question.own[k], index)
        if doubts is None and slope.is_sure and mpmath.isnan(got):
            ledger.entries += 1
            ledger.holes += 1
        elif doubts is not None and slope.is_sure and not slope.is_kink:
            self._compare_answer(ledger, notes, index, float(answer), slope.value, doubts, has_own=False)
        else:
            ledger.compare(self.question.names[k], index, got, slope, tolerance, self.point)
        return bool(slope.is_kink)

    # -- subgradients -----------------------------------------------------------------------------------------

    def _along_directions(self, ledger: Ledger, notes: dict[str, None], kinks: Sequence[Place]) -> None:
        """Check several entries at kinks together: each may be a subgradient in its own direction, and all of them none.

        Along every direction a subgradient lies between the slopes of both sides. For convex and for concave functions
        that is necessary; where the function is neither, a claim outside is not called wrong.
        """
        rank = len(self.question.output.shape)
        outputs = {index[:rank] for _, index in kinks}
        for out in sorted(outputs):
            places = [(k, index[rank:]) for k, index in kinks if index[:rank] == out]
            if len(places) > 1:
                self._along_directions_of(ledger, notes, out, places)

    def _along_directions_of(
        self, ledger: Ledger, notes: dict[str, None], out: tuple[int, ...], places: Sequence[Place]
    ) -> None:
        bends: set[bool] = set()
        outside: tuple[Real, Real, Real] | None = None
        for weights in self.slopes.weights(len(places)):
            slopes = self.slopes.one_sided(out, places, weights)
            if slopes is None:
                continue
            left, right = sorted(slopes)
            claimed = sum(w * self._claimed(k, (*out, *moving)) for w, (k, moving) in zip(weights, places, strict=True))
            if mpmath.isnan(claimed):
                return
            size = abs(left) + abs(right) + abs(claimed)
            if abs(right - left) > mpmath.mpf("1e-9") * size:
                bends.add(slopes[1] > slopes[0])
            if not left - _FOR_FUNCTIONS * size <= claimed <= right + _FOR_FUNCTIONS * size:
                left, right = self.slopes.widened([left, right], out, places, weights)
            if not left - _FOR_FUNCTIONS * size <= claimed <= right + _FOR_FUNCTIONS * size:
                outside = (claimed, left, right)
        if outside is None:
            return
        if len(bends) > 1:
            notes["the function is neither convex nor concave around its kinks, so that subgradients are not told"] = None
            ledger.unsure += 1
            return
        claimed, left, right = outside
        name = f"{self.question.names[places[0][0]]} along a direction"
        ledger.entries += 1
        ledger.enter(name, (), claimed, (left + right) / 2, self.point, False, between=(left, right))

    def _claimed(self, k: int, index: tuple[int, ...]) -> Real:
        if k in self._fine_claims:
            return self._fine_claims[k][index]
        return mpmath.mpf(float(self.answers[k][index]))

    def suspect(self) -> Suspect:
        """Return what the search for a cause needs of this point."""
        own = self.reference.own
        return Suspect(self.point, tuple(self.answers), None if own is None else tuple(own))
