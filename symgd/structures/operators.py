"""Matrices of second derivatives at a point, stored as their structure allows: SciPy's linear operators.

Each kind keeps its parts and nothing else, multiplies and solves with them, and becomes a dense matrix only when asked to.
"""

from __future__ import annotations

import functools
import math
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse
import scipy.sparse.linalg

from symgd.arrays import read_array, read_float_array
from symgd.errors import DataError, ShapeError

__all__ = ["HessianOperator", "compile_operator"]

Array = Any

_RESIDUAL = 1e-6
"""What solving may leave, relative to the right side; more of it means that the matrix is singular."""

_LARGEST_DENSE = 4000
"""A matrix of more rows is not made dense as a second attempt to solve."""

_PRODUCTS = {np.multiply: operator.mul, np.matmul: operator.matmul, np.true_divide: operator.truediv, np.power: operator.pow}
"""Operators of Python that mean for a linear operator what they mean for a matrix of mathematics, not for its entries."""


class HessianOperator(scipy.sparse.linalg.LinearOperator):  # type: ignore[misc]
    """A matrix of second derivatives at a point.

    Products, sums and powers (``H @ v``, ``2*H``, ``H + H``, ``H**2``) are SciPy's and stay operators. Functions of entries
    (``np.abs(H)``, ``H[0, 1]``, ``H + array``) make the matrix dense.

    Attributes
    ----------
    kind : str
    shape : (int, int)
    variable_shape : tuple of int
        A vector is a variable laid flat, row by row.
    """

    kind = "dense"

    def __new__(cls, *parts: Any) -> HessianOperator:
        return object.__new__(cls)  # SciPy's own looks for missing methods, which takes longer than a small product

    def __init__(self, variable_shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        size = math.prod(variable_shape)
        super().__init__(dtype, (size, size))
        self.variable_shape = variable_shape

    # -- what every kind answers ----------------------------------------------------------------------------------

    def stored(self) -> list[Array]:
        """Return the arrays that are kept."""
        raise NotImplementedError

    def times(self, vectors: Array) -> Array:
        """Return the matrix times a flat vector, or times the columns of an array with two axes."""
        raise NotImplementedError

    def diagonal(self) -> Array:
        """Return the diagonal, as a flat vector."""
        return np.diagonal(self.dense()).copy()

    def dense(self) -> Array:
        """Return the matrix as an array."""
        return self.times(np.eye(self.shape[0], dtype=self.dtype))

    def solution(self, right: Array) -> Array:
        """Solve for the columns of an array with two axes."""
        return _solve_dense(self, right)

    # -- the same for all -----------------------------------------------------------------------------------------

    @property
    def nbytes(self) -> int:
        """The bytes of the arrays that are kept."""
        return sum(array.nbytes for array in self.stored())

    def solve(self, b: Array) -> Array:
        """Return x with H·x = b.

        Parameters
        ----------
        b : array
            A flat vector, a variable in its shape, or vectors as columns.

        Raises
        ------
        DataError
            Where the matrix is singular, and for what is no array of numbers.
        ShapeError
            For anything of another shape.
        """
        given = read_array(b, "the right side", self.dtype)
        columns = self._columns(given)
        found = self._checked(self.solution, columns)
        if found is None:
            found = self._checked(functools.partial(_solve_dense, self), columns)
        if found is None:
            raise DataError("the matrix of second derivatives is singular, or nearly so", hint="add a multiple of the identity")
        return found.reshape(given.shape)

    def _checked(self, solution: Callable[[Array], Array], right: Array) -> Array | None:
        """Return a solution that leaves nothing of the right side, or None."""
        try:
            found = solution(right)
        except np.linalg.LinAlgError:
            return None
        with np.errstate(all="ignore"):
            rest = (self.times(found) - right).ravel()
            is_solved = rest.dot(rest) <= _RESIDUAL**2 * np.vdot(right, right)
        return found if is_solved or not np.isfinite(right).all() else None

    def matvec(self, x: Array) -> Array:
        """Return H·x, of the shape of x.

        Parameters
        ----------
        x : array
            A flat vector, a variable in its shape, a column, or vectors along the last axis. Vectors that are columns are for
            ``matmat`` and ``@``.

        Raises
        ------
        ShapeError
            For anything of another shape.
        """
        given = x if type(x) is np.ndarray and x.dtype is self.dtype else _vector(x)
        size = self.shape[0]
        if given.shape in ((size,), self.variable_shape, (size, 1)):
            return self._product(given.reshape(-1)).reshape(given.shape)
        if given.ndim > 1 and given.shape[-1] == size:
            return self._product(given.reshape(-1, size).T).T.reshape(given.shape)
        raise self._wrong_shape(given)

    rmatvec = matvec
    _matvec = _rmatvec = matvec

    def _matmat(self, x: Array) -> Array:
        given = x.toarray() if scipy.sparse.issparse(x) else _vector(x)
        first = np.moveaxis(given, -2, 0)  # SciPy 1.18 multiplies stacks of matrices too
        return np.moveaxis(self._product(first.reshape(self.shape[0], -1)).reshape(first.shape), 0, -2)

    def dot(self, x: Any) -> Any:
        """Return H·x, or the product of two operators."""
        return super().dot(_operand(x))

    _rmatmat = _matmat

    def _product(self, vectors: Array) -> Array:
        """Return the matrix times a flat vector or columns of any numbers."""
        if vectors.dtype.kind == "c":
            return self.times(vectors.real) + 1j * self.times(vectors.imag)
        return self.times(vectors if vectors.dtype.kind == "f" else vectors.astype(self.dtype))

    def _columns(self, given: Array) -> Array:
        if given.ndim == 2 and given.shape[0] == self.shape[0]:
            return given
        if given.shape == self.variable_shape or given.shape == (self.shape[0],):
            return given.reshape(-1, 1)
        raise self._wrong_shape(given)

    def _wrong_shape(self, given: Array) -> ShapeError:
        return ShapeError(f"the matrix has shape {self.shape}, and the vector {given.shape}")

    def _adjoint(self) -> HessianOperator:
        return self

    _transpose = _adjoint

    def __matmul__(self, other: Any) -> Any:
        return self.matvec(other) if isinstance(other, np.ndarray) and other.ndim == 1 else super().__matmul__(other)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.dense(), dtype=dtype, copy=copy)

    def __getitem__(self, key: Any) -> Any:
        return self.dense()[key]

    def __len__(self) -> int:
        return int(self.shape[0])

    @property
    def flags(self) -> Any:
        """How the dense matrix lies in memory, which LAPACK's wrappers ask of an array."""
        return self.dense().flags

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "__call__" and not options and len(inputs) == 2:
            left, right = inputs
            if ufunc in _PRODUCTS:
                if isinstance(left, HessianOperator):
                    return _PRODUCTS[ufunc](left, right)
                product = {np.multiply: self.__rmul__, np.matmul: self.__rmatmul__}.get(ufunc)
                return NotImplemented if product is None else product(_operand(left))
            if ufunc in (np.add, np.subtract) and np.shape(left) != np.shape(right):
                return NotImplemented
        arrays = (one.dense() if isinstance(one, HessianOperator) else one for one in inputs)
        return getattr(ufunc, method)(*arrays, **options)

    def __add__(self, other: Any) -> Any:
        return np.add(self, other) if isinstance(other, np.ndarray) else super().__add__(other)

    def __repr__(self) -> str:
        return f"<{self.shape[0]}×{self.shape[1]} {self.kind} matrix, {self.nbytes:,} bytes>"


