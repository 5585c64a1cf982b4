"""A formula in LaTeX and in text has one gradient: not only the same values, but the same formula."""

from __future__ import annotations

import pytest

import symgd as sg

PAIRS = [
    (
        r"\frac{1}{m}\sum_{i=1}^m \log(1+e^{-y_i x_i^\top w})",
        "mean(log(1 + exp(-y*(X@w))))",
        "w",
        {"X": "m n", "y": "m", "w": "n"},
    ),
    (r"\frac{1}{2}\|Xw-y\|^2", "sum((X@w-y)**2)/2", "w", {"X": "m n", "y": "m", "w": "n"}),
    (r"\frac{1}{m}\sum_{i=1}^m (x_i^\top w - y_i)^2", "mean((X@w-y)**2)", "w", {"X": "m n", "y": "m", "w": "n"}),
    (
        r"\frac{1}{2}\|Xw-y\|_2^2 + \frac{\lambda}{2}\|w\|_2^2",
        "sum((X@w-y)**2)/2 + lambda/2*sum(w**2)",
        "w",
        {"X": "m n", "y": "m", "w": "n", "lambda": ""},
    ),
    (
        r"-\sum_{i=1}^m [y_i\log\sigma(x_i^\top w) + (1-y_i)\log(1-\sigma(x_i^\top w))]",
        "-sum(y*log(sigmoid(X@w)) + (1-y)*log(1-sigmoid(X@w)))",
        "w",
        {"X": "m n", "y": "m", "w": "n"},
    ),
    (r"x^\top A x", "x @ A @ x", "x", {"A": "n n", "x": "n"}),
    (r"\frac{1}{2} x^\top A x - b^\top x", "x @ A @ x/2 - b @ x", "x", {"A": "n n", "x": "n", "b": "n"}),
    (r"\log\sum_{i=1}^n e^{x_i}", "log(sum(exp(x)))", "x", {"x": "n"}),
    (r"\sum_{i=1}^m \max(0, 1 - y_i x_i^\top w)", "sum(maximum(0, 1 - y*(X@w)))", "w", {"X": "m n", "y": "m", "w": "n"}),
    (
        r"\sum_{i=1}^m \max(0, 1 - y_i (x_i^\top w + c))^2",
        "sum(maximum(0, 1 - y*(X@w + c))**2)",
        "w",
        {"X": "m n", "y": "m", "w": "n", "c": ""},
    ),
    (r"\log\det A", "log(det(A))", "A", {"A": "n n"}),
    (r"\operatorname{tr}(A^\top A)", "trace(A.T @ A)", "A", {"A": "n n"}),
    (r"\frac{x^\top A x}{x^\top x}", "(x @ A @ x)/(x @ x)", "x", {"A": "n n", "x": "n"}),
    (r"\|A\|_F^2", "sum(A**2)", "A", {"A": "n n"}),
    (r"\sum_{i=1}^n\sum_{j=1}^n A_{ij} x_i x_j", "x @ A @ x", "x", {"A": "n n", "x": "n"}),
    (r"\sum_i x_i \log x_i", "sum(x*log(x))", "x", {"x": "n"}),
    (r"-\sum_{i=1}^m (y_i x_i^\top w - e^{x_i^\top w})", "-sum(y*(X@w) - exp(X@w))", "w", {"X": "m n", "y": "m", "w": "n"}),
    (r"\sum_{i=1}^m \sqrt{1 + (x_i^\top w - y_i)^2}", "sum(sqrt(1 + (X@w-y)**2))", "w", {"X": "m n", "y": "m", "w": "n"}),
    (r"\frac{1}{n}\sum_{i=1}^n (x_i - \mu)^2", "mean((x - mu)**2)", "mu", {"x": "n", "mu": ""}),
    (
        r"\frac12 (x-\mu)^\top \Sigma^{-1} (x-\mu) + \frac12\log\det\Sigma",
        "(x-mu) @ inv(Sigma) @ (x-mu)/2 + log(det(Sigma))/2",
        "mu",
        {"x": "n", "mu": "n", "Sigma": "n n"},
    ),
    (r"\sum_{i=1}^{n-1} (x_{i+1}-x_i)^2", "sum((x[1:n]-x[:n-1])**2)", "x", {"x": "n"}),
    (r"\sum_{k=1}^K y_k \log p_k", "sum(y*log(p))", "p", {"y": "K", "p": "K"}),
    (r"\|X W^\top - P\|_F^2", "sum((X @ W.T - P)**2)", "W", {"X": "m n", "W": "k n", "P": "m k"}),
    (r"\sum_{i,j} (A_{ij} - u_i v_j)^2", "sum((A - outer(u, v))**2)", "u", {"A": "m n", "u": "m", "v": "n"}),
    (r"\sum_{j=1}^m \log\sum_{i\in R_j} e^{x_i}", "sum(log(R @ exp(x)))", "x", {"x": "n", "R": "m n"}),
    (r"\lambda\sum_{j=1}^n |w_j|", "lambda*sum(abs(w))", "w", {"w": "n", "lambda": ""}),
    (r"\prod_{i=1}^n x_i", "prod(x)", "x", {"x": "n"}),
    (r"\sum_{i=1}^m y_i \sigma(x_i^\top w)", "sum(y*sigmoid(X@w))", "w", {"X": "m n", "y": "m", "w": "n"}),
    (r"\|\tanh(Wx)\|^2", "sum(tanh(W@x)**2)", "W", {"W": "k n", "x": "n"}),
    (r"y^\top \sigma(Wx)", "y @ sigmoid(W@x)", "W", {"W": "k n", "x": "n", "y": "k"}),
]
"""A formula in LaTeX, the same in text, a variable, and the shapes."""


@pytest.mark.parametrize(("latex", "text", "wrt", "shapes"), PAIRS)
def test_latex_and_text_have_one_gradient(latex, text, wrt, shapes):
    left = sg.formula(latex, syntax="latex", shapes=shapes)
    right = sg.formula(text, shapes=shapes)
    assert str(sg.gradient(left, wrt)) == str(sg.gradient(right, wrt))
