"""Splitting a text: tokens keep what is written and where, and what only sets a formula is dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd.errors import ParseError
from symgd.readers.latex.tokens import ACCENTS, FONTS, GREEK, RELATIONS, tokenize, without_display

PIECES = ["x", "12", "1.5", ".5", "+", "^", "_", "{", "}", r"\frac", r"\sum", r"\|", "=", "α", r"\operatorname*", r"\{"]
SETTING = [" ", "\n", r"\,", r"\;", r"\left", r"\bigl", r"\displaystyle ", r"\quad ", "~", r"\limits "]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_tokens_are_the_pieces_at_their_places(pieces):
    text = " ".join(pieces)
    tokens = tokenize(text)
    assert [token.text for token in tokens] == [*pieces, ""]
    assert all(text.startswith(token.text, token.position) for token in tokens)
    assert tokens[-1].position == len(text)


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(SETTING)), max_size=10))
def test_what_sets_a_formula_is_no_token(pairs):
    text = "".join(f"{piece} {setting} " for piece, setting in pairs)
    assert [token.text for token in tokenize(text)] == [*(piece for piece, _ in pairs), ""]


@given(st.text(max_size=30))
def test_any_text_is_split_or_refused(text):
    try:
        tokens = tokenize(text)
    except ParseError:
        assert any(letter.isdigit() and not letter.isascii() for letter in text)
        return
    assert all(text[token.position :].startswith(token.text) for token in tokens)
    positions = [token.position for token in tokens]
    assert positions == sorted(positions)


DISPLAYS = [
    ("$", "$"), ("$$", "$$"), (r"\(", r"\)"), (r"\[", r"\]"), (r"\begin{equation}", r"\end{equation}"),
    (r"\begin{align*}", r"\end{align*}"), ("", ""), ("  ", "\n"),
]  # fmt: skip


@pytest.mark.parametrize(("opening", "closing"), DISPLAYS)
@pytest.mark.parametrize("end", ["", ".", ",", r" \label{eq:1}", r" \tag{2},"])
def test_a_display_is_taken_off(opening, closing, end):
    assert without_display(f"{opening} t^2 {end}{closing}") == "t^2"


@pytest.mark.parametrize("text", [r"t\,", r"\frac{a}{b}", r"\begin{cases} t \end{cases}", "$t"])
def test_what_is_no_display_stays(text):
    assert without_display(text) == text


def test_the_tables_do_not_contradict_each_other():
    assert not FONTS & set(ACCENTS)
    assert not {rf"\{letter}" for letter in GREEK} & (FONTS | set(ACCENTS) | set(RELATIONS))
    assert set(RELATIONS.values()) == {"=", "<", ">", "<=", ">=", "!="}
