"""A place at which a declared function is judged."""

from __future__ import annotations

import numpy as np

from symgd.evaluation.entries import Array, Entry
from symgd.graph.node import Node

__all__ = ["Place"]


class Place:
    """Values of the inputs of an example, and the sizes of its axes.

    Attributes
    ----------
    values : dict of Node to number or array
    sizes : dict of str to int
    known : dict
        Values of formulas here, by formula and number of digits: laws use the same ones.
    """

    __slots__ = ("known", "sizes", "values")

    def __init__(self, values: dict[Node, Entry], sizes: dict[str, int]) -> None:
        self.values, self.sizes = values, sizes
        self.known: dict[tuple[Node, int], Array] = {}

    def __str__(self) -> str:
        return ", ".join(f"{node.name} = {_shown(value)}" for node, value in self.values.items())

    def moved(self, node: Node, value: Entry) -> Place:
        """Return the same place with another value of one input."""
        return Place({**self.values, node: value}, self.sizes)


def _shown(value: Entry) -> str:
    array = np.asarray(value)
    if array.dtype == object or array.dtype.kind == "f":
        array = np.vectorize(float, otypes=[float])(array)
    return np.array2string(array, precision=6, threshold=12)
