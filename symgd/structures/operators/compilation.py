"""From the compiled parts of a matrix to a function that makes its operator."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse

from symgd.structures.operators.hessian_operator import Array, HessianOperator
from symgd.structures.operators.kinds import (
    BandedOperator,
    BlockDiagonalOperator,
    DenseOperator,
    DiagonalOperator,
    FactoredOperator,
    GramOperator,
    KroneckerOperator,
    LowRankOperator,
    SparseOperator,
    ZeroOperator,
)
from symgd.summaries import summary

__all__ = ["OperatorFunction", "compile_operator"]

Maker = Callable[[tuple[int, ...], list[Array]], HessianOperator]


def compile_operator(
    kind: str,
    shape: Sequence[Any],
    parts: Callable[..., list[Array]],
    names: Sequence[str],
    layout: Mapping[str, Any],
    functions: Sequence[Callable[..., list[Array]]] = (),
    is_convex: bool = False,
) -> OperatorFunction:
    """Return a function of arrays that makes the operator of a kind.

    Parameters
    ----------
    kind : str
        A value of :class:`symgd.structures.recognition.StructureKind`.
    shape : sequence of int or Dim
        Of the variable.
    parts : callable
        Of the arguments; returns the parts, and then the sizes that `shape` only names.
    names : sequence of str
        Of the parts.
    layout : mapping
        How the parts make up the matrix.
    functions : sequence of callable
        Of a sum of products: the product with a vector, and the diagonal, from the factors and a vector.
    is_convex : bool
        Whether the weights of a Gram form are known to be ≥ 0.
    """
    return OperatorFunction(kind, tuple(shape), parts, list(names), layout, list(functions), is_convex)


class OperatorFunction:
    """A function of arrays that makes an operator; ``source`` is the code of its parts."""

    def __init__(self, *description: Any) -> None:
        kind, self._shape, self._parts, names, layout, functions, is_convex = self._description = description
        self._make = _maker(kind, names, layout, functions, is_convex)
        self._count = len(names)
        self._fixed = self._shape if all(isinstance(size, int) for size in self._shape) else None
        self.source: str = self._parts.source

    def __repr__(self) -> str:
        sizes = "×".join(map(str, self._shape)) or "1"
        inputs = ", ".join(str(node) for node in self._parts.arguments)
        return summary(f"function of {inputs} that returns an operator: {self._description[0]}, {sizes} variables")

    def __call__(self, *arguments: object) -> HessianOperator:
        """Return the operator for values of the arguments."""
        values = self._parts(*arguments)
        if self._fixed is not None:
            return self._make(self._fixed, values[: self._count])
        sizes = iter(values[self._count :])
        shape = tuple(size if isinstance(size, int) else int(next(sizes)) for size in self._shape)
        return self._make(shape, values[: self._count])

    def __reduce__(self) -> Any:
        return OperatorFunction, self._description


def _maker(
    kind: str, names: list[str], layout: Mapping[str, Any], functions: Sequence[Callable[..., list[Array]]], is_convex: bool
) -> Maker:
    """Return what makes an operator of a kind from the shape of the variable and the parts."""
    has_diagonal = names[-1:] == ["diagonal"]
    makers: dict[str, Maker] = {
        "zero": lambda shape, arrays: ZeroOperator(shape),
        "dense": lambda shape, arrays: DenseOperator(shape, arrays[0]),
        "diagonal": lambda shape, arrays: DiagonalOperator(shape, arrays[0]),
        "banded": lambda shape, arrays: BandedOperator(
            shape, {offset: array for (offset,), array in zip(layout["offsets"], arrays, strict=True)}
        ),
        "block diagonal": lambda shape, arrays: BlockDiagonalOperator(*_batches(shape, layout), arrays[0]),
        "Kronecker product": lambda shape, arrays: KroneckerOperator(shape, arrays, layout["factors"]),
        "low rank plus diagonal": lambda shape, arrays: LowRankOperator(
            shape, arrays[: layout["rank"]], arrays[layout["rank"] : 2 * layout["rank"]], arrays[-1] if has_diagonal else None
        ),
        "Gram form": lambda shape, arrays: GramOperator(
            shape, arrays[0], np.asarray(arrays[1]), arrays[2] if has_diagonal else None, is_convex
        ),
        "sparse": lambda shape, arrays: SparseOperator(shape, _sparse_matrix(shape, arrays, layout)),
        "sum of products": lambda shape, arrays: FactoredOperator(shape, arrays, *functions),
    }
    return makers[kind]


def _batches(shape: tuple[int, ...], layout: Mapping[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the shape of the variable and its axes that count blocks; a vector of equal blocks has one."""
    size = layout.get("size")
    return (shape, layout["batch"]) if size is None else ((shape[0] // size, size), (0,))


def _sparse_matrix(variable_shape: tuple[int, ...], arrays: Sequence[Array], layout: Mapping[str, Any]) -> Any:
    size = math.prod(variable_shape)
    if "rows" in layout:
        return scipy.sparse.coo_array((arrays[0], (layout["rows"], layout["columns"])), shape=(size, size))
    numbers = np.arange(size).reshape(variable_shape)
    rows, columns, values = [], [], []
    for offsets, array in zip(layout["offsets"], arrays, strict=True):
        run = [(max(0, -k), n - max(0, k)) for k, n in zip(offsets, variable_shape, strict=True)]
        rows.append(numbers[tuple(slice(low, high) for low, high in run)].reshape(-1))
        columns.append(
            numbers[tuple(slice(low + k, high + k) for (low, high), k in zip(run, offsets, strict=True))].reshape(-1)
        )
        values.append(array.reshape(-1))
    parts = tuple(map(np.concatenate, (values, rows, columns)))
    return scipy.sparse.coo_array((parts[0], parts[1:]), shape=(size, size))
