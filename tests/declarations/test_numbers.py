"""Numbers of many digits: the sets in which they lie, and how messages show them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symgd.declarations.numbers import lies_in, precise, short, size_of, zero_one
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Interval, Sign

SIDES = {"-3": Sign.NEGATIVE, "-1e-300": Sign.NEGATIVE, "0": Sign.ZERO, "1e-300": Sign.POSITIVE, "2.5": Sign.POSITIVE}


@pytest.mark.parametrize("number", SIDES)
def test_a_number_lies_among_the_signs_that_hold_its_own(number):
    signs = list(Sign.__members__.values())
    assert [sign for sign in signs if lies_in(mpmath.mpf(number), sign)] == [sign for sign in signs if SIDES[number] in sign]


HALF_OPEN = Interval(0, 1, open_high=True)
LIES = [
    ("0", HALF_OPEN, True),
    ("1", HALF_OPEN, False),
    ("0.5", HALF_OPEN, True),
    ("-1e-30", HALF_OPEN, False),
    ("1", Interval(0, 1), True),
    ("1.0000000000000000000000001", Interval(0, 1), False),
    ("0.3333333333333333333333", Interval(Fraction(1, 3), 1), False),  # it is less than 1/3
    ("0.3333333333333333333334", Interval(Fraction(1, 3), 1), True),
    ("1e300", Interval(), True),
    ("nan", Interval(), False),
    ("nan", Interval(0, 1), False),
    ("inf", Interval(0, 1), False),
    ("-inf", Interval(0, 1), False),
]


@pytest.mark.parametrize(("number", "interval", "lies"), LIES)
def test_a_number_lies_in_an_interval_to_its_last_digit(number, interval, lies):
    with mpmath.workdps(50):
        assert lies_in(mpmath.mpf(number), interval) is lies


@pytest.mark.parametrize(("value", "number"), [(True, 1), (False, 0), (mpmath.mpf("0.25"), 0.25)])
def test_a_condition_counts_as_a_number(value, number):
    assert zero_one(value) == number
    assert isinstance(zero_one(value), mpmath.mpf)


@pytest.mark.parametrize("number", [Fraction(1, 3), Fraction(-22, 7), Fraction(10**40 + 1, 10**20), Fraction(0)])
def test_a_fraction_is_divided_in_the_digits_of_the_moment(number):
    with mpmath.workdps(45):
        assert abs(precise(number) * number.denominator - number.numerator) <= mpmath.mpf(10) ** -43 * abs(number.numerator)


@pytest.mark.parametrize("number", [0.1, -2.5, float("inf"), float("-inf"), 5e-324, 3])
def test_a_float_is_itself(number):
    assert precise(number) == number


SHOWN = [
    (True, "True"),
    (False, "False"),
    (mpmath.mpf(2), "2.0"),
    (mpmath.mpf("0.123456789123"), "0.12345679"),
    (Fraction(1, 4).numerator, "1.0"),
    (mpmath.inf, "+inf"),
    (mpmath.nan, "nan"),
]


@pytest.mark.parametrize(("number", "shown"), SHOWN)
def test_messages_show_eight_digits(number, shown):
    assert short(number) == shown


SIZES = [
    ([], 0),
    ([mpmath.mpf(-3), mpmath.mpf(2)], 3),
    ([True, False], 1),
    (np.array([[mpmath.mpf(1), mpmath.mpf(-7)], [mpmath.mpf(0), mpmath.mpf(6)]], dtype=object), 7),
]


@pytest.mark.parametrize(("values", "size"), SIZES)
def test_the_largest_size_of_entries(values, size):
    assert size_of(values) == size
