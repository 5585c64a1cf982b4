"""Superscripts: transposes, inverses, powers, and signs that may mean several things."""

from __future__ import annotations

import pytest

from symgd.errors import ParseError, SymgdError
from tests.readers.latex.reading import assert_refused, assert_same, assert_two_readings

SAME = [
    (r"{x}_{[0]}^2 + {A}_{[0, 1]}", "x[0]**2 + A[0, 1]"),
    (r"\|{x}_{[1:d]}\|^2", "sum(x[1:d]**2)"),
    (r"{\left(A x\right)}_{[::-1]}", "(A @ x)[::-1]"),
    (r"x^\top A x", "x @ A @ x"),
    (r"\mathbf{x}^T\mathbf{A}\mathbf{x}", "x @ A @ x"),
    (r"x x^\top", "outer(x, x)"),
    (r"(x-\mu)^\top \Sigma^{-1} (x-\mu)", "(x - mu) @ inv(Sigma) @ (x - mu)"),
    (r"A^{-\top} x", "inv(A).T @ x"),
    (r"\frac{x^\top A x}{x^\top x}", "(x @ A @ x)/(x @ x)"),
    (r"A^3", "A @ A @ A"),
    (r"(A+\kappa I)^{-1} x", "inv(A + kappa*eye(d)) @ x"),
    (r"(A^T A+\kappa I_d)^{-1} x", "inv(A.T @ A + kappa*eye(d)) @ x"),
    (r"\mathbf{1}_d^T x", "ones(d) @ x"),
    (r"\mathbb 1_d^\top x", "ones(d) @ x"),
    (r"A^{T}x", "A.T @ x"),
    (r"A^{-T} x", "inv(A).T @ x"),
    (r"A_{1,:}^T x", "A[0] @ x"),
    (r"A_{:,2}^\top x", "A[:, 1] @ x"),
    ("t!", "gamma(t + 1)"),
    (r"A^{+} x", "pinv(A) @ x"),
    (r"X^{\mathsf T} y", "X.T @ y"),
    (r"X^{\mathrm{T}} y", "X.T @ y"),
    (r"x^{\odot 2}", "x**2"),
    (r"A^{\circ 3}", "A**3"),
    (r"e^{t+1}", "exp(t + 1)"),
    (r"t^{s+1}", "t**(s + 1)"),
    (r"A^{-1} x", "inv(A) @ x"),
    (r"t^{-1}", "t**(-1)"),
    (r"x^\intercal w", "x @ w"),
    (r"(A^\top)^{-1}", "inv(A.T)"),
    (r"3!", "gamma(3 + 1)"),
]
TWO_READINGS = [
    "x^2",
    r"\phi^T\phi",
    "1^T x",
    "I^2 R",
    "t^T",
    "2^10",
    "t^12",
    r"A^{(2)} x",
    r"\theta^{(2)}",
    r"A^{[2]} x",
    r"A^\dagger",
    "x^*",
    r"t^\star",
    "t^+",
    "t^-1",
    r"w^3",
    r"t^*",
    r"x^\dag",
]
MISTAKES = [
    (r"{x}_{[i]}", ParseError, "these entries are not known"),
    (r"{x}_{[7.5]}", ParseError, "these entries are not known"),
    (r"\phi^\top\phi", ParseError, "shape is not declared"),
    (r"\mathbf{1}^\top x", ParseError, "size of a vector of ones"),
    ("t^s^r", ParseError, "power of a power"),
    ("t'", ParseError, "two readings: a derivative, or a transpose"),
    ("t^2_1", ParseError, "before the superscript"),
    ("t^x", SymgdError, "exponent is a scalar"),
]


@pytest.mark.parametrize(("latex", "text"), SAME)
def test_a_paper_and_a_text_give_one_graph(latex, text):
    assert_same(latex, text)


@pytest.mark.parametrize("latex", TWO_READINGS)
def test_two_readings_are_an_error_that_names_both(latex):
    assert_two_readings(latex)


@pytest.mark.parametrize(("latex", "kind", "message"), MISTAKES)
def test_a_mistake_gives_one_error(latex, kind, message):
    assert_refused(latex, kind, message)
