"""Definitions behind a formula are split off at their commas, whatever stands in brackets."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ParseError
from symgd.readers.text.definitions import split_definitions
from symgd.readers.text.tokens import tokenize

SPLIT = [
    ("x + y", "x + y", {}),
    ("t*x where t = 2", "t * x", {"t": "2"}),
    ("t*u where t = f(a, b), u = [1, 2]", "t * u", {"t": "f ( a , b )", "u": "[ 1 , 2 ]"}),
    ("where(x > 0, x, y)", "where ( x > 0 , x , y )", {}),
    ("t where t = where(x > 0, x, 1)", "t", {"t": "where ( x > 0 , x , 1 )"}),
    ("where", "where", {}),
]


@pytest.mark.parametrize(("text", "body", "definitions"), SPLIT)
def test_a_formula_and_its_definitions(text, body, definitions):
    found, parts = split_definitions(text, tokenize(text))
    assert " ".join(token.text for token in found[:-1]) == body
    assert {name: " ".join(token.text for token in part[:-1]) for name, part in parts} == definitions
    assert all(part[-1].kind == "end" for part in [found, *(part for _, part in parts)])


@pytest.mark.parametrize("text", ["x where", "x where t", "x where 2 = t", "x where t = 1, u", "x where t == 1"])
def test_a_definition_is_a_name_and_what_it_stands_for(text):
    with pytest.raises(ParseError, match="a definition is expected"):
        split_definitions(text, tokenize(text))


def test_a_definition_is_the_same_as_what_it_stands_for():
    assert sg.formula("t*u where t = x + 1, u = t**2") is sg.formula("(x + 1)*(x + 1)**2")
