"""Index notation: formulas whose axes carry the names of running indices.

``Sum(A[i, j]*x[j], (j, 0, n - 1))`` is read bottom-up. Every value carries the indices that still run in it as axes
(:class:`Labelled`); a product lines them up as a contraction, a sum closes one of them. Nothing is written out, so the
size of a range may be symbolic.

Indices count from 0, as in SymPy. Where every index of a base runs from 1 up to its size, it is counted from 1, as on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions import ArrayElement, ArraySymbol

from symgd.errors import AmbiguityError, ShapeError, UnsupportedError
from symgd.graph.node import Node, tensor
from symgd.graph.node import size as axis_size
from symgd.graph.shape import Dim, Shape, Size
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import broadcast, contract, einsum, expand_at, eye
from symgd.primitives.indexing import FULL, Item, index
from symgd.primitives.lookup import arange
from symgd.primitives.piecewise import equal, less_equal, where
from symgd.primitives.running import prod

__all__ = ["Indices", "Labelled", "aligned", "size_of", "walk_sympy"]


@dataclass(frozen=True)
class Labelled:
    """A value in which indices still run: the last axes of the node, in order, are theirs."""

    node: Node
    labels: tuple[Any, ...]


@dataclass(frozen=True)
class Range:
    """What an index runs over: from `start` on, `size` values."""

    start: int
    size: Size


@dataclass
class Base:
    """An array that is indexed: its declared shape, and the least and greatest index seen on each axis."""

    name: str
    shape: Shape | None
    rank: int
    lows: list[int] = field(default_factory=list)
    ends: list[list[Size]] = field(default_factory=list)
    counts_from_one: bool = True
    is_matrix: bool = False


def size_of(dimension: Any) -> Size:
    """Read SymPy's dimension: an integer, a symbol, or a polynomial in symbols.

    Raises
    ------
    ShapeError, UnsupportedError
        For what cannot be the size of an axis.
    """
    if isinstance(dimension, int):
        return dimension
    dimension = sp.sympify(dimension) if not isinstance(dimension, sp.Basic) else dimension
    if dimension.is_Integer:
        return int(dimension)
    if dimension.is_Symbol:
        return Dim.named(str(dimension.name))
    result: Size = 0
    for term in sp.Add.make_args(sp.expand(dimension)):
        product: Size = 1
        for factor in sp.Mul.make_args(term):
            base, exponent = factor.as_base_exp()
            if not exponent.is_Integer or int(exponent) < 1 or not (base.is_Symbol or base.is_Integer):
                raise UnsupportedError(f"the size {dimension} is not a polynomial in names")
            for _ in range(int(exponent)):
                product = (int(base) if base.is_Integer else Dim.named(str(base.name))) * product
        result = product + result
    return result


def aligned(values: Sequence[Any]) -> tuple[list[Node], tuple[Any, ...]]:
    """Give values the same indices as last axes, in one order, with axes of size 1 where an index does not run."""
    labels: tuple[Any, ...] = tuple(dict.fromkeys(label for v in values if isinstance(v, Labelled) for label in v.labels))
    # an axis in front is left away where no other value is stretched behind it
    is_spread = any(isinstance(v, Labelled) and not set(labels[labels.index(v.labels[0]) :]) <= set(v.labels) for v in values)
    nodes = []
    for value in values:
        if not isinstance(value, Labelled):
            nodes.append(value)
            continue
        order = tuple(label for label in labels if label in value.labels)
        first = 0 if is_spread else labels.index(order[0])
        node = contract([value.node], [value.labels], order)
        nodes.append(expand_at(node, [k - first for k, label in enumerate(labels) if k >= first and label not in order]))
    return nodes, labels


class Indices:
    """The running indices of one SymPy expression, and the arrays they index."""

    def __init__(self, expression: Any) -> None:
        self.ranges: dict[Any, Range] = {}
        self.conditions: dict[Any, list[tuple[Any, Any]]] = {}
        """For an index whose bounds move with another one: pairs of which the first is not greater than the second."""
        self.bases: dict[str, Base] = {}
        self.expression = _distinct(expression)
        nodes = list(walk_sympy(self.expression))
        limits = {}
        for one in nodes:
            if isinstance(one, sp.Sum | sp.Product):
                limits.update({limit[0]: limit for limit in one.limits})
            elif isinstance(one, sp.FunctionMatrix):
                for symbol, size in zip(one.lamda.variables, one.shape, strict=True):
                    self.ranges[symbol] = Range(0, size_of(size))
        self._open_all(limits)
        for one in nodes:
            if isinstance(one, sp.Indexed | MatrixElement | ArrayElement):
                self._see(one)

    # -- what runs ------------------------------------------------------------------------------------------------

    def _open_all(self, limits: dict[Any, Any]) -> None:
        """Open every index after those its bounds move with."""
        waiting = dict(limits)
        while waiting:
            ready = [s for s, limit in waiting.items() if not any(set(waiting) & bound.free_symbols for bound in limit[1:])]
            if not ready:
                names = ", ".join(str(symbol) for symbol in waiting)
                raise UnsupportedError(f"the ranges of {names} depend on each other")
            for symbol in ready:
                self._open(waiting.pop(symbol))

    def _open(self, limit: Any) -> None:
        if len(limit) != 3:
            raise UnsupportedError(f"the sum over {limit[0]} has no bounds", hint="write Sum(…, (i, 0, n - 1))")
        symbol, low, high = limit
        (first, last_first), (least_end, end) = self._ends(low), self._ends(high)
        if not isinstance(first, int):
            raise UnsupportedError(f"the index {symbol} starts at {low}", hint="an index starts at a number")
        count = end - (first - 1)
        if isinstance(count, int) and count < 1:
            raise ShapeError(f"the index {symbol} runs over nothing, from {low} to {high}")
        moving = [bound for bound in (low, high) if set(self.ranges) & bound.free_symbols]
        backwards = last_first - least_end if moving else 0
        if not isinstance(backwards, int) or backwards > 1:
            raise UnsupportedError(
                f"the index {symbol} runs backwards in places, from {low} to {high}", hint="end the outer sum before that"
            )
        self.ranges[symbol] = Range(first, count)
        self.conditions[symbol] = [(low, symbol)] * (low in moving) + [(symbol, high)] * (high in moving)

    def _ends(self, bound: Any) -> tuple[Size, Size]:
        """Return the least and the greatest value of a bound."""
        if not set(self.ranges) & bound.free_symbols:
            return size_of(bound), size_of(bound)
        symbol, shift = self._running(bound)
        one = self.ranges[symbol]
        return one.start + shift, one.size + (one.start + shift - 1)

    def _see(self, element: Any) -> None:
        name, shape, places, is_matrix = _parts(element)
        if name is None:
            return
        base = self.bases.setdefault(name, Base(name, shape, len(places), is_matrix=is_matrix))
        if base.rank != len(places):
            raise ShapeError(f"{name} is indexed with {base.rank} and with {len(places)} indices")
        base.ends = base.ends or [[] for _ in places]
        for axis, place in enumerate(places):
            low, end = self._reach(place)
            base.lows.append(low)
            base.ends[axis].append(end)

    def _reach(self, place: Any) -> tuple[int, Size]:
        """Return the least value of an index, and the size that holds all of its values, counted from 0."""
        symbol, shift = self._running(place)
        if symbol is None:
            return shift, shift + 1
        one = self.ranges[symbol]
        return one.start + shift, one.size + one.start + shift

    def _running(self, place: Any) -> tuple[Any, int]:
        """Split an index into the symbol that runs in it and its shift."""
        place = sp.sympify(place) if not isinstance(place, sp.Basic) else place
        if place.is_Integer:
            return None, int(place)
        running = [symbol for symbol in place.free_symbols if symbol in self.ranges]
        if len(running) == 1:
            shift = place - running[0]
            if shift.is_Integer:
                return running[0], int(shift)
        if not running and place.free_symbols:
            raise UnsupportedError(f"the index {place} does not run", hint="sum over it, or use a number")
        raise UnsupportedError(f"the index {place} is not i or i + a number")

    def _shape(self, base: Base) -> tuple[Shape, int]:
        """Return the shape of a base and the number at which its indices start."""
        least = min(base.lows)
        from_one = least >= 1 and not base.is_matrix
        if base.shape is None and least > 1:
            raise AmbiguityError(
                f"{base.name}, of which the entries from {least} on are used,", "counted from 0", "counted from 1",
                f"declare its shape: IndexedBase('{base.name}', shape=(n,))",
            )  # fmt: skip
        if base.shape is not None:
            reaches_over = any(end == size + 1 for ends, size in zip(base.ends, base.shape, strict=True) for end in ends)
            return base.shape, 1 if from_one and reaches_over else 0
        sizes = tuple(_largest(ends, base.name) for ends in base.ends)
        start = 1 if from_one and all(_is_plain(size - 1) for size in sizes) else 0
        return tuple(size - start for size in sizes), start

    # -- values ---------------------------------------------------------------------------------------------------

    def element(self, element: Any, argument: Node | None = None) -> Any:
        """Return an indexed array as a value in which its indices run."""
        name, _, places, _ = _parts(element)
        if name is not None:
            base = self.bases[name]
            shape, start = self._shape(base)
            argument = tensor(name, shape)
        else:
            start = 0
        assert argument is not None
        items: list[Item] = []
        labels: list[Any] = []
        for axis, place in enumerate(places):
            symbol, shift = self._running(place)
            size = argument.shape[axis]
            if symbol is None:
                items.append(_checked(shift - start, size, element))
                continue
            one = self.ranges[symbol]
            first = one.start + shift - start
            room = size - (one.size + first)
            if first < 0 or not isinstance(room, int) or room < 0:
                raise ShapeError(f"in {element} the index {place} leaves the axis of size {size}")
            items.append(FULL if first == 0 and one.size == size else (first or None, one.size + first, None))
            labels.append(symbol)
        node = argument if all(item == FULL for item in items) else index.make((argument,), (tuple(items),))
        if not labels:
            return node
        distinct = tuple(dict.fromkeys(labels))
        return Labelled(contract([node], [labels], distinct), distinct)

    def _bound(self, bound: Any) -> Any:
        """Return a bound as a value."""
        symbol, shift = self._running(bound) if set(self.ranges) & bound.free_symbols else (None, None)
        return _shifted(self.value(symbol), shift) if shift is not None else axis_size(size_of(bound))

    def value(self, symbol: Any) -> Labelled:
        """Return a running index as a value, counting up from its start."""
        one = self.ranges[symbol]
        return Labelled(arange(one.size) + one.start, (symbol,))

    def delta(self, first: Any, second: Any) -> Any:
        """Return Kronecker's δ of two indices."""
        (a, shift_a), (b, shift_b) = self._running(first), self._running(second)
        if a is None and b is None:
            return 1 if shift_a == shift_b else 0
        if a is not None and b is not None and a != b and self.ranges[a] == self.ranges[b] and shift_a == shift_b:
            return Labelled(eye(self.ranges[a].size), (a, b))
        sides = [
            shift if symbol is None else _shifted(self.value(symbol), shift) for symbol, shift in ((a, shift_a), (b, shift_b))
        ]
        nodes, labels = aligned(sides)
        return Labelled(where(equal(*nodes), 1, 0), labels)

    def product(self, values: Sequence[Any], number: Callable[[Any], Node]) -> Any:
        """Multiply values: the indices line up, none is summed yet."""
        labels: tuple[Any, ...] = tuple(dict.fromkeys(x for v in values if isinstance(v, Labelled) for x in v.labels))
        scalars = [number(value) for value in values if not isinstance(value, Labelled)]
        factors = [value for value in values if isinstance(value, Labelled)]
        body = contract([one.node for one in factors], [one.labels for one in factors], labels)
        return Labelled(mul.make((*scalars, body)) if scalars else body, labels)

    def matrix(self, expression: Any, value: Any) -> Node:
        """Return a matrix that is given by its entries."""
        rows, columns = expression.lamda.variables
        shape = tuple(self.ranges[symbol].size for symbol in (rows, columns))
        nodes, labels = aligned([value])
        order = [label for label in (rows, columns) if label in labels]
        if len(order) != len(labels):
            raise UnsupportedError("an index of the matrix is not its own")
        node = contract([nodes[0]], [labels], order)
        if columns not in order:
            node = expand_at(node, [node.rank])
        return broadcast.make((node,), (shape,))

    def sum(self, expression: Any, value: Any) -> Any:
        """Close the indices of a sum."""
        return self._close(expression, value, _sum_over)

    def prod(self, expression: Any, value: Any) -> Any:
        """Close the indices of a product."""
        return self._close(expression, value, _product_over)

    def _close(self, expression: Any, value: Any, reduce: Callable[[Node, tuple[Any, ...], Any], Node]) -> Any:
        for symbol, *_ in expression.limits:
            for low, high in self.conditions[symbol]:
                (first, last, body), shared = aligned([self._bound(low), self._bound(high), value])
                value = Labelled(where(less_equal(first, last), body, 0 if reduce is _sum_over else 1), shared)
            labels = value.labels if isinstance(value, Labelled) else ()
            if symbol not in labels:
                count = axis_size(self.ranges[symbol].size)
                node = value.node if isinstance(value, Labelled) else value
                repeated = node * count if reduce is _sum_over else node**count
                value = Labelled(repeated, labels) if labels else repeated
                continue
            rest = tuple(label for label in labels if label != symbol)
            node = reduce(value.node, labels, symbol)
            value = Labelled(node, rest) if rest else node
        return value


