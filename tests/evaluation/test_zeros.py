"""Zeros along a line: exact where they are simple numbers, else the nearest float."""

from __future__ import annotations

from fractions import Fraction

import mpmath as reference
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.zeros import DIGITS, dips, end_of_zeros, lowest, zero_between


def real(number):
    return mpmath.mpf(number.numerator) / number.denominator


def along(function):
    """Return a function of a fraction, in 60 digits."""

    def value(place):
        with mpmath.workdps(DIGITS):
            return function(real(place))

    return value


def zero(function, low, high):
    value = along(function)
    low, high = Fraction(low), Fraction(high)
    return zero_between(low, high, value(low), value(high), value)


SIMPLE = [  # a function, where its zero lies, and the zero
    (lambda x: x, -1, 2, Fraction(0)),
    (lambda x: 3 * x - 1, 0, 1, Fraction(1, 3)),
    (lambda x: 80 * x + 1, -1, 1, Fraction(-1, 80)),
    (lambda x: 7 * x - 22, 0, 10, Fraction(22, 7)),
    (lambda x: x**2 - 4, 0, 3, Fraction(2)),
    (lambda x: 8 * x**3 - 1, 0, 2, Fraction(1, 2)),
    (lambda x: mpmath.exp(x) - 1, -1, 3, Fraction(0)),
    (lambda x: -mpmath.log(x), Fraction(1, 2), 5, Fraction(1)),
    (lambda x: mpmath.sin(x), -1, 2, Fraction(0)),
]


@pytest.mark.parametrize(("function", "low", "high", "place"), SIMPLE)
def test_zeros_that_are_simple_numbers_are_exact(function, low, high, place):
    assert zero(function, low, high) == place


FLOATS = [
    (lambda x: x**2 - 2, 0, 2, lambda: reference.sqrt(2)),
    (lambda x: mpmath.cos(x) - x, 0, 1, lambda: reference.mpf("0.73908513321516064165531208767387340401341175890076")),
    (lambda x: mpmath.exp(x) - 5, 0, 3, lambda: reference.log(5)),
    (lambda x: mpmath.sin(x), 3, 4, lambda: reference.pi),
    (lambda x: x**3 - x - 1, 1, 2, lambda: reference.mpf("1.32471795724474602596090885447809734073440405690173")),
    (lambda x: mpmath.sqrt(2) * x - 1, 0, 1, lambda: 1 / reference.sqrt(2)),
]


@pytest.mark.parametrize(("function", "low", "high", "place"), FLOATS)
def test_other_zeros_are_the_nearest_float(function, low, high, place):
    with reference.workdps(50):
        nearest = float(place())
    assert zero(function, low, high) == Fraction(nearest)


def test_zeros_with_large_denominators_are_the_nearest_float():
    assert zero(lambda x: 1000001 * x - 1000003, 0, 2) == Fraction(1000003 / 1000001)


@given(st.integers(-1000, 1000), st.integers(1, 1000), st.integers(1, 50))
def test_lines_have_their_zero(numerator, denominator, slope):
    place = Fraction(numerator, denominator)
    assert zero(lambda x: slope * (x - real(place)), place - 1, place + Fraction(3, 2)) == place


BENT = [
    (lambda x: mpmath.mpf(-1) if x < 1 else x - 1, -3, 4, Fraction(1)),
    (lambda x: abs(x) - 1, Fraction(1, 2), 5, Fraction(1)),
    (lambda x: min(x, 5 * x), -1, 1, Fraction(0)),
    (lambda x: max(x - 2, (x - 2) / 7), -3, 5, Fraction(2)),
]


@pytest.mark.parametrize(("function", "low", "high", "place"), BENT)
def test_boundaries_with_bends_have_their_zero(function, low, high, place):
    assert float(zero(function, low, high)) == pytest.approx(float(place), abs=1e-12)


def line(*values):
    return [(Fraction(k), mpmath.mpf(value)) for k, value in enumerate(values)]


DIPS = [
    (line(3, 1, 2), [1]),
    (line(-3, -1, -2), [1]),
    (line(3, 1, 2, 1, 5), [1, 3]),
    (line(3, -1, 2), []),
    (line(-3, 1, 2), []),
    (line(3, 1, -2), []),
    (line(1, 2, 3), []),
    (line(1, 1, 1), []),
    (line(3, 0, 3), []),
    (line(3, 1), []),
    ([], []),
]


@pytest.mark.parametrize(("places", "nearest"), DIPS)
def test_dips_are_nearest_to_0_without_crossing_it(places, nearest):
    found = list(dips(places))
    assert [int(middle[0]) for _, _, middle in found] == nearest
    assert all(before[0] < middle[0] < after[0] for before, after, middle in found)


LOWEST = [  # a function that is positive at both ends and negative between them, or not
    (lambda x: (x - 1) ** 2 - mpmath.mpf("1e-4"), 0, 3, True),
    (lambda x: mpmath.cos(x) + mpmath.mpf("0.999"), 2, 4, True),
    (lambda x: (x - 1) ** 2 + 1, 0, 3, False),
    (lambda x: abs(x - 1), 0, 3, False),
]


@pytest.mark.parametrize(("function", "low", "high", "crosses"), LOWEST)
def test_the_lowest_place_between_has_another_sign_where_there_is_one(function, low, high, crosses):
    value = along(function)
    middle = Fraction(low + high, 2)
    place, found = lowest(Fraction(low), Fraction(high), value(middle), value)
    assert low < place < high
    assert found == value(place)
    assert (found < 0) == crosses


ENDS = [  # values up to a zero, at 0, 1, 2, …, of max(0, 2 - x) and the like
    (line(0), lambda x: 0 * x, None),
    (line(1, 0), lambda x: max(1 - x, 0), Fraction(1)),
    (line(2, 1, 0), lambda x: max(2 - x, 0), Fraction(2)),
    (line(7, 4, 1, 0), lambda x: max(7 - 3 * x, 0), Fraction(7, 3)),
    (line(5, 3, 0), lambda x: max(5 - 2 * x, 0), Fraction(2)),  # the line meets 0 beyond what is seen, at 5/2
    (line(3, 3, 0), lambda x: 3 * (x < 2), Fraction(2)),
]


@pytest.mark.parametrize(("values", "function", "place"), ENDS)
def test_the_end_of_zeros_is_where_the_line_meets_them(values, function, place):
    assert end_of_zeros(values, along(function)) == place
