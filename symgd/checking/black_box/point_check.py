"""The claimed derivative of a function at one point, beside differences of its values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from symgd.checking.black_box.array_libraries import rounding_of_type
from symgd.checking.black_box.code import HandWritten, typical
from symgd.checking.black_box.complex_step import complex_slope
from symgd.checking.black_box.differences import Ladder, Slope
from symgd.checking.black_box.noise import measured_noise
from symgd.checking.verdict import Ledger
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array

__all__ = ["PointCheck", "name_of_claim"]

_PAIRS = 12
_BENDS = 16
"""How often kinks are looked for along random directions."""
_GOOD = 5e-8
"""The relative error that differences may have where they shall confirm a claim."""
_NOTHING = 1e-9
"""What a slope may be, relative to the steepest chord, where 0 is right."""
_SEVEN_DIGITS = 1e-7
_MARGIN = 10.0
_BEYOND_DOUBT = 1e4
_NEIGHBOURS = 6


def name_of_claim(hand_written: HandWritten) -> str:
    """Return what entries of a claim are called."""
    return "grad" if hand_written.what == "gradient" else hand_written.what


@dataclass
class PointCheck:
    """The comparison at one point."""

    hand_written: HandWritten
    x: Array
    claimed: Array
    generator: np.random.Generator
    ledger: Ledger = field(default_factory=Ledger)
    kinks: list[tuple[int, ...]] = field(default_factory=list)
    """Entries at kinks."""
    bends: set[bool] = field(default_factory=set)
    """Which ways the function bends along single entries."""
    _scatter: Array | None = None
    _has_kink: bool | None = None

    def value(self, x: Array) -> Array:
        """Return the function's value, NaN where it raises."""
        try:
            value: Array = self.hand_written.function(x)
            return value
        except Exception:  # a hand-written function may raise anything outside its domain
            return np.full(self.claimed.shape[: self.claimed.ndim - self.x.ndim], np.nan)

    def ladder(self, x: Array, direction: Array, size: float, largest: float) -> tuple[Ladder, Array | None]:
        """Return values along a direction, and the complex slope where there is one.

        Steps are taken in proportion to the size of what moves, and to that of the largest number.
        """

        def along(step: float) -> Array:
            return self.value(x + step * direction)

        least = 64 * np.finfo(float).eps * size
        spans = [(0.3 * size, least), (0.3 * largest, max(1e-8 * largest, least))]
        resolution = getattr(self.hand_written.function, "resolution", np.finfo(float).eps)
        ladder = Ladder(along, spans, measured_noise(along, size), size, resolution)
        exact = (
            None
            if self.hand_written.complex_function is None
            else complex_slope(self.hand_written.complex_function, x, direction)
        )
        return ladder, exact

    # -- single entries ---------------------------------------------------------------------------------------

    def entry(self, index: tuple[int, ...], truth: Array | None) -> None:
        """Check the derivative of every output in one entry of the argument."""
        direction = np.zeros(self.x.shape)
        direction[index] = 1.0
        size = float(abs(self.x[index])) or typical(self.x)
        ladder, exact = self.ladder(self.x, direction, size, max(1.0, size, float(np.max(np.abs(self.x), initial=0.0))))
        for out in np.ndindex(*ladder.middle.shape):
            where = (*out, *index)
            slope = _slope(ladder, exact, out)
            if truth is not None and slope.is_sure and not slope.is_kink:
                truth[where] = slope.value
            self._compare(where, float(self.claimed[where]), slope, ladder, out)
            if slope.is_sure and slope.is_kink and not out:
                self.kinks.append(index)
                self.bends.add(bool(slope.right > slope.left))

    def subgradients(self) -> None:
        """Check several entries at kinks together, as along sums and differences of two of them.

        Along a direction a subgradient lies between the slopes of both sides. A claim outside is wrong where the function
        bends one way along all directions, and undecided where it bends both ways.
        """
        bends = set(self.bends)
        outside: tuple[float, Slope] | None = None
        for direction in self._directions_among_kinks():
            ladder, _ = self.ladder(self.x, direction, 1.0, 1.0)
            slope, predicted = ladder.slope(), float(np.tensordot(self.claimed, direction, self.x.ndim))
            if not slope.is_sure:
                continue
            if slope.is_kink:
                bends.add(bool(slope.right > slope.left))
            low, high = sorted((slope.left, slope.right))
            margin = _MARGIN * slope.error + _GOOD * (abs(low) + abs(high) + abs(predicted))
            margin += self._rounding_along(self.claimed, direction)
            if not low - margin <= predicted <= high + margin:
                outside = (predicted, slope)
        if outside is None:
            return
        self.ledger.entries += 1
        if len(bends) > 1:
            self.ledger.unsure += 1
            return
        predicted, slope = outside
        self._contradiction(predicted, slope, (), "", between=sorted((slope.left, slope.right)))

    def _directions_among_kinks(self) -> Iterator[Array]:
        if len(self.kinks) < 2:
            return
        pairs = itertools.islice(itertools.combinations(self.kinks, 2), _PAIRS)
        chosen: list[tuple[Sequence[tuple[int, ...]], float]] = [(pair, sign) for pair in pairs for sign in (1.0, -1.0)]
        for entries, sign in [*chosen, (self.kinks, 1.0)]:
            direction = np.zeros(self.x.shape)
            for number, index in enumerate(entries):
                direction[index] = sign if number == 1 else 1.0
            yield direction

    def _contradiction(
        self, predicted: float, slope: Slope, out: tuple[int, ...], point: str, between: Sequence[float] | None = None
    ) -> None:
        name = f"{name_of_claim(self.hand_written)} along a direction"
        got, true = mpmath.mpf(predicted), mpmath.mpf(float(slope.value))
        self.ledger.enter(name, out, got, true, point, False, between=between)

    def _compare(self, where: tuple[int, ...], got: float, slope: Slope, ladder: Ladder, out: tuple[int, ...]) -> None:
        self.ledger.entries += 1
        name = name_of_claim(self.hand_written)
        margin = _MARGIN * slope.error + np.finfo(float).tiny
        if not slope.is_sure or (slope.is_kink and not np.isfinite(got)):
            self.ledger.unsure += 1
            return
        if self._may_be_absorbed(got, ladder, out):
            self.ledger.unsure += 1
            return
        low, high = sorted((slope.left, slope.right))
        between = (low, high) if slope.is_kink else None
        gap = max(low - got, got - high, 0.0) if np.isfinite(got) else np.inf
        if gap > margin and np.isfinite(got):
            margin += 3 * float(self.scatter()[where]) + float(rounding_of_type(self.hand_written.claim, got))
        if gap > margin:
            if np.isfinite(gap) and (not self._is_witnessed(ladder, got, gap, slope, out) or self._bends_elsewhere(slope)):
                self.ledger.unsure += 1
                return
            self.ledger.enter(name, where, mpmath.mpf(got), mpmath.mpf(float(slope.value)), "", False, between=between)
            return
        if self.hand_written.is_coarse and gap > _SEVEN_DIGITS * max(abs(low), abs(high)):
            self.ledger.unsure += 1
            return
        if slope.is_kink:
            if gap > _GOOD * max(abs(low), abs(high)):
                self.ledger.unsure += 1
                return
            self.ledger.kinks += 1
        elif not (slope.error <= _GOOD * abs(slope.value) or self._is_zero(got, slope, ladder, out)):
            self.ledger.unsure += 1
            return
        self.ledger.enter(name, where, mpmath.mpf(got), mpmath.mpf(float(slope.value)), "", True, between=between)

    def _may_be_absorbed(self, got: float, ladder: Ladder, out: tuple[int, ...]) -> bool:
        """Whether the function is constant, and the claim is that it changes by less than larger numbers are rounded to.

        Or it is constant at small steps only, and the claim is 0, or no steeper than the chords: a step function, or rounding.
        """
        if ladder.stair[out] > 0 and abs(got) <= 2 * ladder.steepest(out):
            return True
        largest = max(1.0, float(np.max(np.abs(self.x), initial=0.0)), abs(float(ladder.middle[out])))
        is_constant = ladder.steepest(out) == 0
        return got != 0 and is_constant and bool(abs(got) * float(ladder.steps[0]) <= 16 * np.finfo(float).eps * largest)

    def _is_zero(self, got: float, slope: Slope, ladder: Ladder, out: tuple[int, ...]) -> bool:
        """Whether 0 is claimed, and the slope is nothing beside the chords."""
        steepest = ladder.steepest(out)
        return got == 0 and bool(slope.error <= _NOTHING * steepest or steepest == 0)

    def _is_witnessed(self, ladder: Ladder, got: float, gap: float, slope: Slope, out: tuple[int, ...]) -> bool:
        """Whether the Taylor remainder shows too that the claim is wrong."""
        if slope.is_kink:
            return True
        if gap > _BEYOND_DOUBT * slope.error:  # an error so small is hidden in the remainder by the curvature
            return True
        order = ladder.remainder_order(got, out)
        return gap > 100 * slope.error if order is None else order < 1.5

    def _bends_elsewhere(self, slope: Slope) -> bool:
        """Whether there is a kink along other directions, though none along an entry: max(x) + min(x) where all are equal.

        Its slopes along the entries are no subgradient then.
        """
        if slope.is_kink:
            return False
        if self._has_kink is None:
            self._has_kink = self._is_kink(self.x)
        return self._has_kink

    def _is_kink(self, place: Array) -> bool:
        """Whether a function of several numbers has a kink at a point: along some direction, or its slopes do not add up."""
        if place.size == 1 or self.claimed.ndim > place.ndim:
            return False
        for turn in range(_BENDS):
            is_first = self.generator.permutation(place.size).reshape(place.shape) < max(1, place.size // (2 + turn % 2))
            signs = self.generator.choice([-1.0, 1.0], place.shape) if turn else np.ones(place.shape)
            parts = (signs * is_first, signs * ~is_first, signs)
            slopes = [self.ladder(place, direction, 1.0, 1.0)[0].slope() for direction in parts]
            if any(slope.is_sure and slope.is_kink for slope in slopes):
                return True
            first, second, both = slopes
            margin = 100 * sum(slope.error for slope in slopes) + 1e-6 * (abs(first.value) + abs(second.value))
            if all(slope.is_sure for slope in slopes) and abs(first.value + second.value - both.value) > margin:
                return True
        return False

    def scatter(self) -> Array:
        """Return how far the claim's answers at neighbouring floats scatter, beyond what it changes there anyway."""
        if self._scatter is None:
            self._scatter = _scatter_of(self._answers_beside(self.x))
        return self._scatter

    def _answers_beside(self, place: Array) -> list[Array]:
        resolution = getattr(self.hand_written.claim, "resolution", np.finfo(float).eps)
        turns = range(-_NEIGHBOURS, _NEIGHBOURS + 1)
        return [self.hand_written.claim(place * (1 + 4 * turn * resolution)) for turn in turns]

    def _rounding_along(self, claimed: Array, direction: Array) -> Array:
        """Return how far the claim's answers along a direction may be off because each entry is rounded to their type."""
        rounding: Array = np.tensordot(rounding_of_type(self.hand_written.claim, claimed), np.abs(direction), direction.ndim)
        return rounding

    def _scatter_along(self, place: Array, direction: Array, out: tuple[int, ...]) -> float:
        """Return how far the claim's answers along a direction scatter beside a point."""
        answers = [np.tensordot(answer, direction, place.ndim)[out] for answer in self._answers_beside(place)]
        return float(_scatter_of(answers))

    # -- directions -------------------------------------------------------------------------------------------

    def _direction(self, x: Array) -> Array:
        """Return a random direction in which entries move in proportion to their size, by powers of 2."""
        size = np.where(x == 0, typical(x), np.abs(x))
        powers = np.exp2(np.floor(np.log2(size)) + self.generator.integers(-1, 2, x.shape))
        direction: Array = powers * self.generator.choice([-1.0, 1.0], x.shape)
        return direction

    def by_directions(self, count: int, singles: int) -> str:
        """Check a large derivative along random directions, and in its largest and some other entries."""
        lost, by_complex_step = 0.0, False
        for _ in range(count):
            direction = self._direction(self.x)
            ladder, exact = self.ladder(self.x, direction, 1.0, 1.0)
            predicted = np.tensordot(self.claimed, direction, self.x.ndim)
            by_complex_step = exact is not None
            rounding = self._rounding_along(self.claimed, direction)
            for out in np.ndindex(*ladder.middle.shape):
                slope = _slope(ladder, exact, out)
                self._judge_direction(float(predicted[out]), float(rounding[out]), slope, ladder, out)
                length = float(np.linalg.norm(np.ravel(self.claimed[out] * direction))) or 1.0
                lost = max(lost, slope.error / length if slope.is_sure else np.inf)
        for index in self._chosen_entries(singles):
            self.entry(index, None)
        chance = min(1.0, 0.8 * _MARGIN * lost / 1e-4) ** count
        slopes = " (slopes by the complex step, confirmed by differences)" if by_complex_step else ""
        return (
            f"{count} random directions{slopes} and {singles} of {self.x.size} entries were compared; "
            f"an error of 1e-4 of the {self.hand_written.what}'s length would pass with probability below "
            f"{max(chance, 1e-300):.0e}"
        )

    def _judge_direction(self, predicted: float, rounding: float, slope: Slope, ladder: Ladder, out: tuple[int, ...]) -> None:
        self.ledger.entries += 1
        margin = _MARGIN * slope.error + 1e-9 * abs(slope.value) + rounding + np.finfo(float).tiny
        if not slope.is_sure or not np.isfinite(predicted):
            self.ledger.unsure += 1
        elif slope.is_kink:
            low, high = sorted((slope.left, slope.right))
            if low - margin <= predicted <= high + margin:
                self.ledger.kinks += 1
            else:
                self.ledger.unsure += 1
        elif abs(predicted - slope.value) <= margin:
            self.ledger.unsure += slope.error > 1e-6 * max(abs(slope.value), 1e-3 * ladder.steepest(out))
        elif self._is_witnessed(ladder, predicted, abs(predicted - slope.value), slope, out):
            name = f"{name_of_claim(self.hand_written)} along a direction"
            self.ledger.enter(name, out, mpmath.mpf(predicted), mpmath.mpf(float(slope.value)), "", False)
        else:
            self.ledger.unsure += 1

    def _chosen_entries(self, count: int) -> Sequence[tuple[int, ...]]:
        outputs = self.claimed.ndim - self.x.ndim
        sizes = (
            np.abs(np.nan_to_num(self.claimed)).reshape(-1, self.x.size).sum(0) if outputs else np.abs(np.ravel(self.claimed))
        )
        largest = np.argsort(-sizes, kind="stable")[: (count + 1) // 2]
        others = self.generator.choice(self.x.size, count - len(largest), replace=False)
        numbers = dict.fromkeys([*map(int, largest), *map(int, others)])
        return [tuple(map(int, np.unravel_index(number, self.x.shape))) for number in numbers]

    def contradicted_nearby(self, place: Array, *, at_jump: bool = False) -> int:
        """Compare along a random direction at another point; only a clear contradiction counts. Return 1 where it agrees.

        Where the claim jumps, its scatter is no rounding.
        """
        value = self.value(place)
        try:
            claimed = self.hand_written.claim(place.copy())
        except Exception:  # a hand-written derivative may raise anything elsewhere
            return 0
        if not np.isfinite(value).all() or claimed.shape != self.claimed.shape or not np.isfinite(claimed).all():
            return 0
        direction = self._direction(place)
        ladder, exact = self.ladder(place, direction, 1.0, 1.0)
        predicted, rounding = np.tensordot(claimed, direction, place.ndim), self._rounding_along(claimed, direction)
        agrees = 1
        for out in np.ndindex(*ladder.middle.shape):
            slope = _slope(ladder, exact, out)
            gap = abs(float(predicted[out]) - slope.value) - float(rounding[out]) - np.finfo(float).tiny
            largest = float(np.max(np.abs(np.ravel(claimed[out] * direction)), initial=0.0))
            if not slope.is_sure or slope.is_kink or self._may_be_absorbed(float(predicted[out]), ladder, out):
                agrees = 0
            elif gap > 100 * slope.error + 1e-9 * largest + (
                0.0 if at_jump else _MARGIN * self._scatter_along(place, direction, out)
            ):
                agrees = 0
                order = ladder.remainder_order(float(predicted[out]), out)
                is_clear = order is not None and order < 1.3 and self._is_in_an_entry(place, claimed, direction, out)
                if is_clear and not self._is_kink(place):
                    self.ledger.entries += 1
                    where = np.array2string(place, precision=6, threshold=8)
                    self._contradiction(float(predicted[out]), slope, out, f"x = {where}")
        return agrees

    def _is_in_an_entry(self, place: Array, claimed: Array, direction: Array, out: tuple[int, ...]) -> bool:
        """Whether a contradiction along a direction is one in a single entry: halves are followed down to it.

        Along a direction in which many entries move, many kinks may lie within every step.
        """
        moving = np.argwhere(direction != 0)
        while len(moving) > 1:
            for half in (moving[: len(moving) // 2], moving[len(moving) // 2 :]):
                part = np.zeros(direction.shape)
                part[tuple(half.T)] = direction[tuple(half.T)]
                if self._is_contradicted(place, claimed, part, out):
                    moving = half
                    break
            else:
                return False
        alone = np.zeros(direction.shape)
        alone[tuple(moving[0])] = direction[tuple(moving[0])]
        return self._is_contradicted(place, claimed, alone, out)

    def _is_contradicted(self, place: Array, claimed: Array, direction: Array, out: tuple[int, ...]) -> bool:
        ladder, _ = self.ladder(place, direction, 1.0, 1.0)
        slope, predicted = ladder.slope(out), float(np.tensordot(claimed, direction, place.ndim)[out])
        if not slope.is_sure or slope.is_kink or self._may_be_absorbed(predicted, ladder, out):
            return False
        order = ladder.remainder_order(predicted, out)
        return abs(predicted - slope.value) > 100 * slope.error and order is not None and order < 1.3


def _scatter_of(answers: Sequence[Array]) -> Array:
    """Return how far second differences of answers at neighbouring floats scatter."""
    scatter: Array = np.nan_to_num(np.std(np.diff(answers, 2, axis=0), axis=0), nan=0.0, posinf=0.0)
    return scatter


def _slope(ladder: Ladder, exact: Array | None, out: tuple[int, ...]) -> Slope:
    """Return the slope of an output: the complex step's, where there is one and differences confirm it."""
    slope = ladder.slope(out)
    if exact is None or not slope.is_sure or slope.is_kink:
        return slope
    value = float(exact[out])
    if not abs(value - slope.value) <= _MARGIN * slope.error:
        return slope
    return Slope(value, min(slope.error, 1e-11 * abs(value)), value, value, False, True)
