"""The entries of tensors in index notation, one function for each primitive: what stands at the place (i, j)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Protocol

import sympy as sp

from symgd.errors import UnsupportedError
from symgd.graph.node import Node
from symgd.graph.shape import Dim, Size
from symgd.primitives.contraction import label_sizes
from symgd.readers.sympy.sizes import dimension

__all__ = ["ENTRIES", "Place", "stretched"]

Place = tuple[sp.Expr, ...]
"""The index of each axis."""


class Writer(Protocol):
    """What writes the entries of arguments."""

    def entry(self, node: Node, at: Place) -> sp.Expr:
        """Return the entry of a node at indices."""

    def fresh(self) -> sp.Symbol:
        """Return an index that is not used yet."""


Write = Callable[[Writer, Node, Place], sp.Expr]
Limits = tuple[sp.Symbol, int, sp.Expr]
"""An index, and the first and last number that it runs over."""

ENTRIES: dict[str, Write] = {}
"""How the entry of a node of a primitive is written."""


def entry(name: str) -> Callable[[Write], Write]:
    def enter(write: Write) -> Write:
        ENTRIES[name] = write
        return write

    return enter


def stretched(arg: Node, at: Place) -> Place:
    """Return the index of an argument that was broadcast."""
    indices = at[len(at) - arg.rank :] if arg.rank else ()
    return tuple(sp.Integer(0) if size == 1 else index for size, index in zip(arg.shape, indices, strict=True))


def _whole(index: sp.Expr, size: Size) -> Limits:
    """Return the limits of an index that runs over an axis."""
    return index, 0, dimension(size) - 1


def _with_index(at: Place, axis: int, index: sp.Expr) -> Place:
    """Return a place with another index along an axis."""
    full = list(at)
    full[axis] = index
    return tuple(full)


@entry("einsum")
def _einsum(writer: Writer, node: Node, at: Place) -> sp.Expr:
    inputs, output = node.params
    sizes = label_sizes(node)
    names = dict(zip(output, at, strict=True))
    summed = [label for label in sizes if label not in names]
    for label in summed:
        names[label] = writer.fresh()
    body = sp.Mul(*(writer.entry(arg, tuple(names[x] for x in labels)) for arg, labels in zip(node.args, inputs, strict=True)))
    limits = [_whole(names[label], sizes[label]) for label in summed]
    return sp.Sum(body, *limits) if limits else body


def _reduced(writer: Writer, node: Node, at: Place) -> tuple[list[Limits], Place]:
    """Return limits of fresh indices for the axes that a reduction closes, and the full index."""
    (arg,) = node.args
    axes = {axis % arg.rank for axis in node.params[0]}
    indices = iter(at)
    limits, full = [], []
    for axis, size in enumerate(arg.shape):
        if axis in axes:
            index = writer.fresh()
            limits.append(_whole(index, size))
            full.append(index)
        else:
            full.append(next(indices))
    return limits, tuple(full)


@entry("mean")
def _mean(writer: Writer, node: Node, at: Place) -> sp.Expr:
    limits, full = _reduced(writer, node, at)
    count = sp.Mul(*(high + 1 for _, _, high in limits))
    return sp.Sum(writer.entry(node.args[0], full), *limits) / count if limits else writer.entry(node.args[0], full)


@entry("logsumexp")
def _logsumexp(writer: Writer, node: Node, at: Place) -> sp.Expr:
    limits, full = _reduced(writer, node, at)
    return sp.log(sp.Sum(sp.exp(writer.entry(node.args[0], full)), *limits))


@entry("norm2")
def _norm2(writer: Writer, node: Node, at: Place) -> sp.Expr:
    limits, full = _reduced(writer, node, at)
    return sp.sqrt(sp.Sum(writer.entry(node.args[0], full) ** 2, *limits))


@entry("prod")
def _prod(writer: Writer, node: Node, at: Place) -> sp.Expr:
    limits, full = _reduced(writer, node, at)
    return sp.Product(writer.entry(node.args[0], full), *limits)


@entry("softmax")
def _softmax(writer: Writer, node: Node, at: Place) -> sp.Expr:
    (arg,) = node.args
    axes = {axis % arg.rank for axis in node.params[0]}
    inner = [writer.fresh() if axis in axes else index for axis, index in enumerate(at)]
    limits = [_whole(inner[axis], arg.shape[axis]) for axis in sorted(axes)]
    return sp.exp(writer.entry(arg, at)) / sp.Sum(sp.exp(writer.entry(arg, tuple(inner))), *limits)


@entry("broadcast")
def _broadcast(writer: Writer, node: Node, at: Place) -> sp.Expr:
    return writer.entry(node.args[0], stretched(node.args[0], at))


@entry("expand")
def _expand(writer: Writer, node: Node, at: Place) -> sp.Expr:
    position = node.rank + node.params[0][0]
    return writer.entry(node.args[0], at[:position] + at[position + 1 :])


@entry("eye")
def _eye(writer: Writer, node: Node, at: Place) -> sp.Expr:
    return sp.KroneckerDelta(*at)


@entry("arange")
def _arange(writer: Writer, node: Node, at: Place) -> sp.Expr:
    return at[0]


@entry("index")
def _index(writer: Writer, node: Node, at: Place) -> sp.Expr:
    indices = iter(at)
    full = []
    for item, size in zip(node.params[0], node.args[0].shape, strict=True):
        if isinstance(item, int):
            full.append(sp.Integer(item) if item >= 0 else dimension(size) + item)
            continue
        start, _, step = item
        index = next(indices)
        if step in (None, 1):
            full.append(index + (0 if start is None else _from_front(start, size)))
        elif item == (None, None, -1):
            full.append(dimension(size) - 1 - index)
        else:
            full.append(index * step + (start or 0))
    return writer.entry(node.args[0], tuple(full))


@entry("triangle")
def _triangle(writer: Writer, node: Node, at: Place) -> sp.Expr:
    is_upper, offset = node.params
    gap = at[-1] - at[-2]
    condition = gap >= offset if is_upper else gap <= offset
    return sp.Piecewise((writer.entry(node.args[0], at), condition), (0, True))


@entry("array")
def _array(writer: Writer, node: Node, at: Place) -> sp.Expr:
    sizes = [int(str(size)) for size in node.shape]
    if all(index.is_Integer for index in at):
        position = 0
        for index, size in zip(at, sizes, strict=True):
            position = position * size + int(index)
        return writer.entry(node.args[position], ())
    pieces = []
    for arg, place in zip(node.args, itertools.product(*map(range, sizes)), strict=True):
        conditions = [sp.Eq(index, k) for index, k in zip(at, place, strict=True)]
        pieces.append((writer.entry(arg, ()), sp.And(*conditions)))
    return sp.Piecewise(*pieces[:-1], (pieces[-1][0], True))


@entry("cumsum")
def _cumsum(writer: Writer, node: Node, at: Place) -> sp.Expr:
    axis, is_reversed = node.params
    index = writer.fresh()
    limits = (index, at[axis], dimension(node.shape[axis]) - 1) if is_reversed else (index, 0, at[axis])
    return sp.Sum(writer.entry(node.args[0], _with_index(at, axis, index)), limits)


@entry("concatenate")
def _concatenate(writer: Writer, node: Node, at: Place) -> sp.Expr:
    axis = node.params[0]
    start: sp.Expr = sp.Integer(0)
    pieces = []
    for arg in node.args:
        place = _with_index(at, axis, at[axis] - start)
        start = start + dimension(arg.shape[axis])
        is_inside = at[axis] < start
        if is_inside != sp.false:
            pieces.append((writer.entry(arg, place), is_inside))
        if is_inside == sp.true:
            break
    return sp.Piecewise(*pieces[:-1], (pieces[-1][0], True))


@entry("kron")
def _kron(writer: Writer, node: Node, at: Place) -> sp.Expr:
    a, b = node.args
    rows, columns = (dimension(size) for size in b.shape)
    outer = (sp.floor(at[0] / rows), sp.floor(at[1] / columns))
    return writer.entry(a, outer) * writer.entry(b, (sp.Mod(at[0], rows), sp.Mod(at[1], columns)))


# -- places and products of others ----------------------------------------------------------------------------


@entry("take")
def _take(writer: Writer, node: Node, at: Place) -> sp.Expr:
    x, rows = node.args
    position = x.rank + node.params[0]
    row = writer.entry(rows, at[position : position + rows.rank])
    return writer.entry(x, (*at[:position], row, *at[position + rows.rank :]))


@entry("put")
def _put(writer: Writer, node: Node, at: Place) -> sp.Expr:
    t, rows = node.args
    axis = node.rank + node.params[0]
    inner = tuple(writer.fresh() for _ in rows.shape)
    limits = [_whole(index, size) for index, size in zip(inner, rows.shape, strict=True)]
    term = sp.KroneckerDelta(writer.entry(rows, inner), at[axis]) * writer.entry(t, (*at[:axis], *inner, *at[axis + 1 :]))
    return sp.Sum(term, *limits) if limits else term


@entry("one_hot")
def _one_hot(writer: Writer, node: Node, at: Place) -> sp.Expr:
    return sp.KroneckerDelta(writer.entry(node.args[0], at[:-1]), at[-1])


@entry("scatter")
def _scatter(writer: Writer, node: Node, at: Place) -> sp.Expr:
    conditions, full = [], []
    for item, index, size in zip(node.params[0], at, node.shape, strict=True):
        if isinstance(item, int):
            conditions.append(sp.Eq(index, item if item >= 0 else dimension(size) + item))
            continue
        start, stop, step = item
        step = 1 if step is None else step
        first, end = (None if bound is None else _from_front(bound, size) for bound in (start, stop))
        if first is None:
            first = sp.Integer(0) if step > 0 else dimension(size) - 1
        full.append((index - first) / step)
        conditions.append(index >= first if step > 0 else index <= first)
        if end is not None:
            conditions.append(index < end if step > 0 else index > end)
        if abs(step) != 1:
            conditions.append(sp.Eq(sp.Mod(index - first, abs(step)), 0))
    condition = sp.And(*conditions)
    if condition == sp.false:
        return sp.Integer(0)
    return sp.Piecewise((writer.entry(node.args[0], tuple(full)), condition), (0, True))


def _from_front(end: Size, size: Size) -> sp.Expr:
    """Return the end of a slice as a place counted from 0."""
    return dimension(end) if isinstance(end, Dim) or end >= 0 else dimension(size) + end


@entry("reshape")
def _reshape(writer: Writer, node: Node, at: Place) -> sp.Expr:
    (arg,) = node.args
    flat: sp.Expr = sp.Integer(0)
    for index, size in zip(at, node.shape, strict=True):
        flat = flat * dimension(size) + index
    inner: list[sp.Expr] = []
    for size in arg.shape[:0:-1]:
        inner.append(sp.Mod(flat, dimension(size)))
        flat = sp.floor(flat / dimension(size))
    return writer.entry(arg, (flat, *inner[::-1])) if arg.shape else writer.entry(arg, ())


@entry("prod_others")
def _prod_others(writer: Writer, node: Node, at: Place) -> sp.Expr:
    (axis,) = node.params[0]
    index = writer.fresh()
    factor = sp.Piecewise((1, sp.Eq(index, at[axis])), (writer.entry(node.args[0], _with_index(at, axis, index)), True))
    return sp.Product(factor, _whole(index, node.shape[axis]))


@entry("recurrence")
def _recurrence(writer: Writer, node: Node, at: Place) -> sp.Expr:
    """s₀ = start, s_{k+1} = a_k·s_k + b_k, so that s_k = start·Π a_l + Σ_j b_j·Π_{l>j} a_l, over what comes before k."""
    axis, is_reversed, start = node.params
    factors, terms = node.args
    last = dimension(node.shape[axis]) - 1
    j, inner = writer.fresh(), writer.fresh()

    def along(arg: Node, index: sp.Expr) -> sp.Expr:
        return writer.entry(arg, stretched(arg, _with_index(at, axis, index)))

    k = at[axis]
    before = (k + 1, last) if is_reversed else (0, k - 1)
    between = (k + 1, j - 1) if is_reversed else (j + 1, k - 1)
    total = sp.Sum(along(terms, j) * sp.Product(along(factors, inner), (inner, *between)), (j, *before))
    return total + start * sp.Product(along(factors, inner), (inner, *before)) if start else total


@entry("cross")
def _cross(writer: Writer, node: Node, at: Place) -> sp.Expr:
    x, y = node.args
    following, last = ((*at[:-1], sp.Mod(at[-1] + shift, 3)) for shift in (1, 2))
    entries_of_x, entries_of_y = ([writer.entry(arg, stretched(arg, place)) for place in (following, last)] for arg in (x, y))
    return entries_of_x[0] * entries_of_y[1] - entries_of_x[1] * entries_of_y[0]


@entry("windows")
def _windows(writer: Writer, node: Node, at: Place) -> sp.Expr:
    axis = node.args[0].rank + node.params[0]
    return writer.entry(node.args[0], _with_index(at[:-1], axis, at[axis] + at[-1]))


@entry("overlap_add")
def _overlap_add(writer: Writer, node: Node, at: Place) -> sp.Expr:
    (arg,) = node.args
    axis = node.rank + node.params[0]
    shift = writer.fresh()
    inner = (*_with_index(at, axis, at[axis] - shift), shift)
    is_inside = sp.And(at[axis] - shift >= 0, at[axis] - shift < dimension(arg.shape[axis]))
    term = sp.Piecewise((writer.entry(arg, inner), is_inside), (0, True))
    return sp.Sum(term, _whole(shift, arg.shape[-1]))


# -- extremes of what has numeric sizes -----------------------------------------------------------------------


def _written_out(writer: Writer, node: Node, at: Place) -> list[sp.Expr]:
    """Return the entries that a reduction closes.

    Raises
    ------
    UnsupportedError
        For an axis of symbolic size: SymPy's Max takes a list.
    """
    limits, full = _reduced(writer, node, at)
    if any(not high.is_Integer for _, _, high in limits):
        raise UnsupportedError(f"SymPy has no {node.primitive.name} over an axis of symbolic size", hint="give it a number")
    closed = [index for index, _, _ in limits]
    places = itertools.product(*(range(int(high) + 1) for _, _, high in limits))
    values = (dict(zip(closed, map(sp.Integer, place), strict=True)) for place in places)
    return [writer.entry(node.args[0], tuple(known.get(index, index) for index in full)) for known in values]


@entry("max")
def _max(writer: Writer, node: Node, at: Place) -> sp.Expr:
    return sp.Max(*_written_out(writer, node, at))


@entry("min")
def _min(writer: Writer, node: Node, at: Place) -> sp.Expr:
    return sp.Min(*_written_out(writer, node, at))
