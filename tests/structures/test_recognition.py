"""The structure of Hessians: what is recognised, what is stored, and that operators are the matrices they stand for."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.optimize
import sympy as sp

import symgd as sg
from symgd.equality.proof import Equality, compare_formulas
from symgd.structures.recognition import recognise
from tests.formulas import declared

SIZES = {"m": 7, "n": 5, "k": 3}

LOGISTIC = "mean(log(1 + exp(-y*(X@w))))"
FACTORISATION = "sum((T - U@V.T)**2)"
SOFTMAX = "sum(logsumexp(X@W, axis=1)) - sum(Y*(X@W))"
ROSENBROCK = "sum(100*(x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)"
DATA = {"X": "m n", "y": "m", "w": "n"}
MATRICES = {"T": "m n", "U": "m k", "V": "n k"}

TABLE = [
    ("c@x", {"c": "n", "x": "n"}, "x", "ZERO"),
    ("sum(relu(X@w))", DATA, "w", "ZERO"),
    ("sum(log(cosh(x)))", {"x": "n"}, "x", "DIAGONAL"),
    ("norm2(x)**2", {"x": "n"}, "x", "DIAGONAL"),
    ("sum(X**3)", {"X": "m n"}, "X", "DIAGONAL"),
    ("sum(where(x > 0, x**2, x**4))", {"x": "n"}, "x", "DIAGONAL"),
    (ROSENBROCK, {"x": "n"}, "x", "BANDED"),
    ("sum(sqrt(1 + (x[1:] - x[:-1])**2))", {"x": "n"}, "x", "BANDED"),
    ("x[0]**2 + sum((x[1:] - x[:-1])**2)", {"x": "n"}, "x", "BANDED"),
    ("sum(x[2:]*x[:-2]) + sum(x**4)", {"x": "n"}, "x", "BANDED"),
    ("x[0]*x[1] + x[2]**3", {"x": "n"}, "x", "BANDED"),
    (FACTORISATION, MATRICES, "U", "KRONECKER"),
    (FACTORISATION, MATRICES, "V", "KRONECKER"),
    ("sum((X@W - Y)**2)", {"X": "m n", "W": "n k", "Y": "m k"}, "W", "KRONECKER"),
    ("logdet(S)", {"S": "n n"}, "S", "KRONECKER"),
    ("sum(sum(X, axis=0)**3)", {"X": "m n"}, "X", "BLOCK_DIAGONAL"),
    ("sum(logsumexp(X, axis=1))", {"X": "m n"}, "X", "BLOCK_DIAGONAL"),
    ("logsumexp(x)", {"x": "n"}, "x", "LOW_RANK_PLUS_DIAGONAL"),
    ("norm2(x)", {"x": "n"}, "x", "LOW_RANK_PLUS_DIAGONAL"),
    ("log(1 + x@x)", {"x": "n"}, "x", "LOW_RANK_PLUS_DIAGONAL"),
    ("(a@x)**2 + sum(x**4)", {"a": "n", "x": "n"}, "x", "LOW_RANK_PLUS_DIAGONAL"),
    ("log(sum(X**2) + 1)", {"X": "m n"}, "X", "LOW_RANK_PLUS_DIAGONAL"),
    (LOGISTIC, DATA, "w", "GRAM"),
    ("sum((X@w - y)**2)/2 + lam/2*w@w", DATA, "w", "GRAM"),
    ("sum(exp(X@w)) - y@(X@w)", DATA, "w", "GRAM"),
    ("sum(exp(X@w)*c) + sum(w**4)", {"X": "m n", "c": "m", "w": "n"}, "w", "GRAM"),
    ("mean((tanh(X@W)@v - y)**2)", {"X": "m n", "W": "n k", "v": "k", "y": "m"}, "v", "GRAM"),
    ("sum((x[1:,:] - x[:-1,:])**2) + sum((x[:,1:] - x[:,:-1])**4)", {"x": "m n"}, "x", "SPARSE"),
    ("sum(sin(x[:,0])*x[:,1])", {"x": "m n"}, "x", "SPARSE"),
    (SOFTMAX, {"X": "m n", "W": "n k", "Y": "m k"}, "W", "FACTORED"),
    ("trace(X.T@A@X@B)", {"X": "m n", "A": "m m", "B": "n n"}, "X", "FACTORED"),
    ("sum(sum(X, axis=1)**2)", {"X": "m n"}, "X", "KRONECKER"),  # tied, and no factor at all
    ("norm2(sum(X, axis=0))", {"X": "m n"}, "X", "FACTORED"),
    ("sum(sum(X, axis=1)**2) + sum(X)**2 + sum(X**2)", {"X": "m n"}, "X", "FACTORED"),
    ("norm2(w + mean(w))", {"w": "n"}, "w", "LOW_RANK_PLUS_DIAGONAL"),  # a number is summed beside an identity
    ("exp(sum((w + mean(w))**2)/10)", {"w": "n"}, "w", "LOW_RANK_PLUS_DIAGONAL"),
    ("logsumexp(y[1:]*w[1:])", {"w": "n", "y": "n"}, "w", "LOW_RANK_PLUS_DIAGONAL"),  # factors of a part of the axis
    ("sum(tanh(w[:-1]))*logdet(eye(n) + outer(w, w))", {"w": "n"}, "w", "DENSE"),  # a diagonal that ends early
    ("(X@w)@(X@w)*(w@x)", {"X": "m n", "w": "n", "x": "n"}, "w", "FACTORED"),
    ("logsumexp(X.T@(X@w))", {"X": "m n", "w": "n"}, "X", "FACTORED"),
    ("sum((X.T@X)**2)", {"X": "m n"}, "X", "FACTORED"),
    ("logdet(X.T@X)", {"X": "m n"}, "X", "FACTORED"),
    ("trace(X@X)", {"X": "n n"}, "X", "FACTORED"),
    ("x@A@x", {"A": "n n", "x": "n"}, "x", "DENSE"),
    ("sum(cumsum(x)**2)", {"x": "n"}, "x", "DENSE"),
    ("sum((x[1:-1] - x[2:])**2)*sum(x)", {"x": "n"}, "x", "DENSE"),
    ("x[0]*x[-1] + sum(x**3)", {"x": "n"}, "x", "DENSE"),
]
IDS = [f"{formula} in {wrt}" for formula, _, wrt, _ in TABLE]


def test_sizes_of_one_and_fixed_sizes():
    for shape in ((1, 3), (3, 1), (2, 2), (2, 3)):
        loss = sg.formula("sum(sum(X, axis=1)**2) + sum(sum(X, axis=0)**3)", shapes={"X": shape})
        hessian = sg.hessian(loss, "X")
        matrix = sg.lambdify(["X"], sg.structure(hessian, "X"))(np.arange(6.0)[: shape[0] * shape[1]].reshape(shape))
        dense = sg.lambdify(["X"], hessian)(np.arange(6.0)[: shape[0] * shape[1]].reshape(shape))
        np.testing.assert_allclose(matrix.dense(), np.reshape(dense, matrix.shape))


def at_random(loss, seed=0):
    """Values of all inputs."""
    generator = np.random.default_rng(seed)
    return [np.abs(generator.normal(size=[SIZES[str(n)] for n in symbol.shape])) + 0.1 for symbol in loss.symbols]


def read(formula, shapes):
    names = {name for name in shapes if name in formula}
    return sg.formula(formula, shapes={name: shapes[name] for name in names})


@pytest.mark.parametrize(("formula", "shapes", "wrt", "kind"), TABLE, ids=IDS)
def test_operators_are_the_matrices_they_stand_for(formula, shapes, wrt, kind):
    loss = read(formula, shapes)
    hessian = sg.hessian(loss, wrt)
    structure = sg.structure(hessian, wrt)
    assert structure.kind.name == kind
    values = at_random(loss)
    matrix = sg.lambdify(loss.symbols, structure)(*values)
    n = matrix.shape[0]
    dense = np.asarray(sg.lambdify(loss.symbols, hessian, prove=False)(*values)).reshape(n, n)
    near = {"rtol": 1e-11, "atol": 1e-12 * (1 + np.abs(dense).max())}
    vectors = np.random.default_rng(1).normal(size=(n, 3))
    np.testing.assert_allclose(matrix.dense(), dense, **near)
    np.testing.assert_allclose(np.asarray(matrix), dense, **near)
    np.testing.assert_allclose(matrix @ vectors, dense @ vectors, **near)
    np.testing.assert_allclose(matrix @ vectors[:, 0], dense @ vectors[:, 0], **near)
    np.testing.assert_allclose(matrix.T @ vectors[:, 0], dense.T @ vectors[:, 0], **near)
    np.testing.assert_allclose(matrix.diagonal(), np.diag(dense), **near)
    shaped = vectors[:, 1].reshape(matrix.variable_shape)
    np.testing.assert_allclose(matrix.matvec(shaped).reshape(-1), dense @ vectors[:, 1], **near)
    if np.linalg.cond(dense) < 1e8:
        np.testing.assert_allclose(dense @ matrix.solve(vectors), vectors, atol=1e-7)
        assert matrix.solve(shaped).shape == shaped.shape
    elif np.linalg.cond(dense) > 1e15:
        with pytest.raises(sg.SymgdError, match="singular"):
            matrix.solve(vectors[:, 0])


@pytest.mark.parametrize(("formula", "shapes", "wrt", "kind"), TABLE, ids=IDS)
def test_what_was_read_is_the_matrix(formula, shapes, wrt, kind):
    loss = read(formula, shapes)
    hessian = sg.hessian(loss, wrt)
    _, restored = recognise(hessian)
    if restored is None:
        assert kind in ("SPARSE", "DENSE")
    else:
        assert compare_formulas([hessian], [restored], loss)[0][0] is Equality.EQUAL


def test_the_parts_are_formulas():
    structure = sg.structure(sg.hessian(read(LOGISTIC, DATA), "w"), "w")
    assert str(structure.parts["matrix"]) == "X"
    assert str(structure) == "Gram form: matrix = X; weights = y**2 * sigmoid(-y * (X @ w)) * sigmoid(y * (X @ w)) / m"
    assert structure.is_positive_semidefinite
    assert not structure.is_constant
    assert structure.to_dict()["kind"] == "Gram form"
    assert "Gram form" in structure._repr_latex_()


GRAMS = [
    ("sum((X@w)**2*c) + lam*w@w", {"c": "nonnegative", "lam": "nonnegative"}, True),
    ("sum((X@w)**2*c) + lam*w@w", {"lam": "nonnegative"}, False),
    ("sum((X@w)**2*c) + lam*w@w", {"c": "nonnegative"}, False),
    ("sum((X@w)**2*c)", {"c": "positive"}, True),
    ("sum((X@w)**2*c)", {"c": "nonzero"}, False),
    ("sum((X@w)**2) - w@w", {}, False),
    ("sum(sin(X@w))", {}, False),
]


@pytest.mark.parametrize(("text", "known", "expected"), GRAMS)
def test_semidefinite_where_weights_and_diagonal_are_not_negative(text, known, expected):
    shapes = declared({**DATA, "c": "m", "lam": ""}, text)
    formula = sg.formula(text, shapes=shapes, facts={name: {fact: True} for name, fact in known.items()})
    structure = sg.structure(sg.hessian(formula, "w"), "w")
    assert structure.kind.name == "GRAM"
    assert structure.is_positive_semidefinite is expected


def test_a_constant_hessian():
    loss = read("x@A@x", {"A": "n n", "x": "n"})
    assert sg.structure(sg.hessian(loss, "x"), "x").is_constant
    assert not sg.structure(sg.hessian(loss, "x")).is_constant
    assert not sg.structure(sg.hessian(read("sum(x**3)", {"x": "n"}), "x"), "x").is_constant


def test_what_is_no_matrix_of_second_derivatives():
    with pytest.raises(sg.ShapeError, match="axes twice"):
        sg.structure(sg.tensor("A", "m n"))
    with pytest.raises(sg.ShapeError, match="axes twice"):
        sg.structure(sg.formula("x**2"))


# -- what is stored ---------------------------------------------------------------------------------------------


def test_matrix_factorisation_stores_small_blocks():
    m, n, k = 300, 200, 5
    generator = np.random.default_rng(0)
    data = {"T": generator.normal(size=(m, n)), "V": generator.normal(size=(n, k))}
    hessian = sg.objective(read(FACTORISATION, MATRICES), "U", data).hess(np.zeros(m * k))
    assert hessian.nbytes <= 8 * m * k * k
    np.testing.assert_allclose(hessian.solve(hessian @ np.arange(m * k)), np.arange(m * k), rtol=1e-9, atol=1e-9)


def test_rosenbrock_in_a_million_variables_stores_three_diagonals():
    n = 1_000_000
    x = np.random.default_rng(0).normal(size=n)
    function = sg.lambdify(["x"], sg.structure(sg.hessian(read(ROSENBROCK, {"x": "n"}), "x")))
    hessian = function(x)
    assert hessian.nbytes <= 3 * 8 * n
    v = np.ones(n)
    expected = scipy.optimize.rosen_hess_prod(x, v)
    np.testing.assert_allclose(hessian @ v, expected, rtol=1e-9, atol=1e-9)


# -- scalars ----------------------------------------------------------------------------------------------------


def scalars(count):
    return sp.symbols(f"x0:{count}")


@pytest.mark.parametrize(
    ("count", "loss", "kind"),
    [
        (6, lambda x: sum(v**4 for v in x), "DIAGONAL"),
        (12, lambda x: sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x)), "BANDED"),
        (6, lambda x: sum(sp.exp(a * b * c) for a, b, c in (x[:3], x[3:])), "BLOCK_DIAGONAL"),
        (12, lambda x: sum(x[k] ** 2 for k in range(12)) + x[0] * x[11] * x[5], "SPARSE"),
        (3, lambda x: sp.exp(x[0] * x[1] * x[2]), "DENSE"),
        (3, lambda x: sum(x), "ZERO"),
    ],
)
def test_the_pattern_of_scalar_formulas(count, loss, kind):
    x = scalars(count)
    formula = loss(x)
    structure = sg.structure(sg.hessian(formula, list(x)), list(x))
    assert structure.kind.name == kind
    point = np.linspace(0.5, 1.5, count)
    matrix = sg.lambdify(list(x), structure)(*point)
    expected = np.array(sp.hessian(formula, x).subs(dict(zip(x, point, strict=True))), dtype=float)
    np.testing.assert_allclose(matrix.dense(), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(matrix @ point, expected @ point, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(matrix.diagonal(), np.diag(expected), rtol=1e-12, atol=1e-12)
    if kind not in ("ZERO", "SPARSE"):
        np.testing.assert_allclose(expected @ matrix.solve(point), point, rtol=1e-8)


# -- objectives -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["Newton-CG", "trust-ncg", "trust-krylov", "trust-constr", "trust-exact", "dogleg"])
def test_scipy_takes_the_operator(method):
    generator = np.random.default_rng(0)
    X, w = generator.normal(size=(40, 4)), np.array([1.0, -2.0, 0.5, 3.0])
    loss = sg.formula("sum(exp(X@w)) - y@(X@w) + w@w", shapes=DATA)
    objective = sg.objective(loss, "w", {"X": X, "y": np.exp(0.3 * X @ w)})
    found = scipy.optimize.minimize(objective.fun, np.zeros(4), jac=objective.jac, hess=objective.hess, method=method)
    assert np.linalg.norm(objective.jac(found.x)) < 1e-3
    step = objective.hess(found.x).solve(objective.jac(found.x))
    assert np.linalg.norm(step) < 1e-4


def test_the_operator_counts_as_an_array():
    objective = sg.objective("(1 - x)**2 + 100*(y - x**2)**2", ["x", "y"])
    assert np.asarray(objective.hess([1.0, 1.0])).tolist() == [[802.0, -400.0], [-400.0, 200.0]]
    loss = sg.formula("sum(x**4)", shapes={"x": 3})
    matrix = sg.objective(loss, "x").hess([1.0, 2.0, 3.0])
    assert np.allclose(matrix, np.diag([12.0, 48.0, 108.0]))
    assert matrix[1, 1] == 48.0
    assert (np.linalg.eigvalsh(matrix) > 0).all()
    assert np.array_equal(np.abs(matrix) + np.eye(3), np.diag([13.0, 49.0, 109.0]))
    assert np.array_equal(matrix + np.eye(3), np.eye(3) + matrix)
    assert np.array_equal(np.ones(3) @ matrix, [12.0, 48.0, 108.0])
    assert np.array_equal(np.ones((2, 3)) @ matrix, [[12.0, 48.0, 108.0]] * 2)
    assert len(matrix) == 3
    assert repr(matrix) == "<3×3 diagonal matrix, 24 bytes>"
    with pytest.raises(sg.ShapeError):
        matrix.solve(np.ones(4))


@pytest.mark.parametrize("text", ["outer(x, y)", "outer(x, y) + A", "A", "A @ A", "diag(x) @ A"])
def test_a_matrix_that_is_not_symmetric_is_refused(text):
    """Its operator would multiply by the transpose as by the matrix."""
    matrix = sg.formula(text, shapes=declared({"x": "n", "y": "n", "A": "n n"}, text))
    with pytest.raises(sg.SymgdError, match="differs from its transpose at"):
        sg.structure(matrix)
