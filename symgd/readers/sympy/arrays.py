"""Arrays of SymPy: written out, named, and products of them that are contracted, transposed or looked at along a diagonal."""

from __future__ import annotations

from collections.abc import Hashable

import sympy as sp
from sympy.tensor.array.expressions import (
    ArrayAdd,
    ArrayContraction,
    ArrayDiagonal,
    ArrayElementwiseApplyFunc,
    ArraySymbol,
    ArrayTensorProduct,
    OneArray,
    PermuteDims,
    ZeroArray,
)

from symgd.graph.node import Node, tensor
from symgd.primitives.indexing import stack
from symgd.primitives.labelled import Labelled, labels_of, product
from symgd.readers.sympy.matrices import applied, ones_of, zeros_of
from symgd.readers.sympy.scalars import sum_of
from symgd.readers.sympy.sizes import shape_of
from symgd.readers.sympy.values import Builders, Nodes

__all__ = ["ARRAYS"]


def _explicit(expression: sp.NDimArray, args: Nodes) -> Node:
    return stack(args, tuple(int(n) for n in expression.shape)) if expression.shape else args[0]


def _product(expression: ArrayTensorProduct, args: Nodes) -> Node:
    factors = [Labelled(arg, tuple((k, axis) for axis in range(arg.rank))) for k, arg in enumerate(args)]
    return product(factors, labels_of(factors)).node


def _grouped(arg: Node, groups: list[tuple[int, ...]]) -> Labelled[Hashable]:
    """Give the axes of each group one label, the group itself; every other axis has its number."""
    group_of = {axis: group for group in groups for axis in group}
    return Labelled(arg, tuple(group_of.get(axis, axis) for axis in range(arg.rank)))


def _groups(indices: sp.Tuple) -> list[tuple[int, ...]]:
    return [tuple(map(int, group)) for group in indices]


def _contraction(expression: ArrayContraction, args: Nodes) -> Node:
    grouped = _grouped(args[0], _groups(expression.contraction_indices))
    return grouped.summed_to([label for label in grouped.labels if isinstance(label, int)]).node


def _diagonal(expression: ArrayDiagonal, args: Nodes) -> Node:
    groups = _groups(expression.diagonal_indices)
    grouped = _grouped(args[0], groups)
    return grouped.summed_to([*(label for label in grouped.labels if isinstance(label, int)), *groups]).node


def _permuted(expression: PermuteDims, args: Nodes) -> Node:
    return Labelled(args[0], tuple(range(args[0].rank))).reordered(map(int, expression.permutation.array_form)).node


ARRAYS: Builders = [
    (sp.NDimArray, _explicit),
    (ArraySymbol, lambda expression, args: tensor(str(expression.args[0]), shape_of(expression))),
    (ArrayTensorProduct, _product),
    (ArrayContraction, _contraction),
    (ArrayDiagonal, _diagonal),
    (PermuteDims, _permuted),
    (ArrayAdd, sum_of),
    (ArrayElementwiseApplyFunc, applied),
    (OneArray, ones_of),
    (ZeroArray, zeros_of),
]
"""What arrays are read as."""
