"""What every type of SymPy expression is read as, and which parts are read before it; a new type is one row in its table."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import sympy as sp
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice
from sympy.tensor.array.expressions import (
    ArrayContraction,
    ArrayDiagonal,
    ArrayElement,
    ArrayElementwiseApplyFunc,
    ArraySymbol,
    OneArray,
    PermuteDims,
    ZeroArray,
)

from symgd.errors import UnsupportedError
from symgd.evaluation.numeric_derivatives import NumericDerivative
from symgd.evaluation.partial_derivatives import partial_derivative
from symgd.readers.sympy.arrays import ARRAYS
from symgd.readers.sympy.conditions import CONDITIONS
from symgd.readers.sympy.derivatives import AppliedDerivative, applied_derivative, derivative, parts_of_derivative, substituted
from symgd.readers.sympy.functions import FUNCTIONS_BY_TYPE, function_node
from symgd.readers.sympy.functions_of_lists import entries_in, function_of_lists, structure_of
from symgd.readers.sympy.matrices import MATRICES
from symgd.readers.sympy.scalars import SCALARS
from symgd.readers.sympy.values import Arguments, Builders, Operand, Types

__all__ = ["build", "parts_of"]

Parts = Callable[[sp.Basic], Sequence[sp.Basic]]

_LEAVES = (
    sp.MatrixSymbol,
    sp.Symbol,
    sp.Identity,
    sp.ZeroMatrix,
    sp.OneMatrix,
    sp.Indexed,
    ArraySymbol,
    sp.KroneckerDelta,
    OneArray,
    ZeroArray,
)
_WITH_LISTS = (sp.hyper, sp.meijerg)


def parts_of(expression: sp.Basic | None) -> Sequence[sp.Basic]:
    """Return the parts that are read before an expression.

    Raises
    ------
    UnsupportedError
        For what cannot be read.
    """
    if expression is None:
        return ()
    kind: type = type(expression)
    parts = _parts_of(kind)
    if parts is None:
        raise UnsupportedError(f"{type(expression).__name__} cannot be read as a formula")
    return parts(expression)


def build(expression: sp.Basic, args: Arguments) -> Operand:
    """Return what an expression is read as, from the values of its parts."""
    kind: type = type(expression)
    builder = _builder_of(kind)
    return function_node(expression, args) if builder is None else builder(expression, args)


@functools.cache
def _parts_of(kind: type) -> Parts | None:
    """Return how an expression of a type gives its parts; looked up once for each type."""
    return next((parts for base, parts in _PARTS if issubclass(kind, base)), None)


@functools.cache
def _builder_of(kind: type) -> Callable[[sp.Basic, Arguments], Operand] | None:
    """Return what builds a value from an expression of a type; looked up once for each type."""
    return next((builder for base, builder in _BUILDERS if issubclass(kind, base)), None)


def _refuse_integral(expression: sp.Integral) -> Sequence[sp.Basic]:
    raise UnsupportedError("an Integral cannot be read as a formula", hint="carry it out first, with doit()")


_PARTS: list[tuple[Types, Parts]] = [
    (_LEAVES, lambda expression: ()),
    (sp.MatrixBase, lambda expression: list(expression.flat())),
    (sp.NDimArray, lambda expression: list(sp.ImmutableDenseNDimArray(expression)._array)),
    (sp.Piecewise, lambda expression: [part for piece in expression.args for part in (piece[0], piece[1])]),
    (MatrixElement | MatrixSlice, lambda expression: expression.args[:1]),
    (ArrayElement, lambda expression: () if isinstance(expression.args[0], ArraySymbol) else expression.args[:1]),
    (ElementwiseApplyFunction | ArrayElementwiseApplyFunc, lambda expression: expression.args[1:2]),
    (ArrayContraction | ArrayDiagonal | PermuteDims, lambda expression: (expression.expr,)),
    (sp.Sum | sp.Product, lambda expression: (expression.function,)),
    (sp.FunctionMatrix, lambda expression: (expression.lamda.expr,)),
    (sp.BlockMatrix, lambda expression: list(expression.blocks)),
    (sp.Derivative, parts_of_derivative),
    (sp.Subs, lambda expression: (substituted(expression),)),
    (sp.Integral, _refuse_integral),
    (NumericDerivative, lambda expression: expression.args[2].args),
    (_WITH_LISTS, entries_in),
    (sp.Basic, lambda expression: expression.args),
]

_BUILDERS: Builders = [
    *ARRAYS,
    (sp.Derivative, derivative),
    (AppliedDerivative, applied_derivative),
    (sp.Subs, lambda expression, args: args[0]),
    *MATRICES,
    *SCALARS,
    *CONDITIONS,
    (sp.UnevaluatedExpr, lambda expression, args: args[0]),
    *FUNCTIONS_BY_TYPE,
    (_WITH_LISTS, lambda expression, args: function_of_lists(expression.func, structure_of(expression)).make(tuple(args))),
    (
        NumericDerivative,
        lambda expression, args: partial_derivative(str(expression.args[0]), expression.orders).make(tuple(args)),
    ),
]
