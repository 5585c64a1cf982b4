"""The normal form has the values of the formula, in 60 digits, and so has its slope."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symgd as sg
from symgd.convexity.algebra.elementary import Elementary
from symgd.convexity.algebra.quotients import Quotient
from symgd.convexity.interval import enclose
from symgd.derive.jacobian import gradients
from symgd.errors import UnsupportedError
from symgd.graph.facts import Interval
from symgd.graph.infer import Facts

TEXTS = [
    "x**2*exp(x) - exp(-x)/3",
    "sqrt(1 + x**2)*x",
    "softplus(x) - tanh(x)**2",
    "log(exp(x) + exp(2*x)) + sigmoid(-x)",
    "exp(x/2)*exp(x/3) + exp(x)",
    "sin(x)**3*cos(x)**4/(2 + sin(x))",
    "tan(x)**2 - 1/cos(x)",
    "2**x + cosh(x)/sinh(x + 5)",
    "(x**2 + 1)**(2/3) - (x**2 + 1)**(1/2)/(x**2 + 1)**2",
    "atan(x)*erf(x) - gelu(x)",
    "exp(x**2 + log(2))*sqrt(2)",
    "1/(1 + exp(x))**3 + x/(1 + x**2)",
]
POSITIVE = ["x**x - sqrt(x)*x**(1/3)", "log(3*x**2)/x**2", "exp(-1/x)*log(x)**2", "x**(3/2)*log(x) + sqrt(x + x**2)"]


def _same(first, second, x, point):
    gap = enclose(first - second, {x: point})
    return gap.a <= 0 <= gap.b and gap.delta < 1e-40


@pytest.mark.parametrize("text", [*TEXTS, *POSITIVE])
def test_values_and_slopes_are_kept(text):
    x = sg.scalar("x", positive=True) if text in POSITIVE else sg.scalar("x")
    formula = sg.formula(text, facts={"x": {"positive": True}}) if text in POSITIVE else sg.formula(text)
    (slope,) = gradients(formula, [x])
    field = Elementary([x], Facts())
    normal, normal_slope = field.of_all([formula, slope])
    own_slope = field.slope_of_quotient(normal, x)
    for point in (Fraction(1, 3), Fraction(7, 5), Fraction(2)):
        assert _same(field.to_node(normal), formula, x, point)
        assert _same(field.to_node(normal_slope), slope, x, point)
        assert _same(field.to_node(own_slope), slope, x, point)


def test_equal_formulas_have_one_form():
    x, y = sg.scalar("x"), sg.scalar("y")
    field = Elementary([x, y], Facts())
    pairs = [
        ("exp(x + y)*exp(-y)", "exp(x)"),
        ("sin(x)**2 + cos(x)**2", "1"),
        ("(sqrt(1 + x**2))**3", "(1 + x**2)*sqrt(1 + x**2)"),
        ("log(exp(2*x))", "2*x"),
        ("cosh(x)**2 - sinh(x)**2", "1"),
    ]
    for left, right in pairs:
        difference = sg.formula(f"({left}) - ({right})")
        (quotient,) = field.of_all([difference])
        assert not quotient.top, left


@pytest.mark.parametrize("text", ["abs(x)", "maximum(x, 1)", "where(x > 0, x, 1)", "(x - 5)**200", "0**x"])
def test_what_has_no_form_is_refused(text):
    with pytest.raises(UnsupportedError):
        Elementary([sg.scalar("x")], Facts()).of_all([sg.formula(text)])


def test_x_in_terms_of_a_root():
    x = sg.scalar("x")
    field = Elementary([x], Facts({x: Interval()}))
    (quotient,) = field.of_all([sg.formula("x**4 + 2*x**2 + 1 - sqrt(x**2 + 1)")])
    root = next(generator for generator in field.generators if generator.kind == "root")
    written = field.in_terms_of_root(quotient.top, root)
    assert [generator.kind for generator in field.in_use(written)] == ["root"]
    assert _same(field.to_node(Quotient(written)), field.to_node(quotient), x, Fraction(3, 4))
