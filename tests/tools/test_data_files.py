"""Good files are read exactly; the broken ones are in tests/hostile."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from symgd.errors import DataError
from symgd.tools.data_files import read_array, read_values


def standardized(folder, columns):
    np.save(folder / "a.npy", columns)
    return read_array({"file": "a.npy", "standardize": True}, folder, "X")


KINDS = st.sampled_from([np.float64, np.float32, np.int8, np.uint16, np.bool_, ">f8"])


@given(arrays(KINDS, array_shapes(max_dims=3), elements=st.just(1)), st.booleans())
def test_arrays_are_read_as_floats(tmp_path_factory, array, is_fortran):
    folder = tmp_path_factory.mktemp("data")
    np.save(folder / "a.npy", np.asfortranarray(array) if is_fortran else array)
    np.savez_compressed(folder / "b.npz", a=array, b=np.zeros(2))
    for source in ({"file": "a.npy"}, {"file": "b.npz", "key": "a"}):
        found = read_array(source, folder, "X")
        assert found.dtype == float
        assert found.shape == array.shape
        np.testing.assert_array_equal(found, array.astype(float))


def test_order_in_memory_does_not_matter(tmp_path):
    array = np.arange(6.0).reshape(2, 3)
    np.save(tmp_path / "a.npy", np.asfortranarray(array))
    np.testing.assert_array_equal(read_array({"file": "a.npy"}, tmp_path, "X"), array)


def test_a_csv_is_read_by_columns(tmp_path):
    (tmp_path / "a.csv").write_text('\ufeffage,"kind, of",height\n1,good,2.5\n\n3,bad,-1e-3\n', encoding="utf-8")
    words = {"good": 1, "bad": -1}
    for options, expected in [
        ({}, [[1, 1, 2.5], [3, -1, -0.001]]),
        ({"columns": ["height", "age"]}, [[2.5, 1], [-0.001, 3]]),
        ({"column": "age"}, [1, 3]),
        ({"except": ["age", "height"]}, [[1], [-1]]),
        ({"column": "age", "intercept": True}, [[1, 1], [3, 1]]),
    ]:
        found = read_array({"file": "a.csv", "values": words, **options}, tmp_path, "X")
        np.testing.assert_array_equal(found, expected)


def test_years_may_be_names(tmp_path):
    (tmp_path / "a.csv").write_text("2019,2020\n1,2\n")
    np.testing.assert_array_equal(read_array({"file": "a.csv", "columns": ["2020", "2019"]}, tmp_path, "X"), [[2, 1]])
    with pytest.raises(DataError, match="the first row"):
        read_array({"file": "a.csv"}, tmp_path, "X")


@pytest.mark.parametrize("scale", [1.0, 1e308, 5e-300, 1e-308, 1e150])
def test_standardizing_does_not_depend_on_the_scale(scale, tmp_path):
    columns = np.array([[1.0, -1.0], [-1.0, 0.5], [0.5, 0.25], [0.25, 1.0]])
    expected = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    found = standardized(tmp_path, columns * scale)
    np.testing.assert_allclose(found, expected, rtol=1e-13)


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=40), st.sampled_from([0.1, 1 / 3, -7.3, 1e9 + 0.1, 1e300, 4e-320]))
def test_standardizing_holds_for_columns_that_differ_in_the_last_bits(tmp_path_factory, steps, value):
    """The mean of such a column is rounded by as much as its deviation; fractions are exact."""
    assume(len(set(steps)) > 1)
    column = np.array([value]).view(np.int64) + np.array(steps)
    column = column.view(np.float64)
    exact = [Fraction(one) for one in column]
    centred = [one - sum(exact) / len(exact) for one in exact]
    squares = sum(one**2 for one in centred) / len(exact)
    with mpmath.workdps(30):
        deviation = mpmath.sqrt(mpmath.mpf(squares.numerator) / squares.denominator)
        expected = [float(mpmath.mpf(one.numerator) / one.denominator / deviation) for one in centred]
    found = standardized(tmp_path_factory.mktemp("data"), column)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("value", [0.1, 0.0, 1e308, -1 / 3, 5e-324])
@pytest.mark.parametrize("count", [2, 3, 7, 1000])
def test_a_constant_column_is_named(value, count, tmp_path):
    """The mean of 0.1, 0.1, 0.1 is not 0.1 in floats, and the deviation not 0."""
    with pytest.raises(DataError, match="column 2 is constant"):
        standardized(tmp_path, np.column_stack([np.arange(count), np.full(count, value)]))
    with pytest.raises(DataError, match="the column is constant"):
        standardized(tmp_path, np.full(count, value))


@given(
    st.recursive(
        st.floats(allow_nan=False, allow_infinity=False) | st.integers(-100, 100), lambda inner: st.lists(inner, max_size=3)
    )
)
def test_lists_are_read_as_numpy_reads_them_or_refused(source):
    try:
        expected = np.asarray(source, dtype=float)
    except ValueError:
        expected = None
    try:
        found = read_values(source, "here")
    except DataError:
        assert expected is None or not expected.size or expected.ndim > 8
    else:
        np.testing.assert_array_equal(found, expected)
