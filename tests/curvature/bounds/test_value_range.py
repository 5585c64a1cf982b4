"""Proven ranges hold all values, and are close."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.bounds.value_range import range_of, range_of_second_derivative
from symgd.graph.assumptions import Interval

RANGES = [  # text, interval, the true range
    ("x**2", Interval(-1, 2), (0, 4)),
    ("exp(-x**2)", Interval(), (0, 1)),
    ("sin(x)", Interval(), (-1, 1)),
    ("x*exp(-x)", Interval(0), (0, float(np.exp(-1)))),
    ("1/(1 + exp(-x))", Interval(), (0, 1)),
]


@pytest.mark.parametrize(("text", "interval", "true"), RANGES)
def test_ranges_hold_the_values_and_are_close(text, interval, true):
    formula = sg.formula(text)
    found = range_of(formula, formula.symbols[0], interval)
    assert float(found.low) <= true[0] + 1e-12
    assert float(found.high) >= true[1] - 1e-12
    assert (float(found.low), float(found.high)) == pytest.approx(true, abs=3e-2)


def test_second_derivatives_of_pieces_count_where_slopes_meet():
    formula = sg.formula("where(abs(x) < 1, x**2/2, abs(x) - 1/2)")
    found = range_of_second_derivative(formula, formula.symbols[0], Interval())
    assert (found.low, found.high) == (0, 1)
    kinked = sg.formula("abs(x)")
    assert range_of_second_derivative(kinked, kinked.symbols[0], Interval()) is None


JUMPS = ["atan(1/x)", "tanh(1/x)", "where(x > 1, tanh(1/(x - 2)), 2)", "erf(1/x) + 10*x**2", "sigmoid(1/(x + 3))"]


@pytest.mark.parametrize("text", JUMPS)
def test_a_function_that_is_not_defined_everywhere_has_no_bounds(text):
    """The second derivatives are bounded, and the functions jump."""
    formula = sg.formula(text)
    found = range_of_second_derivative(formula, formula.symbols[0], Interval())
    assert found is None or not (found.low > -np.inf and found.high < np.inf)


@pytest.mark.parametrize(
    ("text", "interval", "low", "high"),
    [
        ("atan(1/x)", Interval(1, 2), 0.16, 0.5),  # 2x/(1 + x²)²
        ("sqrt(x**2 + x + 1)", Interval(), 0, 1.1547),  # 3/4·(x² + x + 1)^(−3/2)
        ("log(x)", Interval(1, 2), -1, -0.25),
        ("where(x > 1, 1/x, 2 - x)", Interval(), 0, 2),
    ],
)
def test_inside_what_it_needs_it_has_bounds(text, interval, low, high):
    formula = sg.formula(text)
    found = range_of_second_derivative(formula, formula.symbols[0], interval)
    assert (float(found.low), float(found.high)) == pytest.approx((low, high), abs=0.05)


@pytest.mark.parametrize("sign", [1, -1])
def test_what_no_sample_sees_is_inside_the_range(sign):
    formula = sg.formula(f"{sign}*(x**2 - exp(-10**12*(x - 1/7)**2))")
    found = range_of(formula, formula.symbols[0], Interval(0, 1))
    least = sign * (found.low if sign > 0 else found.high)
    assert least <= 1 / 49 - 1
