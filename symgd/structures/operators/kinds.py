"""The kinds of matrices of second derivatives, each with the parts that it keeps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse
import scipy.sparse.linalg

from symgd.structures.operators.hessian_operator import Array, HessianOperator

__all__ = [
    "BandedOperator",
    "BlockDiagonalOperator",
    "DenseOperator",
    "DiagonalOperator",
    "FactoredOperator",
    "GramOperator",
    "KroneckerOperator",
    "LowRankOperator",
    "SparseOperator",
    "ZeroOperator",
]


def _by_row(weights: Array, rows: Array) -> Array:
    """Return diag(weights) times a vector or a matrix."""
    return weights * rows if rows.ndim == 1 else weights[:, None] * rows


class DenseOperator(HessianOperator):
    """The matrix itself."""

    def __init__(self, variable_shape: tuple[int, ...], matrix: Array) -> None:
        super().__init__(variable_shape, matrix.dtype)
        self.matrix = matrix.reshape(self.shape)

    def stored(self) -> list[Array]:
        return [self.matrix]

    def times(self, vectors: Array) -> Array:
        return self.matrix @ vectors

    def dense(self) -> Array:
        return self.matrix


class DiagonalOperator(HessianOperator):
    """Nothing beside the diagonal."""

    kind = "diagonal"

    def __init__(self, variable_shape: tuple[int, ...], diagonal: Array) -> None:
        super().__init__(variable_shape, diagonal.dtype)
        self.entries = diagonal.reshape(-1)

    def stored(self) -> list[Array]:
        return [self.entries]

    def times(self, vectors: Array) -> Array:
        return _by_row(self.entries, vectors)

    def diagonal(self) -> Array:
        return self.entries.copy()

    def dense(self) -> Array:
        return np.diag(self.entries)

    def solution(self, right: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return right / self.entries[:, None]


class ZeroOperator(DiagonalOperator):
    """Zeros, of which none is kept."""

    kind = "zero"

    def __init__(self, variable_shape: tuple[int, ...]) -> None:
        super().__init__(variable_shape, np.broadcast_to(np.float64(0), variable_shape))

    def stored(self) -> list[Array]:
        return []


class BandedOperator(HessianOperator):
    """A few diagonals, by their offsets."""

    kind = "banded"

    def __init__(self, variable_shape: tuple[int, ...], diagonals: Mapping[int, Array]) -> None:
        super().__init__(variable_shape, np.result_type(*diagonals.values()))
        self.diagonals = diagonals

    def stored(self) -> list[Array]:
        return list({id(array): array for array in self.diagonals.values()}.values())

    def times(self, vectors: Array) -> Array:
        is_plain = vectors.dtype is self.dtype
        result = np.zeros(vectors.shape, dtype=self.dtype if is_plain else np.result_type(self.dtype, vectors))
        n = self.shape[0]
        for offset, values in self.diagonals.items():
            low, high = max(0, -offset), n - max(0, offset)
            result[low:high] += _by_row(values, vectors[low + offset : high + offset])
        return result

    def diagonal(self) -> Array:
        return self.diagonals[0].copy() if 0 in self.diagonals else np.zeros(self.shape[0], dtype=self.dtype)

    def dense(self) -> Array:
        result = np.zeros(self.shape, dtype=self.dtype)
        for offset, values in self.diagonals.items():
            result += np.diag(values, offset)
        return result

    def solution(self, right: Array) -> Array:
        below, above = max(0, -min(self.diagonals)), max(0, *self.diagonals)
        n = self.shape[0]
        bands = np.zeros((below + above + 1, n), dtype=self.dtype)
        for offset, values in self.diagonals.items():
            bands[above - offset, max(0, offset) : n + min(0, offset)] = values
        solved: Array = scipy.linalg.solve_banded((below, above), bands, right)
        return solved


class SparseOperator(HessianOperator):
    """The entries that are not zero, row by row."""

    kind = "sparse"

    def __init__(self, variable_shape: tuple[int, ...], matrix: Any) -> None:
        super().__init__(variable_shape, matrix.dtype)
        self.matrix = matrix.tocsr()

    def stored(self) -> list[Array]:
        return [self.matrix.data, self.matrix.indices, self.matrix.indptr]

    def times(self, vectors: Array) -> Array:
        product: Array = self.matrix @ vectors
        return product

    def diagonal(self) -> Array:
        entries: Array = self.matrix.diagonal()
        return entries

    def dense(self) -> Array:
        matrix: Array = self.matrix.toarray()
        return matrix

    def solution(self, right: Array) -> Array:
        try:
            solved: Array = scipy.sparse.linalg.splu(self.matrix.tocsc()).solve(right)
            return solved
        except RuntimeError:  # singular
            return np.full_like(right, np.nan)


class BlockDiagonalOperator(HessianOperator):
    """Blocks along the diagonal, one for each place of some axes of the variable."""

    kind = "block diagonal"

    def __init__(self, variable_shape: tuple[int, ...], batch: Sequence[int], blocks: Array) -> None:
        super().__init__(variable_shape, blocks.dtype)
        inner = [axis for axis in range(len(variable_shape)) if axis not in batch]
        length = math.prod(variable_shape[axis] for axis in inner)
        self.blocks = blocks.reshape(-1, length, length)
        self.order = (*batch, *inner)

    def stored(self) -> list[Array]:
        return [self.blocks]

    def _by_block(self, vectors: Array) -> Array:
        count, length, _ = self.blocks.shape
        shaped = vectors.reshape(*self.variable_shape, -1).transpose(*self.order, len(self.order))
        return shaped.reshape(count, length, -1)

    def _flat(self, blocks: Array) -> Array:
        sizes = [self.variable_shape[axis] for axis in self.order]
        back = np.argsort(self.order)
        return blocks.reshape(*sizes, -1).transpose(*back, len(back)).reshape(self.shape[0], -1)

    def times(self, vectors: Array) -> Array:
        return self._flat(self.blocks @ self._by_block(vectors))

    def diagonal(self) -> Array:
        return self._flat(np.diagonal(self.blocks, axis1=1, axis2=2)[..., None])[:, 0]

    def solution(self, right: Array) -> Array:
        return self._flat(np.linalg.solve(self.blocks, self._by_block(right)))


class KroneckerOperator(HessianOperator):
    """A Kronecker product of matrices, each of which acts on axes of its own."""

    kind = "Kronecker product"

    def __init__(
        self,
        variable_shape: tuple[int, ...],
        matrices: Sequence[Array],
        axes: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
    ) -> None:
        first = matrices[0]
        super().__init__(variable_shape, first.dtype)
        self.factors = [(matrix, *rows_and_columns) for matrix, rows_and_columns in zip(matrices, axes, strict=True)]
        # I ⊗ B with B for the last axis: rows of the variable times B
        self._last = first if len(matrices) == 1 and axes[0] == ((len(variable_shape) - 1,),) * 2 else None

    def stored(self) -> list[Array]:
        return [matrix for matrix, _, _ in self.factors]

    def _each(self, vectors: Array, act: Callable[[Array, Array], Array], is_inverse: bool = False) -> Array:
        """Let every factor act on the axes of its own."""
        shaped = vectors.reshape(*self.variable_shape, -1)
        sources: list[tuple[str, int]] = [("in", axis) for axis in range(len(self.variable_shape))]
        for matrix, rows, columns in self.factors:
            source_axes, target_axes = (rows, columns) if is_inverse else (columns, rows)
            places = [sources.index(("in", axis)) for axis in source_axes]
            moved = np.moveaxis(shaped, places, range(len(places)))
            rest = [source for k, source in enumerate(sources) if k not in places]
            square = matrix.reshape(math.prod(matrix.shape[: len(rows)]), -1)
            result = act(square, moved.reshape(len(square), -1))
            shaped = result.reshape(*(self.variable_shape[axis] for axis in target_axes), *moved.shape[len(places) :])
            sources = [("out", axis) for axis in target_axes] + rest
        order = np.argsort([axis for _, axis in sources])
        return shaped.transpose(*order, len(order)).reshape(self.shape[0], -1)

    def times(self, vectors: Array) -> Array:
        if self._last is None or vectors.size != self.shape[0]:
            return self._each(vectors, np.matmul)
        return (vectors.reshape(-1, len(self._last)) @ self._last.T).reshape(vectors.shape)

    def solution(self, right: Array) -> Array:
        if self._last is not None and right.shape[1] == 1:
            return np.linalg.solve(self._last, right.reshape(-1, len(self._last)).T).T.reshape(-1, 1)
        return self._each(right, np.linalg.solve, is_inverse=True)


class LowRankOperator(HessianOperator):
    """U·Vᵀ with few columns, and perhaps a diagonal."""

    kind = "low rank plus diagonal"

    def __init__(
        self, variable_shape: tuple[int, ...], left: Sequence[Array], right: Sequence[Array], diagonal: Array | None
    ) -> None:
        super().__init__(variable_shape, left[0].dtype)
        self.left, self.right = (np.stack([array.reshape(-1) for array in side], axis=1) for side in (left, right))
        self.entries = None if diagonal is None else diagonal.reshape(-1)

    def stored(self) -> list[Array]:
        return [self.left, self.right] + ([] if self.entries is None else [self.entries])

    def times(self, vectors: Array) -> Array:
        result: Array = self.left @ (self.right.T @ vectors)
        return result if self.entries is None else result + _by_row(self.entries, vectors)

    def diagonal(self) -> Array:
        result: Array = (self.left * self.right).sum(axis=1)
        return result if self.entries is None else result + self.entries

    def solution(self, right: Array) -> Array:
        if self.entries is None or not np.all(self.entries):
            return super().solution(right)
        return _woodbury(self.entries, self.left, self.right, right)


def _woodbury(diagonal: Array, left: Array, right: Array, b: Array) -> Array:
    """Solve (diag(d) + U·Vᵀ)·x = b through the small matrix I + Vᵀ·D⁻¹·U (Woodbury 1950)."""
    scaled, start = left / diagonal[:, None], b / diagonal[:, None]
    small = np.eye(left.shape[1], dtype=left.dtype) + right.T @ scaled
    return start - scaled @ np.linalg.solve(small, right.T @ start)


class GramOperator(HessianOperator):
    """Aᵀ·diag(w)·A, and perhaps a diagonal."""

    kind = "Gram form"

    def __init__(
        self, variable_shape: tuple[int, ...], matrix: Array, weights: Array, diagonal: Array | None, is_convex: bool
    ) -> None:
        super().__init__(variable_shape, matrix.dtype)
        self.matrix = matrix.reshape(-1, self.shape[0])
        self.weights = weights.reshape(-1) if weights.ndim else weights
        self.entries = None if diagonal is None else diagonal.reshape(-1)
        self.is_convex = is_convex

    def stored(self) -> list[Array]:
        return [self.matrix, np.asarray(self.weights)] + ([] if self.entries is None else [self.entries])

    def _weighted(self, rows: Array) -> Array:
        return self.weights * rows if self.weights.ndim == 0 else _by_row(self.weights, rows)

    def times(self, vectors: Array) -> Array:
        result = self.matrix.T @ self._weighted(self.matrix @ vectors)
        return result if self.entries is None else result + _by_row(self.entries, vectors)

    def diagonal(self) -> Array:
        result: Array = np.einsum("ij,ij->j", self.matrix, self._weighted(self.matrix))
        return result if self.entries is None else result + self.entries

    def dense(self) -> Array:
        if self.is_convex:
            root = np.sqrt(self.weights)
            half = self.matrix * (root if root.ndim == 0 else root[:, None])
            result: Array = half.T @ half  # NumPy calls syrk for a matrix and its transpose
        else:
            result = self.matrix.T @ self._weighted(self.matrix)
        if self.entries is not None:
            result.flat[:: self.shape[0] + 1] += self.entries
        return result

    def solution(self, right: Array) -> Array:
        if self.entries is not None and np.all(self.entries) and self.matrix.shape[0] < self.shape[0]:
            return _woodbury(self.entries, self._weighted(self.matrix).T, self.matrix.T, right)
        return super().solution(right)


class FactoredOperator(HessianOperator):
    """A sum of products: vectors go through the factors one after the other."""

    kind = "sum of products"

    def __init__(
        self,
        variable_shape: tuple[int, ...],
        factors: Sequence[Array],
        product: Callable[..., list[Array]],
        diagonal: Callable[..., list[Array]],
    ) -> None:
        super().__init__(variable_shape, np.result_type(float, *factors))
        self.factors = list(factors)
        self._multiply, self._diagonal = product, diagonal

    def stored(self) -> list[Array]:
        return [np.asarray(factor) for factor in self.factors]

    def times(self, vectors: Array) -> Array:
        columns = vectors.reshape(self.shape[0], -1)
        if columns.shape[1] == 1:
            return self._multiply(*self.factors, columns.reshape(self.variable_shape))[0].reshape(vectors.shape)
        result = np.empty(columns.shape, dtype=self.dtype)
        for column, vector in zip(result.T, columns.T, strict=True):
            column[:] = self._multiply(*self.factors, vector.reshape(self.variable_shape))[0].reshape(-1)
        return result

    def diagonal(self) -> Array:
        return np.asarray(self._diagonal(*self.factors, np.zeros(self.variable_shape))[0]).reshape(-1).copy()
