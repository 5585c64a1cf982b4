"""Points on the boundaries between the branches of formulas, and inside every branch however narrow.

Random points miss ``x == 2`` and ``3 < x < 3.001``. Along each entry of the inputs the zeros of all boundaries are solved for;
a point is wanted on each of them and in each interval between two, and one input's intervals are combined with the others', so
that conditions may be nested. Of the points found those are kept that lie on a combination of sides on which none before lies.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Real
from symgd.evaluation.high_precision import MultiPrecision, evaluate_precisely
from symgd.evaluation.sampling import Point
from symgd.evaluation.sides import Sides, sides_of
from symgd.evaluation.switches import thresholds_of
from symgd.evaluation.zeros import DIGITS, dips, end_of_zeros, lowest, zero_between
from symgd.graph.node import Node
from symgd.graph.traversal import depends_on, fold, symbols_of

__all__ = ["points_on_boundaries"]

_NEAR = mpmath.mpf("1e-12")
_NEAR_EXACTLY = mpmath.mpf("1e-40")
_REACH = (-(10**5), -1000, -30, -5, -2, -1, Fraction(-1, 3), 0, Fraction(1, 3), 1, 2, 5, 30, 1000, 10**5)
"""Where zeros are looked for along an entry, around its value."""
_BESIDE = (Fraction(1, 20), Fraction(1, 10**6), Fraction(1, 10**10))
"""How far from a zero branches are looked for that begin and end beside it."""
_CENTRES = 2
_ENTRIES = 2
_COMBINATIONS = 40
_MOST_POINTS = 12
_MOST_POINTS_FOR_CODE = 16
_MOST_BOUNDARIES = 24
_MOST_DIPS = 2
_NUMBERS = MultiPrecision()

_SMALL = 12
"""How many entries an input may have whose entries are all moved."""
_LARGE = 64
"""How many entries an input may have whose entries are put in other orders."""
_PERMUTATIONS = 80
_APART = 10**4
"""Entries that are moved together differ by this share of 1."""

Entry = tuple[Node, tuple[int, ...]]


def points_on_boundaries(
    known: Sequence[Point],
    boundaries: Sequence[Node],
    numbers: Iterable[Fraction],
    generator: np.random.Generator,
    *,
    rankings: Sequence[Node] = (),
    variables: Sequence[Node] = (),
    for_floats: bool = False,
    has_equalities: bool = False,
) -> list[Point]:
    """Return points on boundaries, on both sides of them, and between two of them; and points that rank entries otherwise.

    A point so near to a boundary that rounding decides on which side of it code evaluates it is left out.

    Parameters
    ----------
    known : sequence of Point
        Points of the same sizes, whose sides are known already. The first is moved; what is not moved keeps its values.
    boundaries : sequence of Node
        Expressions whose zeros are boundaries.
    numbers : iterable of Fraction
        Further numbers that an entry may be compared with, by code that cannot be read.
    generator : numpy.random.Generator
    rankings : sequence of Node
        Expressions of whose entries those that are 0 decide; each entry shall once, on all sides of the boundaries.
    variables : sequence of Node
        Inputs that are moved first.
    for_floats : bool
        Whether the numbers are floats, as functions take them.
    has_equalities : bool
        Whether a condition such as x + y == 3 holds on a boundary alone: then the point that is moved gets short fractions.
    """
    ranked = rankings[: _MOST_BOUNDARIES // 2]
    return _Search(
        [_with_simple_numbers(known[0]), *known] if has_equalities and not for_floats else known,
        boundaries[:_MOST_BOUNDARIES],
        sorted(set(numbers)),
        generator,
        ranked,
        variables,
        for_floats,
    ).points()


class _Search:
    """Looks for points around a point."""

    def __init__(
        self,
        points: Sequence[Point],
        boundaries: Sequence[Node],
        numbers: list[Fraction],
        generator: np.random.Generator,
        rankings: Sequence[Node],
        variables: Sequence[Node],
        for_floats: bool,
    ) -> None:
        self.base = points[0]
        self.found = list(points)
        self.rankings = list(rankings)
        self.deciding = [*boundaries, *rankings]
        self.variables = variables
        self.boundaries = list(boundaries)
        self.numbers = numbers
        self.generator = generator
        self.for_floats = for_floats
        self.known: dict[Node, Array] = {}
        """The values of all parts at the base."""
        self.moving: dict[Node, set[Node]] = {}
        """For every input that may move, the parts that move with it."""
        self.main: dict[Entry, list[Fraction]] = {}
        """The numbers that are combined with each other."""
        self.near = _NEAR if for_floats else _NEAR_EXACTLY
        written = [Fraction(number) for number in thresholds_of(boundaries)]
        self.written = [sign * number for number in written for sign in (1, -1)]
        """Numbers in the boundaries, where they may lie: x == 10**9."""
        self.searched: set[Node] = set()
        """Inputs of which one entry was looked at closely."""
        self.fixed: dict[frozenset[Node], dict[Node, Array]] = {}

    def points(self) -> list[Point]:
        if not self.deciding and not self.numbers:
            return []
        start, seen = len(self.found), set[Sides | None]()
        for point in self.found:
            known = self.known if point is self.base else {}
            values = evaluate_precisely(self.deciding, point.values, point.sizes, DIGITS, known)
            seen |= {sides_of(values, in_order, self.near) for in_order in (False, True)}
        candidates = {entry: self._candidates(entry) for entry in self._entries()}
        candidates = {entry: numbers for entry, numbers in candidates.items() if numbers}
        most = (_MOST_POINTS_FOR_CODE if self.for_floats else _MOST_POINTS) + self._count_ranked()
        if self.numbers:
            most += max(map(len, candidates.values()), default=0)
        tried: set[frozenset[tuple[Entry, Fraction]]] = set()
        for changes in self._changes(candidates):
            place = frozenset(changes.items())
            if place in tried and not self.numbers:
                continue
            tried.add(place)
            values = self._evaluate(self.deciding, self._values(changes))
            sides = sides_of(values, self._are_whole(changes), self.near)
            if sides is not None and (self.numbers or sides not in seen or self._is_zero_of_scalar(changes, values)):
                seen.add(sides)
                self.found.append(self._moved(changes))
            if len(self.found) == start + most:
                break
        return self.found[start:]

    @staticmethod
    def _is_zero_of_scalar(changes: dict[Entry, Fraction], values: Sequence[Array]) -> bool:
        """Whether a number lies on a boundary, which may have others: x == 2 and x == -7 are zeros of one."""
        is_scalar = len(changes) == 1 and not any(index for _, index in changes)
        return is_scalar and any(entry == 0 for value in values for entry in value.flat)

    def _are_whole(self, changes: dict[Entry, Fraction]) -> bool:
        """Whether all entries of inputs that have several are changed."""
        nodes = {node for node, _ in changes}
        return len(nodes) < len(changes) == sum(np.size(self.base.values[node]) for node in nodes)

    def _count_ranked(self) -> int:
        return min(_MOST_POINTS, sum(int(self.known[ranking].size) for ranking in self.rankings))

    def _changes(self, candidates: dict[Entry, list[Fraction]]) -> Iterable[dict[Entry, Fraction]]:
        """Yield which entries take which numbers: one at a time, and then several at once."""
        if self.numbers:
            yield from self._spread(candidates)
        for is_number in (True, False):  # numbers are compared more often than entries of arrays
            one_each = [
                [(entry, number) for number in numbers]
                for entry, numbers in candidates.items()
                if is_number == (not np.shape(self.base.values[entry[0]]))
            ]
            for turn in itertools.zip_longest(*one_each):  # no entry waits until another one has taken all numbers
                yield from ({entry: number} for entry, number in filter(None, turn))
        outermost = {node: numbers[-2:] for (node, _), numbers in candidates.items()}
        for node, numbers in outermost.items():  # every entry of a vector lies on both sides
            shape = np.shape(self.base.values[node])
            if len(shape) == 1 and 1 < shape[0] <= _SMALL:
                for number in numbers:
                    yield {(node, (k,)): number + Fraction(k + 1, _APART) for k in range(shape[0])}
        if self.rankings:
            yield from self._permuted()
        if len(candidates) > 1:
            for _ in range(_COMBINATIONS):
                moving = [entry for entry in self.main if self.generator.random() < 0.7]
                yield {entry: self.main[entry][self.generator.integers(len(self.main[entry]))] for entry in moving}

    def _spread(self, candidates: dict[Entry, list[Fraction]]) -> Iterable[dict[Entry, Fraction]]:
        """Yield an array whose entries are different numbers, until each entry was each number: what compares is not known."""
        for node in {node: None for node, _ in candidates}:
            shape = np.shape(self.base.values[node])
            numbers = list(dict.fromkeys(number for entry in candidates if entry[0] is node for number in candidates[entry]))
            if 1 < np.prod(shape, dtype=int) <= _LARGE:
                for turn in range(len(numbers)):
                    yield {(node, index): numbers[(k + turn) % len(numbers)] for k, index in enumerate(np.ndindex(*shape))}
                return

    def _permuted(self) -> Iterable[dict[Entry, Fraction]]:
        """Yield the entries of inputs in other orders, at the points that are found."""
        nodes = [
            node for node in symbols_of(*self.rankings) if node in self.moving and 1 < np.size(self.base.values[node]) <= _LARGE
        ]
        if not nodes:
            return
        sizes = [int(np.size(self.base.values[node])) for node in nodes]
        for point in self.found:  # which grows
            for turn in range(1, max(sizes)):
                yield self._in_order(
                    point, {node: np.roll(np.arange(size), turn) for node, size in zip(nodes, sizes, strict=True)}
                )
        for turn in range(_PERMUTATIONS):
            orders = {
                node: self.generator.choice(size, size, replace=bool(turn % 2))  # entries tie, or not
                for node, size in zip(nodes, sizes, strict=True)
            }
            yield self._in_order(self.found[turn // 2 % len(self.found)], orders)

    @staticmethod
    def _in_order(point: Point, orders: dict[Node, Array]) -> dict[Entry, Fraction]:
        changes: dict[Entry, Fraction] = {}
        for node, order in orders.items():
            array = np.asarray(point.values[node])
            numbers = array.ravel()[order].tolist()
            changes |= {
                (node, index): Fraction(number) for index, number in zip(np.ndindex(*array.shape), numbers, strict=True)
            }
        return changes

    def _entries(self) -> list[Entry]:
        """Return entries that may move freely: an input's first one, and another."""
        free = [node for node in (*self.variables, *self.base.values) if self._is_free(node)]
        free = list(dict.fromkeys(free))
        deciding = symbols_of(*self.deciding)
        entries: list[Entry] = []
        for node in free if self.numbers else [node for node in free if node in deciding]:
            self.moving[node] = depends_on(self.deciding, [node])
            places = list(np.ndindex(*np.shape(self.base.values[node])))
            chosen = self.generator.permutation(len(places))[:_ENTRIES]
            entries += [(node, places[number]) for number in chosen]
        return entries

    def _is_free(self, node: Node) -> bool:
        facts = node.facts
        is_whole = np.asarray(self.base.values[node]).dtype.kind in "iu"
        return not (is_whole or facts.is_symmetric or facts.is_one_hot or facts.sums_to is not None or facts.values is not None)

    def _moved(self, changes: dict[Entry, Fraction]) -> Point:
        values = dict(self.base.values)
        for (node, index), number in changes.items():
            array = np.asarray(values[node]).astype(object)
            array[index] = float(number) if self.for_floats else number
            values[node] = array.astype(float) if self.for_floats else array
        return Point(values, self.base.sizes)

    def _values(self, changes: dict[Entry, Fraction]) -> dict[Node, Array]:
        """Return the values that are known where entries take other numbers: of the entries, and of what does not move."""
        values = dict(self._fixed(frozenset(node for node, _ in changes)))
        with mpmath.workdps(DIGITS):
            for (node, index), number in changes.items():
                if node not in values:
                    values[node] = self.known[node].copy()
                values[node][index] = _NUMBERS.number(float(number) if self.for_floats else number)
        return values

    def _evaluate(self, boundaries: Sequence[Node], values: dict[Node, Array]) -> list[Array]:
        return evaluate_precisely(boundaries, {}, self.base.sizes, DIGITS, values)

    def _fixed(self, inputs: frozenset[Node]) -> dict[Node, Array]:
        """Return the values of all parts that do not move with some inputs."""
        if inputs not in self.fixed:
            moving = set[Node]().union(*(self.moving[node] for node in inputs))
            self.fixed[inputs] = {node: value for node, value in self.known.items() if node not in moving}
        return self.fixed[inputs]

    # -- along one entry --------------------------------------------------------------------------------------

    def _candidates(self, entry: Entry) -> list[Fraction]:
        """Return zeros of the boundaries along an entry, and a number in each interval between two."""
        node, index = entry
        moving = [boundary for boundary in self.deciding if boundary in self.moving[node]]
        here = Fraction(float(np.asarray(self.base.values[node])[index]))
        around = [here + step for step in _REACH] + self.written
        if self.for_floats:  # a function is asked for floats, and so is the formula
            around = [Fraction(float(place)) for place in around]
        ends = [min(around), max(around)]
        known: dict[Fraction, dict[Node, Array]] = {}
        zeros = set(self.numbers)
        for boundary in moving:
            is_line = _is_affine(boundary, node, self.moving[node])
            along = {}
            for place in ends if is_line else sorted({*around, Fraction(0)}):
                if place not in known:
                    known[place] = self._values({entry: place})
                along[place] = self._evaluate([boundary], known[place])[0]
            zeros |= self._zeros(boundary, entry, along)
        ordered = sorted(zeros)
        if not ordered:
            return []
        if self.for_floats:  # rounding would decide on which side of it code evaluates the point
            exact = [number for number in ordered if Fraction(float(number)) == number]
        else:
            exact = ordered
        between = [(low + high) / 2 for low, high in itertools.pairwise(ordered)]
        beside: list[Fraction] = []
        if len(moving) > 1 and node not in self.searched:  # a branch may begin and end beside a zero: relu(1e-6 - abs(x - 5))
            beside = [zero + sign * gap for zero in ordered[:_CENTRES] for gap in _BESIDE for sign in (1, -1)]
        self.searched.add(node)
        outside = [ordered[0] - 1, ordered[-1] + 1]
        inner, near, outer = (
            [number for number in several if self._may_be(node, number)] for several in ([*exact, *between], beside, outside)
        )
        if inner or outer:
            self.main[entry] = inner + outer
        return inner + near + outer

    @staticmethod
    def _may_be(node: Node, number: Fraction) -> bool:
        return number in node.facts.interval and not (node.facts.is_nonzero and number == 0)

    def _zeros(self, boundary: Node, entry: Entry, along: dict[Fraction, Array]) -> set[Fraction]:
        """Return where entries of a boundary are 0, exactly where that is a simple number, else to the nearest float.

        Its values are known at some places along an entry.
        """

        def entry_at(out: tuple[int, ...], place: Fraction) -> Real:
            return self._evaluate([boundary], self._values({entry: place}))[0][out]

        zeros: set[Fraction | None] = set()
        for out in np.ndindex(*next(iter(along.values())).shape):
            line = [(place, value[out]) for place, value in along.items() if mpmath.isfinite(value[out])]
            value = functools.partial(entry_at, out)
            for (low, at_low), (high, at_high) in itertools.pairwise(line):
                if at_low * at_high < 0:
                    zeros.add(zero_between(low, high, at_low, at_high, value))
            near = () if zeros else itertools.islice(dips(line), _MOST_DIPS)
            for before, after, middle in near:
                place, at_place = lowest(before[0], after[0], middle[1], value)
                if at_place * middle[1] < 0:
                    zeros.add(zero_between(before[0], place, before[1], at_place, value))
                    zeros.add(zero_between(place, after[0], at_place, after[1], value))
            for is_zero, run in itertools.groupby(enumerate(line), lambda numbered: numbered[1][1] == 0):
                places = [k for k, _ in run]
                first, last = places[0], places[-1]
                if is_zero and first == last:
                    zeros.add(line[first][0])
                elif is_zero:  # 0 from one place to another: x - max(x, y)
                    zeros |= {end_of_zeros(line[: first + 1], value), end_of_zeros(line[last:][::-1], value)}
        return {zero for zero in zeros if zero is not None}


