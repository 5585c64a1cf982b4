"""Back to one formula: the matrix that a structure, or a sum of products, stands for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from symgd.graph.node import Node, constant
from symgd.graph.shape import Shape
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import broadcast
from symgd.primitives.identity import eye
from symgd.primitives.indexing import scatter_record
from symgd.primitives.labelled import Labelled, product
from symgd.structures.index_products import Product, UnreadableError
from symgd.structures.product_patterns import identities
from symgd.structures.product_values import diagonals_of, total, values_of
from symgd.structures.structure import Structure, StructureKind

__all__ = ["as_matrix", "matrix_of"]

Factors = list[Labelled[int]]


def matrix_of(structure: Structure) -> Node | None:
    """Return the matrix that the parts of a structure make up, for a proof; None for bands, entries and sums of products."""
    shape = structure.shape
    if structure.layout.get("size") is not None:
        return None
    if structure.kind is StructureKind.ZERO:
        return broadcast.make((constant(0),), ((*shape, *shape),))
    terms_of = _TERMS.get(structure.kind)
    if terms_of is None:
        return None
    rank = len(shape)
    terms = terms_of(structure)
    if "diagonal" in structure.parts:
        terms.append([Labelled(structure.parts["diagonal"], tuple(range(rank))), *identities(range(rank), shape)])
    return total([product(factors, range(2 * rank)).node for factors in terms])


def _blocks(structure: Structure) -> list[Factors]:
    rank, batch = len(structure.shape), structure.layout["batch"]
    inner = [axis for axis in range(rank) if axis not in batch]
    block = Labelled(structure.parts["blocks"], (*batch, *inner, *(axis + rank for axis in inner)))
    return [[block, *identities(batch, structure.shape)]]


def _kronecker(structure: Structure) -> list[Factors]:
    rank, layout = len(structure.shape), structure.layout
    factors = [
        Labelled(part, (*rows, *(axis + rank for axis in columns)))
        for part, (rows, columns) in zip(structure.parts.values(), layout["factors"], strict=True)
    ]
    return [[*factors, *identities(layout["identity"], structure.shape)]]


def _gram(structure: Structure) -> list[Factors]:
    matrix, weights = structure.parts["matrix"], structure.parts["weights"]
    summed = tuple(range(2, 1 + matrix.rank))
    return [
        [Labelled(matrix, (*summed, 0)), Labelled(weights, summed if weights.shape else ()), Labelled(matrix, (*summed, 1))]
    ]


def _low_rank(structure: Structure) -> list[Factors]:
    rank, parts = len(structure.shape), structure.parts
    rows, columns = tuple(range(rank)), tuple(range(rank, 2 * rank))
    numbers = range(1, structure.layout["rank"] + 1)
    return [[Labelled(parts[f"left_{k}"], rows), Labelled(parts[f"right_{k}"], columns)] for k in numbers]


_TERMS: dict[StructureKind, Callable[[Structure], list[Factors]]] = {
    StructureKind.DIAGONAL: lambda structure: [],
    StructureKind.BLOCK_DIAGONAL: _blocks,
    StructureKind.KRONECKER: _kronecker,
    StructureKind.GRAM: _gram,
    StructureKind.LOW_RANK_PLUS_DIAGONAL: _low_rank,
}
"""The products that a structure is the sum of, without its diagonal."""


def as_matrix(products: Sequence[Product], shape: Shape) -> Node:
    """Return the formula of a sum of products: the matrix, with every tie an identity.

    Raises
    ------
    UnreadableError
        For diagonals beside the main one of a variable with several axes.
    """
    terms = [_matrix_of_product(summand, shape) for summand in products]
    matrix = add.make(tuple(terms)) if terms else constant(0)
    return matrix if matrix.shape == (*shape, *shape) else broadcast.make((matrix,), ((*shape, *shape),))


def _matrix_of_product(summand: Product, shape: Shape) -> Node:
    rank = len(shape)
    if all(offset == 0 for _, offset in summand.ties) and not summand.ranges:
        follows = {axis: axis + rank for axis in summand.offsets}
        crossed = tuple(Labelled(eye(shape[row % rank]), (row, column)) for row, column in summand.crossings)
        factors = (
            *(factor.renamed(follows) for factor in summand.factors),
            *identities(list(summand.offsets), shape),
            *crossed,
        )
        plain = replace(summand, factors=factors, ties=(), crossings=())
        return values_of(plain, tuple(range(2 * rank)), (*shape, *shape))
    if len(summand.ties) < rank or rank > 1:
        raise UnreadableError
    (((offset,), values),) = diagonals_of([summand], shape).items()
    assert isinstance(offset, int)
    length = values.shape[0]
    square = mul.make((eye(length), values))
    start = (max(0, -offset), max(0, offset))
    items = tuple((first, first + length, None) for first in start)
    return scatter_record.make((square,), (items, (*shape, *shape)))
