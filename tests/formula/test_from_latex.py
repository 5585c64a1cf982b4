"""The LaTeX door: the notation of papers gives the same graph as text; what has two readings is an error that names both."""

from __future__ import annotations

import re

import pytest

import symgd as sg
from symgd.errors import ParseError, ShapeError, SymgdError

SHAPES = {
    "X": "n d", "w": "d", "y": "n", "A": "d d", "Sigma": "d d", "x": "d", "mu": "d", "W_1": "h d", "W_2": "k h", "b": "h",
    "theta": "d",
}  # fmt: skip
SAME = [
    (r"\|Xw-y\|_2^2", "sum((X @ w - y)**2)"),
    (r"\frac12 \|Xw - y\|^2 + \frac{\kappa}{2}\|w\|^2", "sum((X @ w - y)**2)/2 + kappa*sum(w**2)/2"),
    (r"\frac{1}{n}\sum_{i=1}^n \left(X_i^\top w - y_i\right)^2", "sum((X @ w - y)**2)/n"),
    (r"\log\det\Sigma", "log(det(Sigma))"),
    (r"\operatorname{tr}(A^\top A)", "trace(A.T @ A)"),
    (r"x^\top A x", "x @ A @ x"),
    (r"\mathbf{x}^T\mathbf{A}\mathbf{x}", "x @ A @ x"),
    (r"x x^\top", "outer(x, x)"),
    (r"(x-\mu)^\top \Sigma^{-1} (x-\mu)", "(x - mu) @ inv(Sigma) @ (x - mu)"),
    (r"\sum_{i=1}^{n}\sum_{j=1}^{d} X_{ij}^2", "sum(X**2)"),
    (r"\|X\|_F^2", "sum(X**2)"),
    (r"\sin^2 t + \cos^2 t", "sin(t)**2 + cos(t)**2"),
    (r"\sqrt{1+t^2}", "sqrt(1 + t**2)"),
    (r"W_2\tanh(W_1 x + b)", "W_2 @ tanh(W_1 @ x + b)"),
    (r"\max(0, t)", "maximum(0, t)"),
    (r"\max_i y_i", "max(y)"),
    (r"\prod_{i=1}^d x_i", "prod(x)"),
    (r"x \odot w", "x*w"),
    (r"A^{-\top} x", "inv(A).T @ x"),
    (r"\frac{x^\top A x}{x^\top x}", "(x @ A @ x)/(x @ x)"),
    (r"\sum_{i=1}^{d-1} (x_{i+1}-x_i)^2", "sum((x[1:d] - x[:d-1])**2)"),
    (r"\log\sum_{i=1}^d e^{x_i}", "log(sum(exp(x)))"),
    (r"\|w\|_1", "norm1(w)"),
    (r"\langle x, w\rangle", "x @ w"),
    (r"2\pi t", "2*pi*t"),
    (r"\sum_{k=0}^{d-1} \theta_k", "sum(theta)"),
    (r"|t|", "abs(t)"),
    (r"A^3", "A @ A @ A"),
    (r"\sum_{i} y_i^2", "sum(y**2)"),
    (r"A \otimes A", "kron(A, A)"),
    (r"(A+\kappa I)^{-1} x", "inv(A + kappa*eye(d)) @ x"),
    (r"(A^T A+\kappa I_d)^{-1} x", "inv(A.T @ A + kappa*eye(d)) @ x"),
    (r"\log\det(A - 2I)", "log(det(A - 2*eye(d)))"),
    (r"\mathbf{1}_d^T x", "ones(d) @ x"),
    (r"\mathbb 1_d^\top x", "ones(d) @ x"),
    (r"A^{T}x", "A.T @ x"),
    (r"A^{-T} x", "inv(A).T @ x"),
    (r"A_{1,:}^T x", "A[0] @ x"),
    (r"A_{:,2}^\top x", "A[:, 1] @ x"),
    (r"\sum_{i=1}^d A_{:i}", "sum(A, axis=1)"),
    (r"x_{12}", "x[11]"),
]
TWO_READINGS = [
    "1/2t", r"\sin s t", "x w", "x^2", r"\|X\|", "|A|", "f(t+1)", r"\exp(A)", r"\sin^{-1} t", r"\sum_{i=1}^n y_i - X_{i1}",
    r"\sqrt{A}",
    r"\sin(t)^2",
    r"\phi^T\phi", "1^T x", "I^2 R", "I+1", r"\|I\|_F", "I_3 x", "I x", r"A_{12} t", "t^T",
]  # fmt: skip
MISTAKES = [
    ("", ParseError, "empty"),
    (r"\frac{1}{", ParseError, "ends where a value"),
    ("((((", ParseError, "ends where a value"),
    (r"\sum_i t", ParseError, "over what i runs"),
    (r"\foo t", ParseError, "not known"),
    ("{" * 300, ParseError, "nested"),
    ("X y", ShapeError, "inner sizes"),
    ("z_i", ParseError, "does not run"),
    ("t=1", ParseError, "cannot stand here"),
    (r"\href{http://x}{y}", ParseError, "not known"),
    (r"\input{/etc/passwd}", ParseError, "not known"),
    ("x + A", ShapeError, "joins a"),
    (r"A/x", SymgdError, "division"),
    (r"\sum_{i=1}^{d} x_{i+1}", ShapeError, "runs over"),
    (r"\phi^\top\phi", ParseError, "shape is not declared"),
    (r"\mathbf{1}^\top x", ParseError, "size of a vector of ones"),
    ("t^s^r", ParseError, "power of a power"),
    (r"\sin" * 900 + " t", ParseError, "nested"),
    (r"\log" * 2000 + " t", ParseError, "nested"),
    (r"\mathbf", ParseError, "ends where a name"),
    (r"\sum_", ParseError, "is a letter"),
    ("x_", ParseError, "subscript is expected"),
]


@pytest.mark.parametrize(("latex", "text"), SAME)
def test_a_paper_and_a_text_give_one_graph(latex, text):
    read = sg.formula(latex, shapes=SHAPES, syntax="latex")
    typed = sg.formula(text, shapes={name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", text)})
    assert str(read) == str(typed)


@pytest.mark.parametrize("latex", TWO_READINGS)
def test_two_readings_are_an_error_that_names_both(latex):
    with pytest.raises(SymgdError, match=r"has two readings: .*, or ") as caught:
        sg.formula(latex, shapes=SHAPES, syntax="latex")
    assert "^" in str(caught.value)


@pytest.mark.parametrize(("latex", "kind", "message"), MISTAKES)
def test_a_mistake_gives_one_error(latex, kind, message):
    with pytest.raises(kind, match=message):
        sg.formula(latex, shapes=SHAPES, syntax="latex")


def test_rows_of_a_matrix_may_be_called_by_the_small_letter():
    loss = sg.formula(r"\sum_{i=1}^n (x_i^\top w - y_i)^2", shapes={"X": "n d", "w": "d", "y": "n"}, syntax="latex")
    assert str(loss) == "sum((X @ w - y)**2)"
