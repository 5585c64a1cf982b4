"""Operators of every kind do what SciPy's linear operators do; the numbers come from matrices that are written out here."""

from __future__ import annotations

import copy
import pickle
import warnings

import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
import scipy.sparse
import scipy.sparse.linalg
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from symgd.errors import ShapeError
from symgd.structures.operators.compilation import compile_operator
from symgd.structures.operators.hessian_operator import HessianOperator

SIZE = 6

DENSE = np.array(
    [
        [9.0, 1.0, 0.0, -1.0, 2.0, 0.5],
        [1.0, 8.0, 1.0, 0.0, 0.0, 1.0],
        [0.0, 1.0, 7.0, 2.0, 0.0, 0.0],
        [-1.0, 0.0, 2.0, 6.0, 1.0, 0.0],
        [2.0, 0.0, 0.0, 1.0, 9.5, 0.0],
        [0.5, 1.0, 0.0, 0.0, 0.0, 5.0],
    ]
)
TRIDIAGONAL = np.array(
    [
        [4.0, -1.0, 0.0, 0.0, 0.0, 0.0],
        [-1.0, 5.0, -2.0, 0.0, 0.0, 0.0],
        [0.0, -2.0, 6.0, -1.0, 0.0, 0.0],
        [0.0, 0.0, -1.0, 7.0, -3.0, 0.0],
        [0.0, 0.0, 0.0, -3.0, 8.0, -1.0],
        [0.0, 0.0, 0.0, 0.0, -1.0, 9.0],
    ]
)
ARROW = np.array(
    [
        [9.0, 1.0, 1.0, 1.0, 1.0, 2.0],
        [1.0, 3.0, 0.0, 0.0, 0.0, 0.0],
        [1.0, 0.0, 4.0, 0.0, 0.0, 0.0],
        [1.0, 0.0, 0.0, 5.0, 0.0, 0.0],
        [1.0, 0.0, 0.0, 0.0, 6.0, 0.0],
        [2.0, 0.0, 0.0, 0.0, 0.0, 7.0],
    ]
)
SMALL = np.array([[3.0, 1.0], [1.0, 2.0]])
BLOCK = np.array([[4.0, 1.0, 0.5], [1.0, 5.0, -1.0], [0.5, -1.0, 6.0]])
OTHER_BLOCK = np.array([[7.0, 2.0, 0.0], [2.0, 8.0, 1.0], [0.0, 1.0, 9.0]])
VECTOR = np.array([1.0, -2.0, 0.5, 3.0, -1.0, 2.0])
SECOND = np.array([0.5, 1.0, -1.0, 2.0, 0.0, 1.0])
ENTRIES = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
DATA = np.array([[1.0, 2.0, 0.0, -1.0, 1.0, 0.0], [0.0, 1.0, 1.0, 2.0, 0.0, -1.0], [2.0, 0.0, 1.0, 0.0, 1.0, 1.0]])
WEIGHTS = np.array([0.5, 2.0, 1.0])


def product(left, right, vector):
    return [left @ vector @ right + vector @ right @ right]


def diagonal(left, right, vector):
    return [np.outer(np.diag(left), np.diag(right)) + np.diag(right @ right)]


def blocks_of_columns(first, second):
    """The matrix of a variable of shape (3, 2) whose columns have a block each."""
    result = np.zeros((SIZE, SIZE))
    result[::2, ::2], result[1::2, 1::2] = first, second
    return result


LOW_RANK = np.outer(VECTOR, VECTOR) + 2 * np.outer(SECOND, SECOND)
GRAM = DATA.T @ np.diag(WEIGHTS) @ DATA

