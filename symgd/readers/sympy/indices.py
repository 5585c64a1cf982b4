"""Index notation: formulas whose axes carry the names of running indices.

``Sum(A[i, j]*x[j], (j, 0, n - 1))`` is read bottom-up. The labels of a value are the indices that still run in it
(:class:`symgd.primitives.labelled.Labelled`); a product lines them up as a contraction, a sum closes one of them. Nothing is
written out, so the size of a range may be symbolic.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import sympy as sp

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.node import Node, constant, tensor
from symgd.graph.node import size as axis_size
from symgd.graph.shape import Size
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import broadcast, expand_at
from symgd.primitives.entry_products import prod
from symgd.primitives.identity import eye
from symgd.primitives.index_items import FULL, Item
from symgd.primitives.indexing import index
from symgd.primitives.labelled import Labelled, aligned, labels_of, product
from symgd.primitives.piecewise import equal, less_equal, where
from symgd.readers.sympy.index_ranges import Limit, Place, Range, Ranges
from symgd.readers.sympy.indexed_arrays import arrays_in, element_of
from symgd.readers.sympy.sizes import size_of
from symgd.readers.sympy.values import Formula, labelled, unlabelled
from symgd.readers.sympy.walk import walk_sympy

__all__ = ["Indices"]

_NEUTRAL = {"sum": 0, "prod": 1}
"""What adds nothing to a sum, and what changes nothing in a product."""


class Indices:
    """The running indices of one SymPy expression, and the arrays they index.

    Attributes
    ----------
    expression : sympy expression
        With an index of its own for every range.
    ranges : Ranges
    arrays : dict of str to IndexedArray
    """

    def __init__(self, expression: sp.Basic) -> None:
        self.expression = _distinct(expression)
        parts = walk_sympy(self.expression)
        limits: dict[sp.Symbol, Limit] = {}
        shapes: dict[sp.Symbol, Range] = {}
        for part in parts:
            if isinstance(part, sp.Sum | sp.Product):
                limits.update({limit[0]: limit for limit in part.limits})
            elif isinstance(part, sp.FunctionMatrix):
                for symbol, size in zip(part.lamda.variables, part.shape, strict=True):
                    shapes[symbol] = Range(0, size_of(size))
        self.ranges = Ranges(limits, shapes)
        self.arrays = arrays_in(parts, self.ranges)

    def runs(self, symbol: sp.Symbol) -> bool:
        """Whether a symbol is a running index."""
        return symbol in self.ranges.known

    # -- values ---------------------------------------------------------------------------------------------------

    def element(self, element: sp.Basic, argument: Node | None = None) -> Formula:
        """Return an indexed array, or an indexed formula, as a value in which its indices run."""
        name, _, places, _ = element_of(element)
        start = 0
        if name is not None:
            shape, start = self.arrays[name].shape()
            argument = tensor(name, shape)
        assert argument is not None
        items: list[Item] = []
        labels: list[sp.Symbol] = []
        for axis, index_of_axis in enumerate(places):
            place = self.ranges.place(index_of_axis)
            items.append(self._item(place, start, argument.shape[axis], element, index_of_axis))
            if place.symbol is not None:
                labels.append(place.symbol)
        node = argument if all(item == FULL for item in items) else index.make((argument,), (tuple(items),))
        return unlabelled(Labelled(node, tuple(labels)).diagonal())

    def _item(self, place: Place, start: int, size: Size, element: sp.Basic, shown: sp.Basic) -> Item:
        """Return the part of an axis that is looked at."""
        if place.symbol is None:
            return _checked(place.shift - start, size, element)
        index_range = self.ranges.known[place.symbol]
        first = index_range.start + place.shift - start
        remaining = size - (index_range.size + first)
        if first < 0 or not isinstance(remaining, int) or remaining < 0:
            raise ShapeError(f"in {element} the index {shown} leaves the axis of size {size}")
        return FULL if first == 0 and index_range.size == size else (first or None, index_range.size + first, None)

    def delta(self, first: sp.Basic, second: sp.Basic) -> Formula:
        """Return Kronecker's δ of two indices."""
        left, right = self.ranges.place(first), self.ranges.place(second)
        known = self.ranges.known
        if left.symbol is None and right.symbol is None:
            return constant(1 if left.shift == right.shift else 0)
        if left.symbol is not None and right.symbol is not None and left.symbol != right.symbol:
            if known[left.symbol] == known[right.symbol] and left.shift == right.shift:
                return Labelled(eye(known[left.symbol].size), (left.symbol, right.symbol))
        sides = [
            labelled(constant(place.shift)) if place.symbol is None else self.ranges.value(*place) for place in (left, right)
        ]
        return Labelled(where(equal(*aligned(sides)), 1, 0), labels_of(sides))

    def product(self, values: Sequence[Formula]) -> Labelled[sp.Symbol]:
        """Multiply values: the indices line up, none is summed yet."""
        scalars = [value for value in values if isinstance(value, Node)]
        factors = [value for value in values if isinstance(value, Labelled)]
        body = product(factors, labels_of(factors))
        return Labelled(mul.make((*scalars, body.node)), body.labels) if scalars else body

    def matrix(self, expression: sp.Basic, value: Formula) -> Node:
        """Return a matrix that is given by its entries."""
        rows, columns = expression.lamda.variables
        shape = tuple(self.ranges.known[symbol].size for symbol in (rows, columns))
        entries = labelled(value)
        order = [label for label in (rows, columns) if label in entries.labels]
        if len(order) != len(entries.labels):
            raise UnsupportedError("an index of the matrix is not its own")
        node = entries.reordered(order).node
        if columns not in order:
            node = expand_at(node, [node.rank])
        return broadcast.make((node,), (shape,))

    def close(self, expression: sp.Basic, value: Formula, how: Literal["sum", "prod"]) -> Formula:
        """Close the indices of a sum or a product."""
        closed = labelled(value)
        for symbol, *_ in expression.limits:
            for low, high in self.ranges.conditions[symbol]:
                together = [self._bound(low), self._bound(high), closed]
                first, last, body = aligned(together)
                closed = Labelled(where(less_equal(first, last), body, _NEUTRAL[how]), labels_of(together))
            if symbol not in closed.labels:
                count = axis_size(self.ranges.known[symbol].size)
                closed = Labelled(closed.node * count if how == "sum" else closed.node**count, closed.labels)
            elif how == "sum":
                closed = closed.summed_to([label for label in closed.labels if label != symbol])
            else:
                closed = closed.reduced(symbol, prod)
        return unlabelled(closed)

    def _bound(self, bound: sp.Basic) -> Labelled[sp.Symbol]:
        """Return a bound as a value."""
        if not self.ranges.moves(bound):
            return labelled(axis_size(size_of(bound)))
        symbol, shift = self.ranges.place(bound)
        assert symbol is not None
        return self.ranges.value(symbol, shift)


def _checked(position: int, size: Size, element: sp.Basic) -> int:
    if isinstance(size, int) and not -size <= position < size:
        raise ShapeError(f"in {element} an index is outside the axis of size {size}")
    return position % size if isinstance(size, int) else position


def _distinct(expression: sp.Basic) -> sp.Basic:
    """Give an index a name of its own in every sum where it runs over another range than elsewhere."""
    ranges: dict[sp.Symbol, list[sp.Basic]] = {}
    renamed: dict[sp.Basic, sp.Basic] = {}
    for part in walk_sympy(expression):
        if isinstance(part, sp.Sum | sp.Product):
            for symbol, *bounds in part.limits:
                if ranges.setdefault(symbol, bounds) != bounds:
                    renamed[part] = None
    for part in renamed:
        fresh = {symbol: sp.Dummy(str(symbol), integer=True) for symbol, *_ in part.limits}
        renamed[part] = part.func(part.function.xreplace(fresh), *((fresh[symbol], *bounds) for symbol, *bounds in part.limits))
    return expression.xreplace(renamed) if renamed else expression
