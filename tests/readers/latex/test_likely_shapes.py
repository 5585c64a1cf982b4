"""Where no shape is declared, all that are missing are proposed at once, and the formula reads as papers mean it."""

from __future__ import annotations

import ast
import re

import pytest

import symgd as sg
from symgd.errors import SymgdError

FORMULAS = [
    (r"x^\top A x", "x @ A @ x"),
    (r"w^\top x + b", "w @ x + b"),
    (r"\mathbf w^\top\mathbf x", "w @ x"),
    (r"a^\top X^{-1} b", "a @ inv(X) @ b"),
    (r"\frac12 x^\top Q x + c^\top x", "(x @ Q @ x)/2 + c @ x"),
    (r"(x-\mu)^\top\Sigma^{-1}(x-\mu)", "(x - mu) @ inv(Sigma) @ (x - mu)"),
    (r"\log|\Sigma|+x^\top\Sigma^{-1}x", "log(abs(det(Sigma))) + x @ inv(Sigma) @ x"),
    (r"\operatorname{softmax}(QK^\top/\sqrt{d})V", "softmax(Q @ K.T / sqrt(d), axis=1) @ V"),
    (r"\operatorname{tr}(A^\top XB)", "trace(A.T @ X @ B)"),
    (r"\|y-X\beta\|^2", "sum((y - X @ beta)**2)"),
    (r"\|Xw-y\|^2+\lambda\|w\|_1", "sum((X @ w - y)**2) + lambda*sum(abs(w))"),
    (r"\frac{1}{2\sigma^2}\|y-Xw\|^2", "sum((y - X @ w)**2)/(2*sigma**2)"),
    (r"\|A\|_F^2", "sum(A**2)"),
    (r"\|x\|^2", "sum(x**2)"),
    (r"\sum_{i=1}^n(y_i-w^\top x_i)^2", "sum((y - x @ w)**2)"),
    (r"\sum_{i=1}^n(y_i-x_i^\top w)^2", "sum((y - x @ w)**2)"),
    (r"\frac1n\sum_{i=1}^n\log(1+e^{-y_i w^\top x_i})", "sum(log(1 + exp(-y * (x @ w))))/n"),
    (r"(y_i-w^\top x_i)^2", "(y_i - w @ x_i)**2"),
    (r"(y_i-w^{\top} x_i)^2", "(y_i - w @ x_i)**2"),
    (r"\sum_{i=1}^n(y_i-w^\intercal x_i)^2", "sum((y - x @ w)**2)"),
]


@pytest.mark.parametrize(("text", "expected"), FORMULAS)
def test_the_proposed_shapes_are_all_that_are_missing(text, expected):
    with pytest.raises(SymgdError) as caught:
        sg.formula(text, syntax="latex")
    shapes = ast.literal_eval(re.search(r"shapes=(\{.*?\})", caught.value.hint)[1])
    assert str(sg.formula(text, shapes=shapes, syntax="latex")) == expected


@pytest.mark.parametrize("text", [r"(x-\mu)^\top y", r"(2x)^\top x", r"(x + 1)^{\top} x"])
def test_a_number_is_not_transposed_where_it_may_be_a_vector(text):
    with pytest.raises(SymgdError, match="is transposed, and is a number"):
        sg.formula(text, syntax="latex")


def test_what_is_declared_a_number_is_one():
    assert str(sg.formula(r"(x-\mu)^\top y", shapes=dict.fromkeys(("x", "mu", "y"), ""), syntax="latex")) == "(x - mu)*y"
