"""Brackets and bars: absolute values, rounding, scalar products, norms and their squares."""

from __future__ import annotations

import pytest

from symgd.errors import ParseError, ShapeError, SymgdError
from tests.readers.latex.reading import assert_refused, assert_same, assert_two_readings

SAME = [
    (r"\|Xw-y\|_2^2", "sum((X @ w - y)**2)"),
    (r"\frac12 \|Xw - y\|^2 + \frac{\kappa}{2}\|w\|^2", "sum((X @ w - y)**2)/2 + kappa*sum(w**2)/2"),
    (r"\|X\|_F^2", "sum(X**2)"),
    (r"\|w\|_1", "norm1(w)"),
    (r"\langle x, w\rangle", "x @ w"),
    (r"|t|", "abs(t)"),
    (r"\lfloor t \rfloor + \lceil t\rceil^2", "floor(t) + ceil(t)**2"),
    (r"\langle A, \Sigma \rangle", "sum(A*Sigma)"),
    (r"\lvert t \rvert \cdot \left| s \right|", "abs(t)*abs(s)"),
    (r"\lVert w \rVert_2", "norm2(w)"),
    (r"\|w\|_\infty", "norminf(w)"),
    (r"\|w\|^3", "norm2(w)**3"),
    (r"\|A\|_F", "norm(A, 'fro')"),
    (r"\|A\|_*", "norm(A, 'nuc')"),
    (r"\|A\|_2", "norm(A, 2)"),
    (r"[t + s]\{t - s\}", "(t + s)*(t - s)"),
    (r"\||t| w\|^2", "sum((abs(t)*w)**2)"),
    (r"\sum_{i=1}^n \|X_i\|^2", "sum(X**2)"),
    (r"\sum_{i=1}^n \|X_i\|", "sum(norm2(X, axis=-1))"),
    (r"\log\left(2\pi|A|\right)", "log(2*pi*abs(det(A)))"),
    (r"\log|A|^{1/2}", "log(sqrt(abs(det(A))))"),
    (r"\sqrt{(2\pi)^3 |A|}", "sqrt((2*pi)**3*det(A))"),
    (r"|A|^{-1/2} t", "t/sqrt(det(A))"),
    (r"\frac{t}{|A|}", "t/det(A)"),
    (r"\frac{|A|}{|\Sigma|}", "det(A)/det(Sigma)"),
]
TWO_READINGS = [
    r"\|X\|",
    "|A|",
    r"\|I\|_F",
    r"|x|",
    r"\|A\|^2",
    r"|A| x",
    r"t|A|",
    r"\exp(|A|)",
    r"\operatorname{tr}(|A|)",
    r"\log(x^\top |A| x)",
]
MISTAKES = [
    (r"\langle A, x \rangle", ShapeError, "joins a matrix and a column"),
    (r"\|w\|_3", SymgdError, "subscript 3 is not known"),
    (r"\|A\|_7", SymgdError, "subscript 7 is not known"),
    (r"\|w\|^-2", ParseError, "needs braces"),
    (r"(t", ParseError, "is expected here, not the end"),
    (r"|t", ParseError, "is expected here"),
    (r"\langle x w \rangle", SymgdError, "two readings|is expected"),
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
