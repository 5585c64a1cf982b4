"""Write a scalar as a chain of matrix products, as textbooks do: x @ S @ y, and trace(X.T @ A @ X)."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from symgd.graph.node import Node
from symgd.primitives.contraction import Labels, contract, einsum
from symgd.primitives.symmetry import is_symmetric

__all__ = ["as_chain"]


class _Link(NamedTuple):
    """A vector or a matrix in a chain."""

    operand: Node
    is_turned: bool
    begin: int
    end: int

    @property
    def written(self) -> Node:
        return contract([self.operand], [(0, 1)], (1, 0)) if self.is_turned else self.operand


def as_chain(factors: Sequence[tuple[Node, Labels]], whole: Collection[Node] = ()) -> Node | None:
    """Return Σ x_a S_ab … y_z as x @ S @ … @ y, and Σ A_ab B_bc … C_za as trace(A @ B @ … @ C); None for any other sum.

    Factors that are products themselves are links of the chain, but for those that are to stay `whole`. Of the ways to write it
    the one with the fewest transposes is taken, of those a symmetric one, as Xᵀ A X.
    """
    operands = list(_links(factors, whole))
    if len(operands) < 3:
        return None
    uses = Counter(label for _, labels in operands for label in labels)
    is_chain = all(len(labels) <= 2 and len({*labels}) == len(labels) for _, labels in operands)
    vectors = [k for k, (_, labels) in enumerate(operands) if len(labels) == 1]
    if not is_chain or {*uses.values()} != {2} or len(vectors) not in (0, 2):
        return None
    chains = [chain for start in vectors or range(len(operands)) for chain in _chains_from(start, operands)]
    if not chains:
        return None
    first, *others = (link.written for link in min(chains, key=_length))
    product = first
    for matrix in others:
        left, right = (0, 1)[2 - product.rank :], (1, 2)[: matrix.rank]
        product = contract([product, matrix], [left, right], (*left[:-1], *right[1:]))
    return product if vectors else contract([product], [(0, 0)], ())


def _links(factors: Iterable[tuple[Node, Labels]], whole: Collection[Node]) -> Iterator[tuple[Node, Labels]]:
    """Yield the factors with their indices, those of products among them instead of the products."""
    fresh = itertools.count(-1, -1)
    waiting = list(factors)[::-1]
    while waiting:
        node, labels = waiting.pop()
        if node.primitive is not einsum or node in whole or len({*labels}) < len(labels):
            yield node, labels
            continue
        inputs, output = node.params
        names = defaultdict(lambda: next(fresh), zip(output, labels, strict=True))
        waiting += [(arg, tuple(names[label] for label in inner)) for arg, inner in zip(node.args, inputs, strict=True)][::-1]


def _chains_from(start: int, operands: Sequence[tuple[Node, Labels]]) -> Iterator[list[_Link]]:
    """Yield the chains of all operands that begin with one of them; a matrix may be passed in both directions."""
    for first in _directions(*operands[start]):
        chain = [first]
        left = {*range(len(operands))} - {start}
        while left:
            end = chain[-1].end
            following = next((k for k in sorted(left) if end in operands[k][1]), None)
            if following is None:
                break
            left.remove(following)
            chain.append(next(link for link in _directions(*operands[following]) if link.begin == end))
        if not left and (first.operand.rank == 1 or chain[-1].end == first.begin):
            yield chain


def _directions(operand: Node, labels: Labels) -> list[_Link]:
    """Return a vector as a link, or a matrix as it stands and turned."""
    if len(labels) == 1:
        return [_Link(operand, False, labels[0], labels[0])]
    return [_Link(operand, False, *labels), _Link(operand, not is_symmetric(operand), *labels[::-1])]


def _length(chain: list[_Link]) -> tuple[int, bool]:
    return sum(link.is_turned for link in chain), chain[0].operand is not chain[-1].operand
