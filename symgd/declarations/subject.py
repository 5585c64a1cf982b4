"""A declared function under judgement, with examples of its use and points at which these have values.

An example is one node of the function whose arguments are free inputs: a function of numbers is judged at numbers, one of
tensors with the parameters and shapes of a formula in which it stands. Other examples hold all arguments but one at a number,
as x² holds the exponent of a power: what is declared may depend on it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from symgd.declarations.numbers import lies_in, precise, short, size_of, zero_one
from symgd.declarations.place import Place
from symgd.declarations.simple_arrays import simple_arrays
from symgd.declarations.thresholds import formulas_of, numbers_in, parts_between, zeros_of_switches
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array, Real
from symgd.evaluation.evaluator import evaluate
from symgd.evaluation.high_precision import MultiPrecision, evaluate_precisely, exact_array
from symgd.evaluation.inputs import smaller
from symgd.evaluation.sampling import points as random_points
from symgd.graph.node import Node, constant, intern, scalar, tensor
from symgd.graph.primitive import Params, Primitive
from symgd.graph.shape import Shape, size_names, size_value
from symgd.graph.traversal import symbols_of, toposort

__all__ = ["EXTREME", "MODERATE", "Example", "Place", "Subject", "lies_in", "precise", "short", "size_of", "zero_one"]

MODERATE = (-7.25, -2.5, -1.0, -0.7, -0.3, -1e-3, 1e-3, 0.2, 0.5, 0.9, 1.0, 1.75, 3.0, 8.5)
EXTREME = (-1000.0, -745.0, -40.0, -1e-12, 1e-300, 1e-12, 40.0, 700.0, 1000.0)
_FIXED = (Fraction(-1), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(3), Fraction(3, 2))
"""Numbers at which the other arguments are fixed."""
_THINNED = {1: 1, 2: 7}
_THINNED_MORE = 53
"""Of the points of a grid of several numbers one in so many is taken."""
_OTHERS = (0.5, -2.5)
"""Numbers at which the other arguments are fixed while one moves between its thresholds."""
_STEPS_AROUND = (0.0, 0.5, 1.0, 1.5, 2.0)
"""How far from numbers in formulas points of several inputs are drawn."""
_LETTERS = "xyzuvwabcdfghk"
_LARGEST_ORDER = 10
_DRAWN = 4
_LEAST = 4
"""Fewer points than this inside the domain, and random ones are drawn too."""


def letter_of(k: int) -> str:
    """Return the name of the input that stands for an argument."""
    return _LETTERS[k] if k < len(_LETTERS) else f"x{k}"


@dataclass(frozen=True, eq=False)
class Example:
    """One use of a function.

    Attributes
    ----------
    record : Primitive
    args : tuple of Node
        What it is applied to: inputs, conditions on one, numbers.
    params : tuple
    is_default : bool
        Whether all its arguments are free.
    at : tuple of float
        Further values for the input of a function of one argument.
    seed : int
        Of random points.
    """

    record: Primitive
    args: tuple[Node, ...]
    params: Params = ()
    is_default: bool = True
    at: tuple[float, ...] = ()
    seed: int = 0

    @cached_property
    def node(self) -> Node:
        """The function of the arguments, as it was written: nothing is folded."""
        return intern(self.record, self.args, self.params)

    @cached_property
    def text(self) -> str:
        """The node as messages show it."""
        try:
            return str(self.node)
        except Exception:  # a layout that is declared may be wrong in any way
            return f"{self.record.name}({', '.join(map(str, self.args))})"

    @cached_property
    def inputs(self) -> tuple[Node, ...]:
        """The inputs, in the order of the arguments."""
        return tuple(dict.fromkeys(node for arg in self.args for node in symbols_of(arg)))

    @cached_property
    def free(self) -> tuple[tuple[int, Node], ...]:
        """The positions of the arguments that are inputs, with these."""
        return tuple((k, arg) for k, arg in enumerate(self.args) if arg.is_symbol)

    @cached_property
    def is_scalar(self) -> bool:
        """Whether all its arguments are numbers."""
        return all(not arg.shape for arg in self.args) and not self.node.shape

    @cached_property
    def whole(self) -> frozenset[int]:
        """The positions of arguments that hold whole numbers."""
        pairs = self.record.whole(self.node) if self.record.whole is not None else ()
        listed = {arg for arg, _ in pairs}
        return frozenset(k for k, arg in enumerate(self.args) if arg in listed)

    @cached_property
    def real(self) -> tuple[tuple[int, Node], ...]:
        """The arguments that are real inputs, with their positions."""
        return tuple((k, arg) for k, arg in self.free if k not in self.whole)

    def value(self, place: Place, formula: Node | None = None, digits: int = 50) -> Array:
        """Return the value of the example, or of a formula of its inputs, as an array of numbers of many digits."""
        root = self.node if formula is None else formula
        numbers = place.known.get((root, digits))
        if numbers is None:
            (values,) = evaluate_precisely([root], place.values, place.sizes, digits=digits)
            numbers = np.asarray(values)  # an evaluation of a user may return a number
            numbers.flags.writeable = False
            place.known[root, digits] = numbers
        return numbers

    def number(self, place: Place, formula: Node | None = None, digits: int = 50) -> Real:
        """Return the same as one number, for an example whose value is one."""
        return self.value(place, formula, digits)[()]

    def along(self, place: Place, node: Node, formula: Node | None = None) -> Callable[[Real], Real]:
        """Return a number as a function of one input, in mpmath's current precision."""
        root = self.node if formula is None else formula

        def at(number: Real) -> Real:
            (array,) = evaluate_precisely([root], {**place.values, node: number}, place.sizes, digits=mpmath.mp.dps)
            return zero_one(array[()])

        return at

    def is_inside(self, place: Place) -> bool:
        """Whether the arguments lie where the function is declared to be defined."""
        try:
            return all(
                all(lies_in(entry, where) for entry in self.value(place, arg).ravel())
                for arg, where in self.record.requirements(self.node)
            )
        except SymgdError:
            return False

    def has_value(self, place: Place) -> bool:
        """Whether the function has a value at a place."""
        try:
            return all(isinstance(entry, bool) or mpmath.isfinite(entry) for entry in self.value(place).ravel())
        except (SymgdError, ArithmeticError):
            return False

    def is_good(self, place: Place) -> bool:
        """Whether the function is declared to be defined at a place, and has a value there."""
        try:
            return self.is_inside(place) and self.has_value(place)
        except (IndexError, ValueError):  # an axis is too short for what is taken out of it
            return False

    def grid(self, numbers: Sequence[float]) -> list[Place]:
        """Return places on a grid; for several inputs it is thinned."""
        everywhere = itertools.product(numbers, repeat=len(self.inputs))
        step = _THINNED.get(len(self.inputs), _THINNED_MORE)
        return [
            Place(dict(zip(self.inputs, choice, strict=True)), {}) for choice in itertools.islice(everywhere, 0, None, step)
        ]

    @cached_property
    def places(self) -> list[Place]:
        """Places inside the domain, at which the function has a value."""
        if not self.inputs:
            return [Place({}, dict.fromkeys(size_names(self.node.shape), 3))]
        if not self.is_scalar:
            return self._drawn(_DRAWN)
        numbers = (*MODERATE, *self.at) if len(self.inputs) == 1 else MODERATE
        proposed = (*self.grid(numbers), *self._between_thresholds, *self._around_numbers)
        places = [place for place in proposed if self.is_good(place)]
        return places if len(places) >= _LEAST else places + self._drawn(_DRAWN)

    @cached_property
    def many_places(self) -> list[Place]:
        """The places, and for a function of tensors those of simple arrays: equal entries, single, large and small ones."""
        return (
            self.places if self.is_scalar else [*self.places, *(place for place in simple_arrays(self) if self.is_good(place))]
        )

    @cached_property
    def remembered(self) -> dict[str, Any]:
        """What laws make of the example once."""
        return {}

    @cached_property
    def formulas(self) -> tuple[Node, ...]:
        """The formulas that are declared, of the inputs."""
        return tuple(formulas_of(self.record, self.args, self.node))

    @cached_property
    def numbers(self) -> tuple[Fraction, ...]:
        """The numbers that stand in these formulas and in the code, without their signs."""
        return tuple(numbers_in(self.record, self.formulas))

    def thresholds(self, node: Node, base: Place) -> list[Fraction]:
        """Return where the function may change its form along one argument, the others fixed at a place."""
        others = {other: value for other, value in base.values.items() if other is not node}
        return zeros_of_switches(self.formulas, self.numbers, node, others)

    @cached_property
    def _between_thresholds(self) -> list[Place]:
        """Places in every part between neighbouring thresholds, along every argument."""
        places = []
        for _, node in self.real:
            others = [other for other in self.inputs if other is not node]
            for number in _OTHERS if others else _OTHERS[:1]:
                base = Place(dict.fromkeys(others, number), {})
                ends = self.thresholds(node, base)
                if not others:
                    ends += [side * number for number in self.numbers for side in (-1, 1)]
                moved = [base.moved(node, float(x)) for x in parts_between(ends)]
                places += [Place({other: place.values[other] for other in self.inputs}, {}) for place in moved]
        return places

    @cached_property
    def _around_numbers(self) -> list[Place]:
        """Places of several inputs where all are numbers that stand in the formulas, and around these."""
        if len(self.inputs) < 2:
            return []
        generator = np.random.default_rng(self.seed + 41)
        numbers = [(side * float(number), step) for number in self.numbers for side in (1, -1) for step in _STEPS_AROUND]
        return [
            Place({node: number + step * float(generator.normal()) for node in self.inputs}, {}) for number, step in numbers
        ]

    @cached_property
    def extreme(self) -> list[Place]:
        """Places far out and close to 0."""
        if not self.is_scalar:
            return []
        slopes = self.record.derivative
        orders = [node for k, node in self.free if k < len(slopes) and slopes[k] is None]
        grid = (place for place in self.grid(EXTREME) if all(abs(place.values[node]) <= _LARGEST_ORDER for node in orders))
        return [place for place in grid if self.is_good(place)]

    @cached_property
    def places_far_out(self) -> list[Place]:
        """The places; of one number with those far out and close to 0, of tensors with those of simple arrays."""
        return [*self.places, *self.extreme] if len(self.args) == 1 and self.is_scalar else self.many_places

    def _drawn(self, count: int) -> list[Place]:
        try:
            points = random_points(self.node, count, self.seed)
        except (SymgdError, IndexError, ValueError):  # what is declared of sizes may be wrong
            return []
        return [Place(dict(point.values), dict(point.sizes)) for point in points]

    def evaluated(self, values: Sequence[Array], sizes: dict[str, int]) -> Array:
        """Return the value at given values of the arguments, whatever is declared of them."""
        exact = {arg: exact_array(value) for arg, value in zip(self.args, values, strict=True) if not arg.is_constant}
        with mpmath.workdps(50):
            (array,) = evaluate([self.node], exact, MultiPrecision(), sizes)
        return np.asarray(array)

    def shape_of(self, arg: Node, sizes: dict[str, int]) -> tuple[int, ...]:
        """Return a shape in numbers."""
        return tuple(size_value(size, sizes) for size in arg.shape)

    @cached_property
    def some_sizes(self) -> dict[str, int]:
        """Sizes for the symbolic axes: those of the first place, or all 3."""
        if self.places and self.places[0].sizes:
            return self.places[0].sizes
        return dict.fromkeys((name for arg in self.args for name in size_names(arg.shape)), 3)