def _shifted(value: Labelled, shift: int) -> Labelled:
    return Labelled(value.node + shift, value.labels) if shift else value


def _sum_over(node: Node, labels: tuple[Any, ...], symbol: Any) -> Node:
    kept = [label for label in labels if label != symbol]
    if node.primitive is einsum:  # the product that is summed is the contraction
        inputs, output = node.params
        names = dict(zip(output, labels, strict=True))
        parts = [tuple(names.get(x, ("summed", x)) for x in one) for one in inputs]
        return contract(node.args, parts, kept)
    if node.primitive is mul and sum(1 for arg in node.args if arg.shape) == 1:
        inner = next(arg for arg in node.args if arg.shape)
        return mul.make((*(arg for arg in node.args if not arg.shape), _sum_over(inner, labels, symbol)))
    return contract([node], [labels], kept)


def _product_over(node: Node, labels: tuple[Any, ...], symbol: Any) -> Node:
    return prod(node, axis=labels.index(symbol))


def _checked(position: int, size: Size, element: Any) -> int:
    if isinstance(size, int) and not -size <= position < size:
        raise ShapeError(f"in {element} an index is outside the axis of size {size}")
    return position % size if isinstance(size, int) else position


def _is_plain(size: Size) -> bool:
    """Whether a size is a number or a name: 1, …, n is counted from one, and 1, …, n − 1 leaves out the entry 0 of n."""
    return isinstance(size, int) or size.name is not None


