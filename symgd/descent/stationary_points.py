"""A second look where the gradient is small: a minimum, a saddle point, or a place where the loss is flat.

The curvature is found along a few directions, by Lanczos' method on differences of gradients, or from the Hessian where there
is one; values a little further on tell a minimum from a point of inflection, from underflow and from an asymptote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symgd.arrays import Array
from symgd.descent.outcome import Outcome

__all__ = ["Neighbourhood"]

_EPSILON = float(np.finfo(float).eps)
_DIRECTIONS = 12
"""Along how many directions the curvature is found, where there is no Hessian."""
_DISTANCES = (1e-3, 1e-2, 1e-1, 1.0)
"""How far values are compared, relative to the size of the point; the last one is too far for a fall to say anything."""
_NEGLIGIBLE = 1e-6
"""Curvature that is small beside the largest."""
_FAR = 64
"""How many steps of Newton's method lead beyond a flat minimum: one leads 1/(2p − 1) of the way to that of x²ᵖ."""
_UNDERFLOW = 1e-290
"""Differences below this are no more than what is left of a number that underflows."""
_SEED = 20_847


@dataclass(frozen=True)
class Neighbourhood:
    """What surrounds a point where the gradient is small.

    Parameters
    ----------
    evaluate : callable
        ``evaluate(x) -> (value, gradient)`` on all samples.
    x : array
    value : float
    gradient : array
    hessian : array, optional
    is_convex : callable, optional
        Whether the loss is proven convex; asked only where values do not tell.
    """

    evaluate: Callable[[Array], tuple[float, Array]]
    x: Array
    value: float
    gradient: Array
    hessian: Array | None = None
    is_convex: Callable[[], bool] | None = None

    @property
    def size(self) -> float:
        """The size of the point, at least 1: distances are relative to it."""
        return max(1.0, float(np.abs(self.x).max(initial=0.0)))

    def outcome(self) -> Outcome:
        """Return whether the point is a minimum, as far as can be seen: CONVERGED, SADDLE or FLAT."""
        curvatures, directions = self._spectrum()
        largest = float(np.abs(curvatures).max(initial=0.0))
        noise = max(_NEGLIGIBLE * largest, self._noise(largest))
        if curvatures.min(initial=0.0) < -noise:
            return Outcome.SADDLE
        is_constant = len(self.x) > 0
        for curvature, direction in zip(curvatures, directions.T, strict=True):
            if curvature > noise:
                is_constant = False
                continue
            rises = self._rises_along(direction)
            if rises is None:
                return Outcome.SADDLE
            is_constant = is_constant and not rises
        if is_constant:
            return Outcome.CONVERGED if self.is_convex is not None and self.is_convex() else Outcome.FLAT
        return self._outcome_along_gradient()

    def is_minimal_to_rounding(self) -> bool:
        """Whether no step along the gradient changes the loss by more than its rounding, or the point by more than its own."""
        slope, size = float(np.linalg.norm(self.gradient)), self.size
        smallest = 8 * _EPSILON * abs(self.value)
        if slope * size <= smallest:
            return True
        curvature = self._curvature_along_gradient()
        return curvature > 0 and (slope * slope / (2 * curvature) <= smallest or slope / curvature <= 4 * _EPSILON * size)

    def _value_at(self, x: Array) -> float:
        value = self.evaluate(x)[0]
        return value if np.isfinite(value) else np.inf

    def _is_below(self, value: float) -> bool:
        return value < self.value - self._rounding(value)

    def _rounding(self, value: float) -> float:
        return 8 * _EPSILON * max(abs(self.value), abs(value)) + _UNDERFLOW

    def _rises_along(self, direction: Array) -> bool | None:
        """Whether the loss rises on both sides along a direction without curvature; None where it falls on one."""
        rises = [False, False]
        for distance in _DISTANCES:
            values = [self._value_at(self.x + sign * distance * self.size * direction) for sign in (1, -1)]
            slope = abs(float(self.gradient @ direction)) * distance * self.size
            falls = min(values) < self.value - self._rounding(min(values)) - 4 * slope
            if falls and distance < 1:  # more than the gradient explains
                return None
            rises = [known or value > self.value + self._rounding(value) for known, value in zip(rises, values, strict=True)]
        return all(rises)

    def _outcome_along_gradient(self) -> Outcome:
        """Tell a minimum from an asymptote: far beyond the minimum of the quadratic model the loss must rise."""
        norm = float(np.linalg.norm(self.gradient))
        if norm == 0:
            return Outcome.CONVERGED
        curvature = self._curvature_along_gradient()
        far = _FAR * norm / curvature if curvature > 0 else self.size / 10
        down = self.gradient / norm
        end = self._value_at(self.x - far * down)
        if not self._is_below(end):
            return Outcome.CONVERGED
        middle = self._value_at(self.x - far / 2 * down)
        return Outcome.FLAT if middle <= (self.value + end) / 2 + self._rounding(middle) else Outcome.SADDLE

    # -- curvature ----------------------------------------------------------------------------------------------

    def _times(self, direction: Array) -> Array:
        """Return the Hessian times a direction of length 1."""
        if self.hessian is not None:
            product: Array = self.hessian @ direction
            return product
        step = self.size * _EPSILON ** (1 / 3)
        (_, ahead), (_, behind) = (self.evaluate(self.x + sign * step * direction) for sign in (1, -1))
        difference: Array = (ahead - behind) / (2 * step)
        return difference if np.isfinite(difference).all() else np.zeros_like(direction)

    def _noise(self, largest: float) -> float:
        """Return how much of a curvature is rounding."""
        if self.hessian is not None:
            return 0.0
        slopes = max(float(np.abs(self.gradient).max(initial=0.0)), largest * self.size)
        return float(_EPSILON ** (2 / 3) * slopes / self.size)

    def _curvature_along_gradient(self) -> float:
        norm = float(np.linalg.norm(self.gradient))
        if norm == 0:
            return 0.0
        direction = self.gradient / norm
        return float(direction @ self._times(direction))

    def _spectrum(self) -> tuple[Array, Array]:
        """Return curvatures and their directions: all from a Hessian, else the extreme ones (Lanczos 1950)."""
        if self.hessian is not None:
            values, vectors = np.linalg.eigh((self.hessian + self.hessian.T) / 2)
            return values, vectors
        count = min(len(self.x), _DIRECTIONS)
        basis = np.zeros((len(self.x), count))
        products = np.zeros_like(basis)
        vector = np.random.default_rng(_SEED).normal(size=len(self.x))
        for k in range(count):
            known = basis[:, :k]
            for _ in range(2):
                vector = vector - known @ (known.T @ vector)
            norm = float(np.linalg.norm(vector))
            if norm <= 1e-12 * max(1.0, float(np.abs(products).max(initial=0.0))):  # the others are outside of what was reached
                vector = np.random.default_rng(_SEED + k).normal(size=len(self.x))
                vector -= known @ (known.T @ vector)
                norm = float(np.linalg.norm(vector))
            basis[:, k] = vector / norm
            products[:, k] = vector = self._times(basis[:, k])
        small = basis.T @ products
        values, vectors = np.linalg.eigh((small + small.T) / 2)
        return values, basis @ vectors
