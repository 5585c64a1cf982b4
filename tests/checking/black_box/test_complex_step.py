"""The complex step: which formulas it serves, and that it has all digits where it does."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.checking.black_box.complex_step import complex_slope, is_analytic
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.sampling import points
from symgd.graph.primitive import REGISTRY
from tests.formulas import declared

SHAPES = {"x": "n", "A": "n n"}
ANALYTIC = [
    "sum(x)", "mean(x**2)", "A @ x", "x @ A @ x", "x[0]*x[1]", "outer(x, x)", "concatenate([x, x])", "diag(x)", "trace(A)",
    "A.T", "sum(A, axis=0)", "var(x)", "s**2", "s**(-3)", "s**0", "1/(1 + exp(-s))", "sin(s)*cos(t)", "exp(s)/t", "tanh(s - t)",
    "3", "s",
]  # fmt: skip
NOT_ANALYTIC = [
    "sum(abs(x))", "norm2(x)", "max(x)", "maximum(s, t)", "where(s > 0, s, t)", "s**(1/2)", "sqrt(s)", "s**t", "log(s)",
    "relu(s)", "sign(s)", "floor(s)", "sum(abs(x)**2)", "exp(abs(s))", "2**s",
]  # fmt: skip


@pytest.mark.parametrize("text", [*ANALYTIC, *NOT_ANALYTIC])
def test_formulas_are_analytic_where_all_their_parts_are(text):
    assert is_analytic(sg.formula(text, shapes=declared(SHAPES, text))) is (text in ANALYTIC)


def analytic_functions():
    x = sg.scalar("x")
    found = {}
    for name, record in REGISTRY.items():
        if record.is_elementwise and len(record.derivative or ()) == 1:
            formula = record.make((x,))
            if formula.shape == () and is_analytic(formula):
                found[name] = formula
    return found


def test_the_law_below_speaks_of_the_usual_functions():
    assert {"exp", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh"} <= set(analytic_functions())


@pytest.mark.parametrize("name", sorted(analytic_functions()))
def test_functions_that_are_said_to_be_analytic_have_the_slope_of_the_complex_step(name):
    formula = analytic_functions()[name]
    (x,) = formula.symbols
    code, slope = sg.lambdify([x], formula), sg.gradient(formula, x)
    for point in points(formula, 3, 0):
        place = np.array(float(point.values[x]))
        (true,) = evaluate_precisely([slope], {x: place})
        assert complex_slope(code, place, np.array(1.0)) == pytest.approx(float(true[()]), rel=1e-13, abs=1e-300)


P = np.array([0.5, -1.5, 2.0])
SLOPES = [  # a function, a direction, the slope along it by hand
    (lambda x: np.sum(x**3), [1.0, 0.0, 0.0], 0.75),
    (lambda x: np.sum(x**3), [1.0, 2.0, -1.0], 0.75 + 13.5 - 12),
    (lambda x: 1 / x[0], [1.0, 0.0, 0.0], -4.0),
    (lambda x: x[0] * x[1] * x[2], [1.0, 1.0, 1.0], -3 + 1 - 0.75),
    (lambda x: np.exp(1e-9 * x[0]) - 1, [1.0, 0.0, 0.0], 1e-9 * np.exp(5e-10)),
    (lambda x: np.stack([x[0] ** 2, x[1] * x[2]]), [1.0, 1.0, 0.0], [1.0, 2.0]),
    (lambda x: x * 0, [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]),
    (lambda x: 1e200 * x[0] ** 2, [1.0, 0.0, 0.0], 1e200),
]


@pytest.mark.parametrize(("function", "direction", "slope"), SLOPES)
def test_slopes_along_directions_keep_all_digits(function, direction, slope):
    before = P.copy()
    found = complex_slope(function, P, np.array(direction))
    assert found == pytest.approx(slope, rel=1e-14)
    np.testing.assert_array_equal(P, before)


def fails(x):
    raise RuntimeError("no complex numbers here")


REFUSED = [
    fails,
    lambda x: np.abs(x).sum(),  # real: its slope would pass for 0
    lambda x: 3.0,
    lambda x: float(x[0]),
    lambda x: x[0] > x[1],
    lambda x: np.floor(x),
    lambda x: np.sum(x) / 0,
    lambda x: np.log(np.zeros(3)) + x,
    lambda x: np.nan * x,
]


@pytest.mark.parametrize("function", REFUSED)
def test_code_that_takes_no_complex_numbers_or_has_no_value_has_no_complex_slope(function):
    assert complex_slope(function, P, np.ones(3)) is None
