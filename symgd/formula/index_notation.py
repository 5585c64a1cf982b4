"""Back to SymPy in index notation, where matrix expressions have no word: sums over running indices.

einsum('ij,ik,i->jk', X, X, s)   →   FunctionMatrix(n, n, (j, k) ↦ Σ_i X[i, j]·X[i, k]·s[i, 0])
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions import ArraySymbol

from symgd.errors import UnsupportedError
from symgd.graph.node import CONSTANT, SIZE, SYMBOL, Node
from symgd.graph.shape import Dim, Size
from symgd.primitives.contraction import label_sizes

__all__ = ["in_indices"]

_LETTERS = "ijklmnpqrst"


def in_indices(node: Node, scalar: Callable[[Node, Sequence[Any]], Any], matrix: Callable[[Node], Any]) -> Any:
    """Return a formula written with indices.

    Parameters
    ----------
    node : Node
    scalar : callable
        Applies an elementwise function to SymPy scalars.
    matrix : callable
        Returns a matrix as SymPy's matrix expression (for inverses and determinants).

    Returns
    -------
    sympy.Expr for a scalar, FunctionMatrix for a vector or a matrix, Array or Lambda for more axes.
    """
    writer = _Writer(node, scalar, matrix)
    outer = [writer.fresh() for _ in node.shape]
    body = writer.entry(node, tuple(outer))
    if not outer:
        return body
    if len(outer) <= 2:
        columns = outer if len(outer) == 2 else [outer[0], sp.Dummy("j", integer=True)]
        sizes = [dimension(size) for size in node.shape] + [sp.Integer(1)] * (2 - len(outer))
        return sp.FunctionMatrix(sizes[0], sizes[1], sp.Lambda(tuple(columns), body))
    return sp.Lambda(tuple(outer), body)


def dimension(size: Size) -> Any:
    """Return a size as SymPy's."""
    if not isinstance(size, Dim):
        return sp.Integer(size)
    return sp.Add(*(sp.Mul(c, *(sp.Symbol(n, integer=True, positive=True) for n in names)) for names, c in size.terms))


