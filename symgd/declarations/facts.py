"""Laws of what is known of values: sign, range, domain, monotonicity, curvature, linearity, what vanishes.

Proofs rest on these. A fact that depends on what is known of the arguments is asked for pieces of the line, and for the hull of
the points between which it is tried.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.declarations.law import broken, law
from symgd.declarations.subject import Example, Place, Subject, lies_in, size_of, zero_one
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.evaluator import Algebra, evaluate
from symgd.evaluation.exact import sympy_function
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive
from symgd.graph.shape import size_names, size_value

__all__ = ["curvature_on"]

PIECES = (Interval(), Interval(0), Interval(high=0), Interval(0, open_low=True), Interval(1, 5), Interval(-5, -1))
_NOISE = mpmath.mpf("1e-40")
_CHORDS = 40
_DRAWS = 6
_MATRIX_CHORDS = 6
_FRACTIONS = (-7.25, -2.5, -0.7, -0.3, -1e-3, 1e-3, 0.2, 0.5, 0.9, 1.75, 8.5)
_FINE = tuple(Fraction(k, 8) + Fraction(1, 97) for k in range(-24, 25, 2))
"""Points close to each other, between which a straight piece shows."""


def _values_of(example: Example, place: Place) -> list[Any]:
    return [example.value(place, arg) for arg in example.args]


def _hull(*values: Any) -> Interval:
    entries = [Fraction(str(mpmath.nstr(zero_one(one), 30))) for array in values for one in np.ravel(array)]
    return Interval(min(entries), max(entries))


def _pieces(example: Example, *places: Place) -> Iterator[list[Interval]]:
    """Yield what may be known of the arguments at some places: pieces that hold all of them, and the smallest intervals."""
    if not example.args:
        yield []
        return
    values = [_values_of(example, place) for place in places]
    hulls = [_hull(*(one[k] for one in values)) for k in range(len(example.args))]
    everything = _hull(*(array for one in values for array in one))
    for piece in PIECES:
        if everything & piece == everything:
            yield [piece] * len(hulls)
    yield hulls


# -- values ---------------------------------------------------------------------------------------------------


@law("sign")
def law_sign(subject: Subject) -> None:
    """Every value has one of the declared signs, for what is known of the signs of the arguments."""
    declared = subject.record.sign
    for example in subject.variants:
        if example.node.is_boolean:
            continue
        for place in example.places_far_out:
            for pieces in _pieces(example, place):
                signs = [piece.sign for piece in pieces]
                sign = declared(example.node, *signs) if callable(declared) else declared
                for entry in example.value(place).ravel():
                    if not lies_in(entry, sign):
                        broken(subject.record, "sign", f"{example.text} is {_short(entry)} at {place}, and not {sign!r}")


@law("range")
def law_range(subject: Subject) -> None:
    """Every value lies in the declared range, for what is known of the ranges of the arguments."""
    declared = subject.record.range
    for example in subject.variants:
        if example.node.is_boolean:
            continue
        for place in example.places_far_out:
            values = example.value(place).ravel()
            for pieces in _pieces(example, place):
                where = declared(example.node, *pieces) if callable(declared) else declared
                for entry in values:
                    noise = mpmath.mpf("1e-25") * max(1, abs(entry))
                    low, high = _number(where.low), _number(where.high)
                    if not low - noise <= entry <= high + noise:
                        broken(subject.record, "range", f"{example.text} is {_short(entry)} at {place}, outside {where}")


def _number(end: Any) -> Any:
    return mpmath.mpf(end.numerator) / end.denominator if isinstance(end, Fraction) else mpmath.mpf(end)


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
    for place, inside, has_value in tried:
        if has_value and not inside and not example.node.is_boolean:
            value = example.number(place)
            broken(record, "domain", f"{example.text} has the value {_short(value)} at {place}, outside the domain")
        if inside and not has_value and is_judged:
            broken(record, "domain", f"{example.text} has no value at {place}, inside the domain")
    if not example.places and example.is_default:
        broken(record, "domain", f"{example.text} has no value at any point that was tried inside the domain")


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
        inside, has_value = example.is_inside(place), example.has_value(place)
        if has_value and not inside:
            broken(record, "domain", f"{example.text} has a value at {place}, outside the domain")
        if inside and not has_value and record.domain != Sign.ANY:
            broken(record, "domain", f"{example.text} has no value at {place}, inside the domain")


# -- monotonicity and curvature -------------------------------------------------------------------------------


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
                for pieces in _pieces(example, low, high):
                    run = _runs(subject.record, example.node, pieces)[k]
                    for a, b in zip(below, above, strict=True):
                        rise = zero_one(b) - zero_one(a)
                        noise = _NOISE * max(1, size_of([a, b]))
                        if run & Monotone.INCREASING and rise < -noise:
                            broken(subject.record, "monotone", f"{example.text} falls in {node} from {low} to {high}")
                        if run & Monotone.DECREASING and rise > noise:
                            broken(subject.record, "monotone", f"{example.text} rises in {node} from {low} to {high}")


def _pairs(example: Example, node: Node) -> Iterator[tuple[Place, Place]]:
    """Yield places that differ in one argument, which is larger at the second: neighbours of numbers, entries of tensors."""
    if not example.is_scalar:
        generator = np.random.default_rng(3)
        for place in example.places:
            step = np.abs(generator.normal(size=np.shape(place.values[node])))
            if node.facts.is_symmetric:
                step = step @ step.T
            moved = place.moved(node, place.values[node] + step)
            if example.has_value(moved):
                yield place, moved
        return
    others: dict[tuple[Any, ...], list[Place]] = {}
    for place in example.places:
        others.setdefault(tuple(value for one, value in place.values.items() if one is not node), []).append(place)
    if len(example.inputs) > 1:
        others = {
            held: [one for x in (-2.5, -0.7, -1e-3, 0.2, 0.9, 3.0) if _is_good(example, one := places[0].moved(node, x))]
            for held, places in itertools.islice(others.items(), 8)
        }
    for places in others.values():
        yield from itertools.pairwise(sorted(places, key=lambda place: place.values[node]))


def _is_good(example: Example, place: Place) -> bool:
    return example.is_inside(place) and example.has_value(place)


def curvature_on(record: Primitive, node: Node, pieces: Sequence[Interval]) -> Curvature:
    """Return the declared curvature where the arguments lie in these intervals."""
    return record.curvature(node, *pieces) if callable(record.curvature) else record.curvature


@law("curvature")
def law_curvature(subject: Subject) -> None:
    """Between two points a convex function lies nowhere above its chord, and a concave one nowhere below, across kinks too."""
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
            for pieces in _pieces(example, a, b):
                bend = curvature_on(record, example.node, pieces)
                for p, q, m in zip(low, high, mid, strict=True):
                    gap, noise = m - (p + q) / 2, _NOISE * max(1, size_of([p, q]))
                    if (bend & Curvature.CONVEX and gap > noise) or (bend & Curvature.CONCAVE and gap < -noise):
                        side = "above" if gap > 0 else "below"
                        broken(
                            record,
                            "curvature",
                            f"{example.text} is not {_bent(bend)}: it lies {side} its chord from {a} to {b}",
                        )


def _bent(bend: Curvature) -> str:
    return {Curvature.CONVEX: "convex", Curvature.CONCAVE: "concave", Curvature.AFFINE: "affine"}.get(bend, "curved")


def _chords(example: Example) -> Iterator[tuple[Place, Place]]:
    places = example.places
    if not example.is_scalar:
        alike = [(a, b) for a, b in itertools.combinations(places, 2) if a.sizes == b.sizes]
        yield from alike[:_MATRIX_CHORDS]
        return
    pairs = list(itertools.combinations(places, 2))
    yield from pairs[:: max(1, len(pairs) // _CHORDS)]
    yield from itertools.pairwise(places)


def _between(a: Place, b: Place) -> Place | None:
    """Return the middle between two places, exactly."""
    values = {}
    for node, left in a.values.items():
        one, other = (np.vectorize(Fraction, otypes=[object])(value) for value in (left, b.values[node]))
        if one.shape != other.shape:
            return None
        values[node] = np.asarray((one + other) / 2, dtype=object)[()]
    return Place(values, a.sizes)


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
    points = sorted((one for one in points if _is_good(example, one)), key=lambda place: place.values[node])
    for a, b in itertools.pairwise(points):
        middle = held.moved(node, (a.values[node] + b.values[node]) / 2)
        if not _is_good(example, middle):
            continue
        low, high, mid = (example.number(place, digits=60) for place in (a, b, middle))
        pieces = [_hull(example.value(a, arg), example.value(b, arg)) for arg in example.args]
        bend = curvature_on(record, example.node, pieces)
        if bend == Curvature.UNKNOWN or bend == Curvature.AFFINE:
            if bend == Curvature.AFFINE and record.curvature == Curvature.AFFINE:
                broken(record, "strict", f"{example.text} is declared to be affine, and so is straight everywhere")
            continue
        if abs(mid - (low + high) / 2) <= mpmath.mpf("1e-52") * max(abs(low), abs(high), abs(mid)):
            broken(record, "strict", f"{example.text} is straight in {node} from {a} to {b}")


@law("log_curvature")
def law_log_curvature(subject: Subject) -> None:
    """Where the function is positive, its logarithm lies below its chords, or above them, as it is declared."""
    bend = subject.record.log_curvature
    if bend == Curvature.UNKNOWN:
        return
    for example in subject.examples:
        for a, b in _chords(example):
            middle = _between(a, b)
            if middle is None or not _is_good(example, middle):
                continue
            values = [example.number(place) for place in (a, b, middle)]
            if not all(one > 0 for one in values):
                continue
            p, q, m = map(mpmath.log, values)
            gap, noise = m - (p + q) / 2, mpmath.mpf("1e-30") * max(1, abs(p), abs(q))
            if (bend & Curvature.CONVEX and gap > noise) or (bend & Curvature.CONCAVE and gap < -noise):
                broken(subject.record, "log_curvature", f"log {example.text} is not {_bent(bend)} from {a} to {b}")


# -- linearity ------------------------------------------------------------------------------------------------


def _scaled(place: Place, nodes: Sequence[Node], other: Place, alpha: Fraction, beta: Fraction) -> Place:
    def exact(value: Any) -> Any:
        return np.vectorize(Fraction, otypes=[object])(value)

    values = dict(place.values)
    for node in nodes:
        total = alpha * exact(place.values[node]) + beta * exact(other.values[node])
        values[node] = np.asarray(total, dtype=object)[()]
    return Place(values, place.sizes)


def _is_linear(example: Example, nodes: Sequence[Node]) -> bool | None:
    """Whether a function is linear in some arguments together, the others held fixed; None where no value tells."""
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
        f, g, h = (example.value(one).ravel() for one in (place, other, both))
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


@law("is_weighted")
def law_is_weighted(subject: Subject) -> None:
    """A sum of products is linear in each argument alone, and not negative where no argument is."""
    record = subject.record
    for example in subject.examples:
        if len(example.real) < 2 or len(example.real) < len(example.args):
            continue
        if not record.is_weighted:
            alone = record.linear_in == "each" and all(_is_linear(example, [node]) for _, node in example.real)
            if alone and _is_linear(example, [node for _, node in example.real]) is False:
                broken(
                    record, "is_weighted", f"{example.text} is linear in each argument, but not in all together: it is weighted"
                )
            continue
        for _, node in example.real:
            if _is_linear(example, [node]) is False:
                broken(record, "is_weighted", f"{example.text} is not linear in {node}, the other arguments held as weights")
        for place in example.places:
            positive = Place({node: np.abs(value) for node, value in place.values.items()}, place.sizes)
            if any(entry < 0 for entry in example.value(positive).ravel()):
                broken(record, "is_weighted", f"{example.text} is negative where no argument is, at {positive}")


@law("conditional")
def law_conditional(subject: Subject) -> None:
    """The value is one of the conditional arguments, and the others of them need not have a value; of no other argument so."""
    record = subject.record
    for example in subject.examples:
        if example.node.is_boolean or not example.is_scalar:
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
            if record.vanishes_with != "each" and k not in record.vanishes_with:
                continue
            held = [one for one in example.places if example.is_default or len(example.inputs) == 1]
            for place in held:
                zero = place.moved(node, np.zeros(np.shape(place.values[node])))
                for entry in example.value(zero).ravel():
                    if not isinstance(entry, bool) and mpmath.isfinite(entry) and entry != 0:
                        broken(record, "vanishes_with", f"{example.text} is {_short(entry)} where {node} is 0, at {zero}")


# -- sizes and whole numbers ----------------------------------------------------------------------------------


@law("whole")
def law_whole(subject: Subject) -> None:
    """A listed argument may be any whole number from 0 to below the size, and nothing else; others need not be whole."""
    record = subject.record
    for example in subject.examples:
        listed = dict(record.whole(example.node)) if record.whole is not None else {}
        if any(arg not in example.args for arg in listed):
            broken(record, "whole", f"{next(iter(listed))} is no argument of {example.text}")
        sizes = example.some_sizes
        if example.is_scalar and not listed:
            continue
        generator = np.random.default_rng(1)
        shapes = [example.shape_of(arg, sizes) for arg in example.args]
        usual = [
            np.zeros(shape, dtype=int) if arg in listed else generator.normal(size=shape)
            for arg, shape in zip(example.args, shapes, strict=True)
        ]
        for k, arg in enumerate(example.args):
            if not arg.is_symbol:
                continue
            if arg in listed:
                size = size_value(listed[arg], sizes)
                for number in {0, size - 1}:
                    if not _works(example, usual, k, np.full(shapes[k], number), sizes):
                        broken(record, "whole", f"{example.text} has no value where {arg} is {number}, below the size {size}")
                for number in (-1, size):
                    if _works(example, usual, k, np.full(shapes[k], number), sizes):
                        broken(record, "whole", f"{example.text} has a value where {arg} is {number}, and the size is {size}")
            elif not _works(example, usual, k, usual[k] + 1000, sizes, only_shapes=True):
                broken(record, "whole", f"{example.text} has no value where {arg} is about 1000.5: it must hold whole numbers")


def _works(
    example: Example, usual: Sequence[Any], k: int, value: Any, sizes: dict[str, int], only_shapes: bool = False
) -> bool:
    try:
        found = example.evaluated([value if j == k else one for j, one in enumerate(usual)], sizes)
    except SymgdError:
        return False
    except (IndexError, ValueError, ZeroDivisionError):
        return only_shapes
    return only_shapes or all(isinstance(entry, bool) or mpmath.isfinite(entry) for entry in found.ravel())


@law("least_sizes")
def law_least_sizes(subject: Subject) -> None:
    """A symbolic axis may be as short as it is declared, and not shorter."""
    record = subject.record
    for example in subject.examples:
        names = list(dict.fromkeys(name for arg in example.args for name in size_names(arg.shape)))
        if not names or example.whole:
            continue
        least = dict.fromkeys(names, 1)
        for size, number in record.least_sizes(example.node) if record.least_sizes is not None else ():
            for name in size_names((size,)):
                least[name] = max(least[name], number)
        for name in names:
            usual = {**{one: max(4, least[one]) for one in names}, name: least[name]}
            if _has_entries(example, usual) is False:
                broken(record, "least_sizes", f"{example.text} has no value where {name} is {least[name]}")
            shorter = {**usual, name: least[name] - 1}
            if least[name] > 1 and _has_entries(example, shorter):
                broken(
                    record, "least_sizes", f"{example.text} has a value where {name} is {least[name] - 1}, less than declared"
                )


def _has_entries(example: Example, sizes: dict[str, int]) -> bool | None:
    """Whether the function has a value for arguments of these sizes; None where its shape says that it cannot."""
    try:
        if any(size_value(size, sizes) < 1 for size in example.node.shape):
            return None
        shapes = [example.shape_of(arg, sizes) for arg in example.args]
    except SymgdError:
        return None
    generator = np.random.default_rng(2)
    try:
        value = example.evaluated([generator.normal(size=shape) for shape in shapes], sizes)
    except (SymgdError, IndexError, ValueError):
        return False
    return all(size > 0 for size in value.shape)


class _Counted:
    """A number that counts the multiplications it takes part in."""

    total = 0

    def __add__(self, other: Any) -> _Counted:
        return self

    __radd__ = __sub__ = __rsub__ = __add__

    def __mul__(self, other: Any) -> _Counted:
        _Counted.total += 1
        return self

    __rmul__ = __mul__


class _Counting(Algebra):
    def number(self, value: Any) -> Any:
        return _Counted()

    def apply(self, record: Primitive, *entries: Any) -> Any:
        if record.is_weighted:
            _Counted.total += len(entries) - 1
        return _Counted()


@law("work")
def law_work(subject: Subject) -> None:
    """The work of a sum of products is the number of products, counted in its evaluation; of others it is positive."""
    record = subject.record
    for example in subject.examples:
        sizes = example.some_sizes
        work = record.work(example.node) if record.work is not None else None
        if work is not None and size_value(work, sizes) < 1:
            broken(record, "work", f"{example.text} does not take {size_value(work, sizes)} multiplications")
        if not record.is_weighted or len(example.args) < 2:
            continue
        declared = (
            size_value(work, sizes) if work is not None else int(np.prod(example.shape_of(example.node, sizes), dtype=int))
        )
        arrays = {arg: _filled(example.shape_of(arg, sizes)) for arg in example.args}
        _Counted.total = 0
        evaluate([example.node], arrays, _Counting(), sizes)
        count = _Counted.total // (len(example.args) - 1)
        if count > declared or (count < declared and len(example.args) == 2):  # more than two are multiplied in turn
            broken(record, "work", f"{example.text} takes {count} products of its factors, and {declared} are declared")


def _filled(shape: tuple[int, ...]) -> Any:
    array = np.empty(shape, dtype=object)
    array[...] = _Counted()
    return array


_SEEN = 100
_WRITTEN = 10_000
"""Digits of the largest number that is written out."""


@law("largest_exact")
def law_largest_exact(subject: Subject) -> None:
    """Values whose digits grow with the argument are written out up to a limit, where they have no more than 10,000 digits."""
    record = subject.record
    if not record.sympy or record.is_boolean or record.arity not in (1, 2):
        return
    limit = record.largest_exact
    if limit == float("inf"):
        for arguments in ((200,), (200, 199))[record.arity - 1 : record.arity]:
            value = sympy_function(record)(*arguments)
            digits = len(str(value.p)) + len(str(value.q)) if getattr(value, "is_Rational", False) else 0
            if digits > _SEEN and record.fold is None:
                broken(record, "largest_exact", f"at {arguments} it is written out with {digits} digits, and there is no limit")
        return
    if not limit >= 1:
        broken(record, "largest_exact", f"not even at 1 a value is written out, as the limit is {limit}")
    for example in subject.examples:
        place = Place({node: int(min(limit, 10**9)) for node in example.inputs}, {})
        value = example.number(place)
        if mpmath.isfinite(value) and value and abs(mpmath.log10(abs(value))) > _WRITTEN:
            digits = int(abs(mpmath.log10(abs(value))))
            broken(record, "largest_exact", f"at {limit} it is written out with about {digits:,} digits")
    if limit > 10**7:
        broken(record, "largest_exact", f"the limit {limit} is none: an exact value there takes minutes")


def _short(number: Any) -> str:
    return str(number) if isinstance(number, bool) else mpmath.nstr(mpmath.mpf(number), 8)