# name: kind, shape of the variable, names and values of the parts, layout, functions, matrix
OPERATORS = {
    "dense": ("dense", (6,), {"matrix": DENSE}, {}, (), DENSE),
    "dense of a matrix": ("dense", (2, 3), {"matrix": DENSE.reshape(2, 3, 2, 3)}, {}, (), DENSE),
    "diagonal": ("diagonal", (2, 3), {"diagonal": ENTRIES.reshape(2, 3)}, {}, (), np.diag(ENTRIES)),
    "zero": ("zero", (6,), {}, {}, (), np.zeros((6, 6))),
    "banded": (
        "banded",
        (6,),
        {str(k): np.diag(TRIDIAGONAL, k) for k in (-1, 0, 1)},
        {"offsets": [(-1,), (0,), (1,)]},
        (),
        TRIDIAGONAL,
    ),
    "sparse": (
        "sparse",
        (6,),
        {"entries": ARROW[ARROW != 0]},
        {"rows": np.nonzero(ARROW)[0], "columns": np.nonzero(ARROW)[1]},
        (),
        ARROW,
    ),
    "blocks of rows": (
        "block diagonal",
        (2, 3),
        {"blocks": np.stack([BLOCK, OTHER_BLOCK])},
        {"batch": (0,)},
        (),
        scipy.linalg.block_diag(BLOCK, OTHER_BLOCK),
    ),
    "blocks of columns": (
        "block diagonal",
        (3, 2),
        {"blocks": np.stack([BLOCK, OTHER_BLOCK])},
        {"batch": (1,)},
        (),
        blocks_of_columns(BLOCK, OTHER_BLOCK),
    ),
    "equal blocks of a vector": (
        "block diagonal",
        (6,),
        {"blocks": np.stack([SMALL, 2 * SMALL, 3 * SMALL])},
        {"size": 2},
        (),
        scipy.linalg.block_diag(SMALL, 2 * SMALL, 3 * SMALL),
    ),
    "Kronecker, last axis": (
        "Kronecker product",
        (2, 3),
        {"factor": BLOCK},
        {"factors": [((1,), (1,))]},
        (),
        np.kron(np.eye(2), BLOCK),
    ),
    "Kronecker, first axis": (
        "Kronecker product",
        (2, 3),
        {"factor": SMALL},
        {"factors": [((0,), (0,))]},
        (),
        np.kron(SMALL, np.eye(3)),
    ),
    "Kronecker of two": (
        "Kronecker product",
        (2, 3),
        {"left": SMALL, "right": BLOCK},
        {"factors": [((0,), (0,)), ((1,), (1,))]},
        (),
        np.kron(SMALL, BLOCK),
    ),
    "low rank": (
        "low rank plus diagonal",
        (6,),
        {"u": VECTOR, "v": SECOND, "p": VECTOR, "q": 2 * SECOND, "diagonal": ENTRIES},
        {"rank": 2},
        (),
        LOW_RANK + np.diag(ENTRIES),
    ),
    "low rank alone": ("low rank plus diagonal", (6,), {"u": VECTOR, "v": VECTOR}, {"rank": 1}, (), np.outer(VECTOR, VECTOR)),
    "Gram": (
        "Gram form",
        (6,),
        {"matrix": DATA, "weights": WEIGHTS, "diagonal": ENTRIES},
        {},
        (),
        GRAM + np.diag(ENTRIES),
    ),
    "Gram alone": ("Gram form", (6,), {"matrix": DATA, "weights": np.float64(0.5)}, {}, (), 0.5 * DATA.T @ DATA),
    "sum of products": (
        "sum of products",
        (2, 3),
        {"left": SMALL, "right": BLOCK},
        {},
        (product, diagonal),
        np.kron(SMALL, BLOCK) + np.kron(np.eye(2), BLOCK @ BLOCK),
    ),
}
REGULAR = {name: row for name, row in OPERATORS.items() if np.linalg.matrix_rank(row[-1]) == SIZE}


def made(name):
    """Return the operator and its matrix."""
    kind, shape, parts, layout, functions, matrix = OPERATORS[name]

    def values():
        return list(parts.values())

    values.source = ""
    return compile_operator(kind, shape, values, list(parts), layout, functions, is_convex=kind == "Gram form")(), matrix


@pytest.fixture(params=OPERATORS)
def pair(request):
    return made(request.param)


@pytest.fixture(params=REGULAR)
def regular(request):
    return made(request.param)


def close(found, expected, tolerance=1e-12):
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * (1 + np.abs(expected).max(initial=0)))


def dense_of(linear):
    """Return the matrix of any operator, column by column."""
    return np.stack([linear.matvec(unit) for unit in np.eye(SIZE)], axis=1)


COLUMNS = np.stack([VECTOR, SECOND, ENTRIES], axis=1)
ANOTHER = DENSE + np.diag(ENTRIES)

