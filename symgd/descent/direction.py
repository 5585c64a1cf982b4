"""Directions of descent: from a gradient, and from earlier ones, to the direction d in w ← w − λ·d."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import numpy as np

from symgd.array_entries import Foreign
from symgd.arrays import Array
from symgd.descent.method import Kind, Tuned, direction, made, methods, within
from symgd.errors import SymgdError, shown

__all__ = ["Adam", "Direction", "GradientDescent", "Momentum", "Newton", "SecondOrderDirection", "as_direction"]


class Direction(Protocol):
    """What :func:`minimize` asks of a direction, which turns gradients into directions and keeps its state between steps.

    Classes that have these methods are registered with :func:`symgd.extend.direction`; they need not derive from this one. One
    with ``needs_hessian = True`` is given the Hessian as a second argument of ``next``, and chosen in the same way.

    Raises
    ------
    TypeError
        Where it is made: it is a protocol.

    Examples
    --------
    >>> from symgd.extend import Direction
    >>> import numpy as np, symgd as sg
    >>> used: Direction = sg.Momentum(0.5)
    >>> used.start(np.zeros(1))
    >>> used.next(np.ones(1)), used.next(np.ones(1))
    (array([1.]), array([1.5]))
    """

    def start(self, x: Array, /) -> None:
        """Forget everything and prepare for vectors like `x`."""

    def next(self, gradient: Array, /) -> Array:
        """Return the direction that is subtracted, times the learning rate."""


class SecondOrderDirection(Protocol):
    """A direction that needs the Hessian, as Newton's does: it has ``needs_hessian = True``."""

    def start(self, x: Array, /) -> None:
        """Forget everything and prepare for vectors like `x`."""

    def next(self, gradient: Array, hessian: Array, /) -> Array:
        """Return the direction that is subtracted, times the learning rate."""


@direction("gradient descent")
@dataclass
class GradientDescent(Tuned):
    """Against the gradient.

        d = ∇L(w)

    References
    ----------
    Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*, 1847.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> run = sg.minimize("(x - 3)**2", "x", start=0.0, direction=sg.GradientDescent(), step_size=sg.LearningRate(0.25))
    >>> round(float(run.x), 6)
    3.0
    """

    def start(self, x: Array) -> None:
        """Prepare for vectors like `x`."""

    def next(self, gradient: Array) -> Array:
        """Return the gradient."""
        return gradient


@direction("momentum")
@dataclass
class Momentum(Tuned):
    """A running sum of gradients, the heavy ball.

        v ← β·v + ∇L(w),   d = v

    Parameters
    ----------
    beta : float
        How much of the past is kept, in [0, 1).

    Raises
    ------
    SymgdError
        For a parameter outside its range.

    References
    ----------
    Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964.

    Examples
    --------
    >>> import symgd as sg
    >>> run = sg.minimize("(x - 3)**2", "x", start=0.0, direction=sg.Momentum(0.5), step_size=sg.LearningRate(0.1), epochs=200)
    >>> round(float(run.x), 6)
    3.0
    """

    beta: float = field(default=0.9, metadata=within("[0, 1)", "how much of the past is kept"))
    _velocity: Any = field(default=None, init=False, repr=False)

    def start(self, x: Array) -> None:
        """Set the velocity to zero."""
        self._velocity = np.zeros_like(x)

    def next(self, gradient: Array) -> Array:
        """Return the velocity."""
        velocity: Array = self.beta * self._velocity + gradient
        self._velocity = velocity
        return velocity


@direction("Adam")
@dataclass
class Adam(Tuned):
    """Running means of the gradient and of its square, with the bias of their start removed.

        m ← β₁·m + (1 − β₁)·g,   s ← β₂·s + (1 − β₂)·g²
        d = (m/(1 − β₁ᵏ)) / (√(s/(1 − β₂ᵏ)) + ε)

    Parameters
    ----------
    beta1, beta2 : float
        How much of the past is kept, in [0, 1).
    epsilon : float
        Keeps the quotient finite.

    Raises
    ------
    SymgdError
        For a parameter outside its range.

    References
    ----------
    Kingma & Ba, *Adam: a method for stochastic optimization*, ICLR 2015.

    Examples
    --------
    >>> import symgd as sg
    >>> run = sg.minimize("(x - 3)**2", "x", start=0.0, direction=sg.Adam(), step_size=sg.LearningRate(0.1), epochs=1000)
    >>> round(float(run.x), 4)
    3.0
    """

    beta1: float = field(default=0.9, metadata=within("[0, 1)", "how much of the past mean is kept"))
    beta2: float = field(default=0.999, metadata=within("[0, 1)", "how much of the past mean of squares is kept"))
    epsilon: float = field(default=1e-8, metadata=within("[0, inf)", "what keeps the quotient finite"))
    _mean: Any = field(default=None, init=False, repr=False)
    _square: Any = field(default=None, init=False, repr=False)
    _count: int = field(default=0, init=False, repr=False)

    def start(self, x: Array) -> None:
        """Set both means to zero."""
        self._mean = np.zeros_like(x)
        self._square = np.zeros_like(x)
        self._count = 0

    def next(self, gradient: Array) -> Array:
        """Return the scaled mean."""
        self._count += 1
        self._mean += (1 - self.beta1) * (gradient - self._mean)
        self._square += (1 - self.beta2) * (gradient * gradient - self._square)
        mean = self._mean / (1 - self.beta1**self._count)
        square = self._square / (1 - self.beta2**self._count)
        step: Array = mean / (np.sqrt(square) + self.epsilon)
        return step


