"""Taylor polynomials against SymPy's series, how points are read, and what is refused."""

from __future__ import annotations

import itertools
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.api.taylor import taylor
from symgd.errors import DomainError, SymgdError, UnsupportedError

X, Y = sp.symbols("x y")
FUNCTIONS = {
    "exp(x)": sp.exp(X),
    "sin(x)*exp(x)": sp.sin(X) * sp.exp(X),
    "log(1 + x)": sp.log(1 + X),
    "1/(1 - x)": 1 / (1 - X),
    "sqrt(1 + x)": sp.sqrt(1 + X),
    "tanh(x)": sp.tanh(X),
    "x**3 - 2*x + 1": X**3 - 2 * X + 1,
    "(1 - cos(x))/x**2": (1 - sp.cos(X)) / X**2,
}


@pytest.mark.parametrize("order", [0, 3, 6])
@pytest.mark.parametrize("text", FUNCTIONS)
def test_coefficients_are_those_of_the_series(text, order):
    expected = sp.series(FUNCTIONS[text], X, 0, order + 1).removeO()
    found = taylor(text, "x", order=order)
    assert list(found.coefficients) == list(range(order + 1))
    assert all(sp.simplify(number - sp.expand(expected).coeff(X, k)) == 0 for k, number in found.coefficients.items())


@pytest.mark.parametrize("at", [1, Fraction(1, 2), sp.Rational(1, 2), -2, np.int64(1)], ids=repr)
def test_points_are_exact(at):
    number = sp.Rational(str(at))
    found = taylor("exp(2*x)*x", "x", at, 3)
    derivatives = [sp.diff(sp.exp(2 * X) * X, X, k).subs(X, number) / sp.factorial(k) for k in range(4)]
    assert all(sp.simplify(found.coefficients[k] - one) == 0 for k, one in enumerate(derivatives))


TWO = sp.exp(X) * sp.cos(Y) + X**2 * Y
FORMS = {
    "list": [0, 1],
    "tuple": (0, 1),
    "array": np.array([0, 1]),
    "mapping by name": {"x": 0, "y": 1},
    "mapping by node": {sg.scalar("y"): 1, sg.scalar("x"): 0},
}


@pytest.mark.parametrize("form", FORMS)
def test_a_point_of_several_variables_may_be_given_in_any_form(form):
    found = taylor("exp(x)*cos(y) + x**2*y", ["x", "y"], FORMS[form], 3)
    for i, j in itertools.product(range(4), repeat=2):
        if i + j <= 3:
            expected = sp.diff(TWO, *[X] * i, *[Y] * j).subs({X: 0, Y: 1}) if i + j else TWO.subs({X: 0, Y: 1})
            assert sp.simplify(found.coefficients.get((i, j), 0) - expected / sp.factorial(i) / sp.factorial(j)) == 0


def test_one_number_serves_all_variables():
    assert taylor("x*y", ["x", "y"], 2, 2).at == (2, 2)
    assert taylor("x*y", ["x", "y"]).at == (0, 0)


def test_other_inputs_stay_symbolic():
    assert str(taylor("exp(a*x)", "x", order=1).polynomial) in ("1 + a*x", "a*x + 1")


@pytest.mark.parametrize("text", ["exp(x)", "log(1 + x)", "tanh(x)", "sqrt(1 + x)"])
def test_the_bound_of_the_remainder_holds(text):
    found = taylor(text, "x", order=4)
    bound = float(found.bound({"x": (Fraction(-1, 4), Fraction(1, 4))}))
    for step in np.linspace(-0.25, 0.25, 41):
        exact = mpmath.mpf(sp.N(FUNCTIONS[text].subs(X, sp.Float(step, 40)), 40))
        polynomial = sum(mpmath.mpf(sp.N(number, 40)) * mpmath.mpf(step) ** k for k, number in found.coefficients.items())
        assert abs(exact - polynomial) <= bound * (1 + 1e-12) + 1e-30
    assert bound < 0.1


def test_a_kink_that_cancels_has_an_expansion():
    assert str(taylor("abs(x)**2", "x", order=2).polynomial) == "x**2"


REFUSED = {
    "a kink": (lambda: taylor("abs(x)", "x"), DomainError, "has a kink at x = 0"),
    "a pole": (lambda: taylor("1/x", "x"), DomainError, "has a pole at x = 0"),
    "outside the domain": (lambda: taylor("log(x)", "x", -1), DomainError, "is not defined at x = -1"),
    "too few numbers": (lambda: taylor("x*y", ["x", "y"], [1]), SymgdError, "the point has 1 numbers for 2 variables"),
    "an array of another shape": (
        lambda: taylor("x*y", ["x", "y"], np.zeros(3)),
        SymgdError, r"the point has the shape \(3,\), and there are 2 variables",
    ),
    "a strange variable": (
        lambda: taylor("x*y", ["x", "y"], {"x": 1, "y": 2, "z": 3}), SymgdError, "z is not among the variables",
    ),
    "a missing variable": (lambda: taylor("x*y", ["x", "y"], {"x": 1}), SymgdError, "the point has no value for y"),
    "no number": (lambda: taylor("x", "x", object()), UnsupportedError, "is not a number"),
    "an order": (lambda: taylor("x", "x", order=-1), SymgdError, "an integer from 0 to 200, not -1"),
    "a large order": (lambda: taylor("x", "x", order=201), SymgdError, "an integer from 0 to 200"),
    "a budget": (lambda: taylor("x", "x", budget=0), SymgdError, "the budget, a number of seconds,"),
    "a budget that is no number": (lambda: taylor("x", "x", budget="long"), SymgdError, "the budget, a number of seconds,"),
    "a spent budget": (lambda: taylor("exp(sin(x))**5", "x", order=200, budget=1e-9), UnsupportedError, "this expansion"),
    "an input that does not exist": (lambda: taylor("x", "z"), SymgdError, "'z' is not in the formula"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: sg.taylor("sin(x)", "x", True),
        lambda: sg.classify("x**2", at={"x": np.bool_(False)}),
        lambda: sg.convexity("x**2", domain={"x": (False, 1)}),
    ],
)
def test_a_truth_value_is_no_number(ask):
    with pytest.raises(sg.SymgdError, match="number"):
        ask()
