"""Matrices written out entry by entry: which entries are not 0 shows diagonals, bands, blocks and sparse patterns."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.graph.node import Node
from symgd.primitives.indexing import stack
from symgd.structures.product_values import banded
from symgd.structures.structure import Make, Structure, StructureKind

__all__ = ["structure_of_entries"]


def structure_of_entries(matrix: Node, n: int, make: Make) -> Structure:
    """Read the pattern of a matrix of scalar formulas."""
    filled = [divmod(k, n) for k, entry in enumerate(matrix.args) if not entry.equals_number(0)]
    if not filled:
        return make(StructureKind.ZERO)
    offsets = sorted({column - row for row, column in filled})

    def diagonal(offset: int) -> Node:
        rows = range(max(0, -offset), n - max(0, offset))
        return stack([matrix.args[row * n + row + offset] for row in rows], (len(rows),))

    if offsets == [0]:
        return make(StructureKind.DIAGONAL, parts={"diagonal": diagonal(0)})
    reach = max(abs(offset) for offset in offsets)
    if 4 * reach < n:
        return banded({(offset,): diagonal(offset) for offset in offsets}, (n,), make)
    block = _block_length(filled, n)
    if block < n:
        entries = [matrix.args[row * n + start + column] for start in range(0, n, block) for row in range(start, start + block)
                   for column in range(block)]  # fmt: skip
        blocks = stack(entries, (n // block, block, block))
        return make(StructureKind.BLOCK_DIAGONAL, parts={"blocks": blocks}, layout={"size": block})
    if 4 * len(filled) <= n * n and n >= 8:
        rows, columns = zip(*filled, strict=True)
        values = stack([matrix.args[row * n + column] for row, column in filled], (len(filled),))
        return make(StructureKind.SPARSE, parts={"values": values}, layout={"rows": rows, "columns": columns})
    return make(StructureKind.DENSE, parts={"matrix": matrix})


def _block_length(filled: Sequence[tuple[int, int]], n: int) -> int:
    """Return the length of the smallest equal blocks on the diagonal that hold all entries."""
    return next(size for size in range(1, n + 1) if n % size == 0 and all(i // size == j // size for i, j in filled))
