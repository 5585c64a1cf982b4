"""Series in one variable are near the function at every value that the other inputs may have, whatever is known of these."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

import symgd as sg
from symgd.equality.finite_values import value_at
from symgd.errors import SymgdError

FACTS = {"positive": (2,), "nonnegative": (2, 0), "nonzero": (2, -2), "nonpositive": (0, -2), "negative": (-2,)}
TEXTS = [
    "where(a > 0, x, -x)", "where(a >= 0, exp(x), -exp(x))", "exp(x)*abs(a)", "sqrt(a**2)*exp(x)", "sqrt((a + x)**2)",
    "relu(a + x)*exp(x)", "sqrt(a**2 + x)", "abs(a + x)", "abs(a + x)*exp(x)", "abs(a + x)**3", "sign(a + x)",
    "heaviside(a + x)", "maximum(a + x, -x)", "minimum(a, x)", "hypot(a, x)", "cbrt(a + x)", "atan2(a + x, -1)",
    "abs(x - a)*x", "abs(a + x**2)", "elu(a + x, 2)", "leaky_relu(a + x, 1/2)", "abs(a*x + 1)", "abs(a**2 + x + 1)",
    "sign(a)*sin(x)", "maximum(a, 0)*cos(x)", "(a**2)**(3/2)/(1 + x)",
]  # fmt: skip
"""Functions of x that go on in different ways for a > 0 and a < 0."""
STEP = Fraction(1, 10**6)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("known", FACTS)
def test_series_for_every_value_that_may_be(text, known):
    formula = sg.formula(text, facts={"a": {known: True}})
    x, a = (next(node for node in formula.symbols if node.name == name) for name in "xa")
    try:
        series = sg.taylor(formula, x, 0, order=2)
    except SymgdError:
        assert known != "positive"
        return
    for number in FACTS[known]:
        for step in (STEP, -STEP):
            one, other = (value_at(part, {x: step, a: number}, {}, digits=50).item() for part in (formula, series.polynomial))
            if mpmath.isfinite(other):
                assert abs(one - other) < float(100 * STEP**3), f"{series} at a = {number}, x = {step}: {one} and {other}"


@pytest.mark.parametrize("text", ["floor(a + x)", "ceil(a*exp(x))", "mod(a + x, 1)"])
def test_jumps_for_some_values_of_other_inputs_are_refused(text):
    with pytest.raises(SymgdError, match="for some a, so no one expansion holds"):
        sg.taylor(sg.formula(text, facts={"a": {"positive": True}}), "x", order=1)


@pytest.mark.parametrize(
    ("text", "polynomial"),
    [
        ("abs(a + x)**2", "a**2 + 2*a*x + x**2"), ("floor(a)*x", "floor(a)*x"), ("abs(1 + a**2 + x)", "1 + a**2 + x"),
    ],
)  # fmt: skip
def test_kinks_that_cancel_or_are_not_reached_are_none(text, polynomial):
    assert str(sg.taylor(text, "x", order=2).polynomial) == polynomial
