"""Floats are the decimals they print as, whole ones are integers, and floats of known numbers are these numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd.primitives.decimals import from_float


@given(st.integers(-(10**6), 10**6), st.integers(0, 8))
def test_short_decimals_are_exact(digits, places):
    exact = Fraction(digits, 10**places)
    assert from_float(float(exact)).equals_number(exact)
    assert from_float(np.float64(float(exact))).equals_number(exact)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back(value):
    node = from_float(value)
    if node.is_constant:
        assert float(node.value) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.pi, "pi"), (math.e, "e"), (math.sqrt(2), "sqrt(2)"), (2 * math.pi, "2*pi"), (-math.pi / 2, "-pi/2"),
        (math.log(2), "log(2)"),
    ],
)  # fmt: skip
def test_known_numbers_are_recognised(value, text):
    assert str(from_float(value)) == text


def test_what_is_near_a_known_number_is_not_it():
    for value in (math.pi, math.e, math.sqrt(2)):
        assert from_float(np.nextafter(value, 9)).is_constant


def test_infinities_and_nan_stay():
    assert from_float(math.inf).value == math.inf
    assert math.isnan(from_float(math.nan).value)