class _Writer:
    def __init__(self, root: Node, scalar: Callable[..., Any], matrix: Callable[[Node], Any]) -> None:
        self.scalar = scalar
        self.matrix = matrix
        self.known: dict[tuple[Node, tuple[Any, ...]], Any] = {}
        self.names: Iterator[str] = itertools.chain(_LETTERS, (f"i_{k}" for k in itertools.count(1)))
        self.depth = 0

    def fresh(self) -> Any:
        return sp.Symbol(next(self.names), integer=True)

    def entry(self, node: Node, at: tuple[Any, ...]) -> Any:
        """Return the entry of a node at indices."""
        key = (node, at)
        if key not in self.known:
            self.depth += 1
            if self.depth > 150:
                raise UnsupportedError("the formula is nested too deep for index notation")
            self.known[key] = self._entry(node, at)
            self.depth -= 1
        return self.known[key]

    def _entry(self, node: Node, at: tuple[Any, ...]) -> Any:
        record = node.primitive
        if record is SYMBOL:
            return _element(node, at)
        if record is CONSTANT or record is SIZE:
            return self.scalar(node, [])
        if record.is_elementwise:
            return self.scalar(node, [self.entry(arg, _stretched(arg, at)) for arg in node.args])
        write = _ENTRIES.get(record.name)
        if write is None:
            return self._of_matrix(node, at)
        return write(self, node, at)

    def _of_matrix(self, node: Node, at: tuple[Any, ...]) -> Any:
        whole = self.matrix(node)
        if not at:
            return whole
        if len(at) > 2:
            return whole[at]
        place = (*at, sp.Integer(0))[:2]
        # whole[place] would write an inverse of numeric size out, entry by entry
        return MatrixElement(whole, *place) if isinstance(whole, sp.MatrixExpr) else whole[place]

    def sum(self, body: Any, index: Any, size: Size) -> Any:
        return sp.Sum(body, (index, 0, dimension(size) - 1))

    # -- the functions of whole tensors -------------------------------------------------------------------------

    def einsum(self, node: Node, at: tuple[Any, ...]) -> Any:
        inputs, output = node.params
        sizes = label_sizes(node)
        names = dict(zip(output, at, strict=True))
        summed = [label for label in sizes if label not in names]
        for label in summed:
            names[label] = self.fresh()
        body = sp.Mul(
            *(self.entry(arg, tuple(names[x] for x in labels)) for arg, labels in zip(node.args, inputs, strict=True))
        )
        limits = [(names[label], 0, dimension(sizes[label]) - 1) for label in summed]
        return sp.Sum(body, *limits) if limits else body

    def reduced(self, node: Node, at: tuple[Any, ...]) -> tuple[list[Any], list[Any], tuple[Any, ...]]:
        """Return fresh indices and limits for the axes that a reduction closes, and the full index."""
        (arg,) = node.args
        axes = {axis % arg.rank for axis in node.params[0]}
        kept = iter(at)
        opened, limits, full = [], [], []
        for axis, size in enumerate(arg.shape):
            if axis in axes:
                index = self.fresh()
                opened.append(index)
                limits.append((index, 0, dimension(size) - 1))
                full.append(index)
            else:
                full.append(next(kept))
        return opened, limits, tuple(full)

    def mean(self, node: Node, at: tuple[Any, ...]) -> Any:
        _, limits, full = self.reduced(node, at)
        count = sp.Mul(*(high + 1 for _, _, high in limits))
        return sp.Sum(self.entry(node.args[0], full), *limits) / count

    def logsumexp(self, node: Node, at: tuple[Any, ...]) -> Any:
        _, limits, full = self.reduced(node, at)
        return sp.log(sp.Sum(sp.exp(self.entry(node.args[0], full)), *limits))

    def norm2(self, node: Node, at: tuple[Any, ...]) -> Any:
        _, limits, full = self.reduced(node, at)
        return sp.sqrt(sp.Sum(self.entry(node.args[0], full) ** 2, *limits))

    def prod(self, node: Node, at: tuple[Any, ...]) -> Any:
        _, limits, full = self.reduced(node, at)
        return sp.Product(self.entry(node.args[0], full), *limits)

    def softmax(self, node: Node, at: tuple[Any, ...]) -> Any:
        (arg,) = node.args
        axes = {axis % arg.rank for axis in node.params[0]}
        inner = [self.fresh() if axis in axes else index for axis, index in enumerate(at)]
        limits = [(inner[axis], 0, dimension(arg.shape[axis]) - 1) for axis in sorted(axes)]
        return sp.exp(self.entry(arg, at)) / sp.Sum(sp.exp(self.entry(arg, tuple(inner))), *limits)

    def broadcast(self, node: Node, at: tuple[Any, ...]) -> Any:
        return self.entry(node.args[0], _stretched(node.args[0], at))

    def expand(self, node: Node, at: tuple[Any, ...]) -> Any:
        position = node.rank + node.params[0][0]
        return self.entry(node.args[0], at[:position] + at[position + 1 :])

    def eye(self, node: Node, at: tuple[Any, ...]) -> Any:
        return sp.KroneckerDelta(*at)

    def arange(self, node: Node, at: tuple[Any, ...]) -> Any:
        return at[0]

    def index(self, node: Node, at: tuple[Any, ...]) -> Any:
        kept = iter(at)
        full = []
        for item, size in zip(node.params[0], node.args[0].shape, strict=True):
            if isinstance(item, int):
                full.append(sp.Integer(item) if item >= 0 else dimension(size) + item)
                continue
            start, _, step = item
            index = next(kept)
            if step in (None, 1):
                first = (
                    0
                    if start is None
                    else dimension(start)
                    if isinstance(start, Dim) or start >= 0
                    else dimension(size) + start
                )
                full.append(index + first)
            elif item == (None, None, -1):
                full.append(dimension(size) - 1 - index)
            else:
                full.append(index * step + (start or 0))
        return self.entry(node.args[0], tuple(full))

    def triangle(self, node: Node, at: tuple[Any, ...]) -> Any:
        is_upper, offset = node.params
        gap = at[-1] - at[-2]
        condition = gap >= offset if is_upper else gap <= offset
        return sp.Piecewise((self.entry(node.args[0], at), condition), (0, True))

    def array(self, node: Node, at: tuple[Any, ...]) -> Any:
        sizes = [int(str(size)) for size in node.shape]
        if all(index.is_Integer for index in at):
            position = 0
            for index, size in zip(at, sizes, strict=True):
                position = position * size + int(index)
            return self.entry(node.args[position], ())
        pieces = []
        for arg, place in zip(node.args, itertools.product(*map(range, sizes)), strict=True):
            conditions = [sp.Eq(index, k) for index, k in zip(at, place, strict=True)]
            pieces.append((self.entry(arg, ()), sp.And(*conditions)))
        return sp.Piecewise(*pieces[:-1], (pieces[-1][0], True))

    def cumsum(self, node: Node, at: tuple[Any, ...]) -> Any:
        axis, is_reversed = node.params
        index = self.fresh()
        full = list(at)
        full[axis] = index
        limits = (index, at[axis], dimension(node.shape[axis]) - 1) if is_reversed else (index, 0, at[axis])
        return sp.Sum(self.entry(node.args[0], tuple(full)), limits)

    def concatenate(self, node: Node, at: tuple[Any, ...]) -> Any:
        axis = node.params[0]
        start: Any = sp.Integer(0)
        pieces = []
        for arg in node.args:
            full = list(at)
            full[axis] = at[axis] - start
            start = start + dimension(arg.shape[axis])
            is_inside = at[axis] < start
            if is_inside != sp.false:
                pieces.append((self.entry(arg, tuple(full)), is_inside))
            if is_inside == sp.true:
                break
        return sp.Piecewise(*pieces[:-1], (pieces[-1][0], True))

    def kron(self, node: Node, at: tuple[Any, ...]) -> Any:
        a, b = node.args
        rows, columns = (dimension(size) for size in b.shape)
        outer = (sp.floor(at[0] / rows), sp.floor(at[1] / columns))
        return self.entry(a, outer) * self.entry(b, (sp.Mod(at[0], rows), sp.Mod(at[1], columns)))


_ENTRIES: dict[str, Callable[[_Writer, Node, tuple[Any, ...]], Any]] = {
    name: getattr(_Writer, name)
    for name in (
        "einsum", "mean", "logsumexp", "norm2", "prod", "softmax", "broadcast", "expand", "eye", "arange", "index", "triangle",
        "array", "cumsum", "concatenate", "kron",
    )
}  # fmt: skip


def _stretched(arg: Node, at: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the index of an argument that was broadcast."""
    own = at[len(at) - arg.rank :] if arg.rank else ()
    return tuple(sp.Integer(0) if size == 1 else index for size, index in zip(arg.shape, own, strict=True))


def _element(node: Node, at: tuple[Any, ...]) -> Any:
    if not at:
        return sp.Symbol(node.name, real=True)
    if len(at) <= 2:
        columns = dimension(node.shape[1]) if len(at) == 2 else sp.Integer(1)
        matrix = sp.MatrixSymbol(node.name, dimension(node.shape[0]), columns)
        return matrix[(*at, sp.Integer(0))[:2]]
    return ArraySymbol(node.name, tuple(dimension(size) for size in node.shape))[at]
