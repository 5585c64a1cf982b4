"""Check whether two formulas that are equal where both have values have values at the same points.

log(x²) and 2·log x are equal for x > 0, and for x < 0 only the first one has a value. So where a formula is replaced by
another, the parts of both that have values for some arguments only are compared first: 1/x requires x ≠ 0, √x requires x ≥ 0.
What the declared facts of the inputs imply, or the domain of the formula that both were derived from, cannot fail and is left
out. Where the requirements of the two formulas still differ, they are evaluated at points where one of these fails: small exact
numbers, 0 and negative ones among them, places where an argument is 0 or at the end of its range, and places beyond.

A formula may not lose a value, nor gain values on an open set. A value gained at a single point, around which the first formula
has values or the second one has none, is a hole that was filled. Derivatives of choices are products with masks, as 0·log x
where x < 0 was not chosen: the chosen value is no gain, if it is what comes out where 0 times what has no value is 0.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np

from symgd.equality.finite_values import DIGITS, Masked, agree, finite, has_value, value_at
from symgd.equality.needs import Need, Needs, place_of
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Entry
from symgd.evaluation.inputs import check_work, row_numbers
from symgd.evaluation.sampling import Point, Spread, draw
from symgd.evaluation.sizes import Axes
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.node import Node
from symgd.graph.shape import size_value
from symgd.graph.symbol_facts import SymbolFacts
from symgd.graph.traversal import symbols_of

__all__ = ["Change", "DomainChange", "domain_changes", "value_at"]

_SEED = 0
_MANY_DIGITS = 400
"""In how many a change is confirmed: what cancels in few digits has no value there by rounding only."""
_FARTHEST = 20
"""Numbers on boundaries are not larger: far out functions are constant but for the last digits."""
_NUMBERS = (0, 1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 2), 3, -3)
_RANDOM = 10
_WIDE = (1.0, 1.0, 4.0, 0.25)
_MOST_PARTS = 6
_MOST_PLACES = 16
_PER_KIND = 4
_NEIGHBOURS = 4
_STEP = Fraction(1, 2**20)

Kind = frozenset[int | None] | None
"""How a requirement fails at a point: by the places of the entries; None where it holds."""


class Change(Enum):
    """How a domain has changed."""

    LOST = "has no value any more"
    GAINED = "has values where there was none"
    FILLED = "has a value at a point where there was none"


class DomainChange(NamedTuple):
    """A change of the domain and the point where it is seen."""

    kind: Change
    place: str


def domain_changes(before: Sequence[Node], after: Sequence[Node], source: Node | None) -> list[DomainChange | None]:
    """Return for each pair of formulas how its domain has changed; None where no change is seen.

    Parameters
    ----------
    before, after : sequence of Node
    source : Node or None
        Only points count where this formula has a value.
    """
    changes: list[DomainChange | None] = [None] * len(before)
    needs = Needs([*before, *after], source)
    for k, (earlier, later) in enumerate(zip(before, after, strict=True)):
        differing = needs.differing(earlier, later)
        if differing:
            with suppress(SymgdError):  # too large to be tried, or no sizes fit
                changes[k] = _Pair(earlier, later, source, differing).change()
    return changes


class _Pair:
    """Two formulas whose domains may differ."""

    def __init__(self, before: Node, after: Node, source: Node | None, differing: list[Need]) -> None:
        self.before, self.after, self.source = before, after, source
        self.needs = differing[:_MOST_PARTS]
        formulas = [before, after, *([] if source is None else [source])]
        axes = Axes(formulas)
        self.sizes = axes.choose()
        check_work(axes.nodes, self.sizes)
        self.symbols = symbols_of(*formulas)
        self.rows = row_numbers(axes.nodes)
        self.generator = np.random.default_rng(_SEED)

    def change(self) -> DomainChange | None:
        """Return how the domain has changed; what changes on an open set or is lost comes first."""
        filled = None
        for values in self._places():
            if self.source is not None and not has_value(value_at(self.source, values, self.sizes)):
                continue
            change = self._change_at(values, DIGITS) and self._change_at(values, _MANY_DIGITS)
            if change is not None and change is not Change.FILLED:
                return DomainChange(change, self._words(values))
            if change is not None and filled is None:
                filled = DomainChange(change, self._words(values))
        return filled

    def _words(self, values: Mapping[Node, Array]) -> str:
        return repr(Point({node: np.asarray(value).astype(float) for node, value in values.items()}, self.sizes))

    def _change_at(self, values: Mapping[Node, Array], digits: int) -> Change | None:
        old, new = (value_at(formula, values, self.sizes, digits) for formula in (self.before, self.after))
        was, is_now = finite(old), finite(new)
        if (was & ~is_now).any():
            return Change.LOST
        gained = is_now & ~was
        if self.source is not None and gained.any():
            gained &= ~agree(value_at(self.before, values, self.sizes, digits, Masked()), new)
        if not gained.any():
            return None
        gained &= self._is_open_around(values)
        return Change.GAINED if gained.any() and (gained & self._seen_anywhere).any() else Change.FILLED

    @cached_property
    def _seen_anywhere(self) -> Array | bool:
        """Which entries of the first formula have a value at some random point.

        Others are 0/0 whatever the inputs are, as a distance of a row from itself divided by that distance.
        """
        seen: Array | bool = False
        for scale in (*_WIDE, *_WIDE):
            place = {node: self._drawn(node, scale) for node in self.symbols}
            for values in (place, {node: np.abs(value) for node, value in place.items()}):
                allowed = values if all(_lies_inside(node, value) for node, value in values.items()) else place
                seen = seen | finite(value_at(self.before, allowed, self.sizes))
        return seen

    def _is_open_around(self, values: Mapping[Node, Array]) -> Array:
        """Return for each entry whether the second formula has values close to a point, and the first one none."""
        was: Array | bool = False
        is_now: Array | bool = False
        for sign in (*(None,) * _NEIGHBOURS, 1, -1):  # at random, all entries larger, and all smaller
            near = {node: self._moved(node, value, sign) for node, value in values.items()}
            if self.source is not None and not has_value(value_at(self.source, near, self.sizes)):
                continue  # the result is not used there
            was = was | finite(value_at(self.before, near, self.sizes))
            is_now = is_now | finite(value_at(self.after, near, self.sizes))
        is_open: Array = np.asarray(is_now & ~np.asarray(was))
        return is_open

    def _moved(self, node: Node, value: Array, sign: int | None) -> Array:
        facts = node.facts
        array = np.asarray(value)
        if array.dtype.kind in "iu" or facts.is_one_hot or facts.sums_to is not None or facts.values is not None:
            return value
        if sign is None:
            steps = self.generator.integers(1, 64, array.shape) * self.generator.choice((-1, 1), array.shape)
        else:
            steps = sign * np.arange(1, array.size + 1).reshape(array.shape)
        if facts.is_symmetric:
            steps = steps @ steps.T if facts.is_positive_semidefinite else steps + steps.T
        moved = np.empty(array.shape, dtype=object)
        for index in np.ndindex(*array.shape):
            step = int(steps[index]) * _STEP
            entry = _exact(array[index])
            moved[index] = next(
                (neighbour for neighbour in (entry + step, entry - step) if facts.is_symmetric or _allows(facts, neighbour)),
                entry,
            )
        return moved

    # -- places -----------------------------------------------------------------------------------------------

    def _places(self) -> list[dict[Node, Array]]:
        """Return points where a requirement of only one formula fails, a few of each kind."""
        places: list[dict[Node, Array]] = []
        counts: dict[tuple[Kind, ...], int] = {}
        for values in self._candidates():
            kind = tuple(self._kind(need, values) for need in self.needs)
            if any(part is not None for part in kind) and counts.get(kind, 0) < _PER_KIND:
                counts[kind] = counts.get(kind, 0) + 1
                places.append(values)
                if len(places) == _MOST_PLACES:
                    break
        return places

    def _kind(self, need: Need, values: Mapping[Node, Array]) -> Kind:
        """Return how a requirement fails at a point: by the places of its entries; None where it holds."""
        arg, where = need
        places = {place_of(entry, where) for entry in value_at(arg, values, self.sizes).flat}
        return None if places == {None} else frozenset(places)

    def _candidates(self) -> Iterator[dict[Node, Array]]:
        pools = {node: _pool(node) for node in self.symbols}
        for number in map(Fraction, (0, -1, 1)):
            yield {node: self._filled(node, number if number in pools[node] else pools[node][0]) for node in self.symbols}
        for _ in range(_RANDOM // 2):
            yield self._of_small_numbers(pools)
        yield from self._on_boundaries(pools)
        for scale in _WIDE:
            yield {node: self._drawn(node, scale) for node in self.symbols}
        for _ in range(_RANDOM // 2):
            yield self._of_small_numbers(pools)

    def _of_small_numbers(self, pools: Mapping[Node, Sequence[Fraction]]) -> dict[Node, Array]:
        return {
            node: self._filled(node, *(pools[node][k] for k in self.generator.integers(len(pools[node]), size=8)))
            for node in self.symbols
        }

    def _filled(self, node: Node, *numbers: Fraction) -> Array:
        """Return an array of numbers, repeated; what has a structure is drawn."""
        facts = node.facts
        if node in self.rows or facts != SymbolFacts(facts.interval, facts.is_nonzero, facts.is_symmetric):
            return self._drawn(node, 1.0)
        shape = self._shape(node)
        array = np.empty(shape, dtype=object)
        for place, number in zip(np.ndindex(*shape), itertools.cycle(numbers), strict=False):
            array[place] = number
        if facts.is_symmetric:
            for i, j in np.ndindex(*shape):
                array[i, j] = array[min(i, j), max(i, j)]
        return array

    def _drawn(self, node: Node, scale: float) -> Array:
        shape = self._shape(node)
        if node in self.rows:
            return self.generator.integers(size_value(self.rows[node], self.sizes), size=shape)
        drawn: Array = draw(node, Sign.ANY, shape, self.generator, Spread(scale, 0.0, is_positive=False))
        return drawn

    def _shape(self, node: Node) -> tuple[int, ...]:
        return tuple(size_value(size, self.sizes) for size in node.shape)

    def _on_boundaries(self, pools: Mapping[Node, Sequence[Fraction]]) -> Iterator[dict[Node, Array]]:
        """Yield points where an argument is at the end of where it must lie, found along one input in which it is affine."""
        beside = self._of_small_numbers(pools)
        for arg, where in self.needs:
            ends = [0] if isinstance(where, Sign) else [end for end in (where.low, where.high) if abs(end) != math.inf]
            for node in arg.symbols[:3]:
                first, second = (
                    value_at(arg, {**beside, node: self._filled(node, Fraction(number))}, self.sizes) for number in (2, 3)
                )
                low, high = first.flat[0], second.flat[0]
                if not (mpmath.isfinite(low) and mpmath.isfinite(high)) or low == high:
                    continue
                for end in ends:
                    root = Fraction(mpmath.nstr(2 + (mpmath.mpf(float(end)) - low) / (high - low), 30)).limit_denominator(1000)
                    for number in (root, root - 1, root + 1):
                        if abs(number) <= _FARTHEST and _allows(node.facts, number):
                            yield {**beside, node: self._filled(node, number)}


def _pool(node: Node) -> list[Fraction]:
    """Return simple numbers that an input may be."""
    interval = node.facts.interval
    ends = [Fraction(end) for end in (interval.low, interval.high) if abs(end) != math.inf]
    interior = [sum(ends) / len(ends)] if len(ends) == 2 else [end + step for end in ends for step in (1, -1)]
    numbers = [Fraction(number) for number in (*_NUMBERS, *ends, *interior)]
    return [number for number in dict.fromkeys(numbers) if _allows(node.facts, number)] or [Fraction(1)]


def _lies_inside(node: Node, value: Array) -> bool:
    return all(_allows(node.facts, _exact(entry)) for entry in np.asarray(value).flat)


def _exact(entry: Entry) -> Fraction:
    return entry if isinstance(entry, Fraction) else Fraction(float(entry))


def _allows(facts: SymbolFacts, number: Fraction) -> bool:
    interval: Interval = facts.interval
    return number in interval and not (facts.is_nonzero and number == 0)
