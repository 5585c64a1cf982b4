"""The name on the left of an equation is dropped; what is no such name is refused."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ParseError


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("L = x**2", "x**2"),
        ("f(x) = x**2 + a", "x**2 + a"),
        ("f(x, y) = x*y", "x*y"),
        ("L = t*t where t = x + 1", "t*t where t = x + 1"),
        ("loss = x == y", "x == y"),
    ],
)
def test_a_left_side_is_dropped(text, same):
    assert sg.formula(text) is sg.formula(same)


def test_an_argument_is_an_input_even_where_it_names_a_constant():
    assert [symbol.name for symbol in sg.formula("f(e) = e**2").symbols] == ["e"]
    assert sg.formula("f(e) = sum(e)", shapes={"e": "n"}).symbols[0].rank == 1


def test_arguments_have_the_shapes_that_are_declared_or_inferred():
    assert [symbol.rank for symbol in sg.formula("L(w) = sum((X @ w - y)**2)", shapes={"X": "m n", "y": "m"}).symbols] == [
        2,
        1,
        1,
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 3", "= assigns a number"),
        ("L =", "the formula behind = is missing"),
        ("x = x + 1", "x stands on both sides"),
        ("f(x, y) = x", "the argument y is not in the formula"),
        ("f(x, x) = x", "the argument x is named twice"),
        ("2*x = 3", "= assigns"),
        ("sum(x) = y", "= assigns|keyword"),
        ("f(x + 1) = x", "there is no function called f"),
        ("x + (y = 3)", "= assigns"),
    ],
)
def test_what_is_no_left_side(text, message):
    with pytest.raises(ParseError, match=message):
        sg.formula(text)


def test_a_shape_of_the_left_name_is_refused():
    with pytest.raises(ParseError, match="a shape is given for L"):
        sg.formula("L = x**2", shapes={"L": "n"})
