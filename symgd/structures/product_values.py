"""The tensors that products with indices stand for: all of them, or only what stands on a diagonal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symgd.graph.node import Node, constant
from symgd.graph.shape import Shape, Size
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import broadcast, expand_at
from symgd.primitives.indexing import pad
from symgd.primitives.labelled import Labelled, product
from symgd.structures.index_products import Product, whole_run
from symgd.structures.structure import Make, Structure, StructureKind

__all__ = ["Labels", "banded", "diagonals_of", "total", "values_of"]

Labels = tuple[int, ...]
Offsets = tuple[Size, ...]


def total(terms: list[Node]) -> Node:
    """Return a sum of at least one term."""
    return add.make(tuple(terms)) if len(terms) > 1 else terms[0]


def values_of(summand: Product, labels: Labels, sizes: Shape, without_weight: bool = False) -> Node:
    """Return the tensor of a product's factors with axes in the order of `labels`, stretched where no factor has one."""
    groups: dict[Labels, list[Node]] = {}
    for factor in summand.factors:
        groups.setdefault(factor.labels, []).append(factor.node)
    operands = [
        Labelled(mul.make(tuple(nodes)) if len(nodes) > 1 else nodes[0], factor_labels)
        for factor_labels, nodes in groups.items()
    ]
    present = [label for label in labels if any(label in factor_labels for factor_labels in groups)]
    value: Node | None = None
    if operands:
        missing = [k for k, label in enumerate(labels) if label not in present]
        value = expand_at(product(operands, present).node, missing)
    weight = None if without_weight or (summand.weight.equals_number(1) and value is not None) else summand.weight
    parts = tuple(part for part in (weight, value) if part is not None) or (constant(1),)
    result = mul.make(parts) if len(parts) > 1 else parts[0]
    return result if result.shape == sizes else broadcast.make((result,), (sizes,))


def diagonals_of(products: Iterable[Product], shape: Shape) -> dict[Offsets, Node]:
    """Return the sum of tied products by their offsets, each as long as its diagonal."""
    runs: dict[tuple[Offsets, tuple[tuple[Size, Size], ...]], list[Node]] = {}
    rank = len(shape)
    for summand in products:
        offsets = tuple(summand.offsets[axis] for axis in range(rank))
        part = {axis: (low, high) for axis, low, high in summand.ranges}
        full_runs = [whole_run(size, offset) for size, offset in zip(shape, offsets, strict=True)]
        run = tuple(part.get(axis, full_runs[axis]) for axis in range(rank))
        lengths = tuple(high - low for low, high in run)
        runs.setdefault((offsets, tuple(run)), []).append(values_of(summand, tuple(range(rank)), lengths))
    terms: dict[Offsets, list[Node]] = {}
    for (offsets, run), parts in runs.items():
        values = total(parts)
        for axis, (low, high) in enumerate(run):
            first, last = whole_run(shape[axis], offsets[axis])
            if (low, high) != (first, last):
                values = pad(values, axis - rank, low - first, last - high)
        terms.setdefault(offsets, []).append(values)
    return {offsets: total(values) for offsets, values in sorted(terms.items(), key=lambda pair: _order(pair[0]))}


def _order(offsets: Offsets) -> tuple[str, ...]:
    return tuple(f"{offset:+06d}" if isinstance(offset, int) else str(offset) for offset in offsets)


def banded(diagonals: Mapping[Offsets, Node], shape: Shape, make: Make) -> Structure:
    """Return the structure of a matrix of diagonals."""
    kind = StructureKind.BANDED if len(shape) == 1 else StructureKind.SPARSE
    names = {offsets: "diagonal" + "".join(f"_{str(k).replace('-', 'm')}" for k in offsets) for offsets in diagonals}
    return make(
        kind,
        parts={names[offsets]: values for offsets, values in diagonals.items()},
        layout={"offsets": tuple(diagonals)},
    )
