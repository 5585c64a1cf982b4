"""Law of strictness: a function that is convex or concave in one argument has no straight piece.

No chord lies on it, and its second derivative has the sign of the curvature, and is 0 at isolated points only: where it is 0 at
a point, it is not beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from symgd.declarations.bends import straight_pieces
from symgd.declarations.curvature import curvature_on
from symgd.declarations.law import broken, law
from symgd.declarations.pieces import hull
from symgd.declarations.sections import Section, sections_of
from symgd.declarations.slopes import is_at_kink, slopes_of
from symgd.declarations.subject import Example, Place, Subject, short
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Curvature, Interval
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive

__all__: list[str] = []

_BESIDE = Fraction(1, 1000)
_TENSORS = 20
"""So many places are tried of a function of tensors."""
_FINE = tuple(Fraction(k, 8) + Fraction(1, 97) for k in range(-24, 25, 2))
"""Points close to each other, between which a straight piece shows."""


@law("strict")
def law_strict(subject: Subject) -> None:
    """Where it is convex or concave in one argument, it has no straight piece: no chord on it, no two zeros of f'' together."""
    record = subject.record
    if not record.strict:
        return
    for example in subject.variants:
        if example.node.is_boolean:
            continue
        if not example.is_scalar:
            _judge_chords_of_tensors(record, example)
            continue
        slopes = slopes_of(example)
        for k, node in example.real:
            second = _slope_of_slope(slopes.get(k), node)
            for base in _base_places(example, node):
                points = [base.moved(node, x) for x in (*_FINE, *(Fraction(at) for at in example.at))]
                points = sorted((point for point in points if example.is_good(point)), key=lambda place: place.values[node])
                _judge_chords(record, example, node, base, points)
                if second is not None:
                    _judge_second_derivative(record, example, node, points, second)
        for section in sections_of(example):
            _judge_straight_pieces(record, section)


def _judge_chords_of_tensors(record: Primitive, example: Example) -> None:
    """No chord lies on a function of tensors: not along a ray, and not where all entries are shifted alike."""
    if curvature_on(record, example.node, [Interval()] * len(example.args)) in (Curvature.UNKNOWN, Curvature.AFFINE):
        return
    for place in example.many_places[:_TENSORS]:
        for _, node in example.real:
            array = np.vectorize(Fraction, otypes=[object])(np.asarray(place.values[node], dtype=float))
            for other in (array * 3, array + Fraction(2)) if np.any(array) else ():
                ends = (place, place.moved(node, other))
                middle = place.moved(node, (array + other) / 2)
                if not all(map(example.is_good, (*ends, middle))):
                    continue
                low, high, mid = (example.value(one, digits=60).ravel() for one in (*ends, middle))
                if all(
                    abs(m - (p + q) / 2) <= mpmath.mpf("1e-52") * max(1, abs(p), abs(q))
                    for p, q, m in zip(low, high, mid, strict=True)
                ):
                    broken(record, "strict", f"{example.text} is straight in {node} from {ends[0]} to {ends[1]}")


def _judge_straight_pieces(record: Primitive, section: Section) -> None:
    for low, high in straight_pieces(section):
        a, b = section.place(low), section.place(high)
        if _bend_between(record, section.example, a, b) not in (Curvature.UNKNOWN, Curvature.AFFINE):
            broken(record, "strict", f"{section.example.text} is straight in {section.node} from {a} to {b}")


def _base_places(example: Example, node: Node) -> list[Place]:
    """Return places at which the other arguments are fixed, at 0 and 1 among other numbers."""
    others = [other for other in example.inputs if other is not node]
    choices = itertools.product((-2.5, 0.0, 0.5, 1.0, 3.0), repeat=len(others))
    return [Place(dict(zip(others, choice, strict=True)), {}) for choice in itertools.islice(choices, 25)]


def _slope_of_slope(slope: Node | None, node: Node) -> Node | None:
    if slope is None:
        return None
    try:
        (second,) = gradients(slope, [node])
    except SymgdError:  # there is no rule
        return None
    return second


def _bend_between(record: Primitive, example: Example, a: Place, b: Place) -> Curvature:
    """Return the declared curvature between two places."""
    return curvature_on(record, example.node, [hull(example.value(a, arg), example.value(b, arg)) for arg in example.args])


def _judge_chords(record: Primitive, example: Example, node: Node, base: Place, points: Sequence[Place]) -> None:
    for a, b in itertools.pairwise(points):
        middle = base.moved(node, (a.values[node] + b.values[node]) / 2)
        if not example.is_good(middle):
            continue
        low, high, mid = (example.number(place, digits=60) for place in (a, b, middle))
        bend = _bend_between(record, example, a, b)
        if bend == Curvature.UNKNOWN or bend == Curvature.AFFINE:
            if bend == Curvature.AFFINE and record.curvature == Curvature.AFFINE:
                broken(record, "strict", f"{example.text} is declared to be affine, and so is straight everywhere")
            continue
        if abs(mid - (low + high) / 2) <= mpmath.mpf("1e-52") * max(abs(low), abs(high), abs(mid)):
            broken(record, "strict", f"{example.text} is straight in {node} from {a} to {b}")


def _judge_second_derivative(record: Primitive, example: Example, node: Node, points: Sequence[Place], second: Node) -> None:
    for place in points:
        beside = place.moved(node, place.values[node] + _BESIDE)
        if is_at_kink(example, place) or not example.is_good(beside):
            continue
        bend = _bend_between(record, example, place, beside)
        value = example.number(place, second, digits=60)
        if bend in (Curvature.UNKNOWN, Curvature.AFFINE) or not mpmath.isfinite(value):
            continue
        noise = mpmath.mpf("1e-50") * max(1, abs(example.number(place)))
        if (value < -noise) if bend == Curvature.CONVEX else (value > noise):
            broken(record, "strict", f"the second derivative of {example.text} in {node} is {short(value)} at {place}")
        if abs(value) <= noise and abs(example.number(beside, second, digits=60)) <= noise:
            broken(record, "strict", f"the second derivative of {example.text} in {node} is 0 at {place} and beside it")
