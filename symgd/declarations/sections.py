"""A declared function along one argument, the others fixed: many points, values there, and the search for a negative value.

The points are the thresholds of the function and points close to them and between them, the numbers that stand in its formulas
and points around these, a logarithmic grid of both signs, and random points of several scales. The search divides the line into
intervals: where interval arithmetic encloses only values that are not negative, nothing more is tried.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from symgd.declarations.numbers import lies_in, zero_one
from symgd.declarations.subject import Example, Place
from symgd.declarations.thresholds import largest, parts_between, values_at
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Real
from symgd.evaluation.intervals import enclose, ends_of
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import REGISTRY
from symgd.graph.traversal import toposort

__all__ = ["DIGITS", "Section", "body_of", "rounding_of", "sections_of", "slope_of"]

DIGITS = 60
_MORE_DIGITS = 160
_GRID = tuple(
    side * Fraction(digit, 10) * Fraction(10) ** k * Fraction(98, 97)
    for k in range(-3, 5)
    for digit in (10, 25, 50)
    for side in (-1, 1)
)
_FAR_OUT = tuple(side * Fraction(10) ** k for k in (6, 8, 10, 13, 16) for side in (-1, 1))
"""Where a user's function is tried, too."""
_AROUND = tuple(side * Fraction(1, 2**k) for k in (0, 2, 4, 6) for side in (-1, 1))
_BESIDE = (Fraction(-1, 2**20), Fraction(1, 2**20))
_RANDOM, _THINNED = 16, 8
_FIXED: tuple[tuple[Fraction, ...], ...] = ((Fraction(0),), (Fraction(2),), (Fraction(-7, 10), Fraction(31, 10)))
"""Numbers at which the other arguments are fixed, in turn."""
_ENDS = tuple(side * Fraction(2) ** k for k in (-10, -4, -1, 0, 1, 2, 3, 4, 6, 8, 11) for side in (-1, 1))
_ROUNDING = "1e-14"
_BOXES, _TRIED = 120, 12
_INTERVAL_DIGITS = 20


@dataclass(frozen=True, eq=False)
class Section:
    """A function of numbers along one argument.

    Attributes
    ----------
    example : Example
    index : int
        The position of the argument.
    node : Node
        The input that moves.
    base : Place
        Values of the others.
    """

    example: Example
    index: int
    node: Node
    base: Place

    def place(self, x: Fraction) -> Place:
        """Return the place of a point."""
        values = {**self.base.values, self.node: x}
        return Place({node: values[node] for node in self.example.inputs}, {})

    @cached_property
    def thresholds(self) -> tuple[Fraction, ...]:
        """Where the function may change its form."""
        return tuple(self.example.thresholds(self.node, self.base))

    @cached_property
    def points(self) -> tuple[Fraction, ...]:
        """Points inside the domain at which the function has a value, in order."""
        centres = {side * number for number in self.example.numbers for side in (-1, 1)} | {Fraction(0)}
        points = {*_GRID, *centres, *self.thresholds, *parts_between(self.thresholds, 3)}
        points |= {centre + step for centre in centres for step in _AROUND}
        points |= {end + step * largest(Fraction(1), end) for end in self.thresholds for step in _BESIDE}
        points |= {Fraction(at) + step for at in self.example.at for step in (*_AROUND, Fraction(0))}
        if self.example.record not in REGISTRY.own:
            points |= set(_FAR_OUT)
        generator = random.Random(self.example.seed + 17)
        points |= {Fraction(generator.choice((-1, 1)) * 10 ** generator.uniform(-2, 4)) for _ in range(_RANDOM)}
        in_domain = self.inside(sorted(points))
        if self._is_opaque:
            in_domain = in_domain[::_THINNED]
        values = values_at(self.example.node, self.node, in_domain, self.base.values, DIGITS)
        return tuple(x for x, value in zip(in_domain, values, strict=True) if mpmath.isfinite(zero_one(value)))

    @cached_property
    def _is_opaque(self) -> bool:
        """Whether values come from a computation without formula: it is slow, and interval arithmetic cannot follow it."""
        records = [node.primitive for node in toposort([body_of(self.example)])]
        return any(record.definition is None and record.precise is not None for record in records)

    def inside(self, points: Sequence[Fraction]) -> list[Fraction]:
        """Return the points that lie in the domain."""
        for arg, where in self.example.record.requirements(self.example.node):
            values = values_at(arg, self.node, points, self.base.values, DIGITS)
            points = [x for x, value in zip(points, values, strict=True) if lies_in(zero_one(value), where)]
        return list(points)

    def values(self, formula: Node, digits: int = DIGITS) -> Array:
        """Return the values of a formula at the points, NaN where it has none."""
        return values_at(formula, self.node, self.points, self.base.values, digits)

    def value(self, formula: Node, x: Fraction, digits: int = DIGITS) -> Real:
        """Return the value of a formula at a point."""
        return zero_one(values_at(formula, self.node, [x], self.base.values, digits)[0])

    def from_the_middle(self, formula: Node) -> list[tuple[Fraction, Real]]:
        """Return the points with the values of a formula there, those close to 0 first: messages name simple points."""
        return sorted(zip(self.points, self.values(formula), strict=True), key=lambda pair: abs(pair[0]))

    def is_negative(self, formula: Node, x: Fraction) -> bool:
        """Whether a formula is certainly negative at a point: its value is the same in more digits, and no rounding error."""
        value = self.value(formula, x)
        if not (mpmath.isfinite(value) and value < 0):
            return False
        more = self.value(formula, x, _MORE_DIGITS)
        return bool(mpmath.isfinite(more) and more < 0 and abs(value - more) <= mpmath.mpf("1e-6") * abs(more))

    def negative_points(self, formula: Node, at_thresholds: bool = False) -> Iterator[Fraction]:
        """Yield points at which a formula is negative, among the points and where enclosures leave it open.

        Those at which branches meet are left out where a derivative has the value of one of them; the function itself has its
        own value there.
        """
        edges = set() if at_thresholds else set(self.thresholds)
        for x, value in self.from_the_middle(formula):
            if x not in edges and value < 0 and self.is_negative(formula, x):
                yield x
        for x in self._where_enclosures_leave_it_open(formula):
            if x not in edges and self.inside([x]) and self.is_negative(formula, x):
                yield x

    def _where_enclosures_leave_it_open(self, formula: Node) -> Iterator[Fraction]:
        """Yield the middles of intervals whose enclosure reaches below 0, of the widest first."""
        if not self.points or self._is_opaque:
            return
        low, high = self.points[0], self.points[-1]
        ends = sorted({x for x in (*_ENDS, *self.thresholds, low, high, Fraction(0)) if low <= x <= high})
        queue = [(0, k, a, b) for k, (a, b) in enumerate(itertools.pairwise(ends))]
        can_tell = False
        for count in range(_BOXES):
            if not queue or (count >= _TRIED and not can_tell):
                return
            depth, _, a, b = heapq.heappop(queue)
            lowest, highest = _enclosed(formula, {**self.base.values, self.node: (a, b)})
            can_tell = can_tell or mpmath.isfinite(lowest) or mpmath.isfinite(highest)
            if lowest >= 0:
                continue
            middle = (a + b) / 2
            yield middle
            for half in ((a, middle), (middle, b)):
                heapq.heappush(queue, (depth + 1, len(ends) + 2 * count + (half[0] == a), *half))

    def is_zero_between(self, formula: Node, low: Fraction, high: Fraction) -> bool:
        """Whether an enclosure says that a formula is 0 everywhere between two points."""
        return _enclosed(formula, {**self.base.values, self.node: (low, high)}) == (0, 0)


