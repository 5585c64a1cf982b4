"""Powers of series: whole, negative and fractional exponents, of what vanishes to any order."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.expansion_point import FractionalPowerError, NotDefinedBesideError
from symgd.derive.taylor.power_rule import exponent_of, rule_of_power
from symgd.derive.taylor.series import Series
from symgd.errors import DomainError

x, z = sg.scalar("x"), sp.Symbol("x", real=True)
BASES = ["1 + x", "2 - x + x**2", "exp(x)", "x", "x + x**2", "x**2 - x**3", "sin(x)"]
EXPONENTS = [2, 3, -1, -2, Fraction(1, 2), Fraction(-3, 2)]


def expected(base, n, order):
    power = sp.sympify(base, rational=True).subs(sp.Symbol("x"), z) ** sp.Rational(n.numerator, n.denominator)
    return sp.series(power, z, 0, order + 1).removeO()


@pytest.mark.parametrize(("base", "n"), list(itertools.product(BASES, EXPONENTS)))
def test_the_coefficients_of_a_power(base, n):
    node = sg.formula(base) ** n
    series = Series(node, x, sp.Integer(0))
    vanishes = sp.sympify(base).subs("x", 0) == 0
    if vanishes and n.denominator > 1:
        with pytest.raises(DomainError, match="its base is 0 there"):
            series.low(node)
        return
    low = series.low(node)
    reference = expected(base, Fraction(n), 4)
    for k in range(low, 4):
        assert sp.simplify(series.run(node, k) - sp.expand(reference).coeff(z, k)) == 0


@pytest.mark.parametrize(
    ("base", "n", "low"), [("x", 3, 0), ("x", -2, -2), ("x + x**2", -3, -3), ("1 + x", -5, 0), ("sin(x)/x", -1, 0)]
)
def test_where_a_power_begins(base, n, low):
    node = sg.formula(base) ** n
    series = Series(node, x, sp.Integer(0))
    assert rule_of_power(series, node, n)[0] == low


def test_a_root_on_one_side():
    node = sg.formula("(x**2 + x**4)**(1/2)")
    series = Series(node, x, sp.Integer(0), is_one_sided=True)
    assert [series.coefficient(k) for k in range(4)] == [0, 1, 0, sp.Rational(1, 2)]
    with pytest.raises(FractionalPowerError) as caught:
        Series(sg.formula("x**(1/3)"), x, sp.Integer(0), is_one_sided=True).coefficient(1)
    assert caught.value.denominator == 3
    with pytest.raises(NotDefinedBesideError):
        Series(sg.formula("(-x**2)**(1/2)"), x, sp.Integer(0), is_one_sided=True).coefficient(1)


@pytest.mark.parametrize(
    ("text", "exponent"), [("x**3", 3), ("x**(1/2)", Fraction(1, 2)), ("x**y", None), ("x**(-2)", -2), ("x**inf", None)]
)
def test_the_exponent_is_a_number_or_none(text, exponent):
    node = sg.formula(text)
    found = exponent_of(node) if node.primitive.name == "pow" else exponent
    assert (found, type(found)) == (exponent, type(exponent))
