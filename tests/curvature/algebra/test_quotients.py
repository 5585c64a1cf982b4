"""Arithmetic with quotients of polynomials agrees with that of numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import QQ

import symgd as sg
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.quotients import RING, Quotient, split_content
from symgd.errors import UnsupportedError
from symgd.evaluation.effort import Effort
from symgd.evaluation.exact import exact_number, exact_values
from symgd.graph.inference import Facts

SMALL = st.lists(st.integers(-3, 3), min_size=3, max_size=3)


@settings(max_examples=40, deadline=None)
@given(SMALL, SMALL, st.integers(2, 5))
def test_sums_products_and_powers_have_the_values_of_numbers(first, second, place):
    x = sg.scalar("x")
    field = Elementary([x], Facts())
    a, b = (field.of(sum(c * x**k for k, c in enumerate(several)) + 0 * x) for several in (first, second))
    point = Fraction(place, 7)

    def value(quotient):
        return exact_values([field.to_node(quotient)], {x: exact_number(point)})[0]

    assert value(field.add(a, b)) == value(a) + value(b)
    assert value(field.multiply(a, b)) == value(a) * value(b)
    assert value(field.scaled(a, Fraction(2, 3))) == value(a) * Fraction(2, 3)
    assert value(field.power(a, 3)) == value(a) ** 3
    if value(b) != 0:
        assert value(field.multiply(a, field.power(b, -1))) == value(a) / value(b)


def test_the_content_and_the_rest_multiply_to_the_whole():
    x, y = sg.scalar("x"), sg.scalar("y")
    field = Elementary([x, y], Facts())
    polynomial = field.of(-6 * x**2 * y + 4 * x * y**2).top
    content, monomial, rest = split_content(polynomial)
    assert rest.LC > 0
    assert (
        content * field.generators[0].polynomial ** monomial[0] * field.generators[1].polynomial ** monomial[1] * rest
        == polynomial
    )


def test_products_count_their_terms():
    x = sg.scalar("x")
    effort = Effort()
    field = Elementary([x], Facts(), effort)
    before = effort.spent
    field.multiply(field.of(x + 1), field.of(x**2 + x + 1))
    assert effort.spent - before >= 6


MONOMIALS = st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(0, 2)), st.fractions(-3, 3, max_denominator=3).filter(bool), min_size=1, max_size=3
)
POWERS = st.lists(st.tuples(MONOMIALS, st.integers(1, 2)), max_size=2)


def polynomial_of(terms):
    rest = [0] * (RING.ngens - 2)
    return sum((RING.term_new((a, b, *rest), QQ(c.numerator, c.denominator)) for (a, b), c in terms.items()), RING.zero)


def number_of(polynomial, point):
    found = Fraction(0)
    for powers, c in polynomial.terms():
        found += Fraction(int(c.numerator), int(c.denominator)) * point[0] ** powers[0] * point[1] ** powers[1]
    return found


def value_of(quotient, point):
    found = number_of(quotient.top, point)
    for factor, power in quotient.bottom.items():
        found /= number_of(factor, point) ** power
    return found


@settings(max_examples=60, deadline=None)
@given(MONOMIALS, POWERS, MONOMIALS, POWERS, st.integers(-3, 3))
def test_arithmetic_in_two_variables_is_that_of_fractions(first, below, second, others, exponent):
    field = Elementary([sg.scalar("x"), sg.scalar("y")], Facts())
    one, other = (
        Quotient(polynomial_of(top), {polynomial_of(factor): power for factor, power in bottom})
        for top, bottom in ((first, below), (second, others))
    )
    for point in ((Fraction(3, 7), Fraction(-5, 11)), (Fraction(-13, 9), Fraction(17, 23))):
        try:
            a, b = value_of(one, point), value_of(other, point)
        except ZeroDivisionError:
            continue
        assert value_of(field.add(one, other), point) == a + b
        assert value_of(field.multiply(one, other), point) == a * b
        assert value_of(field.add(one, other, field.scaled(one, -1)), point) == b
        if a or exponent >= 0:
            assert value_of(field.power(one, exponent), point) == a**exponent


@settings(max_examples=60, deadline=None)
@given(MONOMIALS)
def test_a_content_a_monomial_and_a_primitive_rest(terms):
    polynomial = polynomial_of(terms)
    content, monomial, rest = split_content(polynomial)
    assert content * RING.term_new(monomial, QQ(1)) * rest == polynomial
    assert rest.LC > 0
    numbers = [int(c.numerator) for c in rest.coeffs()]
    assert all(int(c.denominator) == 1 for c in rest.coeffs())
    assert math.gcd(*numbers) == 1
    assert all(min(powers[k] for powers in rest) == 0 for k in range(RING.ngens))


@pytest.mark.parametrize("exponent", [65, -65, 1000])
def test_high_powers_are_refused(exponent):
    field = Elementary([sg.scalar("x")], Facts())
    with pytest.raises(UnsupportedError, match="so high a power"):
        field.power(field.of(sg.scalar("x") + 1), exponent)


def test_division_by_nothing_is_refused():
    field = Elementary([sg.scalar("x")], Facts())
    with pytest.raises(UnsupportedError, match="division by 0"):
        field.power(field.number(0), -1)
    assert field.power(field.number(0), 0).top == 1