def _enclosed(formula: Node, box: dict[Node, Any]) -> tuple[Real, Real]:
    """Return ends between which all values lie, infinite ones where interval arithmetic cannot tell."""
    try:
        low, high = ends_of(enclose(formula, box, digits=_INTERVAL_DIGITS))
    except (SymgdError, ArithmeticError, ValueError, AttributeError, TypeError):
        return -mpmath.inf, mpmath.inf
    return low, high


def sections_of(example: Example) -> list[Section]:
    """Return a function along each of its real arguments, the others fixed at several numbers."""
    sections: list[Section] | None = example.remembered.get("sections")
    if sections is None:
        sections = example.remembered["sections"] = []
        for k, node in example.real:
            if k < len(example.record.derivative) and example.record.derivative[k] is None:  # an order, or a choice
                continue
            others = [other for other in example.inputs if other is not node]
            for numbers in _FIXED if others else _FIXED[:1]:
                values = dict(zip(others, itertools.cycle(numbers), strict=False))
                sections.append(Section(example, k, node, Place(values, {})))
    return sections


def rounding_of(example: Example) -> Real:
    """Return a relative error that floats in the formulas may cause: branches may miss each other by so much."""
    if "rounding" not in example.remembered:
        formulas = example.formulas if example.is_scalar else ()
        numbers = [part for part in toposort(formulas) if part.is_constant and not part.is_boolean]
        example.remembered["rounding"] = _ROUNDING if any(_is_rounded(number) for number in numbers) else 0
    return mpmath.mpf(example.remembered["rounding"])


def _is_rounded(number: Node) -> bool:
    """Whether a number has so many digits that a float was computed: a float is read as the shortest decimal number."""
    return not number.is_exact or (isinstance(number.value, Fraction) and abs(number.value.numerator) >= 10**13)


def body_of(example: Example) -> Node:
    """Return the definition of the arguments, or the function itself where there is none."""
    definition = example.record.definition
    return example.node if definition is None else as_node(definition(*example.args))


def slope_of(formula: Node, node: Node) -> Node | None:
    """Return a derivative, or None where no rule gives it."""
    try:
        (slope,) = gradients(formula, [node])
    except SymgdError:
        return None
    return slope
