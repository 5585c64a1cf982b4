"""The rule for data: what is read as an array of numbers, as which numbers, and what is refused with which words."""

from __future__ import annotations

import datetime
from array import array
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.sparse
import sympy as sp

from symgd import arguments
from symgd.arrays import check_finite, read_array, read_exact_array, read_finite_array, read_float_array
from symgd.errors import DataError

THIRD = 0.333333333333333314829616256247390992939472198486328125
"""The float64 nearest to 1/3."""


class Metres(np.ndarray):
    """An array with a unit, as astropy's and unyt's are."""

    units = "m"


class Broken:
    """An object whose array cannot be made."""

    def __array__(self, dtype=None, copy=None):
        raise KeyError("broken")


def itself() -> list:
    """Return a list that contains itself."""
    found: list = []
    found.append(found)
    return found


READ = {
    "float": (0.5, 0.5),
    "int": (3, 3.0),
    "bool": ([True, False], [1.0, 0.0]),
    "mixed list": ([True, 2, 0.5], [1.0, 2.0, 0.5]),
    "nested": ([(1, 2), [3, 4.5]], [[1.0, 2.0], [3.0, 4.5]]),
    "empty": ([], []),
    "range": (range(3), [0.0, 1.0, 2.0]),
    "array.array": (array("d", [0.5, 2.0]), [0.5, 2.0]),
    "int8": (np.array([-128, 127], np.int8), [-128.0, 127.0]),
    "uint64": (np.array([2**64 - 1], np.uint64), [2.0**64]),
    "int64 between two floats": (np.array([2**53 + 1, 2**53 + 3]), [2.0**53, 2.0**53 + 4]),
    "integer between two floats": ([2**53 + 1, 2**70 + 1], [2.0**53, 2.0**70]),
    "float16": (np.array([0.5], np.float16), [0.5]),
    "float32": (np.array([0.1], np.float32), [0.100000001490116119384765625]),
    "longdouble": (np.array([1, 3], np.longdouble) / 3, [THIRD, 1.0]),
    "nan and inf": ([np.nan, -np.inf], [np.nan, -np.inf]),
    "big-endian": (np.array([1.5], ">f8"), [1.5]),
    "memory map": (np.array([1.5]).view(np.memmap), [1.5]),
    "matrix": (np.array([[1.0, 2.0]]).view(np.matrix), [[1.0, 2.0]]),
    "Fraction": ([Fraction(1, 3), 2], [THIRD, 2.0]),
    "Decimal": (Decimal("0.1"), 0.1),
    "Decimal infinity": ([Decimal("-Infinity"), Decimal("NaN")], [-np.inf, np.nan]),
    "mpmath": ([mpmath.mpf("0.1"), mpmath.mpf(2)], [0.1, 2.0]),
    "constant of mpmath": (mpmath.pi, np.pi),
    "SymPy": ([sp.Rational(1, 3), sp.Integer(2), sp.Float("0.1"), sp.pi], [THIRD, 2.0, 0.1, np.pi]),
    "SymPy matrix": (sp.Matrix([[1, sp.Rational(1, 2)]]), [[1.0, 0.5]]),
    "infinity of SymPy": (sp.oo, np.inf),
    "objects": (np.array([1, 0.5, np.float32(2), np.int8(3), np.True_], dtype=object), [1.0, 0.5, 2.0, 3.0, 1.0]),
    "masked array without a masked entry": (np.ma.array([1, 2], mask=[False, False]), [1.0, 2.0]),
    "list of arrays": ([np.array([1, 2]), np.ma.array([3.0, 4.0])], [[1.0, 2.0], [3.0, 4.0]]),
}

