"""Names with subscripts: entries, rows, numbered names, identities and vectors of ones."""

from __future__ import annotations

import pytest

from symgd.errors import ParseError, ShapeError
from tests.readers.latex.reading import assert_refused, assert_same, assert_two_readings

SAME = [
    (r"x_{12}", "x[11]"),
    (r"\hat{t}", "t_hat"),
    (r"\bar t \tilde s", "t_bar*s_tilde"),
    (r"\mathrm{loss} + \alpha", "loss + alpha"),
    (r"t_1 + t_2", "t_1 + t_2"),
    ("A_{1,2}", "A[0, 1]"),
    ("x_2", "x[1]"),
    (r"I_d x", "eye(d) @ x"),
    (r"\boldsymbol{\mu}^\top x", "mu @ x"),
    (r"e + \pi", "e + pi"),
]
TWO_READINGS = [
    "f(t+1)",
    "I+1",
    "I_3 x",
    "I x",
    r"A_{12} t",
    r"\Delta t",
    "x_12",
    "J_0(t)",
    r"\Gamma(t)",
]
MISTAKES = [
    ("z_i", ParseError, "does not run"),
    (r"\mathbf", ParseError, "ends where a name"),
    ("x_", ParseError, "subscript is expected"),
    (r"2t = s", ParseError, "an equation"),
    (r"t^2 \text{ is small}", ParseError, "is not known"),
    (r"\hat" * 3000 + " t", ParseError, "nested"),
    (r"\text{cost} t", ParseError, "is not known"),
    ("x_{d+1}", ParseError, "does not run|leaves"),
    ("x_0", ShapeError, "leaves the axis"),
    ("x_{1,2}", ShapeError, "1 axes and 2 indices"),
    (r"\mathbf{1}", ParseError, "size of a vector of ones"),
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
