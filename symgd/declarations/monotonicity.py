"""Law of monotonicity: the order of values, along one argument."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from symgd.declarations.law import broken, law
from symgd.declarations.pieces import pieces_of
from symgd.declarations.sections import body_of, rounding_of, sections_of, slope_of
from symgd.declarations.subject import Example, Place, Subject, size_of, zero_one
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Interval, Monotone
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive

__all__: list[str] = []

_NOISE = mpmath.mpf("1e-40")
_RAISED = 24
"""At so many places single entries of tensors are raised."""


def _runs(record: Primitive, node: Node, pieces: Sequence[Interval]) -> tuple[Monotone, ...]:
    declared = record.monotone(node, *pieces) if callable(record.monotone) else record.monotone
    return declared if isinstance(declared, tuple) else (declared,) * len(node.args)


@law("monotone")
def law_monotone(subject: Subject) -> None:
    """A function that rises in an argument is not smaller where the argument is larger, and the other way round."""
    for example in subject.variants:
        for k, node in example.real:
            for low, high in _pairs(example, node):
                below, above = (example.value(place).ravel() for place in (low, high))
                for pieces in pieces_of(example, low, high):
                    run = _runs(subject.record, example.node, pieces)[k]
                    for a, b in zip(below, above, strict=True):
                        rise = zero_one(b) - zero_one(a)
                        noise = max(_NOISE, rounding_of(example)) * max(1, size_of([a, b]))
                        if run & Monotone.INCREASING and rise < -noise:
                            broken(subject.record, "monotone", f"{example.text} falls in {node} from {low} to {high}")
                        if run & Monotone.DECREASING and rise > noise:
                            broken(subject.record, "monotone", f"{example.text} rises in {node} from {low} to {high}")
        if example.is_scalar:
            _judge_sections(subject.record, example)


def _judge_sections(record: Primitive, example: Example) -> None:
    """Compare neighbours on many points along each argument, and search for a slope of the other sign."""
    if callable(record.monotone):  # it depends on what is known of the arguments
        return
    body = body_of(example)
    runs = record.monotone if isinstance(record.monotone, tuple) else (record.monotone,) * len(example.args)
    noise = max(_NOISE, rounding_of(example))
    for section in sections_of(example):
        slope = slope_of(body, section.node)
        for side, run, verb in ((1, Monotone.INCREASING, "falls"), (-1, Monotone.DECREASING, "rises")):
            if not runs[section.index] & run:
                continue
            values = section.values(example.node)
            for (a, below), (b, above) in itertools.pairwise(zip(section.points, values, strict=True)):
                rise = side * (zero_one(above) - zero_one(below))
                if rise < -noise * max(1, size_of([below, above])):
                    sentence = f"{example.text} {verb} in {section.node} from {section.place(a)} to {section.place(b)}"
                    broken(record, "monotone", sentence)
            for x in section.negative_points(slope * side) if slope is not None else ():
                broken(record, "monotone", f"{example.text} {verb} in {section.node} at {section.place(x)}")


def _one_entry_raised(place: Place, node: Node) -> Iterator[Place]:
    """Yield places at which the first or the last entry is larger, and where it is symmetric its mirror image, too."""
    array = np.asarray(place.values[node], dtype=float)
    if not array.shape:
        return
    for corner in dict.fromkeys(((0,) * array.ndim, (0,) * (array.ndim - 1) + (array.shape[-1] - 1,))):
        raised = array.copy()
        raised[corner] += 1
        if node.facts.is_symmetric and corner[0] != corner[-1]:
            raised[corner[::-1]] += 1
        yield place.moved(node, raised)


def _pairs(example: Example, node: Node) -> Iterator[tuple[Place, Place]]:
    """Yield places that differ in one argument, which is larger at the second: neighbours of numbers, entries of tensors."""
    if not example.is_scalar:
        for place in example.many_places[:_RAISED]:
            for moved in _one_entry_raised(place, node):
                if example.is_good(moved):
                    yield place, moved
        generator = np.random.default_rng(3)
        for place in example.places:
            step = np.abs(generator.normal(size=np.shape(place.values[node])))
            if node.facts.is_symmetric:
                step = step @ step.T
            moved = place.moved(node, place.values[node] + step)
            if example.has_value(moved):
                yield place, moved
        return
    others: dict[tuple[object, ...], list[Place]] = {}
    for place in example.places:
        others.setdefault(tuple(value for other, value in place.values.items() if other is not node), []).append(place)
    if len(example.inputs) > 1:
        others = {
            fixed_values: [
                candidate for x in (-2.5, -0.7, -1e-3, 0.2, 0.9, 3.0) if example.is_good(candidate := places[0].moved(node, x))
            ]
            for fixed_values, places in itertools.islice(others.items(), 8)
        }
    for places in others.values():
        yield from itertools.pairwise(sorted(places, key=lambda place: place.values[node]))
