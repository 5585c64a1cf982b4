"""A hand-written function and its claimed derivative; where they are called, and whether the function is as it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from symgd.evaluation.digits import is_rounding, kept, settled
from symgd.evaluation.entries import Array
from symgd.evaluation.inputs import TooLargeError, check_work
from symgd.graph.node import Node

__all__ = ["HandWritten", "around", "has_values_of", "typical"]

Function = Callable[[Array], Array]
_SAME_DIGITS = 6.0
_COARSE = 1e-10
"""The distance of neighbouring numbers, relative to them, of types that have fewer digits than float64."""


@dataclass(frozen=True)
class HandWritten:
    """A function of one float64 array, and what is claimed to be its derivative.

    Attributes
    ----------
    function, claim : callable
        From and to NumPy arrays; the claim has the function's shape, then the argument's.
    complex_function : callable or None
        The function for complex arrays, where it was read as a formula in which everything is analytic.
    what : str
        The word for what is claimed.
    """

    function: Function
    claim: Function
    complex_function: Function | None = None
    what: str = "gradient"

    @property
    def is_coarse(self) -> bool:
        """Whether the claim answers with fewer digits than float64 has."""
        return bool(getattr(self.claim, "resolution", 0.0) > _COARSE)

    def notes_on_digits(self) -> list[str]:
        """Say which of both answers with few digits."""
        pairs = (("function", self.function), (self.what, self.claim))
        return [
            f"the {name} answers in {getattr(function, 'kind', 'few digits')}: ask it in float64 for more digits"
            for name, function in pairs
            if getattr(function, "resolution", 0.0) > _COARSE
        ]


def around(x: Array, count: int, generator: np.random.Generator) -> Iterator[Array]:
    """Yield points around a point, as far away as its entries are large."""
    size = np.where(x == 0, typical(x), np.abs(x))
    for _ in range(count):
        yield x + size * generator.uniform(0.02, 0.1, x.shape) * generator.choice([-1.0, 1.0], x.shape)


def has_values_of(formula: Node, variable: Node, function: Function, x: Array) -> bool:
    """Whether a function has the values of the formula it was read as, at a point and around it."""
    sizes: dict[str, int] = {}
    try:
        check_work([formula], sizes)
    except TooLargeError:
        return False
    for place in (x, *around(x, 3, np.random.default_rng(1))):
        with np.errstate(all="ignore"):
            got = function(place.copy())
        (true,) = settled([formula], {variable: place}, sizes, (50, 100, 200))
        for index in np.ndindex(*true.shape):
            digits = kept(got[index], true[index])
            if digits is None or (
                digits < _SAME_DIGITS and not is_rounding(formula, index, float(got[index]), {variable: place}, sizes)
            ):
                return False
    return True


def typical(x: Array) -> float:
    """Return the median size of the entries that are not 0."""
    nonzero = np.abs(x.ravel()[x.ravel() != 0])
    return float(np.median(nonzero)) if nonzero.size else 1.0
