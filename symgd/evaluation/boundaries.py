"""Points on the boundaries between the branches of formulas, and inside every branch however narrow.

Random points miss ``x == 2`` and ``3 < x < 3.001``. Along each entry of the inputs the zeros of all boundaries are solved for;
a point is wanted on each of them and in each interval between two, and one input's intervals are combined with the others', so
that conditions may be nested. Of the points found those are kept that see a combination of sides that none before has seen.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import MultiPrecision, evaluate_precisely
from symgd.evaluation.sampling import Point
from symgd.evaluation.switches import thresholds_of
from symgd.graph.node import Node
from symgd.graph.traversal import depends_on, fold, symbols_of

__all__ = ["points_on_boundaries"]

_DIGITS = 60
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
_SIMPLEST = 10**6
"""The largest denominator of an exact zero."""
_FINE = 10**40
_HALVES = 60
_MOST_DIPS = 2
_SECTIONS = 12
_GOLDEN = Fraction(89, 144)
_STRAIGHT = mpmath.mpf("1e-50")
"""How much smaller than at its ends a boundary is at the zero of its chord, where it is a straight line."""
_NUMBERS = MultiPrecision()

_SMALL = 12
"""How many entries an input may have whose entries are all moved."""
_LARGE = 64
"""How many entries an input may have whose entries are put in other orders."""
_PERMUTATIONS = 80
_APART = 10**4
"""Entries that are moved together differ by this share of 1."""

Entry = tuple[Node, tuple[int, ...]]
Sides = frozenset[Any]
"""Combinations of signs of the boundaries of one shape: of their entries in order, or those that occur, and whether several
entries are 0."""


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

    A point so near to a boundary that rounding decides on which side of it code sees it is left out.

    Parameters
    ----------
    known : sequence of Point
        Points of the same sizes, whose sides are seen already. The first is moved; what is not moved keeps its values.
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
        self.known: dict[Node, Any] = {}
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
        self.fixed: dict[frozenset[Node], dict[Node, Any]] = {}

    def points(self) -> list[Point]:
        if not self.deciding and not self.numbers:
            return []
        given, seen = len(self.found), set[Sides | None]()
        for point in self.found:
            known = self.known if point is self.base else {}
            values = evaluate_precisely(self.deciding, point.values, point.sizes, _DIGITS, known)
            seen |= {_sides(values, in_order, self.near) for in_order in (False, True)}
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
            sides = _sides(values, self._are_whole(changes), self.near)
            if sides is not None and (self.numbers or sides not in seen or self._is_zero_of_scalar(changes, values)):
                seen.add(sides)
                self.found.append(self._moved(changes))
            if len(self.found) == given + most:
                break
        return self.found[given:]

    @staticmethod
    def _is_zero_of_scalar(changes: dict[Entry, Fraction], values: Sequence[Any]) -> bool:
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
        for node, numbers in outermost.items():  # every entry of a vector sees both sides
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
    def _in_order(point: Point, orders: dict[Node, Any]) -> dict[Entry, Fraction]:
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
        found: list[Entry] = []
        for node in free if self.numbers else [node for node in free if node in deciding]:
            self.moving[node] = depends_on(self.deciding, [node])
            places = list(np.ndindex(*np.shape(self.base.values[node])))
            chosen = self.generator.permutation(len(places))[:_ENTRIES]
            found += [(node, places[number]) for number in chosen]
        return found

    def _is_free(self, node: Node) -> bool:
        facts = node.facts
        is_whole = np.asarray(self.base.values[node]).dtype.kind in "iu"
        return not (is_whole or facts.is_symmetric or facts.is_one_hot or facts.sums_to is not None)

    def _moved(self, changes: dict[Entry, Fraction]) -> Point:
        values = dict(self.base.values)
        for (node, index), number in changes.items():
            array = np.asarray(values[node]).astype(object)
            array[index] = float(number) if self.for_floats else number
            values[node] = array.astype(float) if self.for_floats else array
        return Point(values, self.base.sizes)

    def _values(self, changes: dict[Entry, Fraction]) -> dict[Node, Any]:
        """Return the values that are known where entries take other numbers: of the entries, and of what does not move."""
        values = dict(self._fixed(frozenset(node for node, _ in changes)))
        with mpmath.workdps(_DIGITS):
            for (node, index), number in changes.items():
                if node not in values:
                    values[node] = self.known[node].copy()
                values[node][index] = _NUMBERS.number(float(number) if self.for_floats else number)
        return values

    def _evaluate(self, boundaries: Sequence[Node], values: dict[Node, Any]) -> list[Any]:
        return evaluate_precisely(boundaries, {}, self.base.sizes, _DIGITS, values)

    def _fixed(self, inputs: frozenset[Node]) -> dict[Node, Any]:
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
        known: dict[Fraction, dict[Node, Any]] = {}
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
        if self.for_floats:  # rounding would decide on which side of it code sees the point
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

    def _zeros(self, boundary: Node, entry: Entry, along: dict[Fraction, Any]) -> set[Fraction]:
        """Return where entries of a boundary are 0, exactly where that is a simple number, else to the nearest float.

        Its values are known at some places along an entry.
        """

        def entry_at(out: tuple[int, ...], place: Any) -> Any:
            return self._evaluate([boundary], self._values({entry: place}))[0][out]

        found: set[Any] = set()
        for out in np.ndindex(*next(iter(along.values())).shape):
            line = [(place, value[out]) for place, value in along.items() if mpmath.isfinite(value[out])]
            value = functools.partial(entry_at, out)
            for (low, at_low), (high, at_high) in itertools.pairwise(line):
                if at_low * at_high < 0:
                    found.add(_zero_between(low, high, at_low, at_high, value))
            dips = () if found else itertools.islice(_dips(line), _MOST_DIPS)
            for before, after, middle in dips:
                place, at_place = _lowest(before[0], after[0], middle[1], value)
                if at_place * middle[1] < 0:
                    found.add(_zero_between(before[0], place, before[1], at_place, value))
                    found.add(_zero_between(place, after[0], at_place, after[1], value))
            for is_zero, run in itertools.groupby(enumerate(line), lambda one: one[1][1] == 0):
                places = [k for k, _ in run]
                first, last = places[0], places[-1]
                if is_zero and first == last:
                    found.add(line[first][0])
                elif is_zero:  # 0 from one place to another: x - max(x, y)
                    found |= {_end_of_zeros(line[: first + 1], value), _end_of_zeros(line[last:][::-1], value)}
        return found - {None}


Place = tuple[Fraction, Any]
"""A number, and the value of a boundary there."""


def _dips(line: Sequence[Place]) -> Iterator[tuple[Place, Place, Place]]:
    """Yield the places around one where a boundary is nearest to 0, and that one: sin(x) - 0.999 is positive between some."""
    for before, middle, after in zip(line, line[1:], line[2:], strict=False):
        sizes = [abs(value) for _, value in (before, middle, after)]
        if before[1] * middle[1] > 0 and middle[1] * after[1] > 0 and sizes[1] < min(sizes[0], sizes[2]):
            yield before, after, middle


def _lowest(low: Fraction, high: Fraction, between: Any, value: Callable[[Fraction], Any]) -> Place:
    """Return a place between two numbers where a boundary has another sign, else where it is near 0, by the golden section.

    The search ends where it comes no nearer to 0 than a third of a value between them.
    """
    places = [high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)]
    values = [value(place) for place in places]
    for turn in range(_SECTIONS):
        is_too_high = turn == _SECTIONS // 3 and min(map(abs, values)) > abs(between) / 3
        if is_too_high or not all(map(mpmath.isfinite, values)) or values[0] * values[1] <= 0:
            break
        if abs(values[1]) < abs(values[0]):
            low, place = places[0], Fraction(float(places[0] + _GOLDEN * (high - places[0])))
            places, values = [places[1], place], [values[1], value(place)]
        else:
            high, place = places[1], Fraction(float(places[1] - _GOLDEN * (places[1] - low)))
            places, values = [place, places[0]], [value(place), values[0]]
    return max(zip(places, values, strict=True), key=lambda one: one[1] * between < 0)


def _with_simple_numbers(point: Point) -> Point:
    """Return a point near another one whose inputs are short fractions, so that x + y == 3 has a solution in numbers.

    Small numbers stay, and inputs of which more is declared than where they lie.
    """
    values = dict(point.values)
    for node, value in point.values.items():
        array, facts = np.asarray(value), node.facts
        if array.dtype.kind != "f" or facts.is_symmetric or facts.is_one_hot or facts.sums_to is not None:
            continue
        simple = np.where(np.abs(array) < 1 / 8, array, np.round(array * 64) / 64)
        if all(Fraction(float(number)) in facts.interval for number in simple.flat):
            values[node] = simple
    return Point(values, point.sizes)


def _is_affine(boundary: Node, node: Node, moving: set[Node]) -> bool:
    """Whether a boundary is seen to be affine in an input, so that two of its values tell all."""

    def visit(part: Node, args: list[bool]) -> bool:
        record, movers = part.primitive, [k for k, arg in enumerate(part.args) if arg in moving]
        is_sum = record.linear_in == "each" and not record.is_weighted
        is_choice = bool(record.conditional) and all(k in record.conditional for k in movers)
        return all(args) and (not movers or is_sum or is_choice or (len(movers) == 1 and record.is_linear_in(movers[0])))

    return fold([boundary], visit, {node: True})[boundary]


def _sides(values: Sequence[Any], in_order: bool, near: Any) -> Sides | None:
    """Return which sides of the boundaries are seen where they have these values, or None where that is not clear.

    In order, every entry counts for itself; else entries of one shape count by the sides of all boundaries on which they lie.
    """
    alike: dict[tuple[int, ...], list[list[int | None]]] = {}
    for value in values:
        signs: list[int | None] = []
        for entry in value.flat:
            if -near < entry < near and entry:
                return None
            signs.append((entry > 0) - (entry < 0) if mpmath.isfinite(entry) else None)
        alike.setdefault(value.shape, []).append(signs)
    if in_order:
        return frozenset((shape, tuple(map(tuple, several))) for shape, several in alike.items())
    counts = {shape: Counter(zip(*several, strict=True)) for shape, several in alike.items()}
    return frozenset(
        (shape, signs, 0 in signs and count > 1) for shape, found in counts.items() for signs, count in found.items()
    )


def _zero_between(low: Fraction, high: Fraction, at_low: Any, at_high: Any, value: Callable[[Fraction], Any]) -> Fraction:
    """Return a zero between two numbers: a simple number near that of the chord, or the nearest float to a zero.

    What is no straight line is solved by the Illinois method.
    """
    with mpmath.workdps(_DIGITS):
        a, b = (mpmath.mpf(end.numerator) / end.denominator for end in (low, high))
        middle = a - at_low * (b - a) / (at_high - at_low)
        exact = _simple(middle)
        if value(exact) == 0:
            return exact
        if abs(value(_simple(middle, _FINE))) <= _STRAIGHT * (abs(at_low) + abs(at_high)):
            return Fraction(float(middle))
        try:
            root = mpmath.findroot(lambda place: value(_simple(place, _FINE)), (a, b), solver="illinois", tol=1e-40)
        except (ValueError, ZeroDivisionError):
            return _by_halves(low, high, at_low, at_high, value)
        exact = _simple(root)
        return exact if value(exact) == 0 else Fraction(float(root))


def _by_halves(low: Fraction, high: Fraction, at_low: Any, at_high: Any, value: Callable[[Fraction], Any]) -> Fraction:
    """Return a zero of a boundary with bends: halves are taken until the zero of the chord is one of the boundary."""
    chord = low
    for _ in range(_HALVES):
        a, b = (mpmath.mpf(end.numerator) / end.denominator for end in (low, high))
        chord = _simple(a - at_low * (b - a) / (at_high - at_low))
        if value(chord) == 0:
            return chord
        middle = _simple((a + b) / 2, _FINE)
        at_middle = value(middle)
        if at_middle == 0:
            return middle
        if not mpmath.isfinite(at_middle):
            break
        if at_low * at_middle < 0:
            high, at_high = middle, at_middle
        else:
            low, at_low = middle, at_middle
    return Fraction(float(chord))


def _end_of_zeros(line: Sequence[tuple[Fraction, Any]], value: Callable[[Fraction], Any]) -> Fraction | None:
    """Return where a boundary becomes 0 and stays so, from its values up to a zero; None where it is 0 as far as is seen.

    That is where the line through the last two values meets 0, or else the place at which it is seen to be 0.
    """
    if len(line) == 1:
        return None
    if len(line) > 2:
        (first, at_first), (last, at_last), (inside, _) = line[-3:]
        with mpmath.workdps(_DIGITS):
            if at_first != at_last:
                a, b = (mpmath.mpf(end.numerator) / end.denominator for end in (first, last))
                meeting = b - at_last * (b - a) / (at_last - at_first)
                exact = _simple(meeting)
                if min(last, inside) <= exact <= max(last, inside):
                    return exact if value(exact) == 0 else Fraction(float(meeting))
    return line[-1][0]


def _simple(number: Any, largest: int = _SIMPLEST) -> Fraction:
    """Return the simplest fraction near a number."""
    return Fraction(mpmath.nstr(number, _DIGITS)).limit_denominator(largest)
