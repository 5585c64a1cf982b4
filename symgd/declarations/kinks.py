"""Law of kinks: the points without a slope are where a declared kink is 0."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from symgd.declarations.breaks import Break, breaks_of, lines_of, places_on
from symgd.declarations.law import broken, law
from symgd.declarations.sides import sides_of, zeros_of_each
from symgd.declarations.simple_arrays import threshold_arrays
from symgd.declarations.slopes import slopes_of
from symgd.declarations.subject import Example, Place, Subject, short, zero_one
from symgd.declarations.thresholds import largest
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, constant

__all__: list[str] = []


def _is_declared(example: Example, place: Place, node: Node, at: Break) -> bool:
    """Whether a declared kink is 0 at a break, or next to it where it is known in so many digits only."""
    kinks = example.record.kinks
    if kinks is None:
        return False
    small = mpmath.mpf("1e-20") * largest(Fraction(1), at.where)
    near = [at.where] if at.is_exact else [at.where + k * Fraction(1, 2**82) for k in (-1, 0, 1, 2)]
    return any(
        abs(zero_one(example.number(place.moved(node, x), as_node(kink), digits=60))) <= small
        for kink in kinks(*example.args)
        for x in near
    )


@law("kinks")
def law_kinks(subject: Subject) -> None:
    """The slope (or the function) jumps where a declared kink is 0, at every one of them, and nowhere else."""
    record = subject.record
    for example in subject.examples:
        if not example.is_scalar:
            judge_kinks_of_tensors(subject)
            return
        if record.conditional or not example.inputs:
            continue
        slopes = slopes_of(example)
        for k, node in example.real:
            if k < len(record.derivative) and record.derivative[k] is None:
                continue
            for base in lines_of(example, node):
                places = places_on(example, node, base)
                formulas: list[tuple[Node | None, str]] = [(example.node, "it")]
                if not example.node.is_boolean:
                    formulas.append((slopes.get(k), "its slope"))
                for formula, what in formulas:
                    for jump in breaks_of(example, node, base, places, formula, what):
                        place = base.moved(node, jump.where)
                        if example.is_good(place) and not _is_declared(example, base, node, jump):
                            broken(record, "kinks", f"{what} jumps at {place}, where no kink is declared")
                if not example.node.is_boolean:
                    _judge_thresholds(example, node, base)
        if record.kinks is not None:
            _judge_declared(example)


def _judge_thresholds(example: Example, node: Node, base: Place) -> None:
    """The slopes of both sides are one at every threshold that is no declared kink, however little they differ."""
    for threshold in example.thresholds(node, base):
        place = base.moved(node, threshold)
        sides = sides_of(example, node, base, threshold) if example.is_good(place) else None
        if sides is not None and sides.is_bend and not _is_declared(example, base, node, Break(threshold, False, "its slope")):
            slopes = f"{short(sides.left)} and {short(sides.right)}"
            broken(example.record, "kinks", f"its slope jumps at {place}, where no kink is declared: {slopes}")


def _judge_declared(example: Example) -> None:
    """Every declared kink is one at its zeros; of several arguments, at one of the places where it is 0."""
    assert example.record.kinks is not None
    kinks = [as_node(kink) for kink in example.record.kinks(*example.args)]
    seen: dict[tuple[Node, ...], list[bool]] = {}
    places: dict[tuple[Node, ...], Place] = {}
    for k, node in example.real:
        if k < len(example.record.derivative) and example.record.derivative[k] is None:
            continue
        for base in lines_of(example, node):
            for kink, zeros in zip(kinks, zeros_of_each(example, node, base), strict=True):
                for zero in zeros:
                    sides = sides_of(example, node, base, zero)
                    if sides is not None:
                        keys: tuple[tuple[Node, ...], ...] = ((kink,), (kink, node, constant(zero)))
                        for key in keys:
                            seen.setdefault(key, []).append(sides.is_break)
                            places[key] = base.moved(node, zero)
    for key, are_breaks in seen.items():
        is_decisive = len(key) == 1 or len(example.inputs) == 1 or len(are_breaks) > 1
        if is_decisive and not any(are_breaks):
            what = f"{example.text} has no kink where {key[0]} is 0, as at {places[key]}: both sides have one slope"
            broken(example.record, "kinks", what)


def judge_kinks_of_tensors(subject: Subject) -> None:
    """At ties, zeros and multiples of the identity the slopes of both sides differ for some direction, or for none."""
    record = subject.record
    seen: list[bool] = []
    for example in subject.examples:
        for k, node in example.real:
            for place in example.places[:1]:
                others = [other for other in example.real if other[0] != k]
                shape = np.shape(place.values[node])
                for special in [*_special(shape), *threshold_arrays(example, shape)]:
                    has_two_slopes = _has_two_slopes(example, place.moved(node, special), node)
                    if has_two_slopes is not None:
                        seen.append(has_two_slopes)
                        if has_two_slopes and record.kinks is None and not others:
                            broken(
                                record, "kinks", f"{example.text} has two slopes at {node} = {special}, and no kink is declared"
                            )
    if record.kinks is not None and seen and not any(seen):
        broken(record, "kinks", "no kink was found at ties, zeros, multiples of the identity and the numbers in its formulas")


def _special(shape: tuple[int, ...]) -> list[Array]:
    arrays = [np.zeros(shape), np.ones(shape)]
    if len(shape) == 2:
        arrays.append(np.eye(*shape))
    return arrays


def _has_two_slopes(example: Example, place: Place, node: Node) -> bool | None:
    """Whether a function has other slopes ahead than behind along a direction; None where it has no value."""
    generator = np.random.default_rng(11)
    direction = generator.normal(size=np.shape(place.values[node]))
    exact = np.vectorize(Fraction, otypes=[object])
    h = Fraction(1, 10**20)
    values = []
    for k in (-1, 0, 1):
        moved = np.asarray(exact(place.values[node]) + k * h * exact(direction), dtype=object)[()]
        try:
            value = example.value(place.moved(node, moved), digits=60).ravel()
        except SymgdError:
            return None
        if not all(mpmath.isfinite(zero_one(entry)) for entry in value):
            return None
        values.append(value)
    step = mpmath.mpf("1e-20")
    bends = [(c - 2 * b + a) / step for a, b, c in zip(*values, strict=True)]
    slopes = [max(abs(c - b), abs(b - a)) / step for a, b, c in zip(*values, strict=True)]
    if any(slope > mpmath.mpf("1e12") for slope in slopes):
        return True if all(slope < mpmath.mpf("1e22") for slope in slopes) else None
    return any(abs(bend) > mpmath.mpf("1e-9") * max(1, slope) for bend, slope in zip(bends, slopes, strict=True))
