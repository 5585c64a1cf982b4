"""Each kind of matrix multiplies, solves and is made dense as the whole matrix is, for variables of any shape."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse

from symgd.errors import DataError
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

RNG = np.random.default_rng(17)


def symmetric(size, least=1.0):
    """Return a symmetric matrix whose eigenvalues are at least a number."""
    half = RNG.normal(size=(size, size))
    return half @ half.T / size + least * np.eye(size)


def entrywise(shape, row_of, of_blocks):
    """Return a matrix from its entries: a row and a column are places of the variable."""
    places = list(itertools.product(*map(range, shape)))
    return np.array([[of_blocks(row_of(row), row, column) for column in places] for row in places])


def block_diagonal(shape, batch):
    """Return an operator with a block for each place of some axes, and its matrix."""
    inner = [axis for axis in range(len(shape)) if axis not in batch]
    sizes, length = [shape[axis] for axis in batch], math.prod(shape[axis] for axis in inner)
    blocks = np.array([symmetric(length) for _ in range(math.prod(sizes))]).reshape(*sizes, length, length)
    inside = list(itertools.product(*(range(shape[axis]) for axis in inner)))

    def entry(place, row, column):
        if any(row[axis] != column[axis] for axis in batch):
            return 0.0
        i, j = (inside.index(tuple(one[axis] for axis in inner)) for one in (row, column))
        return blocks[(*place, i, j)]

    return BlockDiagonalOperator(shape, batch, blocks), entrywise(shape, lambda row: tuple(row[axis] for axis in batch), entry)


def banded(size, offsets):
    """Return an operator of a few diagonals, dominated by the main one."""
    diagonals = {offset: RNG.normal(size=size - abs(offset)) for offset in offsets if offset >= 0}
    diagonals |= {-offset: values for offset, values in diagonals.items()}
    if 0 in diagonals:
        diagonals[0] = 3.0 * len(offsets) + diagonals[0]
    return BandedOperator((size,), diagonals), sum(np.diag(values, offset) for offset, values in diagonals.items())


def low_rank(size, rank, has_diagonal):
    left = [RNG.normal(size=size) for _ in range(rank)]
    diagonal = RNG.uniform(1, 2, size=size) if has_diagonal else None
    matrix = sum(np.outer(column, column) for column in left) + (np.diag(diagonal) if has_diagonal else 0)
    return LowRankOperator((size,), left, left, diagonal), matrix


def gram(rows, size, has_diagonal, is_convex, weights=None):
    matrix = RNG.normal(size=(rows, size))
    weights = RNG.uniform(0.5, 2, size=rows) if weights is None else weights
    diagonal = RNG.uniform(1, 2, size=size) if has_diagonal else None
    whole = matrix.T @ np.diag(np.broadcast_to(weights, rows)) @ matrix + (np.diag(diagonal) if has_diagonal else 0)
    return GramOperator((size,), matrix, np.asarray(weights), diagonal, is_convex), whole


def sparse(size):
    matrix = scipy.linalg.block_diag(symmetric(size - 2), symmetric(2))
    return SparseOperator((size,), scipy.sparse.coo_array(matrix)), matrix


def kronecker(*factors):
    """Return a Kronecker product with a factor for each axis in turn."""
    axes = [((k,), (k,)) for k in range(len(factors))]
    whole = factors[0]
    for factor in factors[1:]:
        whole = np.kron(whole, factor)
    return KroneckerOperator(tuple(map(len, factors)), factors, axes), whole


def single_factor(shape, axis):
    factor = symmetric(shape[axis])
    whole = np.eye(1)
    for k, size in enumerate(shape):
        whole = np.kron(whole, factor if k == axis else np.eye(size))
    return KroneckerOperator(shape, [factor], [((axis,), (axis,))]), whole


def factor_of_two_axes(shape):
    """Return a product of a matrix on the first and the last axis together with one on the middle axis."""
    outer, middle = symmetric(shape[0] * shape[2]), symmetric(shape[1])
    tensor = outer.reshape(shape[0], shape[2], shape[0], shape[2])
    whole = np.einsum("acdf,be->abcdef", tensor, middle).reshape(math.prod(shape), -1)
    return KroneckerOperator(shape, [tensor, middle], [((0, 2), (0, 2)), ((1,), (1,))]), whole


def swap(size):
    """Return the Hessian of trace(X²)/2 in a square X: the entry at (i, j) goes to (j, i)."""
    whole = np.einsum("il,jk->ijkl", np.eye(size), np.eye(size)).reshape(size**2, size**2)
    return KroneckerOperator((size, size), [np.eye(size), np.eye(size)], [((0,), (1,)), ((1,), (0,))]), whole


def factored(shape):
    left, right = (symmetric(size) for size in shape)
    product, diagonal_of = (
        lambda a, b, vector: [a @ vector @ b],
        lambda a, b, vector: [np.outer(np.diag(a), np.diag(b))],
    )
    return FactoredOperator(shape, [left, right], product, diagonal_of), np.kron(left, right)


def dense(shape):
    matrix = symmetric(math.prod(shape))
    return DenseOperator(shape, matrix), matrix


def diagonal(shape):
    entries = RNG.uniform(1, 2, size=shape)
    return DiagonalOperator(shape, entries), np.diag(entries.ravel())


CASES = {
    "dense": lambda: dense((2, 3)),
    "diagonal": lambda: diagonal((2, 3)),
    "tridiagonal": lambda: banded(7, [0, 1]),
    "distant bands": lambda: banded(8, [0, 2, 5]),
    "bands up to the corner": lambda: banded(5, [0, 4]),
    "one block for each row": lambda: block_diagonal((3, 4), (0,)),
    "one block for each column": lambda: block_diagonal((3, 4), (1,)),
    "blocks of a middle axis": lambda: block_diagonal((2, 3, 2), (1,)),
    "blocks of outer axes": lambda: block_diagonal((2, 3, 2), (0, 2)),
    "blocks of axes in turn": lambda: block_diagonal((2, 3, 2), (2, 0)),
    "one block for each entry": lambda: block_diagonal((2, 3), (0, 1)),
    "Kronecker of two": lambda: kronecker(symmetric(2), symmetric(3)),
    "Kronecker of three": lambda: kronecker(symmetric(2), symmetric(3), symmetric(2)),
    "Kronecker of the last axis": lambda: single_factor((2, 3), 1),
    "Kronecker of the first axis": lambda: single_factor((2, 3), 0),
    "Kronecker of the middle axis": lambda: single_factor((2, 3, 2), 1),
    "Kronecker of two axes and one": lambda: factor_of_two_axes((2, 3, 2)),
    "swapped axes": lambda: swap(3),
    "low rank and diagonal": lambda: low_rank(6, 2, has_diagonal=True),
    "full rank": lambda: low_rank(3, 3, has_diagonal=False),
    "wide Gram and diagonal": lambda: gram(3, 6, has_diagonal=True, is_convex=True),
    "tall Gram and diagonal": lambda: gram(9, 6, has_diagonal=True, is_convex=True),
    "tall Gram": lambda: gram(9, 6, has_diagonal=False, is_convex=False),
    "Gram with one weight": lambda: gram(9, 6, has_diagonal=True, is_convex=True, weights=0.5),
    "Gram with weights of both signs": lambda: gram(4, 3, False, is_convex=False, weights=np.array([5.0, 3.0, 4.0, -0.01])),
    "sparse": lambda: sparse(6),
    "sum of products": lambda: factored((2, 3)),
}  # fmt: skip
MADE = {name: make() for name, make in CASES.items()}


@pytest.fixture(params=MADE)
def pair(request):
    return MADE[request.param]


def test_products_with_vectors_and_columns(pair):
    linear, matrix = pair
    vector, columns = RNG.normal(size=len(matrix)), RNG.normal(size=(len(matrix), 3))
    np.testing.assert_allclose(linear.times(vector).ravel(), matrix @ vector, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(linear.matvec(vector), matrix @ vector, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(linear.times(columns), matrix @ columns, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(linear.times(columns[:, :1]), matrix @ columns[:, :1], rtol=1e-12, atol=1e-12)


def test_the_whole_matrix_and_its_diagonal(pair):
    linear, matrix = pair
    np.testing.assert_allclose(linear.dense(), matrix, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(linear.diagonal(), np.diag(matrix), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["dense", "diagonal", "tridiagonal", "Kronecker of two", "wide Gram and diagonal", "sparse"])
def test_the_diagonal_is_a_copy(name):
    linear, matrix = MADE[name]
    linear.diagonal()[:] = 99
    np.testing.assert_allclose(linear.dense(), matrix, rtol=1e-12, atol=1e-12)


def test_solutions_for_one_column_and_for_several(pair):
    linear, matrix = pair
    for count in (1, 3):
        right = RNG.normal(size=(len(matrix), count))
        np.testing.assert_allclose(linear.solution(right), np.linalg.solve(matrix, right), rtol=1e-9, atol=1e-10)
    right = RNG.normal(size=linear.variable_shape)
    np.testing.assert_allclose(linear.solve(right), np.linalg.solve(matrix, right.ravel()).reshape(right.shape), rtol=1e-9)


def test_what_is_kept_is_counted_in_bytes(pair):
    linear, matrix = pair
    assert linear.nbytes == sum(array.nbytes for array in linear.stored())
    assert linear.nbytes > 0
    assert linear.shape == matrix.shape


@pytest.mark.parametrize(
    ("kind", "least"), [("one block for each row", 3 * 16), ("tridiagonal", 7 + 6), ("Kronecker of two", 4 + 9)]
)
def test_no_more_is_kept_than_the_parts(kind, least):
    assert MADE[kind][0].nbytes == 8 * least


SINGULAR = {
    "zero": ZeroOperator((4,)),
    "diagonal": DiagonalOperator((3,), np.array([1.0, 0.0, 2.0])),
    "banded": BandedOperator((4,), {0: np.zeros(4), 1: np.ones(3), -1: np.ones(3)}),
    "low rank": low_rank(5, 2, has_diagonal=False)[0],
    "wide Gram": gram(3, 6, has_diagonal=False, is_convex=True)[0],
    "block": BlockDiagonalOperator((2, 2), (0,), np.stack([np.eye(2), np.ones((2, 2))])),
    "Kronecker": KroneckerOperator((2, 2), [np.ones((2, 2)), np.eye(2)], [((0,), (0,)), ((1,), (1,))]),
    "sparse": SparseOperator((3,), scipy.sparse.coo_array(np.diag([1.0, 0.0, 2.0]))),
    "dense": DenseOperator((2,), np.ones((2, 2))),
}
REGULAR_AFTER_ALL = {"banded"}
"""The matrix of ones beside the diagonal has an inverse for an even size."""


@pytest.mark.parametrize("name", sorted(SINGULAR.keys() - REGULAR_AFTER_ALL))
def test_a_singular_matrix_solves_nothing_in_general(name):
    linear = SINGULAR[name]
    with pytest.raises(DataError, match="singular"):
        linear.solve(RNG.normal(size=linear.shape[0]))


def test_zeros_on_the_diagonal_do_not_make_a_matrix_singular():
    linear = SINGULAR["banded"]
    right = RNG.normal(size=4)
    np.testing.assert_allclose(linear.solve(right), np.linalg.solve(linear.dense(), right))
    column = np.ones(3)
    bordered = LowRankOperator((3,), [column], [column], np.array([0.0, 1.0, 2.0]))
    np.testing.assert_allclose(
        bordered.solve(column), np.linalg.solve(np.ones((3, 3)) + np.diag([0.0, 1.0, 2.0]), column), atol=1e-14
    )


@pytest.mark.parametrize("name", MADE)
def test_complex_vectors_are_multiplied_in_both_parts(name):
    linear, matrix = MADE[name]
    vector = RNG.normal(size=len(matrix)) + 1j * RNG.normal(size=len(matrix))
    np.testing.assert_allclose(linear @ vector, matrix @ vector, rtol=1e-12, atol=1e-12)


def test_floats_of_32_bits_stay_so_where_all_parts_are():
    diagonals = {0: np.float32([4, 5, 6]), 1: np.float32([1, 1]), -1: np.float32([1, 1])}
    linear = BandedOperator((3,), diagonals)
    assert linear.times(np.ones(3, dtype=np.float32)).dtype == np.float32
    assert linear.times(np.ones(3)).dtype == np.float64
    assert linear.diagonal().dtype == linear.dense().dtype == np.float32
