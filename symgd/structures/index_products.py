"""A tensor as a sum of products with indices: every sum distributed, every δ put to use.

``X.T @ (d[:, None] * X) + lam*eye(n)`` is read as  Σₛ X[s,r]·d[s]·X[s,c] + λ·δ[r,c].  A δ between a summed index and another
replaces the one by the other; a δ between a row and a column of a Hessian *ties* them, and what is left shows the structure.
Slices and what is put back among zeros become offsets of indices and ranges in which they run.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NoReturn

from symgd.graph.conversion import as_node
from symgd.graph.node import Node, constant
from symgd.graph.shape import Size
from symgd.graph.traversal import toposort
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import broadcast, contract, einsum, expand, eye_record
from symgd.primitives.indexing import FULL, index, pad, scatter_record
from symgd.primitives.piecewise import where

__all__ = ["Product", "UnreadableError", "as_products", "whole_run"]

MAX_PRODUCTS = 64
MAX_DEPTH = 200

Place = tuple[int | None, Size]
"""Where an axis is looked at: an index plus an offset, or a fixed number where there is no index."""


class UnreadableError(Exception):
    """The tensor is no sum of few products, or a size cannot be compared with another."""


@dataclass(frozen=True)
class Product:
    """One product: coefficient · scalars · factors, summed over the indices that are neither row nor column.

    Rows are the indices 0 … r−1, columns r … 2r−1.

    Attributes
    ----------
    coefficient : Fraction
    scalars : tuple of Node
    factors : tuple of (Node, tuple of int)
        Each with the index of every axis.
    ties : tuple of (int, Size)
        Axes whose column follows the row: column = row + offset. The column's index does not appear elsewhere.
    ranges : tuple of (int, Size, Size)
        Tied rows that do not run over their whole axis: from the first to before the second.
    crossings : tuple of (int, int)
        Other pairs of rows and columns that must be equal.
    """

    coefficient: Fraction
    scalars: tuple[Node, ...]
    factors: tuple[tuple[Node, tuple[int, ...]], ...]
    ties: tuple[tuple[int, Size], ...] = ()
    ranges: tuple[tuple[int, Size, Size], ...] = ()
    crossings: tuple[tuple[int, int], ...] = ()

    @property
    def offsets(self) -> dict[int, Size]:
        """The offset of each tied axis."""
        return dict(self.ties)

    @property
    def weight(self) -> Node:
        """The number in front."""
        return mul.make((constant(self.coefficient), *self.scalars)) if self.scalars else constant(self.coefficient)


@dataclass
class _Raw:
    """A product in the making."""

    coefficient: Fraction = Fraction(1)
    factors: list[tuple[Node, tuple[Place, ...]]] = field(default_factory=list)
    deltas: list[tuple[Place, Place]] = field(default_factory=list)
    ranges: list[tuple[Place, Size]] = field(default_factory=list)
    summed: frozenset[int] = frozenset()

    def times(self, other: _Raw) -> _Raw:
        return _Raw(
            self.coefficient * other.coefficient,
            self.factors + other.factors,
            self.deltas + other.deltas,
            self.ranges + other.ranges,
            self.summed | other.summed,
        )

    def put(self, label: int, place: Place) -> _Raw:
        """Replace an index by a place."""

        def at(old: Place) -> Place:
            return (place[0], place[1] + old[1]) if old[0] == label else old

        return _Raw(
            self.coefficient,
            [(node, tuple(map(at, places))) for node, places in self.factors],
            [(at(one), at(other)) for one, other in self.deltas],
            [(at(one), size) for one, size in self.ranges],
            self.summed - {label},
        )


def as_products(tensor: Node, rows: int) -> list[Product]:
    """Read a tensor with `rows` axes for rows, and as many for columns, as a sum of products.

    Raises
    ------
    UnreadableError
    """
    reader = _Reader(tensor)
    found: dict[tuple[object, ...], Product] = {}
    for raw in reader.read():
        product = reader.settled(raw, rows)
        if product is None:
            continue
        key = (product.scalars, product.factors, product.ties, product.ranges, product.crossings)
        known = found.get(key)
        found[key] = product if known is None else replace(known, coefficient=known.coefficient + product.coefficient)
    return [product for product in found.values() if product.coefficient]


class _Reader:
    def __init__(self, tensor: Node) -> None:
        self.tensor = tensor
        self.sizes: list[Size] = list(tensor.shape)
        self.has_delta: set[Node] = set()
        for node in toposort((tensor,)):
            if node.primitive is eye_record or any(arg in self.has_delta for arg in node.args):
                self.has_delta.add(node)

    def read(self) -> list[_Raw]:
        return self.expand(self.tensor, tuple((k, 0) for k in range(self.tensor.rank)), 0, is_sum=True)

    def fresh(self, size: Size) -> int:
        self.sizes.append(size)
        return len(self.sizes) - 1

    # -- reading ------------------------------------------------------------------------------------------------

    def expand(self, node: Node, places: tuple[Place, ...], depth: int, is_sum: bool = False) -> list[_Raw]:
        """Return the products of a node whose axes are looked at in `places`; a plain sum is read where `is_sum`."""
        if depth > MAX_DEPTH:
            raise UnreadableError
        record = node.primitive
        if node.is_exact:
            return [_Raw(Fraction(node.value))]
        if record is eye_record:
            return [_Raw(deltas=[(places[0], places[1])])]
        if record is add and (is_sum or node in self.has_delta):
            parts = [self.expand(arg, self.aligned(node, arg, places), depth + 1, is_sum) for arg in node.args]
            return self.limited(itertools.chain.from_iterable(parts))
        if record is mul:
            return self.product([self.expand(arg, self.aligned(node, arg, places), depth + 1) for arg in node.args])
        if record is where and node in self.has_delta:
            return self.choice(node, places, depth)
        if record is einsum:
            return self.contraction(node, places, depth)
        if record is broadcast:
            return self.expand(node.args[0], self.aligned(node, node.args[0], places), depth + 1, is_sum)
        if record is expand:
            new = {node.rank + axis for axis in node.params[0]}
            return self.expand(node.args[0], tuple(p for k, p in enumerate(places) if k not in new), depth + 1, is_sum)
        if record is index:
            inner = self.through_index(node, places)
            if inner is not None:
                return self.expand(node.args[0], inner, depth + 1, is_sum)
        if record is scatter_record:
            return self.through_scatter(node, places, depth, is_sum)
        return [_Raw(factors=[(node, places)])]

    def aligned(self, node: Node, arg: Node, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """Return the places of an argument that is stretched to the shape of its node."""
        own = places[node.rank - arg.rank :]
        stretched = node.shape[node.rank - arg.rank :]
        return tuple((None, 0) if size == 1 != whole else p for p, size, whole in zip(own, arg.shape, stretched, strict=True))

    def product(self, parts: list[list[_Raw]]) -> list[_Raw]:
        total = [_Raw()]
        for part in parts:
            total = self.limited(one.times(other) for one in total for other in part)
        return total

    def limited(self, products: Iterable[_Raw]) -> list[_Raw]:
        found = list(itertools.islice(products, MAX_PRODUCTS + 1))
        if len(found) > MAX_PRODUCTS:
            raise UnreadableError
        return found

    def choice(self, node: Node, places: tuple[Place, ...], depth: int) -> list[_Raw]:
        """Return the products of both branches, each 0 where the other one is taken."""
        condition = node.args[0]
        at = self.aligned(node, condition, places)
        found = []
        for branch, choose in (
            (node.args[1], lambda x: (condition, x, constant(0))),
            (node.args[2], lambda x: (condition, constant(0), x)),
        ):
            for one in self.expand(branch, self.aligned(node, branch, places), depth + 1):
                if any(own != at or factor.shape != condition.shape for factor, own in one.factors):
                    raise UnreadableError
                chosen = [(where.make(choose(factor)), own) for factor, own in one.factors]
                found.append(replace(one, factors=chosen or [(where.make(choose(constant(1))), at)]))
        return self.limited(found)

    def contraction(self, node: Node, places: tuple[Place, ...], depth: int) -> list[_Raw]:
        inputs, output = node.params
        known: dict[int, Place] = dict(zip(output, places, strict=True))
        summed = set()
        for arg, labels in zip(node.args, inputs, strict=True):
            for label, size in zip(labels, arg.shape, strict=True):
                if label not in known:
                    known[label] = (self.fresh(size), 0)
                    summed.add(known[label][0])
        parts = [
            self.expand(arg, tuple(known[label] for label in labels), depth + 1)
            for arg, labels in zip(node.args, inputs, strict=True)
        ]
        sums = _Raw(summed=frozenset(label for label in summed if label is not None))
        return [sums.times(one) for one in self.product(parts)]

    def through_index(self, node: Node, places: tuple[Place, ...]) -> tuple[Place, ...] | None:
        """Return where the argument of a slice is looked at, or None for steps and where the front is not known."""
        rest = iter(places)
        inner: list[Place] = []
        for item, size in zip(node.params[0], node.args[0].shape, strict=True):
            if isinstance(item, int):
                inner.append((None, _from_front(item, size)))
                continue
            label, offset = next(rest)
            if item[2] not in (None, 1):
                return None
            inner.append((label, offset + (0 if item[0] is None else _from_front(item[0], size))))
        return tuple(inner)

    def through_scatter(self, node: Node, places: tuple[Place, ...], depth: int, is_sum: bool) -> list[_Raw]:
        inner: list[Place] = []
        ranges: list[tuple[Place, Size]] = []
        lengths = iter(node.args[0].shape)
        for item, size, (label, offset) in zip(node.params[0], node.shape, places, strict=True):
            if isinstance(item, int):
                ranges.append(((label, offset - _from_front(item, size)), 1))
                continue
            if item[2] not in (None, 1):
                return [_Raw(factors=[(node, places)])]
            shifted = (label, offset - (0 if item[0] is None else _from_front(item[0], size)))
            length = next(lengths)
            inner.append(shifted)
            if item != FULL:
                ranges.append((shifted, length))
        return [_Raw(ranges=ranges).times(one) for one in self.expand(node.args[0], tuple(inner), depth + 1, is_sum)]

    # -- putting every δ to use -----------------------------------------------------------------------------------

    def settled(self, raw: _Raw, rows: int) -> Product | None:
        """Return the product with its indices in order, or None where it is 0."""
        waiting = True
        while waiting:
            waiting = False
            for k, (one, other) in enumerate(raw.deltas):
                if one[0] is None or (other[0] in raw.summed and one[0] not in raw.summed):
                    one, other = other, one
                rest = [*raw.deltas[:k], *raw.deltas[k + 1 :]]
                if one[0] == other[0]:
                    if one[1] != other[1]:
                        return None if isinstance(one[1] - other[1], int) else _unreadable()
                    raw = replace(raw, deltas=rest)
                elif one[0] in raw.summed:
                    assert one[0] is not None
                    place = (other[0], other[1] - one[1])
                    raw = replace(raw, deltas=rest, ranges=[*raw.ranges, (place, self.sizes[one[0]])]).put(one[0], place)
                elif other[0] is None:  # a fixed row or column
                    raw = replace(raw, deltas=rest, ranges=[*raw.ranges, ((one[0], one[1] - other[1]), 1)])
                else:
                    continue
                waiting = True
                break
        limits = self.limits(raw)
        if limits is None:
            return None
        for label in sorted(raw.summed):  # what is summed over a part of its axis, or over one entry
            low, high = limits[label]
            if high - low == 1:
                raw = raw.put(label, (None, low))
            elif (low, high) != (0, self.sizes[label]):
                part = self.fresh(high - low)
                raw = raw.put(label, (part, low))
                raw = replace(raw, summed=raw.summed | {part})
                limits[part] = (0, high - low)
        carried = {place[0] for _, places in raw.factors for place in places}
        for label in sorted(raw.summed - carried):  # what is the same for every index counts as often
            low, high = limits[label]
            raw = replace(raw, factors=[*raw.factors, (as_node(high - low), ())])
        return self.tied(raw, limits, rows)

    def limits(self, raw: _Raw) -> dict[int, tuple[Size, Size]] | None:
        """Return from where to where each index runs, or None where one runs nowhere."""
        limits: dict[int, tuple[Size, Size]] = {label: (0, size) for label, size in enumerate(self.sizes)}
        for (label, offset), size in raw.ranges:
            if label is None:
                if not (_at_least(offset, 0) and _at_least(size, offset + 1)):
                    return None
                continue
            low, high = limits[label]
            low = low if _at_least(low, -offset) else -offset
            high = high if _at_least(size - offset, high) else size - offset
            if not _at_least(high, low + 1):
                return None
            limits[label] = low, high
        return limits

    def tied(self, raw: _Raw, limits: dict[int, tuple[Size, Size]], rows: int) -> Product | None:
        """Tie columns to rows, cut factors to the ranges that are left, and put zeros where there is no tie."""
        ties: dict[int, Size] = {}
        crossings = []
        for one, other in raw.deltas:
            (row, a), (column, b) = sorted((one, other), key=lambda place: place[0] or 0)
            assert row is not None
            assert column is not None
            if column - row == rows and row < rows:
                if ties.setdefault(row, a - b) != a - b:
                    return None if isinstance(ties[row] - (a - b), int) else _unreadable()
            elif a == b and row < rows <= column:
                crossings.append((row, column))
            else:
                _unreadable()
        for row in range(rows):  # one entry only: its column follows its row
            if row not in ties and all(high - low == 1 for low, high in (limits[row], limits[row + rows])):
                if self.sizes[row] == 1:
                    continue
                ties[row] = limits[row + rows][0] - limits[row][0]
        for row, offset in ties.items():
            low, high = limits[row + rows]
            raw = replace(raw, ranges=[*raw.ranges, ((row, offset - low), high - low)]).put(row + rows, (row, offset))
            found = self.limits(raw)
            if found is None:
                return None
            limits.update({label: found[label] for label in range(rows)})
        return self.cut(raw, limits, rows, ties, crossings)

    def cut(
        self,
        raw: _Raw,
        limits: dict[int, tuple[Size, Size]],
        rows: int,
        ties: dict[int, Size],
        crossings: list[tuple[int, int]],
    ) -> Product:
        factors: list[tuple[Node, tuple[int, ...]]] = []
        scalars: list[Node] = []
        free = [k for k in range(2 * rows) if k % rows not in ties]
        short = {k for k in free if limits[k] != (0, self.sizes[k])}
        padded: set[int] = set()
        for node, places in raw.factors:
            part, labels = _taken(node, places, limits)
            for axis, label in enumerate(labels):
                if label in short:
                    low, high = limits[label]
                    part = pad(part, axis - len(labels), low, self.sizes[label] - high)
                    padded.add(label)
            if labels:
                factors.append((part, labels))
            else:
                scalars.append(part)
        if short - padded or any(pair[0] in short or pair[1] in short for pair in crossings):
            _unreadable()
        ranges = tuple((k, *limits[k]) for k in sorted(ties) if limits[k] != whole_run(self.sizes[k], ties[k]))
        return Product(
            raw.coefficient,
            tuple(sorted(scalars, key=lambda node: node.serial)),
            _renumbered(factors, 2 * rows),
            tuple(sorted(ties.items())),
            ranges,
            tuple(sorted(crossings)),
        )


def whole_run(size: Size, offset: Size) -> tuple[Size, Size]:
    """Return where a diagonal runs that is `offset` to the right of the main one."""
    if not isinstance(offset, int):
        return _unreadable()
    return max(0, -offset), size - max(0, offset)


def _taken(node: Node, places: Sequence[Place], limits: dict[int, tuple[Size, Size]]) -> tuple[Node, tuple[int, ...]]:
    """Return the part of a factor that is looked at, and its indices; one index for each."""
    items: list[Any] = []
    labels: list[int] = []
    for (label, offset), size in zip(places, node.shape, strict=True):
        if label is None:
            items.append(offset if isinstance(offset, int) else _unreadable())
            continue
        low, high = limits[label][0] + offset, limits[label][1] + offset
        if not (_at_least(low, 0) and _at_least(size, high)):
            _unreadable()
        behind = size - high
        items.append((None if low == 0 else low, None if behind == 0 else -behind if isinstance(behind, int) else high, None))
        labels.append(label)
    part = node if all(item == FULL for item in items) else index.make((node,), (tuple(items),))
    if len(set(labels)) < len(labels):
        kept = tuple(dict.fromkeys(labels))
        return contract([part], [labels], kept), kept
    return part, tuple(labels)


def _renumbered(factors: list[tuple[Node, tuple[int, ...]]], first: int) -> tuple[tuple[Node, tuple[int, ...]], ...]:
    """Return factors in an order of their own, their summed indices numbered as they come."""
    factors = sorted(factors, key=lambda factor: (factor[0].serial, [label for label in factor[1] if label < first]))
    number: dict[int, int] = {}
    return tuple(
        (node, tuple(label if label < first else number.setdefault(label, first + len(number)) for label in labels))
        for node, labels in factors
    )


def _from_front(end: Size, size: Size) -> Size:
    return size + end if isinstance(end, int) and end < 0 else end


def _at_least(size: Size, least: Size) -> bool:
    """Whether a size is at least another, for axes that are long enough.

    Raises
    ------
    UnreadableError
        Where that depends on the lengths.
    """
    gap = size - least
    if isinstance(gap, int):
        return gap >= 0
    signs = {coefficient > 0 for monomial, coefficient in gap.terms if monomial}
    return signs.pop() if len(signs) == 1 else _unreadable()


def _unreadable() -> NoReturn:
    raise UnreadableError
