"""Entries of arrays of objects: real numbers stay exact, and others are told what they are."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

from symgd.array_entries import exact_number, first_true, hint_for, place_of

NUMBERS = [  # an entry, the number, its type
    (3, 3, int),
    (10**40, 10**40, int),
    (True, True, bool),
    (np.bool_(False), False, bool),
    (0.1, 0.1, float),
    (Fraction(1, 3), Fraction(1, 3), Fraction),
    (Decimal("0.1"), Fraction(1, 10), Fraction),
    (Decimal("Infinity"), float("inf"), float),
    (np.float32(0.1), float(np.float32(0.1)), float),
    (np.float16(0.5), 0.5, float),
    (np.float64(0.1), 0.1, float),
    (np.longdouble("0.5"), Fraction(1, 2), Fraction),
    (np.longdouble(2) ** 60 + 1, Fraction(2**60 + 1), Fraction),
    (np.longdouble("inf"), float("inf"), float),
    (np.int8(-5), -5, int),
    (np.uint64(2**64 - 1), 2**64 - 1, int),
    (sp.Integer(7), 7, int),
    (sp.Rational(1, 4), Fraction(1, 4), Fraction),
    (sp.sqrt(2), 2**0.5, float),
    (sp.oo, float("inf"), float),
]


@pytest.mark.parametrize(("entry", "number", "kind"), NUMBERS, ids=[f"{type(one).__name__} {one}" for one, _, _ in NUMBERS])
def test_real_numbers_are_read_without_rounding(entry, number, kind):
    if isinstance(entry, np.longdouble) and np.finfo(np.longdouble).nmant < 63:
        pytest.skip("longdouble is no wider than 64 bits here")
    found = exact_number(entry)
    assert found == number
    assert isinstance(found, kind)


def test_numbers_of_mpmath_stay_what_they_are():
    with mpmath.workdps(50):
        third = mpmath.mpf(1) / 3
    assert exact_number(third) is third


NO_NUMBERS = [None, "1", b"1", 1j, sp.Symbol("x"), sp.I, np.timedelta64(1, "s"), np.datetime64("2020-01-01"), [1], object(), {}]


@pytest.mark.parametrize("entry", NO_NUMBERS, ids=lambda one: type(one).__name__)
def test_what_is_no_real_number_is_none(entry):
    assert exact_number(entry) is None


HINTS = [
    ("1.5", "float(x)"),
    (b"1.5", "float(x)"),
    (1 + 2j, ".real or .imag"),
    (datetime.date(2020, 1, 1), "x - x[0]"),
    (datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), "x - x[0]"),
    (np.datetime64("2020-01-01"), "x - x[0]"),
    (datetime.timedelta(1), "timedelta64(1, 's')"),
    (np.timedelta64(1, "s"), "timedelta64(1, 's')"),
]


@pytest.mark.parametrize(("entry", "words"), HINTS, ids=[type(one).__name__ for one, _ in HINTS])
def test_what_is_no_number_has_a_remedy(entry, words):
    assert words in hint_for(entry)


@pytest.mark.parametrize("entry", [None, object(), [1], {}])
def test_what_nothing_is_known_of_has_none(entry):
    assert hint_for(entry) is None


MARKS = [
    (np.array([False, True, True]), (1,)),
    (np.array([[False, False], [True, False]]), (1, 0)),
    (np.array(True), ()),
    (np.zeros((2, 2, 2), dtype=bool) | np.array([False, True]), (0, 0, 1)),
]


@pytest.mark.parametrize(("marks", "index"), MARKS)
def test_the_first_mark_is_found_in_order(marks, index):
    assert first_true(marks) == index
    assert all(type(one) is int for one in first_true(marks))


@pytest.mark.parametrize(("index", "place"), [((), ""), ((3,), " at [3]"), ((1, 2), " at [1, 2]")])
def test_places_are_indices(index, place):
    assert place_of(index, np.zeros((4, 4))) == place


def test_places_in_objects_of_pandas_are_labels():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"age": [1.0, 2.0], "height": [3.0, 4.0]}, index=["ann", "bob"])
    assert place_of((1, 0), frame) == " in row 'bob', column 'age'"
    assert place_of((1,), frame["age"]) == " in row 'bob'"
