"""Fractions and roots; a quotient of differentials is refused."""

from __future__ import annotations

import pytest

from symgd.errors import ParseError, SymgdError
from tests.readers.latex.reading import assert_refused, assert_same, assert_two_readings

SAME = [
    (r"\binom{t}{s}", "gamma(t + 1)/(gamma(s + 1)*gamma(t - s + 1))"),
    (r"\sqrt{1+t^2}", "sqrt(1 + t**2)"),
    (r"\frac{d \cdot t}{d \cdot s} + \frac{d}{2}", "d*t/(d*s) + d/2"),
    (r"\frac12 t + \tfrac{1}{s} + \dfrac{t}{2}", "t/2 + 1/s + t/2"),
    (r"\sqrt[3]{t}", "cbrt(t)"),
    (r"\sqrt[4]{t}", "t**(1/4)"),
    (r"\sqrt x", "x**(1/2)"),
    (r"\frac{x}{t}", "x/t"),
    (r"t + \infty", "t + inf"),
]
TWO_READINGS = [
    r"\sqrt{A}",
    r"\frac{dt}{ds}",
    r"\frac{\mathrm{d}t}{\mathrm{d} s}",
    r"\frac{d}{dt} t^2",
    r"\frac{d^2 u}{ds^2}",
]
MISTAKES = [
    (r"\frac{1}{", ParseError, "ends where a value"),
    (r"\frac{t}{x}", SymgdError, "division by a column"),
    (r"\sqrt[3{t}", ParseError, "is expected"),
]


@pytest.mark.parametrize(("latex", "text"), SAME)
def test_a_paper_and_a_text_give_one_graph(latex, text):
    assert_same(latex, text)


@pytest.mark.parametrize("latex", TWO_READINGS)
def test_two_readings_are_an_error_that_names_both(latex):
    assert_two_readings(latex)


@pytest.mark.parametrize(("latex", "kind", "message"), MISTAKES)
def test_a_mistake_gives_one_error(latex, kind, message):
    assert_refused(latex, kind, message)
