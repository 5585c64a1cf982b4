"""A tensor as a sum of products with indices: every sum distributed, slices as offsets of indices, zeros as ranges.

``X.T @ (d[:, None] * X) + lam*eye(n)`` is read as  Σₛ X[s,r]·d[s]·X[s,c] + λ·δ[r,c]. What every δ is good for is decided
afterwards, in :mod:`symgd.structures.deltas`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.graph.shape import Size
from symgd.graph.traversal import toposort
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import broadcast, einsum, expand
from symgd.primitives.identity import eye_record
from symgd.primitives.index_items import FULL
from symgd.primitives.indexing import index, scatter_record
from symgd.primitives.labelled import Labelled
from symgd.primitives.piecewise import where
from symgd.structures.index_products import Place, UnreadableError, from_front

__all__ = ["ProductReader", "RawProduct"]

MAX_PRODUCTS = 64
MAX_DEPTH = 200

Places = tuple[Place, ...]


@dataclass
class RawProduct:
    """A product under construction.

    Attributes
    ----------
    coefficient : Fraction
    factors : list of Labelled
        Each axis with the place where it is looked at.
    deltas : list of (Place, Place)
        Pairs of places that have to be equal.
    ranges : list of (Place, Size)
        Places that lie between 0 and a size.
    summed : set of int
        The indices that are summed over.
    """

    coefficient: Fraction = Fraction(1)
    factors: list[Labelled[Place]] = field(default_factory=list)
    deltas: list[tuple[Place, Place]] = field(default_factory=list)
    ranges: list[tuple[Place, Size]] = field(default_factory=list)
    summed: frozenset[int] = frozenset()

    def times(self, other: RawProduct) -> RawProduct:
        """Return the product of two."""
        return RawProduct(
            self.coefficient * other.coefficient,
            self.factors + other.factors,
            self.deltas + other.deltas,
            self.ranges + other.ranges,
            self.summed | other.summed,
        )

    def put(self, label: int, place: Place) -> RawProduct:
        """Replace an index by a place."""

        def at(old: Place) -> Place:
            return Place(place.label, place.offset + old.offset) if old.label == label else old

        return RawProduct(
            self.coefficient,
            [Labelled(factor.node, tuple(map(at, factor.labels))) for factor in self.factors],
            [(at(first), at(second)) for first, second in self.deltas],
            [(at(start), size) for start, size in self.ranges],
            self.summed - {label},
        )


class ProductReader:
    """Reads a tensor as a sum of products.

    Attributes
    ----------
    tensor : Node
    sizes : list of Size
        Of each index: first those of the tensor's axes, then those that are summed over.
    has_delta : set of Node
        The nodes in which an identity matrix stands.
    """

    def __init__(self, tensor: Node) -> None:
        self.tensor = tensor
        self.sizes: list[Size] = list(tensor.shape)
        self.has_delta: set[Node] = set()
        for node in toposort((tensor,)):
            if node.primitive is eye_record or any(arg in self.has_delta for arg in node.args):
                self.has_delta.add(node)

    def read(self) -> list[RawProduct]:
        """Return the products of the tensor."""
        return self.expand(self.tensor, tuple(Place(k, 0) for k in range(self.tensor.rank)), 0, is_sum=True)

    def fresh(self, size: Size) -> int:
        """Return a new index."""
        self.sizes.append(size)
        return len(self.sizes) - 1

    # -- reading ------------------------------------------------------------------------------------------------

    def expand(self, node: Node, places: Places, depth: int, is_sum: bool = False) -> list[RawProduct]:
        """Return the products of a node whose axes are indexed at `places`; a plain sum is read where `is_sum`."""
        if depth > MAX_DEPTH:
            raise UnreadableError
        record = node.primitive
        if node.is_exact:
            return [RawProduct(Fraction(node.value))]
        if record is eye_record:
            return [RawProduct(deltas=[(places[0], places[1])])]
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
        return [RawProduct(factors=[Labelled(node, places)])]

    def aligned(self, node: Node, arg: Node, places: Places) -> Places:
        """Return the places of an argument that is stretched to the shape of its node."""
        arg_places = places[node.rank - arg.rank :]
        stretched = node.shape[node.rank - arg.rank :]
        return tuple(
            Place(None, 0) if size == 1 != stretched_size else place
            for place, size, stretched_size in zip(arg_places, arg.shape, stretched, strict=True)
        )

    def product(self, parts: list[list[RawProduct]]) -> list[RawProduct]:
        """Return the products of one factor from each part."""
        total = [RawProduct()]
        for part in parts:
            total = self.limited(first.times(second) for first in total for second in part)
        return total

    def limited(self, products: Iterable[RawProduct]) -> list[RawProduct]:
        """Return products, unless there are too many."""
        listed = list(itertools.islice(products, MAX_PRODUCTS + 1))
        if len(listed) > MAX_PRODUCTS:
            raise UnreadableError
        return listed

    def choice(self, node: Node, places: Places, depth: int) -> list[RawProduct]:
        """Return the products of both branches, each 0 where the other one is taken."""
        condition = node.args[0]
        at = self.aligned(node, condition, places)
        products = []
        for branch, choose in (
            (node.args[1], lambda x: (condition, x, constant(0))),
            (node.args[2], lambda x: (condition, constant(0), x)),
        ):
            for product in self.expand(branch, self.aligned(node, branch, places), depth + 1):
                if any(factor.labels != at or factor.node.shape != condition.shape for factor in product.factors):
                    raise UnreadableError
                chosen = [Labelled(where.make(choose(factor.node)), at) for factor in product.factors]
                products.append(replace(product, factors=chosen or [Labelled(where.make(choose(constant(1))), at)]))
        return self.limited(products)

    def contraction(self, node: Node, places: Places, depth: int) -> list[RawProduct]:
        """Return the products of a contraction, with new indices for what it sums over."""
        inputs, output = node.params
        known: dict[int, Place] = dict(zip(output, places, strict=True))
        summed: set[int] = set()
        for arg, labels in zip(node.args, inputs, strict=True):
            for label, size in zip(labels, arg.shape, strict=True):
                if label not in known:
                    index_of_sum = self.fresh(size)
                    known[label] = Place(index_of_sum, 0)
                    summed.add(index_of_sum)
        parts = [
            self.expand(arg, tuple(known[label] for label in labels), depth + 1)
            for arg, labels in zip(node.args, inputs, strict=True)
        ]
        sums = RawProduct(summed=frozenset(summed))
        return [sums.times(product) for product in self.product(parts)]

    def through_index(self, node: Node, places: Places) -> Places | None:
        """Return where the argument of a slice is indexed, or None for steps and where the front is not known."""
        rest = iter(places)
        inner: list[Place] = []
        for item, size in zip(node.params[0], node.args[0].shape, strict=True):
            if isinstance(item, int):
                inner.append(Place(None, from_front(item, size)))
                continue
            label, offset = next(rest)
            if item[2] not in (None, 1):
                return None
            inner.append(Place(label, offset + (0 if item[0] is None else from_front(item[0], size))))
        return tuple(inner)

    def through_scatter(self, node: Node, places: Places, depth: int, is_sum: bool) -> list[RawProduct]:
        """Return the products of what is put among zeros."""
        inner: list[Place] = []
        ranges: list[tuple[Place, Size]] = []
        lengths = iter(node.args[0].shape)
        for item, size, (label, offset) in zip(node.params[0], node.shape, places, strict=True):
            if isinstance(item, int):
                ranges.append((Place(label, offset - from_front(item, size)), 1))
                continue
            if item[2] not in (None, 1):
                return [RawProduct(factors=[Labelled(node, places)])]
            shifted = Place(label, offset - (0 if item[0] is None else from_front(item[0], size)))
            length = next(lengths)
            inner.append(shifted)
            if item != FULL:
                ranges.append((shifted, length))
        return [
            RawProduct(ranges=ranges).times(product) for product in self.expand(node.args[0], tuple(inner), depth + 1, is_sum)
        ]