@direction("Newton")
@dataclass
class Newton(Tuned):
    """To where the quadratic model of the loss is least.

        H·d = ∇L(w)

    The Hessian solves as its structure allows: by blocks, bands, Woodbury's identity or Cholesky. Where that is no step of
    descent, its eigenvalues count by their size (Greenstadt 1967); in more than 500 variables a multiple of the identity is
    added instead, tenfold more until the step descends (Levenberg 1944); in more than 4,000 the step goes against the gradient.

    Parameters
    ----------
    damping : float
        What is added to the diagonal from the start, ≥ 0.

    Raises
    ------
    SymgdError
        For a parameter outside its range.

    References
    ----------
    Nocedal & Wright, *Numerical Optimization*, 2006, section 3.4.
    Greenstadt, *On the relative efficiencies of gradient methods*, 1967.
    Levenberg, *A method for the solution of certain non-linear problems in least squares*, 1944.

    Examples
    --------
    >>> import symgd as sg
    >>> loss = sg.formula("sum(exp(X@w)) - y@(X@w) + w@w", shapes={"X": "m n", "y": "m", "w": "n"})
    >>> run = sg.minimize(loss, "w", data={"X": [[1, 0], [0, 1]], "y": [1, 2]}, start=[0, 0], direction=sg.Newton())
    >>> run.outcome.name, len(run.history.value) < 10
    ('CONVERGED', True)
    """

    damping: float = field(default=0.0, metadata=within("[0, inf)", "what is added to the diagonal from the start"))
    needs_hessian = True

    def start(self, x: Array) -> None:
        """Prepare for vectors like `x`."""

    def next(self, gradient: Array, hessian: Foreign = None) -> Array:
        """Return the step to the least value of the quadratic model."""
        damping = self.damping
        norm = np.linalg.norm(gradient)
        for _ in range(30):
            step = _solved(hessian, damping, gradient)
            if step is not None and np.vdot(step, gradient) > 1e-12 * np.linalg.norm(step) * norm:
                return step
            if len(gradient) <= _FEW:
                return _along_eigenvectors(np.asarray(hessian), gradient)
            damping = max(10 * damping, 1e-3 * float(np.abs(_diagonal(hessian)).max(initial=1e-8)))
        return gradient


_FEW = 500
_MANY = 4000
"""Beyond so many variables an operator is not made dense to be damped."""


def _along_eigenvectors(hessian: Foreign, gradient: Array) -> Array:
    """Return |H|⁻¹·g: down along directions of negative curvature too."""
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    sizes = np.maximum(np.abs(values), 1e-8 * max(float(np.abs(values).max()), 1e-300))
    step: Array = vectors @ ((vectors.T @ gradient) / sizes)
    return step


def _diagonal(hessian: Foreign) -> Array:
    return np.diagonal(hessian) if isinstance(hessian, np.ndarray) else hessian.diagonal()


def _solved(hessian: Foreign, damping: float, gradient: Array) -> Array | None:
    """Return (H + damping·I)⁻¹ times the gradient, or None where that cannot be."""
    if not damping and hasattr(hessian, "solve"):
        try:
            solution: Array = hessian.solve(gradient)
            return solution
        except SymgdError:
            return None
    if len(gradient) > _MANY and not isinstance(hessian, np.ndarray):
        return None
    matrix = np.asarray(hessian) + damping * np.eye(len(gradient))
    try:
        if damping:
            np.linalg.cholesky(matrix)
        step = np.linalg.solve(matrix, gradient)
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() else None


def as_direction(choice: object) -> Direction:
    """Return a direction: one as it is, a class or a name with its defaults.

    Raises
    ------
    SymgdError
        For anything else.
    """
    chosen: object = GradientDescent() if choice is None else made(choice, Kind.DIRECTION)
    if not (hasattr(chosen, "start") and hasattr(chosen, "next")) or isinstance(chosen, type):
        raise SymgdError(f"{shown(chosen)} is not a direction", hint=f"known: {', '.join(methods(Kind.DIRECTION))}")
    return cast("Direction", chosen)
