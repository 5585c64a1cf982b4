"""Limits at ends, against SymPy's."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy as sp

import symgd as sg
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.growth import limit_sign, name_of_end
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


BY_HAND = [  # text, end, where x lies, the sign of the limit
    ("x**3 - 1000*x**2", "+inf", None, 1),
    ("x**3 - 1000*x**2", "-inf", None, -1),
    ("exp(-x) - x**4", "-inf", None, 1),
    ("exp(-x)*x**3 + x", "-inf", None, -1),
    ("x*exp(x) - 1/1000", "-inf", None, -1),
    ("exp(-x**2)*x**9 - 1", "-inf", None, -1),
    ("exp(x**2 - 5*x) - exp(x**2 - 6*x)", "-inf", None, -1),
    ("log(x) - 100", "+inf", POSITIVE, 1),
    ("log(x)**3 - x**(1/5)", "+inf", POSITIVE, -1),
    ("x**2 - x*log(x)", "0+", POSITIVE, 0),
    ("1 - 5*x*log(x)**4", "0+", POSITIVE, 1),
    ("1/x**2 - exp(1/x)", "0+", POSITIVE, -1),
    ("exp(1/x)*x**9 - 7", "0+", POSITIVE, 1),
    ("x**(-1/2) - log(x)**2/x**(1/3)", "0+", POSITIVE, 1),
    ("sqrt(1 + x**2)*exp(-x) - 1", "+inf", None, -1),
    ("3*sqrt(1 + x**2) + 2*x", "-inf", None, 1),
    ("sqrt(1 + x**2) + 2*x", "-inf", None, -1),
    ("(1 + x**2)**(1/3) - x", "+inf", None, -1),
    ("log(x + 1)*x - x**2", "+inf", POSITIVE, -1),
    ("sqrt(x)*log(x + 3) - 1", "+inf", POSITIVE, 1),
]


def sign_at(text, end, where=None):
    x = sg.scalar("x")
    field = Elementary([x], Facts({x: where} if where else {}))
    (quotient,) = field.of_all([sg.formula(text)])
    return limit_sign(field, quotient.top, end, lambda p: 1 if p.LC > 0 else -1)


@pytest.mark.parametrize(("text", "end", "where", "sign"), BY_HAND)
def test_limits_by_hand(text, end, where, sign):
    assert sign_at(text, end, where) == sign


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("sin(x)", "+inf"),
        ("sqrt(1 + x**2) - x", "+inf"),  # the leading terms cancel
        ("log(x + 1) - log(x)", "+inf"),
        ("exp(exp(x)) - x", "+inf"),
        ("atan(x) - 1", "+inf"),
    ],
)
def test_what_the_orders_do_not_tell_is_left_open(text, end):
    assert sign_at(text, end, POSITIVE) in (None, 0)


@pytest.mark.parametrize(
    ("text", "sign"), [("erf(x) - 1/2", 1), ("erf(x) - 2", -1), ("x*erf(x) - x**2", -1), ("1 - erf(x)", 0)]
)
def test_the_error_function_tends_to_one(text, sign):
    assert sign_at(text, "+inf") == sign


@pytest.mark.parametrize(
    ("end", "from_above", "name"),
    [(math.inf, True, "+inf"), (-math.inf, False, "-inf"), (Fraction(0), True, "0+"), (Fraction(0), False, "0-"),
     (Fraction(1), True, None)],
)  # fmt: skip
def test_names_of_ends(end, from_above, name):
    assert name_of_end(end, from_above) == name