# what is done with an operator H, or with its matrix
RETURNS_ARRAYS = {
    "dot with a vector": lambda H: H.dot(VECTOR),
    "dot with columns": lambda H: H.dot(COLUMNS),
    "dot with a list": lambda H: H.dot([1, 2, 3, 4, 5, 6]),
    "dot with one column": lambda H: H.dot(VECTOR[:, None]),
    "@ with a vector": lambda H: H @ VECTOR,
    "@ with integers": lambda H: H @ np.arange(6),
    "@ with truth values": lambda H: H @ (VECTOR > 0),
    "@ with complex numbers": lambda H: H @ (VECTOR + 2j * SECOND),
    "@ with complex columns": lambda H: H @ (COLUMNS * (1 - 1j)),
    "@ with columns": lambda H: H @ COLUMNS,
    "@ with one column": lambda H: H @ VECTOR[:, None],
    "@ with no columns": lambda H: H @ np.zeros((6, 0)),
    "@ with a square matrix": lambda H: H @ DENSE,
    "@ with columns in the order of Fortran": lambda H: H @ np.asfortranarray(COLUMNS),
    "@ with single precision": lambda H: H @ np.float32([1, -2, 0.5, 3, -1, 2]),
    "a vector @": lambda H: VECTOR @ H,
    "rows @": lambda H: COLUMNS.T @ H,
    "one row @": lambda H: VECTOR[None, :] @ H,
    "a square matrix @": lambda H: DENSE @ H,
    "a complex vector @": lambda H: (VECTOR + 1j) @ H,
    "matmul, on the left": lambda H: np.matmul(H, COLUMNS),
    "matmul, on the right": lambda H: np.matmul(COLUMNS.T, H),
    "numpy.dot": lambda H: np.dot(H, VECTOR),
    "+ an array": lambda H: H + DENSE,
    "an array +": lambda H: DENSE + H,
    "- an array": lambda H: H - DENSE,
    "an array -": lambda H: DENSE - H,
    "entries": lambda H: H[1, 2],
    "rows": lambda H: H[2],
    "absolute values": lambda H: np.abs(H),
    "length": lambda H: np.asarray(len(H)),
    "asarray": lambda H: np.asarray(H),
    "asarray in single precision": lambda H: np.asarray(H, dtype=np.float32).astype(float),
    "eigenvalues": lambda H: np.linalg.eigvalsh(H),
    "norm": lambda H: np.linalg.norm(H),
}


@pytest.mark.parametrize("what", RETURNS_ARRAYS)
def test_products_and_entries(pair, what):
    linear, matrix = pair
    tolerance = 1e-6 if "single" in what else 1e-12
    found = RETURNS_ARRAYS[what](linear)
    assert isinstance(found, np.ndarray | np.floating)
    close(found, RETURNS_ARRAYS[what](matrix), tolerance)


METHODS = {
    "matvec": (lambda H: H.matvec(VECTOR), lambda A: A @ VECTOR),
    "matvec of a list": (lambda H: H.matvec(list(VECTOR)), lambda A: A @ VECTOR),
    "matvec of a column": (lambda H: H.matvec(VECTOR[:, None]), lambda A: A @ VECTOR[:, None]),
    "matvec of a variable": (lambda H: H.matvec(VECTOR.reshape(H.variable_shape)).reshape(6), lambda A: A @ VECTOR),
    "matvec of a stack": (lambda H: H.matvec(COLUMNS.T), lambda A: (A @ COLUMNS).T),
    "matvec of six vectors": (lambda H: H.matvec(DENSE[::-1]), lambda A: DENSE[::-1] @ A.T),
    "matvec of a stack of stacks": (lambda H: H.matvec(np.stack([DENSE, ARROW])), lambda A: np.stack([DENSE, ARROW]) @ A.T),
    "rmatvec": (lambda H: H.rmatvec(VECTOR), lambda A: A.T @ VECTOR),
    "rmatvec of a column": (lambda H: H.rmatvec(VECTOR[:, None]), lambda A: A.T @ VECTOR[:, None]),
    "matmat": (lambda H: H.matmat(COLUMNS), lambda A: A @ COLUMNS),
    "matmat of one column": (lambda H: H.matmat(VECTOR[:, None]), lambda A: A @ VECTOR[:, None]),
    "rmatmat": (lambda H: H.rmatmat(COLUMNS), lambda A: A.T @ COLUMNS),
    "call": (lambda H: H(VECTOR), lambda A: A @ VECTOR),
    "* a vector": (lambda H: H * VECTOR, lambda A: A @ VECTOR),
    "a vector *": (lambda H: VECTOR * H, lambda A: VECTOR @ A),
    "rows *": (lambda H: COLUMNS.T * H, lambda A: COLUMNS.T @ A),
    "dense": (lambda H: H.dense(), lambda A: A),
    "diagonal": (lambda H: H.diagonal(), lambda A: np.diag(A)),
    "a sparse matrix on the right": (lambda H: H @ scipy.sparse.csr_array(ARROW), lambda A: A @ ARROW),
    "a sparse matrix on the left": (lambda H: scipy.sparse.csr_array(ARROW) @ H, lambda A: ARROW @ A),
}


