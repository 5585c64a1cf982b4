"""The interface of every matrix of second derivatives, however it is stored."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import scipy.linalg
import scipy.sparse
import scipy.sparse.linalg

from symgd.array_entries import Foreign
from symgd.arrays import Array, read_array, read_float_array
from symgd.errors import DataError, ShapeError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Array", "HessianOperator"]

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

    def __new__(cls, *parts: object) -> HessianOperator:
        return object.__new__(cls)  # SciPy's own looks for missing methods, which takes longer than a small product

    def __init__(self, variable_shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        size = math.prod(variable_shape)
        super().__init__(dtype, (size, size))
        self.variable_shape = variable_shape

    # -- defined by every kind ------------------------------------------------------------------------------------

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

    def solve(self, b: npt.ArrayLike) -> Array:
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
        right_side = read_array(b, "the right side", self.dtype)
        columns = self._columns(right_side)
        solved = self._checked(self.solution, columns)
        if solved is None:
            solved = self._checked(functools.partial(_solve_dense, self), columns)
        if solved is None:
            raise DataError("the matrix of second derivatives is singular, or nearly so", hint="add a multiple of the identity")
        return solved.reshape(right_side.shape)

    def _checked(self, solution: Callable[[Array], Array], right: Array) -> Array | None:
        """Return a solution that leaves nothing of the right side, or None."""
        try:
            solved = solution(right)
        except np.linalg.LinAlgError:
            return None
        with np.errstate(all="ignore"):
            rest = (self.times(solved) - right).ravel()
            is_solved = rest.dot(rest) <= _RESIDUAL**2 * np.vdot(right, right)
        return solved if is_solved or not np.isfinite(right).all() else None

    def matvec(self, x: npt.ArrayLike) -> Array:
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
        array = x if type(x) is np.ndarray and x.dtype is self.dtype else _vector(x)
        size = self.shape[0]
        if array.shape in ((size,), self.variable_shape, (size, 1)):
            return self._product(array.reshape(-1)).reshape(array.shape)
        if array.ndim > 1 and array.shape[-1] == size:
            return self._product(array.reshape(-1, size).T).T.reshape(array.shape)
        raise self._wrong_shape(array)

    rmatvec = matvec
    _matvec = _rmatvec = matvec

    def _matmat(self, x: Foreign) -> Array:
        array = x.toarray() if scipy.sparse.issparse(x) else _vector(x)
        first = np.moveaxis(array, -2, 0)  # SciPy 1.18 multiplies stacks of matrices too
        return np.moveaxis(self._product(first.reshape(self.shape[0], -1)).reshape(first.shape), 0, -2)

    def dot(self, x: Foreign) -> Foreign:
        """Return H·x, or the product of two operators.

        Raises
        ------
        ShapeError
            For an array that is neither a vector nor a matrix of this size.
        """
        operand = _operand(x)
        if isinstance(operand, np.ndarray) and operand.ndim:
            if operand.ndim == 1:
                return self.matvec(operand)
            if operand.shape[-2] != self.shape[1]:
                raise self._wrong_shape(operand)
        return super().dot(operand)

    _rmatmat = _matmat

    def _product(self, vectors: Array) -> Array:
        """Return the matrix times a flat vector or columns of any numbers."""
        if vectors.dtype.kind == "c":
            return self.times(vectors.real) + 1j * self.times(vectors.imag)
        return self.times(vectors if vectors.dtype.kind == "f" else vectors.astype(self.dtype))

    def _columns(self, array: Array) -> Array:
        if array.ndim == 2 and array.shape[0] == self.shape[0]:
            return array
        if array.shape == self.variable_shape or array.shape == (self.shape[0],):
            return array.reshape(-1, 1)
        raise self._wrong_shape(array)

    def _wrong_shape(self, array: Array) -> ShapeError:
        return ShapeError(f"the matrix has shape {self.shape}, and the vector {array.shape}")

    def _adjoint(self) -> HessianOperator:
        return self

    _transpose = _adjoint

    @overload
    def __matmul__(self, other: HessianOperator) -> Foreign: ...

    @overload
    def __matmul__(self, other: npt.ArrayLike) -> Array: ...

    def __matmul__(self, other: Foreign) -> Foreign:
        return self.matvec(other) if isinstance(other, np.ndarray) and other.ndim == 1 else super().__matmul__(other)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.dense(), dtype=dtype, copy=copy)

    def __getitem__(self, key: Foreign) -> Foreign:
        return self.dense()[key]

    def __len__(self) -> int:
        return int(self.shape[0])

    @property
    def flags(self) -> Any:
        """The memory layout of the dense matrix, which LAPACK's wrappers read from an array."""
        return self.dense().flags

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Array, **options: object) -> Any:
        if method == "__call__" and not options and len(inputs) == 2:
            left, right = inputs
            if ufunc in _PRODUCTS:
                if isinstance(left, HessianOperator):
                    return _PRODUCTS[ufunc](left, right)
                product = {np.multiply: self.__rmul__, np.matmul: self.__rmatmul__}.get(ufunc)
                return NotImplemented if product is None else product(_operand(left))
            if ufunc in (np.add, np.subtract) and np.shape(left) != np.shape(right):
                return NotImplemented
        arrays = (operand.dense() if isinstance(operand, HessianOperator) else operand for operand in inputs)
        return getattr(ufunc, method)(*arrays, **options)

    def __add__(self, other: Array) -> Array:
        return np.add(self, other) if isinstance(other, np.ndarray) else super().__add__(other)

    def __repr__(self) -> str:
        return f"<{self.shape[0]}×{self.shape[1]} {self.kind} matrix, {self.nbytes:,} bytes>"


def _vector(x: npt.ArrayLike) -> Array:
    """Return what a matrix is multiplied with, as an array of floats."""
    return x if type(x) is np.ndarray and x.dtype.kind in "fc" else read_float_array(x, "the vector")


def _operand(x: Foreign) -> Foreign:
    """Return what stands beside a matrix in a product: an operator, a sparse matrix, one number, or an array of floats."""
    if isinstance(x, scipy.sparse.linalg.LinearOperator) or scipy.sparse.issparse(x):
        return x
    is_number = np.isscalar(x) and np.asarray(x).dtype.kind in "biufc"
    return x if is_number else _vector(x)


def _solve_dense(operator: HessianOperator, right: Array) -> Array:
    """Solve with the dense matrix: by Cholesky where it is positive definite."""
    if operator.shape[0] > _LARGEST_DENSE:
        raise np.linalg.LinAlgError
    dense = operator.dense()
    if not np.isfinite(dense).all():
        raise DataError("the matrix has entries that are not finite, so nothing can be solved with it")
    try:
        solved: Array = scipy.linalg.cho_solve(scipy.linalg.cho_factor(dense, check_finite=False), right, check_finite=False)
        return solved
    except np.linalg.LinAlgError:
        return np.linalg.solve(dense, right)  # SciPy's warns, and warnings are silenced in the whole process