class Subject:
    """A function under judgement.

    Parameters
    ----------
    record : Primitive
    examples : sequence of Example
    """

    def __init__(self, record: Primitive, examples: Sequence[Example]) -> None:
        self.record = record
        self.examples = tuple(examples)

    @staticmethod
    def of(record: Primitive, formulas: Sequence[Node] = (), at: Sequence[float] = (), seed: int = 0) -> Subject:
        """Return a function with examples: of numbers, or as it stands in formulas.

        Parameters
        ----------
        record : Primitive
        formulas : sequence of Node
            In which a function of the same name stands.
        at : sequence of float
            Further values for the input of a function of one argument.
        seed : int
            Of random points.
        """
        if record.is_elementwise and record.evaluate is None and record.arity != 0 and not formulas:
            return Subject(record, _of_numbers(record, tuple(at), seed))
        examples: dict[tuple[object, ...], Example] = {}
        for node in toposort(tuple(formulas)):
            if node.primitive.name == record.name:
                key = (node.params, tuple(arg.shape for arg in node.args))
                if key not in examples:
                    examples[key] = of_node(record, node, seed)
        return Subject(record, list(examples.values()))

    @cached_property
    def variants(self) -> tuple[Example, ...]:
        """The examples, and those of them that hold all arguments but one at numbers."""
        variants = list(self.examples)
        record = self.record
        if record.is_elementwise and record.arity is not None and record.arity > 1 and _depends_on_numbers(record):
            for k in range(record.arity):
                for number in _FIXED:
                    inner = scalar(letter_of(k))
                    args = tuple(inner if j == k else constant(number) for j in range(record.arity))
                    variant = Example(record, args, is_default=False)
                    if _stands(record, args, variant):
                        variants.append(variant)
        return tuple(variants)


