"""Sums of products, used one factor after the other: the matrix times a vector, and its diagonal.

(Σ u·vᵀ)·x = Σ u·(vᵀ·x);   products whose last factor is the same are added before it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from symgd.graph.node import Node, tensor
from symgd.graph.shape import Shape
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import broadcast, expand_at
from symgd.primitives.identity import eye
from symgd.primitives.labelled import Labelled, product
from symgd.structures.index_products import Product
from symgd.structures.product_values import Labels, total, values_of
from symgd.structures.structure import Structure

__all__ = ["product_formulas"]

Factor = Labelled[int]


class _Step(NamedTuple):
    """A factor that is multiplied, and the indices that are left behind it."""

    factor: Factor
    kept: Labels


def product_formulas(structure: Structure) -> tuple[list[Node], Node, Node, Node]:
    """Return what a sum of products needs to be used without multiplying it out.

    Returns
    -------
    factors : list of Node
        Inputs that stand for the parts.
    vector : Node
        An input for the vector.
    product, diagonal : Node
        The matrix times the vector, and its diagonal, in terms of those inputs.
    """
    shape = structure.shape
    inputs = {part: tensor(name, part.shape) for name, part in zip(structure.parts, structure.layout["factors"], strict=True)}
    vector = tensor("vector", shape)
    products = [
        replace(
            summand,
            scalars=tuple(inputs[node] for node in summand.scalars),
            factors=tuple(Labelled(inputs[factor.node], factor.labels) for factor in summand.factors),
        )
        for summand in structure.layout["products"]
    ]
    return list(inputs.values()), vector, _times(products, vector), _main_diagonal(products, shape)


def _main_diagonal(products: Sequence[Product], shape: Shape) -> Node:
    rank = len(shape)
    as_rows = {column: column - rank for column in range(rank, 2 * rank)}
    terms = []
    for summand in products:
        factors = summand.factors
        if any(row != column - rank for row, column in summand.crossings):
            factors += tuple(Labelled(eye(shape[row % rank]), (row, column)) for row, column in summand.crossings)
        on_diagonal = replace(summand, factors=tuple(factor.renamed(as_rows) for factor in factors))
        terms.append(values_of(on_diagonal, tuple(range(rank)), shape))
    return total(terms)


def _times(products: Sequence[Product], vector: Node) -> Node:
    """Return the sum of products times a vector; products whose last factor is the same are added before it."""
    rank = vector.rank
    groups: dict[tuple[_Step | None, Labels], list[Node]] = {}
    lasts: set[Factor] = set()
    for summand in products:
        current, last = _all_but_the_last(summand, vector, lasts)
        groups.setdefault((last, current.labels), []).append(mul.make((summand.weight, current.node)))
    terms = []
    for (last, labels), parts in groups.items():
        result = Labelled(total(parts), labels)
        if last is not None:
            result = product([result, last.factor], last.kept)
        rows = [axis for axis in range(rank) if axis in result.labels]
        missing = [axis for axis in range(rank) if axis not in result.labels]
        term = expand_at(result.reordered(rows).node, missing)
        terms.append(term if term.shape == vector.shape else broadcast.make((term,), (vector.shape,)))
    return total(terms)


def _all_but_the_last(summand: Product, vector: Node, lasts: set[Factor]) -> tuple[Factor, _Step | None]:
    """Multiply a vector with the factors of a product but for the last one, which is entered in `lasts`."""
    rank = vector.rank
    follows = {**{axis + rank: axis for axis in summand.offsets}, **{column: row for row, column in summand.crossings}}
    current = Labelled(vector, tuple(range(rank, 2 * rank))).renamed(follows)
    waiting = list(summand.factors)
    while waiting:
        labels = current.labels
        chosen = min(waiting, key=lambda factor: (factor in lasts, *_growth(factor, labels, waiting, rank)))
        waiting.remove(chosen)
        needed_labels = _needed_labels(chosen, labels, waiting, rank)
        if not waiting:
            lasts.add(chosen)
            return current, _Step(chosen, needed_labels)
        current = product([current, chosen], needed_labels)
    return current, None


def _needed_labels(factor: Factor, labels: Labels, waiting: Sequence[Factor], rank: int) -> Labels:
    """Return the indices that are needed behind a factor."""
    needed = set(range(rank)).union(*(other.labels for other in waiting))
    return tuple(sorted({*labels, *factor.labels} & needed, key=lambda label: (label < 2 * rank, label)))


def _growth(factor: Factor, labels: Labels, waiting: Sequence[Factor], rank: int) -> tuple[bool, int]:
    """Return how much a factor makes of what is multiplied so far: factors that share an index come first."""
    others = [other for other in waiting if other is not factor]
    return not set(factor.labels) & set(labels), len(_needed_labels(factor, labels, others, rank))
