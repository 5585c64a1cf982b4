"""Sums, products and compositions of series follow the algebra of power series."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.derive.taylor.arithmetic_rules import rule_of_form, rule_of_product
from symgd.derive.taylor.forms.power_series import power_series
from symgd.derive.taylor.series import Series

x, z = sg.scalar("x"), sp.Symbol("x", real=True)
POLYNOMIALS = st.lists(st.integers(-3, 3), min_size=1, max_size=4)


def polynomial(coefficients, variable):
    return sum((c * variable**k for k, c in enumerate(coefficients)), 0 * variable)


@given(POLYNOMIALS, POLYNOMIALS, st.sampled_from([0, 1, -2, sp.Rational(1, 2)]))
@settings(max_examples=40)
def test_sums_and_products_of_polynomials(first, second, point):
    for combine in (lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a * b * a + b):
        node = combine(polynomial(first, x), polynomial(second, x))
        series = Series(node, x, sp.sympify(point))
        expected = sp.Poly(sp.expand(combine(polynomial(first, z), polynomial(second, z)).subs(z, z + point)), z)
        assert [series.coefficient(k) for k in range(8)] == [expected.coeff_monomial(z**k) for k in range(8)]


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=5), st.lists(st.integers(-2, 2), min_size=1, max_size=3))
@settings(max_examples=30)
def test_a_power_series_of_what_vanishes_is_a_composition(outer, inner):
    argument = polynomial([0, *inner], x)
    node = power_series(lambda k: sp.Integer(outer[k]) if k < len(outer) else sp.Integer(0), argument)
    expected = sp.Poly(sp.expand(polynomial(outer, polynomial([0, *inner], z))), z)
    if node.args[0].is_constant:
        return
    series = Series(node, x, sp.Integer(0))
    assert [series.coefficient(k) for k in range(6)] == [expected.coeff_monomial(z**k) for k in range(6)]


@pytest.mark.parametrize("first", [None, 2, 5])
def test_below_a_known_order_a_product_needs_nothing(first):
    left, right = sg.formula("x"), sg.formula("sin(x)")
    series = Series(left * right, x, sp.Integer(0))
    needs, compute = rule_of_product(series, left, right, first)
    for order in range(4):
        keys = list(needs(left * right, order))
        assert bool(keys) == (first is None or order >= first)
        assert all(j + k == order for (_, j), (_, k) in zip(keys[::2], keys[1::2], strict=True))
        for node, k in keys:
            series.run(node, k)
        if first is None:
            assert compute(left * right, order) == series.coefficient(order)


def test_a_form_has_the_coefficients_of_its_node():
    form = sg.formula("exp(x)")
    series = Series(form, x, sp.Integer(0))
    needs, compute = rule_of_form(series, form)
    series.coefficient(3)
    assert list(needs(x, 3)) == [(form, 3)]
    assert compute(x, 3) == sp.Rational(1, 6)
