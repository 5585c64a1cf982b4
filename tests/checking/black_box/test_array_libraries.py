"""Answers of functions are arrays of floats, whatever they are made of."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy

import symgd as sg
from symgd.checking.black_box.array_libraries import Asked, library_of, like, rounding_of_type, to_numpy
from symgd.errors import DataError


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


def test_what_is_asked_for_changes_no_array_of_the_caller():
    given = np.array([1.0, 2.0])

    def double(x):
        x *= 2
        return x

    np.testing.assert_array_equal(Asked(double)(given), [2.0, 4.0])
    np.testing.assert_array_equal(given, [1.0, 2.0])


ANSWERS = [  # what a function returns, the type that it is rounded to, and how far 3 and 0 may be off because of it
    (np.ones(2), "float64", 3 * 2.0**-52, 0.0),
    (3.0, "float64", 3 * 2.0**-52, 0.0),
    (np.ones(2, np.float32), "float32", 3 * 2.0**-23, 2.0**-149),
    ([np.float32(1), np.float32(2)], "float32", 3 * 2.0**-23, 2.0**-149),
    ((np.ones(2, np.float16),), "float16", 3 * 2.0**-10 + 2.0**-24, 2.0**-24),
    ([], "float64", 3 * 2.0**-52, 0.0),
]


@pytest.mark.parametrize(("answer", "kind", "of_three", "of_zero"), ANSWERS)
def test_the_type_of_an_answer_says_how_far_it_is_rounded(answer, kind, of_three, of_zero):
    asked = Asked(lambda x: answer)
    asked(np.ones(1))
    assert asked.kind == kind
    assert rounding_of_type(asked, -3.0) == pytest.approx(of_three, rel=1e-12)
    assert rounding_of_type(asked, 0.0) == of_zero
    assert rounding_of_type(np.sin, 1.0) == 2.0**-52  # what is no Asked answers in float64


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_the_narrowest_types_of_numpy_are_as_they_say(kind):
    asked = Asked(lambda x: x.astype(kind))
    asked(np.ones(1))
    assert (asked.resolution, asked.least) == (np.finfo(kind).eps, np.finfo(kind).smallest_subnormal)


def test_the_coarsest_answer_counts():
    answers = iter([np.ones(1), np.ones(1, np.float16), np.ones(1, np.float32)])
    asked = Asked(lambda x: next(answers))
    for kind in ("float64", "float16", "float16"):
        asked(np.ones(1))
        assert asked.kind == kind


def test_a_library_that_is_not_known_is_refused():
    with pytest.raises(sg.SymgdError, match="no library called 'theano'"):
        Asked(np.sin, "theano")(np.ones(1))


def test_an_object_whose_shape_cannot_be_asked_for_is_refused():
    """An indexed symbol of SymPy raises where the range of its index is unknown."""
    entry = sympy.IndexedBase("x")[sympy.Symbol("i", integer=True)]
    with pytest.raises(DataError):
        to_numpy(entry, "the point")
