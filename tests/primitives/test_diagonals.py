"""The diagonal, diagonal matrices and the trace."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError
from tests.primitives.library_comparison import (
    arrays_of,
    cases,
    check_refusal,
    check_slopes,
    check_values,
    compiled,
    numbers,
    written,
)

ARRAYS = arrays_of(A=(3, 3), B=(3, 2), C=(2, 3), v=(3,), S=(1, 1), s=(1,), T=(2, 3, 3))
SAME = [
    "diag(A)", "diag(v)", "diag(S)", "diag(s)", "diag(diag(A))", "diag(diag(v))", "diagonal(A)", "diagonal(S)", "diagonal(A @ A)",
    "trace(A)", "trace(S)",
    "trace(B @ C)", "trace(C @ B)", "trace(A.T @ A)", "diag(v) @ A", "A @ diag(v)", "diag(v) @ diag(v)", "trace(diag(v))",
    "trace(A @ diag(v))",
    "diag(A @ diag(v))", "diag(v) + A", "diag(v**2)", "v @ diag(v) @ v", "inv(diag(v))", "det(diag(v))", "diag(T[1])",
    "diag(A)*v", "diagonal(B @ C)",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("trace(A)", "eye(3)"), ("trace(A @ B @ C)", "C.T @ B.T"), ("trace(A @ A)", "2*A.T"), ("trace(A.T @ A)", "2*A"),
        ("diag(A) @ v", "diag(v)"),
        ("trace(A)**2", "2*trace(A)*eye(3)"),
    ],
)  # fmt: skip
def test_published_gradients(text, published):
    slope = sg.gradient(written(text, ARRAYS), "A")
    np.testing.assert_allclose(compiled(slope, ARRAYS), numbers(published, ARRAYS), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("text", ["trace(A)", "diag(A)", "diagonal(A)"])
def test_named_sizes(text):
    assert [str(size) for size in written(text, {"A": sg.tensor("A", "n n")}).shape] == ([] if "trace" in text else ["n"])


@pytest.mark.parametrize("name", ["diag", "diagonal", "trace"])
@pytest.mark.parametrize(("argument", "shown"), [("B", "(3, 2)"), ("T", "(2, 3, 3)"), ("1", "()"), ("X", "(m, n)")])
def test_refusals(name, argument, shown):
    check_refusal(
        f"{name}({argument})", ShapeError, f"{name} takes a square matrix, not {shown}", {**ARRAYS, "X": sg.tensor("X", "m n")}
    )


@pytest.mark.parametrize("name", ["diagonal", "trace"])
def test_a_vector_has_no_diagonal(name):
    check_refusal(f"{name}(v)", ShapeError, f"{name} takes a square matrix, not (3,)", ARRAYS)
