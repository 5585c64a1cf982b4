"""The mismatch between a claimed derivative and the right one, at some points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symgd.checking.diagnosis.edits import is_close
from symgd.checking.diagnosis.words import factor_words
from symgd.evaluation.entries import Array
from symgd.evaluation.high_precision import as_floats, evaluate_precisely
from symgd.evaluation.sampling import Point
from symgd.graph.node import Node

__all__ = ["Arrays", "Mismatch", "spread"]

Arrays = list[Array]


@dataclass
class Mismatch:
    """Claims and truths for one variable.

    Attributes
    ----------
    output : Node or None
        The formula, where it is known.
    spellings : list of Node
        symgd's derivative, where it is known, in one or two forms.
    points : list of Point
    got, true : list of array
        What is claimed at each point, and what is right.
    tolerance : float
        The relative error of what is taken for right.
    """

    output: Node | None
    spellings: list[Node]
    points: list[Point]
    got: Arrays
    true: Arrays
    tolerance: float

    def is_close(self, got: Array, wanted: Array) -> bool:
        """Whether two arrays agree within the tolerance."""
        return is_close(got, wanted, self.tolerance)

    def masks(self) -> Arrays:
        """Return which entries are wrong at each point."""
        return [np.abs(got - true) > 10 * self.tolerance * np.abs(true) for got, true in zip(self.got, self.true, strict=True)]

    def values(self, node: Node) -> Arrays | None:
        """Return the values of a node at each point, or None where it has none."""
        arrays = []
        for point in self.points:
            value = as_floats(evaluate_precisely([node], point.values, point.sizes, digits=30)[0])
            if not np.isfinite(value).all():
                return None
            arrays.append(value)
        return arrays

    def places(self) -> list[set[tuple[int, ...]]]:
        """Return the indices that are wrong at each point, unless everything is."""
        masks = self.masks()
        if any(mask.all() or mask.size == 1 for mask in masks):
            return []
        places = [{tuple(map(int, index)) for index in np.argwhere(mask)} for mask in masks]
        return [place for place in places if place]

    def within(self, masks: Arrays) -> str:
        """Name the factor by which the wrong entries are off, where there is one."""
        got = np.concatenate([array[mask] for array, mask in zip(self.got, masks, strict=True)])
        true = np.concatenate([array[mask] for array, mask in zip(self.true, masks, strict=True)])
        if not np.all(true):
            return ""
        ratios = got / true
        words = factor_words(float(ratios[0])) if np.allclose(ratios, ratios[0], rtol=1e-9, atol=0) else ""
        return f": {words}" if words and "." not in words else ""

    def size_names(self) -> list[str]:
        """Return the names of the sizes."""
        return sorted({name for point in self.points for name in point.sizes})


def spread(value: Array, shape: tuple[int, ...]) -> Array | None:
    """Return an array stretched to a shape (from the front or from the back), or None."""
    for candidate in (
        value,
        value.reshape(value.shape + (1,) * (len(shape) - value.ndim)) if value.ndim <= len(shape) else value,
    ):
        try:
            return np.broadcast_to(candidate, shape)
        except ValueError:
            continue
    return None
