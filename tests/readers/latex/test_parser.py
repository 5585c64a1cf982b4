"""The grammar: signs, products and quotients in their order, atoms and scripts, and tables of commands that can be extended."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ParseError
from symgd.readers.latex.commands import COMMANDS
from symgd.readers.latex.parser import MAX_DEPTH, Parser
from symgd.readers.latex.scope import Scope
from symgd.readers.latex.stream import TokenStream
from symgd.readers.latex.values import scalar_value
from tests.readers.latex.reading import assert_same, assert_two_readings, parser_of

SAME = [
    ("-t + s", "-t + s"),
    ("+t - s", "t - s"),
    ("t − s", "t - s"),
    ("a b c", "a*b*c"),
    ("a + b c - d", "a + b*c - d"),
    ("a b / c", "a*b/c"),
    (r"a \cdot b \times c * f", "a*b*c*f"),
    ("2 t", "2*t"),
    ("1.5 t + .5", "3*t/2 + 1/2"),
    ("{a + b} c", "(a + b)*c"),
    ("(a + b)(c - f)", "(a + b)*(c - f)"),
]


@pytest.mark.parametrize(("latex", "text"), SAME)
def test_signs_bind_as_on_paper(latex, text):
    assert_same(latex, text)


@given(st.recursive(st.sampled_from("abc"), lambda inner: st.tuples(inner, st.sampled_from("+- "), inner), max_leaves=8))
def test_brackets_keep_what_is_meant(tree):
    def spelled(part, sign):
        if isinstance(part, str):
            return part
        left, operator, right = part
        return f"({spelled(left, sign)}{sign if operator == ' ' else operator}{spelled(right, sign)})"

    read = sg.formula(spelled(tree, r" \cdot "), syntax="latex")
    assert read is sg.formula(spelled(tree, "*"))


@pytest.mark.parametrize("latex", ["1/2t", "1.5e3", "2 3", r"t/s u", r"A \odot \Sigma A"])
def test_what_follows_a_quotient_or_a_number(latex):
    assert_two_readings(latex)


@pytest.mark.parametrize(("text", "values"), [("12", ["1", "2"]), ("{12}3", ["12", "3"]), ("a2", ["a", "2"])])
def test_a_script_is_a_group_or_one_digit(text, values):
    parser = parser_of(text)
    assert [str(parser.script().node) for _ in values] == values
    assert parser.tokens.current == ""


def test_arguments_stand_between_commas():
    parser = parser_of("a, b + 1, c) d")
    assert [str(value.node) for value in parser.arguments(")")] == ["a", "b + 1", "c"]
    assert parser.tokens.current == "d"


def test_depth_is_limited_and_given_back():
    parser = parser_of("(" * (MAX_DEPTH - 1) + "t" + ")" * (MAX_DEPTH - 1))
    parser.expression()
    assert parser.depth == 0
    with pytest.raises(ParseError, match="nested more than"):
        parser_of("(" * MAX_DEPTH + "t").expression()


def _read_answer(parser):
    parser.tokens.position += 1
    return scalar_value(42)


@pytest.mark.parametrize("table", ["atoms", "factors"])
def test_a_command_is_one_row_of_a_table(table):
    commands = replace(COMMANDS, **{table: {**getattr(COMMANDS, table), r"\answer": _read_answer}})
    parser = Parser(TokenStream(r"2 \answer + t"), Scope("", {}, {}), commands)
    assert str(parser.expression().node) == "84 + t"
    assert parser.tokens.current == ""


def test_a_command_that_finds_something_else_leaves_it_to_the_others():
    commands = replace(COMMANDS, factors={"t": lambda parser: None}, atoms={"t": lambda parser: None})
    assert str(Parser(TokenStream("t"), Scope("", {}, {}), commands).factor().node) == "t"


def test_no_token_begins_a_factor_and_an_atom():
    assert not set(COMMANDS.factors) & set(COMMANDS.atoms)
