"""Simple arrays at which functions of tensors are judged: random entries are seldom equal, large, or all of one sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Protocol

import numpy as np

from symgd.declarations.place import Place
from symgd.evaluation.entries import Array
from symgd.graph.node import Node

__all__ = ["simple_arrays", "threshold_arrays"]

_LEVELS = (0.0, 1.0, -1.0, 0.001, 100.0, -100.0, 1e6, -1e6)
_SINGLE = (1.0, -1.0, 50.0, -50.0)
_FACTORS = (-1.0, 0.01, 100.0)
_SIZES = (2, 4)
_LARGEST = 1e12


class Judged(Protocol):
    """What is asked of an example of a function under judgement."""

    @property
    def seed(self) -> int:
        """Of random numbers."""

    @property
    def places(self) -> list[Place]:
        """Places inside the domain."""

    @property
    def real(self) -> tuple[tuple[int, Node], ...]:
        """The arguments that are real inputs, with their positions."""

    @property
    def numbers(self) -> Sequence[Fraction]:
        """The numbers that stand in its formulas."""

    def shape_of(self, arg: Node, sizes: dict[str, int]) -> tuple[int, ...]:
        """Return a shape in numbers."""


def simple_arrays(example: Judged) -> Iterator[Place]:
    """Yield places where one argument is simple and the others are as at a random place, and random places of other sizes."""
    if not example.places or not example.real:
        return
    base = example.places[0]
    for _, node in example.real:
        for array in _simple(example, node, np.asarray(base.values[node], dtype=float)):
            yield base.moved(node, array)
    generator = np.random.default_rng(example.seed + 13)
    for size in _SIZES if base.sizes else ():
        sizes = dict.fromkeys(base.sizes, size)
        values = {node: _fitting(node, generator.normal(size=example.shape_of(node, sizes))) for _, node in example.real}
        if values.keys() == base.values.keys():
            yield Place(values, sizes)


def threshold_arrays(example: Judged, shape: tuple[int, ...]) -> list[Array]:
    """Return arrays whose entries are all a number that stands in the formulas of a function."""
    numbers = [float(number) for number in example.numbers if number < _LARGEST]
    return [np.full(shape, side * number) for number in numbers for side in (1, -1)]


def _simple(example: Judged, node: Node, usual: Array) -> Iterator[Array]:
    shape = usual.shape
    if node.facts.is_positive_semidefinite:
        yield from (factor * np.eye(*shape) for factor in (1.0, 0.001, 100.0))
        yield from (factor * usual for factor in (0.01, 100.0))
        return
    levels = [*_LEVELS, *(array.flat[0] + step for array in threshold_arrays(example, (1,)) for step in (-1.0, 0.0, 1.0))]
    yield from (_fitting(node, np.full(shape, level)) for level in levels)
    yield from (factor * usual for factor in _FACTORS)
    if shape:
        count = np.arange(1.0, usual.size + 1).reshape(shape)
        yield from (_fitting(node, count), _fitting(node, -count))
        for number in _SINGLE:
            single = np.zeros(shape)
            single.flat[0] = number
            yield _fitting(node, single)
    if len(shape) == 2:
        yield from (number * np.eye(*shape) for number in (1.0, -1.0))


def _fitting(node: Node, array: Array) -> Array:
    """Return an array that has the structure that is declared of an argument."""
    if node.facts.is_positive_semidefinite:
        return np.asarray(array @ array.T + np.eye(len(array)))
    return (array + array.T) / 2 if node.facts.is_symmetric else array