REFUSED = {
    "masked": (np.ma.array([[1.0, 2.0], [3.0, 99.0]], mask=[[0, 0], [0, 1]]), r"x is masked at \[1, 1\]\n.*compressed.*filled"),
    "masked number": (np.ma.masked, "x is masked\n"),
    "masked number in a list": ([1.0, np.ma.masked], r"x\[1\] is masked"),
    "masked array in a list": ([[1.0, 2.0], np.ma.array([3.0, 4.0], mask=[1, 0])], r"x\[1\] is masked at \[0\]"),
    "masked integers": (np.ma.array([1, 2], mask=[1, 0]), r"x is masked at \[0\]"),
    "complex": (np.array([1 + 0j]), r"x is an array of real numbers, and these are complex\n.*\.real"),
    "complex number": (1j, "and these are complex"),
    "complex in a list": ([1, 2j], "and these are complex"),
    "complex among objects": ([Fraction(1), 2j], r"what stands at \[1\] is 2j"),
    "complex of SymPy": (sp.I, "an array of numbers, not I"),
    "complex of mpmath": (mpmath.mpc(1, 2), "an array of numbers, not"),
    "dates": (np.array(["2020-01-01"], "M8[D]"), r"these are dates \(datetime64\[D\]\)\n.*np\.timedelta64"),
    "dates in nanoseconds": ([np.datetime64(5, "ns")], "these are dates"),
    "date of Python": ([datetime.date(2020, 1, 1)], r"what stands at \[0\] is 2020-01-01\n.*np\.timedelta64"),
    "durations": (np.array([1, 2], "m8[s]"), r"these are durations \(timedelta64\[s\]\)\n.*np\.timedelta64"),
    "duration": (np.timedelta64(5, "ns"), "these are durations"),
    "duration of Python": ([datetime.timedelta(1)], r"what stands at \[0\] is 1 day"),
    "structured": (np.zeros(2, [("a", float), ("b", int)]), r"structured array with the fields 'a, b'\n.*x\['a'\]"),
    "masked structured": (np.ma.array([(1, 2.0)], mask=[(0, 1)], dtype=[("a", int), ("b", float)]), "structured array"),
    "raw bytes": (np.zeros(1, "V8"), "an array of numbers, not"),
    "text": ("1.5", "an array of numbers, not '1.5'\n.*float"),
    "texts": (np.array(["1.5", "2"]), "these are texts.*\n.*astype"),
    "texts of any length": (np.array(["a"], np.dtypes.StringDType()), "these are texts"),
    "text among numbers": ([1, "2"], "these are texts"),
    "text among objects": (np.array(["1.5", 2.0], dtype=object), r"what stands at \[0\] is '1\.5'\n.*float"),
    "bytes": (b"1", "an array of numbers, not b'1'"),
    "bytes in an array": (np.array([b"1.5"]), "these are bytes"),
    "bytearray": (bytearray(b"1"), "an array of numbers, not bytearray"),
    "units": (np.array([1.0]).view(Metres), "the unit 'm', and numbers have none"),
    "sparse matrix": (scipy.sparse.csr_matrix(np.eye(2)), r"a sparse matrix.*\n.*toarray"),
    "sparse array": (scipy.sparse.coo_array(np.eye(2)), r"a sparse matrix.*\n.*toarray"),
    "ragged": ([[1], [2, 3]], "different lengths"),
    "ragged objects": (np.array([[1], [2, 3]], dtype=object), r"what stands at \[0\] is \[1\]"),
    "set": ({1, 2}, r"not \{1, 2\}\n.*list\(x\)"),
    "generator": ((k for k in range(3)), r"an array of numbers, not .*\n.*list\(x\)"),
    "mapping": ({"a": 1}, r"not \{'a': 1\}$"),
    "None": (None, "not None"),
    "None in a list": ([1.0, None], r"what stands at \[1\] is None"),
    "function": (lambda x: x, "not the function"),
    "class": (float, "not the class float"),
    "symbol": (sp.Symbol("x"), "not x$"),
    "list that contains itself": (itself(), "a list of more than 32 levels"),
    "integer": (10**400, "x is larger than a float holds: it is an integer of about 401 digits$"),
    "integer in an array": ([[1, -(10**400)]], r"larger than a float holds: .* at \[0, 1\]"),
    "large Fraction": ([Fraction(10**400, 3)], "larger than a float holds"),
    "large Decimal": (Decimal("1e400"), "larger than a float holds"),
    "large number of mpmath": (mpmath.mpf("1e400"), "larger than a float holds"),
    "large number of SymPy": ([sp.Integer(10) ** 400], "larger than a float holds"),
    "large longdouble": (np.array([1, 2], np.longdouble) * np.longdouble("1e400"), r"larger than a float holds.* at \[0\]"),
    "signalling Decimal": (Decimal("sNaN"), "not sNaN"),
    "broken object": (Broken(), "an array of numbers, not"),
}


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("read", [read_array, arguments.read_array])
def test_numbers_are_read_as_the_nearest_floats(read, kind):
    value, expected = READ[kind]
    got = read(value, "x")
    assert type(got) is np.ndarray
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, np.array(expected, dtype=float), strict=True)


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("read", [read_array, read_finite_array, read_exact_array, read_float_array])
def test_what_is_no_number_is_refused_with_its_place(read, kind):
    value, message = REFUSED[kind]
    if read is read_float_array and kind in ("complex", "complex number", "complex in a list", "large longdouble"):
        assert read(value, "x").dtype == np.asarray(value).dtype
    elif read is read_exact_array and "larger" in message and kind != "large longdouble":
        assert read(value, "x").shape == np.shape(value)
    else:
        with pytest.raises(DataError, match=f"(?m){message}") as caught:
            read(value, "x")
        assert len(str(caught.value)) < 300


