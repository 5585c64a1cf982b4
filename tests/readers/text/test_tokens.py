"""Splitting a text: exact numbers, operators from the longest, names without look-alikes, and limits that no input exceeds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd.errors import ParseError
from symgd.readers.text.tokens import MAX_DIGITS, MAX_EXPONENT, tokenize, unknown_character

OPERATORS = [
    "**",
    "<=",
    ">=",
    "==",
    "!=",
    "//",
    "->",
    ":=",
    "+",
    "-",
    "*",
    "/",
    "@",
    "^",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    ".",
    "<",
]
NUMBERS = st.tuples(st.integers(0, 10**6), st.integers(0, 999), st.integers(-20, 20))


def kinds(text):
    return [(token.kind, token.text) for token in tokenize(text)[:-1]]


@given(NUMBERS)
def test_a_number_is_exact(number):
    whole, part, exponent = number
    text = f"{whole}.{part:03d}e{exponent}"
    (token, end) = tokenize(text)
    assert token.number == (whole + Fraction(part, 1000)) * Fraction(10) ** exponent
    assert (token.text, end.position) == (text, len(text))


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), (".5", Fraction(1, 2)), ("5.", 5), ("1e3", 1000), ("1E-2", Fraction(1, 100)), ("2e+1", 20)]
)
def test_ways_to_write_a_number(text, value):
    assert tokenize(text)[0].number == value


@given(st.lists(st.sampled_from([*OPERATORS, "x", "y_1", "12", "'text'"]), max_size=12))
def test_tokens_are_the_pieces_at_their_places(pieces):
    text = "  ".join(pieces)
    tokens = tokenize(text)
    assert [token.text for token in tokens] == [*pieces, ""]
    assert all(text.startswith(token.text, token.position) for token in tokens)


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_longest_operator_is_taken(operator):
    assert kinds(f"x{operator}y") == [("name", "x"), ("operator", operator), ("name", "y")]


@given(st.text(max_size=20))
def test_any_text_is_split_or_refused(text):
    try:
        tokens = tokenize(text)
    except ParseError:
        return
    assert [token.position for token in tokens] == sorted(token.position for token in tokens)
    covered = {k for token in tokens for k in range(token.position, token.position + len(token.text))}
    assert {text[k] for k in set(range(len(text))) - covered} <= set(" \t\n\r")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1" * (MAX_DIGITS + 1), "at most 400 digits"), (f"1e{MAX_EXPONENT + 1}", "at most 400 digits"),
        ("007", "does not begin"),
        ("x" * 65, "at most 64 letters"), ("'x", "never closed"), ("ﬁ", "look-alike"),
        ("x̂", "look-alike"), ("x×y", r"write \*"), ("x÷y", "write /"), ("x;y", "SEMICOLON"), ("\x07", "not part of"),
    ],
)  # fmt: skip
def test_what_is_no_token(text, message):
    with pytest.raises(ParseError, match=message):
        tokenize(text)


def test_control_characters_do_not_reach_a_message():
    error = unknown_character("x\u202e\x00y", 1)
    assert "\u202e" not in str(error)
    assert "\x00" not in str(error)


def test_quoted_text_has_its_content_as_value():
    assert [(token.kind, token.value) for token in tokenize("'a b' \"c\"")[:-1]] == [("text", "a b"), ("text", "c")]
