"""The name on the left of an equation is dropped."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ParseError
from tests.readers.latex.reading import assert_refused, assert_same

ROWS = [
    (r"L = \|Xw - y\|^2", "sum((X @ w - y)**2)"),
    (r"J(w) = \|Xw - y\|_2^2", "sum((X @ w - y)**2)"),
    (r"\mathcal{L}(w) &= \|Xw - y\|_2^2", "sum((X @ w - y)**2)"),
    (r"J(\theta) = \theta^\top \theta", "theta @ theta"),
    (r"f_t(s, t) \coloneqq s t", "s*t"),
    (r"J(x) = \sum_{i=1}^d x_i", "sum(x)"),
]


@pytest.mark.parametrize(("latex", "text"), ROWS)
def test_a_left_side_is_dropped(latex, text):
    assert_same(latex, text)


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("2t = s", "an equation is not a formula"),
        ("a = b = c", "an equation is not a formula"),
        (r"\nabla f = t", "an equation is not a formula"),
        (r"f(t + 1) = t", "an equation is not a formula"),
        ("t = 1", "an equation that gives t a number"),
        ("t = t + s", "t stands on both sides"),
        ("J = s", "J = s compares two names and defines none"),
        ("f(s) = t", "the argument s is not in the formula"),
        ("f(t) =", "ends where a value should follow|empty"),
    ],
)
def test_what_is_no_left_side(latex, message):
    assert_refused(latex, ParseError, message)


def test_the_argument_may_be_the_small_letter_of_rows():
    assert (
        str(sg.formula(r"J(x) = \sum_{i=1}^n x_i^\top w", shapes={"X": "n d", "w": "d"}, syntax="latex"))
        == "sum(X, axis=0) @ w"
    )
