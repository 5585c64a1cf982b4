"""Points nearer to 0, where formulas with large or tiny numbers change."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.evaluation.sampling import Point
from symgd.evaluation.scales import nearer_to_zero, scales_of


def test_scales_are_the_tiny_numbers_and_the_reciprocals_of_large_ones():
    assert scales_of(sg.formula("tanh(10**6*x) + 3*x + 0.5")) == [Fraction(1, 10**6)]
    assert scales_of(sg.formula("log(x + 1e-8) + 200*x")) == [Fraction(1, 10**8), Fraction(1, 200)]
    assert scales_of(sg.formula("sin(x)/7")) == []


def test_only_what_may_be_nearer_to_zero_moves():
    x, k, b = sg.scalar("x"), sg.scalar("k"), sg.scalar("b", lower=1)
    point = nearer_to_zero(Point({x: np.array(0.5), k: np.array(3), b: np.array(2.0)}, {}), Fraction(1, 100))
    assert [point.values[node][()] for node in (x, k, b)] == [Fraction(1, 200), 3, 2.0]


# (loss, right, wrong): what is wrong is so near to 0 only, or by a factor where nothing is left in 2,000 digits
FORMULAS = [
    ("tanh(10**6*x)", "10**6/cosh(10**6*x)**2", "2*10**6/cosh(10**6*x)**2"),
    ("tanh(10**6*x)", "10**6*(1 - tanh(10**6*x)**2)", "0"),
    ("1 - tanh(10**6*x)**2", "-2*10**6*tanh(10**6*x)/cosh(10**6*x)**2", "0"),
    ("sigmoid(10**6*x)", "10**6/(4*cosh(10**6*x/2)**2)", "10**6/(2*cosh(10**6*x/2)**2)"),
    ("log(1 + exp(-10**7*x))", "-10**7/(1 + exp(10**7*x))", "-10**7/(2 + exp(10**7*x))"),
    ("exp(-x*10**8)", "-10**8*exp(-x*10**8)", "-2*10**8*exp(-x*10**8)"),
    ("atan(10**9*x)", "10**9/(1 + 10**18*x**2)", "10**9/(2 + 10**18*x**2)"),
    ("sqrt(x**2 + 1e-12)", "x/sqrt(x**2 + 1e-12)", "sign(x)"),
]


@pytest.mark.parametrize(("loss", "right", "wrong"), FORMULAS)
@pytest.mark.parametrize("seed", range(3))
def test_steep_formulas(loss, right, wrong, seed):
    assert sg.check_gradient(loss, "x", gradient=right, seed=seed).verdict.name == "RIGHT"
    assert sg.check_gradient(loss, "x", gradient=wrong, seed=seed).verdict.name == "WRONG"


@pytest.mark.parametrize(
    ("loss", "right", "wrong"),
    [
        ("log(x + 1e-8)", lambda x: 1 / (x + 1e-8), lambda x: 1 / x),
        ("sqrt(x**2 + 1e-12)", lambda x: x / np.sqrt(x**2 + 1e-12), np.sign),
        ("tanh(10**6*x)", lambda x: 1e6 * (1 - np.tanh(1e6 * x) ** 2), lambda x: 0 * x),
    ],
)
def test_steep_code(loss, right, wrong):
    assert sg.check_gradient(loss, "x", gradient=right).verdict.name == "RIGHT"
    assert sg.check_gradient(loss, "x", gradient=wrong).verdict.name == "WRONG"
