"""Answers of functions are arrays of floats, whatever they are made of."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symgd.checking.black_box.array_libraries import library_of, like, to_numpy


@pytest.mark.parametrize("value", [3, 3.0, Fraction(3), np.float32(3), np.array(3.0), [3.0], np.arange(4), [[1, 2], [3, 4]]])
def test_numbers_and_lists_are_arrays_of_floats(value):
    found = to_numpy(value)
    assert found.dtype == float
    assert found.shape == np.shape(value)
    np.testing.assert_array_equal(found, np.asarray(value, dtype=float))


def test_arrays_of_numpy_belong_to_no_other_library():
    array = np.arange(3.0)
    assert library_of(array) is None
    np.testing.assert_array_equal(like(array, array), array)
