"""Matrices of SymPy: written out, named, and put together by products, inverses, blocks and slices."""

from __future__ import annotations

import functools

import sympy as sp
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice

from symgd.errors import ShapeError
from symgd.graph.conversion import as_node as from_sympy
from symgd.graph.node import Node, size, tensor
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import show_shape
from symgd.graph.traversal import substitute
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.axes import transpose
from symgd.primitives.constant_tensors import ones, zeros
from symgd.primitives.diagonals import diag, trace
from symgd.primitives.identity import eye
from symgd.primitives.indexing import stack
from symgd.primitives.linalg import det, inv
from symgd.primitives.matrix_functions import matrix_power
from symgd.primitives.matrix_products import matmul
from symgd.primitives.stacking import block
from symgd.primitives.summation import sum as total
from symgd.readers.sympy.scalars import product, sum_of, symbol_node
from symgd.readers.sympy.sizes import shape_of, size_of
from symgd.readers.sympy.values import Builders, Nodes

__all__ = ["MATRICES", "applied", "ones_of", "zeros_of"]


def _explicit(matrix: sp.Basic, args: Nodes) -> Node:
    return stack(args, (int(matrix.rows), int(matrix.cols)))


def _matrix_power(base: Node, exponent: Node) -> Node:
    """Return the power of a matrix; that of a 1×1 matrix is a power of its entry, with any exponent."""
    return base**exponent if base.shape == (1, 1) else matrix_power(base, exponent)


def _matrix_symbol(symbol: sp.Basic, args: Nodes) -> Node:
    return tensor(str(symbol.name), shape_of(symbol))


def _matrix_product(expression: sp.Basic, args: Nodes) -> Node:
    scalars = [arg for arg in args if not arg.shape]
    matrices = [arg for arg in args if arg.shape]
    product = functools.reduce(matmul, matrices)
    return mul.make((*scalars, product)) if scalars else product


def _element(expression: sp.Basic, args: Nodes) -> Node:
    _, row, column = expression.args
    matrix = args[0]
    if matrix.shape == (1, 1) and not matrix.is_symbol:
        return matrix[0, 0]
    return matrix[int(row), int(column)]


def applied(expression: sp.Basic, args: Nodes) -> Node:
    """Return a function of one variable, applied entry by entry."""
    function = expression.args[0]
    placeholder = sp.Symbol("argument_of_applyfunc", real=True)  # SymPy calls it d, and so may an input be called
    variable = symbol_node(placeholder)
    body = from_sympy(function.expr.xreplace({function.variables[0]: placeholder}))
    (entries,) = substitute([body], {variable: args[0]})
    if entries.shape != args[0].shape:
        raise ShapeError(f"the applied function gives {show_shape(entries.shape)}")
    return entries


def ones_of(expression: sp.Basic, args: Nodes) -> Node:
    """Return ones of the shape of an expression."""
    return ones(tuple(size(length) for length in shape_of(expression)))


def zeros_of(expression: sp.Basic, args: Nodes) -> Node:
    """Return zeros of the shape of an expression."""
    return zeros(tuple(size(length) for length in shape_of(expression)))


def _diagonal_matrix(expression: sp.Basic, args: Nodes) -> Node:
    """The diagonal matrix of a column, or of the diagonal of a matrix."""
    (matrix,) = args
    if matrix.rank == 2 and 1 in matrix.shape:
        column = total(matrix, axis=0 if matrix.shape[0] == 1 else 1)
        return diag(column)
    return diag(diag(matrix))


def _diagonal(expression: sp.Basic, args: Nodes) -> Node:
    """The diagonal of a matrix as a column."""
    return diag(args[0])[:, None]


def _block(expression: sp.Basic, args: Nodes) -> Node:
    rows, columns = expression.blockshape
    return block([[args[r * columns + c] for c in range(columns)] for r in range(rows)])


def _slice(expression: sp.Basic, args: Nodes) -> Node:
    key = tuple(slice(*(size_of(end) for end in part)) for part in (expression.rowslice, expression.colslice))
    return args[0][key]


MATRICES: Builders = [
    (sp.MatrixBase, _explicit),
    (sp.BlockMatrix, _block),
    (MatrixSlice, _slice),
    (DiagonalOf, _diagonal),
    (DiagonalMatrix | DiagMatrix, _diagonal_matrix),
    (sp.KroneckerProduct, lambda expression, args: functools.reduce(lambda a, b: FUNCTIONS["kron"](a, b), args)),
    (sp.Adjoint, lambda expression, args: transpose(args[0])),
    (sp.MatrixSymbol, _matrix_symbol),
    (MatrixElement, _element),
    (ElementwiseApplyFunction, applied),
    (sp.MatMul, _matrix_product),
    (sp.MatAdd, sum_of),
    (sp.HadamardProduct, product),
    (sp.HadamardPower, lambda expression, args: pow.make((args[0], args[1]))),
    (sp.Inverse, lambda expression, args: inv(args[0])),
    (sp.MatPow, lambda expression, args: _matrix_power(*args)),
    (sp.Transpose, lambda expression, args: transpose(args[0])),
    (sp.Trace, lambda expression, args: trace(args[0])),
    (sp.Determinant, lambda expression, args: det(args[0])),
    (sp.Identity, lambda expression, args: eye(shape_of(expression)[0])),
    (sp.OneMatrix, ones_of),
    (sp.ZeroMatrix, zeros_of),
]
"""What matrices are read as."""
