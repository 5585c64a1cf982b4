"""Write products of tensors as textbooks do: scalars as chains x @ S @ y and trace(X.T @ A @ X), (AB)ᵀ as BᵀAᵀ where that is
shorter, and what has three axes or more as one product with indices.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from symgd.graph.node import Node
from symgd.graph.shape import Shape
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import contract, einsum, expand
from symgd.primitives.contraction_layout import Labels, is_transpose, matmul_form
from symgd.primitives.symmetry import is_symmetric, transpose_of

__all__ = ["as_chain", "as_indexed_product", "as_matrix_chain", "opened", "turned", "with_chains"]


class _Link(NamedTuple):
    """A vector or a matrix in a chain."""

    operand: Node
    is_turned: bool
    begin: int
    end: int

    @property
    def written(self) -> Node:
        return contract([self.operand], [(0, 1)], (1, 0)) if self.is_turned else self.operand

    @property
    def reversed(self) -> _Link:
        turns = self.operand.rank == 2 and not is_symmetric(self.operand)
        return _Link(self.operand, turns and not self.is_turned, self.end, self.begin)


def as_chain(factors: Sequence[tuple[Node, Labels]], whole: Collection[Node] = ()) -> Node | None:
    """Return Σ x_a S_ab … y_z as x @ S @ … @ y, and Σ A_ab B_bc … C_za as trace(A @ B @ … @ C); None for any other sum.

    Factors that are products themselves are links of the chain, but for those that are to stay `whole`. Of the ways to write it
    the one with the fewest transposes is taken, of those a symmetric one, as Xᵀ A X.
    """
    operands = list(opened(factors, whole))
    if len(operands) < 3 or len({*factors}) < len(factors):  # (A x) @ (A x) is a square
        return None
    uses = Counter(label for _, labels in operands for label in labels)
    is_chain = all(len(labels) <= 2 and len({*labels}) == len(labels) for _, labels in operands)
    vectors = [k for k, (_, labels) in enumerate(operands) if len(labels) == 1]
    if not is_chain or {*uses.values()} != {2} or len(vectors) not in (0, 2):
        return None
    chains = [chain for start in vectors or range(len(operands)) for chain in _chains_from(start, operands)]
    if not chains:
        return None
    product = _multiplied(min(chains, key=_length))
    return product if vectors else contract([product], [(0, 0)], ())


def as_matrix_chain(factors: Sequence[tuple[Node, Labels]], output: Labels, whole: Collection[Node]) -> Node | None:
    """Return Σ A_ab B_bc … as A @ B @ …, or as the transpose of such a product, where that has fewer transposes; else None."""
    operands = list(opened(factors, whole))
    uses = Counter(label for _, labels in operands for label in labels)
    inner = {label for label, count in uses.items() if count == 2 and label not in output}
    if len(inner) != len(operands) - 1 or any(len({*labels}) != 2 for _, labels in operands) or len({*output}) != 2:
        return None
    start = next((k for k, (_, labels) in enumerate(operands) if output[0] in labels), None)
    if start is None:
        return None
    waiting = {*range(len(operands))} - {start}
    first = next(link for link in _directions(*operands[start]) if link.begin == output[0])
    turned = _extended([first], operands, waiting, inner)
    if waiting or turned[0].begin != output[1]:
        return None
    chain = _reversed(turned)
    is_turned = _length(turned)[0] + 1 < _length(chain)[0]
    product = _multiplied(turned if is_turned else chain)
    return contract([product], [(0, 1)], (1, 0)) if is_turned else product


def with_chains(node: Node) -> Node:
    """Return a contraction with matrices that meet in a sum multiplied: Σ_m A_mi A_mk is (AᵀA)_ik."""
    inputs, output = node.params
    operands = list(zip(node.args, inputs, strict=True))
    uses = Counter(label for labels in inputs for label in labels)
    inner = {label for label, count in uses.items() if count == 2 and label not in output}
    waiting = {k for k, labels in enumerate(inputs) if 0 < len(labels) <= 2 and len({*labels}) == len(labels)}
    joined: dict[int, tuple[Node, Labels]] = {}
    for k, operand in enumerate(operands):
        if k in waiting:
            waiting.discard(k)
            chain = _extended(_extended([_directions(*operand)[0]], operands, waiting, inner), operands, waiting, inner)
            joined[k] = _product_of_chain(chain, inner, output) if len(chain) > 1 else operand
        elif len(operand[1]) > 2 or len({*operand[1]}) < len(operand[1]) or not operand[1]:
            joined[k] = operand
    if len(joined) == len(operands):
        return node
    scalars = [product for product, labels in joined.values() if not labels]
    tensors = [pair for pair in joined.values() if pair[1]]
    product = contract([tensor for tensor, _ in tensors], [labels for _, labels in tensors], output)
    return mul.make((*scalars, product))


def _extended(chain: list[_Link], operands: Sequence[tuple[Node, Labels]], waiting: set[int], inner: set[int]) -> list[_Link]:
    """Return a chain from its other end, with all operands added that follow at this one."""
    while chain[-1].end in inner and (len(chain) == 1 or chain[-1].operand.rank == 2):
        following = next((k for k in sorted(waiting) if chain[-1].end in operands[k][1]), None)
        if following is None:
            break
        waiting.discard(following)
        chain = [*chain, next(link for link in _directions(*operands[following]) if link.begin == chain[-1].end)]
    return _reversed(chain)


def _reversed(chain: Sequence[_Link]) -> list[_Link]:
    return [link.reversed for link in reversed(chain)]


def _product_of_chain(chain: list[_Link], inner: set[int], output: Labels) -> tuple[Node, Labels]:
    """Return the product of a chain, in the direction with fewer transposes, and its labels."""
    places = {label: k for k, label in enumerate(output)}
    links = min(
        chain,
        _reversed(chain),
        key=lambda links: (*_length(links), places.get(links[0].begin, 0) > places.get(links[-1].end, 0)),
    )
    product = _multiplied(links)
    begin = links[0].begin if links[0].operand.rank == 2 else None
    end = links[-1].end if links[-1].operand.rank == 2 else None
    if begin == end and begin in inner:
        return contract([product], [(0, 0)], ()), ()
    return product, tuple(label for label in (begin, end) if label is not None)


def _multiplied(links: Sequence[_Link]) -> Node:
    product, *others = (link.written for link in links)
    for matrix in others:
        left, right = (0, 1)[2 - product.rank :], (1, 2)[: matrix.rank]
        product = contract([product, matrix], [left, right], (*left[:-1], *right[1:]))
    return product


def opened(factors: Iterable[tuple[Node, Labels]], whole: Collection[Node] = ()) -> Iterator[tuple[Node, Labels]]:
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


def _length(chain: Sequence[_Link]) -> tuple[int, bool]:
    return sum(link.is_turned for link in chain), chain[0].operand is not chain[-1].operand


def turned(node: Node) -> Node:
    """Return the transpose of a product as the product of the transposes, where that has no more of them."""
    if not is_transpose(node) or not _is_product(node.args[0]) or _transposes_saved(node.args[0]) < 0:
        return node
    return _written_turned(node.args[0])


def _written_turned(matrix: Node) -> Node:
    if _is_product(matrix):
        left, right = (matrix.args[k] for k in matmul_form(*matrix.params) or ())
        return contract([_written_turned(right), _written_turned(left)], [(0, 1), (1, 2)], (0, 2))
    return matrix if is_symmetric(matrix) else transpose_of(matrix)


def _transposes_saved(matrix: Node) -> int:
    """Return by how many transposes a product is shorter when it is turned factor by factor rather than as a whole."""
    factors = [matrix]
    while any(map(_is_product, factors)):
        factors = [part for factor in factors for part in (factor.args if _is_product(factor) else (factor,))]
    before = 1 + sum(map(is_transpose, factors))
    return before - sum(not is_transpose(factor) and not is_symmetric(factor) for factor in factors)


def _is_product(node: Node) -> bool:
    if node.primitive is not einsum or len(node.args) != 2 or any(arg.rank != 2 for arg in node.args):
        return False
    return matmul_form(*node.params) is not None


def as_indexed_product(node: Node) -> Node | None:
    """Return a product of stretched tensors, as A[:, :, None, None] * B, as the contraction that names its axes."""
    tensors = [factor for factor in node.args if factor.shape]
    if node.primitive is not mul or node.rank < 3 or len(tensors) < 2:
        return None
    operands = [_with_axes(factor, node.shape) for factor in tensors]
    if any(operand is None or len(operand[1]) == node.rank for operand in operands):
        return None
    named = [operand for operand in operands if operand is not None]
    if {label for _, labels in named for label in labels} != {*range(node.rank)}:
        return None
    product = contract([tensor for tensor, _ in named], [labels for _, labels in named], range(node.rank))
    return mul.make((*(factor for factor in node.args if not factor.shape), product))


def _with_axes(factor: Node, shape: Shape) -> tuple[Node, Labels] | None:
    """Return a tensor without the axes of size 1 that it was given, and the axes of a product along which it varies."""
    axes = list(range(len(shape) - factor.rank, len(shape)))
    while factor.primitive is expand:
        (axis,) = factor.params[0]
        del axes[axis % factor.rank]
        (factor,) = factor.args
    if factor.primitive is einsum and len(factor.args) == 1 and {*factor.params[0][0]} == {*factor.params[1]}:
        (inner,), output = factor.params
        if len(inner) == len({*inner}):
            axes = [axes[output.index(label)] for label in inner]
            (factor,) = factor.args
    varies = all(size == shape[axis] for size, axis in zip(factor.shape, axes, strict=True))
    return (factor, tuple(axes)) if varies else None
