"""Arithmetic with quotients of polynomials agrees with that of numbers."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.quotients import split_content
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
