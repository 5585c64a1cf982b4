"""Laws of linearity, of sums of products, of choices between branches, and of what vanishes with an argument."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from symgd.declarations.law import broken, law
from symgd.declarations.sections import Section, sections_of
from symgd.declarations.subject import Example, Place, Subject, precise, short, zero_one
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array
from symgd.graph.inference import vanishing_args
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive

__all__: list[str] = []

_NOISE = mpmath.mpf("1e-40")


def _scaled(place: Place, nodes: Sequence[Node], other: Place, alpha: Fraction, beta: Fraction) -> Place:
    def exact(value: Array) -> Array:
        return np.asarray(np.vectorize(Fraction, otypes=[object])(value))

    values = dict(place.values)
    for node in nodes:
        total = alpha * exact(place.values[node]) + beta * exact(other.values[node])
        values[node] = np.asarray(total, dtype=object)[()]
    return Place(values, place.sizes)


def _is_linear(example: Example, nodes: Sequence[Node]) -> bool | None:
    """Whether a function is linear in some arguments together, the others held fixed; None where no value decides."""
    alpha, beta, tried = Fraction(3, 2), Fraction(-5, 4), False
    for place, other in itertools.islice(itertools.permutations(_linear_places(example), 2), 12):
        if place.sizes != other.sizes:
            continue
        other = Place({**place.values, **{node: other.values[node] for node in nodes}}, place.sizes)
        if any(np.shape(place.values[node]) != np.shape(other.values[node]) for node in nodes):
            continue
        both = _scaled(place, nodes, other, alpha, beta)
        if not (example.has_value(other) and example.has_value(both)):
            continue
        f, g, h = (example.value(point).ravel() for point in (place, other, both))
        tried = True
        for a, b, c in zip(f, g, h, strict=True):
            a, b, c = map(zero_one, (a, b, c))
            expected = a * alpha.numerator / alpha.denominator + b * beta.numerator / beta.denominator
            if abs(c - expected) > mpmath.mpf("1e-35") * max(1, abs(a), abs(b), abs(c)):
                return False
    return True if tried else None


def _linear_places(example: Example) -> list[Place]:
    return example.places if not example.is_scalar else example.places[:: max(1, len(example.places) // 5)]


@law("linear_in")
def law_linear_in(subject: Subject) -> None:
    """In each listed argument the function is linear, the others held fixed; "each" without weights: in all together."""
    record = subject.record
    for example in subject.examples:
        together = record.linear_in == "each" and not record.is_weighted
        groups = [example.real] if together else [((k, node),) for k, node in example.real if record.is_linear_in(k)]
        for group in groups:
            nodes = [node for _, node in group]
            if nodes and _is_linear(example, nodes) is False:
                broken(record, "linear_in", f"{example.text} is not linear in {', '.join(map(str, nodes))}")
        for section in sections_of(example) if example.is_scalar else ():
            if together or record.is_linear_in(section.index):
                _judge_line(record, section, together)


def _judge_line(record: Primitive, section: Section, together: bool) -> None:
    """A function that is linear in an argument lies on one line through 0; one that is so in all together, on one line."""
    formula = section.example.node
    at_zero, at_unit = (section.value(formula, Fraction(number)) for number in (0, 1))
    if not (mpmath.isfinite(at_zero) and mpmath.isfinite(at_unit)):
        return
    for x, value in zip(section.points, section.values(formula), strict=True):
        expected = at_zero * (1 - precise(x)) + at_unit * precise(x) if together else at_unit * precise(x)
        if abs(zero_one(value) - expected) > mpmath.mpf("1e-35") * max(1, abs(value), abs(expected)):
            broken(record, "linear_in", f"{section.example.text} is not linear in {section.node}, as at {section.place(x)}")


@law("is_weighted")
def law_is_weighted(subject: Subject) -> None:
    """A sum of products is linear in each argument alone, and not negative where no argument is."""
    record = subject.record
    for example in subject.examples:
        if not example.real or len(example.real) < len(example.args):
            continue
        if not record.is_weighted:
            if len(example.real) == 1:
                continue
            alone = record.linear_in == "each" and all(_is_linear(example, [node]) for _, node in example.real)
            if alone and _is_linear(example, [node for _, node in example.real]) is False:
                broken(
                    record, "is_weighted", f"{example.text} is linear in each argument, but not in all together: it is weighted"
                )
            continue
        for _, node in example.real:
            if _is_linear(example, [node]) is False:
                broken(record, "is_weighted", f"{example.text} is not linear in {node}, the other arguments held as weights")
        for place in example.many_places:
            positive = Place({node: np.abs(value) for node, value in place.values.items()}, place.sizes)
            if any(entry < -_NOISE for entry in example.value(positive).ravel()):
                broken(record, "is_weighted", f"{example.text} is negative where no argument is, at {positive}")


@law("conditional")
def law_conditional(subject: Subject) -> None:
    """The value is one of the conditional arguments, and the others of them need not have a value; of no other argument so."""
    record = subject.record
    for example in subject.examples:
        if example.node.is_boolean:
            continue
        if not example.is_scalar:
            _judge_branches_of_tensors(record, example)
            continue
        for k, node in example.real:
            ignored = [place for place in example.places if _ignores(example, place, node)]
            if ignored and k not in record.conditional:
                broken(record, "conditional", f"{example.text} does not look at {node} at {ignored[0]}")
            if example.places and not ignored and k in record.conditional:
                broken(record, "conditional", f"{example.text} looks at {node} everywhere")
        for place in example.places if record.conditional else ():
            value = example.number(place)
            branches = [example.number(place, example.args[k]) for k in record.conditional if k < len(example.args)]
            if value not in branches:
                broken(record, "conditional", f"{example.text} is none of its branches at {place}")


def _judge_branches_of_tensors(record: Primitive, example: Example) -> None:
    """No entry of a conditional argument is looked at everywhere: somewhere the value is a number though it is none."""
    for k, node in example.real:
        if k not in record.conditional or not example.places:
            continue
        nothing = [place.moved(node, np.full(np.shape(place.values[node]), np.nan)) for place in example.places]
        if not any(mpmath.isfinite(zero_one(entry)) for place in nothing for entry in example.value(place).ravel()):
            broken(record, "conditional", f"{example.text} looks at {node} everywhere")


def _ignores(example: Example, place: Place, node: Node) -> bool:
    value = example.number(place.moved(node, mpmath.nan))
    return not isinstance(value, bool) and bool(mpmath.isfinite(value))


@law("vanishes_with")
def law_vanishes_with(subject: Subject) -> None:
    """Where a listed argument is 0, the function is 0 or has no value."""
    record = subject.record
    if record.vanishes_with == ():
        return
    for example in subject.variants:
        for k, node in example.real:
            if k not in vanishing_args(example.node):
                continue
            places = [place for place in example.places if example.is_default or len(example.inputs) == 1]
            for place in [*places, *_at_zero(places)]:
                zero = place.moved(node, np.zeros(np.shape(place.values[node])))
                for entry in example.value(zero).ravel():
                    if not isinstance(entry, bool) and mpmath.isfinite(entry) and entry != 0:
                        broken(record, "vanishes_with", f"{example.text} is {short(entry)} where {node} is 0, at {zero}")


def _at_zero(places: Sequence[Place]) -> list[Place]:
    """Return a place of the same shapes at which all arguments are 0."""
    return [
        Place({node: np.zeros(np.shape(value)) for node, value in place.values.items()}, place.sizes) for place in places[:1]
    ]
