from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DomainError, SymgdError, UnsupportedError

x = sp.Symbol("x", real=True)


@pytest.mark.parametrize(
    ("text", "expression", "at"),
    [
        ("exp(x)*cos(x)", sp.exp(x) * sp.cos(x), 0),
        ("log(x)", sp.log(x), 1),
        ("sqrt(x)", sp.sqrt(x), 4),
        ("softplus(x)", sp.log(1 + sp.exp(x)), 0),
        ("tanh(x)", sp.tanh(x), 0),
        ("1/(1 + x**2)", 1 / (1 + x**2), Fraction(1, 2)),
        ("sin(x)", sp.sin(x), sp.pi / 4),
        ("exp(sin(x))", sp.exp(sp.sin(x)), 0),
        ("x**3 - 2*x", x**3 - 2 * x, 2),
        ("x**x", x**x, 1),
        ("atan(x)", sp.atan(x), 0),
        ("(x - 1)**2*exp(x)", (x - 1) ** 2 * sp.exp(x), 1),
        ("where(x > 0, x**2, sin(x))", x**2, 1),
        ("abs(x)**3", x**3, 1),
    ],
)
def test_coefficients_are_exactly_those_of_repeated_differentiation(text, expression, at):
    expansion = sg.taylor(text, "x", at=at, order=5)
    for k, coefficient in expansion.coefficients.items():
        point = sp.Rational(at.numerator, at.denominator) if isinstance(at, Fraction) else at
        expected = sp.diff(expression, x, k).subs(x, point) / sp.factorial(k)
        assert sp.simplify(coefficient - expected) == 0


def test_sine_to_order_seven():
    expansion = sg.taylor("sin(x)", "x", order=7)
    assert str(expansion.polynomial) == "x - x**3/6 + x**5/120 - x**7/5040"
    assert expansion.coefficients == {
        0: 0,
        1: 1,
        2: 0,
        3: sp.Rational(-1, 6),
        4: 0,
        5: sp.Rational(1, 120),
        6: 0,
        7: sp.Rational(-1, 5040),
    }


def test_the_remainder_bounds_the_error():
    expansion = sg.taylor("exp(x)", "x", order=3)
    error = sg.lambdify("x", sg.formula("exp(x)") - expansion.polynomial)
    remainder = sg.lambdify(["x", "xi"], expansion.remainder)
    assert float(remainder(0.5, 0.0)) <= float(error(0.5)) <= float(remainder(0.5, 0.5))


def test_high_orders_are_quick_and_exact():
    expansion = sg.taylor("exp(x)", "x", order=60)
    assert expansion.coefficients[60] == 1 / sp.factorial(60)


def test_parameters_stay_symbolic():
    a = sp.Symbol("a", real=True)
    assert sp.simplify(sg.taylor("(1 + x)**a", "x", order=2).coefficients[2] - a * (a - 1) / 2) == 0


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("abs(x)", 0, "kink"),
        ("relu(x)", 0, "kink"),
        ("log(x)", 0, "not defined"),
        ("1/x", 0, "not defined"),
        ("sqrt(x)", 0, "base is 0"),
        ("where(x > 0, x, 0)", 0, "changes its branch"),
        ("sqrt(x)", -1, "not defined"),
    ],
)
def test_where_there_is_no_expansion_none_is_given(text, at, message):
    with pytest.raises(DomainError, match=message):
        sg.taylor(text, "x", at=at)


@pytest.mark.parametrize("order", [-1, 1.5, 10_000, True])
def test_an_impossible_order_is_refused(order):
    with pytest.raises(SymgdError, match="the order"):
        sg.taylor("x", "x", order=order)


def test_several_variables_are_refused():
    with pytest.raises(UnsupportedError):
        sg.taylor("x*y", ["x", "y"])


def test_tensors_of_numeric_size_are_written_out():
    f = sg.formula("sum((x*v)**2)", shapes={"v": "2"})
    assert set(sg.taylor(f, "x", order=2).coefficients) == {0, 1, 2}


@pytest.mark.parametrize("point", [sp.Float(0.1), 0.1], ids=["SymPy float", "float"])
def test_a_float_point_is_the_binary_number_it_is(point):
    coefficients = sg.taylor("x**2 + sin(x)", "x", at=point, order=1).coefficients
    exact = sp.Rational(*(0.1).as_integer_ratio())
    assert coefficients[0] == exact**2 + sp.sin(exact)
    assert coefficients[1] == 2 * exact + sp.cos(exact)
