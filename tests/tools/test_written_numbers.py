from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd.errors import DataError
from symgd.tools.written_numbers import is_number, read_exact, read_float

NONE = [
    "",
    " ",
    "1_5",
    "１５",
    "٣",
    "0x1F",
    "1,5",
    "1e",
    "e5",
    "+",
    ".",
    "1.2.3",
    "--1",
    "1 2",
    "nan",
    "inf",
    "True",
    "1j",
    "0b1",
    "²",
]


@pytest.mark.parametrize("text", NONE, ids=ascii)
def test_what_is_no_number_is_refused(text):
    assert not is_number(text)
    with pytest.raises(DataError, match="row 3"):
        read_float(text, "data.csv, row 3")
    with pytest.raises(DataError, match="the value of x"):
        read_exact(text, "the value of x")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_back(number):
    assert read_float(repr(number), "here") == number
    assert float(read_exact(repr(number), "it")) == number


@given(st.fractions())
def test_every_fraction_is_read_back(number):
    assert read_exact(f"{number.numerator}/{number.denominator}", "it") == number


@pytest.mark.parametrize(
    ("text", "number"), [("1.", 1), (".5", Fraction(1, 2)), ("+2e-1", Fraction(1, 5)), ("1 / 3", Fraction(1, 3)), ("1E3", 1000)]
)
def test_ways_to_write_a_number(text, number):
    assert read_exact(text, "it") == number


@pytest.mark.parametrize("text", ["1e999", "-1e400", "9" * 400])
def test_numbers_beyond_floats_are_named(text):
    with pytest.raises(DataError, match="larger than a float holds"):
        read_float(text, "here")


@pytest.mark.parametrize("text", ["1e5001", "1e-99999999", "9" * 401, "1/0"])
def test_exact_numbers_are_bounded(text):
    with pytest.raises(DataError):
        read_exact(text, "it")
