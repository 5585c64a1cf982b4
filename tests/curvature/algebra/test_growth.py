"""Limits at ends, against SymPy's."""

from __future__ import annotations

import pytest
import sympy as sp

import symgd as sg
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.growth import limit_sign
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts

SYMPY_ENDS = {"+inf": (sp.oo, "-"), "-inf": (-sp.oo, "+"), "0+": (0, "+")}
POSITIVE = Interval(0, open_low=True)
CASES = [
    ("x**3*exp(-x) - 1", "+inf", None),
    ("exp(x) - x**10", "+inf", None),
    ("x**2*exp(x) + 3", "-inf", None),
    ("x*log(x) - x**2", "+inf", POSITIVE),
    ("x*log(x)", "0+", POSITIVE),
    ("log(x) + 1/x", "0+", POSITIVE),
    ("sqrt(x)*log(x)**2 - 5", "0+", POSITIVE),
    ("exp(-1/x)/x**4 + 2", "0+", POSITIVE),
    ("sqrt(1 + x**2) - 2*x", "+inf", None),
    ("exp(x**2) - exp(3*x)*x**5", "+inf", None),
]


@pytest.mark.parametrize(("text", "end", "where"), CASES)
def test_against_sympy(text, end, where):
    x = sg.scalar("x")
    field = Elementary([x], Facts({x: where} if where else {}))
    (quotient,) = field.of_all([sg.formula(text)])
    symbol = sp.Symbol("x", positive=where is not None, real=True)
    point, side = SYMPY_ENDS[end]
    expected = sp.limit(sp.sympify(text, locals={"x": symbol}), symbol, point, side)
    assert not quotient.bottom
    assert limit_sign(field, quotient.top, end, lambda p: 1 if p.LC > 0 else -1) == sp.sign(expected)


def test_leading_terms_that_cancel_are_not_guessed():
    x = sg.scalar("x")
    field = Elementary([x], Facts())
    (quotient,) = field.of_all([sg.formula("x*sqrt(1 + x**2) - x**2")])  # tends to 1/2
    assert limit_sign(field, quotient.top, "+inf", lambda p: 1) is None
