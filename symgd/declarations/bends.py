"""The bend of a declared function: slopes between neighbouring points, second derivatives, and matrices of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symgd.declarations.numbers import precise, short, zero_one
from symgd.declarations.sections import DIGITS, Section, body_of, rounding_of, sections_of, slope_of
from symgd.declarations.subject import Example, Place
from symgd.declarations.thresholds import largest
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Real
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.switches import switches_of
from symgd.graph.assumptions import Curvature
from symgd.graph.node import Node

__all__ = ["Bend", "bends_against", "hessian_against", "straight_pieces"]

_MORE_DIGITS = 160
_MORE_AND_MORE = (200, 2500)
_FAR = 60
"""Beyond this exp(-x**2) is smaller than what these digits tell from 0."""
_DRAWN = 24
_STEP = Fraction(1, 2**80)

Declared = Callable[[Place, Place], Curvature]
"""The curvature that is declared between two places."""


@dataclass(frozen=True)
class Bend:
    """What contradicts a declared curvature: a sentence without its subject."""

    declared: Curvature
    sentence: str


def bends_against(example: Example, declared: Declared, is_constant: bool, of_logarithm: bool = False) -> Iterator[Bend]:
    """Yield what contradicts a curvature along the arguments of a function of numbers, or that of its logarithm.

    Parameters
    ----------
    example : Example
    declared : callable
    is_constant : bool
        Whether the same curvature is declared everywhere.
    of_logarithm : bool
        Whether it is that of the logarithm, where the function is positive.
    """
    body = body_of(example)
    for section in sections_of(example):
        yield from _bent_chords(section, declared, of_logarithm)
        slope = slope_of(body, section.node)
        second = None if slope is None else slope_of(slope, section.node)
        if slope is None or second is None:
            continue
        if of_logarithm:
            second = second * body - slope**2
        yield from _bent_points(section, second, body if of_logarithm else None, declared, is_constant)


def _bent_chords(section: Section, declared: Declared, of_logarithm: bool) -> Iterator[Bend]:
    rounding = rounding_of(section.example)
    for near, values in _neighbours(section):
        sign = _turn(near, values, of_logarithm, rounding)
        if sign == 0:
            continue
        bend = declared(section.place(near[0]), section.place(near[2]))
        if not bend & (Curvature.CONCAVE if sign > 0 else Curvature.CONVEX):
            continue
        more = [section.value(section.example.node, x, _MORE_DIGITS) for x in near]
        if _turn(near, more, of_logarithm, rounding, _MORE_DIGITS) == sign:
            side = "below" if sign > 0 else "above"
            a, c = section.place(near[0]), section.place(near[2])
            what = "its logarithm" if of_logarithm else "it"
            yield Bend(bend, f"{what} lies {side} its chord from {a} to {c}")


def _neighbours(section: Section) -> Iterator[tuple[Sequence[Fraction], Array | Sequence[Real]]]:
    """Yield three neighbours with the values there: of the points, and around thresholds so close that only a kink bends."""
    points, values = section.points, section.values(section.example.node)
    for k in _from_the_middle(points):
        yield points[k : k + 3], values[k : k + 3]
    for threshold in section.thresholds:
        step = _STEP * largest(Fraction(1), threshold)
        near = (threshold - step, threshold, threshold + step)
        if len(section.inside(near)) == len(near):
            yield near, _at(section, near, DIGITS)


def _from_the_middle(points: Sequence[Fraction]) -> list[int]:
    """Return where three neighbours begin, those close to 0 first: messages name simple points."""
    return sorted(range(len(points) - 2), key=lambda k: abs(points[k + 1]))


def _turn(
    points: Sequence[Fraction],
    values: Array | Sequence[Real],
    of_logarithm: bool,
    rounding: Real,
    digits: int = DIGITS,
) -> int:
    """Return the sign of the change of slope over three points, 0 where rounding may have made it."""
    with mpmath.workdps(digits):
        numbers = [zero_one(value) for value in values]
        if of_logarithm:
            if not all(number > 0 for number in numbers):
                return 0
            numbers = [mpmath.log(number) for number in numbers]
        gap, length = _gap(points, numbers)
        noise = max(rounding, mpmath.mpf(10) ** (12 - digits)) * max(1, *map(abs, numbers)) * length
        return 0 if abs(gap) <= noise else 1 if gap > 0 else -1


def _gap(points: Sequence[Fraction], numbers: Sequence[Real]) -> tuple[Real, Real]:
    """Return the change of slope over three points, times the distances of neighbours, and the distance of the outer ones."""
    (a, b, c), (below, middle, above) = map(precise, points), numbers
    return (above - middle) * (b - a) - (middle - below) * (c - b), c - a


def _bent_points(
    section: Section, second: Node, positive: Node | None, declared: Declared, is_constant: bool
) -> Iterator[Bend]:
    """Yield points at which the second derivative has another sign than the curvature."""
    what = f"the second derivative in {section.node}"
    if positive is not None:
        what = "the second derivative of its logarithm"
    for side, contradicted in ((1, Curvature.CONVEX), (-1, Curvature.CONCAVE)):
        if is_constant and not declared(section.place(Fraction(0)), section.place(Fraction(1))) & contradicted:
            continue
        formula = second if side > 0 else -second
        points = section.negative_points(formula) if is_constant else _negative_points(section, formula)
        for x in points:
            if positive is not None and not section.value(positive, x) > 0:
                continue
            place = section.place(x)
            bend = declared(place, section.place(x + Fraction(1, 10**6)))
            if bend & contradicted:
                yield Bend(bend, f"{what} is {'negative' if side > 0 else 'positive'} at {place}")


def _negative_points(section: Section, formula: Node) -> Iterator[Fraction]:
    edges = set(section.thresholds)
    for x, value in section.from_the_middle(formula):
        if x not in edges and value < 0 and section.is_negative(formula, x):
            yield x


# -- several arguments ------------------------------------------------------------------------------------------


def hessian_against(example: Example, declared: Declared) -> Iterator[Bend]:
    """Yield places at which the matrix of second derivatives has an eigenvalue of the other sign."""
    nodes = [node for _, node in example.real]
    body = body_of(example)
    slopes = [slope_of(body, node) for node in nodes]
    entries = {
        (i, j): slope_of(slope, nodes[j]) for i, slope in enumerate(slopes) if slope is not None for j in range(i, len(nodes))
    }
    if len(entries) < len(nodes) * (len(nodes) + 1) // 2 or None in entries.values():
        return
    formulas = [entry for entry in entries.values() if entry is not None]
    switches = switches_of(example.formulas)
    for place in (*example.places, *_drawn(example)):
        values = _numbers([*formulas, *switches], place, DIGITS)
        if not all(mpmath.isfinite(value) for value in values) or any(value == 0 for value in values[len(formulas) :]):
            continue
        matrix = _matrix(entries, values, len(nodes))
        for side, contradicted in ((1, Curvature.CONVEX), (-1, Curvature.CONCAVE)):
            direction = _downward(side * matrix)
            if direction is None:
                continue
            more = _matrix(entries, _numbers(formulas, place, _MORE_DIGITS), len(nodes))
            form, again = (side * (direction @ table @ direction) for table in (matrix, more))
            if not (form < 0 and abs(form - again) <= mpmath.mpf("1e-6") * abs(again)):
                continue
            moved = {node: place.values[node] + Fraction(1, 10**6) for node in nodes}
            bend = declared(place, Place({**place.values, **moved}, {}))
            if bend & contradicted:
                sign = "negative" if side > 0 else "positive"
                along = ", ".join(f"{float(entry):.3g}" for entry in direction)
                yield Bend(bend, f"the second derivative along ({along}) is {sign}, {short(side * form)}, at {place}")


def _drawn(example: Example) -> list[Place]:
    generator = np.random.default_rng(example.seed + 29)
    places = []
    for k in range(_DRAWN):
        scale = (0.1, 1.0, 10.0, 100.0)[k % 4]
        place = Place({node: Fraction(float(generator.normal()) * scale) for node in example.inputs}, {})
        if example.is_good(place):
            places.append(place)
    return places


def _numbers(formulas: Sequence[Node], place: Place, digits: int) -> list[Real]:
    arrays = evaluate_precisely(formulas, place.values, place.sizes, digits=digits)
    return [zero_one(array[()]) for array in arrays]


def _matrix(entries: dict[tuple[int, int], Node | None], values: Sequence[Real], count: int) -> Array:
    matrix = np.zeros((count, count), dtype=object)
    for (i, j), value in zip(entries, values, strict=False):
        matrix[i, j] = matrix[j, i] = value
    return matrix


def _downward(matrix: Array) -> Array | None:
    """Return a direction along which a symmetric matrix seems to be negative, or None; scaled to rows of one size."""
    sizes = [max(abs(entry) for entry in row) for row in matrix]
    scale = np.array([mpmath.sqrt(abs(matrix[k, k]) or size or 1) for k, size in enumerate(sizes)], dtype=object)
    scaled = np.array(matrix / np.outer(scale, scale), dtype=float)
    if not np.isfinite(scaled).all():
        return None
    values, vectors = np.linalg.eigh(scaled)
    if not values[0] < 0:
        return None
    direction = np.vectorize(mpmath.mpf, otypes=[object])(vectors[:, 0])
    return np.asarray(direction / scale)


# -- straight pieces --------------------------------------------------------------------------------------------


def straight_pieces(section: Section) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield the ends of intervals on which a function that is convex or concave is straight: three points lie on a line.

    Far out a function that decays fast looks straight in any number of digits: there it is straight where an enclosure says
    that the second derivative is 0.
    """
    points = section.points
    values = section.values(section.example.node)
    slope = slope_of(body_of(section.example), section.node)
    second = None if slope is None else slope_of(slope, section.node)
    for k in _from_the_middle(points):
        near = points[k : k + 3]
        if not _is_on_a_line(near, values[k : k + 3], DIGITS):
            continue
        if max(map(abs, near)) > _FAR:
            is_straight = second is not None and section.is_zero_between(second, near[0], near[2])
        else:
            is_straight = all(_is_on_a_line(near, _at(section, near, digits), digits) for digits in _MORE_AND_MORE)
        if is_straight:
            yield near[0], near[2]


def _at(section: Section, points: Sequence[Fraction], digits: int) -> list[Real]:
    return [section.value(section.example.node, x, digits) for x in points]


def _is_on_a_line(points: Sequence[Fraction], values: Array | Sequence[Real], digits: int) -> bool:
    with mpmath.workdps(digits):
        numbers = [zero_one(value) for value in values]
        gap, length = _gap(points, numbers)
        return bool(abs(gap) <= mpmath.mpf(10) ** (8 - digits) * max(map(abs, numbers)) * length)
