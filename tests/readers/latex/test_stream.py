"""Reading tokens: groups, names with fonts and accents, subscripts, and errors with their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd.errors import AmbiguityError, ParseError
from symgd.readers.latex.stream import TokenStream
from symgd.readers.latex.tokens import ACCENTS, FONTS, GREEK

NAMES = [
    ("x", "x"), (r"\theta", "theta"), (r"\pi", "pi"), (r"\mathbf{x}", "x"), (r"\mathbf x", "x"), (r"\hat{x}", "x_hat"),
    (r"\hat x", "x_hat"), (r"\bar{\mathbf{x}}", "x_bar"), (r"\mathrm{loss}", "loss"), (r"\hat{\bar{x}}", "x_bar_hat"),
    (r"\operatorname{abc}", "abc"), (r"\text{a1}", "a1"), ("2", None), ("+", None), ("", None), (r"\frac", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_a_name_is_read_with_its_fonts_and_accents(text, name):
    tokens = TokenStream(text)
    assert tokens.read_name() == name
    assert (name is None) or tokens.current == ""


@pytest.mark.parametrize("text", [*sorted(FONTS), *sorted(ACCENTS), *(rf"\{letter}" for letter in sorted(GREEK)), "x"])
def test_what_begins_a_name_is_known_before_it_is_read(text):
    assert TokenStream(text).is_name


@given(st.recursive(st.sampled_from(["x", "1", "+", r"\alpha"]), lambda inner: st.lists(inner, max_size=3), max_leaves=8))
def test_a_group_is_read_to_its_own_brace(tree):
    def spelled(part):
        return "{ " + " ".join(map(spelled, part)) + " }" if isinstance(part, list) else part

    text = spelled(tree if isinstance(tree, list) else [tree])
    tokens = TokenStream(f"{text} y")
    inside = text[1:-1].split()
    assert tokens.group() == inside
    assert tokens.current == "y"
    tokens.position = 0
    assert tokens.superscript_mark() == [one for one in inside if one not in ("{", "}")]
    assert tokens.position == 0, "what is only looked at is not read"


@pytest.mark.parametrize(
    ("text", "subscript", "is_spelled_out"),
    [
        ("_1", "1", False), ("_{12}", "12", False), (r"_{\text{max}}", "max", True), (r"_\max", "max", True),
        (r"_\star x", "star", True), ("_t", "t", False), (r"_\infty", "inf", True), (r"_{\alpha}", "alpha", False),
    ],
)  # fmt: skip
def test_a_subscript_that_may_belong_to_a_name(text, subscript, is_spelled_out):
    tokens = TokenStream(text)
    assert tokens.peek_subscript() == (subscript, is_spelled_out)
    assert tokens.position == 0
    assert tokens.tokens[tokens.after_subscript].text in ("", "x")


@pytest.mark.parametrize("text", ["x", "_{i+1}", "_{", "^2", "_:"])
def test_what_is_no_such_subscript(text):
    assert TokenStream(text).peek_subscript() is None


@pytest.mark.parametrize("mark", [r"\top", r"\intercal", "T", r"{\top}", r"{-\top}", "{-T}", r"{\mathsf{T}}", r"{\mathrm T}"])
def test_a_transposing_superscript(mark):
    tokens = TokenStream(f"^{mark} x")
    assert tokens.is_transposed
    assert tokens.position == 0


@pytest.mark.parametrize("text", ["x", "^2", "^{T x}", "^{-1}", "^+"])
def test_any_other_superscript(text):
    assert not TokenStream(text).is_transposed


def test_errors_have_the_place_of_their_token():
    tokens = TokenStream("a + b")
    tokens.position = 2
    assert (tokens.fail("wrong").position, tokens.fail("wrong", at=1).position) == (4, 2)
    with pytest.raises(AmbiguityError) as caught:
        tokens.refuse_two_readings(1, "a + b", "one", "the other")
    assert (caught.value.formula, caught.value.position) == ("a + b", 2)
    with pytest.raises(ParseError, match=r"\) is expected here, not 'b'"):
        tokens.expect(")")


def test_a_bar_closes_where_it_was_opened():
    tokens = TokenStream("| x |")
    assert not tokens.is_end
    tokens.bars.append("|")
    assert tokens.is_end


def test_numbers_are_split_into_digits_where_a_digit_is_asked_for():
    tokens = TokenStream("123 x")
    tokens.split_number()
    assert [token.text for token in tokens.tokens] == ["1", "23", "x", ""]
    assert [token.position for token in tokens.tokens] == [0, 1, 4, 5]
    tokens.position = 2
    tokens.split_number()
    assert tokens.current == "x"


def test_the_end_is_never_passed():
    tokens = TokenStream("x")
    assert [tokens.next() for _ in range(4)] == ["x", "", "", ""]
    assert tokens.skip("x") is False
    assert tokens.following(3) == []
