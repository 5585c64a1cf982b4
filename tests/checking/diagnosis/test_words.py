"""Words for causes: factors, terms and comparisons mean what they say."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.checking.diagnosis.words import compared, factor_words, guess, is_negative, show, term_words

FACTORS = [
    (-1.0, "wrong sign"),
    (0.5, "missing factor 2"),
    (-0.5, "wrong sign and missing factor 2"),
    (1 / 3, "missing factor 3"),
    (2.0, "factor 2 too many"),
    (-2.0, "wrong sign and factor 2 too many"),
    (1000.0, "factor 1000 too many"),
    (0.75, "factor 0.75 too many"),
    (1.000001, "factor 1.000001 too many"),
    (-1.5, "wrong sign and factor 1.5 too many"),
    (1e13, "factor 1e+13 too many"),
    (1e-13, "factor 1e-13 too many"),
    (0.0, "0 is claimed"),
]


@pytest.mark.parametrize(("ratio", "words"), FACTORS)
def test_factors(ratio, words):
    assert factor_words(ratio) == words


@pytest.mark.parametrize(("ratio", "word"), [(-1.0, "sign"), (0.5, "2 from the square"), (2.0, "½"), (3.0, ""), (1.0, "")])
def test_guesses_are_made_for_common_factors_only(ratio, word):
    assert word in guess(ratio)
    assert bool(guess(ratio)) is bool(word)


TERMS = [
    (-1.0, "sign of term 3, 2*x"),
    (0.0, "term 3 is missing, 2*x"),
    (0.5, "missing factor 2 in term 3, 2*x"),
    (4.0, "factor 4 too many in term 3, 2*x"),
]


@pytest.mark.parametrize(("weight", "words"), TERMS)
def test_terms(weight, words):
    assert term_words(weight, 3, sg.formula("2*x")) == words


def test_long_formulas_are_cut():
    short = sg.formula("sin(x) + cos(y)")
    assert show(short) == str(short)
    long = sg.formula(" + ".join(f"sin(x{k})" for k in range(40)))
    assert show(long).endswith(" …")
    assert len(show(long)) == 72
    assert str(long).startswith(show(long)[:70])


COMPARED = [
    ("x - 5", ">", "x > 5"),
    ("5 - x", ">", "x < 5"),
    ("5 - x", "<=", "x >= 5"),
    ("x + 3", ">=", "x >= -3"),
    ("x - y", "<", "x < y"),
    ("-x", "<", "x > 0"),
    ("-x", "=", "x = 0"),
    ("x", "=", "x = 0"),
    ("x*y", ">", "x*y > 0"),
    ("-3*x*y", ">=", "3*x*y <= 0"),
]
HOLDS = {
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
    "=": np.equal,
}


@pytest.mark.parametrize(("switch", "sign", "words"), COMPARED)
def test_comparisons_are_written_as_a_person_would(switch, sign, words):
    assert compared(sg.formula(switch), sign) == words


SWITCHES = [
    "x - 5", "5 - x", "x - y", "y - x", "-x", "x + y", "-x - y", "x + 1/2", "-x + 2*y", "x*y - 3", "3 - x*y", "x**2 - y",
]  # fmt: skip


@pytest.mark.parametrize("sign", HOLDS)
@pytest.mark.parametrize("text", SWITCHES)
def test_comparisons_mean_that_the_switch_compares_with_0(text, sign):
    words = compared(sg.formula(text), sign).replace(" = ", " == ")
    values = [-5.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0]
    for x in values:
        for y in values:
            known = {"x": x, "y": y}
            assert eval(words, known.copy()) == HOLDS[sign](eval(text, known.copy()), 0), (words, known)


@pytest.mark.parametrize(
    ("text", "negative"), [("-x", True), ("-2*x", False), ("x", False), ("-(x*y)", True), ("1 - x", False)]
)
def test_what_is_written_with_a_minus(text, negative):
    assert is_negative(sg.formula(text)) is negative
