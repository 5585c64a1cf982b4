"""Two spellings of one function are one polynomial in the generators."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.algebra.elementary import Elementary
from symgd.graph.inference import Facts
from tests.formulas import declared

SAME = [
    ("exp(2*x)*exp(-x)", "exp(x)"),
    ("exp(x + 1/2)**2", "exp(2*x)*exp(1)"),
    ("log(x*y)", "log(x) + log(y)"),
    ("log(x**3)", "3*log(x)"),
    ("log(exp(x))", "x"),
    ("sqrt(x)*sqrt(x)", "x"),
    ("x**(3/2)", "x*sqrt(x)"),
    ("sqrt(x)**3/x", "sqrt(x)"),
    ("cos(x)**2", "1 - sin(x)**2"),
    ("tan(x)*cos(x)", "sin(x)"),
    ("x**(1/2)*x**(1/3)", "x**(5/6)"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_are_one_quotient(one, other):
    x, y = (sg.scalar(name, positive=True) for name in "xy")
    field = Elementary([x, y], Facts())
    facts = {name: {"positive": True} for name in "xy"}
    first, second = field.of_all([sg.formula(text, facts=declared(facts, text)) for text in (one, other)])
    assert not field.add(first, field.scaled(second, -1)).top
