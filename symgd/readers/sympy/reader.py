"""The reader of SymPy: an expression becomes a graph, without SymPy differentiating or evaluating anything.

Scalars, explicit matrices and arrays, matrix and array expressions, indexed sums and products. A SymPy symbol without
assumptions is taken as real; assumptions become facts.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.core.relational import Relational
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions import ArrayElement, ArraySymbol

from symgd.errors import UnsupportedError
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.node import Node, size
from symgd.graph.origins import remember_first_indices
from symgd.graph.shape import Dim
from symgd.primitives.labelled import Labelled, aligned, labels_of
from symgd.readers.sympy.builders import build, parts_of
from symgd.readers.sympy.conditions import comparison_node
from symgd.readers.sympy.foreign_functions import refuse_matrix
from symgd.readers.sympy.indices import Indices
from symgd.readers.sympy.namesakes import refuse_namesakes, refuse_two_inputs_of_one_name
from symgd.readers.sympy.scalars import symbol_node
from symgd.readers.sympy.values import (
    Arguments,
    Condition,
    Operand,
    formulas_in,
    is_labelled,
    labelled,
    with_formulas,
)
from symgd.readers.sympy.walk import walk_sympy

__all__ = ["from_sympy"]

_WITH_SIZES = (
    MatrixElement,
    sp.MatrixExpr,
    sp.Sum,
    sp.Product,
    sp.Indexed,
    sp.KroneckerDelta,
    ArrayElement,
    ArraySymbol,
)


@one_at_a_time
def from_sympy(expression: sp.Basic) -> Node:
    """Read a SymPy expression.

    Parameters
    ----------
    expression : sympy.Expr, sympy.Matrix, sympy.MatrixExpr, sympy.Array or array expression

    Returns
    -------
    Node
        A 1 × 1 matrix expression becomes a scalar.

    Raises
    ------
    UnsupportedError
        For what symgd has no derivative of, or what is not real.

    Examples
    --------
    >>> import sympy
    >>> from symgd.readers.sympy.reader import from_sympy
    >>> x, i, n = sympy.Symbol("x"), sympy.Symbol("i", integer=True), sympy.Symbol("n", integer=True)
    >>> from_sympy(sympy.sin(x)**2/3)
    sin(x)**2/3
    >>> a, b = sympy.IndexedBase("a"), sympy.IndexedBase("b")
    >>> from_sympy(sympy.Sum(a[i]*b[i], (i, 0, n - 1)))
    a @ b
    """
    everything = walk_sympy(expression)
    refuse_namesakes(everything)
    parts = [part for part in everything if isinstance(part, _WITH_SIZES)]
    indices = Indices(expression) if any(_is_indexed(part) for part in parts) else None
    value = _Reader(indices, _sizes_in(parts)).read(expression if indices is None else indices.expression)
    if isinstance(value, Labelled):
        names = ", ".join(str(label) for label in value.labels)
        raise UnsupportedError(f"the index {names} is not summed over", hint="write Sum(…, (i, 0, n - 1))")
    node = comparison_node(value) if isinstance(value, Condition) else value
    if not isinstance(node, Node):
        raise UnsupportedError(f"{type(expression).__name__} is not a formula")
    refuse_two_inputs_of_one_name(node)
    if indices is not None and indices.arrays:
        remember_first_indices(node, {name: array.shape()[1] for name, array in indices.arrays.items()})
    if node.shape == (1, 1) and isinstance(expression, sp.MatrixExpr) and not isinstance(expression, sp.MatrixSymbol):
        return node[0, 0]
    return node


def _is_indexed(part: sp.Basic) -> bool:
    """Whether indices run in a part."""
    if isinstance(part, MatrixElement):
        return not (part.args[1].is_Integer and part.args[2].is_Integer)
    return isinstance(part, sp.Sum | sp.Product | sp.Indexed | sp.KroneckerDelta | sp.FunctionMatrix | ArrayElement)


def _sizes_in(parts: Sequence[sp.Basic]) -> set[str]:
    """Return the names of sizes: a symbol that is the size of an axis stands for that size wherever it is used."""
    names: set[str] = set()
    for part in parts:
        dimensions: list[sp.Basic] = []
        if isinstance(part, sp.MatrixSymbol | ArraySymbol | sp.Identity | sp.OneMatrix | sp.ZeroMatrix | sp.FunctionMatrix):
            dimensions = list(part.shape)
        elif isinstance(part, sp.Indexed) and part.base.shape is not None:
            dimensions = list(part.base.shape)
        elif isinstance(part, sp.Sum | sp.Product):
            dimensions = [bound for limit in part.limits for bound in limit[1:]]
        names.update(symbol.name for dimension in dimensions for symbol in getattr(dimension, "free_symbols", ()))
    return names


class _Reader:
    """Reads one expression bottom-up; formulas may be nested deeper than Python's stack."""

    def __init__(self, indices: Indices | None, sizes: set[str]) -> None:
        self.indices = indices
        self.sizes = sizes
        self.symbols: dict[str, sp.Symbol] = {}

    def read(self, expression: sp.Basic) -> Operand:
        values: dict[int, Operand] = {}
        parts: dict[int, Sequence[sp.Basic]] = {}  # keeps expressions made meanwhile in memory: their ids are keys
        waiting: list[sp.Basic] = [expression]
        while waiting:
            current = waiting.pop()
            key = id(current)
            if key in values:
                continue
            children = parts.get(key)
            if children is None:
                children = parts[key] = parts_of(current)
                if children:
                    waiting.append(current)
                    waiting.extend(reversed(children))
                    continue
            values[key] = self._value(current, [values[id(child)] for child in children])
        return values[id(expression)]

    def _value(self, expression: sp.Basic, args: Arguments) -> Operand:
        if isinstance(expression, sp.Symbol):
            return self._symbol(expression)
        if self.indices is not None:
            operand = self._with_indices(self.indices, expression, args)
            if operand is not None:
                return operand
        if isinstance(expression, sp.Function) and not isinstance(expression, sp.Piecewise):
            refuse_matrix(expression, args)
        return build(expression, args)

    def _symbol(self, symbol: sp.Symbol) -> Operand:
        """Return a running index, a size, or an input."""
        if self.indices is not None and self.indices.runs(symbol):
            return self.indices.ranges.value(symbol)
        if symbol.name in self.sizes:
            return size(Dim.named(symbol.name))
        other = self.symbols.setdefault(symbol.name, symbol)
        if other is not symbol and symbol_node(other) is not symbol_node(symbol):
            raise UnsupportedError(
                f"two symbols are called {symbol.name[:40]}, with other assumptions", hint="use one symbol everywhere"
            )
        return symbol_node(symbol)

    def _with_indices(self, indices: Indices, expression: sp.Basic, args: Arguments) -> Operand | None:
        """Return what opens, closes or uses indices, or has values in which they run; None for anything else."""
        if isinstance(expression, sp.Sum | sp.Product):
            return indices.close(expression, args[0], "sum" if isinstance(expression, sp.Sum) else "prod")
        if isinstance(expression, sp.FunctionMatrix):
            return indices.matrix(expression, args[0])
        if isinstance(expression, sp.KroneckerDelta):
            return indices.delta(*expression.args[:2])
        if isinstance(expression, sp.Indexed | ArrayElement | MatrixElement) and _is_indexed(expression):
            return indices.element(expression, args[0] if args else None)
        if not isinstance(expression, Relational | sp.And | sp.Or | sp.Not) and any(is_labelled(arg) for arg in args):
            return _entrywise(indices, expression, args)
        return None


def _entrywise(indices: Indices, expression: sp.Basic, args: Arguments) -> Operand:
    """Apply a function to values in which indices run: line their axes up, then apply it entry by entry."""
    if any(isinstance(arg, Node) and arg.shape for arg in args):
        raise UnsupportedError("a whole matrix stands beside running indices", hint="index it too: A[i, j]")
    if isinstance(expression, sp.Mul):
        return indices.product(args)
    tensors = [labelled(formula) for arg in args for formula in formulas_in(arg)]
    waiting = iter(aligned(tensors))
    value = build(expression, [with_formulas(arg, waiting) for arg in args])
    return Labelled(value, labels_of(tensors)) if isinstance(value, Node) else value
