from __future__ import annotations

from fractions import Fraction

import pytest

from symgd.errors import SymgdError
from symgd.tools.options import read_bounds, read_facts, read_names, read_point, read_shapes


def test_one_line_notations():
    assert read_shapes("X: m n; y: m; lam:") == {"X": "m n", "y": "m", "lam": ""}
    assert read_facts("y: one_hot; p: lower=0 upper=1/2") == {
        "y": {"one_hot": True},
        "p": {"lower": 0, "upper": Fraction(1, 2)},
    }
    assert read_point("a: 100; x: 1 2 3") == {"a": 100.0, "x": [1.0, 2.0, 3.0]}
    assert read_bounds("x: (0, inf); y: [-1, 1/3]") == {"x": (0, None), "y": (-1, Fraction(1, 3))}
    assert read_names("w") == "w"
    assert read_names("a, b") == read_names("a b") == ["a", "b"]
    assert read_names("log  l") == "log l"
    assert read_names("A[0, 1], log l x[1:]") == ["A[0, 1]", "log l", "x[1:]"]


@pytest.mark.parametrize(
    "read",
    [
        lambda: read_shapes("X"),
        lambda: read_point("x: 1e999999"),
        lambda: read_point("x:"),
        lambda: read_bounds("x: 1"),
        lambda: read_names(" "),
    ],
)
def test_mistakes(read):
    with pytest.raises(SymgdError):
        read()


@pytest.mark.parametrize("text", ["y: values=[-1, 1]", "y: values=[-1,1]", "y: values=[ -1  1 ]"])
def test_values_are_a_list_in_brackets(text):
    assert read_facts(text) == {"y": {"values": [-1, 1]}}
    assert read_facts(f"p: lower=0 upper=1, {text[3:]}; z: positive") == {
        "p": {"lower": 0, "upper": 1, "values": [-1, 1]},
        "z": {"positive": True},
    }
    assert read_facts("y: values=0") == {"y": {"values": [0]}}


@pytest.mark.parametrize("text", ["y: lower=[0, 1]", "y: values=[]", "y: values=[a]", "y: values", "y: values=[0, 1"])
def test_values_that_are_no_list_of_numbers(text):
    with pytest.raises(SymgdError):
        read_facts(text)
