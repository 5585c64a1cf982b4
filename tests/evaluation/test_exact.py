"""Exact numbers: what is read stays what it is, and formulas have values of SymPy without rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DomainError, UnsupportedError
from symgd.evaluation import multiprecision
from symgd.evaluation.exact import exact_number, exact_values, in_digits, lies_in, without_floats
from symgd.graph.assumptions import Interval, Sign

NUMBERS = [
    (3, sp.Integer(3)),
    (-(10**30), sp.Integer(-(10**30))),
    (True, sp.true),
    (Fraction(1, 3), sp.Rational(1, 3)),
    (Decimal("0.1"), sp.Rational(1, 10)),
    (0.1, sp.Rational(3602879701896397, 36028797018963968)),
    (-0.5, sp.Rational(-1, 2)),
    (float("inf"), sp.oo),
    (float("-inf"), -sp.oo),
    (float("nan"), sp.nan),
    (np.float64(0.25), sp.Rational(1, 4)),
    (np.float32(0.1), sp.Rational(13421773, 134217728)),
    (np.int64(7), sp.Integer(7)),
    (np.array(0.5), sp.Rational(1, 2)),
    (mpmath.mpf("0.125"), sp.Rational(1, 8)),
    (multiprecision.mp.mpf(3) / 4, sp.Rational(3, 4)),
    (sp.sqrt(2) + sp.pi, sp.sqrt(2) + sp.pi),
    (sp.Float(0.5) * sp.pi, sp.pi / 2),
    (sg.formula("sqrt(8)"), 2 * sp.sqrt(2)),
]


@pytest.mark.parametrize(("value", "number"), NUMBERS, ids=[f"{type(value).__name__} {value}" for value, _ in NUMBERS])
def test_numbers_are_read_without_rounding(value, number):
    assert exact_number(value) == number


@pytest.mark.parametrize("value", ["1", None, sp.Symbol("x"), 1j, np.array([1.0, 2.0]), np.array("a"), object(), [1]])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(UnsupportedError, match="is not a number"):
        exact_number(value)


def test_floats_in_expressions_become_what_they_are():
    x = sp.Symbol("x")
    assert without_floats(0.5 * x + sp.Float("0.25")) == x / 2 + sp.Rational(1, 4)
    assert without_floats(sp.Float("inf") + 0) == sp.oo


def test_digits_are_as_many_as_are_asked_for():
    assert str(in_digits(sp.sqrt(2), 40)) == "1.414213562373095048801688724209698078570"
    assert str(in_digits(sp.Rational(1, 3), 5)) == "0.33333"


VALUES = [
    ("1/3 + 1/6", sp.Rational(1, 2)),
    ("sqrt(8)/2", sp.sqrt(2)),
    ("exp(1)", sp.E),
    ("log(exp(3))", sp.Integer(3)),
    ("sin(pi/6)", sp.Rational(1, 2)),
    ("abs(-2/3)", sp.Rational(2, 3)),
    ("where(1 < 2, 5, 7)", sp.Integer(5)),
    ("maximum(1/2, 1/3)", sp.Rational(1, 2)),
    ("sigmoid(0)", sp.Rational(1, 2)),
    ("softplus(0)", sp.log(2)),
    ("2**(1/2)*2**(1/2)", sp.Integer(2)),
    ("tanh(0)", sp.Integer(0)),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_values_of_formulas_are_exact(text, value):
    (found,) = exact_values([sg.formula(text)], {})
    assert sp.simplify(found - value) == 0


@pytest.mark.parametrize(("text", "x", "value"), [("x**2 - 2", sp.sqrt(2), 0), ("x/3", sp.Rational(1, 7), sp.Rational(1, 21))])
def test_inputs_may_be_exact_numbers(text, x, value):
    formula = sg.formula(text)
    (found,) = exact_values([formula], {formula.symbols[0]: x})
    assert sp.simplify(found - value) == 0


@pytest.mark.parametrize("text", ["log(0)", "1/0", "log(-1)", "sqrt(-1)", "acosh(0)"])
def test_what_is_not_defined_has_no_value(text):
    with pytest.raises(DomainError):
        exact_values([sg.formula(text)], {})


MEMBERS = [
    (sp.Integer(0), Sign.ZERO, True),
    (sp.Integer(0), Sign.POSITIVE, False),
    (sp.pi, Sign.POSITIVE, True),
    (-sp.pi, Sign.POSITIVE, False),
    (-sp.pi, Sign.NEGATIVE, True),
    (sp.sqrt(2) * sp.sqrt(3) - sp.sqrt(6), Sign.ZERO, True),
    (sp.Symbol("x", real=True), Sign.POSITIVE, None),
    (sp.Integer(1), Interval(0, 1), True),
    (sp.Integer(1), Interval(0, 1, open_high=True), False),
    (sp.Integer(0), Interval(0, 1, open_low=True), False),
    (sp.pi, Interval(0, 3), False),
    (sp.pi, Interval(0, float("inf")), True),
    (sp.E, Interval(3, float("inf")), False),
    (sp.Symbol("x", real=True), Interval(0, 1), None),
    (sp.Symbol("x", positive=True), Interval(0, float("inf")), True),
]


@pytest.mark.parametrize(("value", "where", "answer"), MEMBERS)
def test_exact_numbers_lie_in_sets(value, where, answer):
    assert lies_in(value, where) is answer