def _vector(x: Any) -> Array:
    """Return what a matrix is multiplied with, as an array of floats."""
    return x if type(x) is np.ndarray and x.dtype.kind in "fc" else read_float_array(x, "the vector")


def _operand(x: Any) -> Any:
    """Return what stands beside a matrix in a product: an operator, a sparse matrix, one number, or an array of floats."""
    if isinstance(x, scipy.sparse.linalg.LinearOperator) or scipy.sparse.issparse(x):
        return x
    is_number = np.isscalar(x) and np.asarray(x).dtype.kind in "biufc"
    return x if is_number else _vector(x)


def _by_row(weights: Array, rows: Array) -> Array:
    """Return diag(weights) times a vector or a matrix."""
    return weights * rows if rows.ndim == 1 else weights[:, None] * rows


def _solve_dense(operator: HessianOperator, right: Array) -> Array:
    """Solve with the dense matrix: by Cholesky where it is positive definite."""
    if operator.shape[0] > _LARGEST_DENSE:
        raise np.linalg.LinAlgError
    dense = operator.dense()
    if not np.isfinite(dense).all():
        raise DataError("the matrix has entries that are not finite, so nothing can be solved with it")
    try:
        return scipy.linalg.cho_solve(scipy.linalg.cho_factor(dense, check_finite=False), right, check_finite=False)
    except np.linalg.LinAlgError:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", scipy.linalg.LinAlgWarning)
            return scipy.linalg.solve(dense, right, assume_a="gen", check_finite=False)