def _depends_on_numbers(record: Primitive) -> bool:
    facts = (record.sign, record.range, record.monotone, record.curvature, record.domain)
    return not record.conditional and any(callable(fact) for fact in facts)


def _stands(record: Primitive, args: tuple[Node, ...], example: Example) -> bool:
    """Whether a node with numbers among its arguments is not folded into another one, and has values."""
    try:
        return record.make(args) is example.node and bool(example.places)
    except SymgdError:
        return False


def _of_numbers(record: Primitive, at: tuple[float, ...], seed: int) -> list[Example]:
    counts = (2, 3) if record.arity is None else (record.arity,)
    examples = []
    for count in counts:
        inputs: tuple[Node, ...] = tuple(scalar(letter_of(k)) for k in range(count))
        try:
            record.make(inputs)
        except SymgdError:  # the first argument of a choice is a condition
            inputs = (inputs[0] > 0, *inputs[1:])
        examples.append(Example(record, inputs, at=at, seed=seed))
    return examples


def of_numbers_in(record: Primitive, fixed: Sequence[Node | None]) -> Example:
    """Return the example of a function of numbers some arguments of which are numbers that are known, and the others free."""
    args = tuple(scalar(letter_of(k)) if arg is None else arg for k, arg in enumerate(fixed))
    return Example(record, args, is_default=False)


