"""Two spellings of one function are one polynomial in the generators."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.algebra.elementary import Elementary
from symgd.evaluation.intervals import enclose
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
    ("exp(log(x)/2)", "sqrt(x)"),
    ("exp(-2*log(x) + y)", "exp(y)/x**2"),
    ("exp(y*log(x))", "x**y"),
    ("sqrt(x**2*y)", "x*sqrt(y)"),
    ("sqrt(exp(x))", "exp(x/2)"),
    ("sqrt(sqrt(x))", "x**(1/4)"),
    ("(x*y)**(1/3)", "x**(1/3)*y**(1/3)"),
    ("sqrt(x/y)", "sqrt(x)/sqrt(y)"),
    ("log(6*x)", "log(6) + log(x)"),
    ("log(x/3)", "log(x) - log(3)"),
    ("log(sqrt(x))", "log(x)/2"),
    ("log(exp(x)*y**2)", "x + 2*log(y)"),
    ("sqrt(1 + x)**2", "1 + x"),
    ("1/sqrt(1 + x)", "sqrt(1 + x)/(1 + x)"),
    ("cos(x)**3", "cos(x) - cos(x)*sin(x)**2"),
    ("cos(x + y)**2 + sin(x + y)**2", "1"),
    ("e**2*exp(x)", "exp(x + 2)"),
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


DIFFERENT = [  # what looks alike
    ("exp(1/log(x))", "x"), ("exp(log(x)**2)", "x**2"), ("log(x + y)", "log(x) + log(y)"), ("sqrt(x + y)", "sqrt(x) + sqrt(y)"),
    ("exp(x*y)", "exp(x)*exp(y)"), ("exp(x)**2", "exp(x**2)"), ("sqrt(1 + x**2)", "1 + x"), ("sin(x + y)", "sin(x) + sin(y)"),
    ("cos(x)", "sqrt(1 - sin(x)**2)"), ("log(x)**2", "2*log(x)"), ("x**(1/2)", "x**(1/3)"), ("log(2)", "log(3)"),
    ("exp(x/2)", "1"), ("exp(x/2)", "exp(x/3)"), ("sqrt(log(x + 1))", "sqrt(x + 1)"), ("sqrt(x*log(x + 1))", "sqrt(x*(x + 1))"),
    ("sqrt(x)*log(2)", "sqrt(x)"), ("sin(x)**2", "sin(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_only_looks_alike_is_kept_apart(one, other):
    x, y = (sg.scalar(name, positive=True) for name in "xy")
    field = Elementary([x, y], Facts())
    facts = {name: {"positive": True} for name in "xy"}
    first, second = field.of_all([sg.formula(text, facts=declared(facts, text)) for text in (one, other)])
    assert field.add(first, field.scaled(second, -1)).top


@pytest.mark.parametrize(
    ("text", "inside"),
    [("sqrt(log(x))", "x"), ("log(x)**(2/3)", "x**(2/3)"), ("sqrt(x*log(x))", "x"), ("sqrt(x*atan(x))", "x")],
)
def test_roots_of_functions_are_roots_of_their_values(text, inside):
    """Logarithms of numbers above 1 are positive, and a root of one is not a root of what stands inside."""
    x = sg.scalar("x", lower=2)
    field = Elementary([x], Facts())
    found, other = field.of_all([sg.formula(one, facts={"x": {"lower": 2}}) for one in (text, inside)])
    assert field.add(found, field.scaled(other, -1)).top
    gap = enclose(field.to_node(found) - sg.formula(text, facts={"x": {"lower": 2}}), {x: Fraction(7, 2)})
    assert gap.a <= 0 <= gap.b and gap.delta < 1e-40
