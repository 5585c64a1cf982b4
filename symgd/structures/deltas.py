"""Every δ of a product put to use: it replaces a summed index, fixes a row, or ties a column to its row.

Σₛ δ[s, r]·X[s, c] = X[r, c];   λ·δ[r, c] *ties* the column to the row, and what is left shows the structure
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.shape import Size
from symgd.primitives.index_items import FULL, Item
from symgd.primitives.indexing import index, pad
from symgd.primitives.labelled import Labelled
from symgd.structures.index_products import Place, Product, UnreadableError, at_least, unreadable, whole_run
from symgd.structures.product_reader import ProductReader, RawProduct

__all__ = ["as_products"]

Limits = dict[int, tuple[Size, Size]]
"""From where to before where each index runs."""


def as_products(tensor: Node, rows: int) -> list[Product]:
    """Read a tensor with `rows` axes for rows, and as many for columns, as a sum of products.

    Raises
    ------
    UnreadableError
    """
    reader = ProductReader(tensor)
    products: dict[tuple[object, ...], Product] = {}
    for raw in reader.read():
        product = _Settling(reader.sizes, rows).settled(raw)
        if product is None:
            continue
        key = (product.scalars, product.factors, product.ties, product.ranges, product.crossings)
        known = products.get(key)
        products[key] = product if known is None else replace(known, coefficient=known.coefficient + product.coefficient)
    return [product for product in products.values() if product.coefficient]


class _Settling:
    """Puts the deltas of products to use.

    Attributes
    ----------
    sizes : list of Size
        Of each index; extended by those of sums over a part of an axis.
    rows : int
        How many indices are rows; as many behind them are columns.
    """

    def __init__(self, sizes: list[Size], rows: int) -> None:
        self.sizes = sizes
        self.rows = rows

    def settled(self, raw: RawProduct) -> Product | None:
        """Return the product with its indices in order, or None where it is 0."""
        used = self._without_deltas(raw)
        limits = None if used is None else self._limits(used)
        if used is None or limits is None:
            return None
        return self._tied(self._over_parts(used, limits), limits)

    def _without_deltas(self, raw: RawProduct) -> RawProduct | None:
        """Use deltas of summed indices and of fixed rows and columns, until those between rows and columns are left."""
        waiting = True
        while waiting:
            waiting = False
            for k, (first, second) in enumerate(raw.deltas):
                if first.label is None or (second.label in raw.summed and first.label not in raw.summed):
                    first, second = second, first
                rest = [*raw.deltas[:k], *raw.deltas[k + 1 :]]
                shift = second.offset - first.offset
                if first.label == second.label:
                    if shift != 0:
                        return None if isinstance(shift, int) else unreadable()
                    raw = replace(raw, deltas=rest)
                elif first.label is not None and first.label in raw.summed:
                    place = Place(second.label, shift)
                    full_range = (place, self.sizes[first.label])
                    raw = replace(raw, deltas=rest, ranges=[*raw.ranges, full_range]).put(first.label, place)
                elif second.label is None:  # a fixed row or column
                    raw = replace(raw, deltas=rest, ranges=[*raw.ranges, (Place(first.label, -shift), 1)])
                else:
                    continue
                waiting = True
                break
        return raw

    def _over_parts(self, raw: RawProduct, limits: Limits) -> RawProduct:
        """Give a sum over a part of an axis an index of its own; what is the same for every index counts as often."""
        for label in sorted(raw.summed):
            low, high = limits[label]
            if high - low == 1:
                raw = raw.put(label, Place(None, low))
            elif (low, high) != (0, self.sizes[label]):
                part = len(self.sizes)
                self.sizes.append(high - low)
                raw = raw.put(label, Place(part, low))
                raw = replace(raw, summed=raw.summed | {part})
                limits[part] = (0, high - low)
        carried = {place.label for factor in raw.factors for place in factor.labels}
        for label in sorted(raw.summed - carried):
            low, high = limits[label]
            raw = replace(raw, factors=[*raw.factors, Labelled(as_node(high - low), ())])
        return raw

    def _limits(self, raw: RawProduct) -> Limits | None:
        """Return from where to where each index runs, or None where one runs nowhere."""
        limits: Limits = {label: (0, size) for label, size in enumerate(self.sizes)}
        for (label, offset), size in raw.ranges:
            if label is None:
                if not (at_least(offset, 0) and at_least(size, offset + 1)):
                    return None
                continue
            low, high = limits[label]
            low = low if at_least(low, -offset) else -offset
            high = high if at_least(size - offset, high) else size - offset
            if not at_least(high, low + 1):
                return None
            limits[label] = low, high
        return limits

    # -- rows and columns ---------------------------------------------------------------------------------------

    def _tied(self, raw: RawProduct, limits: Limits) -> Product | None:
        """Tie columns to rows, and cut factors to the ranges that are left."""
        rows = self.rows
        ties_and_crossings = self._ties(raw)
        if ties_and_crossings is None:
            return None
        ties, crossings = ties_and_crossings
        for row in range(rows):  # one entry only: its column follows its row
            if row not in ties and all(high - low == 1 for low, high in (limits[row], limits[row + rows])):
                if self.sizes[row] == 1:
                    continue
                ties[row] = limits[row + rows][0] - limits[row][0]
        for row, offset in ties.items():
            low, high = limits[row + rows]
            run = (Place(row, offset - low), high - low)
            raw = replace(raw, ranges=[*raw.ranges, run]).put(row + rows, Place(row, offset))
            narrowed = self._limits(raw)
            if narrowed is None:
                return None
            limits.update({label: narrowed[label] for label in range(rows)})
        return self._product(raw, limits, ties, crossings)

    def _ties(self, raw: RawProduct) -> tuple[dict[int, Size], list[tuple[int, int]]] | None:
        """Return the offset of each tied axis, and other pairs of rows and columns that have to be equal."""
        ties: dict[int, Size] = {}
        crossings = []
        for first, second in raw.deltas:
            (row, a), (column, b) = sorted((first, second), key=lambda place: place.label or 0)
            assert row is not None
            assert column is not None
            if column - row == self.rows and row < self.rows:
                if ties.setdefault(row, a - b) != a - b:
                    return None if isinstance(ties[row] - (a - b), int) else unreadable()
            elif a == b and row < self.rows <= column:
                crossings.append((row, column))
            else:
                raise UnreadableError
        return ties, crossings

    def _product(self, raw: RawProduct, limits: Limits, ties: dict[int, Size], crossings: list[tuple[int, int]]) -> Product:
        """Return the product with its factors cut to what is used, and with zeros where there is no tie."""
        count = 2 * self.rows
        free = [k for k in range(count) if k % self.rows not in ties]
        short = {k for k in free if limits[k] != (0, self.sizes[k])}
        padded: set[int] = set()
        factors: list[Labelled[int]] = []
        scalars: list[Node] = []
        for factor in raw.factors:
            part = _used_part(factor, limits)
            for axis, label in enumerate(part.labels):
                if label in short:
                    low, high = limits[label]
                    node = pad(part.node, axis - len(part.labels), low, self.sizes[label] - high)
                    part = Labelled(node, part.labels)
                    padded.add(label)
            if part.labels:
                factors.append(part)
            else:
                scalars.append(part.node)
        if short - padded or any(pair[0] in short or pair[1] in short for pair in crossings):
            unreadable()
        ranges = tuple((k, *limits[k]) for k in sorted(ties) if limits[k] != whole_run(self.sizes[k], ties[k]))
        return Product(
            raw.coefficient,
            tuple(sorted(scalars, key=lambda node: node.serial)),
            _renumbered(factors, count),
            tuple(sorted(ties.items())),
            ranges,
            tuple(sorted(crossings)),
        )


def _used_part(factor: Labelled[Place], limits: Mapping[int, tuple[Size, Size]]) -> Labelled[int]:
    """Return the part of a factor that is used, and its indices; one index for each."""
    items: list[Item] = []
    labels: list[int] = []
    for (label, offset), size in zip(factor.labels, factor.node.shape, strict=True):
        if label is None:
            items.append(offset if isinstance(offset, int) else unreadable())
            continue
        low, high = limits[label][0] + offset, limits[label][1] + offset
        if not (at_least(low, 0) and at_least(size, high)):
            unreadable()
        behind = size - high
        items.append((None if low == 0 else low, None if behind == 0 else -behind if isinstance(behind, int) else high, None))
        labels.append(label)
    part = factor.node if all(item == FULL for item in items) else index.make((factor.node,), (tuple(items),))
    return Labelled(part, tuple(labels)).diagonal()


def _renumbered(factors: Sequence[Labelled[int]], first: int) -> tuple[Labelled[int], ...]:
    """Return factors in an order of their own, their summed indices numbered as they come."""
    ordered = sorted(factors, key=lambda factor: (factor.node.serial, [label for label in factor.labels if label < first]))
    number: dict[int, int] = {}
    for factor in ordered:
        for label in factor.labels:
            if label >= first:
                number.setdefault(label, first + len(number))
    return tuple(factor.renamed(number) for factor in ordered)
