from __future__ import annotations

import re

import pytest

import symgd as sg

SHAPES = {"x": "n", "A": "n n", "X": "m n", "v": "n", "p": "3"}


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("outer(x, x)[0, 1]", "x[0]*x[1]"),
        ("inv(A).T[0, 1]", "inv(A)[1, 0]"),
        ("(det(A)*inv(A).T)[0, 1]", "det(A)*inv(A)[1, 0]"),
        ("(X @ v)[2]", "X[2] @ v"),
        ("(A @ A)[0]", "A.T @ A[0]"),
        ("exp(p)[0]", "exp(p[0])"),
        ("A @ scatter(2, '1', (n,))", "2*A[:, 1]"),
        ("einsum('ij,j,kj->ik', A, scatter(1, '0', (n,)), A)", "outer(A[:, 0], A[:, 0])"),
        ("scatter(x[1], '0', (n,)) @ x", "x[1]*x[0]"),
        ("scatter(x[1:3], ':2', (n,)) @ x", "scatter(x[1:3], ':2', (n,)) @ x"),  # two entries
        ("log(x)[1:3]", "log(x[1:3])"),
        ("where(x > 0, v, 0)[0]", "where(x > 0, v, 0)[0]"),  # an entry of a condition is no condition
        ("diag(where(A > 0, A, 1))", "diag(where(A > 0, A, 1))"),
        ("exp(x)[0] + sum(exp(x))", "exp(x)[0] + sum(exp(x))"),  # computed in full anyway
    ],
)
def test_results(text, after):
    shapes = {name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", text)}
    assert str(sg.simplify(sg.formula(text, shapes=shapes))) == after
