"""The loop: direction × step size × batches, until a reason to stop.

    w ← w − λ·d

It works on flat arrays and callables; what is minimised and where it comes from is not its business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    curvature = _curvature(problem, direction, batches)
    x = np.array(read_array(start, "the start"))
    direction.start(x)
    history = History()
    value, gradient = problem.value_and_gradient(x, None)
    if not _is_finite(value, gradient):
        raise SymgdError(f"the loss at the start is {value}", hint="start where the loss and its gradient are finite")
    history.record(value, _norm(gradient), 0.0, 0)
    best, best_value = x.copy(), value
    limit = 1e8 * (1 + abs(value))
    updates = 0
    outcome, detail = Outcome.EPOCHS_DONE, ""
    epoch = 0
    try:
        while epoch < epochs:
            if _norm(gradient) <= gradient_tolerance:
                outcome = Outcome.CONVERGED
                break
            rate = 0.0
            for batch in batches.epoch():
                if not batches.is_full:
                    value, gradient = problem.value_and_gradient(x, batch)
                if not _is_finite(value, gradient):
                    outcome, detail = Outcome.NOT_FINITE, _advice(updates, value, rate)
                    break
                step = direction.next(gradient, *curvature(x))
                rate = step_size.choose(updates, x, step, gradient, value, problem.fun)
                x = x - read_number(rate, "a learning rate") * read_array(step, "a direction")
                updates += 1
            if outcome is Outcome.NOT_FINITE:
                break
            epoch += 1
            with np.errstate(all="ignore"):
                value, gradient = problem.value_and_gradient(x, None)
            history.record(value, _norm(gradient), rate, updates)
            if not _is_finite(value, gradient):
                outcome, detail = Outcome.NOT_FINITE, _advice(updates, value, rate)
                break
            if value < best_value:
                best, best_value = x.copy(), value
            if progress is not None:
                progress(epoch, value)
            if value > limit:
                outcome, detail = Outcome.DIVERGED, _advice(updates, value, rate)
                break
            if value_tolerance and _stands_still(history.value, value_tolerance):
                outcome = Outcome.NO_PROGRESS
                break
        else:
            if _norm(gradient) <= gradient_tolerance:
                outcome = Outcome.CONVERGED
    except KeyboardInterrupt:
        outcome = Outcome.INTERRUPTED
    message = str(outcome) + (f" {detail}" if detail else "")
    return Run(best, float(best_value), outcome, message, history, epoch, updates)


def _curvature(problem: Problem, direction: Direction, batches: Batches) -> Callable[[Array], tuple[Array, ...]]:
    """Return what a direction receives besides the gradient: the Hessian, or nothing."""
    if not getattr(direction, "needs_hessian", False):
        return lambda x: ()
    hess = problem.hess
    if hess is None or not batches.is_full:
        raise SymgdError(f"{direction.name} needs the Hessian on all samples", hint="use batch_size=None")
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