@pytest.mark.parametrize("what", METHODS)
def test_methods(pair, what):
    linear, matrix = pair
    ours, expected = METHODS[what]
    close(ours(linear), expected(matrix))


ALGEBRA = {
    "a number times": (lambda H: 2 * H, lambda A: 2 * A),
    "times a number": (lambda H: H * 2.5, lambda A: 2.5 * A),
    "a number of NumPy times": (lambda H: np.float64(2) * H, lambda A: 2 * A),
    "times a number of NumPy": (lambda H: H * np.int64(3), lambda A: 3 * A),
    "a complex number times": (lambda H: 2j * H, lambda A: 2j * A),
    "divided": (lambda H: H / 4, lambda A: A / 4),
    "divided by a number of NumPy": (lambda H: H / np.float64(4), lambda A: A / 4),
    "multiplied by NumPy": (lambda H: np.multiply(H, 2.0), lambda A: 2 * A),
    "divided by NumPy": (lambda H: np.divide(H, 2.0), lambda A: A / 2),
    "negative": (lambda H: -H, lambda A: -A),
    "sum": (lambda H: H + H, lambda A: 2 * A),
    "difference": (lambda H: H - 3 * H, lambda A: -2 * A),
    "with another operator": (lambda H: H + aslinearoperator(ANOTHER), lambda A: A + ANOTHER),
    "another operator with it": (lambda H: aslinearoperator(ANOTHER) - H, lambda A: ANOTHER - A),
    "product": (lambda H: H @ H, lambda A: A @ A),
    "product by *": (lambda H: H * H, lambda A: A @ A),
    "product with another": (lambda H: H @ aslinearoperator(ANOTHER), lambda A: A @ ANOTHER),
    "another's product with it": (lambda H: aslinearoperator(ANOTHER) @ H, lambda A: ANOTHER @ A),
    "square": (lambda H: H**2, lambda A: A @ A),
    "power 0": (lambda H: H**0, lambda A: np.eye(SIZE)),
    "T": (lambda H: H.T, lambda A: A.T),
    "H": (lambda H: H.H, lambda A: A.T),
    "adjoint": (lambda H: H.adjoint(), lambda A: A.T),
    "transpose": (lambda H: H.transpose(), lambda A: A.T),
    "aslinearoperator": (aslinearoperator, lambda A: A),
    "shallow copy": (copy.copy, lambda A: A),
    "deep copy": (copy.deepcopy, lambda A: A),
    "of a shifted one": (lambda H: 2 * (H + aslinearoperator(np.eye(SIZE))).T - H / 2, lambda A: 1.5 * A + 2 * np.eye(SIZE)),
}


@pytest.mark.parametrize("what", ALGEBRA)
def test_algebra_gives_operators(pair, what):
    linear, matrix = pair
    ours, expected = ALGEBRA[what]
    found, result = ours(linear), expected(matrix)
    assert isinstance(found, LinearOperator)
    assert found.shape == (SIZE, SIZE)
    assert found.ndim == 2
    assert found.dtype == result.dtype
    close(dense_of(found), result)
    close(found @ COLUMNS, result @ COLUMNS)
    close(found.dot(COLUMNS), result @ COLUMNS)
    close(found.rmatvec(VECTOR), result.conj().T @ VECTOR)
    close(found.rmatmat(COLUMNS), result.conj().T @ COLUMNS)
    close(found.H.matvec(VECTOR), result.conj().T @ VECTOR)
    close(VECTOR @ found, VECTOR @ result)


