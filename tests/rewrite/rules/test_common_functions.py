"""A function that stands in every term of a sum is written once; plain factors are not taken out."""

from __future__ import annotations

import pytest

import symgd as sg
from tests.rewrite.rules.tables import rewritten

WRITTEN = [  # formula, its shorter form
    ("exp(x)*y - exp(x)*z", "exp(x)*(y - z)"),
    ("n*(x + 1)**(n - 2) - (x + 1)**(n - 2)", "(x + 1)**(n - 2)*(n - 1)"),
    ("sin(x)*cos(x)*y + 2*sin(x)**2*z", "sin(x)*(y*cos(x) + 2*z*sin(x))"),
    ("x*u @ w + y*u @ w", "(u @ w)*(x + y)"),
    ("y*exp(x)/x - z*exp(x)/x**2", "exp(x)*(y - z/x)/x"),
]
KEPT = ["x*y - x*z", "3*x**2 + 2*x", "y/(x + 1) - z/(x + 1)**3", "sqrt(x)*y + sqrt(x)*z", "y*exp(x) - z*exp(-x)"]


@pytest.mark.parametrize(("text", "after"), WRITTEN)
def test_a_function_is_taken_out(text, after):
    found, reasons = rewritten(text)
    assert (found, "every term has the factor" in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_a_sum_stays_as_it_is(text):
    assert rewritten(text)[0] == text


AT_ZERO = [  # formula, which derivative in x, where it is asked for, its value by hand: the terms apart have it
    ("x**k*exp(-x*y)", sg.gradient, {"x": 0, "k": 0, "y": 1.3}, -1.3),
    ("x**k*exp(-x)", sg.gradient, {"x": 0, "k": 2}, 0),
    ("x**k*exp(-x)", sg.hessian, {"x": 0, "k": 1}, -2),
    ("sin(x)**k", sg.hessian, {"x": 0, "k": 1}, 0),
    ("x**k*(1 - x)**m", sg.gradient, {"x": 0, "k": 0, "m": 2}, -2),
    ("x**k*(1 - x)**m", sg.gradient, {"x": 1, "k": 2, "m": 0}, 2),
    ("(1 - exp(x))**(k + 1)", sg.hessian, {"x": 0, "k": 0}, -1),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("text", "derive", "at", "value"), AT_ZERO)
def test_slopes_of_powers_at_0_are_kept_where_a_power_is_taken_out(text, derive, at, value):
    code = sg.lambdify(list(at), derive(text, "x"))
    assert code(*map(float, at.values())) == pytest.approx(value, abs=1e-15)


def test_numbers_behind_other_factors_count():
    slopes = sg.formula("y*x*2 + 2*y*sin(x) + y*(2*exp(x))")
    assert sg.lambdify(["x", "y"], slopes)(0.0, 3.0) == 6.0
    assert sg.lambdify("x", sg.gradient("x*x*x*2*x", "x"))(2.0) == 64.0


NEAR_ZERO = [  # formula, x, the slope in x for y = 2, by the first terms of its power series
    ("y*sin(x)/x", 0, 0),
    ("y*(exp(x) - 1)/x", 0, 1),
    ("y*log(1 + x)/x", 0, -1),
    ("y*(1 - cos(x))/x**2", 1e-5, 2 * (-1e-5 / 12 + 1e-15 / 180)),
    ("y*tanh(x)/(exp(x) - 1)", 1e-300, -1),
    ("y*sin(x)/x", 1e-9, -2e-9 / 3),
]


@pytest.mark.parametrize(("text", "x", "slope"), NEAR_ZERO)
def test_a_factor_in_front_leaves_the_digits_near_0(text, x, slope):
    assert sg.lambdify(["x", "y"], sg.gradient(text, "x"))(x, 2.0) == pytest.approx(slope, rel=1e-13, abs=1e-300)
