"""Points at which a formula is checked: random, inside its domain, honouring what is declared of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from symgd.arrays import check_finite, read_array, read_exact_array
from symgd.errors import DomainError, ShapeError, SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.inputs import check_facts, check_work, read_sizes, row_numbers
from symgd.evaluation.sizes import Axes
from symgd.evaluation.switches import Sides, thresholds_of
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.conversion import name_of
from symgd.graph.inference import Facts, domain_of
from symgd.graph.node import Node
from symgd.graph.primitive import Requirement
from symgd.graph.shape import size_value
from symgd.graph.text_printer import number_text
from symgd.graph.traversal import symbols_of

__all__ = ["Point", "Sampler", "Spread", "draw", "points", "read_point"]

_TRIES = 60
_TRIES_FOR_SIDES = 60
_TRIES_FOR_SIGNS = 2
_SCALES = (1.0, 1.0, 0.3, 2.0)
_WIDE = (10.0, 0.1, 100.0, 1.0, 1e-3, 1e3)


class Point:
    """Values of the inputs, and the sizes they imply.

    Attributes
    ----------
    values : dict of Node to array
    sizes : dict of str to int
    known : dict of Node to array
        What is known already of the nodes of a formula, in many digits.
    """

    def __init__(self, values: dict[Node, Array], sizes: dict[str, int]) -> None:
        self.values = values
        self.sizes = sizes
        self.known: dict[Node, Array] = {}

    def __repr__(self) -> str:
        return self._words

    @cached_property
    def _words(self) -> str:
        """The values in words, shared by the messages about all entries that differ there."""
        return ", ".join(
            f"{node.name} = {np.array2string(np.asarray(value), precision=6, formatter={'object': number_text})}"
            for node, value in self.values.items()
        )


def read_point(inputs: Sequence[Node], at: Mapping[Array, Array]) -> Point:
    """Read the values a user gives.

    Raises
    ------
    SymgdError
        For a name that is not in the formula, a missing value, or a shape that does not fit.
    """
    if not isinstance(at, Mapping):
        raise SymgdError("a point names its values", hint="at={'x': 1.0, 'w': [1.0, 2.0]}")
    known = {node.name: node for node in inputs}
    values: dict[Node, Array] = {}
    for key, value in at.items():
        name = name_of(key)
        if name not in known:
            raise SymgdError(f"{name[:40]!a} is not in the formula", hint=f"its inputs are {', '.join(known)}")
        numbers = _numbers(name, value)
        values[known[name]] = mpmath.convert(value) if isinstance(value, mpmath.AnyReal) else numbers
    missing = [name for name, node in known.items() if node not in values]
    if missing:
        raise SymgdError(f"a value is missing for {', '.join(missing)}")
    point = Point(values, read_sizes(values))
    for node, value in values.items():
        check_facts(node, value)
    return point


def _numbers(name: str, value: Array) -> Array:
    """Return a value as an array of real numbers, exact ones as they are."""
    name = f"the value of {name}"
    array = read_exact_array(value, name)
    if not array.size:
        raise ShapeError(f"{name} is empty", hint="an axis cannot have size 0")
    check_finite(read_array(array, name), value, name)
    numbers: Array = array
    return numbers


def points(
    formula: Node,
    count: int,
    seed: int,
    sizes: Mapping[str, int] | None = None,
    others: Sequence[Node] = (),
    switches: Sequence[Node] = (),
    digits: int = 20,
) -> list[Point]:
    """Return random points inside the domain of a formula, with values for the inputs of others too.

    A few more are added where the first ones do not lie on both sides of every switch. The formula's values are known in
    `digits` digits at each.

    Raises
    ------
    DomainError
        Where none is found.
    """
    return Sampler(formula, others).points(count, seed, sizes, switches, digits)


class Sampler:
    """Draws random points for a formula; what does not depend on the sizes is determined once for all of them.

    Parameters
    ----------
    formula : Node
    others : sequence of Node
    """

    def __init__(self, formula: Node, others: Sequence[Node] = ()) -> None:
        self.formula = formula
        self.axes = Axes([formula, *others])
        self.symbols = symbols_of(formula, *others)
        self.rows = row_numbers(self.axes.nodes)
        self.required = domain_of(formula)
        self.divides = any(_excludes_zero(where) for where in self.required.values())

    def points(
        self,
        count: int,
        seed: int,
        sizes: Mapping[str, int] | None = None,
        switches: Sequence[Node] = (),
        digits: int = 20,
    ) -> list[Point]:
        """Return random points; see :func:`points`.

        The last two have entries of the other sign where those before are of one sign, if that is inside the domain.
        """
        source = _Source(self, sizes, seed, digits)
        accepted: list[Point] = []
        refused = 0
        for attempt in range(_TRIES):
            point = source.draw(attempt * 2 // _TRIES, _SCALES[attempt % 4], is_positive=attempt % 3 == 1)
            is_turned = len(accepted) >= count - 2 and refused < _TRIES_FOR_SIGNS and source.turn(point, accepted)
            if source.accepts(point):
                accepted.append(point)
                if len(accepted) == count or not self.symbols:
                    break
            else:
                refused += is_turned
        if not accepted:
            raise DomainError(
                "no point was found where the formula is defined",
                hint="give one with at={…}, or declare facts such as positive=True",
            )
        return accepted + (_on_other_sides(source, accepted, switches) if switches and self.symbols else [])


def _on_other_sides(source: _Source, accepted: Sequence[Point], switches: Sequence[Node]) -> list[Point]:
    """Return points on the sides of switches where none of the points found lies."""
    sides = Sides(switches, Facts(source.sampler.required))
    for point in accepted:
        sides.note(sides.visit(point.values, point.sizes))
    added: list[Point] = []
    centres = [0.0, *(sign * number for number in thresholds_of(switches) for sign in (1, -1))] if sides.missing else []
    for attempt in range(_TRIES_FOR_SIDES):
        if not sides.missing:
            break
        scale, centre = _WIDE[attempt % len(_WIDE)], centres[attempt % len(centres)]
        point = source.draw(0, scale, centre=centre, is_positive=False)
        new = sides.visit(point.values, point.sizes)
        if new and source.accepts(point):
            sides.note(new)
            added.append(point)
    return added


class _Source:
    """Draws the values of the inputs, with some sizes and a generator."""

    def __init__(self, sampler: Sampler, sizes: Mapping[str, int] | None, seed: int, digits: int) -> None:
        self.sampler = sampler
        self.digits = digits
        self.generator = np.random.default_rng(seed)
        self.choices = [sampler.axes.choose(sizes)]
        self.declared = sizes
        check_work(sampler.axes.nodes, self.choices[0])

    def draw(self, turn: int, scale: float, *, centre: float = 0.0, is_positive: bool) -> Point:
        """Return a point, which may lie outside the domain."""
        if turn == len(self.choices):
            self.choices.append(self.sampler.axes.choose(self.declared, turn))
        sizes = self.choices[turn]
        spread = Spread(scale, centre, is_positive)
        values = {}
        rows, required = self.sampler.rows, self.sampler.required
        for node in self.sampler.symbols:
            shape = tuple(size_value(size, sizes) for size in node.shape)
            if node in rows:
                values[node] = self.generator.integers(size_value(rows[node], sizes), size=shape)
            else:
                values[node] = draw(node, required.get(node, Sign.ANY), shape, self.generator, spread)
        return Point(values, sizes)

    def turn(self, point: Point, accepted: Sequence[Point]) -> bool:
        """Give entries the other sign where they are of one sign at all points; return whether there are such."""
        is_turned = False
        for node, value in point.values.items() if accepted else ():
            interval = self._both_signs.get(node)
            earlier = [other.values[node] for other in accepted if np.shape(other.values[node]) == np.shape(value)]
            if interval is None or not earlier:
                continue
            for sign, side in ((1, Sign.NEGATIVE), (-1, Sign.POSITIVE)):
                alike = np.all([np.sign(other) == sign for other in (*earlier, value)], axis=0)
                if alike.any():
                    spread = Spread(1.0, 0.0, is_positive=False)
                    turned = draw(node, interval & Interval.of_sign(side), np.shape(value), self.generator, spread)
                    point.values[node] = value = np.where(alike, turned, value)
                    is_turned = True
        return is_turned

    @cached_property
    def _both_signs(self) -> dict[Node, Interval]:
        """The inputs whose entries can have both signs, each alone."""
        intervals = {
            node: node.facts.interval & Interval.of(self.sampler.required.get(node, Sign.ANY))
            for node in self.sampler.symbols
            if node not in self.sampler.rows and node.facts.sums_to is None and not node.facts.is_positive_semidefinite
        }
        return {node: interval for node, interval in intervals.items() if interval.low < 0 < interval.high}

    def accepts(self, point: Point) -> bool:
        """Whether the formula has a value there that more digits do not change."""
        formula = self.sampler.formula
        point.known = {}
        (value,) = evaluate_precisely([formula], point.values, point.sizes, digits=self.digits, memory=point.known)
        is_defined = all(map(mpmath.isfinite, value.flat))
        return is_defined and (not self.sampler.divides or _settles(formula, value, point.values, point.sizes))


def _excludes_zero(where: Requirement) -> bool:
    return not (where if isinstance(where, Sign) else where.sign) & Sign.ZERO


def _settles(formula: Node, value: Array, values: Mapping[Node, Array], sizes: Mapping[str, int]) -> bool:
    """Whether more digits give the same value: what stands on a division by a rounded 0 changes with every digit."""
    (finer,) = evaluate_precisely([formula], values, sizes, digits=40)
    return all(
        isinstance(rough, bool) or abs(rough - fine) <= max(1, abs(fine)) * 1e-8
        for rough, fine in zip(value.flat, finer.flat, strict=True)
    )


class Spread(NamedTuple):
    """The distribution of numbers that nothing bounds.

    Attributes
    ----------
    scale, centre : float
    is_positive : bool
    """

    scale: float
    centre: float
    is_positive: bool


def draw(node: Node, required: Requirement, shape: tuple[int, ...], generator: np.random.Generator, spread: Spread) -> Array:
    """Return a random value of an input that is what was declared of it, and where a formula requires it to lie."""
    facts = node.facts
    if facts.is_one_hot:
        value = np.zeros(shape)
        for index in np.ndindex(*shape[:-1]):
            value[(*index, generator.integers(shape[-1]))] = 1.0
        return value
    if facts.sums_to is not None:
        weights = generator.integers(1, 100, shape).astype(float)
        weights[..., -1] = 512 - weights[..., :-1].sum(-1)
        return weights / 512 * float(facts.sums_to)
    interval = facts.interval & Interval.of(required)
    if facts.values is not None:
        value = generator.choice([float(number) for number in facts.values if number in interval] or [np.nan], shape)
        return np.triu(value) + np.triu(value, 1).T if facts.is_symmetric else value
    if facts.is_positive_semidefinite:
        return _semidefinite(interval, shape[0], generator)
    if facts.is_symmetric and interval == Interval():
        factor = generator.normal(size=shape)
        return (factor + factor.T) / 2
    value = _inside(interval, shape, generator, spread)
    return np.triu(value) + np.triu(value, 1).T if facts.is_symmetric else value


def _semidefinite(interval: Interval, size: int, generator: np.random.Generator) -> Array:
    """Draw a positive definite matrix with entries inside an interval, which holds positive numbers."""
    low, high = float(interval.low), float(interval.high)
    factor = generator.normal(size=(size, size))
    if low >= 0:
        factor = np.abs(factor)
    product = factor @ factor.T / size + 0.5 * np.eye(size)
    product = (product + product.T) / 2
    radius = min(high - max(low, 0.0), -low if low < 0 else np.inf)
    if np.isfinite(radius):
        product *= 0.95 * radius / np.max(np.abs(product))
    return product + low if low > 0 else product


def _inside(interval: Interval, shape: tuple[int, ...], generator: np.random.Generator, spread: Spread) -> Array:
    """Draw numbers inside an interval."""
    low, high = float(interval.low), float(interval.high)
    if np.isfinite(low) and np.isfinite(high):
        return low + (high - low) * generator.uniform(0.05, 0.95, shape)
    if np.isfinite(low):
        return low + spread.scale * generator.lognormal(0.0, 0.7, shape)
    if np.isfinite(high):
        return high - spread.scale * generator.lognormal(0.0, 0.7, shape)
    drawn = generator.normal(size=shape) * spread.scale
    if spread.centre:
        drawn = spread.centre * (1 + drawn / 10)
    return np.abs(drawn) + 0.1 if spread.is_positive else drawn
