"""The pseudo-inverse of matrices of full rank: NumPy's values, Penrose's conditions, slopes by complex steps, lost rank."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError
from tests.primitives.library_comparison import arrays_of, cases, check_refusal, check_slopes, compiled, precise, written

ARRAYS = arrays_of(A=(4, 2), W=(2, 4), S=(3, 3), c=(3, 1), r=(1, 3), o=(1, 1), v=(4,), u=(2,), M=(2, 2))
NAMES = ["A", "W", "S", "c", "r", "o"]
EXACT = [
    ([[4]], [[0.25]]), ([[3], [4]], [[0.12, 0.16]]), ([[3, 4]], [[0.12], [0.16]]),
    ([[1, 0], [0, 2], [0, 0]], [[1, 0, 0], [0, 0.5, 0]]),
    ([[1, 1], [0, 1]], [[1, -1], [0, 1]]), ([[1, 1], [1, -1], [1, 1], [1, -1]], [[0.25] * 4, [0.25, -0.25] * 2]),
    (np.eye(3), np.eye(3)),
]  # fmt: skip


@pytest.mark.parametrize(("matrix", "expected"), EXACT)
def test_exact_values(matrix, expected):
    arrays = {"X": np.array(matrix, dtype=float)}
    for found in (compiled(written("pinv(X)", arrays), arrays), precise(written("pinv(X)", arrays), arrays)):
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_values_are_those_of_numpy_and_obey_penrose(name):
    x = ARRAYS[name]
    formula = written(f"pinv({name})", ARRAYS)
    assert formula.shape == x.shape[::-1]
    for p in (compiled(formula, ARRAYS), precise(formula, ARRAYS)):
        np.testing.assert_allclose(p, np.linalg.pinv(x), rtol=1e-10, atol=1e-12)
        for one, other in ((x @ p @ x, x), (p @ x @ p, p), ((x @ p).T, x @ p), ((p @ x).T, p @ x)):
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10)


def tall(name):
    return f"inv({name}.T @ {name}) @ {name}.T"


def wide(name):
    return f"{name}.T @ inv({name} @ {name}.T)"


@pytest.mark.parametrize(
    ("text", "library"),
    cases(
        [
            ("pinv(A)", tall("A")), ("pinv(W)", wide("W")), ("pinv(S)", "inv(S)"), ("pinv(c)", tall("c")), ("pinv(r)", wide("r")),
            ("pinv(o)", "1/o"),
            ("pinv(A) @ v", f"{tall('A')} @ v"), ("A @ pinv(A)", f"A @ {tall('A')}"), ("pinv(W) @ u", f"{wide('W')} @ u"),
            ("pinv(M @ W)", wide("(M @ W)")),
            ("pinv(A.T)", wide("A.T")), ("pinv(2*A)", f"{tall('A')}/2"),
        ]
    ),
)  # fmt: skip
def test_slopes_are_complex_steps_through_the_normal_equations(text, library):
    check_slopes(text, library, ARRAYS)


@pytest.mark.parametrize("matrix", [[[0.0]], [[1.0, 2.0], [2.0, 4.0]], [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0, 0.0]]])
def test_where_rank_is_lost_there_is_no_value_in_exact_arithmetic(matrix):
    arrays = {"X": np.array(matrix)}
    assert np.isnan(precise(written("pinv(X)", arrays), arrays)).all()


@pytest.mark.parametrize("name", ["A", "W"])
def test_inverse_of_the_inverse(name):
    formula = sg.trace(written(f"pinv(pinv({name})) @ pinv({name})", ARRAYS))
    assert float(compiled(formula, ARRAYS)) == pytest.approx(2, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "shown"), [("pinv(v)", "(4,)"), ("pinv(1)", "()"), ("pinv(sg.tensor('T', (2, 3, 3)))", "(2, 3, 3)")]
)
def test_refusals(text, shown):
    check_refusal(text, ShapeError, f"pinv takes a matrix, not {shown}", ARRAYS)
