"""Functions and their arguments: with and without brackets, powers of functions, logarithms to a base."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ParseError, ShapeError, SymgdError
from tests.readers.latex.reading import assert_refused, assert_same, assert_two_readings

SAME = [
    (r"\log\det\Sigma", "log(det(Sigma))"),
    (r"\operatorname{tr}(A^\top A)", "trace(A.T @ A)"),
    (r"\sin^2 t + \cos^2 t", "sin(t)**2 + cos(t)**2"),
    (r"W_2\tanh(W_1 x + b)", "W_2 @ tanh(W_1 @ x + b)"),
    (r"\log\det(A - 2I)", "log(det(A - 2*eye(d)))"),
    (r"\log_2 t", "log2(t)"),
    (r"\log_{10} t + \log_s t", "log10(t) + log(t)/log(s)"),
    (r"\sec t + \csc^2 t", "1/cos(t) + (1/sin(t))**2"),
    (r"\cos 2\pi t", "cos(2*pi*t)"),
    (r"\log d \|w\|_1", "log(d)*norm1(w)"),
    (r"\sin t \cdot \cos s", "sin(t)*cos(s)"),
    (r"\operatorname{clip}(x, 0, 1)", "clip(x, 0, 1)"),
    (r"\operatorname{cumsum}(x)^\top w", "cumsum(x) @ w"),
    (r"\ln t", "log(t)"),
    (r"\exp(t) \exp s", "exp(t)*exp(s)"),
    (r"\operatorname{sgn}(t) + \operatorname{ReLU}(s)", "sign(t) + relu(s)"),
    (r"\sigma(t)", "sigmoid(t)"),
    (r"\Phi(t) \phi(s)", "ndtr(t)*exp(-s**2/2)/sqrt(2*pi)"),
    (r"\phi \cdot t + \Phi", "phi*t + Phi"),
    (r"\log\Phi(t)", "log(ndtr(t))"),
    (r"\mathrm{tr}(A)", "trace(A)"),
    (r"\log|A|", "log(abs(det(A)))"),
    (r"\cot t \tan s", "1/tan(t)*tan(s)"),
    (r"\operatorname{softmax}(x)^\top w", "softmax(x) @ w"),
    (r"\operatorname{arsinh} t", "asinh(t)"),
    (r"\tanh(x)^\top w", "tanh(x) @ w"),
]
TWO_READINGS = [
    r"\sin s t",
    r"\exp(A)",
    r"\sin^{-1} t",
    r"\sin(t)^2",
    r"\sigma^2 + \sigma(t - 1)",
    r"\Phi + \Phi(t)",
    r"\phi(t) \phi",
    r"\sin 2\pi \cdot t",
    r"\sin t/2",
    r"\log|x|",
    r"\log(A)",
    r"\sin t s",
    r"\cos(x) w",
]
MISTAKES = [
    (r"\sin" * 900 + " t", ParseError, "nested"),
    (r"\log" * 2000 + " t", ParseError, "nested"),
    (r"\operatorname{cross}(x)", SymgdError, "more than one argument"),
    (r"\lg t", ParseError, r"log_\{10\} or"),
    (r"\sin", ParseError, "argument of sin is missing"),
    (r"\operatorname{banana}(t)", ParseError, "no function called banana"),
    (r"\operatorname{clip}(x, 0)", SymgdError, "clip"),
    (r"\det x", ShapeError, "belongs to a matrix"),
    (r"\sum_i \operatorname{tr}(x_i)", SymgdError, "an index runs in"),
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


def test_a_name_with_an_underscore_is_read_as_it_is_printed():
    formula = sg.leaky_relu(sg.scalar("x"), sg.scalar("a"))
    assert formula.latex() == r"\operatorname{leaky\_relu}(x, a)"
    assert sg.formula(formula.latex(), syntax="latex") is formula