SHAPES = {
    "dot, shorter": lambda H: H.dot(np.ones(5)),
    "dot, a row": lambda H: H.dot(np.ones((1, 6))),
    "@, longer": lambda H: H @ np.ones(7),
    "@, rows": lambda H: H @ COLUMNS.T,
    "@, a number": lambda H: H @ 2.0,
    "a number @": lambda H: 2.0 @ H,
    "matvec, shorter": lambda H: H.matvec(np.ones(5)),
    "matvec, columns": lambda H: H.matvec(COLUMNS),
    "matvec, a number": lambda H: H.matvec(1.0),
    "rmatvec, longer": lambda H: H.rmatvec(np.ones(7)),
    "matmat, a vector": lambda H: H.matmat(VECTOR),
    "matmat, rows": lambda H: H.matmat(COLUMNS.T),
    "rmatmat, rows": lambda H: H.rmatmat(COLUMNS.T),
    "shorter @": lambda H: np.ones(5) @ H,
    "a column @": lambda H: VECTOR[:, None] @ H,
    "columns @": lambda H: COLUMNS @ H,
    "as many numbers @": lambda H: np.ones((3, 2)) @ H,
    "divided by an array": lambda H: H / VECTOR,
    "a negative power": lambda H: H**-1,
    "a broken power": lambda H: H**0.5,
    "+ another shape": lambda H: H + aslinearoperator(np.eye(5)),
}


@pytest.mark.parametrize("what", SHAPES)
def test_shapes_that_are_refused(pair, what):
    with pytest.raises(ValueError, match=r"."):
        SHAPES[what](pair[0])


NO_OPERATION = {
    "+ a number": lambda H: H + 1.0,
    "a number +": lambda H: 1.0 + H,
    "a number of NumPy +": lambda H: np.float64(1) + H,
    "+ a vector": lambda H: H + VECTOR,
    "a vector -": lambda H: VECTOR - H,
    "a number over": lambda H: 1.0 / H,
    "a number of NumPy over": lambda H: np.float64(1) / H,
    "a number of NumPy to the power": lambda H: np.float64(2) ** H,
}


@pytest.mark.parametrize("what", NO_OPERATION)
def test_what_is_no_operation_of_a_linear_operator(pair, what):
    with pytest.raises(TypeError):
        NO_OPERATION[what](pair[0])


def test_the_message_names_both_shapes():
    with pytest.raises(ShapeError, match=r"the matrix has shape \(6, 6\), and the vector \(5,\)"):
        made("banded")[0].matvec(np.ones(5))


def test_a_copy_does_not_share_memory(pair):
    linear, matrix = pair
    np.array(linear, copy=True)[:] = 7.0
    close(linear.dense(), matrix)


def test_attributes(pair):
    linear, _ = pair
    assert isinstance(linear, HessianOperator)
    assert linear.shape == (SIZE, SIZE)
    assert linear.dtype == np.float64
    assert linear.ndim == 2


def test_stacks_of_matrices_are_scipys(pair):
    linear, matrix = pair
    stack = np.stack([COLUMNS, 2 * COLUMNS])
    try:
        expected = aslinearoperator(matrix) @ stack
    except ValueError:  # before SciPy 1.18
        with pytest.raises(ValueError, match="expected"):
            linear @ stack
    else:
        close(linear @ stack, expected)
        close((linear + linear) @ stack, 2 * expected)


@pytest.mark.parametrize("solver", ["cg", "minres", "gmres", "bicg", "bicgstab", "cgs", "qmr", "lgmres", "tfqmr"])
def test_iterative_solvers(regular, solver):
    linear, matrix = regular
    settings = {"rtol": 1e-12} | ({} if solver == "minres" else {"atol": 0.0})
    found, status = getattr(scipy.sparse.linalg, solver)(linear, VECTOR, **settings)
    assert status == 0
    close(found, np.linalg.solve(matrix, VECTOR), 1e-8)
    preconditioner = aslinearoperator(np.diag(1 / np.diag(matrix)))
    if solver in ("cg", "minres", "gmres"):
        found, status = getattr(scipy.sparse.linalg, solver)(linear, VECTOR, M=preconditioner, **settings)
        assert status == 0
        close(found, np.linalg.solve(matrix, VECTOR), 1e-8)


def test_an_operator_is_a_preconditioner(regular):
    linear, _ = regular
    found, status = scipy.sparse.linalg.cg(DENSE, VECTOR, M=linear, rtol=1e-12, atol=0.0, maxiter=200)
    assert status == 0
    close(found, np.linalg.solve(DENSE, VECTOR), 1e-8)


@pytest.mark.parametrize("solver", ["lsqr", "lsmr"])
def test_least_squares(regular, solver):
    linear, matrix = regular
    found = getattr(scipy.sparse.linalg, solver)(linear, VECTOR, atol=1e-14, btol=1e-14)[0]
    close(found, np.linalg.solve(matrix, VECTOR), 1e-8)


