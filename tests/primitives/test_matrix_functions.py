"""Whole powers and the exponential of a square matrix."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, UnsupportedError
from tests.primitives.library_comparison import (
    arrays_of,
    cases,
    check_refusal,
    check_slopes,
    check_values,
    compiled,
    precise,
    written,
)

ARRAYS = arrays_of(A=(3, 3), v=(3,), S=(1, 1), B=(3, 2), T=(2, 3, 3), Q=(2, 1, 2, 2))
SAME = [
    *(f"matrix_power(A, {n})" for n in (0, 1, 2, 3, 4, 7, -1, -2, -5)), "matrix_power(S, 6)", "matrix_power(S, -4)",
    "v @ matrix_power(A, 5) @ v",
    "matrix_power(matrix_power(A, 4), 2)", "matrix_power(A.T, 5)", "trace(matrix_power(A, 6))", "expm(A)", "expm(S)", "expm(-A)",
    "expm(A) @ v",
    "expm(A.T/3)", "expm(0*A)", "trace(expm(A))", "v @ expm(2*A) @ v", ("expm(T)", "stack([expm(T[0]), expm(T[1])])"),
    ("expm(Q)", "stack([expm(Q[0, 0])[None], expm(Q[1, 0])[None]])"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_are_those_of_numpy_and_scipy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), [row for row in cases(SAME) if row.id != "matrix_power(A, 0)"])
def test_slopes_are_complex_steps_through_numpy_and_scipy(text, library):
    check_slopes(text, library, ARRAYS)


# M, n, Mⁿ
POWERS = [
    ([[1, 1], [1, 0]], 10, [[89, 55], [55, 34]]), ([[1, 1], [1, 0]], -3, [[-1, 2], [2, -3]]), ([[2]], 5, [[32]]),
    ([[2]], -2, [[0.25]]),
    ([[0, 1], [0, 0]], 4, [[0, 0], [0, 0]]), ([[0, -1], [1, 0]], 5, [[0, -1], [1, 0]]), ([[1, 1], [0, 1]], 64, [[1, 64], [0, 1]]),
    ([[1, 1], [0, 1]], -64, [[1, -64], [0, 1]]), ([[0, 0], [0, 0]], 0, [[1, 0], [0, 1]]),
    ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], 8, [[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
]  # fmt: skip


@pytest.mark.parametrize(("matrix", "n", "power"), POWERS)
def test_powers_of_whole_numbers(matrix, n, power):
    arrays = {"M": np.array(matrix, dtype=float)}
    formula = written(f"matrix_power(M, {n})", arrays)
    assert np.array_equal(precise(formula, arrays), np.array(power, dtype=float))
    assert np.array_equal(compiled(formula, arrays), np.array(power, dtype=float))


E, C, S = math.e, math.cos(1), math.sin(1)
EXPONENTIALS = [
    ([[0.0]], [[1]]), ([[1.0]], [[E]]), (np.zeros((3, 3)), np.eye(3)), (np.diag([1.0, -1.0]), [[E, 0], [0, 1 / E]]),
    ([[0.0, 1.0], [0.0, 0.0]], [[1, 1], [0, 1]]), ([[1.0, 1.0], [0.0, 1.0]], [[E, E], [0, E]]),
    ([[0.0, -1.0], [1.0, 0.0]], [[C, -S], [S, C]]),
    ([[0.0, 1.0], [1.0, 0.0]], [[math.cosh(1), math.sinh(1)], [math.sinh(1), math.cosh(1)]]),
    ([[0.0, 1.0, 2.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]], [[1, 1, 3.5], [0, 1, 3], [0, 0, 1]]),
    (np.full((2, 2), -400.0), np.eye(2) - 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("matrix", "expected"), EXPONENTIALS)
def test_exponentials_of_which_the_series_is_known(matrix, expected):
    arrays = {"M": np.array(matrix)}
    formula = written("expm(M)", arrays)
    for found in (compiled(formula, arrays), precise(formula, arrays)):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_the_slope_of_the_exponential_at_zero_is_the_adjoint():
    """exp(E) = I + E + …; and of second order Σ (E·F + F·E)/2."""
    arrays = {"M": np.zeros((3, 3)), "W": np.arange(9.0).reshape(3, 3)}
    slope = sg.gradient(written("sum(W*expm(M))", arrays), "M")
    np.testing.assert_allclose(compiled(slope, arrays), arrays["W"], atol=1e-13)
    D = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 1.0], [3.0, 0.0, 1.0]])
    bend = sg.hvp(written("sum(W*expm(M))", arrays), "M", sg.tensor("D", (3, 3)))
    np.testing.assert_allclose(compiled(bend, {**arrays, "D": D}), (D.T @ arrays["W"] + arrays["W"] @ D.T) / 2, atol=1e-12)


@pytest.mark.parametrize("n", [Fraction(4), 4.0, np.int64(4), sg.formula("4"), sg.formula("2 + 2")])
def test_a_power_may_be_any_whole_number(n):
    assert sg.matrix_power(sg.tensor("A", "n n"), n) is sg.matrix_power(sg.tensor("A", "n n"), 4)


@pytest.mark.parametrize("text", ["expm(M)", "matrix_power(M, 5)"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_value_of_what_is_not_finite(text, bad):
    arrays = {"M": np.array([[1.0, bad], [0.0, 1.0]])}
    assert not np.isfinite(precise(written(text, arrays), arrays)).all()


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        *((f"matrix_power(A, {n})", UnsupportedError, "a matrix power needs a whole number between −64 and 64")
          for n in ("65", "-65", "0.5", "True", "c", "float('nan')", "10**30")),
        ("matrix_power(B, 2)", ShapeError, "matrix_power takes a square matrix, not (3, 2)"),
        ("matrix_power(v, 0)", ShapeError, "matrix_power takes a square matrix, not (3,)"),
        ("matrix_power(T, 2)", ShapeError, "matrix_power takes a square matrix, not (2, 3, 3)"),
        ("matrix_power(B, -1)", ShapeError, "matrix_power takes a square matrix"),
        ("expm(B)", ShapeError, "expm takes a square matrix, not (3, 2)"),
        ("expm(v)", ShapeError, "expm takes a square matrix, not (3,)"),
        ("expm(1)", ShapeError, "expm takes a square matrix, not ()"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, {**ARRAYS, "c": sg.scalar("c")})