def _largest(ends: Sequence[Size], name: str) -> Size:
    distinct = list(dict.fromkeys(ends))
    named = [end for end in distinct if not isinstance(end, int)]
    if not named:
        return max(end for end in distinct if isinstance(end, int))
    reach = named[0]
    for end in named[1:]:
        gap = end - reach
        if not isinstance(gap, int):
            raise ShapeError(
                f"{name} is indexed up to {reach} and up to {end}", hint=f"declare its shape: IndexedBase('{name}', shape=(n,))"
            )
        reach = end if gap > 0 else reach
    return reach


def _parts(element: Any) -> tuple[str | None, Shape | None, Sequence[Any], bool]:
    """Return name, declared shape and indices of an element; no name where a formula is indexed."""
    if isinstance(element, sp.Indexed):
        shape = element.base.shape
        return str(element.base.label), None if shape is None else tuple(size_of(n) for n in shape), element.indices, False
    if isinstance(element, ArrayElement):
        array = element.args[0]
        places = tuple(element.args[1])
        if isinstance(array, ArraySymbol):
            return str(array.args[0]), tuple(size_of(n) for n in array.shape), places, True
        return None, None, places, True
    matrix, row, column = element.args
    if isinstance(matrix, sp.MatrixSymbol):
        return str(matrix.name), tuple(size_of(n) for n in matrix.shape), (row, column), True
    return None, None, (row, column), True


def walk_sympy(expression: Any) -> list[Any]:
    """Return every part of an expression once, outer parts before inner ones."""
    seen: set[int] = set()
    order: list[Any] = []
    stack = [expression]
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        order.append(one)
        parts = getattr(one, "_args", None)
        if parts:
            stack.extend(parts)
        elif isinstance(one, sp.MatrixBase):
            stack.extend(one.flat())
    return order


def _distinct(expression: Any) -> Any:
    """Give an index a name of its own in every sum where it runs over another range than elsewhere."""
    ranges: dict[Any, Any] = {}
    renamed: dict[Any, Any] = {}
    for part in walk_sympy(expression):
        if isinstance(part, sp.Sum | sp.Product):
            for symbol, *bounds in part.limits:
                if ranges.setdefault(symbol, bounds) != bounds:
                    renamed[part] = None
    for part in renamed:
        fresh = {symbol: sp.Dummy(str(symbol), integer=True) for symbol, *_ in part.limits}
        renamed[part] = part.func(part.function.xreplace(fresh), *((fresh[symbol], *bounds) for symbol, *bounds in part.limits))
    return expression.xreplace(renamed) if renamed else expression
