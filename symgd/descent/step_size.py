"""How far to step: the learning rate λ in w ← w − λ·d."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from symgd.arrays import Array
from symgd.descent.method import Kind, Tuned, made, step_size, within
from symgd.errors import SymgdError, shown

__all__ = ["SAFE", "Backtracking", "LearningRate", "StepSize", "as_step_size"]

SAFE = "safe"
"""Stands for the learning rate 1/L, where L bounds the curvature of the loss; who knows the loss finds it."""


class StepSize(Protocol):
    """What :func:`minimize` asks of a step size, which chooses the learning rate of each step.

    Classes that have this method are registered with :func:`symgd.extend.step_size`; they need not derive from this one.

    Raises
    ------
    TypeError
        Where it is made: it is a protocol.

    Examples
    --------
    >>> from symgd.extend import StepSize
    >>> import symgd as sg
    >>> used: StepSize = sg.LearningRate(0.1)
    >>> used.needs_value
    False
    """

    needs_value: bool

    def choose(
        self, step: int, x: Array, direction: Array, gradient: Array, value: float, fun: Callable[[Array], float]
    ) -> float:
        """Return λ for step number `step` (from 0) at `x`, where the loss is `value`."""


@step_size("learning rate")
@dataclass(frozen=True)
class LearningRate(Tuned):
    """A fixed learning rate, or one that decays.

        λ_k = rate / (1 + decay·k)

    Parameters
    ----------
    rate : float
        The first learning rate, > 0.
    decay : float
        ≥ 0; 0 keeps the rate fixed. Robbins & Monro need decay > 0 for convergence under noise.

    Raises
    ------
    SymgdError
        For a parameter outside its range.

    References
    ----------
    Robbins & Monro, *A stochastic approximation method*, 1951.

    Examples
    --------
    >>> import symgd as sg
    >>> sg.LearningRate(0.1).choose(7, None, None, None, 0.0, None)
    0.1
    """

    rate: float = field(metadata=within("(0, inf)", "that of the first step", words="a learning rate", key="learning_rate"))
    decay: float = field(default=0.0, metadata=within("[0, inf)", "how fast it falls", words="a decay"))
    needs_value = False

    def choose(
        self, step: int, x: Array, direction: Array, gradient: Array, value: float, fun: Callable[[Array], float]
    ) -> float:
        """Return the rate of this step."""
        return self.rate / (1 + self.decay * step) if self.decay else self.rate


@step_size("backtracking")
@dataclass
class Backtracking(Tuned):
    """Try a step, shorten it until the loss falls enough (Armijo's condition).

        L(w − λ·d) ≤ L(w) − c·λ·∇L·d

    The next step starts from twice the last accepted rate, or over again where the direction has become very much shorter. It
    needs the whole loss at every trial, so it goes with full batches.

    Parameters
    ----------
    rate : float
        The first trial.
    shrink, slope : float
        The factor of shortening, and c.
    longest : float
        The largest trial; a Newton step needs none above 1.

    Raises
    ------
    SymgdError
        For a parameter outside its range.

    References
    ----------
    Armijo, *Minimization of functions having Lipschitz continuous first partial derivatives*, 1966.

    Examples
    --------
    >>> import symgd as sg
    >>> run = sg.minimize("(x - 3)**2", "x", start=0.0, step_size=sg.Backtracking())
    >>> round(float(run.x), 6)
    3.0
    """

    rate: float = field(
        default=1.0, metadata=within("(0, inf)", "the first trial", words="a learning rate", key="learning_rate")
    )
    shrink: float = field(default=0.5, metadata=within("(0, 1)", "the factor of shortening"))
    slope: float = field(default=1e-4, metadata=within("(0, 1)", "c, the share of the slope by which the loss falls"))
    longest: float = field(default=math.inf, metadata=within("(0, inf]", "the largest trial", words="the longest step"))
    needs_value = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._next, self._length = self.rate, 0.0

    def choose(
        self, step: int, x: Array, direction: Array, gradient: Array, value: float, fun: Callable[[Array], float]
    ) -> float:
        """Return the first trial that lowers the loss enough; 0 where none does."""
        fall, length = float(np.vdot(gradient, direction)), float(np.linalg.norm(direction))
        if step == 0 or 0 < length < _STEEP * self._length:
            self._next = self.rate
        rate, self._length = self._next, length
        shortest = _SHORTEST * max(1.0, float(np.linalg.norm(x)))
        rounding = 4 * np.finfo(float).eps * abs(value)  # near the minimum the loss falls by less than it is rounded
        while True:
            with np.errstate(all="ignore"):
                trial = fun(x - rate * direction)
            if value - trial >= self.slope * rate * fall or (rate * fall <= rounding and trial <= value):
                self._next = min(2 * rate, self.longest)
                return rate
            rate *= self.shrink
            if not rate * length > shortest:
                self._next = self.rate
                return 0.0


_SHORTEST = float(np.finfo(float).eps)
"""How long a step is at least, relative to the point; a shorter one changes no digit of it."""
_STEEP = 1e-6
"""Where the direction becomes shorter by this factor in one step, the search starts over."""


def as_step_size(choice: object, is_full: bool, direction: object = None) -> StepSize:
    """Return a step size: one as it is, a class or a name with its defaults, a number as a fixed learning rate.

    Without one it is what suits the batches and the direction.

    Raises
    ------
    SymgdError
        For anything else.
    """
    if choice is None:
        longest = 1.0 if getattr(direction, "needs_hessian", False) else math.inf
        return Backtracking(longest=longest) if is_full else LearningRate(0.01)
    if isinstance(choice, numbers.Real) and not isinstance(choice, bool):
        return LearningRate(choice)  # type: ignore[arg-type]
    choice = made(choice, Kind.STEP_SIZE)
    if not (hasattr(choice, "choose") and hasattr(choice, "needs_value")) or isinstance(choice, type):
        raise SymgdError(f"{shown(choice)} is not a step size", hint=f'"{SAFE}", a number, LearningRate(0.1) or Backtracking()')
    chosen: StepSize = choice
    return chosen
