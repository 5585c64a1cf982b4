"""What the tests of LaTeX share: shapes of names, and the two laws that most of them are rows of."""

from __future__ import annotations

import re

import pytest

import symgd as sg
from symgd.errors import SymgdError
from symgd.readers.latex.commands import COMMANDS
from symgd.readers.latex.parser import Parser
from symgd.readers.latex.scope import Scope
from symgd.readers.latex.stream import TokenStream

SHAPES = {
    "X": "n d", "w": "d", "y": "n", "A": "d d", "Sigma": "d d", "x": "d", "mu": "d", "W_1": "h d", "W_2": "k h", "b": "h",
    "theta": "d",
}  # fmt: skip


def shapes_in(latex):
    """Return the shapes of those names that stand in a text."""
    words = r"\\(begin|end|text|operatorname|mathrm)\{[^}]*\}|\\(?!Sigma|mu|theta)[A-Za-z]+"
    letters = re.sub(words, " ", latex)
    return {name: shape for name, shape in SHAPES.items() if name in letters}


def read(latex):
    return sg.formula(latex, shapes=shapes_in(latex), syntax="latex")


def assert_same(latex, text):
    """A paper and a text give one graph."""
    shapes = {name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", text)}
    assert str(read(latex)) == str(sg.formula(text, shapes=shapes))


def assert_two_readings(latex):
    """What has two readings is an error that names both, with its place."""
    with pytest.raises(SymgdError, match=r"has two readings: .*, or ") as caught:
        read(latex)
    assert "^" in str(caught.value)


def assert_refused(latex, kind, message):
    with pytest.raises(kind, match=message):
        read(latex)


def parser_of(latex, **shapes):
    """Return a parser at the start of a text, for what is read before or behind it."""
    declared = {name: tuple(sg.tensor("t", shape).shape) for name, shape in shapes.items()}
    return Parser(TokenStream(latex), Scope(latex, declared, {}), COMMANDS)
