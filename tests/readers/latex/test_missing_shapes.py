"""The shapes that indices need are proposed together."""

from __future__ import annotations

import pytest

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
    ],
)
def test_missing_shapes(latex, shapes):
    parser = parser_of(latex)
    assert missing_shapes(parser.tokens, parser.scope) == shapes
    assert parser.tokens.position == 0


def test_what_is_declared_is_not_missing():
    parser = parser_of(r"\sum_{i=1}^n x_i y_i", x="n")
    assert missing_shapes(parser.tokens, parser.scope) == {"y": "n"}
