"""A function whose answer has few digits may be wrong, or a right formula that float64 computes badly."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np

from symgd.checking.black_box.array_libraries import rounding_of_type
from symgd.checking.formula.reference import DIGITS
from symgd.checking.request import Question
from symgd.equality.differences import EXACT, Differences
from symgd.equality.literals import rounded_numbers, rounding_of
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.digits import is_rounding
from symgd.evaluation.entries import Array, Entry, Real
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.sampling import Point
from symgd.graph.node import Node

__all__ = ["Doubts"]

_MANY = (240, 1000)
_AGREEMENT = mpmath.mpf("1e-14")
_COMPUTED_DIGITS = 8
_LINE = 8
_STEPS = (40.0, 1e6, 1e10)
"""Distances of neighbouring points, in units of the function's resolution."""
_CHANGES = 3
"""A step changes once, a window twice."""
_FACTORS = (0.97, 0.9, 0.75, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 1.03, 1.2)
_RESOLVED = 1e7
"""How much larger than its errors an answer is, where these would leave seven digits."""

Traced = Callable[[], Sequence[Node] | None]


class Doubts:
    """The values of a function around a point.

    Parameters
    ----------
    question : Question
    point : Point
    k : int
        Which of the claims.
    ask : callable
        ``ask(claim, values) -> array``.
    traced : callable, optional
        Makes formulas of claims.
    generator : numpy.random.Generator
    """

    def __init__(
        self,
        question: Question,
        point: Point,
        k: int,
        ask: Callable[[Callable[..., Entry], Mapping[Node, Array]], Array],
        traced: Traced | None,
        generator: np.random.Generator,
    ) -> None:
        self.question = question
        self.point = point
        self.k = k
        self.ask = ask
        self.traced = traced
        self.generator = generator
        claim = question.claims[k]
        assert not isinstance(claim, Node)
        self.claim = claim

    def may_be_rounded(self, got: float, true: Real) -> bool:
        """Whether an answer differs by no more than its type rounds: float16 has three digits."""
        return bool(abs(got - true) <= float(rounding_of_type(self.claim, float(true))))

    def formula_is_right(self, index: tuple[int, ...], got: float, true: Real) -> bool:
        """Whether the function can be read as a formula that is right, and has such errors in 53 bits."""
        if self._formula is None:
            return False
        formula, several = self._formula
        is_right = any(
            len(index) == np.ndim(values) and abs(values[index] - true) <= _AGREEMENT * abs(true) for values in several
        )
        return is_right and is_rounding(formula, index, got, self.point.values, self.point.sizes)

    def formula_is_wrong(self, index: tuple[int, ...], true: Real, differences: Differences) -> bool:
        """Whether the function can be read as a formula that is another one, by less than seven digits show.

        Numbers that were rounded when they were written, or computed before, leave that open.
        """
        formulas = self._formulas
        if formulas is None or self.question.own is None:
            return False
        formula, own = formulas[self.k], self.question.own[self.k]
        if formula is own or formula.shape != own.shape or self._has_rounded_numbers:
            return False
        gap = abs(self._in_digits[index] - true)
        if gap <= EXACT * abs(true) or differences.compare(formula, own, index) is not False:
            return False
        # a number that code has computed may print with fewer digits than it was rounded to
        computed = rounded_numbers([formula], _COMPUTED_DIGITS)
        return bool(gap > rounding_of(formula, computed, self.point)[index])

    @cached_property
    def _has_rounded_numbers(self) -> bool:
        return bool(rounded_numbers([*(self._formulas or ()), *(self.question.own or ())]))

    @cached_property
    def _in_digits(self) -> Array:
        assert self._formulas is not None
        (value,) = evaluate_precisely([self._formulas[self.k]], self.point.values, self.point.sizes, digits=DIGITS)
        values: Array = value
        return values

    @cached_property
    def _formulas(self) -> Sequence[Node] | None:
        return None if self.traced is None else self.traced()

    def may_be_rounding(self, index: tuple[int, ...], got: float, true: Real) -> bool:
        """Whether errors around the point scatter as rounding does, or stay as small where the derivative is large."""
        if self.question.own is None or not np.isfinite(got):
            return False
        return self._scatters(index) or self._has_a_floor(index, abs(float(mpmath.mpf(got) - true)))

    @cached_property
    def _formula(self) -> tuple[Node, list[Array]] | None:
        if self._formulas is None:
            return None
        formula, point = self._formulas[self.k], self.point
        values = [evaluate_precisely([formula], point.values, point.sizes, digits=digits)[0] for digits in _MANY]
        return formula, values

    def _scatters(self, index: tuple[int, ...]) -> bool:
        """Whether errors along a line jump to and fro: what is smooth, or jumps once, does not."""
        lines = (_of_entry(errors, index) for errors in self._lines)
        return any(np.isfinite(line).all() and (_is_rough(line) or _comes_and_goes(line)) for line in lines)

    def _has_a_floor(self, index: tuple[int, ...], error: float) -> bool:
        """Whether the claim has seven digits wherever the derivative is large beside the errors around the point."""
        errors, sizes = self._around
        floor = max(error, float(np.max(np.abs(_of_entry(errors, index)))))
        return np.isfinite(floor) and int(np.sum(np.abs(_of_entry(sizes, index)) > _RESOLVED * floor)) >= 2

    @cached_property
    def _lines(self) -> list[Array]:
        """Return the errors at points along a line, for several distances of them."""
        resolution = getattr(self.claim, "resolution", np.finfo(float).eps)
        slants = {node: self.generator.uniform(0.5, 1.5, np.shape(value)) for node, value in self.point.values.items()}

        def errors_at(far: float) -> Array:
            return self._compare(lambda node, value: value * (1 + resolution * far * slants[node]))[0]

        return [np.array([errors_at(step * k) for k in range(_LINE)]) for step in _STEPS]

    @cached_property
    def _around(self) -> tuple[Array, Array]:
        """Return the errors and the derivative where the inputs are smaller and larger by some factors."""
        comparisons = [self._compare(functools.partial(_times, factor)) for factor in _FACTORS]
        usable = [pair for pair in comparisons if np.isfinite(pair[0]).all()]
        shape = np.shape(comparisons[0][0])
        if not usable:
            return np.full((1, *shape), np.inf), np.zeros((1, *shape))
        return np.array([error for error, _ in usable]), np.array([size for _, size in usable])

    def _compare(self, move: Callable[[Node, Array], Array]) -> tuple[Array, Array]:
        """Return the errors and the derivative at another point; only the variables move."""
        assert self.question.own is not None
        variables = self.question.wrt or self.question.arguments
        values = {
            node: move(node, np.asarray(value, dtype=float)) if node in variables else value
            for node, value in self.point.values.items()
        }
        (true,) = evaluate_precisely([self.question.own[self.k]], values, self.point.sizes, digits=DIGITS)
        try:
            answer = self.ask(self.claim, values)
        except Exception:  # a claimed function may have no value there
            return np.full(true.shape, np.inf), np.zeros(true.shape)
        if answer.shape != true.shape:
            return np.full(true.shape, np.inf), np.zeros(true.shape)
        pairs = list(zip(answer.flat, true.flat, strict=True))
        errors = [float(mpmath.mpf(float(a)) - t) if np.isfinite(a) else np.inf for a, t in pairs]
        return np.array(errors).reshape(true.shape), np.array([float(t) for _, t in pairs]).reshape(true.shape)


def _of_entry(stack: Array, index: tuple[int, ...]) -> Array:
    """Return the values of one entry in several arrays."""
    where: tuple[slice | int, ...] = (slice(None), *index)
    entries: Array = stack[where]
    return entries


def _times(factor: float, node: Node, value: Array) -> Array:
    return value * factor


def _is_rough(line: Array) -> bool:
    """Whether third differences of errors are as large as the errors; one that stands out from the rest is none of rounding."""
    typical = np.median(np.abs(line))
    return bool(np.median(np.abs(np.diff(line, 3))) >= 0.5 * typical > 0 and typical >= 0.05 * abs(line[0]))


def _comes_and_goes(line: Array) -> bool:
    """Whether an error as large as the first is there, is gone, and is there again: many results are exact by chance."""
    largest = np.max(np.abs(line[1:]))
    if not largest >= 0.2 * abs(line[0]) > 0:
        return False
    return int(np.sum(np.abs(np.diff(line)) > 0.5 * largest)) >= _CHANGES
