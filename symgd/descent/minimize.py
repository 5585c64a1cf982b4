"""The loop: direction × step size × batches, until a reason to stop.

    w ← w − λ·d

It works on flat arrays and callables; what is minimised and where it comes from is not its business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np

from symgd.arguments import read_function, read_number, read_whole_number
from symgd.arrays import Array, read_array
from symgd.descent.batches import Batches
from symgd.descent.direction import Direction
from symgd.descent.history import History, Outcome, Run
from symgd.descent.step_size import StepSize
from symgd.errors import SymgdError

__all__ = ["Problem", "descend"]


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
    """

    fun: Callable[[Array], float]
    value_and_gradient: Callable[[Array, Array | None], tuple[float, Array]]
    hess: Callable[[Array], Array] | None = None


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
    progress: Callable[[int, float], None] | None = None,
) -> Run:
    """Descend from `start`.

    Parameters
    ----------
    problem : Problem
    start : array
    direction, step_size, batches
        The three parts of the method.
    epochs : int
        At most so many passes over the samples.
    gradient_tolerance : float
        Stop where the norm of the full gradient is smaller.
    value_tolerance : float
        Stop where the loss changes relatively less over an epoch (0 never does).
    progress : callable, optional
        Called with the epoch and the loss after each epoch.

    Returns
    -------
    Run
        At the best point seen at the end of an epoch.
    """
    epochs = read_whole_number(epochs, "epochs", 0, 10**9)
    gradient_tolerance = read_number(gradient_tolerance, "gradient_tolerance", "[0, inf]")
    value_tolerance = read_number(value_tolerance, "value_tolerance", "[0, inf]")
    if progress is not None:
        progress = read_function(progress, "progress", "progress=print")
    if step_size.needs_value and not batches.is_full:
        raise SymgdError("a line search needs the loss on all samples", hint="use batch_size=None, or a LearningRate")
    descent = _Descent(problem, np.array(read_array(start, "the start")), direction, step_size, batches)
    try:
        outcome = descent.follow(epochs, gradient_tolerance, value_tolerance, progress)
    except KeyboardInterrupt:
        outcome = Outcome.INTERRUPTED
    return descent.run(outcome)


class _Descent:
    """A descent on its way: the point that it has reached, the best one, and what it has recorded."""

    def __init__(self, problem: Problem, x: Array, direction: Direction, step_size: StepSize, batches: Batches) -> None:
        self.problem, self.direction, self.step_size, self.batches = problem, direction, step_size, batches
        self.curvature = _curvature(problem, direction, batches)
        self.x = x
        direction.start(x)
        self.value, self.gradient = problem.value_and_gradient(x, None)
        if not _is_finite(self.value, self.gradient):
            raise SymgdError(f"the loss at the start is {self.value}", hint="start where the loss and its gradient are finite")
        self.history = History()
        self.history.record(self.value, _norm(self.gradient), 0.0, 0)
        self.best, self.best_value = x.copy(), self.value
        self.limit = 1e8 * (1 + abs(self.value))
        self.epochs = self.updates = 0
        self.rate = 0.0

    def follow(
        self,
        epochs: int,
        gradient_tolerance: float,
        value_tolerance: float,
        progress: Callable[[int, float], None] | None,
    ) -> Outcome:
        """Take the steps of every epoch, and return why the descent stops."""
        while not _norm(self.gradient) <= gradient_tolerance:
            if self.epochs == epochs:
                return Outcome.EPOCHS_DONE
            if not self._take_steps() or not self._evaluate():
                return Outcome.NOT_FINITE
            if progress is not None:
                progress(self.epochs, self.value)
            if self.value > self.limit:
                return Outcome.DIVERGED
            if value_tolerance and _stands_still(self.history.value, value_tolerance):
                return Outcome.NO_PROGRESS
        return Outcome.CONVERGED

    def _take_steps(self) -> bool:
        """Take the steps of one epoch; False where the loss or its gradient is not finite."""
        self.rate = 0.0
        for batch in self.batches.epoch():
            if not self.batches.is_full:
                self.value, self.gradient = self.problem.value_and_gradient(self.x, batch)
            if not _is_finite(self.value, self.gradient):
                return False
            take = cast("Callable[..., Array]", self.direction.next)  # with the Hessian, or without
            step = take(self.gradient, *self.curvature(self.x))
            self.rate = self.step_size.choose(self.updates, self.x, step, self.gradient, self.value, self.problem.fun)
            self.x = self.x - read_number(self.rate, "a learning rate") * read_array(step, "a direction")
            self.updates += 1
        self.epochs += 1
        return True

    def _evaluate(self) -> bool:
        """Evaluate the loss on all samples and record it; False where it or its gradient is not finite."""
        with np.errstate(all="ignore"):
            self.value, self.gradient = self.problem.value_and_gradient(self.x, None)
        self.history.record(self.value, _norm(self.gradient), self.rate, self.updates)
        if not _is_finite(self.value, self.gradient):
            return False
        if self.value < self.best_value:
            self.best, self.best_value = self.x.copy(), self.value
        return True

    def run(self, outcome: Outcome) -> Run:
        """Return the run, which ends at the best point."""
        message = str(outcome)
        if outcome in (Outcome.NOT_FINITE, Outcome.DIVERGED):
            message += f" {_advice(self.updates, self.value, self.rate)}"
        return Run(self.best, float(self.best_value), outcome, message, self.history, self.epochs, self.updates)


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
