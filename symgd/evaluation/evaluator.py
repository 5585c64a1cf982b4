"""Evaluate a graph over any algebra: 50-digit numbers, exact rationals, or formulas again.

Arrays are NumPy object arrays. An :class:`Algebra` says what a number is and how an elementwise function acts on
entries; tensor
primitives bring their own ``evaluate``, which uses only ``+``, ``*`` and the algebra. Evaluating over formulas expands tensors
into their entries (:class:`Entries`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from symgd.errors import UnsupportedError
from symgd.evaluation.entries import Array, Entry
from symgd.graph.names import stand_in
from symgd.graph.node import SIZE, SYMBOL, Node, constant, tensor
from symgd.graph.primitive import Primitive
from symgd.graph.shape import Shape, size_value
from symgd.graph.time_limit import check_time
from symgd.graph.traversal import toposort

__all__ = [
    "Algebra",
    "Entries",
    "Values",
    "add_up",
    "by_definition",
    "entries_of",
    "evaluate",
    "full",
    "multiply_up",
    "object_array",
]

Values = dict[Node, Array]


class Algebra:
    """What a number is, and how functions act on numbers."""

    def number(self, value: Entry) -> Entry:
        """Return an exact number (int, Fraction), a float or a bool as an entry."""
        raise NotImplementedError  # pragma: no cover

    def apply(self, record: Primitive, *entries: Entry) -> Entry:
        """Apply an elementwise function to entries."""
        raise NotImplementedError  # pragma: no cover

    def function(self, record: Primitive) -> Callable[..., Entry]:
        """Return what :meth:`apply` does with entries, for many of them."""
        return functools.partial(self.apply, record)

    def pivot(self, column: list[Entry]) -> int | None:
        """Return which entry of `column` to divide by in elimination, or None where all are 0."""
        return next((k for k, entry in enumerate(column) if not self.is_zero(entry)), None)

    def is_zero(self, entry: Entry) -> bool:
        """Whether an entry is exactly 0."""
        return bool(entry == 0)

    def eigh(self, matrix: Array) -> tuple[Entry, Entry]:
        """Return the eigenvalues of a symmetric matrix, ascending, and its eigenvectors as columns."""
        raise UnsupportedError("eigenvalues cannot be computed in this arithmetic")

    def expm(self, matrix: Array) -> Entry:
        """Return the exponential of a matrix."""
        raise UnsupportedError("the exponential of a matrix cannot be computed in this arithmetic")


def add_up(*entries: Entry) -> Entry:
    """Return the sum of entries of any algebra."""
    total = entries[0]
    for entry in entries[1:]:
        total = total + entry
    return total


def multiply_up(*entries: Entry) -> Entry:
    """Return the product of entries of any algebra."""
    product = entries[0]
    for entry in entries[1:]:
        product = product * entry
    return product


@functools.cache
def definition_of(record: Primitive, for_digits: bool = False) -> tuple[tuple[Node, ...], Node]:
    """Return the inputs and the formula that define a function; `for_digits` prefers the reference, which does not cancel.

    Raises
    ------
    UnsupportedError
        Where there is none.
    """
    rule = record.reference if for_digits and callable(record.reference) else record.definition
    if rule is None or record.arity is None:
        raise UnsupportedError(f"{record.name} has no definition to evaluate")
    variables = tuple(stand_in(f"?{k}") for k in range(record.arity))
    return variables, rule(*variables)


def by_definition(algebra: Algebra, record: Primitive, entries: Sequence[Entry], for_digits: bool = False) -> Entry:
    """Apply a function to entries by evaluating its definition."""
    variables, body = definition_of(record, for_digits)
    known = dict(zip(variables, entries, strict=True))
    steps = _steps_of(record, for_digits)
    if steps is None:
        (array,) = evaluate([body], {node: object_array(entry) for node, entry in known.items()}, algebra)
        return array[()]
    for node in steps:
        if node.is_constant:
            known[node] = algebra.number(node.value)
        else:
            known[node] = algebra.apply(node.primitive, *(known[arg] for arg in node.args))
    return known[body]


@functools.cache
def _steps_of(record: Primitive, for_digits: bool) -> list[Node] | None:
    """Return what a definition computes, one after the other; None where that is not made of functions of numbers alone."""
    variables, body = definition_of(record, for_digits)
    steps = toposort([body], variables)
    is_plain = all(node.is_constant or (node.primitive.is_elementwise and node.primitive.evaluate is None) for node in steps)
    return steps if is_plain else None


class Entries(Algebra):
    """Formulas as entries: evaluating over them writes a tensor formula out, entry by entry."""

    def number(self, value: Entry) -> Node:
        return constant(value)

    def apply(self, record: Primitive, *entries: Entry) -> Node:
        return record.make(entries)

    def is_zero(self, entry: Entry) -> bool:
        return isinstance(entry, Node) and entry.equals_number(0)


def evaluate(
    roots: Iterable[Node],
    values: Mapping[Node, Array],
    algebra: Algebra,
    sizes: Mapping[str, int] | None = None,
    memory: Values | None = None,
) -> list[Entry]:
    """Return the value of each root as an object array.

    Parameters
    ----------
    roots : iterable of Node
    values : mapping
        Values of symbols (or of any node), as object arrays.
    algebra : Algebra
    sizes : mapping of str to int
        Values of the symbolic sizes.
    memory : dict, optional
        Values known already; extended in place.
    """
    known: Values = {} if memory is None else memory
    known.update(values)
    bound = dict(sizes or {})
    roots = list(roots)
    for node in toposort(roots, known):
        check_time()
        record = node.primitive
        if record is SYMBOL:
            raise UnsupportedError(f"no value is given for {node.name}")
        if record is SIZE:
            known[node] = object_array(algebra.number(size_value(node.params[0], bound)))
        elif node.is_constant:
            known[node] = object_array(algebra.number(node.value))
        elif record.evaluate is not None:
            context = Context(algebra, bound)
            known[node] = record.evaluate(node, context, [known[arg] for arg in node.args])
        else:
            known[node] = _map(algebra, record, [known[arg] for arg in node.args])
    return [known[root] for root in roots]


class Context:
    """What a tensor primitive is given when it evaluates: the algebra and the sizes."""

    def __init__(self, algebra: Algebra, sizes: Mapping[str, int]) -> None:
        self.algebra = algebra
        self.sizes = sizes

    def shape(self, shape: Shape) -> tuple[int, ...]:
        """Return `shape` in numbers."""
        return tuple(size_value(size, self.sizes) for size in shape)

    def zeros(self, shape: tuple[int, ...]) -> Entry:
        """Return an array of zeros of the algebra."""
        return full(shape, self.algebra.number(0))


_MOST_OPERANDS = 30
"""Of functions that NumPy calls entry by entry: 31 with their result, and 63 from NumPy 2 on."""


def _map(algebra: Algebra, record: Primitive, arrays: list[Entry]) -> Entry:
    function = algebra.function(record)
    if all(array.ndim == 0 for array in arrays):
        return object_array(function(*(array[()] for array in arrays)))
    if len(arrays) > _MOST_OPERANDS:
        packed = np.empty(np.broadcast_shapes(*(array.shape for array in arrays)), dtype=object)
        wide = [np.broadcast_to(array, packed.shape) for array in arrays]
        for place in np.ndindex(*packed.shape):
            packed[place] = function(*(array[place] for array in wide))
        return packed
    mapped = np.frompyfunc(function, len(arrays), 1)(*arrays)
    return mapped if isinstance(mapped, np.ndarray) else object_array(mapped)


def object_array(entry: Entry) -> Entry:
    """Return a 0-d object array that holds `entry`."""
    array = np.empty((), dtype=object)
    array[()] = entry
    return array


def full(shape: tuple[int, ...], entry: Entry) -> Entry:
    """Return an object array that holds `entry` everywhere."""
    array = np.empty(shape, dtype=object)
    for index in np.ndindex(*shape):
        array[index] = entry
    return array


def entries_of(roots: Iterable[Node], sizes: Mapping[str, int] | None = None) -> tuple[list[Entry], dict[Node, Entry]]:
    """Write formulas out entry by entry.

    Returns
    -------
    outputs : list of object arrays of scalar Nodes
    inputs : dict
        For each symbol the object array of the scalar symbols that stand for its entries.
    """
    roots = list(roots)
    inputs: dict[Node, Entry] = {}
    for node in toposort(roots):
        if node.primitive is SYMBOL:
            shape = tuple(size_value(size, sizes or {}) for size in node.shape)
            array = np.empty(shape, dtype=object)
            for index in np.ndindex(*shape):
                array[index] = node if not shape else entry_symbol(node, index)
            inputs[node] = array
    return evaluate(roots, inputs, Entries(), sizes), inputs


def entry_symbol(node: Node, index: tuple[int, ...]) -> Node:
    """Return the scalar symbol that stands for one entry of a tensor symbol, with the entry's facts."""
    facts = node.facts
    interval = facts.interval
    return tensor(
        f"{node.name}_{'_'.join(map(str, index))}",
        (),
        lower=None if interval.low == -float("inf") else interval.low,
        upper=None if interval.high == float("inf") else interval.high,
        nonzero=facts.is_nonzero or (interval.open_low and interval.low == 0) or (interval.open_high and interval.high == 0),
        values=facts.values,
    )
