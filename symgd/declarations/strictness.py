"""Law of strictness: a function that is convex or concave in one argument has no straight piece."""

from __future__ import annotations

import itertools
from fractions import Fraction

from symgd.declarations.curvature import curvature_on
from symgd.declarations.law import broken, law
from symgd.declarations.pieces import hull
from symgd.declarations.subject import Example, Place, Subject
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Curvature
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive

__all__: list[str] = []

_FINE = tuple(Fraction(k, 8) + Fraction(1, 97) for k in range(-24, 25, 2))
"""Points close to each other, between which a straight piece shows."""


@law("strict")
def law_strict(subject: Subject) -> None:
    """Where it is convex or concave in one argument, it has no straight piece: no chord lies on it."""
    record = subject.record
    if not record.strict:
        return
    for example in subject.variants:
        if not example.is_scalar or example.node.is_boolean:
            continue
        for k, node in example.real:
            for held in _held(example, node):
                _judge_straight(record, example, k, node, held)


def _held(example: Example, node: Node) -> list[Place]:
    """Return places at which the other arguments are held: 0 and 1 among them."""
    others = [one for one in example.inputs if one is not node]
    choices = itertools.product((-2.5, 0.0, 0.5, 1.0, 3.0), repeat=len(others))
    return [Place(dict(zip(others, choice, strict=True)), {}) for choice in itertools.islice(choices, 25)]


def _judge_straight(record: Primitive, example: Example, k: int, node: Node, held: Place) -> None:
    points = [held.moved(node, x) for x in (*_FINE, *(Fraction(at) for at in example.at))]
    points = sorted((one for one in points if example.is_good(one)), key=lambda place: place.values[node])
    for a, b in itertools.pairwise(points):
        middle = held.moved(node, (a.values[node] + b.values[node]) / 2)
        if not example.is_good(middle):
            continue
        low, high, mid = (example.number(place, digits=60) for place in (a, b, middle))
        pieces = [hull(example.value(a, arg), example.value(b, arg)) for arg in example.args]
        bend = curvature_on(record, example.node, pieces)
        if bend == Curvature.UNKNOWN or bend == Curvature.AFFINE:
            if bend == Curvature.AFFINE and record.curvature == Curvature.AFFINE:
                broken(record, "strict", f"{example.text} is declared to be affine, and so is straight everywhere")
            continue
        if abs(mid - (low + high) / 2) <= mpmath.mpf("1e-52") * max(abs(low), abs(high), abs(mid)):
            broken(record, "strict", f"{example.text} is straight in {node} from {a} to {b}")