def _with_simple_numbers(point: Point) -> Point:
    """Return a point near another one whose inputs are short fractions, so that x + y == 3 has a solution in numbers.

    Small numbers stay, and inputs of which more is declared than where they lie.
    """
    values = dict(point.values)
    for node, value in point.values.items():
        array, facts = np.asarray(value), node.facts
        if array.dtype.kind != "f" or facts.is_symmetric or facts.is_one_hot or facts.sums_to is not None or facts.values:
            continue
        simple = np.where(np.abs(array) < 1 / 8, array, np.round(array * 64) / 64)
        if all(Fraction(float(number)) in facts.interval for number in simple.flat):
            values[node] = simple
    return Point(values, point.sizes)


def _is_affine(boundary: Node, node: Node, moving: set[Node]) -> bool:
    """Whether a boundary is seen to be affine in an input, so that two of its values determine it."""

    def visit(part: Node, args: list[bool]) -> bool:
        record, movers = part.primitive, [k for k, arg in enumerate(part.args) if arg in moving]
        is_sum = record.linear_in == "each" and not record.is_weighted
        is_choice = bool(record.conditional) and all(k in record.conditional for k in movers)
        return all(args) and (not movers or is_sum or is_choice or (len(movers) == 1 and record.is_linear_in(movers[0])))

    return fold([boundary], visit, {node: True})[boundary]
