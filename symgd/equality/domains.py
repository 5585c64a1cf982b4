"""Judge whether two formulas that are equal where both have values have values at the same points.

log(x²) and 2·log x are equal for x > 0, and for x < 0 only the first one has a value. So where a formula is replaced by
another, the parts of both that have values for some arguments only are compared first: 1/x asks for x ≠ 0, √x for x ≥ 0. What
the declared facts of the inputs imply, or the domain of the formula that both were derived from, cannot fail and is left out.
Where the two formulas still ask for different things, they are evaluated at points where one of these fails: small exact
numbers, 0 and negative ones among them, places where an argument is 0 or at the end of its range, and places beyond.

A formula may not lose a value, nor gain values on an open set. A value gained at a single point, around which the first formula
has values or the second one has none, is a hole that was filled. Derivatives of choices are products with masks, as 0·log x
where x < 0 was not chosen: the chosen value is no gain, if it is what comes out where 0 times what has no value is 0.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from symgd.errors import DomainError, SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.evaluator import Algebra, evaluate, multiply_up
from symgd.evaluation.high_precision import MultiPrecision, Rounded, algebra_of, exact_array
from symgd.evaluation.inputs import check_work, row_numbers
from symgd.evaluation.sampling import Point, Spread, draw
from symgd.evaluation.sizes import Axes
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.inference import Facts, domain_of
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, Requirement
from symgd.graph.shape import size_value
from symgd.graph.traversal import symbols_of, toposort

__all__ = ["Change", "DomainChange", "domain_changes", "value_at"]

_SEED = 0
_DIGITS = 40
_MANY_DIGITS = 400
"""In how many a change is confirmed: what cancels in few digits has no value there by rounding only."""
_AGREEMENT = mpmath.mpf("1e-30")
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

Need = tuple[Node, Requirement]


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
    needs = _Needs([*before, *after], source)
    for k, (one, other) in enumerate(zip(before, after, strict=True)):
        differing = needs.differing(one, other)
        if differing:
            with suppress(SymgdError):  # too large to be tried, or no sizes fit
                changes[k] = _Pair(one, other, source, differing).judge()
    return changes


class _Needs:
    """What formulas ask of their parts, as sets of bits.

    Parameters
    ----------
    formulas : sequence of Node
    source : Node or None
        What its domain implies holds.
    """

    def __init__(self, formulas: Sequence[Node], source: Node | None) -> None:
        self.source = source
        self.kinds: list[Need] = []
        self._sets: dict[Node, int] = {}
        numbers: dict[Hashable, int] = {}
        sets = self._sets
        for node in toposort(formulas):
            bits = 0
            for arg in node.args:
                bits |= sets[arg]
            if node.primitive.domain is not Sign.ANY:
                for need in _asked(node):
                    number = numbers.setdefault(_alike(need), len(numbers))
                    if number == len(self.kinds):
                        self.kinds.append(need)
                    bits |= 1 << number
            sets[node] = bits

    def differing(self, one: Node, other: Node) -> list[Need]:
        """Return what only one of two formulas asks for and what is not known to hold."""
        bits = self._sets[one] ^ self._sets[other]
        if not bits:
            return []
        return [need for k, need in enumerate(self.kinds) if bits >> k & 1 and not self._facts.is_implied(*need)]

    @cached_property
    def _facts(self) -> Facts:
        return Facts(domain_of(self.source) if self.source is not None else None)


def _alike(need: Need) -> Hashable:
    """Return what needs share that ask for the same: a sum in another order is the same."""
    arg, where = need
    return (frozenset(arg.args) if arg.primitive.name == "add" else arg), where


def _asked(node: Node) -> Iterator[Need]:
    """Yield what a node asks of its arguments, each in its simplest form."""
    needs: Iterable[Need] = node.primitive.requirements(node)
    if node.primitive.name == "pow" and not node.args[1].is_exact:
        needs = [(node.args[0], Sign.POSITIVE)]  # (-2)**3 has a value, (-2)**x seldom
    for need in needs:
        yield from _simplest(*need)


def _simplest(arg: Node, where: Requirement) -> Iterator[Need]:
    """Yield what is asked of the factors of a product that must not be 0, and of what a number multiplies."""
    stack = [(arg, where)]
    while stack:
        part, wanted = stack.pop()
        name = part.primitive.name
        if name in ("broadcast", "expand"):
            stack.append((part.args[0], wanted))
        elif wanted == Sign.NONZERO and name == "mul":
            stack += [(factor, wanted) for factor in part.args if not factor.is_constant]
        elif wanted == Sign.NONZERO and name == "pow" and part.args[1].is_exact and part.args[1].value:
            stack.append((part.args[0], wanted))
        elif isinstance(wanted, Sign) and name == "mul" and part.args[0].is_exact and part.args[0].value:
            rest = part.primitive.make(part.args[1:])
            stack.append((rest, wanted if part.args[0].value > 0 else wanted.negated()))
        elif isinstance(wanted, Sign):  # x > 0 is x ≥ 0 and x ≠ 0, as they stand in 1/√x
            yield from ((part, ~one & Sign.ANY) for one in (Sign.NEGATIVE, Sign.ZERO, Sign.POSITIVE) if not wanted & one)
        else:
            yield part, wanted


def _place_of(entry: Any, where: Requirement) -> int | None:
    """Return where an entry lies that is not where it must be; None where it is."""
    if not mpmath.isfinite(entry):
        return 0
    interval = Interval.of(where)
    low, high = mpmath.mpf(float(interval.low)), mpmath.mpf(float(interval.high))
    if entry < low or entry > high:
        return 1 if entry < low else 2
    if isinstance(where, Sign):
        return None if where & (Sign.POSITIVE if entry > 0 else Sign.NEGATIVE if entry < 0 else Sign.ZERO) else 3
    return 3 if (interval.open_low and entry == low) or (interval.open_high and entry == high) else None


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

    def judge(self) -> DomainChange | None:
        """Return how the domain has changed; what changes on an open set or is lost comes first."""
        filled = None
        for values in self._places():
            if self.source is not None and not _has_value(value_at(self.source, values, self.sizes)):
                continue
            change = self._change_at(values, _DIGITS) and self._change_at(values, _MANY_DIGITS)
            if change is not None and change is not Change.FILLED:
                return DomainChange(change, self._words(values))
            if change is not None and filled is None:
                filled = DomainChange(change, self._words(values))
        return filled

    def _words(self, values: Mapping[Node, Any]) -> str:
        return repr(Point({node: np.asarray(value).astype(float) for node, value in values.items()}, self.sizes))

    def _change_at(self, values: Mapping[Node, Any], digits: int) -> Change | None:
        old, new = (value_at(formula, values, self.sizes, digits) for formula in (self.before, self.after))
        was, is_now = _finite(old), _finite(new)
        if (was & ~is_now).any():
            return Change.LOST
        gained = is_now & ~was
        if self.source is not None and gained.any():
            gained &= ~_agree(value_at(self.before, values, self.sizes, digits, _Masked()), new)
        if not gained.any():
            return None
        gained &= self._is_open_around(values)
        return Change.GAINED if gained.any() and (gained & self._seen_anywhere).any() else Change.FILLED

    @cached_property
    def _seen_anywhere(self) -> Any:
        """Which entries of the first formula have a value at some random point.

        Others are 0/0 whatever the inputs are, as a distance of a row from itself divided by that distance.
        """
        seen: Any = False
        for scale in (*_WIDE, *_WIDE):
            place = {node: self._drawn(node, scale) for node in self.symbols}
            for values in (place, {node: np.abs(value) for node, value in place.items()}):
                allowed = values if all(_lies_inside(node, value) for node, value in values.items()) else place
                seen = seen | _finite(value_at(self.before, allowed, self.sizes))
        return seen

    def _is_open_around(self, values: Mapping[Node, Any]) -> Any:
        """Return for each entry whether the second formula has values close to a point, and the first one none."""
        was: Any = False
        is_now: Any = False
        for _ in range(_NEIGHBOURS):
            near = {node: self._moved(node, value) for node, value in values.items()}
            was = was | _finite(value_at(self.before, near, self.sizes))
            is_now = is_now | _finite(value_at(self.after, near, self.sizes))
        return is_now & ~was

    def _moved(self, node: Node, value: Any) -> Any:
        facts = node.facts
        array = np.asarray(value)
        if array.dtype.kind in "iu" or facts.is_one_hot or facts.sums_to is not None:
            return value
        steps = self.generator.integers(1, 64, array.shape) * self.generator.choice((-1, 1), array.shape)
        if facts.is_symmetric:
            steps = steps @ steps.T if facts.is_positive_semidefinite else steps + steps.T
        moved = np.empty(array.shape, dtype=object)
        for index in np.ndindex(*array.shape):
            step = int(steps[index]) * _STEP
            entry = _exact(array[index])
            moved[index] = next(
                (one for one in (entry + step, entry - step) if facts.is_symmetric or _allows(facts, one)), entry
            )
        return moved

    # -- places -----------------------------------------------------------------------------------------------

    def _places(self) -> list[dict[Node, Any]]:
        """Return points where something that only one formula asks for fails, a few of each kind."""
        kept: list[dict[Node, Any]] = []
        counts: dict[Any, int] = {}
        for values in self._candidates():
            kind = tuple(self._kind(need, values) for need in self.needs)
            if any(one is not None for one in kind) and counts.get(kind, 0) < _PER_KIND:
                counts[kind] = counts.get(kind, 0) + 1
                kept.append(values)
                if len(kept) == _MOST_PLACES:
                    break
        return kept

    def _kind(self, need: Need, values: Mapping[Node, Any]) -> Any:
        """Return how something fails at a point: by the places of its entries; None where it holds."""
        arg, where = need
        found = {_place_of(entry, where) for entry in value_at(arg, values, self.sizes).flat}
        return None if found == {None} else frozenset(found)

    def _candidates(self) -> Iterator[dict[Node, Any]]:
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

    def _of_small_numbers(self, pools: Mapping[Node, Sequence[Fraction]]) -> dict[Node, Any]:
        return {
            node: self._filled(node, *(pools[node][k] for k in self.generator.integers(len(pools[node]), size=8)))
            for node in self.symbols
        }

    def _filled(self, node: Node, *numbers: Fraction) -> Any:
        """Return an array of numbers, repeated; what has a structure is drawn."""
        facts = node.facts
        if node in self.rows or facts.is_one_hot or facts.sums_to is not None or facts.is_positive_semidefinite:
            return self._drawn(node, 1.0)
        shape = self._shape(node)
        array = np.empty(shape, dtype=object)
        for place, number in zip(np.ndindex(*shape), itertools.cycle(numbers), strict=False):
            array[place] = number
        if facts.is_symmetric:
            for i, j in np.ndindex(*shape):
                array[i, j] = array[min(i, j), max(i, j)]
        return array

    def _drawn(self, node: Node, scale: float) -> Any:
        shape = self._shape(node)
        if node in self.rows:
            return self.generator.integers(size_value(self.rows[node], self.sizes), size=shape)
        return draw(node, Sign.ANY, shape, self.generator, Spread(scale, 0.0, is_positive=False))

    def _shape(self, node: Node) -> tuple[int, ...]:
        return tuple(size_value(size, self.sizes) for size in node.shape)

    def _on_boundaries(self, pools: Mapping[Node, Sequence[Fraction]]) -> Iterator[dict[Node, Any]]:
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
    inside = [sum(ends) / len(ends)] if len(ends) == 2 else [end + step for end in ends for step in (1, -1)]
    numbers = [Fraction(number) for number in (*_NUMBERS, *ends, *inside)]
    return [number for number in dict.fromkeys(numbers) if _allows(node.facts, number)] or [Fraction(1)]


def _lies_inside(node: Node, value: Any) -> bool:
    return all(_allows(node.facts, _exact(entry)) for entry in np.asarray(value).flat)


def _exact(entry: Any) -> Fraction:
    return entry if isinstance(entry, Fraction) else Fraction(float(entry))


def _allows(facts: Any, number: Fraction) -> bool:
    interval: Interval = facts.interval
    return number in interval and not (facts.is_nonzero and number == 0)


class _Finite(MultiPrecision):
    """Numbers without infinity: log 0 has no value, and neither has e to that power."""

    def apply(self, record: Primitive, *entries: Any) -> Any:
        value = super().apply(record, *entries)
        return mpmath.nan if isinstance(value, mpmath.mpf) and mpmath.isinf(value) else value


class _FiniteRounded(_Finite, Rounded):
    """The same for numbers that have no last digit."""


class _Masked(_Finite):
    """Numbers in which 0 times what has no value is 0."""

    def function(self, record: Primitive) -> Callable[..., Any]:
        return _masked_product if record.name == "mul" else super().function(record)


def _masked_product(*entries: Any) -> Any:
    return mpmath.mpf(0) if any(entry == 0 for entry in entries) else multiply_up(*entries)


def value_at(
    formula: Node, values: Mapping[Node, Any], sizes: Mapping[str, int], digits: int = _DIGITS, algebra: Algebra | None = None
) -> Any:
    """Return the value of a formula as an array of mpmath numbers, NaN where it has none or needs infinity on the way.

    Parameters
    ----------
    formula : Node
    values : mapping of Node to array
    sizes : mapping of str to int
    digits : int
    algebra : Algebra, optional
        Another arithmetic.
    """
    with mpmath.workdps(digits):
        if algebra is None:
            algebra = _FiniteRounded() if isinstance(algebra_of(values), Rounded) else _Finite()
        try:
            (value,) = evaluate([formula], {node: exact_array(value) for node, value in values.items()}, algebra, sizes)
        except DomainError:
            value = np.full([size_value(size, sizes) for size in formula.shape], mpmath.nan, dtype=object)
    return value


def _agree(one: Any, other: Any) -> Any:
    """Return which entries of two arrays are finite and equal."""
    pairs = zip(one.flat, other.flat, strict=True)
    return np.array(
        [bool(mpmath.isfinite(a) and mpmath.isfinite(b) and abs(a - b) <= _AGREEMENT * (abs(a) + abs(b))) for a, b in pairs]
    ).reshape(one.shape)


def _finite(value: Any) -> Any:
    return np.array([bool(mpmath.isfinite(entry)) for entry in value.flat]).reshape(value.shape)


def _has_value(value: Any) -> bool:
    return all(map(mpmath.isfinite, value.flat))
