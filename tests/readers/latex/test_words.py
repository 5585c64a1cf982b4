r"""Words of letters beside each other, which LaTeX reads as products of letters: sin^{2} x, lr*x^{2}."""

from __future__ import annotations

import re

import pytest

import symgd as sg
from symgd.errors import AmbiguityError
from symgd.graph.primitive import FUNCTIONS
from symgd.readers.text.functions import SPELLINGS, is_function

WITH_BRACES = {
    "sin^{2} x": "sin(x)**2", "log x_{1}": "log(x_1)", "sqrt(x_{1})": "sqrt(x_1)", "sum(x_{1})": "sum(x_1)",
    "e^{-x} sin x": "exp(-x)*sin(x)",
    "pi r^{2}": "pi*r**2", "alpha_{1}": "alpha_1", "2*ab_{1}": "2*ab_1", "lr*x^{2}": "lr*x**2", "x1^{2}": "x1**2",
    "x_max^{2}": "x_max**2", "lr*x_{1}": "lr*x_1", "theta^{2} + lr": "theta**2 + lr", "2x + yz^{2}": "2*x + yz**2",
}  # fmt: skip
"""Texts without a command of LaTeX, and what they mean to a person."""


@pytest.mark.parametrize("text", WITH_BRACES)
def test_a_word_in_a_text_with_braces_has_two_readings(text):
    with pytest.raises(AmbiguityError, match="in a text with braces has two readings"):
        sg.formula(text)


@pytest.mark.parametrize(("text", "meant"), WITH_BRACES.items())
def test_the_hint_can_be_followed(text, meant):
    with pytest.raises(AmbiguityError) as caught:
        sg.formula(text)
    corrected = re.fullmatch(r"write (.*), or take the braces away", caught.value.hint)[1]
    assert sg.formula(corrected) is sg.formula(meant)


@pytest.mark.parametrize("wrt", ["lr_{1}", "alpha_{1}"])
def test_an_input_is_no_product_of_letters_either(wrt):
    with pytest.raises(AmbiguityError, match="two readings"):
        sg.gradient(sg.formula("lr_1*alpha_1**2"), wrt)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("x_{1}", "x_1"), ("x^{2} + y_{1}", "x**2 + y_1"), ("2x^{2}y", "2*x**2*y"), (r"\alpha xy^{2}", "alpha*x*y**2")],
)
def test_single_letters_with_braces_are_latex(text, meant):
    assert sg.formula(text) is sg.formula(meant)


def test_letters_that_are_all_declared_are_a_product():
    shapes = {"A": "n n", "x": "n"}
    assert sg.formula("x^{T}Ax", shapes=shapes) is sg.formula("x @ A @ x", shapes=shapes)


def test_letters_are_a_product_where_the_text_is_said_to_be_latex():
    assert sg.formula("ab^{2}", syntax="latex") is sg.formula("a*b**2")


@pytest.mark.parametrize("name", sorted(name for name in {*FUNCTIONS, *SPELLINGS} if name.isalpha() and len(name) > 1))
def test_the_name_of_a_function_is_no_product_in_latex(name):
    if not (is_function(name) or name in SPELLINGS):
        return
    for text in (f"{name}^{{2}} x", f"{name} x", rf"\alpha + {name}(x)"):
        with pytest.raises(AmbiguityError, match=f"{name} has two readings: the function"):
            sg.formula(text, syntax="latex")


@pytest.mark.parametrize("text", ["1e3", r"1e3 \cdot x", "1e3 x", "x + 1e3y", "1E3(x + 1)", "2.5e-3 x", r"\frac{1e3}{x}"])
def test_a_number_with_an_exponent_of_a_program_has_two_readings(text):
    with pytest.raises(AmbiguityError, match=r"two readings: .* \\cdot 10"):
        sg.formula(text, syntax="latex")
