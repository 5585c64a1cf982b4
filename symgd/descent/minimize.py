"""The loop: direction × step size × batches, until a reason to stop.

    w ← w − λ·d

It works on flat arrays and callables; what is minimised and where it comes from is not its business.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from symgd.arguments import read_function, read_number, read_whole_number
from symgd.arrays import Array, read_array
from symgd.descent.batches import Batches
from symgd.descent.direction import Direction
from symgd.descent.history import History, Run
from symgd.descent.outcome import Outcome
from symgd.descent.stationary_points import Neighbourhood
from symgd.descent.step_size import StepSize
from symgd.errors import SymgdError

__all__ = ["IntermediateResult", "Problem", "Termination", "descend"]


@dataclass(frozen=True)
class Problem:
    """What is minimised.

    Attributes
    ----------
    fun : callable
        ``fun(x) -> float``: the loss on all samples.
    value_and_gradient : callable
        ``value_and_gradient(x, batch) -> (float, array)``; `batch` is an array of indices, or None for all samples.
    hess : callable, optional
        ``hess(x)``: the Hessian on all samples, an array or what has ``solve`` and ``diagonal``.
    is_convex : callable, optional
        Whether the loss is proven convex; asked only where the loss is flat around the last point.
    """

    fun: Callable[[Array], float]
    value_and_gradient: Callable[[Array, Array | None], tuple[float, Array]]
    hess: Callable[[Array], Array] | None = None
    is_convex: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Termination:
    """When a descent stops.

    Parameters
    ----------
    epochs : int
        At most so many passes over the samples.
    gradient_tolerance : float
        Stop where the norm of the full gradient is smaller than this times the largest one so far, or than this where that is
        larger than 1.
    value_tolerance : float
        Stop where the loss changes relatively less over an epoch (0 never does).
    max_seconds : float, optional
        Stop after so much time.
    """

    epochs: int = 100
    gradient_tolerance: float = 1e-8
    value_tolerance: float = 0.0
    max_seconds: float | None = None

    @staticmethod
    def read(epochs: object, gradient_tolerance: object, value_tolerance: object, max_seconds: object = None) -> Termination:
        """Check what users give.

        Raises
        ------
        SymgdError
        """
        return Termination(
            read_whole_number(epochs, "epochs", 0, 10**9),
            read_number(gradient_tolerance, "gradient_tolerance", "[0, inf]"),
            read_number(value_tolerance, "value_tolerance", "[0, inf]"),
            None if max_seconds is None else read_number(max_seconds, "max_seconds", "[0, inf]"),
        )


@dataclass(frozen=True)
class IntermediateResult:
    """What a callback is told after an epoch, by the names of SciPy's results.

    Attributes
    ----------
    x : array, or dict of arrays
        Where the descent is.
    fun : float
        The loss there.
    jac : array
        Its gradient, as one vector.
    nit : int
        The epochs so far.
    """

    x: Any
    fun: float
    jac: Array
    nit: int


def descend(
    problem: Problem,
    start: Array,
    direction: Direction,
    step_size: StepSize,
    batches: Batches,
    *,
    epochs: int = 100,
    gradient_tolerance: float = 1e-8,
    value_tolerance: float = 0.0,
    max_seconds: float | None = None,
    progress: Callable[[int, float], None] | None = None,
    callback: Callable[[IntermediateResult], object] | None = None,
) -> Run:
    """Descend from `start`.

    Parameters
    ----------
    problem : Problem
    start : array
    direction, step_size, batches
        The three parts of the method.
    epochs, gradient_tolerance, value_tolerance, max_seconds
        When to stop, see :class:`Termination`.
    progress : callable, optional
        Called with the epoch and the loss after each epoch.
    callback : callable, optional
        Called with an :class:`IntermediateResult` after each epoch; StopIteration stops the descent.

    Returns
    -------
    Run
        At the best point seen at the end of an epoch.
    """
    termination = Termination.read(epochs, gradient_tolerance, value_tolerance, max_seconds)
    if progress is not None:
        progress = read_function(progress, "progress", "progress=print")
    if callback is not None:
        callback = read_function(callback, "callback", "callback=print")
    if step_size.needs_value and not batches.is_full:
        raise SymgdError("a line search needs the loss on all samples", hint="use batch_size=None, or a LearningRate")
    descent = _Descent(problem, np.array(read_array(start, "the start")), direction, step_size, batches, termination)
    try:
        with np.errstate(all="ignore"):
            outcome = descent.follow(progress, callback)
    except KeyboardInterrupt:
        outcome = Outcome.INTERRUPTED
    return descent.run(outcome)


class _Descent:
    """A descent on its way: the point that it has reached, the best one, and what it has recorded."""

    def __init__(
        self,
        problem: Problem,
        x: Array,
        direction: Direction,
        step_size: StepSize,
        batches: Batches,
        termination: Termination,
    ) -> None:
        self.problem, self.direction, self.step_size, self.batches = problem, direction, step_size, batches
        self.termination = termination
        self.began = time.monotonic()
        self.curvature = _curvature(problem, direction, batches)
        self.x = x
        self.values_computed = self.gradients_computed = 0
        direction.start(x)
        with np.errstate(all="ignore"):
            self.value, self.gradient = self._at(x)
        if not _is_finite(self.value, self.gradient):
            what = "loss" if not np.isfinite(self.value) else "gradient"
            amount = self.value if what == "loss" else _norm(self.gradient)
            raise SymgdError(f"the {what} at the start is {amount}", hint="start where the loss and its gradient are finite")
        self.history = History()
        self.history.record(self.value, _norm(self.gradient), 0.0, 0)
        self.best, self.best_value, self.best_gradient = x.copy(), self.value, self.gradient
        self.first_value, self.largest_gradient = self.value, _norm(self.gradient)
        self.limit = 1e8 * (1 + abs(self.value))
        self.epochs = self.updates = 0
        self.rate = 0.0
        self.step = self.step_before = np.zeros_like(x)

    def follow(
        self, progress: Callable[[int, float], None] | None, callback: Callable[[IntermediateResult], object] | None
    ) -> Outcome:
        """Take the steps of every epoch, and return why the descent stops."""
        stops = self.termination
        while not _norm(self.gradient) <= stops.gradient_tolerance * min(1.0, self.largest_gradient):
            if self.epochs == stops.epochs:
                return self._outcome_of_all_epochs()
            if stops.max_seconds is not None and time.monotonic() - self.began >= stops.max_seconds:
                return Outcome.TIME_LIMIT
            failure = self._take_steps()
            if failure is not None:
                return failure
            if not self._evaluate():
                return Outcome.UNBOUNDED if self.value == -math.inf else Outcome.NOT_FINITE
            if progress is not None:
                progress(self.epochs, self.value)
            if callback is not None:
                try:
                    callback(IntermediateResult(self.x.copy(), self.value, self.gradient.copy(), self.epochs))
                except StopIteration:
                    return Outcome.STOPPED
            if self.value > self.limit:
                return Outcome.DIVERGED
            if self.value < -_UNBOUNDED * (1 + abs(self.first_value)):
                return Outcome.UNBOUNDED
            if stops.value_tolerance and _stands_still(self.history.value, stops.value_tolerance):
                return Outcome.NO_PROGRESS
        return self._neighbourhood().outcome()

    def _at(self, x: Array) -> tuple[float, Array]:
        """Evaluate the loss and its gradient on all samples."""
        self.values_computed += 1
        self.gradients_computed += 1
        return self.problem.value_and_gradient(x, None)

    def _loss(self, x: Array) -> float:
        self.values_computed += 1
        return self.problem.fun(x)

    def _neighbourhood(self) -> Neighbourhood:
        found = self.curvature(self.x) if len(self.x) <= _FEW else ()
        hessian = np.asarray(found[0]) if found else None
        return Neighbourhood(self._at, self.x, self.value, self.gradient, hessian, self.problem.is_convex)

    def _outcome_at_rounding(self) -> Outcome | None:
        """Return what the point is where no step can lower the loss, but for rounding; None elsewhere."""
        around = self._neighbourhood()
        return around.outcome() if around.is_minimal_to_rounding() else None

    def _outcome_of_all_epochs(self) -> Outcome:
        """Return whether a descent that has done its epochs has got down: it may rise, go to and fro, or be at the bottom."""
        outcome = self._outcome_at_rounding() if self.epochs and self.batches.is_full else None
        if outcome is not None:
            return outcome
        values = self.history.value
        turns = float(self.step @ self.step_before) < 0
        if values[-1] > values[0]:
            return Outcome.OSCILLATES if turns or not self.batches.is_full else Outcome.DIVERGED
        window = min(20, len(values) // 2)
        if turns and self.batches.is_full and window > 1 and min(values[-window:]) >= min(values[:-window]):
            return Outcome.OSCILLATES
        return Outcome.EPOCHS_DONE

    def _take_steps(self) -> Outcome | None:
        """Take the steps of one epoch; return why there is none."""
        self.rate = 0.0
        for batch in self.batches.epoch():
            if not self.batches.is_full:
                self.value, self.gradient = self.problem.value_and_gradient(self.x, batch)
            if not _is_finite(self.value, self.gradient):
                return Outcome.NOT_FINITE
            take = cast("Callable[..., Array]", self.direction.next)  # with the Hessian, or without
            step = read_array(take(self.gradient, *self.curvature(self.x)), "a direction")
            rate = self.step_size.choose(self.updates, self.x, step, self.gradient, self.value, self._loss)
            self.rate = read_number(rate, "a learning rate")
            after = self.x - self.rate * step
            if self.batches.is_full and np.array_equal(after, self.x):
                return self._outcome_at_rounding() or Outcome.NO_STEP
            self.step_before, self.step, self.x = self.step, step, after
            self.updates += 1
        self.epochs += 1
        return None

    def _evaluate(self) -> bool:
        """Evaluate the loss on all samples and record it; False where it or its gradient is not finite."""
        self.value, self.gradient = self._at(self.x)
        norm = _norm(self.gradient)
        self.history.record(self.value, norm, self.rate, self.updates)
        if not _is_finite(self.value, self.gradient):
            return False
        self.largest_gradient = max(self.largest_gradient, norm)
        if self.value < self.best_value:
            self.best, self.best_value, self.best_gradient = self.x.copy(), self.value, self.gradient
        return True

    def run(self, outcome: Outcome) -> Run:
        """Return the run, which ends at the best point."""
        message = str(outcome)
        if outcome in (Outcome.NOT_FINITE, Outcome.DIVERGED):
            message += f" {_advice(self.updates, self.value, self.rate)}"
        return Run(
            self.best,
            float(self.best_value),
            outcome,
            message,
            self.history,
            self.epochs,
            self.updates,
            jac=self.best_gradient,
            x_last=self.x,
            nfev=self.values_computed,
            njev=self.gradients_computed,
            seconds=time.monotonic() - self.began,
        )


_FEW = 500
"""In so many variables all curvatures are computed where there is a Hessian."""
_UNBOUNDED = 1e20
"""A loss that has fallen so far below its first value falls without bound."""


def _curvature(problem: Problem, direction: Direction, batches: Batches) -> Callable[[Array], tuple[Array, ...]]:
    """Return what a direction receives besides the gradient: the Hessian, or nothing."""
    if not getattr(direction, "needs_hessian", False):
        return lambda x: ()
    hess = problem.hess
    if hess is None or not batches.is_full:
        name = getattr(direction, "name", type(direction).__name__)
        raise SymgdError(f"{name} needs the Hessian on all samples", hint="use batch_size=None")
    return lambda x: (hess(x),)


def _norm(gradient: Array) -> float:
    with np.errstate(over="ignore"):  # infinite where the square of an entry is
        return float(np.linalg.norm(gradient))


def _is_finite(value: float, gradient: Array) -> bool:
    return bool(np.isfinite(value) and np.all(np.isfinite(gradient)))


def _stands_still(values: list[float], tolerance: float) -> bool:
    return len(values) > 1 and abs(values[-2] - values[-1]) <= tolerance * max(abs(values[-1]), 1e-300)


def _advice(updates: int, value: float, rate: float) -> str:
    return f"At step {updates} the loss is {value:.6g} with learning rate {rate:.3g}: try {rate / 10:.3g}, or a smaller start."
