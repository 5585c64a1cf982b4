"""The writer of SymPy in index notation, where matrix expressions do not suffice: sums over running indices.

einsum('ij,ik,i->jk', X, X, s)   →   FunctionMatrix(n, n, (j, k) ↦ Σ_i X[i, j]·X[i, k]·s[i, 0])
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions import ArraySymbol

from symgd.errors import UnsupportedError
from symgd.graph.node import CONSTANT, SIZE, SYMBOL, Node
from symgd.readers.sympy.index_entries import ENTRIES, Place, stretched
from symgd.readers.sympy.sizes import dimension

__all__ = ["IndexWriter", "in_indices"]

Scalar = Callable[[Node, Sequence[sp.Basic]], sp.Basic]
"""Applies an elementwise function to SymPy scalars."""
_LETTERS = "ijklmnpqrst"


def in_indices(node: Node, scalar: Scalar, matrix: Callable[[Node], sp.Basic]) -> sp.Basic:
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
    writer = IndexWriter(node, scalar, matrix)
    outer = [writer.fresh() for _ in node.shape]
    body = writer.entry(node, tuple(outer))
    if not outer:
        return body
    if len(outer) <= 2:
        columns = outer if len(outer) == 2 else [outer[0], sp.Dummy("j", integer=True)]
        sizes = [dimension(size) for size in node.shape] + [sp.Integer(1)] * (2 - len(outer))
        return sp.FunctionMatrix(sizes[0], sizes[1], sp.Lambda(tuple(columns), body))
    return sp.Lambda(tuple(outer), body)


class IndexWriter:
    """Writes the entries of one formula; every entry is written once."""

    def __init__(self, root: Node, scalar: Scalar, matrix: Callable[[Node], sp.Basic]) -> None:
        self.scalar = scalar
        self.matrix = matrix
        self.known: dict[tuple[Node, Place], sp.Basic] = {}
        self.names: Iterator[str] = itertools.chain(_LETTERS, (f"i_{k}" for k in itertools.count(1)))
        self.depth = 0

    def fresh(self) -> sp.Symbol:
        """Return an index that is not used yet."""
        return sp.Symbol(next(self.names), integer=True)

    def entry(self, node: Node, at: Place) -> sp.Basic:
        """Return the entry of a node at indices."""
        key = (node, at)
        if key not in self.known:
            self.depth += 1
            if self.depth > 150:
                raise UnsupportedError("the formula is nested too deep for index notation")
            self.known[key] = self._entry(node, at)
            self.depth -= 1
        return self.known[key]

    def _entry(self, node: Node, at: Place) -> sp.Basic:
        record = node.primitive
        if record is SYMBOL:
            return _element(node, at)
        if record is CONSTANT or record is SIZE:
            return self.scalar(node, [])
        if record.is_elementwise:
            return self.scalar(node, [self.entry(arg, stretched(arg, at)) for arg in node.args])
        write = ENTRIES.get(record.name)
        if write is None:
            return self._of_matrix(node, at)
        return write(self, node, at)

    def _of_matrix(self, node: Node, at: Place) -> sp.Basic:
        matrix = self.matrix(node)
        if not at:
            return matrix
        if len(at) > 2:
            return matrix[at]
        place = (*at, sp.Integer(0))[:2]
        # matrix[place] would write an inverse of numeric size out, entry by entry
        return MatrixElement(matrix, *place) if isinstance(matrix, sp.MatrixExpr) else matrix[place]


def _element(node: Node, at: Place) -> sp.Basic:
    if not at:
        return sp.Symbol(node.name, real=True)
    if len(at) <= 2:
        columns = dimension(node.shape[1]) if len(at) == 2 else sp.Integer(1)
        matrix = sp.MatrixSymbol(node.name, dimension(node.shape[0]), columns)
        return matrix[(*at, sp.Integer(0))[:2]]
    return ArraySymbol(node.name, tuple(dimension(size) for size in node.shape))[at]
