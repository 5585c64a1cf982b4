"""The normal form has the values of the formula, in 60 digits, and so has its slope."""

from __future__ import annotations

import itertools
from fractions import Fraction

import mpmath
import pytest

import symgd as sg
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.quotients import Quotient
from symgd.derive.jacobian import gradients
from symgd.equality.finite_values import value_at
from symgd.errors import UnsupportedError
from symgd.evaluation.intervals import enclose
from symgd.graph.assumptions import Interval, Sign, sign_of_number
from symgd.graph.inference import Facts

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
    "cos(x)**5*sin(x)**2 - cos(3*x)**2",
    "sqrt(1 + x**2)**5/(1 + x**2) + 1/sqrt(2 + x)",
]
POSITIVE = ["x**x - sqrt(x)*x**(1/3)", "log(3*x**2)/x**2", "exp(-1/x)*log(x)**2", "x**(3/2)*log(x) + sqrt(x + x**2)",
            "exp(1/log(x + 5))*exp(log(x)/3)",
            "sqrt(8*x**3)*log(x**2/3)", "(x*sqrt(x + 1))**(1/3)",
            "sqrt(x*log(x + 1))*sqrt(log(x + 1))", "log(1 + x)**(2/3)/exp(x/3)"]  # fmt: skip


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


ROOTS = ["x*sqrt(x*y)", "sqrt(x/(y - 1))", "x*sqrt(x/y)", "(2*x*y)**(1/3)", "(x*y**2)**(3/2)", "log(x*y)", "log(3*x/y)", "x**y",
         "sqrt(-x)*y", "sqrt(y*(x - 1))", "abs(x)*y", "abs(x - 3)"]  # fmt: skip
SIGNS = [Sign.ANY, Sign.NONZERO, Sign.NONNEGATIVE, Sign.POSITIVE, Sign.NONPOSITIVE, Sign.NEGATIVE]
NUMBERS = [Fraction(-5, 2), -1, 0, Fraction(1, 3), 2]


@pytest.mark.parametrize("text", ROOTS)
def test_values_are_kept_whatever_is_known_of_signs(text):
    formula = sg.formula(text)
    x, y = sg.scalar("x"), sg.scalar("y")
    for signs in itertools.product(SIGNS, SIGNS):
        field = Elementary([x], Facts(dict(zip((x, y), signs, strict=True))))
        try:
            (normal,) = field.of_all([formula])
        except UnsupportedError:
            continue
        for point in itertools.product(NUMBERS, NUMBERS):
            if all(sign_of_number(number) & sign for number, sign in zip(point, signs, strict=True)):
                at = dict(zip((x, y), point, strict=True))
                one, other = (value_at(part, at, {}, digits=50).item() for part in (formula, field.to_node(normal)))
                if mpmath.isfinite(one):
                    assert abs(one - other) < 1e-40, f"{text} became {field.to_node(normal)} for {signs}, at {point}"


REFUSED = [
    ("sqrt(-exp(x))", {}),
    ("x*(-1 - x**2)**(1/3)", {}),
    ("x**y", {}),
    ("x**y", {"x": Sign.NONZERO}),
    ("x**y", {"x": Sign.NONNEGATIVE}),
]


@pytest.mark.parametrize(("text", "signs"), REFUSED)
def test_powers_without_values_are_refused(text, signs):
    with pytest.raises(UnsupportedError, match="positive"):
        Elementary([sg.scalar("x")], Facts({sg.scalar(name): sign for name, sign in signs.items()})).of_all([sg.formula(text)])


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
