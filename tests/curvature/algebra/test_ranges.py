"""Ranges of formulas contain their values, computed in 40 digits."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.curvature.algebra import ranges
from symgd.curvature.algebra.elementary import Elementary
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.inference import Facts
from tests.curvature.random_sums import SMALL, TERMS, as_text, value_of


def _contains(found, value):
    return mpmath.mpf(found[0]) <= value <= mpmath.mpf(found[1])


@pytest.mark.parametrize("text", ["atan(x) + erf(x)", "x*exp(x) - sqrt(1 + x**2)", "sin(3*x)*cos(x)/(2 + x**2)", "gelu(x)"])
def test_formulas(text):
    x = sg.scalar("x")
    field = Elementary([x], Facts())
    (quotient,) = field.of_all([sg.formula(text)])
    code = sg.lambdify([x], [sg.formula(text)])
    for low in (-3.0, -0.5, 0.0, 1.25):
        found = ranges.Ranges(field, {0: (low, low + 0.5)}).of_quotient(quotient)
        for share in (0.0, 0.3, 1.0):
            (value,) = code(low + 0.5 * share)
            assert found[0] - 1e-12 <= value <= found[1] + 1e-12


@pytest.mark.parametrize(("name", "low"), [("gamma", 2.1), ("digamma", 1.1), ("atan", -2.05), ("asinh", -2.05), ("erf", -1.95)])
def test_functions_at_single_floats_hold_the_value(name, low):
    x = sg.scalar("x")
    field = Elementary([x], Facts())
    formula = sg.formula(f"{name}(x)")
    (quotient,) = field.of_all([formula])
    for place in (low + k / 10 for k in range(30)):
        found = ranges.Ranges(field, {0: (place, place)}).of_quotient(quotient)
        (value,) = evaluate_precisely([formula], {x: place}, digits=40)
        assert _contains(found, value[()])


@settings(max_examples=60, deadline=None)
@given(TERMS, SMALL, st.fractions(0, 2, max_denominator=4))
def test_a_range_contains_the_values(terms, low, width):
    field = Elementary([sg.scalar("x")], Facts())
    (quotient,) = field.of_all([sg.formula(as_text(terms))])
    found = ranges.Ranges(field, {0: (float(low), float(low + width))}).of_quotient(quotient)
    for share in (Fraction(0), Fraction(1, 3), Fraction(5, 7), Fraction(1)):
        value = value_of(terms, low + share * width)
        rounding = mpmath.mpf(10) ** -40  # of 50 digits
        assert mpmath.mpf(found[0]) - rounding <= value <= mpmath.mpf(found[1]) + rounding


@settings(max_examples=60, deadline=None)
@given(TERMS)
def test_a_range_at_a_point_is_narrow(terms):
    field = Elementary([sg.scalar("x")], Facts())
    (quotient,) = field.of_all([sg.formula(as_text(terms))])
    found = ranges.Ranges(field, {0: (0.5, 0.5)}).of_quotient(quotient)
    size = sum(abs(value_of([term], Fraction(1, 2))) for term in terms) + 1
    assert found[1] - found[0] <= 1e-12 * float(size) * 100
