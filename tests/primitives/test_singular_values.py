"""Singular values, spectral and nuclear norm: exact ones, NumPy's, and slopes of 50-digit differences."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, UnsupportedError
from tests.primitives.library_comparison import arrays_of, check_refusal, compiled, differences, precise, written

MATRICES = arrays_of(tall=(4, 2), wide=(2, 3), square=(3, 3), column=(3, 1), row=(1, 4), one=(1, 1))
FUNCTIONS = {"svdvals(M)": lambda s: s, "norm(M, 2)": lambda s: s[0], "norm(M, 'nuc')": sum}
EXACT = [
    ([[-5]], [5]), ([[3, 0], [0, -4]], [4, 3]), ([[0, 2], [1, 0]], [2, 1]), ([[3, 4]], [5]), ([[3], [4]], [5]),
    ([[1, 1], [1, 1]], [2, 0]), ([[3, 0], [4, 5]], [3 * math.sqrt(5), math.sqrt(5)]), (np.zeros((2, 3)), [0, 0]),
    (np.eye(3), [1, 1, 1]),
    ([[1, 0, 0, 0, 2], [0, 0, 3, 0, 0], [0, 0, 0, 0, 0], [0, 2, 0, 0, 0]], [3, math.sqrt(5), 2, 0]),
    ([[1, 1], [0, 1]], [(math.sqrt(5) + 1) / 2, (math.sqrt(5) - 1) / 2]),
]  # fmt: skip


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize(("matrix", "values"), EXACT)
def test_exact_singular_values(text, matrix, values):
    arrays = {"M": np.array(matrix, dtype=float)}
    formula = written(text, arrays)
    expected = FUNCTIONS[text](values)
    assert formula.shape == np.shape(expected)
    np.testing.assert_allclose(compiled(formula, arrays), expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(precise(formula, arrays), expected, rtol=1e-12, atol=1e-20)


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("name", MATRICES)
def test_values_are_those_of_numpy(text, name):
    arrays = {"M": MATRICES[name]}
    expected = FUNCTIONS[text](np.linalg.svd(arrays["M"], compute_uv=False))
    for found in (compiled(written(text, arrays), arrays), precise(written(text, arrays), arrays)):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def _loss(text):
    def loss(matrix):
        values = FUNCTIONS[text](list(mpmath.svd_r(matrix, compute_uv=False)))
        values = values if isinstance(values, list) else [values]
        return sum((k + 1) * value + value**3 for k, value in enumerate(values))

    return loss


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("name", MATRICES)
def test_slopes(text, name):
    arrays = {
        "M": MATRICES[name],
        "W": np.arange(1.0, min(MATRICES[name].shape) + 1) if text == "svdvals(M)" else np.array(1.0),
    }
    slope = sg.gradient(written(f"sum(W*{text} + {text}**3)", arrays), "M")
    expected = differences(_loss(text), arrays["M"])
    for found in (compiled(slope, arrays), precise(slope, arrays)):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["tall", "wide", "square", "column", "row"])
@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("sum(svdvals(M)**2)", lambda M: 2 * M), ("sum(svdvals(M)**4)", lambda M: 4 * M @ M.T @ M),
        ("norm(M, 'nuc')", lambda M: _polar(M)),
        ("norm(M, 2)", lambda M: np.outer(np.linalg.svd(M)[0][:, 0], np.linalg.svd(M)[2][0])),
        ("sum(log(svdvals(M)))", lambda M: np.linalg.pinv(M).T),
    ],
)  # fmt: skip
def test_published_gradients(text, published, name):
    """Of ‖M‖² and tr (MᵀM)²; of the norms the factor of the polar decomposition, and u vᵀ (Watson, 1992)."""
    arrays = {"M": MATRICES[name]}
    np.testing.assert_allclose(
        compiled(sg.gradient(written(text, arrays), "M"), arrays), published(arrays["M"]), rtol=1e-9, atol=1e-9
    )


def _polar(matrix):
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    return left @ right


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("svdvals(T)", "(2,)"), ("svdvals(sg.tensor('N', 'n n'))", "(n,)"), ("norm(X, 2)", "()"), ("norm(X, 'nuc')", "()"),
        ("svdvals(T.T)", "(2,)"),
    ],
)  # fmt: skip
def test_shapes(text, shape):
    assert str(written(text, {"X": sg.tensor("X", "m n"), "T": sg.tensor("T", (5, 2))}).shape) == shape


OPEN = "is larger is not known, and with it the number of singular values"


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("svdvals(v)", ShapeError, "svdvals takes a matrix, not (3,)"),
        ("svdvals(T)", ShapeError, "svdvals takes a matrix, not (2, 3, 3)"),
        ("svdvals(1)", ShapeError, "svdvals takes a matrix, not ()"), ("svdvals(X)", UnsupportedError, f"whether m or n {OPEN}"),
        ("svdvals(sg.tensor('N', ('n', 3)))", UnsupportedError, f"whether n or 3 {OPEN}"),
        ("svdvals(X)", UnsupportedError, "declare the sizes with numbers; norm(X, 2) takes named sizes too"),
        ("sg.gradient(norm(X, 'nuc'), X)", UnsupportedError, f"whether m or n {OPEN}"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, {**arrays_of(v=(3,), T=(2, 3, 3)), "X": sg.tensor("X", "m n")})