def test_eigenvalues(pair):
    linear, matrix = pair
    expected = np.linalg.eigvalsh(matrix)
    if matrix.any():
        found = scipy.sparse.linalg.eigsh(linear, k=2, which="LA", v0=VECTOR.copy(), return_eigenvectors=False)
        close(np.sort(found), expected[-2:], 1e-9)
        found = scipy.sparse.linalg.eigs(linear, k=1, which="LR", v0=VECTOR.copy(), return_eigenvectors=False)
        close(found.real, expected[-1:], 1e-9)
        found = scipy.sparse.linalg.svds(linear, k=1, v0=VECTOR.copy(), return_singular_vectors=False)
        close(found, expected[-1:], 1e-9)
    found, _ = scipy.sparse.linalg.lobpcg(linear, VECTOR[:, None].copy(), tol=1e-10, maxiter=200)
    close(found, expected[-1:], 1e-8)


def test_exponentials_and_norms(pair):
    linear, matrix = pair
    scaled = linear / 10
    found = scipy.sparse.linalg.expm_multiply(scaled, VECTOR, traceA=np.trace(matrix) / 10)
    close(found, scipy.linalg.expm(matrix / 10) @ VECTOR, 1e-10)
    found = scipy.sparse.linalg.expm_multiply(linear, COLUMNS, traceA=np.trace(matrix))
    close(found, scipy.linalg.expm(matrix) @ COLUMNS, 1e-10)
    close(scipy.sparse.linalg.onenormest(linear, t=SIZE), np.abs(matrix).sum(axis=0).max())
    assert scipy.sparse.linalg.onenormest(linear) <= np.abs(matrix).sum(axis=0).max() + 1e-12


def test_dense_algebra_of_scipy(regular):
    linear, matrix = regular
    close(scipy.linalg.cho_solve(scipy.linalg.cho_factor(linear), VECTOR), np.linalg.solve(matrix, VECTOR), 1e-10)
    close(scipy.linalg.solve(linear, VECTOR), np.linalg.solve(matrix, VECTOR), 1e-10)
    close(scipy.linalg.eigh(linear)[0], np.linalg.eigvalsh(matrix), 1e-10)
    close(linear.solve(VECTOR), np.linalg.solve(matrix, VECTOR), 1e-10)


METHODS_OF_MINIMIZE = ["Newton-CG", "trust-ncg", "trust-krylov", "trust-exact", "trust-constr", "dogleg"]


@pytest.mark.parametrize("method", METHODS_OF_MINIMIZE)
def test_minimize(regular, method):
    linear, matrix = regular
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "delta_grad == 0.0")  # trust-constr where it starts at the solution
        found = scipy.optimize.minimize(
            lambda x: x @ matrix @ x / 2 - VECTOR @ x,
            np.ones(SIZE),
            jac=lambda x: matrix @ x - VECTOR,
            hess=lambda x: linear,
            method=method,
        )
    close(found.x, np.linalg.solve(matrix, VECTOR), 1e-3)


def test_minimize_within_constraints(regular):
    linear, matrix = regular
    found = scipy.optimize.minimize(
        lambda x: x @ matrix @ x / 2 - VECTOR @ x,
        np.full(SIZE, 1 / SIZE),
        jac=lambda x: matrix @ x - VECTOR,
        hess=lambda x: linear,
        method="trust-constr",
        constraints=scipy.optimize.LinearConstraint(np.ones((1, SIZE)), 1, 1),
        bounds=[(-10, 10)] * SIZE,
        options={"gtol": 1e-9, "xtol": 1e-12},
    )
    # the conditions of the first order, of x and of the multiplier
    border = np.block([[matrix, np.ones((SIZE, 1))], [np.ones((1, SIZE)), np.zeros((1, 1))]])
    close(found.x, np.linalg.solve(border, [*VECTOR, 1.0])[:SIZE], 1e-4)


@pytest.mark.parametrize("name", [name for name in OPERATORS if name != "sum of products"])
def test_pickling(name):
    linear, matrix = made(name)
    again = pickle.loads(pickle.dumps(linear))
    close(again @ VECTOR, matrix @ VECTOR)
    close((2 * again).matvec(VECTOR), 2 * matrix @ VECTOR)


def test_every_kind_is_tested():
    kinds = {row[0] for row in OPERATORS.values()}
    assert kinds == {kind.kind for kind in subclasses(HessianOperator) if kind.__module__.startswith("symgd.")}


def subclasses(kind):
    return {one for child in kind.__subclasses__() for one in (child, *subclasses(child))}
