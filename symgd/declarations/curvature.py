"""Laws of curvature, also of the logarithm: where chords lie, and which sign second derivatives have.

The curvature is asked for pieces of the line, and for the hull of the points between which a chord is drawn.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from symgd.declarations.bends import bends_against, hessian_against
from symgd.declarations.law import broken, law
from symgd.declarations.pieces import hull, pieces_of
from symgd.declarations.sections import rounding_of
from symgd.declarations.subject import Example, Place, Subject, size_of
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Curvature, Interval
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive

__all__ = ["curvature_on"]

_NOISE = mpmath.mpf("1e-40")
_NOISE_OF_TENSORS = mpmath.mpf("1e-20")
"""Eigenvalues and singular values are computed by iterations."""
_CHORDS = 40
_MATRIX_CHORDS = 6


def curvature_on(record: Primitive, node: Node, pieces: Sequence[Interval]) -> Curvature:
    """Return the declared curvature where the arguments lie in these intervals."""
    return record.curvature(node, *pieces) if callable(record.curvature) else record.curvature


@law("curvature")
def law_curvature(subject: Subject) -> None:
    """A convex function lies nowhere above a chord, across kinks too, and no second derivative is negative; so for concave."""
    record = subject.record
    if record.curvature == Curvature.UNKNOWN:
        return
    for example in subject.variants:
        if example.node.is_boolean:
            continue
        for a, b in _chords(example):
            middle = _between(a, b)
            if middle is None or not example.has_value(middle) or (example.is_scalar and not example.is_inside(middle)):
                continue
            low, high, mid = (example.value(place).ravel() for place in (a, b, middle))
            for pieces in pieces_of(example, a, b):
                bend = curvature_on(record, example.node, pieces)
                for p, q, m in zip(low, high, mid, strict=True):
                    noise = max(_NOISE if example.is_scalar else _NOISE_OF_TENSORS, rounding_of(example)) * max(
                        1, size_of([p, q])
                    )
                    gap = m - (p + q) / 2
                    if (bend & Curvature.CONVEX and gap > noise) or (bend & Curvature.CONCAVE and gap < -noise):
                        side = "above" if gap > 0 else "below"
                        broken(
                            record,
                            "curvature",
                            f"{example.text} is not {_bent(bend)}: it lies {side} its chord from {a} to {b}",
                        )
        if example.is_scalar:
            _judge_bends(record, example)


def _judge_bends(record: Primitive, example: Example) -> None:
    def declared(a: Place, b: Place) -> Curvature:
        if not callable(record.curvature):
            return record.curvature
        return curvature_on(record, example.node, [hull(example.value(a, arg), example.value(b, arg)) for arg in example.args])

    is_constant = not callable(record.curvature)
    for bend in bends_against(example, declared, is_constant):
        broken(record, "curvature", f"{example.text} is not {_bent(bend.declared)}: {bend.sentence}")
    for bend in hessian_against(example, declared) if len(example.real) > 1 else ():
        broken(record, "curvature", f"{example.text} is not {_bent(bend.declared)}: {bend.sentence}")


def _bent(bend: Curvature) -> str:
    return {Curvature.CONVEX: "convex", Curvature.CONCAVE: "concave", Curvature.AFFINE: "affine"}.get(bend, "curved")


def _chords(example: Example) -> Iterator[tuple[Place, Place]]:
    places = example.places
    if not example.is_scalar:
        alike = [(a, b) for a, b in itertools.combinations(places, 2) if a.sizes == b.sizes]
        yield from alike[:_MATRIX_CHORDS]
        simple = [place for place in example.many_places[len(places) :] if place.sizes == places[0].sizes]
        yield from itertools.pairwise(simple)
        yield from zip(simple, simple[2:], strict=False)
        yield from ((places[0], place) for place in simple)
        return
    pairs = list(itertools.combinations(places, 2))
    yield from pairs[:: max(1, len(pairs) // _CHORDS)]
    yield from itertools.pairwise(places)


def _between(a: Place, b: Place) -> Place | None:
    """Return the middle between two places, exactly."""
    values = {}
    for node, left in a.values.items():
        first, second = (np.vectorize(Fraction, otypes=[object])(value) for value in (left, b.values[node]))
        if first.shape != second.shape:
            return None
        values[node] = np.asarray((first + second) / 2, dtype=object)[()]
    return Place(values, a.sizes)


@law("log_curvature")
def law_log_curvature(subject: Subject) -> None:
    """Where the function is positive, its logarithm lies below its chords, or above them, as it is declared."""
    bend = subject.record.log_curvature
    if bend == Curvature.UNKNOWN:
        return
    for example in subject.examples:
        for a, b in _chords(example):
            middle = _between(a, b)
            if middle is None or not example.is_good(middle):
                continue
            for values in zip(*(example.value(place).ravel() for place in (a, b, middle)), strict=True):
                if not all(value > 0 for value in values):
                    continue
                p, q, m = map(mpmath.log, values)
                gap, noise = m - (p + q) / 2, mpmath.mpf("1e-30") * max(1, abs(p), abs(q))
                if (bend & Curvature.CONVEX and gap > noise) or (bend & Curvature.CONCAVE and gap < -noise):
                    broken(subject.record, "log_curvature", f"log {example.text} is not {_bent(bend)} from {a} to {b}")
        for contradiction in (
            bends_against(example, lambda a, b: bend, is_constant=True, of_logarithm=True) if example.is_scalar else ()
        ):
            broken(subject.record, "log_curvature", f"log {example.text} is not {_bent(bend)}: {contradiction.sentence}")
