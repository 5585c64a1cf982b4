"""Powers that may not be joined stay apart where a factor is taken out: v/v has no value at v = 0."""

from __future__ import annotations

import warnings

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.evaluation.high_precision import evaluate_precisely

V, S = sg.scalar("v", values=[0, 1]), sg.scalar("s", values=[0, 1, 2])
X, Y, Z, A = (sg.scalar(name) for name in "xyza")
GAINING = [
    lambda: V * V**A + V**A / V * V,
    lambda: V * V**A * X + V**-1 * V**A * V * X,
    lambda: sg.exp(Z) / V * V + Y * sg.exp(Z),
    lambda: V * X**A + V**2 * X**A / V,
    lambda: S * X**A + S * X**A / S,
    lambda: sg.formula("y*exp(z) + exp(z)/x*x"),
    lambda: sg.formula("y*x**a + x**a/sqrt(z)*z"),
    lambda: sg.formula("y*exp(z) + x**-1*x*exp(z)"),
]


@pytest.mark.parametrize("make", GAINING, ids=range(len(GAINING)))
def test_no_value_is_gained(make):
    formula = make()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        after = sg.simplify(formula)
    point = {symbol: np.array(0.0 if symbol.name in "vsxz" else 1.5) for symbol in formula.symbols}
    for value in evaluate_precisely([formula, after], point):
        assert not mpmath.isfinite(value[()])


@pytest.mark.parametrize(
    ("text", "wrt", "expected"),
    [
        ("x*y/(x*z)", "x", "0"),
        ("s*k*T/(s*(m + T))", "s", "0"),
        ("a*x/(b*x*(x + c))", "x", "-a/(b*(x + c)**2)"),
        ("x/(x*(x + 1))", "x", "-1/(x + 1)**2"),
        ("(x**2/(x*3))/((x*x)*(y*y))", "x", "-1/(3*x**2*y**2)"),
    ],
)
def test_like_terms_meet_however_their_divisors_are_written(text, wrt, expected):
    assert str(sg.gradient(text, wrt)) == expected
