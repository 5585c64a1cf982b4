"""symgd's own derivative at a point, confirmed by values of the formula alone.

Along a random direction in which a group of entries moves, a difference quotient agrees with the derivative to 25 digits, or
none of the group is trusted. Entries of similar weight form a group, so that a small one is not lost beside a large one;
those that are 0 form another, along which the formula does not change at all. What 80 digits do not confirm, more digits may:
1 − tanh² of a large number has none left in 80. Kinks are isolated by halving their group.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from symgd.checking.request import Question
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.effort import Effort
from symgd.evaluation.entries import Array, Real
from symgd.evaluation.evaluator import evaluate
from symgd.evaluation.high_precision import algebra_of, evaluate_precisely, exact_array
from symgd.evaluation.inputs import work_of
from symgd.evaluation.sampling import Point
from symgd.graph.node import Node
from symgd.graph.traversal import toposort

__all__ = ["DIGITS", "Reference", "cost_of", "without_noise"]

DIGITS = 80
_LEVELS = (DIGITS, 240, 720, 2160)
_AGREEMENT = mpmath.mpf("1e-25")
_BEND = mpmath.mpf("1e-9")
"""How far the slopes of both sides may differ, where there is no kink."""
_EVEN = mpmath.mpf("1e-12")
"""How much smaller the share of an entry may be than the largest of its group."""
_SETTLED = mpmath.mpf("1e-6")
_FLAT_DIGITS = 400
_ONE_BY_ONE = 64
_FLAT_STEP = mpmath.mpf("1e-103")
_MOST_TESTS = 300

_PER_NUMBER = 5
"""Units of work of a number of 80 digits."""
_DIGITS_PER_NUMBER = 200
"""So many digits more are worth as much again."""

Entry = tuple[int, int]
"""A variable, and one of its entries, counted flat."""


class _Outcome(NamedTuple):
    """Which outputs confirm a direction, and whether any of them has a kink along it."""

    agrees: Array
    has_kink: bool


class _Flat(NamedTuple):
    """What is known in the digits of tests for slopes that are 0: 1/80 is another number in more digits."""

    middle: Array
    fixed: dict[Node, Array]
    inputs: dict[Node, Array]


class Reference:
    """The derivative of a formula at a point.

    Parameters
    ----------
    question : Question
    point : Point
    generator : numpy.random.Generator
    may_be_kink : bool
        Whether both sides are looked at: random points lie at no kink.
    effort : Effort
        What is not confirmed when it is used up is not.

    Attributes
    ----------
    own : list of array, or None
        The derivative in each variable, where symgd has one and it has a value.
    confirmed : list of array of bool
        Which of its entries the values of the formula confirm.
    """

    def __init__(
        self, question: Question, point: Point, generator: np.random.Generator, may_be_kink: bool, effort: Effort
    ) -> None:
        self.question = question
        self.point = point
        self.generator = generator
        self.may_be_kink = may_be_kink
        self.effort = effort
        self.whole = numbers_in([question.output, *(question.own or ()), *question.formulas], point)
        self.moving = numbers_in([question.output], point, question.moving)
        self.algebra = algebra_of(point.values)
        self.tests = 0
        self.digits = DIGITS
        self.own: list[Array] | None = None
        self.values: dict[Node, Array] = {}
        self.not_flat: list[Entry] = []
        """Entries that move the output together, though the derivative is 0 in all of them."""
        self.flat: _Flat | None = None
        self.claims = self._open(DIGITS, question.formulas)
        own: list[Array] = self.own or []
        self.confirmed: list[Array] = [np.zeros(np.shape(array), dtype=bool) for array in own]

    def _open(self, digits: int, claims: Sequence[Node] = ()) -> list[Array]:
        """Evaluate the formula and its derivative at the point in so many digits, and return the values of claims.

        Of the derivative is 0 what vanishes with every digit more.
        """
        self.digits, self.flat = digits, None
        self.effort.spend(cost_of(self.whole, digits))
        with mpmath.workdps(digits):
            self.memory: dict[Node, Array] = dict(self.point.known) if digits == DIGITS else {}
            rough = self.values
            self.values = {
                node: self.memory[node] if node in self.memory else exact_array(value)
                for node, value in self.point.values.items()
            }
            if any(np.any(self.values[node] != value) for node, value in rough.items()):
                self.not_flat = []  # 1/3 is another number in more digits
            formulas = [self.question.output, *(self.question.own or ()), *claims]
            self.middle, *known = self._evaluate(formulas, self.values, self.memory)
            self.fixed = {node: value for node, value in self.memory.items() if node not in self.question.moving}
            count = len(self.question.own or ())
            own = known[:count]
            if not own or not all(mpmath.isfinite(entry) for array in own for entry in array.flat):
                self.own = None
            else:
                self.own = (
                    own if self.own is None else [without_noise(*pair, digits) for pair in zip(self.own, own, strict=True)]
                )
        return known[count:]

    def _evaluate(
        self, formulas: Sequence[Node], values: Mapping[Node, Array], memory: dict[Node, Array] | None = None
    ) -> list[Array]:
        try:
            return evaluate(formulas, values, self.algebra, self.point.sizes, memory)
        except SymgdError:
            return evaluate_precisely(formulas, values, self.point.sizes, digits=mpmath.mp.dps)

    # -- confirmation -----------------------------------------------------------------------------------------

    def confirm(self) -> bool:
        """Confirm as many entries as can be; return whether all are.

        Where nothing is differentiated, the claim is the formula's value, and there is nothing to confirm.
        """
        if self.own is None:
            return False
        if not self.question.wrt:
            self.confirmed = [np.ones(np.shape(array), dtype=bool) for array in self.own]
            return True
        pending = [(k, j) for k, node in enumerate(self.question.wrt) for j in range(self.values[node].size)]
        for level in _LEVELS:
            if level > DIGITS:
                self._open(level)
                if self.own is None:
                    return False
            with mpmath.workdps(level):
                pending = self._level(pending, is_last=level == _LEVELS[-1])
            if not pending:
                return all(mask.all() for mask in self.confirmed)
            if self.effort.is_used_up:
                return False
            self.may_be_kink = True
        return False

    def _level(self, pending: list[Entry], *, is_last: bool) -> list[Entry]:
        """Confirm entries in the digits that are open; return those that more digits may confirm."""
        self.scales = [_scales(self.values[node]) for node in self.question.wrt]
        shares = [_shares(derivative, scale) for derivative, scale in zip(self.own or (), self.scales, strict=True)]
        weights = {(k, j): shares[k][j] for k, j in pending}
        later: list[Entry] = []
        flat = [entry for entry in pending if not weights[entry]]
        if flat and flat != self.not_flat and not self._is_flat(flat):
            self._halved(flat, self._flat_outcome)
            rest = [(k, j) for k, j in flat if not self._column(k, j).all()]
            flat = self.not_flat = [entry for entry in rest[:_ONE_BY_ONE] if not self._bends(entry)] + rest[_ONE_BY_ONE:]
        later += flat if flat == self.not_flat else []
        rest = sorted((entry for entry in pending if weights[entry]), key=lambda entry: -weights[entry])
        while rest:
            group = [entry for entry in rest if weights[entry] >= _EVEN * weights[rest[0]]]
            rest = rest[len(group) :]
            total = sum(weights[entry] for entry in group)
            outcome = self._outcome(group, total)
            if outcome.agrees.all():
                self._note(group, outcome.agrees)
            elif outcome.has_kink or is_last:
                self._halved(group, lambda part: self._outcome(part, sum(weights[entry] for entry in part)))
            else:
                later += group
        return later

    def _halved(self, group: list[Entry], outcome_of: Callable[[list[Entry]], _Outcome]) -> list[Entry]:
        """Confirm what can be confirmed in parts; what cannot stays as it is."""
        waiting = [group]
        while waiting and self.tests < _MOST_TESTS and not self.effort.is_used_up:
            part = waiting.pop()
            outcome = outcome_of(part)
            if outcome.agrees.all() or len(part) == 1:
                self._note(part, outcome.agrees)
            else:
                middle = len(part) // 2
                waiting += [part[:middle], part[middle:]]
        return []

    def _note(self, group: Sequence[Entry], agrees: Array) -> None:
        for k, j in group:
            column = self._column(k, j)
            column |= agrees

    def _column(self, k: int, j: int) -> Array:
        """Return for every output whether its slope in an entry is confirmed."""
        mask = self.confirmed[k]
        return mask.reshape(*mask.shape[: len(self.question.output.shape)], -1)[..., j]

    def directions(self, group: Sequence[Entry]) -> list[Array]:
        """Return a random direction in which a group of entries moves, each in proportion to its size."""
        directions = [np.full(scale.shape, mpmath.mpf(0), dtype=object) for scale in self.scales]
        numbers = self.generator.integers(-400, 400, len(group)).tolist()
        for (k, j), number in zip(group, numbers, strict=True):
            index = np.unravel_index(j, directions[k].shape)
            directions[k][index] = self.scales[k][index] * (number - 600 if number < 0 else number + 600)
        return directions

    def moved(
        self, directions: Sequence[Array], step: Real, fixed: Mapping[Node, Array], inputs: Mapping[Node, Array] | None = None
    ) -> Array:
        """Return the output at a signed distance along directions, given the values of parts that do not move."""
        self.effort.spend(cost_of(self.moving, mpmath.mp.dps))
        inputs = self.values if inputs is None else inputs
        values = {
            node: _array_of(inputs[node] + direction * step, direction.shape)
            for node, direction in zip(self.question.wrt, directions, strict=True)
        }
        return self._evaluate([self.question.output], {**fixed, **inputs, **values})[0]

    def step(self) -> Real:
        """Return a step that leaves half of the digits to the difference."""
        return mpmath.mpf(10) ** -(self.digits // 2 - 2)

    def along(self, derivatives: Sequence[Array], directions: Sequence[Array]) -> Array | Real:
        """Return a derivative times a direction, for every output."""
        return sum(
            np.tensordot(derivative, direction, direction.ndim) if direction.ndim else derivative * direction[()]
            for derivative, direction in zip(derivatives, directions, strict=True)
        )

    def _outcome(self, group: Sequence[Entry], total: Real) -> _Outcome:
        """Compare the derivative with a difference quotient along a random direction of a group."""
        self.tests += 1
        directions, step = self.directions(group), self.step()
        high = self.moved(directions, step, self.fixed)
        predicted = self.along(self.own or (), directions)
        limit = _AGREEMENT * total
        if not self.may_be_kink:
            rest = np.abs(np.asarray((high - self.middle) / step - predicted, dtype=object))
            return _Outcome(np.asarray(rest <= limit, dtype=bool), False)
        low = self.moved(directions, -step, self.fixed)
        rest = np.abs(np.asarray((high - low) / (2 * step) - predicted, dtype=object))
        bend = np.abs(np.asarray((high + low - 2 * self.middle) / step, dtype=object))
        is_bent = np.asarray(bend > _BEND * total, dtype=bool)
        return _Outcome(np.asarray(rest <= limit, dtype=bool) & ~is_bent, bool(is_bent.any()))

    def _is_flat(self, group: list[Entry]) -> bool:
        outcome = self._flat_outcome(group)
        if outcome.agrees.all():
            self._note(group, outcome.agrees)
        return bool(outcome.agrees.all())

    def _bends(self, entry: Entry) -> bool:
        """Whether more digits decide nothing: where a slope should be 0, there is a kink, or the formula is like x²."""
        directions = self.directions([entry])
        with mpmath.workdps(_FLAT_DIGITS):
            middle, fixed, inputs = self._flat_middle()
            far, near = (
                [np.abs(np.ravel(self.moved(directions, sign * step, fixed, inputs) - middle)) for sign in (1, -1)]
                for step in (_FLAT_STEP, _FLAT_STEP / 4)
            )
        is_straight = all(np.all(np.abs(a - 4 * b) <= a * _BEND) for a, b in zip(far, near, strict=True))
        is_bent = np.any(np.abs(far[0] - far[1]) > np.maximum(*far) * _BEND)
        shrinks = all(np.all(8 * b <= a) for a, b in zip(far, near, strict=True))
        return bool((is_straight and is_bent) or shrinks)

    def _flat_middle(self) -> _Flat:
        """Return the output, the values of parts that do not move, and those of the inputs, in the digits that are open now."""
        if self.flat is None:
            inputs = {node: exact_array(value) for node, value in self.point.values.items()}
            known: dict[Node, Array] = {}
            (middle,) = self._evaluate([self.question.output], inputs, known)
            fixed = {node: value for node, value in known.items() if node not in self.question.moving}
            self.flat = _Flat(middle, fixed, inputs)
        return self.flat

    def _flat_outcome(self, group: Sequence[Entry]) -> _Outcome:
        """Whether the formula does not change at all along a direction in which the slope should be 0."""
        self.tests += 1
        directions = self.directions(group)
        with mpmath.workdps(_FLAT_DIGITS):
            middle, fixed, inputs = self._flat_middle()
            high, low = (self.moved(directions, sign * _FLAT_STEP, fixed, inputs) for sign in (1, -1))
            largest = max((abs(v) for v in np.ravel(middle)), default=mpmath.mpf(0)) * mpmath.mpf("1e-390")
            agrees = np.asarray(
                (np.abs(np.asarray(high - middle, dtype=object)) <= largest)
                & (np.abs(np.asarray(middle - low, dtype=object)) <= largest),
                dtype=bool,
            )
            return _Outcome(agrees, False)


def numbers_in(formulas: Sequence[Node], point: Point, among: Container[Node] | None = None) -> int:
    """Return how many numbers formulas compute at a point: all of them, or those of some nodes."""
    return sum(work_of(node, point.sizes) for node in toposort(formulas) if among is None or node in among)


def cost_of(numbers: int, digits: int) -> float:
    """Return the units of work of so many numbers of so many digits."""
    return _PER_NUMBER * numbers * (1 + digits / _DIGITS_PER_NUMBER)


def _array_of(value: Array, shape: tuple[int, ...]) -> Array:
    """Return a value as an array: NumPy makes numbers of arrays without axes."""
    return np.asarray(value, dtype=object).reshape(shape)


def without_noise(rough: Array, fine: Array, digits: int) -> Array:
    """Return finer values, and 0 for what shrinks with the digits: Σ softmax has a gradient of 0, not of 1e-82.

    What both precisions agree on is a value, however small.
    """
    result = fine.copy()
    least = max((abs(entry) for entry in fine.flat), default=mpmath.mpf(0)) + 1
    least *= mpmath.mpf(10) ** (20 - digits)
    for index in np.ndindex(*fine.shape):
        is_settled = abs(fine[index] - rough[index]) <= _SETTLED * abs(fine[index])
        if not is_settled and abs(fine[index]) <= max(abs(rough[index]) * mpmath.mpf("1e-50"), least):
            result[index] = mpmath.mpf(0)
    return result


def _scales(values: Array) -> Array:
    """Return the size of each entry: steps are relative to it."""
    result = np.empty(values.shape, dtype=object)
    for index in np.ndindex(*values.shape):
        result[index] = abs(values[index]) or mpmath.mpf(1)
    return result


def _shares(derivative: Array, scale: Array) -> list[Array]:
    """Return how much each entry of a variable can move the output."""
    rows = np.abs(derivative.ravel()).reshape(-1, scale.size)
    return [sum(column) * size for column, size in zip(rows.T, scale.flat, strict=True)]
