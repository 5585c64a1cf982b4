"""The LaTeX door: the notation of papers gives the same graph as text; what has two readings is an error that names both."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ParseError, ShapeError, SymgdError

SHAPES = {
    "X": "n d", "w": "d", "y": "n", "A": "d d", "Sigma": "d d", "x": "d", "mu": "d", "W_1": "h d", "W_2": "k h", "b": "h",
    "theta": "d",
}  # fmt: skip


def _in_latex(text):
    """The shapes of those names that stand in a text."""
    words = r"\\(begin|end|text|operatorname|mathrm)\{[^}]*\}|\\(?!Sigma|mu|theta)[A-Za-z]+"
    letters = re.sub(words, " ", text)
    return {name: shape for name, shape in SHAPES.items() if name in letters}


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
    (r"\log_2 t", "log2(t)"),
    (r"\log_{10} t + \log_s t", "log10(t) + log(t)/log(s)"),
    ("t!", "gamma(t + 1)"),
    (r"\lfloor t \rfloor + \lceil t\rceil^2", "floor(t) + ceil(t)**2"),
    (r"\sec t + \csc^2 t", "1/cos(t) + (1/sin(t))**2"),
    (r"\cos 2\pi t", "cos(2*pi*t)"),
    (r"\begin{cases} t^2 & t > 0 \\ 0 & \text{otherwise} \end{cases}", "where(t > 0, t**2, 0)"),
    (r"\begin{cases} t & \text{if } t \ge 0, \\ -t & \text{if } t < 0.\end{cases}", "where(t >= 0, t, -t)"),
    (
        r"\begin{cases} 1 & 0 \le t < 1 \text{ and } s > 0 \\ 2 \end{cases}",
        "where(t >= 0, where(t < 1, where(s > 0, 1, 2), 2), 2)",
    ),
    (
        r"\sum_{i=1}^n \begin{cases} \frac12 y_i^2 & |y_i| \le 1 \\ |y_i| & \text{otherwise} \end{cases}",
        "sum(where(abs(y) <= 1, y**2/2, abs(y)))",
    ),
    (r"\mathbb{1}[t > 0] s", "where(t > 0, 1, 0)*s"),
    (r"\sum_{i=1}^n \mathbf{1}_{\{y_i > 0\}}", "sum(where(y > 0, 1, 0))"),
    (r"\begin{pmatrix} t & s \\ 1 & 2 \end{pmatrix}", "[[t, s], [1, 2]]"),
    (r"\begin{pmatrix} t \\ s \end{pmatrix}^\top \begin{bmatrix} t \\ 1 \end{bmatrix}", "[t, s] @ [t, 1]"),
    (r"\begin{vmatrix} t & s \\ 1 & 2 \end{vmatrix}", "det([[t, s], [1, 2]])"),
    (r"A^{+} x", "pinv(A) @ x"),
    (r"t_{\max} + t_{\text{old}} + t_\star + k_B", "t_max + t_old + t_star + k_B"),
    (r"\max_{1 \le i \le n} y_i", "max(y)"),
    (r"\sum_{i,j=1}^d A_{ij}", "sum(A)"),
    (r"\sum_{i=1}^{2n} 1", "2*n"),
    (r"\( t \)", "t"),
    (r"\begin{cases} 1 & t < 0 \text{ or } t > 1 \\ 0 & \text{otherwise}\end{cases}", "where(t < 0, 1, where(t > 1, 1, 0))"),
    (r"\begin{cases} t & \text{if } t > s \text{ then} \\ 0 & \text{else}\end{cases}", "where(t > s, t, 0)"),
    (r"\frac{d \cdot t}{d \cdot s} + \frac{d}{2}", "d*t/(d*s) + d/2"),
    (r"\langle A, \Sigma \rangle", "sum(A*Sigma)"),
    (r"\sum_{0 \le i < d} x_i", "sum(x)"),
    (r"\frac{1}{N}\sum_{i=1}^N (t + 1)", "N*(t + 1)/N"),
    (r"\sum_i x_i \log \frac{x_i}{w_i}", "x @ log(x/w)"),
    (r"\log d \|w\|_1", "log(d)*norm1(w)"),
    (r"X^{\mathsf T} y", "X.T @ y"),
    (r"X^{\mathrm{T}} y", "X.T @ y"),
    (r"y \odot X w", "y*(X @ w)"),
    (r"\sin t \cdot \cos s", "sin(t)*cos(s)"),
    (r"\operatorname{clip}(x, 0, 1)", "clip(x, 0, 1)"),
    (r"\sum_i \max\{0, 1 - y_i\}^2", "sum(maximum(0, 1 - y)**2)"),
    (r"\sum_i \mathbb{1}[y_i = 1]", "sum(where(y == 1, 1, 0))"),
    (r"\sum_i x_i + \sum_i w_i", "sum(x) + sum(w)"),
    (r"\operatorname{cumsum}(x)^\top w", "cumsum(x) @ w"),
    (r"\begin{equation*} t^2 \label{eq:square}, \end{equation*}", "t**2"),
]
TWO_READINGS = [
    "1/2t", r"\sin s t", "x w", "x^2", r"\|X\|", "|A|", "f(t+1)", r"\exp(A)", r"\sin^{-1} t", r"\sum_{i=1}^n y_i - X_{i1}",
    r"\sqrt{A}",
    r"\sin(t)^2",
    r"\phi^T\phi", "1^T x", "I^2 R", "I+1", r"\|I\|_F", "I_3 x", "I x", r"A_{12} t", "t^T",
    "1.5e-3 t", "2e3", r"\frac{dt}{ds}", r"\frac{\mathrm{d}t}{\mathrm{d} s}", r"\Delta t",
    r"10\,000 t", "10 000 t", "2^10", "t^12", "x_12", r"A^{(2)} x", r"\theta^{(2)}", r"A^{[2]} x", r"\frac{d}{dt} t^2",
    r"\frac{d^2 u}{ds^2}", r"x \otimes w", r"\sigma^2 + \sigma(t - 1)", r"\sin 2\pi \cdot t", r"\sum_i x_i \log x_i/w_i",
    r"\sin t/2", r"\prod_{i=1}^d x_i / 2", r"\max_i x_i \cdot t", r"\log\sum_i e^{x_i} / d", r"A \odot \Sigma A",
    r"\log|x|", r"A^\dagger", "x^*", r"t^\star", "t^+",
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
    ("t=1", ParseError, "an equation"),
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
    (r"f(t) = t^2", ParseError, "an equation"),
    (r"t^2 \text{ is small}", ParseError, "is not known"),
    (r"\langle A, x \rangle", ShapeError, "joins a matrix and a column"),
    (r"\prod_i X_i", SymgdError, "a prod of what is a column"),
    (r"\sum_{i=1}^d\sum_{j=i-1}^d A_{ij}", ParseError, "starts at 1 here"),
    (r"\sum_{j \ne 0} x_j", ParseError, "first index is 1"),
    (r"\operatorname{cross}(x)", SymgdError, "more than one argument"),
    (r"\hat" * 3000 + " t", ParseError, "nested"),
    (r"\min_w \|X w - y\|^2", ParseError, "over what w runs"),
    (r"t \le 3", ParseError, "cannot stand here"),
    (r"\begin{cases} t & t \ge 0 \\ -t & t \le 0 \end{cases}", ParseError, "in all other cases"),
    (r"\begin{cases}", ParseError, "in all other cases"),
    (r"\begin{tikzpicture} t", ParseError, "is not known"),
    (r"\begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}", ShapeError, "different lengths"),
    (r"\mathbb{1}[t]", ParseError, "a comparison is expected"),
    (r"\sum_{i=1}^i t", ParseError, "moves with itself"),
    (r"\sum_{i \in S} y_i", ParseError, "in a set"),
    (r"\sum_{i < n} y_i", ParseError, "n is a size"),
    (r"\sum_{i=3}^2 y_i", ParseError, "over nothing"),
    (r"\max_{i<j} A_{ij}", SymgdError, "moving range"),
    (r"\nabla t", ParseError, "without its derivatives"),
    (r"\lg t", ParseError, r"log_\{10\} or"),
]
MOVING_BOUNDS = [
    (r"\sum_{i<j} A_{ij}", lambda A, y, n: sum(A[i, j] for i in range(n) for j in range(n) if i < j)),
    (r"\sum_{i\neq j} A_{ij}", lambda A, y, n: sum(A[i, j] for i in range(n) for j in range(n) if i != j)),
    (r"\sum_{1\le i<j\le n} A_{ij}", lambda A, y, n: sum(A[i, j] for i in range(n) for j in range(i + 1, n))),
    (r"\sum_{i=1}^n\sum_{j=i+1}^n y_i^2 y_j", lambda A, y, n: sum(y[i] ** 2 * y[j] for i in range(n) for j in range(i + 1, n))),
    (r"\sum_{i=1}^n y_i^2 \sum_{j=1}^{i-1} y_j", lambda A, y, n: sum(y[i] ** 2 * y[j] for i in range(n) for j in range(i))),
    (r"\sum_{i=1}^n y_i^2 \sum_{j=i}^{n} y_j", lambda A, y, n: sum(y[i] ** 2 * y[j] for i in range(n) for j in range(i, n))),
    (r"\sum_{i=2}^n y_i^2 \sum_{j=1}^{i-1} y_j", lambda A, y, n: sum(y[i] ** 2 * y[j] for i in range(n) for j in range(i))),
    (r"\sum_{i=0}^{n-1} y_i^2 \sum_{j=0}^{i-1} y_j", lambda A, y, n: sum(y[i] ** 2 * y[j] for i in range(n) for j in range(i))),
    (r"\sum_{i=1}^n \prod_{j\neq i} y_j", lambda A, y, n: sum(math.prod(y[j] for j in range(n) if j != i) for i in range(n))),
    (r"\sum_{i=1}^n \sum_{j\neq 2} A_{ij}", lambda A, y, n: sum(A[i, j] for i in range(n) for j in range(n) if j != 1)),
]


@pytest.mark.parametrize(("latex", "text"), SAME)
def test_a_paper_and_a_text_give_one_graph(latex, text):
    read = sg.formula(latex, shapes=_in_latex(latex), syntax="latex")
    typed = sg.formula(text, shapes={name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", text)})
    assert str(read) == str(typed)


@pytest.mark.parametrize("latex", TWO_READINGS)
def test_two_readings_are_an_error_that_names_both(latex):
    with pytest.raises(SymgdError, match=r"has two readings: .*, or ") as caught:
        sg.formula(latex, shapes=_in_latex(latex), syntax="latex")
    assert "^" in str(caught.value)


@pytest.mark.parametrize(("latex", "kind", "message"), MISTAKES)
def test_a_mistake_gives_one_error(latex, kind, message):
    with pytest.raises(kind, match=message):
        sg.formula(latex, shapes=_in_latex(latex), syntax="latex")


@pytest.mark.parametrize(("latex", "loops"), MOVING_BOUNDS)
def test_a_bound_that_moves_with_another_index(latex, loops):
    entries = np.random.default_rng(3).integers(1, 9, (4, 4)).astype(float)
    shapes = {"A": "n n"} if "A" in latex else {"y": "n"}
    total = sg.formula(latex, shapes=shapes, syntax="latex")
    names = [symbol.name for symbol in total.symbols]
    values = {"A": entries, "y": entries[1]}
    assert sg.lambdify(names, total)(*(values[name] for name in names)) == loops(entries, entries[1], 4)


def test_rows_of_a_matrix_may_be_called_by_the_small_letter():
    loss = sg.formula(r"\sum_{i=1}^n (x_i^\top w - y_i)^2", shapes={"X": "n d", "w": "d", "y": "n"}, syntax="latex")
    assert str(loss) == "sum((X @ w - y)**2)"
