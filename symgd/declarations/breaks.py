"""The search for breaks: where a function of one argument jumps, or its slope does.

They are looked for between the points of a grid: an interval over which the function or its slope changes is halved until the
change has gone, or stays as a jump. A kink that changes the slope by less than a 100th of what it changes over the interval
anyway is not seen, nor one beyond 100, unless a formula of the declaration has a threshold there, or a point there is given.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symgd.declarations.subject import Example, Place, precise, zero_one
from symgd.declarations.thresholds import largest
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real
from symgd.graph.node import Node

__all__ = ["GRID", "Break", "breaks_of", "lines_of", "places_on"]


GRID = tuple(Fraction(k, 4) + Fraction(1, 97) for k in range(-18, 19))
_FAR = tuple(sign * (Fraction(k) + Fraction(1, 97)) for k in (5, 6, 8, 11, 15, 20, 28, 40, 60, 100) for sign in (-1, 1))
_HALVINGS = 80
_SEARCH_DIGITS = 32
_AHEAD = mpmath.mpf(2) ** -90
_EARLY, _EARLY_FOR_SLOPES, _SHRUNK = 10, 6, mpmath.mpf("1e-2")
_FIRST, _FIRST_DIGITS = 12, 20
"""The number of halvings that use values of fewer digits, and these digits."""
_ROOT = mpmath.mpf("0.6")
_HUGE = mpmath.mpf("1e60")
"""A change by more is that of a function as exp(exp(x)), which is too steep for the search."""
_POLE = mpmath.mpf("1e8")


@dataclass(frozen=True)
class Break:
    """A place where a function of one argument jumps, or its slope does."""

    where: Fraction
    is_exact: bool
    what: str


def lines_of(example: Example, node: Node) -> list[Place]:
    """Return places at which the other arguments are fixed."""
    others = [other for other in example.inputs if other is not node]
    if not others:
        return [Place({}, {})]
    numbers = (Fraction(0), Fraction(2))
    choices = [(number,) * len(others) for number in numbers]
    return [Place(dict(zip(others, choice, strict=True)), {}) for choice in choices]


def _differences(along: Callable[[Real], Real]) -> Callable[[Real], Real]:
    """Return the slope of a function ahead of a point, by a difference whose step is smaller than what the search resolves."""

    def at(number: Real) -> Real:
        with mpmath.workdps(60):
            return (along(number + _AHEAD) - along(number)) / _AHEAD

    return at


def _rounded(along: Callable[[Real], Real], digits: int = _SEARCH_DIGITS) -> Callable[[Real], Real]:
    """Return a function in the digits that the search for breaks needs."""

    def at(number: Real) -> Real:
        with mpmath.workdps(digits):
            return along(number)

    return at


def places_on(example: Example, node: Node, base: Place) -> dict[Fraction, Place | None]:
    """Return the grid along an argument, in order, with places where the function is defined, and None where it is not."""
    fixed = (*GRID, *_FAR) if len(example.inputs) == 1 else GRID[::2]
    beside = {Fraction(number) + Fraction(k, 31) for number in example.at for k in (-1, 1)}
    beside |= {end + Fraction(k, 997) * largest(Fraction(1), end) for end in example.thresholds(node, base) for k in (-1, 1)}
    if len(example.inputs) == 1:  # where there is no definition, the numbers in the code show where it may break
        beside |= {side * number + Fraction(k, 997) for number in example.numbers for side in (-1, 1) for k in (-1, 1)}
    grid = sorted({*fixed, *beside})
    places = {x: base.moved(node, x) for x in grid}
    return {x: place if example.is_good(place) else None for x, place in places.items()}


def breaks_of(
    example: Example, node: Node, base: Place, places: Mapping[Fraction, Place | None], formula: Node | None, what: str
) -> Iterator[Break]:
    """Yield where a formula jumps between places along an argument; without a formula, where differences of the function do."""
    along = example.along(base, node, formula)
    at = _rounded(along) if formula is not None else _differences(along)
    at_first = _rounded(along, _FIRST_DIGITS) if formula is not None else at
    values = {
        x: at(precise(x)) if formula is not example.node else zero_one(example.number(place))
        for x, place in places.items()
        if place is not None
    }
    for a, b in itertools.pairwise(places):
        if a not in values or b not in values:
            continue
        low, high, first = values[a], values[b], abs(values[b] - values[a])
        noise = mpmath.mpf("1e-24") * max(1, abs(low), abs(high))
        if not noise < first < _HUGE:
            continue
        is_clear = first > mpmath.mpf(10) ** (-_FIRST_DIGITS // 2) * max(1, abs(low), abs(high))
        for k in range(_HALVINGS):
            middle = (a + b) / 2
            value = (at_first if is_clear and k < _FIRST else at)(precise(middle))
            if not mpmath.isfinite(value):
                break
            if abs(value - low) >= abs(high - value):
                b, high = middle, value
            else:
                a, low = middle, value
            # over smaller parts a function with a slope changes as their length, one with an infinite slope as a root of it
            early, shrunk = (_EARLY, mpmath.mpf(2) ** (-_ROOT * k)) if what == "it" else (_EARLY_FOR_SLOPES, _SHRUNK)
            if k >= early and abs(high - low) <= first * shrunk:
                break
        else:
            simple = a.limit_denominator(1000)
            is_exact = abs(simple - a) < Fraction(1, 10**15)
            if is_exact or max(abs(low), abs(high)) < _POLE:
                yield Break(simple if is_exact else a, is_exact, what)
