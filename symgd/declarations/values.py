"""Laws of values: sign, range, domain, and whether they are conditions.

Signs and ranges depend on what is known of the arguments: they are asked for pieces of the line that hold these.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from symgd.declarations.law import broken, law
from symgd.declarations.pieces import pieces_of
from symgd.declarations.sections import body_of, sections_of
from symgd.declarations.subject import Example, Place, Subject, lies_in, precise, short
from symgd.declarations.thresholds import largest
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Sign
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive

__all__: list[str] = []

_DRAWS = 6
_SLACK = Fraction(1, 10**20)
"""Ends of ranges may be rounded by so much."""
_FRACTIONS = (-7.25, -2.5, -0.7, -0.3, -1e-3, 1e-3, 0.2, 0.5, 0.9, 1.75, 8.5)


@law("sign")
def law_sign(subject: Subject) -> None:
    """Every value has one of the declared signs, for what is known of the signs of the arguments."""
    declared = subject.record.sign
    for example in subject.variants:
        if example.node.is_boolean:
            continue
        for place in example.places_far_out:
            values = example.value(place).ravel()
            for pieces in pieces_of(example, place):
                signs = [piece.sign for piece in pieces]
                sign = declared(example.node, *signs) if callable(declared) else declared
                for entry in values:
                    if not lies_in(entry, sign):
                        broken(subject.record, "sign", f"{example.text} is {short(entry)} at {place}, and not {sign!r}")
        if example.is_scalar and not callable(declared):
            for side, excluded in ((1, Sign.NEGATIVE), (-1, Sign.POSITIVE)):
                if not declared & excluded:
                    _judge_search(subject.record, example, "sign", body_of(example) * side, f"not {declared!r}")


@law("range")
def law_range(subject: Subject) -> None:
    """Every value lies in the declared range, for what is known of the ranges of the arguments."""
    declared = subject.record.range
    for example in subject.variants:
        if example.node.is_boolean:
            continue
        for place in example.places_far_out:
            values = example.value(place).ravel()
            for pieces in pieces_of(example, place):
                where = declared(example.node, *pieces) if callable(declared) else declared
                for entry in values:
                    noise = mpmath.mpf("1e-25") * max(1, abs(entry))
                    low, high = precise(where.low), precise(where.high)
                    if not low - noise <= entry <= high + noise:
                        broken(subject.record, "range", f"{example.text} is {short(entry)} at {place}, outside {where}")
        if example.is_scalar and not callable(declared):
            for side, end in ((1, declared.low), (-1, declared.high)):
                if isinstance(end, Fraction | int) or math.isfinite(end):
                    above = (body_of(example) - Fraction(end)) * side + _SLACK * largest(Fraction(1), Fraction(end))
                    _judge_search(subject.record, example, "range", above, f"outside {declared}")


def _judge_search(record: Primitive, example: Example, field: str, formula: Node, verdict: str) -> None:
    """Search along the arguments for a point at which a formula is negative that must not be."""
    for section in sections_of(example):
        for x in section.negative_points(formula, at_thresholds=True):
            value = section.value(example.node, x)
            if mpmath.isfinite(value):
                broken(record, field, f"{example.text} is {short(value)} at {section.place(x)}, {verdict}")


@law("is_boolean")
def law_is_boolean(subject: Subject) -> None:
    """A condition is true or false, and anything else is a number."""
    for example in subject.examples:
        for place in example.places[:4]:
            for entry in example.value(place).ravel():
                if isinstance(entry, bool) != subject.record.is_boolean:
                    what = "true or false" if isinstance(entry, bool) else "a number"
                    broken(subject.record, "is_boolean", f"{example.text} is {what} at {place}")


@law("domain")
def law_domain(subject: Subject) -> None:
    """A function has a value inside its domain, and none outside: signs are inferred from what stands in it."""
    for example in subject.variants:
        if example.is_scalar:
            _judge_domain(subject.record, example)
        elif example.real and not example.whole and not subject.record.conditional:
            _judge_domain_of_tensors(subject.record, example)


def _judge_domain(record: Primitive, example: Example) -> None:
    is_unusual = record.conditional or not example.inputs
    if is_unusual:
        return
    tried = [(place, example.is_inside(place), example.has_value(place)) for place in example.grid((*_FRACTIONS, *example.at))]
    # (-2)**x has values at whole numbers only, and x**y at some points for x < 0
    is_judged = len(example.inputs) == 1 and any(has_value for _, _, has_value in tried)
    for place, is_inside, has_value in tried:
        if has_value and not is_inside and not example.node.is_boolean:
            value = example.number(place)
            broken(record, "domain", f"{example.text} has the value {short(value)} at {place}, outside the domain")
        if is_inside and not has_value and is_judged:
            broken(record, "domain", f"{example.text} has no value at {place}, inside the domain")
    for place in _beyond_ends(record, example):
        if example.has_value(place) and not example.is_inside(place) and not example.node.is_boolean:
            broken(
                record, "domain", f"{example.text} has the value {short(example.number(place))} at {place}, outside the domain"
            )
    if not example.places and example.is_default:
        broken(record, "domain", f"{example.text} has no value at any point that was tried inside the domain")


def _beyond_ends(record: Primitive, example: Example) -> Iterator[Place]:
    """Yield places at and beyond the ends of intervals in which an argument must lie."""
    for arg, where in record.requirements(example.node):
        if not arg.is_symbol or isinstance(where, Sign):
            continue
        others = [node for node in example.inputs if node is not arg]
        base = next((place for place in example.places), Place(dict.fromkeys(others, 0.5), {}))
        for end, side in ((where.low, -1), (where.high, 1)):
            if math.isfinite(end):
                yield from (base.moved(arg, end + side * step) for step in (0, Fraction(1, 8), 1, 50, 1000))


def _judge_domain_of_tensors(record: Primitive, example: Example) -> None:
    """Compare the domain with where there are values: at random entries, at 0, and where all rows are the same."""
    if any(node.facts.is_symmetric for _, node in example.real):
        return
    generator, sizes = np.random.default_rng(5), example.some_sizes
    for draw in range(_DRAWS):
        values = {}
        for _, node in example.real:
            shape = example.shape_of(node, sizes)
            usual = generator.normal(size=shape)
            values[node] = np.zeros(shape) if draw == 0 else usual * 0 + usual[..., :1] if draw == 1 and shape else usual
        place = Place(values, sizes)
        is_inside, has_value = example.is_inside(place), example.has_value(place)
        if has_value and not is_inside:
            broken(record, "domain", f"{example.text} has a value at {place}, outside the domain")
        if is_inside and not has_value and record.domain != Sign.ANY:
            broken(record, "domain", f"{example.text} has no value at {place}, inside the domain")
