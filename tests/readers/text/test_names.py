"""What a name stands for, in the order in which meanings are looked for; and what cannot be a name."""

from __future__ import annotations

import keyword
import re

import pytest

import symgd as sg
from symgd.errors import ParseError
from symgd.graph.primitive import FUNCTIONS
from symgd.readers.text.names import RESERVED, Names
from symgd.readers.text.tokens import Token

N = sg.tensor("x", "n").shape[0]


def names(symbols=None, **shapes):
    declared = {name: sg.tensor("t", shape).shape for name, shape in shapes.items()}
    return Names("a formula", declared, {"s": {"positive": True}}, dict(symbols or {}), {"g": (N,)})


def token(name):
    return Token("name", name, 2)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x", "x"),
        ("s", "s"),
        ("n", "n"),
        ("pi", "pi"),
        ("inf", "inf"),
        ("True", "True"),
        ("None", "None"),
        ("z", "z"),
        ("beta", "beta"),
    ],
)
def test_a_name_stands_for_what_it_is_declared_to_be(name, text):
    assert str(names(x="n").value(token(name))) == text


@pytest.mark.parametrize("name", sorted({*RESERVED, "exp", "sum", "nan"} - {"inf"}))
def test_a_declaration_comes_before_every_other_meaning(name):
    one = names({name: sg.tensor("mine")})
    assert str(one.value(token(name))) == "mine"
    assert name in one.declared
    assert one.used == {name: 2}


def test_a_guess_is_the_shape_of_a_new_name():
    one = names()
    assert one.value(token("g")).shape == (N,)
    assert one.value(token("h")).shape == ()
    assert not {"g", "h"} & one.declared


@pytest.mark.parametrize("name", [name for name in keyword.kwlist if name not in RESERVED])
def test_keywords_of_python_are_no_names(name):
    with pytest.raises(ParseError, match="cannot be used in a formula|is a function") as caught:
        names().value(token(name))
    assert caught.value.position == 2


@pytest.mark.parametrize(
    ("name", "message"),
    [("nan", "no number"), ("oo", "inf"), ("I", "imaginary unit"), ("sum", "needs its arguments"), ("__x", "cannot be used"),
     ("а", "only looks like a"), ("where", "cannot be used|is a function")],
)  # fmt: skip
def test_what_means_something_else_to_most_readers(name, message):
    with pytest.raises(ParseError, match=message):
        names().value(token(name))


@pytest.mark.parametrize(
    ("name", "hint"),
    [("sofplus", "did you mean softplus"), ("lse", "did you mean logsumexp"), ("q", r"write q\*\("),
     ("n", r"write n\*\("), ("foo", "listed in the documentation"), ("getitem", "no function called getitem")],
)  # fmt: skip
def test_a_function_that_is_not_there(name, hint):
    with pytest.raises(ParseError, match=hint):
        names(x="n").function(token(name))


@pytest.mark.parametrize("name", [name for name in ("exp", "sum", "where", "einsum") if name in FUNCTIONS])
def test_a_function_is_called_by_its_name(name):
    assert names().function(token(name)) == name


@pytest.mark.parametrize(("name", "later"), [("x", []), ("n", []), ("pi", []), ("t", ["t", "t"])])
def test_a_definition_gives_a_new_name(name, later):
    with pytest.raises(ParseError, match="has a meaning already"):
        names(x="n").check_definition(name, [token("y")], later)


def test_definitions_stand_before_they_are_used():
    one = names()
    with pytest.raises(ParseError, match="u is used before it is defined"):
        one.check_definition("t", [token("u")], ["t", "u"])
    one.check_definition("t", [token("y")], ["t", "u"])
    one.define("t", sg.tensor("y") + 1)
    assert one.value(token("t")) is sg.tensor("y") + 1
    assert "t" in one.declared


@pytest.mark.parametrize(
    ("used", "message"),
    [(["X"], "did you mean x"), (["x", "s"], None), (["s"], "a shape is given for x"), (["x"], "facts are given")],
)
def test_declarations_have_to_be_used(used, message):
    one = names(x="n")
    for name in used:
        one.value(token(name))
    if message is None:
        one.check_declarations()
        return
    if message != "facts are given":
        one.value(token("s"))
    with pytest.raises(ParseError, match=message):
        one.check_declarations()


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("πx", "π*x"), ("cos πx", "cos(π*x)"), ("xπ", "x*π"), ("2πx", "2*π*x"), ("πr**2", "π*r**2"),
        ("sin(2*πt_1)", "sin(2*π*t_1)"), ("aπb", "a*π*b"), ("πr²", "π*r²"),
    ],
)  # fmt: skip
def test_pi_beside_a_letter_is_no_name(text, product):
    with pytest.raises(ParseError) as caught:
        sg.formula(text)
    assert any(part in product for part in re.findall(r"write (\S*π\S*?);? ", caught.value.hint))
    assert sg.formula(product).symbols


@pytest.mark.parametrize("name", ["πx", "π_1", "π_θ"])
def test_pi_may_be_a_letter_of_a_name(name):
    shapes = {} if name.startswith("π_") else {name: ""}
    assert sg.formula(f"2*{name}", shapes=shapes) is 2 * sg.scalar(name)
