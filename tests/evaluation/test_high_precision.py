"""Values in many digits: what has none is NaN, whatever the arithmetic says of it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely


@pytest.mark.parametrize(
    ("text", "shapes", "values"),
    [
        ("zeta(x, y)", {}, {"x": 1.5, "y": 1e40}),
        ("expm(A)", {"A": "2 2"}, {"A": np.array([[np.inf, 0.0], [0.0, 1.0]])}),
        ("eigvalsh(A)", {"A": "2 2"}, {"A": np.array([[np.inf, 0.0], [0.0, 1.0]])}),
        ("eigvalsh(A)", {"A": "2 2"}, {"A": np.array([[np.nan, 0.0], [0.0, 1.0]])}),
        ("log(x)", {}, {"x": -1.0}),
        ("gamma(x)", {}, {"x": -2.0}),
    ],
)
def test_no_exception_of_the_arithmetic_leaves(text, shapes, values):
    formula = sg.formula(text, shapes=shapes)
    (found,) = evaluate_precisely([formula], {node: values[node.name] for node in formula.symbols})
    assert all(mpmath.isnan(entry) or mpmath.isfinite(entry) for entry in found.flat)


def test_an_eigenvalue_decomposition_that_does_not_converge_has_no_value(monkeypatch):
    def fails(matrix):
        raise RuntimeError("tridiag_eigen: no convergence")

    monkeypatch.setattr(mpmath, "eigsy", fails)
    formula = sg.formula("eigvalsh(A)", shapes={"A": "2 2"}, facts={"A": {"symmetric": True}})
    (found,) = evaluate_precisely([formula], {formula.symbols[0]: np.eye(2)})
    assert all(mpmath.isnan(entry) for entry in found)


@pytest.mark.parametrize("digits", [15, 50, 51, 400, 777])
@pytest.mark.parametrize(
    ("text", "at"), [("80*x + 1", Fraction(-1, 80)), ("3*x - 1", Fraction(1, 3)), ("x/7 - 1 + y", Fraction(14, 5))]
)
def test_what_cancels_at_a_fraction_is_0_in_every_precision(text, at, digits):
    formula = sg.formula(text)
    values = {node: np.array({"x": at, "y": Fraction(3, 5)}[node.name], dtype=object) for node in formula.symbols}
    assert evaluate_precisely([formula], values, digits=digits)[0][()] == 0
    (beside,) = evaluate_precisely([formula + sg.formula("10") ** (4 - digits)], values, digits=digits)
    assert beside[()] > 0


def test_floats_are_exact():
    formula = sg.formula("80*x + 1")
    (value,) = evaluate_precisely([formula], {formula.symbols[0]: np.array(-0.0125)}, digits=60)
    assert 0 < abs(value[()]) < 1e-15


@pytest.mark.parametrize("base", [Fraction(5, 4), Fraction(-3, 4), Fraction(1, 2**100), Fraction(-3), 1 + Fraction(1, 2**40)])
@pytest.mark.parametrize("exponent", [10**31, 10**31 + 1, -(10**40 + 1), 2**101])
def test_long_powers_are_those_of_repeated_squaring(base, exponent):
    x = sg.scalar("x")
    (value,) = evaluate_precisely([x**exponent], {x: base}, digits=50)
    with mpmath.workdps(200):
        expected = mpmath.power(mpmath.mpf(base.numerator) / base.denominator, exponent)
        assert abs(value[()] - expected) <= abs(expected) * mpmath.mpf(10) ** -48
