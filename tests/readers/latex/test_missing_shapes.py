"""The shapes that indices need are proposed together."""

from __future__ import annotations

import ast
import re

import pytest

import symgd as sg
from symgd.readers.latex.missing_shapes import missing_shapes
from tests.readers.latex.reading import parser_of


@pytest.mark.parametrize(
    ("latex", "shapes"),
    [
        (r"\sum_{i=1}^n x_i y_i", {"x": "n", "y": "n"}),
        (r"\sum_{i=1}^n (x_i^\top w - y_i)^2", {"x": "n d", "w": "d", "y": "n"}),
        (r"\sum_{k=0}^m a_k", {"a": "m+1"}),
        (r"\sum_{j=1}^{d_k} y_j", {"y": "d_k"}),
        (r"\sum_{i,j} A_{ij} \hat{z}_j", {"A": "n d", "z_hat": "d"}),
        (r"x_1 + t_{\max}", {}),
        (r"\sum_{i=1}^{2n} x_i", {"x": "2*n"}),
        (r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", {"x": "n"}),
        (r"\sum_{t=2}^{T} (y_t - \phi y_{t-1})^2", {"y": "T"}),
        (r"\sum_{k=1}^K \pi_k x_k", {"pi": "K", "x": "K"}),
        (r"\sum_{1 \le i < j \le n} (x_i - x_j)^2", {"x": "n"}),
        (r"\sum_{i=1}^n \sum_{j=i+1}^n A_{ij}", {"A": "n n"}),
        (r"\sum_i \sum_j (x_i - x_j)^2", {"x": "d"}),
        (r"(y_i - x_i^\top w)^2", {"y_i": "", "x_i": "n", "w": "n"}),
        (r"\sum_{j=1}^n x_j y_i", {"x": "n", "y_i": ""}),
        (r"\ell_i = (y_i - t)^2", {"y_i": ""}),
        (r"\theta_{t+1} - \theta_t", {}),
        (r"\sum_{j=1}^m \log \sum_{i \in R(t_j)} e^{x_i}", {"R": "m n", "x": "n"}),
        (r"\sum_{i \in S} x_i", {"S": "n", "x": "n"}),
    ],
)
def test_missing_shapes(latex, shapes):
    parser = parser_of(latex)
    assert missing_shapes(parser.tokens, parser.scope) == shapes
    assert parser.tokens.position == 0


def test_what_is_declared_is_not_missing():
    parser = parser_of(r"\sum_{i=1}^n x_i y_i", x="n")
    assert missing_shapes(parser.tokens, parser.scope) == {"y": "n"}


@pytest.mark.parametrize(
    ("latex", "shapes"),
    [
        (
            r"\sum_{i=1}^n x_i^\top w",
            {"w": "d"},
        ),
        (r"\sum_{j=1}^m \log \sum_{i \in R_j} e^{x_i}", {"x": "k"}),
        (r"(y_i - x_i^\top w)^2", {"w": "d"}),
    ],
)
def test_sizes_that_are_declared_are_taken(latex, shapes):
    with pytest.raises(sg.SymgdError) as caught:
        sg.formula(latex, shapes=shapes)
    proposed = ast.literal_eval(re.search(r"shapes=(\{[^{}]*\})", caught.value.hint)[1])
    assert {size for shape in shapes.values() for size in shape.split()} <= {
        size for shape in proposed.values() for size in shape.split()
    }
    sg.formula(latex, shapes={**shapes, **proposed})
