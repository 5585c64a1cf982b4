"""Factors above and below the line cancel: always in a derivative, else where they are known not to be 0."""

from __future__ import annotations

import mpmath
import pytest

import symgd as sg
from symgd.graph.inference import Facts
from symgd.rewrite.driver import Simplifier
from symgd.rewrite.rules.cancellation import _all_factors
from symgd.rewrite.terms import may_cancel
from tests.rewrite.rules.tables import POSITIVE, rewritten

TWO_PLACES = "a factor stands above and below the line, or in two places"
JOINED = "eᵃ·eᵇ = eᵃ⁺ᵇ, which is shorter here"
WRITTEN = [  # formula, its shorter form, the reason
    ("2*s*pi/(s**2*pi)", "2/s", TWO_PLACES),
    ("x*pi/(pi*y)", "x/y", TWO_PLACES),
    ("exp(z)*x/(exp(z)*y)", "x/y", TWO_PLACES),
    ("exp(y*z)*(y*z)*y", "y**2*z*exp(y*z)", TWO_PLACES),
    ("exp(2*x)*exp(-x)", "exp(x)", JOINED),
    ("y*exp(x + z)/exp(x)", "y*exp(z)", JOINED),
    ("exp(x - 1)*exp(1 - x)", "1", JOINED),
    ("(x - y)/(y - x)**2", "-1/(y - x)", "one sum is the other one times a number"),
    ("1/(2*x + 2*y)", "1/(2*(x + y))", "an exact factor leaves the power"),
    ("(6*x - 9*y)**3", "27*(2*x - 3*y)**3", "an exact factor leaves the power"),
]
WHERE_POSITIVE = [  # the same, for x > 0
    ("x*y/(x*z)", "y/z", TWO_PLACES),
    ("x**(b - 1)/(x**b)**2", "x**(-b - 1)", TWO_PLACES),
    ("x*(1/(a*x) - 1/(b*x + 1))", "1/a - x/(b*x + 1)", "multiplied into the sum, a factor cancels"),
]
OUTSIDE = [  # formulas that have no value where their parts have none, and stay so
    ("exp(sqrt(x))/exp(sqrt(x))", "exp(sqrt(x))*exp(-sqrt(x))"),
    ("(x + 1)**(-1)/x**(-1)", "1/((x + 1)*(1/x))"),
    ("x**2/y**(-1)/z", "x**2/(z*(1/y))"),
    ("abs(x - y)**(-2)/(y/x)", "1/(y*(x - y)**2*(1/x))"),
    ("exp(a)*sqrt(x)*sqrt(x) - exp(a)*y", "exp(a)*(sqrt(x)*sqrt(x) - y)"),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("text", "after"), OUTSIDE)
def test_no_values_are_gained(text, after):
    assert str(sg.simplify(text)) == after


KEPT = [  # what stays: the other form has values where this one has none, or is no shorter
    ("x*y/(x*z)", "x*y/(x*z)"),
    ("(x - y)/(y - x)", "(x - y)/(y - x)"),
    ("exp(x)*exp(y)", "exp(x)*exp(y)"),
    ("x**(b - 1)/(x**b)**2", "x**(b - 1)/(x**b)**2"),
    ("1/(2*x + 3*y)", "1/(2*x + 3*y)"),
    ("x*(1/y + 1/z)", "x*(1/y + 1/z)"),
    ("(x*y)**a*x", "x*(x*y)**a"),
]
GRADIENTS = [  # formula, variable, its derivative as it is written by hand
    ("log(x*y*z)", "x", "1/x"),
    ("log(pi*s**2)", "s", "2/s"),
    ("A*exp(-E/(R*T))", "T", "A*E*exp(-E/(R*T))/(R*T**2)"),
    ("log(A*exp(-E/(R*T)))", "T", "E/(R*T**2)"),
    ("-(y*m**(1-p)/(1-p)) + m**(2-p)/(2-p)", "m", "m**(-p)*(m - y)"),
    ("1/u**b", "u", "-b*u**(-b - 1)"),
    ("log(u**b)", "u", "b/u"),
    ("log(x**a*y**b)", "x", "a/x"),
    ("log(exp(-x**2/(2*s**2))/sqrt(2*pi*s**2))", "s", "x**2/s**3 - 1/s"),
    ("1/(1 + (K/x)**n)", "x", "n*(K/x)**n/(x*((K/x)**n + 1)**2)"),
    ("log(sin(x)/cos(x))", "x", "cos(x)/sin(x) + sin(x)/cos(x)"),
    ("m*c**2/sqrt(1 - v**2/c**2)", "v", "m*v/(1 - v**2/c**2)**(3/2)"),
    ("h*c/(l*k*T)", "T", "-c*h/(T**2*k*l)"),
    ("log((2*x + 2*y)**3)", "x", "3/(x + y)"),
    ("log(a*x/(1 + a*x))", "a", "1/a - x/(a*x + 1)"),
    ("abs(x)**p/abs(x)", "x", "abs(x)**(p - 2)*(p - 1)*sign(x)"),
    ("a*b*x/(b*x)", "x", "0"),
    ("x**2/sqrt(x)", "x", "3*sqrt(x)/2"),
    ("log(gamma(a)*x**(a-1)*exp(-x))", "x", "(a - 1)/x - 1"),
    ("exp(-x**2/(2*s**2))/(s*sqrt(2*pi))", "s", "exp(-x**2/(2*s**2))*(x**2/s**2 - 1)/(s**2*sqrt(2*pi))"),
    ("x**(k-1)*exp(-x/t)/(gamma(k)*t**k)", "x", "t**(-k - 1)*x**(k - 2)*exp(-x/t)*(t*(k - 1) - x)/gamma(k)"),
    ("x**(k-1)*exp(-x/t)/(gamma(k)*t**k)", "t", "t**(-k - 2)*x**(k - 1)*exp(-x/t)*(x - k*t)/gamma(k)"),
    ("x**(a-1)*(1-x)**(b-1)/beta(a,b)", "x", "x**(a - 2)*(1 - x)**(b - 2)*((1 - x)*(a - 1) - x*(b - 1))/beta(a, b)"),
    ("k/l*(x/l)**(k-1)*exp(-(x/l)**k)", "x", "k*exp(-(x/l)**k)*(x/l)**(k - 2)*(k - 1 - k*(x/l)**k)/l**2"),
    ("k/l*(x/l)**(k-1)*exp(-(x/l)**k)", "l", "k**2*exp(-(x/l)**k)*(x/l)**(k - 1)*((x/l)**k - 1)/l**2"),
    ("exp(-m*v**2/(2*k*T))", "v", "-m*v*exp(-m*v**2/(2*T*k))/(T*k)"),
]