def test_numbers_that_are_not_finite_are_named():
    for wrong, place in (
        ([[1.0, 2.0], [np.nan, np.inf]], r"x is not finite: it is nan at \[1, 0\]"),
        (-np.inf, "it is -inf\n"),
    ):
        with pytest.raises(DataError, match=place):
            arguments.read_finite_array(wrong, "x")
    with pytest.raises(DataError, match="x is an array of shape .* too large"):
        read_finite_array(np.broadcast_to(1.0, (10**8, 10**8)), "x")
    assert check_finite(np.ones(2), [1, 1], "x") is None


def test_exact_numbers_stay_exact():
    exact = read_exact_array([Fraction(1, 3), Decimal("0.1"), 10**30, sp.Rational(2, 7), True, mpmath.mpf(2)], "x")
    assert exact.tolist() == [Fraction(1, 3), Fraction(1, 10), 10**30, Fraction(2, 7), True, mpmath.mpf(2)]
    assert read_exact_array([2**53 + 1, 1], "x").tolist() == [2**53 + 1, 1]


def test_floats_keep_their_precision():
    for kind in (np.float16, np.float32, np.float64, np.longdouble, np.complex64):
        assert read_float_array(np.ones(2, kind), "x").dtype == kind
    assert read_float_array([1, 2], "x").dtype == np.float64


def test_numbers_do_not_become_infinite_in_a_narrower_type():
    assert read_array([1.0, np.inf], "x", np.float32).dtype == np.float32
    with pytest.raises(DataError, match=r"larger than a float holds: it is 1e\+300 at \[1\]"):
        read_array([1.0, 1e300], "x", np.float32)


def test_arrays_of_floats_are_not_copied():
    given = np.ones(3)
    assert read_array(given, "x") is read_finite_array(given, "x") is read_float_array(given, "x") is given


def series(values, missing, labels):
    """Return what has the attributes of a Series of pandas that are asked for."""

    class Series:
        index = labels

        def isna(self):
            return np.array(missing)

        def to_numpy(self):
            return np.array(values)

    Series.__module__ = "pandas.core.series"
    return Series()


def test_objects_of_pandas_are_asked_for_missing_values():
    assert read_array(series([1, 2], [False, False], ["a", "b"]), "x").tolist() == [1.0, 2.0]
    with pytest.raises(DataError, match=r"x has no value in row 'b'\n.*dropna"):
        read_array(series([1.0, np.nan], [False, True], ["a", "b"]), "x")
    with pytest.raises(DataError, match="x is not finite: it is inf in row 'a'"):
        read_finite_array(series([np.inf, 1.0], [False, False], ["a", "b"]), "x")


def test_missing_values_of_columns_are_refused():
    class Column:
        null_count = 1

        def __array__(self, dtype=None, copy=None):
            return np.array([1.0, np.nan])

    Column.__module__ = "polars.series"
    with pytest.raises(DataError, match=r"x has missing values\n.*fill_null"):
        read_array(Column(), "x")
