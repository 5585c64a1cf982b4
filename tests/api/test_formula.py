"""Shapes and facts beside a formula: those of a text's inputs, and refused where they are not those of the inputs."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError

a = sg.tensor("a", (3,), positive=True)
EVERY_SOURCE = {
    "text": ("2*a", (), {"shapes": {"a": 3}, "facts": {"a": {"positive": True}}}),
    "latex": (r"2 a", (), {"syntax": "latex", "shapes": {"a": 3}, "facts": {"a": {"positive": True}}}),
    "sympy": (2 * sp.Symbol("a", positive=True), (), {}),
    "function": (lambda a: 2 * a, (a,), {}),
    "node": (2 * a, (), {}),
    "number": (3, (), {}),
}


def read(source, **more):
    what, arguments, given = EVERY_SOURCE[source]
    return sg.formula(what, *arguments, **{key: {**given.get(key, {}), **value} for key, value in more.items()} | {
        key: value for key, value in given.items() if key not in more
    })  # fmt: skip


@pytest.mark.parametrize("more", [{"shapes": {"b": 3}}, {"facts": {"b": {"positive": True}}}], ids=["shapes", "facts"])
@pytest.mark.parametrize("source", EVERY_SOURCE)
def test_what_is_said_of_a_name_that_does_not_occur_is_refused(source, more):
    with pytest.raises(SymgdError, match="not in the formula"):
        read(source, **more)


@pytest.mark.parametrize("source", ["sympy", "function", "node"])
def test_shapes_and_facts_of_inputs_that_carry_their_own_must_agree(source):
    shape = () if source == "sympy" else (3,)
    read(source, shapes={"a": shape}, facts={"a": {"positive": True}})
    with pytest.raises(ShapeError, match="a has the shape"):
        read(source, shapes={"a": 4})
    with pytest.raises(SymgdError, match="other facts"):
        read(source, facts={"a": {"nonzero": True, "upper": 5}})


@pytest.mark.parametrize("source", EVERY_SOURCE)
@pytest.mark.parametrize("known", [{1: 2}, {None: True}, 3, {"positively": True}, {"lower": float("nan")}], ids=str)
def test_what_is_no_fact_is_refused(source, known):
    with pytest.raises(SymgdError):
        read(source, facts={"a": known})


def loss(X, w, y, decay=0.1, scale=1.0):
    return scale * np.mean((X @ w - y) ** 2) + decay * np.sum(w**2)


SHAPES = {"X": "m n", "w": "n", "y": "m"}


def test_a_function_gets_inputs_named_as_its_arguments():
    inputs = [sg.tensor(name, shape) for name, shape in SHAPES.items()]
    assert sg.formula(loss, shapes=SHAPES) is sg.formula(loss, *inputs)
    with_decay = sg.formula(loss, shapes=SHAPES, facts={"decay": {"positive": True}})
    assert with_decay is sg.formula(loss, *inputs, sg.scalar("decay", positive=True))
    assert str(sg.formula(lambda x, t: t * np.sum(x), shapes={"x": "n"})) == "t*sum(x)"


@pytest.mark.parametrize(
    ("shapes", "facts", "message"),
    [
        (
            {"z": "n"},
            {},
            "'?z'? is no argument of the function that comes by its place\n  hint: its arguments are X, w, y, decay, scale",
        ),
        ({}, {"z": {"positive": True}}, "is no argument of the function"),
        ({"X": "m n"}, {}, "cannot multiply"),
        ({**SHAPES, "scale": ""}, {}, "decay keeps its default, and scale behind it is to be an input"),
        ({}, {}, 'cannot be called with 0 inputs.*\n  hint: shapes={"x": "n", …} by the names of the arguments'),
    ],
)
def test_names_that_are_no_arguments_are_refused(shapes, facts, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(loss, shapes=shapes, facts=facts)


@pytest.mark.parametrize("function", [math.sin, float, max, np.sin], ids=str)
def test_a_function_that_is_not_written_in_python_has_no_named_arguments(function):
    with pytest.raises(UnsupportedError, match="no function written in Python"):
        sg.formula(function, shapes={"x": "3"})