@pytest.mark.parametrize(("text", "after", "because"), WRITTEN)
def test_a_formula_is_rewritten_for_its_reason(text, after, because):
    found, reasons = rewritten(text)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after", "because"), WHERE_POSITIVE)
def test_a_formula_is_rewritten_where_x_is_positive(text, after, because):
    found, reasons = rewritten(text, x=POSITIVE)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after"), KEPT)
def test_a_formula_stays_as_it_is(text, after):
    assert rewritten(text)[0] == after


@pytest.mark.parametrize(("text", "variable", "after"), GRADIENTS)
def test_derivatives_have_no_common_factors(text, variable, after):
    gradient = sg.gradient(text, variable)
    assert str(gradient) == after
    assert sg.check_gradient(text, variable, gradient=gradient).verdict.name == "RIGHT"


@pytest.mark.parametrize(
    ("text", "is_allowed"), [("x", True), ("x*y - 1", True), ("log(x)", True), ("relu(x)", False), ("floor(x)", False)]
)
def test_what_is_0_on_an_open_set_does_not_cancel(text, is_allowed):
    assert may_cancel(sg.formula(text), Facts(is_inside=True)) == is_allowed
    assert not may_cancel(sg.formula(text), Facts())


def test_long_products_stay_whole_and_their_nesting_exhausts_nothing():
    """Opened in each of the products that contain it, a product of n factors would cost n² and more."""
    total = sg.scalar("x0")
    for k in range(1, 3000):
        total = total * sg.scalar(f"x{k}")
    assert _all_factors(total, Simplifier([total])) == []
    short = sg.formula("(x*y)*(z*(u*v))")
    assert [str(factor) for factor in _all_factors(short, Simplifier([short]))] == ["x", "y", "z", "u", "v"]


BASES = [
    "x", "(x - 1)", "(x + 2)", "(1 - x)", "(x*y - 1)", "(exp(x) - 1)", "(x**2 - 1)", "(y - x)", "(2*x + y)", "log(x)",
    "(log(x) - 1)", "sin(x)",
]  # fmt: skip


def slope_of(text, x, y):
    """By 40-digit arithmetic."""
    names = {"exp": mpmath.exp, "log": mpmath.log, "sin": mpmath.sin, "y": mpmath.mpf(y)}
    with mpmath.workdps(40):
        return float(mpmath.diff(lambda one: eval(text, {**names, "x": one}), mpmath.mpf(x)))


@pytest.mark.parametrize("left", BASES)
def test_products_of_powers_are_derived(left):
    """The slope of x*(x - 1)**3 is a sum with (x - 1) inside it twice over, which was taken for (x - 1) times a number."""
    for right in BASES:
        for m, n in ((1, 2), (1, 3), (3, 3), (-1, 2), (-2, -1)) if left != right else ():
            text = f"{left}**{m}*{right}**{n}"
            slope = sg.lambdify(["x", "y"], sg.gradient(sg.formula(text), "x") + 0 * sg.scalar("y"))(2.3, 0.7)
            assert slope == pytest.approx(slope_of(text, 2.3, 0.7), rel=1e-10), text
            assert sg.hessian(sg.formula(text), "x").shape == ()


def test_a_sum_in_a_sum_is_no_multiple_of_it():
    formula = sg.formula("(c - b)**2*(3*c + (c - b))")
    simple = sg.simplify(formula)
    for b, c in ((0.5, 2.0), (-1.0, 0.3)):
        assert sg.lambdify(["b", "c"], simple)(b, c) == pytest.approx((c - b) ** 2 * (4 * c - b))
