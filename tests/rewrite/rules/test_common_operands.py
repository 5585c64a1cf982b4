"""Terms that share a matrix are one product with a sum: AB + AC = A(B + C)."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import rewritten

BECAUSE = "the terms share a factor: AB + AC = A(B + C)"
WRITTEN = [  # formula, its other form
    ("A @ u + A @ v", "A @ (u + v)"),
    ("A @ u - A @ v", "A @ (u - v)"),
    ("A @ u + B @ u", "(A + B) @ u"),
    ("3*(A @ u) + 3*(A @ v)", "3*A @ (u + v)"),
    ("2*(A @ u) - 5*(A @ v)", "A @ (2*u - 5*v)"),
    ("A @ u + A @ v + w", "A @ (u + v) + w"),
    ("A @ B + A @ B.T", "A @ (B + B.T)"),
    ("A.T @ u + A.T @ v", "A.T @ (u + v)"),
]
KEPT = [  # what stays, and why
    "A @ u + A.T @ v",  # the matrix stands the other way
    "A @ B + B @ A",
    "A @ u + B @ v",
    "u @ v + w @ w",
    "A * B + A * D",  # entry by entry
    "A @ u + v",
]


@pytest.mark.parametrize(("text", "after"), WRITTEN)
def test_a_common_matrix_is_taken_out(text, after):
    found, reasons = rewritten(text)
    assert (found, BECAUSE in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_a_matrix_in_another_role_is_not(text):
    assert BECAUSE not in rewritten(text)[1]