# -- the kinds --------------------------------------------------------------------------------------------------


class _Dense(HessianOperator):
    def __init__(self, variable_shape: tuple[int, ...], matrix: Array) -> None:
        super().__init__(variable_shape, matrix.dtype)
        self.matrix = matrix.reshape(self.shape)

    def stored(self) -> list[Array]:
        return [self.matrix]

    def times(self, vectors: Array) -> Array:
        return self.matrix @ vectors

    def dense(self) -> Array:
        return self.matrix


class _Diagonal(HessianOperator):
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


class _Zero(_Diagonal):
    kind = "zero"

    def __init__(self, variable_shape: tuple[int, ...]) -> None:
        super().__init__(variable_shape, np.broadcast_to(np.float64(0), variable_shape))

    def stored(self) -> list[Array]:
        return []


class _Banded(HessianOperator):
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
        return scipy.linalg.solve_banded((below, above), bands, right)


class _Sparse(HessianOperator):
    kind = "sparse"

    def __init__(self, variable_shape: tuple[int, ...], matrix: Any) -> None:
        super().__init__(variable_shape, matrix.dtype)
        self.matrix = matrix.tocsr()

    def stored(self) -> list[Array]:
        return [self.matrix.data, self.matrix.indices, self.matrix.indptr]

    def times(self, vectors: Array) -> Array:
        return self.matrix @ vectors

    def diagonal(self) -> Array:
        return self.matrix.diagonal()

    def dense(self) -> Array:
        return self.matrix.toarray()

    def solution(self, right: Array) -> Array:
        try:
            return scipy.sparse.linalg.splu(self.matrix.tocsc()).solve(right)
        except RuntimeError:  # singular
            return np.full_like(right, np.nan)


class _BlockDiagonal(HessianOperator):
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


class _Kronecker(HessianOperator):
    kind = "Kronecker product"

    def __init__(
        self,
        variable_shape: tuple[int, ...],
        matrices: Sequence[Array],
        axes: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
    ) -> None:
        first = matrices[0]
        super().__init__(variable_shape, first.dtype)
        self.factors = [(matrix, *own) for matrix, own in zip(matrices, axes, strict=True)]
        # I ⊗ B with B for the last axis: rows of the variable times B
        self._last = first if len(matrices) == 1 and axes[0] == ((len(variable_shape) - 1,),) * 2 else None

    def stored(self) -> list[Array]:
        return [matrix for matrix, _, _ in self.factors]

    def _each(self, vectors: Array, act: Callable[[Array, Array], Array], is_inverse: bool = False) -> Array:
        """Let every factor act on the axes of its own."""
        shaped = vectors.reshape(*self.variable_shape, -1)
        sources: list[tuple[str, int]] = [("in", axis) for axis in range(len(self.variable_shape))]
        for matrix, rows, columns in self.factors:
            taken, put = (rows, columns) if is_inverse else (columns, rows)
            places = [sources.index(("in", axis)) for axis in taken]
            moved = np.moveaxis(shaped, places, range(len(places)))
            rest = [source for k, source in enumerate(sources) if k not in places]
            square = matrix.reshape(math.prod(matrix.shape[: len(rows)]), -1)
            result = act(square, moved.reshape(len(square), -1))
            shaped = result.reshape(*(self.variable_shape[axis] for axis in put), *moved.shape[len(places) :])
            sources = [("out", axis) for axis in put] + rest
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


class _LowRank(HessianOperator):
    kind = "low rank plus diagonal"

    def __init__(
        self, variable_shape: tuple[int, ...], left: Sequence[Array], right: Sequence[Array], diagonal: Array | None
    ) -> None:
        super().__init__(variable_shape, left[0].dtype)
        self.left, self.right = (np.stack([one.reshape(-1) for one in side], axis=1) for side in (left, right))
        self.entries = None if diagonal is None else diagonal.reshape(-1)

    def stored(self) -> list[Array]:
        return [self.left, self.right] + ([] if self.entries is None else [self.entries])

    def times(self, vectors: Array) -> Array:
        result = self.left @ (self.right.T @ vectors)
        return result if self.entries is None else result + _by_row(self.entries, vectors)

    def diagonal(self) -> Array:
        result = (self.left * self.right).sum(axis=1)
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


