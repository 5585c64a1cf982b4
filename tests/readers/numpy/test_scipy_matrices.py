"""SciPy's functions of matrices and distances in traced functions: values, slopes, and refusals by name."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg as sl
import scipy.spatial.distance as distance
from scipy.linalg import cho_factor, cho_solve

import symgd as sg
from symgd.checking.judgement import Verdict
from symgd.errors import UnsupportedError

RNG = np.random.default_rng(3)
ROOT = RNG.normal(size=(3, 3))
VALUES = {
    "A": ROOT @ ROOT.T + 3 * np.eye(3), "B": ROOT + 3 * np.eye(3), "b": RNG.normal(size=3), "X": RNG.normal(size=(4, 3)),
}  # fmt: skip
INPUTS = {name: sg.tensor(name, " ".join(map(str, value.shape))) for name, value in VALUES.items()}

FUNCTIONS = {
    "solve": lambda A, B, b, X: sl.solve(B, b),
    "solve, transposed": lambda A, B, b, X: sl.solve(B, b, transposed=True),
    "solve, positive definite": lambda A, B, b, X: sl.solve(A, b, assume_a="pos"),
    "solve, lower triangle": lambda A, B, b, X: sl.solve(A, b, assume_a="pos", lower=True),
    "solve_triangular": lambda A, B, b, X: sl.solve_triangular(B, b),
    "solve_triangular, lower": lambda A, B, b, X: sl.solve_triangular(B, b, lower=True, trans="T"),
    "cholesky": lambda A, B, b, X: sl.cholesky(A) + 2 * sl.cholesky(A, lower=True),
    "cho_solve": lambda A, B, b, X: cho_solve(cho_factor(A), b),
    "cho_solve, lower": lambda A, B, b, X: cho_solve(cho_factor(A, lower=True), b),
    "cho_solve of NumPy's factor": lambda A, B, b, X: cho_solve((np.linalg.cholesky(A), True), b),
    "cho_solve of a triangle": lambda A, B, b, X: cho_solve((B, True), b) + cho_solve((B, False), b),
    "cho_solve of a transpose": lambda A, B, b, X: cho_solve((B.T, True), b),
    "cho_solve of the other triangle": lambda A, B, b, X: cho_solve((np.linalg.cholesky(A), False), b),
    "inv": lambda A, B, b, X: sl.inv(B) + sl.pinv(B),
    "det": lambda A, B, b, X: sl.det(B),
    "norm": lambda A, B, b, X: sl.norm(B) + sl.norm(b, 1) + sl.norm(X, axis=1).sum(),
    "expm": lambda A, B, b, X: sl.expm(B / 4),
    "eigh": lambda A, B, b, X: sl.eigh(A)[0] + sl.eigh(A, eigvals_only=True) + sl.eigvalsh(A),
    "svdvals": lambda A, B, b, X: sl.svdvals(X),
    "cdist": lambda A, B, b, X: distance.cdist(X, B),
    "pdist": lambda A, B, b, X: distance.pdist(X),
    "euclidean": lambda A, B, b, X: distance.euclidean(X[0], b) + distance.sqeuclidean(X[0], b),
    "cosine": lambda A, B, b, X: distance.cosine(X[0], b),
    **{
        f"{metric} distances": lambda A, B, b, X, metric=metric: [*distance.cdist(X, B, metric)[0], *distance.pdist(X, metric)]
        for metric in ("sqeuclidean", "cityblock", "chebyshev")
    },
}  # fmt: skip


def traced(name):
    function = FUNCTIONS[name]
    return sg.formula(lambda A, B, b, X: function(A, B, b, X), *INPUTS.values())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_are_those_of_scipy(name):
    found = sg.lambdify(list(INPUTS.values()), traced(name))(*VALUES.values())
    np.testing.assert_allclose(found, FUNCTIONS[name](*VALUES.values()), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", ["solve, positive definite", "cho_solve of a transpose", "pdist", "cosine"])
def test_slopes_are_right(name):
    formula = sg.sum(traced(name) ** 2)
    for symbol in formula.symbols:
        assert sg.check_gradient(formula, symbol.name, points=1).verdict is Verdict.RIGHT


def test_the_factor_is_found_again():
    A, b = INPUTS["A"], INPUTS["b"]
    formula = str(sg.formula(lambda A, b: cho_solve(cho_factor(A + A.T), b), A, b))
    assert formula == "solve(cholesky(A + A.T).T, solve(cholesky(A + A.T), b))"


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda A, b: sl.logm(A), "no derivative for scipy.linalg.logm"),
        (lambda A, b: sl.lu_factor(A), "no derivative for scipy.linalg.lu_factor"),
        (lambda A, b: sl.solve(A, b, assume_a="banded"), "assume_a='banded'"),
        (lambda A, b: sl.solve_triangular(A, b, unit_diagonal=True), "unit_diagonal"),
        (lambda A, b: sl.eigh(A, A), "generalised eigenvalue problem"),
        (lambda A, b: distance.cdist(A, A, "cosine"), "metric 'cosine'"),
        (lambda A, b: distance.cdist(A, b), "points as rows"),
        (lambda A, b: distance.minkowski(b, b, 3), "no derivative for scipy.spatial.distance.minkowski"),
    ],
)
def test_others_are_refused_by_their_names(function, message):
    with pytest.raises(UnsupportedError if "points" not in message else sg.ShapeError, match=message):
        sg.formula(function, INPUTS["A"], INPUTS["b"])


def test_distances_of_a_named_number_of_points():
    X = sg.tensor("X", "n d")
    assert (
        str(sg.formula(lambda X: distance.cdist(X, X, "sqeuclidean"), X)) == "sum((X[:, None, :] - X[None, :, :])**2, axis=2)"
    )
    with pytest.raises(UnsupportedError, match="number of points"):
        sg.formula(lambda X: distance.pdist(X), X)


def test_numbers_are_left_to_scipy():
    assert (
        str(sg.formula(lambda b: sl.inv(np.diag([2.0, 4, 8])) @ b, INPUTS["b"]))
        == "[[1/2, 0, 0], [0, 1/4, 0], [0, 0, 1/8]] @ b"
    )
