"""The reader of LaTeX as a whole: what is no formula is refused, with declarations that do not fit it."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ParseError, ShapeError, SymgdError
from symgd.readers.latex.reader import from_latex
from tests.readers.latex.reading import assert_refused, read

MISTAKES = [
    ("", ParseError, "empty"),
    ("((((", ParseError, "ends where a value"),
    (r"\foo t", ParseError, "not known"),
    ("{" * 300, ParseError, "nested"),
    ("X y", ShapeError, "inner sizes"),
    ("t=1", ParseError, "an equation"),
    (r"\href{http://x}{y}", ParseError, "not known"),
    (r"\input{/etc/passwd}", ParseError, "not known"),
    ("x + A", ShapeError, "joins a"),
    (r"A/x", SymgdError, "division"),
    (r"t \le 3", ParseError, "cannot stand here"),
    (r"\nabla t", ParseError, "without its derivatives"),
    (r"t \equiv s", ParseError, "an equation"),
    (r"t )", ParseError, "cannot stand here"),
]


@pytest.mark.parametrize(("latex", "kind", "message"), MISTAKES)
def test_a_mistake_gives_one_error(latex, kind, message):
    assert_refused(latex, kind, message)


def test_rows_of_a_matrix_may_be_called_by_the_small_letter():
    loss = sg.formula(r"\sum_{i=1}^n (x_i^\top w - y_i)^2", shapes={"X": "n d", "w": "d", "y": "n"}, syntax="latex")
    assert str(loss) == "sum((X @ w - y)**2)"


@pytest.mark.parametrize(
    ("shapes", "facts", "message"),
    [
        ({"x": "n", "z": "n"}, {}, "a shape is given for z"),
        ({"X": "n"}, {}, "did you mean X"),
        ({}, {"z": {"positive": True}}, "facts are given for z"),
        ({"x": "n n n n n!"}, {}, "the shape of x"),
    ],
)
def test_declarations_have_to_fit(shapes, facts, message):
    with pytest.raises(SymgdError, match=message):
        from_latex("x + 1", shapes, facts)


@pytest.mark.parametrize("text", [None, 3, b"t", ["t"]])
def test_a_formula_is_a_text(text):
    with pytest.raises(ParseError, match="a formula is a text"):
        from_latex(text)


def test_a_text_has_a_greatest_length():
    with pytest.raises(ParseError, match="kB of text"):
        from_latex("t+" * 60_000 + "t")


@pytest.mark.parametrize(
    ("latex", "text"),
    [(r"N t", "N*t"), (r"\frac{1}{N} \sum_{i=1}^N t", "N*t/N"), (r"\sum_{i=1}^N x_i / N", None)],
)
def test_a_size_of_no_axis_is_an_input(latex, text):
    if text is None:
        assert str(from_latex(r"\frac{1}{N} \sum_{i=1}^N x_i", {"x": "N"})) == "sum(x)/N"
        return
    formula = read(latex)
    assert str(formula) == text
    assert {symbol.name for symbol in formula.symbols} == {"N", "t"}


def test_facts_reach_the_inputs():
    assert from_latex(r"\log t", facts={"t": {"positive": True}}).symbols[0].facts.sign.is_positive
