from __future__ import annotations

import pytest

import symgd as sg

SHAPES = {"A": "n n", "B": "n n", "u": "n", "v": "n", "X": "m n"}


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("diag(exp(A))", "exp(diag(A))"),
        ("diag(A*u[None, :]*v[:, None])", "diag(A) * u * v"),
        ("diag(eye(n)*u + A)", "u + diag(A)"),
        ("trace(exp(A))", "trace(exp(A))"),
        ("diag(maximum(A, u))", "maximum(diag(A), u)"),
        ("diag([[x, y], [z, x*y]])", "[x, x*y]"),
        ("einsum('ii,ij->ij', eye(n), A)", "A"),
        ("exp(diag(A @ B))", "exp(sum(A * B.T, axis=1))"),
        ("einsum('ij->ji', exp(A))", "exp(A).T"),
    ],
)
def test_results(text, after):
    shapes = {name: shape for name, shape in SHAPES.items() if name in text.replace("sum", "").replace("null", "")}
    assert str(sg.simplify(sg.formula(text, shapes=shapes))) == after
