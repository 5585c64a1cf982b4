"""Thresholds of formulas along one input, and points between them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symgd.declarations.thresholds import numbers_in, parts_between, values_at, zeros_of_switches
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.node import scalar
from symgd.primitives.exponential import exp, log
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import maximum, relu, where
from tests.declarations.handmade import handmade

X, Y = scalar("x"), scalar("y")


@pytest.mark.parametrize(
    ("formula", "zeros"),
    [
        (where(absolute(X) < 4, X, 0), [-4, 0, 4]),
        (maximum(absolute(X - Fraction(1, 8)) - Fraction(1, 10), 0), [Fraction(1, 40), Fraction(1, 8), Fraction(9, 40)]),
        (relu(X - 273), [273]),
        (relu(X - Y - Fraction("11.3")), [Fraction("13.3")]),
        (exp(X) + X, []),
    ],
)
def test_thresholds_are_the_zeros_of_what_decides(formula, zeros):
    assert zeros_of_switches([formula], numbers_in(exp, [formula]), X, {Y: Fraction(2)}) == zeros


def test_a_threshold_that_is_no_simple_number_is_close():
    (zero,) = zeros_of_switches([relu(exp(X) - 3)], [], X, {})
    with mpmath.workdps(40):
        assert abs(mpmath.mpf(zero.numerator) / zero.denominator - mpmath.log(3)) < mpmath.mpf("1e-25")


def test_numbers_are_those_of_the_formulas_and_of_the_code():
    record = handmade(lambda x: x**2, numpy="where({x} > 20.5, 0, {x}**2)")
    assert numbers_in(record, [X + Fraction(7, 3)]) == [2, Fraction(7, 3), Fraction(41, 2)]


def test_parts_lie_between_and_beyond_the_thresholds():
    assert parts_between([Fraction(0), Fraction(4)]) == [-1, 2, 8]
    assert parts_between([]) == []
    assert parts_between([Fraction(1, 10), Fraction(0.1)], 1) == parts_between([Fraction(1, 10)], 1)


def test_where_there_is_no_value_there_is_nan():
    values = values_at(log(X), X, [Fraction(-1), Fraction(1)], {}, 30)
    assert mpmath.isnan(values[0]) and values[1] == 0