def of_node(record: Primitive, node: Node, seed: int = 0) -> Example:
    """Return the example of a function that a node of a formula is, with small axes for large ones."""
    small = smaller([_with_inputs(node.primitive, node.params, [arg.shape for arg in node.args])])
    if small is not None and small[0].primitive is node.primitive:
        node = small[0]
    free = _fresh([arg.shape for arg in node.args])
    args = tuple(symbol if not arg.is_boolean else scalar("condition") > 0 for symbol, arg in zip(free, node.args, strict=True))
    example = Example(record, args, node.params, seed=seed)
    if not example.places:  # where it needs a matrix with an inverse, or one that is positive definite
        definite = tuple(_definite(symbol) for symbol in free)
        if (other := Example(record, definite, node.params, seed=seed)).places:
            return other
    return example


def _with_inputs(record: Primitive, params: Params, shapes: Sequence[Shape]) -> Node:
    return intern(record, tuple(_fresh(shapes)), params)


def _fresh(shapes: Sequence[Shape]) -> list[Node]:
    names = [letter_of(k) for k in range(len(shapes))]
    return [tensor(name, shape) if shape else scalar(name) for name, shape in zip(names, shapes, strict=False)]


def _definite(node: Node) -> Node:
    if node.rank == 2 and node.shape[0] == node.shape[1]:
        return tensor(node.name, node.shape, symmetric=True, pd=True)
    return node
