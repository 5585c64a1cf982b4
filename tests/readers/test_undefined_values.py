"""Functions of numbers outside their domains are refused, wherever they stand; those inside and on its closed ends are not."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DomainError
from symgd.graph.node import constant
from symgd.primitives.exponential import acosh, atanh, log
from symgd.primitives.trigonometric import asin
from symgd.readers.undefined_values import refuse_undefined_numbers

x = sg.scalar("x")
tiny, half = Fraction(1, 10**400), Fraction(1, 2)
DOMAINS = [  # function, numbers outside, numbers inside: NIST DLMF 4.2, 4.23, 4.37
    (log, [0, -1, -tiny, -0.0, -1e308], [1, tiny, 5e-324, 1e308]),
    (asin, [1 + tiny, -2, 1.0000000000000002], [1, -1, 1 - tiny, 0.5]),
    (acosh, [1 - tiny, half, 0, -2], [1, 1 + tiny, 1e308]),
    (atanh, [1, -1, 2, 1 + tiny], [1 - tiny, 0, -half, 0.9999999999999999]),
]
OUTSIDE = [(function, number) for function, outside, _ in DOMAINS for number in outside]
INSIDE = [(function, number) for function, _, inside in DOMAINS for number in inside]


@pytest.mark.parametrize(("function", "number"), OUTSIDE, ids=range(len(OUTSIDE)))
def test_numbers_outside_are_refused(function, number):
    with pytest.raises(DomainError, match="has no value"):
        refuse_undefined_numbers(function(constant(number)))


@pytest.mark.parametrize(("function", "number"), INSIDE, ids=range(len(INSIDE)))
def test_numbers_inside_are_not(function, number):
    assert refuse_undefined_numbers(function(constant(number))) is None


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_left_to_arithmetic(number):
    assert refuse_undefined_numbers(log(constant(number))) is None


def test_inputs_are_left_alone():
    for formula in (x, constant(0), log(x), log(2 * x - x), log(x * 0 + 1), 1 / log(x), (x - x) ** 2):
        assert refuse_undefined_numbers(formula) is None


@pytest.mark.parametrize("place", [lambda node: node + x, lambda node: sg.where(x > 0, 1, node), acosh])
def test_the_function_is_named_wherever_it_stands(place):
    with pytest.raises(DomainError, match=r"log\(-2\) has no value") as caught:
        refuse_undefined_numbers(place(log(constant(-2))), "what was read")
    assert "what was read" in str(caught.value)


READERS = [
    ("x + log(0)", {}),
    (r"x + \log(0)", {"syntax": "latex"}),
    (sp.Symbol("x") + sp.acosh(half, evaluate=False), {}),
]


@pytest.mark.parametrize(("source", "given"), READERS, ids=["text", "LaTeX", "SymPy"])
def test_every_reader_refuses(source, given):
    with pytest.raises(DomainError, match="has no value"):
        sg.formula(source, **given)


def test_code_is_refused_too():
    with pytest.raises(DomainError, match="has no value"):
        sg.formula(lambda x: x + log(constant(0)), x)


UNDEFINED = [  # poles: NIST DLMF 4.14, 5.2; everything else follows from exact algebra
    "gamma(0)*x",
    "gamma(-3)*x",
    "digamma(0)*x",
    "polygamma(1, -2)*x",
    "beta(0, 1)*x",
    "zeta(1/2, 1)*x",
    "tan(pi/2)*x",
    "tan(-3*pi/2)*x",
    "x/sin(2*pi)",
    "x/(sqrt(6) - sqrt(2)*sqrt(3))",
    "x/(sin(1)**2 + cos(1)**2 - 1)",
    "x + log(cos(pi/2))",
    "sqrt(1 - sqrt(2))*x",
    "lambertw(-1)*x",
    "acosh(cos(1))*x",
    "0/(x - x)",
    "1/(2*x - x - x)",
    "(x - x)**(-1)",
    "log(3*x - x*3)",
    "gamma(x - x)",
    "y/(x*y - y*x)",
]
DEFINED = [
    "gamma(1/2)*x",
    "gamma(-5/2)*x",
    "tan(pi/3)*x",
    "tan(1.5707963267948966)*x",
    "x/sin(3)",
    "x/sin(10**30)",
    "x/(sqrt(2) - 1)",
    "sqrt(3 - sqrt(2))*x",
    "lambertw(-1/3)*x",
    "zeta(2, -1/2)*x",
    "xlogy(0, 0)*x",
    "x/(2*x - x)",
    "x/(x - y)",
    "x**0/(x - x + 1)",
    "x*exp(10**9)",
    "x/exp(exp(exp(10)))",
]


@pytest.mark.parametrize("text", UNDEFINED)
def test_expressions_without_value_are_refused(text):
    with pytest.raises(DomainError, match="has no value"):
        sg.formula(text)


@pytest.mark.parametrize("text", DEFINED)
def test_expressions_with_a_value_are_not(text):
    assert sg.formula(text).symbols
