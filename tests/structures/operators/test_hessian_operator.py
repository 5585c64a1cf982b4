"""The interface of all matrices of second derivatives: checked solutions, shapes, and functions of entries."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from symgd.errors import DataError, ShapeError
from symgd.structures.operators.hessian_operator import HessianOperator

RNG = np.random.default_rng(6)


class Plain(HessianOperator):
    """A matrix that knows how to multiply and nothing else."""

    kind = "plain"

    def __init__(self, matrix, shape=None):
        matrix = np.asarray(matrix)
        super().__init__(shape or (len(matrix),), matrix.dtype)
        self.matrix, self.products, self.solved = matrix, 0, 0

    def stored(self):
        return [self.matrix]

    def times(self, vectors):
        self.products += 1
        return self.matrix @ vectors


class Solving(Plain):
    """A matrix with a solution of its own."""

    def __init__(self, matrix, solve):
        super().__init__(matrix)
        self._solve = solve

    def solution(self, right):
        return self._solve(right)


def symmetric(eigenvalues):
    basis = np.linalg.qr(RNG.normal(size=(len(eigenvalues), len(eigenvalues))))[0]
    return basis @ np.diag(eigenvalues) @ basis.T


MATRIX = symmetric([1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
H = Plain(MATRIX, (2, 3))


def test_what_a_kind_does_not_define_follows_from_its_products():
    np.testing.assert_allclose(H.dense(), MATRIX, rtol=1e-15)
    np.testing.assert_allclose(H.diagonal(), np.diag(MATRIX), rtol=1e-15)
    assert H.diagonal().flags.writeable
    for method, arguments in ((HessianOperator.stored, ()), (HessianOperator.times, (np.zeros(6),))):
        with pytest.raises(NotImplementedError):
            method(H, *arguments)


RIGHT_SIDES = {
    "a flat vector": RNG.normal(size=6),
    "a variable": RNG.normal(size=(2, 3)),
    "columns": RNG.normal(size=(6, 4)),
    "one column": RNG.normal(size=(6, 1)),
    "a list": [1, 2, 3, 4, 5, 6],
    "numbers of 32 bits": RNG.normal(size=6).astype(np.float32),
    "zeros": np.zeros(6),
}


@pytest.mark.parametrize("what", RIGHT_SIDES)
def test_a_solution_has_the_shape_of_the_right_side(what):
    right = RIGHT_SIDES[what]
    found = H.solve(right)
    assert found.shape == np.shape(right)
    flat = np.reshape(right, (6, -1))
    np.testing.assert_allclose(MATRIX @ found.reshape(6, -1), flat, rtol=1e-12, atol=1e-13)


SPECTRA = [
    [1, 1, 1, 1],
    [1e-8, 1, 1, 1],
    [-1, 2, 3, 4],  # no Cholesky factor
    [-1, -2, -3, -4],
    [1e-150, 1e-150, 1e-150, 1e-150],
    [1e150, 1e150, 1e150, 2e150],
]


@pytest.mark.parametrize("eigenvalues", SPECTRA, ids=str)
def test_a_solution_leaves_nothing_of_the_right_side(eigenvalues):
    matrix, right = symmetric(np.array(eigenvalues, dtype=float)), RNG.normal(size=4)
    np.testing.assert_allclose(matrix @ Plain(matrix).solve(right), right, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("matrix", [np.zeros((3, 3)), np.diag([1.0, 0.0, 2.0])], ids=["zero", "diagonal"])
def test_a_singular_matrix_is_refused_with_a_remedy(matrix):
    with pytest.raises(DataError, match="singular, or nearly so") as caught:
        Plain(matrix).solve(np.ones(3))
    assert caught.value.hint == "add a multiple of the identity"


@pytest.mark.parametrize("entry", [np.nan, np.inf])
def test_a_matrix_with_entries_that_are_not_finite_solves_nothing(entry):
    matrix = np.diag([1.0, entry, 2.0])
    with np.errstate(invalid="ignore"), pytest.raises(DataError, match="entries that are not finite"):
        Plain(matrix).solve(np.ones(3))


def _raises(right):
    raise np.linalg.LinAlgError


@pytest.mark.parametrize(
    "solve",
    [
        lambda right: 2 * np.linalg.solve(MATRIX, right),
        lambda right: np.full_like(right, np.nan),
        lambda right: np.full_like(right, np.inf),
        lambda right: np.zeros_like(right),
        _raises,
    ],
    ids=["twice", "NaN", "inf", "zeros", "error"],
)
@pytest.mark.parametrize("right", [np.arange(1.0, 7.0), RNG.normal(size=(6, 3))], ids=["vector", "columns"])
def test_a_wrong_solution_of_a_kind_is_found_out_and_replaced(solve, right):
    found = Solving(MATRIX, solve).solve(right)
    np.testing.assert_allclose(found, np.linalg.solve(MATRIX, right), rtol=1e-10)


def test_a_right_solution_of_a_kind_is_taken_as_it_is():
    operator = Solving(MATRIX, lambda right: np.linalg.solve(MATRIX, right))
    operator.dense = None
    np.testing.assert_allclose(operator.solve(np.ones(6)), np.linalg.solve(MATRIX, np.ones(6)), rtol=1e-12)


def test_a_right_side_that_is_not_finite_has_no_finite_solution():
    assert not np.isfinite(Plain(np.eye(3)).solve(np.array([1.0, np.nan, 2.0]))).all()


SHAPES = [np.zeros(5), np.zeros((3, 2)), np.zeros((5, 5)), np.zeros(()), np.zeros((2, 3, 1))]


@pytest.mark.parametrize("other", SHAPES, ids=lambda other: str(other.shape))
@pytest.mark.parametrize("method", ["matvec", "solve"])
def test_other_shapes_are_refused_with_both(method, other):
    with pytest.raises(ShapeError, match=r"the matrix has shape \(6, 6\), and the vector"):
        getattr(H, method)(other)


@pytest.mark.parametrize("other", ["text", None, {1: 2}, [[1], [2, 3]]], ids=repr)
def test_what_is_no_array_of_numbers_is_refused(other):
    for method in (H.matvec, H.solve):
        with pytest.raises(DataError):
            method(other)


@pytest.mark.parametrize(
    ("shape", "flat"),
    [((6,), lambda x: x), ((2, 3), lambda x: x.ravel()), ((6, 1), lambda x: x.ravel())],
)
def test_one_vector_may_have_any_of_three_shapes(shape, flat):
    x = RNG.normal(size=shape)
    found = H.matvec(x)
    assert found.shape == shape
    np.testing.assert_allclose(flat(found), MATRIX @ flat(x), rtol=1e-13)


def test_vectors_along_the_last_axis_are_multiplied_each():
    stack = RNG.normal(size=(4, 5, 6))
    np.testing.assert_allclose(H.matvec(stack), np.einsum("ij,abj->abi", MATRIX, stack), rtol=1e-12)


FUNCTIONS = [  # of the entries: NumPy sees a matrix
    np.abs,
    np.exp,
    np.sum,
    np.trace,
    np.transpose,
    np.isfinite,
    lambda H: H[0],
    lambda H: H[1:3, ::2],
    lambda H: np.greater(H, 1),
    lambda H: H + MATRIX,
    lambda H: MATRIX - H,
    lambda H: np.maximum(H, MATRIX / 2),
    lambda H: np.add.reduce(H, axis=0),
    lambda H: np.linalg.eigvalsh(H),
    lambda H: np.allclose(H, MATRIX),
    lambda H: np.array(H, dtype=np.float32),
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=range(len(FUNCTIONS)))
def test_functions_of_entries_make_the_matrix_dense(function):
    found, expected = function(H), function(MATRIX)
    assert not isinstance(found, LinearOperator)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


OPERATORS = [  # products, sums and powers stay operators
    (lambda H: 2 * H, 2 * MATRIX),
    (lambda H: H / 4, MATRIX / 4),
    (lambda H: np.float64(3) * H, 3 * MATRIX),
    (lambda H: np.multiply(2.0, H), 2 * MATRIX),
    (lambda H: np.multiply(H, 2.0), 2 * MATRIX),
    (lambda H: H + H, 2 * MATRIX),
    (lambda H: H @ H, MATRIX @ MATRIX),
    (lambda H: H**3, MATRIX @ MATRIX @ MATRIX),
    (lambda H: H + aslinearoperator(MATRIX), 2 * MATRIX),
    (lambda H: H.T, MATRIX),
    (lambda H: H.H, MATRIX),
]


@pytest.mark.parametrize(("function", "matrix"), OPERATORS, ids=range(len(OPERATORS)))
def test_products_sums_and_powers_stay_operators(function, matrix):
    found = function(H)
    assert isinstance(found, LinearOperator)
    np.testing.assert_allclose(found @ np.eye(6), matrix, rtol=1e-11, atol=1e-11)


def test_the_transpose_is_the_operator_itself():
    assert H.T is H
    assert H.adjoint() is H


def test_sparse_matrices_stand_on_both_sides():
    other = scipy.sparse.csr_array(np.diag([1.0, 2, 0, 0, 5, 6]))
    np.testing.assert_allclose(H @ other, MATRIX @ other.toarray(), rtol=1e-13)
    np.testing.assert_allclose(other @ H @ np.eye(6), other.toarray() @ MATRIX, rtol=1e-13)


def test_a_product_with_one_vector_is_one_product():
    operator = Plain(MATRIX)
    operator @ np.ones(6)
    operator.matvec(np.ones(6))
    operator.dot(np.ones(6))
    assert operator.products == 3


def test_it_is_told_by_its_kind_and_its_size():
    assert repr(H) == "<6×6 plain matrix, 288 bytes>"
    assert repr(Plain(np.eye(20))) == "<20×20 plain matrix, 3,200 bytes>"
    assert (H.shape, H.variable_shape, H.nbytes, len(H), H.ndim) == ((6, 6), (2, 3), 288, 6, 2)


def test_a_very_large_matrix_is_not_made_dense_to_solve_again():
    class Large(Plain):
        def __init__(self):
            HessianOperator.__init__(self, (4001,), np.dtype(float))

        def times(self, vectors):
            return 2 * vectors

        def solution(self, right):
            return right

        def dense(self):
            raise AssertionError("a large matrix is made dense")

    with pytest.raises(DataError, match="singular"):
        Large().solve(np.ones(4001))


@pytest.mark.parametrize("shape", [(0,), (5,), (6, 1, 1), (5, 6), (2, 3, 4), (0, 6), (7, 0)])
def test_a_product_with_an_array_of_another_shape_is_refused(shape):
    for product in (H.dot, H.__matmul__, H.__mul__):
        with pytest.raises(ShapeError, match=r"the matrix has shape \(6, 6\), and the vector"):
            product(np.zeros(shape))
