"""Eigenvalues and eigenvectors of the symmetric part: exact ones, NumPy's, slopes of 50-digit differences, repeated ones."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError
from tests.primitives.library_comparison import arrays_of, check_refusal, compiled, differences, precise, written

FREE = arrays_of(A=(3, 3), G=(5, 5))
MATRICES = {
    "1 by 1": np.array([[-2.5]]),
    "2 by 2": np.array([[2.0, 1.0], [1.0, 3.0]]),
    "not symmetric": FREE["A"],
    "5 by 5": FREE["G"],
}
FUNCTIONS = {"eigvalsh": lambda values: values, "eigmax": lambda values: values[-1], "eigmin": lambda values: values[0]}
ROOT2, ROOT5 = math.sqrt(2), math.sqrt(5)
SPECTRA = [
    ([[7]], [7]), ([[2, 1], [1, 2]], [1, 3]), ([[0, 1], [1, 0]], [-1, 1]), ([[0, 2], [0, 0]], [-1, 1]),
    (np.diag([3, -1, 2]), [-1, 2, 3]),
    ([[1, 1], [1, 2]], [(3 - ROOT5) / 2, (3 + ROOT5) / 2]), ([[2, -1, 0], [-1, 2, -1], [0, -1, 2]], [2 - ROOT2, 2, 2 + ROOT2]),
    (np.ones((4, 4)), [0, 0, 0, 4]), (np.eye(3), [1, 1, 1]), (np.zeros((2, 2)), [0, 0]), ([[0, -5], [5, 0]], [0, 0]),
]  # fmt: skip
"""A matrix, and the ascending eigenvalues of its symmetric part."""


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(("matrix", "spectrum"), SPECTRA)
def test_exact_eigenvalues(name, matrix, spectrum):
    arrays = {"M": np.array(matrix, dtype=float)}
    formula = written(f"{name}(M)", arrays)
    expected = FUNCTIONS[name](spectrum)
    for found in (compiled(formula, arrays), precise(formula, arrays)):
        assert found.shape == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("matrix", MATRICES)
def test_eigenvectors_are_orthonormal_columns_in_the_order_of_the_eigenvalues(matrix):
    arrays = {"M": MATRICES[matrix]}
    symmetric = (arrays["M"] + arrays["M"].T) / 2
    for vectors in (compiled(written("eigenvectors(M)", arrays), arrays), precise(written("eigenvectors(M)", arrays), arrays)):
        np.testing.assert_allclose(vectors.T @ vectors, np.eye(len(symmetric)), atol=1e-13)
        np.testing.assert_allclose(symmetric @ vectors, vectors * np.linalg.eigvalsh(symmetric), atol=1e-12)


def _loss(name):
    def loss(matrix):
        values = FUNCTIONS[name](list(mpmath.eigsy((matrix + matrix.T) / 2, eigvals_only=True)))
        values = values if isinstance(values, list) else [values]
        return sum((k + 1) * value + value**3 for k, value in enumerate(values))

    return loss


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("matrix", MATRICES)
def test_slopes_of_eigenvalues(name, matrix):
    arrays = {"M": MATRICES[matrix], "W": np.arange(1.0, len(MATRICES[matrix]) + 1) if name == "eigvalsh" else np.array(1.0)}
    slope = sg.gradient(written(f"sum(W*{name}(M) + {name}(M)**3)", arrays), "M")
    for found in (compiled(slope, arrays), precise(slope, arrays)):
        np.testing.assert_allclose(found, differences(_loss(name), arrays["M"]), rtol=1e-10, atol=1e-10)


def _loss_of_vectors(matrix):
    """Return Σ (i + 3k + 1)·Vᵢₖ², which does not depend on the signs of the columns."""
    vectors = mpmath.eigsy((matrix + matrix.T) / 2)[1]
    return sum((i + 3 * k + 1) * vectors[i, k] ** 2 for i in range(matrix.rows) for k in range(matrix.rows))


@pytest.mark.parametrize("matrix", MATRICES)
def test_slopes_of_eigenvectors(matrix):
    n = len(MATRICES[matrix])
    arrays = {"M": MATRICES[matrix], "W": np.arange(1.0, n + 1)[:, None] + 3 * np.arange(n)}
    slope = sg.gradient(written("sum(W*eigenvectors(M)**2)", arrays), "M")
    for found in (compiled(slope, arrays), precise(slope, arrays)):
        np.testing.assert_allclose(found, differences(_loss_of_vectors, arrays["M"]), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["eigmax", "eigmin"])
def test_the_second_derivative_of_an_end_of_the_spectrum(name):
    """vᵀ D₂ v over gaps: λ″(D, D) = 2 Σⱼ (vⱼᵀ D v)²/(λ − λⱼ)."""
    arrays = {"M": MATRICES["not symmetric"], "D": FREE["G"][:3, :3]}
    values, vectors = np.linalg.eigh((arrays["M"] + arrays["M"].T) / 2)
    end = -1 if name == "eigmax" else 0
    inside = vectors.T @ (arrays["D"] + arrays["D"].T) / 2 @ vectors
    expected = 2 * sum(inside[j, end] ** 2 / (values[end] - values[j]) for j in range(3) if values[j] != values[end])
    bend = compiled(sg.hvp(written(f"{name}(M)", arrays), "M", sg.tensor("D", (3, 3))), arrays)
    assert np.sum(bend * arrays["D"]) == pytest.approx(expected, rel=1e-9)
    assert (expected > 0) == (name == "eigmax")  # one is convex, the other concave


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("sum(eigvalsh(M))", lambda S: np.eye(len(S))), ("sum(eigvalsh(M)**2)", lambda S: 2 * S),
        ("sum(eigvalsh(M)**3)", lambda S: 3 * S @ S),
        ("prod(eigvalsh(M))", lambda S: np.linalg.det(S) * np.linalg.inv(S)),
        ("sum(log(eigvalsh(M)**2))", lambda S: 2 * np.linalg.inv(S)),
        ("sum(1/eigvalsh(M))", lambda S: -np.linalg.inv(S) @ np.linalg.inv(S)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("matrix", MATRICES)
def test_symmetric_functions_of_the_eigenvalues(text, published, matrix):
    """tr f(S) has the gradient f′(S)."""
    arrays = {"M": MATRICES[matrix]}
    expected = published((arrays["M"] + arrays["M"].T) / 2)
    np.testing.assert_allclose(compiled(sg.gradient(written(text, arrays), "M"), arrays), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("matrix", [np.eye(2), np.diag([2.0, 1.0, 1.0]), np.zeros((3, 3))])
def test_where_eigenvalues_repeat_the_trace_keeps_its_slope_and_eigenvectors_have_none(matrix):
    arrays = {"M": matrix}
    slope = compiled(sg.gradient(written("sum(eigvalsh(M)**2)", arrays), "M"), arrays)
    np.testing.assert_allclose(slope, 2 * matrix, atol=1e-12)
    turning = sg.gradient(written("sum(eigenvectors(M)[:, 0]**4)", arrays), "M")
    assert not np.isfinite(precise(turning, arrays)).all()


@pytest.mark.parametrize("name", ["eigvalsh", "eigmax", "eigmin", "eigenvectors"])
@pytest.mark.parametrize(
    ("argument", "shown"), [("B", "(3, 2)"), ("v", "(3,)"), ("T", "(2, 3, 3)"), ("X", "(m, n)"), ("1", "()")]
)
def test_refusals(name, argument, shown):
    inputs = {**arrays_of(B=(3, 2), v=(3,), T=(2, 3, 3)), "X": sg.tensor("X", "m n")}
    check_refusal(f"{name}({argument})", ShapeError, f"{name} takes a square matrix, not {shown}", inputs)
