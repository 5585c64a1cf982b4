"""The grammar of the text notation: what binds first, against Python's own reading of the same text."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symgd as sg
from symgd.errors import ParseError
from symgd.readers.text.expression import ExpressionParser
from symgd.readers.text.names import Names
from symgd.readers.text.tokens import tokenize

NUMERIC = [
    "2**3**2", "-2**2", "(-2)**2", "1 - 2 - 3", "2*3 - 4*5", "7 - 2*3**2", "2**-1", "-(1 - 2)*3", "8 - -3", "2*(3 + 4)*5",
    "--2", "+3 - +4", "((((5))))", "2**2*3", "-3*-4", "1 - (2 - (3 - 4))",
]  # fmt: skip


def read(text, **shapes):
    tokens = tokenize(text)
    return ExpressionParser(text, tokens, Names(text, {}, {}, dict(shapes), {})).formula()


@pytest.mark.parametrize("text", NUMERIC)
def test_numbers_are_computed_as_in_python(text):
    assert Fraction(read(text).value) == Fraction(eval(text))


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("x/y/z", lambda x, y, z: x / y / z),
        ("x/y*z", lambda x, y, z: x / y * z),
        ("-x**2*y", lambda x, y, z: -(x**2) * y),
        ("x**y**z", lambda x, y, z: x**y**z),
        ("x - y*z/2 + 1", lambda x, y, z: x - y * z / 2 + 1),
        ("where(x < y + z, x, -y)", lambda x, y, z: x if x < y + z else -y),
        ("|x - y|*z", lambda x, y, z: abs(x - y) * z),
        ("√(x)*y", lambda x, y, z: x**0.5 * y),
    ],
)
def test_values_are_those_of_python(text, python):
    inputs = {name: sg.scalar(name) for name in "xyz"}
    formula = read(text, **inputs)
    for point in ((0.5, 1.5, 2.0), (2.0, 0.75, 0.5)):
        given = [value for name, value in zip("xyz", point, strict=True) if name in {node.name for node in formula.symbols}]
        order = [name for name in "xyz" if name in {node.name for node in formula.symbols}]
        assert float(sg.lambdify(order, formula)(*given)) == pytest.approx(python(*point), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"), ("1 +", "ends where a value should follow"), ("(1", r"never closed"), ("1)", "never opened"),
        ("(1]", r"closes the bracket"), ("* 2", "no value before"), ("1, 2", "comma"), ("1 < 2 < 3", "chained"),
    ],
)  # fmt: skip
def test_what_is_no_formula(text, message):
    with pytest.raises(ParseError, match=message):
        read(text)


def test_nesting_is_limited_and_exhausts_nothing():
    assert read("(" * 400 + "1" + ")" * 400).value == 1
    with pytest.raises(ParseError, match="nested more than"):
        read("(" * 5000 + "1" + ")" * 5000)
