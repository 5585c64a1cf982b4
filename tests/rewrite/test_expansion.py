from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.rewrite.expansion import polynomial

x, y = sg.scalar("x"), sg.scalar("y")


@pytest.mark.parametrize(
    "text", ["(x + 1)*(x - 1)", "(x - 2*y)**3/4 + x*y", "x - x", "3", "(x + y + 1)**8", "x*(y + x*(y + x*(y + 1)))"]
)
def test_a_polynomial_is_multiplied_out_as_sympy_does_it(text: str) -> None:
    formula = sg.formula(text)
    terms = polynomial(formula, {})
    assert terms is not None
    expected = sp.Poly(sp.sympify(text), sp.Symbol("x"), sp.Symbol("y"))
    found = {(dict(powers).get(x, 0), dict(powers).get(y, 0)): number for powers, number in terms.items()}
    assert found == {powers: Fraction(int(number.p), int(number.q)) for powers, number in expected.terms() if number}


@pytest.mark.parametrize("text", ["sin(x)", "1/x", "sqrt(x)", "(x + y)**9", "x**y", "(x + y + z + a + b + c + 1)**8"])
def test_other_formulas_are_no_short_polynomials(text: str) -> None:
    assert polynomial(sg.formula(text), {}) is None


def test_shared_parts_are_multiplied_out_once() -> None:
    formula = x
    for _ in range(200):
        formula = formula * formula + 1
    assert polynomial(formula, {}) is None


def test_numbers_stay_short() -> None:
    formula = x * Fraction(1, 3**100)
    for _ in range(3):
        formula = formula**8
    assert polynomial(formula, {}) is None


def test_a_kalman_filter_is_compiled_in_seconds() -> None:
    """Each step has the last one four times in it: a walk through every path would take 4ⁿ steps."""
    steps = 12

    def likelihood(y, q, r):
        mean, variance, total = 0.0, 1e2, 0.0
        for t in range(steps):
            spread, gap = variance + r, y[t] - mean
            gain = variance / spread
            mean, variance = mean + gain * gap, variance * (1 - gain) + q
            total += 0.5 * (np.log(2 * np.pi * spread) + gap**2 / spread)
        return total

    inputs = (sg.tensor("y", steps), sg.scalar("q", positive=True), sg.scalar("r", positive=True))
    loss = sg.formula(likelihood, *inputs)
    begin = time.process_time()
    code = sg.lambdify(list(inputs), [loss, sg.gradient(loss, "q")])
    assert time.process_time() - begin < 30
    values = np.linspace(-1, 1, steps)
    assert code(values, 0.5, 0.25)[0] == pytest.approx(likelihood(values, 0.5, 0.25), rel=1e-12)
    step = 1e-6
    difference = (likelihood(values, 0.5 + step, 0.25) - likelihood(values, 0.5 - step, 0.25)) / (2 * step)
    assert code(values, 0.5, 0.25)[1] == pytest.approx(difference, rel=1e-7)
