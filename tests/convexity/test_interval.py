from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.convexity.interval import enclose
from symgd.errors import SymgdError
from symgd.verify.high_precision import evaluate_precisely
from tests.formulas import scalar_formulas


@settings(max_examples=150, deadline=None)
@given(scalar_formulas(), st.fractions(-3, 3, max_denominator=64), st.fractions(-3, 3, max_denominator=64))
def test_the_true_value_lies_inside(formula, a, b):
    x, y = sg.scalar("x"), sg.scalar("y")
    point = {x: a, y: b}
    try:
        box = enclose(formula, point, digits=30)
    except SymgdError:
        return
    with mpmath.workdps(60):
        true = evaluate_precisely(
            [formula], {node: mpmath.mpf(v.numerator) / v.denominator for node, v in point.items()}, digits=80
        )[0][()]
        assert mpmath.mpf(box.a) <= true + mpmath.mpf(10) ** -70 and true - mpmath.mpf(10) ** -70 <= mpmath.mpf(box.b)


@pytest.mark.parametrize("text", ["log(x)", "1/x", "sqrt(x - 1/3)", "log(x**2)"])
def test_what_is_not_certain_is_refused(text):
    with pytest.raises(SymgdError):
        enclose(sg.formula(text), {sg.scalar("x"): Fraction(0)})
