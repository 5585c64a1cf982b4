"""Terms that share a matrix are one product with a sum: AB + AC = A(B + C)."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
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
    ("exp(x)*(A @ u) - exp(x)*(B @ u) + v", "exp(x)*(A - B) @ u + v"),
    ("-x*(A @ u) - x*(B @ u)", "-x*(A + B) @ u"),
    ("x*(A @ u) - A @ v", "A @ (x*u - v)"),
]
KEPT = [  # what stays, and why
    "A @ u + A.T @ v",  # the matrix stands the other way
    "A @ B + B @ A",
    "A @ u + B @ v",
    "u @ v + w @ w",
    "A * B + A * D",  # entry by entry
    "A @ u + v",
    "x*(A @ u) - B @ u",  # x would multiply a matrix
]


@pytest.mark.parametrize(("text", "after"), WRITTEN)
def test_a_common_matrix_is_taken_out(text, after):
    found, reasons = rewritten(text)
    assert (found, BECAUSE in reasons) == (after, True)


LIKE = [  # a product that is used twice, and so stays whole, is added to its like
    (lambda A, B: (A @ B).T + B.T @ A.T + sg.exp(A @ B), "2*(A @ B).T + exp(A @ B)"),
    (lambda A, B: (A @ B) @ A + A @ (B @ A) + sg.exp(A @ B), "2*A @ B @ A + exp(A @ B)"),
    (lambda A, B: (A @ A).T @ B + A.T @ A.T @ B - 3 * sg.exp(A @ A), "2*A.T @ A.T @ B - 3*exp(A @ A)"),
    (lambda A, B: (A @ B).T + A.T @ B.T + sg.exp(A @ B), "(A @ B).T + (B @ A).T + exp(A @ B)"),
]


@pytest.mark.parametrize(("make", "after"), LIKE, ids=[after for _, after in LIKE])
def test_products_are_added_to_their_like(make, after):
    formula = make(sg.tensor("A", "n n"), sg.tensor("B", "n n"))
    found = sg.simplify(formula)
    assert str(found) == after
    values = np.random.default_rng(3).normal(size=(2, 3, 3))
    one, other = (sg.lambdify(["A", "B"], part)(*values) for part in (formula, found))
    np.testing.assert_allclose(other, one, rtol=1e-12)


@pytest.mark.parametrize("text", KEPT)
def test_a_matrix_in_another_role_is_not(text):
    assert BECAUSE not in rewritten(text)[1]
