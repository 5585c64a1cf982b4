"""Quotients are cancelled where what cancels is 0 at single points only."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdWarning
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.rewrite.driver import simplify


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x*y**2/y", [0, 1]),
        ("y/y", [0, 1]),
        ("abs(y)*y/abs(y)", [-1, 0, 1]),
        ("sqrt(y)**2/y", [0, 1]),
        ("(y**2 - 1)/(y - 1)", [1, 2]),
        ("(y - 1)**2/(y - 1)", [1, 2]),
        ("y/cbrt(y)**2", [0, 1]),
        ("y**x/y", [0, 1]),
        ("x*y/sqrt(x*y)", [0, 1]),
    ],
)
def test_what_is_zero_at_one_of_single_values_does_not_cancel(text, values):
    """Such an input is 0 on an open set of the others, where the quotient has no value."""
    formula = sg.formula(text, facts={"y": {"values": values}})
    node = next(symbol for symbol in formula.symbols if symbol.name == "y")
    hole = next(value for value in values if "y - 1" in text or value == 0)
    point = {symbol: np.array(float(hole) if symbol is node else 0.5) for symbol in formula.symbols}
    for result in (
        sg.simplify(formula),
        simplify([formula], None, "limit").roots[0],
        simplify([formula], None, "code").roots[0],
    ):
        (value,) = evaluate_precisely([result], point, {})
        assert not np.isfinite(float(value))
    sg.lambdify(list(formula.symbols), formula)


@pytest.mark.parametrize(
    "text", ["relu(x)/relu(x)", "relu(x)**2/relu(x)", "maximum(x, 0)*y/maximum(x, 0)", "floor(x)**2/floor(x)"]
)
def test_what_is_zero_on_an_open_set_does_not_cancel(text):
    formula = sg.formula(text)
    code = sg.lambdify(list(formula.symbols), formula)
    zero = 0.5 if "floor" in text else -1.0
    with np.errstate(all="ignore"):
        assert np.isnan(code(*[zero] * len(formula.symbols)))


@pytest.mark.parametrize(("text", "value"), [("x**3/x", 0.0), ("abs(x)**3/abs(x)", 0.0), ("x*y**2/y", 0.0)])
def test_what_is_zero_at_a_point_only_is_filled(text, value):
    formula = sg.formula(text)
    assert sg.lambdify(list(formula.symbols), formula)(*[0.0] * len(formula.symbols)) == value


@pytest.mark.parametrize("facts", [{"values": [0]}, {"lower": 0, "upper": 0}])
def test_a_quotient_of_zeros_is_left(facts):
    """y/|y| has no value at 0, whatever it is written as."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SymgdWarning)
        assert str(sg.simplify(sg.formula("y/abs(y)", facts={"y": facts}))) in ("y/abs(y)", "y/y")
