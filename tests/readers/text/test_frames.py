"""Open brackets: when an item may be left out, and what a bracket is when it is closed."""

from __future__ import annotations

import itertools

import pytest

import symgd as sg
from symgd.errors import ParseError
from symgd.readers.text.frames import CLOSING, Frame, call, value_of
from symgd.readers.text.operators import Operator

KINDS = ["group", "call", "index", "array"]
x = sg.tensor("x", 3)


@pytest.mark.parametrize("kind", KINDS)
def test_brackets_by_kind(kind):
    assert CLOSING[Frame(kind).opening] == ("]" if kind in ("index", "array") else ")")


@pytest.mark.parametrize(
    ("kind", "state", "text", "may_end"),
    [
        ("call", {}, ")", True),  # f()
        ("call", {"items": [1]}, ")", False),  # f(1
        ("call", {"items": [1], "has_comma": True}, ")", True),  # f(1,)
        ("call", {}, ",", False),  # f(,
        ("group", {}, ")", False),  # ()
        ("group", {"items": [1], "has_comma": True}, ")", True),  # (1,)
        ("array", {}, "]", False),  # []
        ("array", {"items": [1], "has_comma": True}, "]", True),  # [1,]
        ("index", {}, "]", False),  # x[]
        ("index", {"slice_parts": [None]}, "]", True),  # x[:]
        ("index", {"slice_parts": [1]}, ",", True),  # x[1:, 0]
    ],
)
def test_where_nothing_may_stand(kind, state, text, may_end):
    assert Frame(kind, **state).may_end(text) == may_end


@pytest.mark.parametrize(("kind", "text"), [*itertools.product(KINDS, [")", "]", ","])])
@pytest.mark.parametrize("state", [{"values": [1]}, {"operators": [Operator("+", 0, False)]}, {"keyword": "axis"}])
def test_what_is_begun_has_to_be_finished(kind, text, state):
    frame = Frame(kind, **state, items=[1], has_comma=True, slice_parts=[None])
    assert not frame.is_blank
    assert not frame.may_end(text)


@pytest.mark.parametrize(
    ("frame", "value"),
    [
        (Frame("group", items=[2]), 2),
        (Frame("group", items=[2], has_comma=True), (2,)),
        (Frame("group", items=[2, 3], has_comma=True), (2, 3)),
        (Frame("array", items=[2, 3]), [2, 3]),
    ],
)
def test_the_value_of_a_bracket(frame, value):
    assert value_of(frame) == value


@pytest.mark.parametrize(
    ("items", "has_comma", "text"), [([0], False, "x[0]"), ([slice(1, None)], False, "x[1:]"), ([None, ...], True, "x[None]")]
)
def test_an_index_is_that_of_the_tensor(items, has_comma, text):
    found = value_of(Frame("index", base=x, items=items, has_comma=has_comma))
    assert found is sg.formula(text, shapes={"x": 3})


@pytest.mark.parametrize(
    ("name", "arguments", "keywords", "message"),
    [
        ("exp", [x], {"axis": 0}, "exp has no argument called axis"),
        ("sum", [], {}, r"call it as sum\(x, axis=None"),
        ("sum", [x], {"axes": 0}, "unexpected keyword"),
        ("sum", [x, 0, True, 4], {}, "too many positional"),
    ],
)
def test_arguments_that_a_function_does_not_take(name, arguments, keywords, message):
    with pytest.raises(ParseError, match=message):
        call(name, arguments, keywords)


def test_a_call_gives_the_function_its_arguments():
    assert call("sum", [x], {"axis": 0}) is sg.sum(x, axis=0)
