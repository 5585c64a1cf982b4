"""Derivatives without a name have the digits of closed forms that are known at single points, and nan outside the reals."""

from __future__ import annotations

import pytest
import sympy as sp

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.numeric_derivatives import NumericDerivative, derivative_at

s = sp.Symbol("s", real=True)
γ, π = sp.EulerGamma, sp.pi
CLOSED_FORMS = [  # NIST DLMF 5.4, 5.12, 10.15, 25.6; 25.11.18
    ("zeta", (1,), (0,), -sp.log(2 * π) / 2),
    ("zeta", (1,), (-2,), -sp.zeta(3) / (4 * π**2)),
    ("zeta", (0,), (2,), π**2 / 6),
    ("zeta", (1, 0), (0, sp.Rational(1, 2)), -sp.log(2) / 2),
    ("gamma", (1,), (1,), -γ),
    ("gamma", (2,), (1,), γ**2 + π**2 / 6),
    ("gamma", (3,), (1,), -(γ**3) - γ * π**2 / 2 - 2 * sp.zeta(3)),
    ("beta", (1, 1), (1, 1), 2 - π**2 / 6),
    ("besselj", (1, 0), (0, 1), π / 2 * sp.bessely(0, 1)),
    ("besselj", (1, 1), (0, 1), -π / 2 * sp.bessely(1, 1)),
    ("bessely", (1, 0), (0, 2), -π / 2 * sp.besselj(0, 2)),
    ("sin", (4,), (π,), sp.Integer(0)),
    ("exp", (5,), (-100,), sp.exp(-100)),
    ("cos", (1,), (sp.Rational(1, 10**60),), -sp.sin(sp.Rational(1, 10**60))),
    ("cos", (1,), (sp.Rational(1, 10**120),), -sp.sin(sp.Rational(1, 10**120))),
    ("besselk", (1, 0), (0, 1), sp.Integer(0)),
    ("expint", (1, 0), (2, 0), sp.Integer(-1)),
    ("zeta", (1,), (400,), -sum(sp.log(n) * sp.Rational(1, n**400) for n in range(2, 12))),
    ("erfc", (1,), (60,), -2 * sp.exp(-3600) / sp.sqrt(π)),
]
NAMES = [f"{name} {orders}" for name, orders, *_ in CLOSED_FORMS]


@pytest.mark.parametrize(("name", "orders", "arguments", "value"), CLOSED_FORMS, ids=NAMES)
@pytest.mark.parametrize("digits", [15, 60])
def test_values_have_the_digits_that_are_asked_for(name, orders, arguments, value, digits):
    found, true = NumericDerivative(name, orders, arguments).evalf(digits), value.evalf(digits + 10)
    assert abs(found - true) <= abs(true) * sp.Float(10) ** (1 - digits)


POLES = [
    ("zeta", (1,), (1,)), ("zeta", (2,), (1,)), ("gamma", (1,), (0,)), ("gamma", (2,), (-3,)), ("digamma", (1,), (0,)),
    ("loggamma", (1,), (0,)), ("tan", (1,), (π / 2,)), ("polylog", (0, 1), (sp.Rational(1, 2), 1)), ("besselk", (0, 1), (1, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "orders", "arguments"), POLES, ids=[f"{name} {orders}" for name, orders, _ in POLES])
def test_there_is_no_derivative_at_a_pole(name, orders, arguments):
    value = NumericDerivative(name, orders, arguments).evalf(20)
    assert value is sp.nan


@pytest.mark.parametrize(
    ("name", "orders", "arguments"), [("erf", (1,), (100,)), ("zeta", (1,), (4000,)), ("tanh", (1,), (5000,))]
)
def test_a_slope_of_which_no_digit_is_seen_is_not_0(name, orders, arguments):
    assert NumericDerivative(name, orders, arguments).evalf(20) is sp.nan
    assert NumericDerivative(name, orders, arguments).is_zero is not True


def test_numbers_of_mpmath_are_taken_in_its_precision():
    with mpmath.workdps(50):
        third = mpmath.mpf(1) / 3
        assert abs(derivative_at("zeta", (2,), [third]) - mpmath.zeta(third, 1, 2)) < mpmath.mpf("1e-46")
        assert abs(derivative_at("zeta", (1, 0), [third, 2]) - mpmath.zeta(third, 2, 1)) < mpmath.mpf("1e-46")
        assert derivative_at("gamma", (0,), [third]) == mpmath.gamma(third)


@pytest.mark.parametrize(
    ("name", "orders", "arguments"),
    [
        ("log", (0,), [-1]), ("sqrt", (0,), [-2]), ("sqrt", (1,), [-1]), ("besselj", (1, 0), [0, -1]), ("acosh", (1,), [0]),
        ("exp", (1,), [mpmath.inf]), ("exp", (1,), [mpmath.nan]), ("sin", (0,), [mpmath.nan]),
    ],
)  # fmt: skip
def test_what_is_no_real_number_is_nan(name, orders, arguments):
    assert mpmath.isnan(derivative_at(name, orders, [mpmath.mpf(number) for number in arguments]))
    assert NumericDerivative(name, orders, [sp.sympify(number) for number in arguments]).evalf(20) is sp.nan


def test_a_derivative_is_an_expression():
    one = NumericDerivative("besselj", (1, 0), (s, 2))
    assert one.orders == (1, 0) and one.free_symbols == {s}
    assert not one.is_number and one.evalf(20) == one
    at_zero = one.subs(s, 0)
    assert at_zero == NumericDerivative("besselj", [1, 0], [0, 2]) and at_zero.is_number and at_zero.is_real
    assert abs((2 * at_zero / π - sp.bessely(0, 2)).evalf(30, maxn=200)) < sp.Float("1e-25")
    assert at_zero.func(*at_zero.args) == at_zero


@pytest.mark.parametrize(
    ("derivative", "text", "latex"),
    [
        (NumericDerivative("zeta", (1,), (2,)), "zeta'(2)", r"\operatorname{zeta}^{(1)}(2)"),
        (NumericDerivative("zeta", (3,), (s / 2,)), "zeta'''(s/2)", r"\operatorname{zeta}^{(3)}(\frac{s}{2})"),
        (NumericDerivative("besselj", (1, 2), (s, 1)), "D[1, 2]besselj(s, 1)", r"\operatorname{besselj}^{(1,2)}(s, 1)"),
    ],
)
def test_how_it_is_written(derivative, text, latex):
    assert (str(derivative), sp.latex(derivative)) == (text, latex)
