"""Second derivatives as formulas and as numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.second_derivatives.hessian import Hessian, has_kink, lower_triangle
from symgd.graph.inference import Facts


@pytest.mark.parametrize("text", ["x**2*y + exp(x - y)", "sin(x*y)", "x**4 + y"])
def test_values_are_those_of_differences(text):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    hessian = Hessian(formula, variables, Facts())
    point, h = np.array([0.3, -0.7]), 1e-4
    code = sg.lambdify(variables, [formula])

    def value(*at):
        return code(*at)[0]

    matrix = hessian.at(point[None])[0]
    for i, j in lower_triangle(2):
        a, b = np.eye(2)[i] * h, np.eye(2)[j] * h
        expected = (value(*(point + a + b)) - value(*(point + a)) - value(*(point + b)) + value(*point)) / h**2
        assert matrix[i, j] == matrix[j, i] == pytest.approx(expected, abs=2e-3)
    assert hessian.entry(0, 1) is hessian.entry(1, 0)
    form = hessian.form([Fraction(1), Fraction(2)])
    (along,) = sg.lambdify(variables, [form])(*point)
    assert along == pytest.approx(np.array([1, 2]) @ matrix @ np.array([1, 2]))


@pytest.mark.parametrize(("text", "kinked"), [("abs(x)", True), ("x**2", False), ("where(x > 0, x, 2*x)", True)])
def test_kinks_are_seen(text, kinked):
    formula = sg.formula(text)
    assert has_kink(formula, formula.symbols) == kinked
