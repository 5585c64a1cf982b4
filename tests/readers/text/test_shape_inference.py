"""Shapes of names that are not declared: inferred where one reading remains, an error naming both where two do."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ShapeError

ONE_READING = [
    ("mean((X @ w - y)**2)", {"X": "m n", "y": "m"}, {"w": "(n,)"}),
    ("logdet(S)", {}, {"S": "(m, m)"}),
    ("trace(inv(S) @ B)", {"B": "n n"}, {"S": "(n, n)"}),
    ("norm2(x) + a", {}, {"x": "(n,)", "a": "()"}),
    ("sum(x*y)", {"x": "n"}, {"y": "()"}),
    ("solve(A, b) @ c", {"b": "n", "c": "n"}, {"A": "(n, n)"}),
    ("softmax(z) @ y", {"y": "k"}, {"z": "(k,)"}),
    ("outer(u, v)", {}, {"u": "(n,)", "v": "(m,)"}),
    ("det(A @ A.T)", {"A": "3 k"}, {}),
]
TWO_READINGS = [
    ("X @ w", {}, "X"),
    ("mean((X @ w - y)**2)", {"X": "m n"}, "w"),
    ("x @ A @ x", {"A": "n n"}, "x"),
    ("A @ B", {"A": "m n"}, "B"),
]


@pytest.mark.parametrize(("text", "shapes", "expected"), ONE_READING)
def test_a_single_reading_is_taken(text, shapes, expected):
    found = {node.name: str(node.shape) for node in sg.formula(text, shapes=shapes).symbols}
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(("text", "shapes", "name"), TWO_READINGS)
def test_two_readings_are_an_error_that_names_both(text, shapes, name):
    with pytest.raises(ShapeError, match=" or ") as caught:
        sg.formula(text, shapes=shapes)
    message = str(caught.value)
    assert f"{name}: (" in message
    assert "hint: declare what is meant, such as shapes=" in message
    assert "^" in message


def test_operands_of_different_rank_determine_nothing():
    with pytest.raises(ShapeError):
        sg.formula("inv(S) - y", shapes={"y": "n", "S": "m m"})


def test_what_cannot_be_keeps_the_error_of_the_first_reading():
    with pytest.raises(ShapeError, match="axis 1 of the left has size n"):
        sg.formula("X @ w - y", shapes={"X": "m n", "w": "m"})
