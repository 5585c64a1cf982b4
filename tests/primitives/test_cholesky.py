"""The Cholesky factor: exact factors, NumPy's values, slopes of 50-digit differences, and matrices that have none."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError
from tests.primitives.library_comparison import arrays_of, check_refusal, compiled, differences, precise, written

ROOT = arrays_of(A=(4, 4))["A"]
MATRICES = {
    "1 by 1": np.array([[2.25]]), "2 by 2": np.array([[4.0, 2.0], [2.0, 5.0]]), "diagonal": np.diag([1.0, 4.0, 9.0]),
    "full": ROOT @ ROOT.T + np.eye(4), "not symmetric": ROOT @ ROOT.T + 2 * np.eye(4) + np.triu(ROOT, 1) / 8,
}  # fmt: skip
"""Positive definite, or with a symmetric part that is."""
FACTORS = [
    ([[9]], [[3]]), ([[4, 2], [2, 5]], [[2, 0], [1, 2]]), (np.eye(5), np.eye(5)), ([[1, 3], [-1, 2]], [[1, 0], [1, 1]]),
    ([[4, 12, -16], [12, 37, -43], [-16, -43, 98]], [[2, 0, 0], [6, 1, 0], [-8, 5, 3]]),
    ([[25, 15, -5], [15, 18, 0], [-5, 0, 11]], [[5, 0, 0], [3, 3, 0], [-1, 1, 3]]),
    ([[1, 1, 1, 1], [1, 2, 3, 4], [1, 3, 6, 10], [1, 4, 10, 20]], [[1, 0, 0, 0], [1, 1, 0, 0], [1, 2, 1, 0], [1, 3, 3, 1]]),
]  # fmt: skip
"""A matrix and the factor of its symmetric part; the last is Pascal's."""


@pytest.mark.parametrize(("matrix", "factor"), FACTORS)
def test_exact_factors(matrix, factor):
    arrays = {"M": np.array(matrix, dtype=float)}
    formula = written("cholesky(M)", arrays)
    assert np.array_equal(precise(formula, arrays), np.array(factor, dtype=float))
    np.testing.assert_allclose(compiled(formula, arrays), factor, atol=1e-13)


@pytest.mark.parametrize("name", MATRICES)
def test_the_symmetric_part_is_factored_as_numpy_does(name):
    arrays = {"M": MATRICES[name]}
    expected = np.linalg.cholesky((arrays["M"] + arrays["M"].T) / 2)
    formula = written("cholesky(M)", arrays)
    for found in (compiled(formula, arrays), precise(formula, arrays)):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def _loss(matrix):
    """Return Σ (i + 2j + 1)·Lᵢⱼ + Lᵢⱼ³ by mpmath's own factor."""
    factor = mpmath.cholesky((matrix + matrix.T) / 2)
    return sum((i + 2 * j + 1) * factor[i, j] + factor[i, j] ** 3 for i in range(matrix.rows) for j in range(i + 1))


@pytest.mark.parametrize("name", MATRICES)
def test_slopes_are_those_of_the_symmetric_part(name):
    arrays = {
        "M": MATRICES[name],
        "W": np.array([[i + 2 * j + 1 for j in range(4)] for i in range(4)])[: len(MATRICES[name]), : len(MATRICES[name])],
    }
    loss = written("sum(W*cholesky(M) + cholesky(M)**3)", arrays)
    expected = differences(_loss, arrays["M"])
    for found in (compiled(sg.gradient(loss, "M"), arrays), precise(sg.gradient(loss, "M"), arrays)):
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11)


def test_second_derivatives_of_a_factor_of_size_one():
    """L = √M: L″ = −M^(−3/2)/4."""
    bend = sg.hvp(written("sum(cholesky(M))", {"M": np.eye(1)}), "M", sg.tensor("D", (1, 1)))
    assert compiled(bend, {"M": np.array([[4.0]]), "D": np.array([[1.0]])}) == pytest.approx(np.array([[-1 / 32]]))


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("sum(log(diag(cholesky(M))))", lambda M: np.linalg.inv(M) / 2),
        ("prod(diag(cholesky(M)))**2", lambda M: np.linalg.det(M) * np.linalg.inv(M)),
        ("trace(cholesky(M) @ cholesky(M).T)", lambda M: np.eye(len(M))),
        ("sum(cholesky(M) @ cholesky(M).T)", lambda M: np.ones(M.shape)),
        ("sum(inv(cholesky(M))**2)", lambda M: -np.linalg.inv(M) @ np.linalg.inv(M)),
    ],
)  # fmt: skip
def test_functions_that_need_no_factor(text, published):
    """log det M, det M, tr M, Σ Mᵢⱼ and tr M⁻¹, written with the factor."""
    arrays = {"M": MATRICES["full"]}
    np.testing.assert_allclose(
        compiled(sg.gradient(written(text, arrays), "M"), arrays), published(arrays["M"]), rtol=1e-10, atol=1e-12
    )


@pytest.mark.parametrize("matrix", [[[-1.0]], [[1.0, 2.0], [2.0, 1.0]], [[0.0, 0.0], [0.0, 1.0]], np.diag([1.0, 2.0, -3.0])])
def test_a_matrix_that_is_not_positive_definite_has_no_factor(matrix):
    arrays = {"M": np.array(matrix)}
    formula = written("cholesky(M)", arrays)
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        compiled(formula, arrays)


@pytest.mark.parametrize(
    ("text", "shown"), [("cholesky(B)", "(3, 2)"), ("cholesky(v)", "(3,)"), ("cholesky(T)", "(2, 3, 3)"), ("cholesky(1)", "()")]
)
def test_refusals(text, shown):
    check_refusal(text, ShapeError, f"cholesky takes a square matrix, not {shown}", arrays_of(B=(3, 2), v=(3,), T=(2, 3, 3)))


@pytest.mark.parametrize(
    "text", ["solve(triu(cholesky(A + A.T).T).T, b)", "sum(cholesky(A)) + 0*b", "inv(tril(cholesky(A))) @ b"]
)
def test_formulas_are_compiled_though_singular_matrices_have_no_factor(text):
    """What is proved of a formula looks at singular matrices, too, where the diagonal of the factor is 0."""
    A = np.eye(3) + 1
    formula = sg.formula(text, shapes={"A": "3 3", "b": "3"})
    values = {"A": A, "b": np.ones(3)}
    factor = np.linalg.cholesky(A + A.T if "A.T" in text else A)
    expected = np.full(3, np.sum(factor)) if text.startswith("sum") else np.linalg.solve(factor, values["b"])
    names = [symbol.name for symbol in formula.symbols]
    np.testing.assert_allclose(sg.lambdify(names, formula)(*(values[name] for name in names)), expected)
