"""Values of compiled code where a formula has none, but a limit: sin(x)/x at 0, x·log x at 0, (x² − 1)/(x − 1) at 1.

Every part that depends on one quantity u alone is looked at where something in it is divided by 0, or stands on the edge of its
domain. Where the values close to that point settle in many digits, on all sides where there are any, the code has their limit.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from symgd.codegen.removable_points.near_zero import VARIABLE, functions_of_one_quantity, sources_of
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.assumptions import Sign
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Requirement, lookup
from symgd.graph.traversal import rebuild, substitute, toposort
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import einsum

__all__ = ["with_limits"]

_MOST_NODES = 80
_FAR = tuple(mpmath.mpf(2) ** -k for k in (4, 7, 10))
_SIMPLE_PLACES = tuple(Fraction(k, 2) for k in range(-20, 21))
_SETTLED = mpmath.mpf("1e-40")


class _Nearness(NamedTuple):
    """In how many digits values are compared, how close to a place, and how alike they are there where there is a limit."""

    digits: int
    distances: tuple[Real, ...]
    settled: Real


_NEAR = _Nearness(400, tuple(mpmath.mpf(10) ** -k for k in (60, 90, 120)), _SETTLED)
_NEAR_FOR_SLOW_FUNCTIONS = _Nearness(100, tuple(mpmath.mpf(10) ** -k for k in (20, 30, 40)), mpmath.mpf("1e-25"))
_SHRINKING = mpmath.mpf("1e-3")
"""What becomes smaller by this from one distance to the next has the limit 0."""


def with_limits(formulas: Sequence[Node]) -> list[Node]:
    """Return formulas that have their limit where they have no value.

    Parameters
    ----------
    formulas : sequence of Node
        As they are to be compiled.
    """
    formulas = _with_joined_factors(formulas)
    order = toposort(formulas)
    where, equal = lookup("where"), lookup("equal")
    removable: dict[Node, tuple[Node, tuple[Node, ...], tuple[tuple[Fraction, float], ...]]] = {}
    for node, source, parts in functions_of_one_quantity(formulas, order, sources_of(order)):
        (template,) = substitute([node if parts == node.args else node.primitive.make(parts)], {source: VARIABLE})
        limits = _limits(template)
        if limits:
            removable[node] = source, parts, limits
    if not removable:
        return list(formulas)
    known: dict[Node, Node] = {}
    for node in order:
        known[node] = rebuild(node, tuple(known[arg] for arg in node.args))
        if node in removable:
            source, parts, limits = removable[node]
            rest = [known[arg] for arg in node.args if arg not in parts]
            guarded = node.primitive.make(tuple(known[arg] for arg in parts)) if rest else known[node]
            for place, value in limits:
                guarded = where.make((equal.make((known[source], constant(place))), constant(value), guarded))
            known[node] = node.primitive.make((*rest, guarded)) if rest else guarded
    return [known[formula] for formula in formulas]


def _with_joined_factors(formulas: Sequence[Node]) -> list[Node]:
    """Return formulas in which x and log(x), multiplied in a contraction along the same axes, are one factor."""
    order = toposort(formulas)
    if not any(node.primitive is einsum for node in order):
        return list(formulas)
    sources = sources_of(order)
    known: dict[Node, Node] = {}
    for node in order:
        args = tuple(known[arg] for arg in node.args)
        known[node] = rebuild(node, args)
        if node.primitive is not einsum:
            continue
        labels, output = node.params
        for i, j in itertools.combinations(range(len(args)), 2):
            if labels[i] != labels[j]:
                continue
            pair = (node.args[i], node.args[j])
            if sources[pair[0]] is not sources[pair[1]] or "log" not in {factor.primitive.name for factor in pair}:
                continue
            rest = [k for k in range(len(args)) if k not in (i, j)]
            joined = lookup("mul").make((args[i], args[j]))
            numbers: dict[int, int] = {}
            spec = tuple(
                tuple(numbers.setdefault(label, len(numbers)) for label in group)
                for group in (*(labels[k] for k in rest), labels[i])
            )
            renumbered = tuple(numbers[label] for label in output)
            known[node] = node.primitive.make((*(args[k] for k in rest), joined), (spec, renumbered))
            break
    return [known[formula] for formula in formulas]


@functools.lru_cache(maxsize=1024)
def _limits(template: Node) -> tuple[tuple[Fraction, float], ...]:
    """Return the places where a function of the variable has a limit and no value, with it."""
    parts = toposort([template])
    if len(parts) > _MOST_NODES:
        return ()
    if any(part.is_boolean for part in parts):
        return ()  # the branches of a choice define its values
    limits = []
    for place in _places(parts):
        if not mpmath.isfinite(_value(template, place)):
            limit = _limit(template, place)
            if limit is not None:
                limits.append((place, limit))
    return tuple(limits)


def _places(parts: Sequence[Node]) -> list[Fraction]:
    """Return where something that must not be 0 is."""
    edges = [
        arg - constant(end) if end else arg
        for part in parts
        for arg, allowed in part.primitive.requirements(part)
        if not arg.is_constant
        for end in _open_ends(allowed)
    ]
    zeros: dict[Fraction, None] = {}
    for edge in edges:
        if _value(edge, Fraction(0)) == 0:
            zeros[Fraction(0)] = None
        at_zero, at_one, at_two = (_value(edge, Fraction(k)) for k in range(3))
        slope = at_one - at_zero
        if (
            all(map(mpmath.isfinite, (at_zero, at_one, at_two)))
            and slope
            and abs(at_two - at_one - slope) <= _SETTLED * abs(slope)
        ):
            zero = Fraction(mpmath.nstr(-at_zero / slope, 30)).limit_denominator(10**6)
            if _value(edge, zero) == 0:
                zeros[zero] = None
        elif edge.primitive in (add, mul):  # sqrt(x + 2) - 2
            zeros.update(dict.fromkeys(place for place in _SIMPLE_PLACES if _value(edge, place) == 0))
    return list(zeros)


def _open_ends(allowed: Requirement) -> list[Fraction]:
    """Return the finite ends of a set that do not belong to it; 0 where that is left out in the middle."""
    if isinstance(allowed, Sign):
        return [] if allowed & Sign.ZERO else [Fraction(0)]
    ends = ((allowed.low, allowed.open_low), (allowed.high, allowed.open_high))
    return [Fraction(end) for end, is_open in ends if is_open and abs(end) != float("inf")]


def _value(template: Node, place: Real) -> Real:
    return evaluate_precisely([template], {VARIABLE: np.array(place, dtype=object)}, digits=60)[0][()]


def _limit(template: Node, place: Fraction) -> float | None:
    """Return what the values close to a place settle at, the same from every side where there are values."""
    is_slow = any(part.primitive.precise is not None for part in toposort([template]))
    digits, distances, settled = _NEAR_FOR_SLOW_FUNCTIONS if is_slow else _NEAR

    def value_at(number: Real) -> Real:
        return evaluate_precisely([template], {VARIABLE: number}, digits=digits)[0][()]

    limits = []
    with mpmath.workdps(digits):
        middle = mpmath.mpf(place.numerator) / place.denominator
        for side in (1, -1):
            values = [value_at(middle + side * distance) for distance in distances]
            if all(map(mpmath.isnan, values)) and all(mpmath.isnan(value_at(middle + side * far)) for far in _FAR):
                continue  # outside the domain; what is only too large for digits has a value farther away
            if not all(map(mpmath.isfinite, values)):
                return None
            is_vanishing = abs(values[2]) < settled and all(
                abs(nearer) <= _SHRINKING * abs(farther) for farther, nearer in itertools.pairwise(values)
            )
            if not is_vanishing and abs(values[2] - values[1]) > settled * abs(values[2]):
                return None
            limits.append(mpmath.mpf(0) if is_vanishing else values[2])
        if not limits or any(abs(limit - limits[0]) > settled * abs(limit) for limit in limits):
            return None
        return float(limits[0])
