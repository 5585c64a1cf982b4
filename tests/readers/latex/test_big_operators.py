"""Sums, products and extremes over indices mean what reductions mean in the text language."""

from __future__ import annotations

import pytest

from symgd.errors import ParseError, ShapeError, SymgdError
from tests.readers.latex.reading import assert_refused, assert_same, assert_two_readings

SAME = [
    (r"\frac{1}{n}\sum_{i=1}^n \left(X_i^\top w - y_i\right)^2", "sum((X @ w - y)**2)/n"),
    (r"\sum_{i=1}^{n}\sum_{j=1}^{d} X_{ij}^2", "sum(X**2)"),
    (r"\max(0, t)", "maximum(0, t)"),
    (r"\max_i y_i", "max(y)"),
    (r"\prod_{i=1}^d x_i", "prod(x)"),
    (r"\sum_{i=1}^{d-1} (x_{i+1}-x_i)^2", "sum((x[1:d] - x[:d-1])**2)"),
    (r"\log\sum_{i=1}^d e^{x_i}", "log(sum(exp(x)))"),
    (r"\sum_{k=0}^{d-1} \theta_k", "sum(theta)"),
    (r"\sum_{i} y_i^2", "sum(y**2)"),
    (r"\sum_{i=1}^d A_{:i}", "sum(A, axis=1)"),
    (r"t_{\max} + t_{\text{old}} + t_\star + k_B", "t_max + t_old + t_star + k_B"),
    (r"\max_{1 \le i \le n} y_i", "max(y)"),
    (r"\sum_{i,j=1}^d A_{ij}", "sum(A)"),
    (r"\sum_{i=1}^{2n} 1", "2*n"),
    (r"\sum_{0 \le i < d} x_i", "sum(x)"),
    (r"\frac{1}{N}\sum_{i=1}^N (t + 1)", "N*(t + 1)/N"),
    (r"\sum_i x_i \log \frac{x_i}{w_i}", "x @ log(x/w)"),
    (r"\sum_i \max\{0, 1 - y_i\}^2", "sum(maximum(0, 1 - y)**2)"),
    (r"\sum_i x_i + \sum_i w_i", "sum(x) + sum(w)"),
    (r"\prod_{j=1}^d 2", "2**d"),
    (r"\min_{i} x_i + \min(t, s)", "min(x) + minimum(t, s)"),
    (r"\max(t, s, 1)", "maximum(maximum(t, s), 1)"),
    (r"\max(x)", "max(x)"),
    (r"\sum_{i=1}^n t", "n*t"),
    (r"\sum_{i=1}^d x_i w", "sum(x)*w"),
    (r"\sum_i (x_i - w_i)^2 + t", "sum((x - w)**2) + t"),
    (r"\sum_{i \in \mathcal{w}} x_i^2", "w @ x**2"),
    (r"\sum_{i \in y} X_i^\top x", "y @ (X @ x)"),
    (r"\prod_{i \in w} x_i", "prod(where(w == 0, 1, x))"),
    (r"\sum_{j=1}^d \log\sum_{i \in A_j} e^{x_i}", "sum(log(A @ exp(x)))"),
    (r"\sum_{j=1}^d \log\sum_{i \in A(t_{j})} e^{x_i}", "sum(log(A @ exp(x)))"),
]
TWO_READINGS = [
    r"\sum_{i=1}^n y_i - X_{i1}",
    r"\sum_i x_i \log x_i/w_i",
    r"\prod_{i=1}^d x_i / 2",
    r"\max_i x_i \cdot t",
    r"\log\sum_i e^{x_i} / d",
    r"\prod_i x_i w_1",
    r"\sum_i x_i + w_i",
]
MISTAKES = [
    (r"\sum_i t", ParseError, "over what i runs"),
    (r"\sum_{i=1}^{d} x_{i+1}", ShapeError, "runs over"),
    (r"\sum_", ParseError, "is a letter"),
    (r"\prod_i X_i", SymgdError, "a prod of what is a column"),
    (r"\sum_{i=1}^d\sum_{j=i-1}^d A_{ij}", ParseError, "starts at 1 here"),
    (r"\sum_{j \ne 0} x_j", ParseError, "first index is 1"),
    (r"\min_w \|X w - y\|^2", ParseError, "over what w runs"),
    (r"\sum_{i=1}^i t", ParseError, "moves with itself"),
    (r"\sum_{i \in S} y_i", ParseError, "the set S is not declared"),
    (r"\sum_{i \in A} x_i", ShapeError, "the set A has more axes than indices"),
    (r"\sum_{j=1}^d \sum_{i \in A_{j+1}} x_i", ParseError, "in one set that has a name"),
    (r"\sum_{i \in A_2} x_i", ParseError, "in one set that has a name"),
    (r"\sum_{i \in w_j} x_i", ParseError, "in one set that has a name"),
    (r"\max_{i \in w} x_i", SymgdError, "a max over a set is not known"),
    (r"\sum_{i \notin w} x_i", ParseError, "in one set that has a name"),
    (r"\sum_{i < n} y_i", ParseError, "n is a size"),
    (r"\sum_{i=3}^2 y_i", ParseError, "over nothing"),
    (r"\max_{i<j} A_{ij}", SymgdError, "moving range"),
    (r"\sum y", ParseError, "index of the sum is missing"),
    (r"\max y", ParseError, "needs brackets or an index"),
    (r"\sum_{i=1}^n i", ParseError, "used as a number"),
    (r"\sum_{i} \sum_{i} y_i", ParseError, "runs already"),
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