class _Gram(HessianOperator):
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
        result = np.einsum("ij,ij->j", self.matrix, self._weighted(self.matrix))
        return result if self.entries is None else result + self.entries

    def dense(self) -> Array:
        if self.is_convex:
            root = np.sqrt(self.weights)
            half = self.matrix * (root if root.ndim == 0 else root[:, None])
            result = half.T @ half  # NumPy calls syrk for a matrix and its transpose
        else:
            result = self.matrix.T @ self._weighted(self.matrix)
        if self.entries is not None:
            result.flat[:: self.shape[0] + 1] += self.entries
        return result

    def solution(self, right: Array) -> Array:
        if self.entries is not None and np.all(self.entries) and self.matrix.shape[0] < self.shape[0]:
            return _woodbury(self.entries, self._weighted(self.matrix).T, self.matrix.T, right)
        return super().solution(right)


class _Factored(HessianOperator):
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
        for column, one in zip(result.T, columns.T, strict=True):
            column[:] = self._multiply(*self.factors, one.reshape(self.variable_shape))[0].reshape(-1)
        return result

    def diagonal(self) -> Array:
        return np.asarray(self._diagonal(*self.factors, np.zeros(self.variable_shape))[0]).reshape(-1).copy()


Maker = Callable[[tuple[int, ...], list[Array]], HessianOperator]


def compile_operator(
    kind: str,
    shape: Sequence[Any],
    parts: Callable[..., list[Array]],
    names: Sequence[str],
    layout: Mapping[str, Any],
    functions: Sequence[Callable[..., list[Array]]] = (),
    is_convex: bool = False,
) -> Callable[..., HessianOperator]:
    """Return a function of arrays that makes the operator of a kind.

    Parameters
    ----------
    kind : str
        As :class:`symgd.structures.structure.StructureKind` words it.
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
    return _OperatorFunction(kind, tuple(shape), parts, list(names), layout, list(functions), is_convex)


class _OperatorFunction:
    """A function of arrays that makes an operator; ``source`` is the code of its parts."""

    def __init__(self, *description: Any) -> None:
        kind, self._shape, self._parts, names, layout, functions, is_convex = self._description = description
        self._make = _maker(kind, names, layout, functions, is_convex)
        self._count = len(names)
        self._fixed = self._shape if all(isinstance(size, int) for size in self._shape) else None
        self.source: str = self._parts.source

    def __call__(self, *arguments: Array) -> HessianOperator:
        """Return the operator for values of the arguments."""
        values = self._parts(*arguments)
        if self._fixed is not None:
            return self._make(self._fixed, values[: self._count])
        sizes = iter(values[self._count :])
        shape = tuple(size if isinstance(size, int) else int(next(sizes)) for size in self._shape)
        return self._make(shape, values[: self._count])

    def __reduce__(self) -> Any:
        return _OperatorFunction, self._description


def _maker(
    kind: str, names: list[str], layout: Mapping[str, Any], functions: Sequence[Callable[..., list[Array]]], is_convex: bool
) -> Maker:
    """Return what makes an operator of a kind from the shape of the variable and the parts."""
    has_diagonal = names[-1:] == ["diagonal"]
    makers: dict[str, Maker] = {
        "zero": lambda shape, arrays: _Zero(shape),
        "dense": lambda shape, arrays: _Dense(shape, arrays[0]),
        "diagonal": lambda shape, arrays: _Diagonal(shape, arrays[0]),
        "banded": lambda shape, arrays: _Banded(
            shape, {offset: array for (offset,), array in zip(layout["offsets"], arrays, strict=True)}
        ),
        "block diagonal": lambda shape, arrays: _BlockDiagonal(*_batches(shape, layout), arrays[0]),
        "Kronecker product": lambda shape, arrays: _Kronecker(shape, arrays, layout["factors"]),
        "low rank plus diagonal": lambda shape, arrays: _LowRank(
            shape, arrays[: layout["rank"]], arrays[layout["rank"] : 2 * layout["rank"]], arrays[-1] if has_diagonal else None
        ),
        "Gram form": lambda shape, arrays: _Gram(
            shape, arrays[0], np.asarray(arrays[1]), arrays[2] if has_diagonal else None, is_convex
        ),
        "sparse": lambda shape, arrays: _Sparse(shape, _sparse_matrix(shape, arrays, layout)),
        "sum of products": lambda shape, arrays: _Factored(shape, arrays, *functions),
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
