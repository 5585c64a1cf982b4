"""Objects of pandas as data: read by their values, missing values named by row and column."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.arrays import read_array, read_exact_array, read_finite_array, read_float_array
from symgd.errors import DataError, SymgdError

pd = pytest.importorskip("pandas", reason="pandas is not installed: pip install --group libraries")

FRAME = pd.DataFrame({"height": [1.5, 2.0], "count": [3, 4]}, index=["first", "second"])
VALUES = [[1.5, 3.0], [2.0, 4.0]]
DATES = pd.to_datetime(["2020-01-01", "2021-01-01"])

READ = {
    "frame": (FRAME, VALUES),
    "series": (FRAME["count"], [3.0, 4.0]),
    "index": (pd.Index([1, 2]), [1.0, 2.0]),
    "nullable integers": (pd.array([1, 2], dtype="Int64"), [1.0, 2.0]),
    "nullable floats": (pd.DataFrame({"a": pd.array([1.5, 2], dtype="Float64")}), [[1.5], [2.0]]),
    "nullable booleans": (pd.Series([True, False], dtype="boolean"), [1.0, 0.0]),
    "mixed": (pd.DataFrame({"a": [True, False], "b": [0.5, 2.0]}), [[1.0, 0.5], [0.0, 2.0]]),
    "categories that are numbers": (pd.Series([2, 1]).astype("category"), [2.0, 1.0]),
    "sparse": (pd.Series(pd.arrays.SparseArray([0.0, 1.0])), [0.0, 1.0]),
    "infinity": (pd.Series([np.inf, 1]), [np.inf, 1.0]),
    "list of series": ([pd.Series([1.0, 2.0]), pd.Series([3, 4])], [[1.0, 2.0], [3.0, 4.0]]),
}
REFUSED = {
    "NaN": (FRAME.assign(height=[1.0, np.nan]), r"x has no value in row 'second', column 'height'\n.*dropna.*fillna"),
    "NA": (pd.Series([1, None], dtype="Int64", index=["p", "q"]), "x has no value in row 'q'"),
    "NA in a frame": (pd.DataFrame({"a": pd.array([None, 1.5], dtype="Float64")}), "x has no value in row 0, column 'a'"),
    "None": (pd.Series([1, None], dtype=object), "x has no value in row 1"),
    "NaT": (pd.Series([DATES[0], pd.NaT]), "x has no value in row 1"),
    "several levels": (
        pd.DataFrame([[1.0, np.nan]], index=pd.MultiIndex.from_tuples([(1, 2)]), columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])),
        r"x has no value in row \(1, 2\), column \('a', 'y'\)",
    ),
    "array": (pd.array([1, None], dtype="Int64"), r"x has no value at \[1\]"),
    "one missing value": (pd.NA, "not <NA>"),
    "in a list": ([1.0, pd.NA], r"what stands at \[1\] is <NA>"),
    "series in a list": ([pd.Series([1.0, 2.0]), pd.Series([3.0, np.nan])], r"x\[1\] has no value in row 1"),
    "text": (FRAME.assign(name=["a", "b"]), r"what stands in row 'first', column 'name' is 'a'\n.*float"),
    "texts": (pd.Series(["1", "2"]), "'1'|texts"),
    "categories": (pd.Series(["a", "b"]).astype("category"), "'a'|texts"),
    "dates": (DATES, "dates"),
    "date": (FRAME.assign(day=DATES), r"what stands in row 'first', column 'day' is 2020-01-01.*\n.*np\.timedelta64"),
    "dates of a zone": (pd.Series(DATES.tz_localize("UTC")), "what stands in row 0 is 2020-01-01"),
    "durations": (pd.Series(DATES - DATES[0]), "durations"),
    "periods": (pd.period_range("2020", "2021", freq="Y"), r"what stands at \[0\] is 2020"),
    "complex": (pd.Series([1j]), "complex"),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_objects_of_pandas_are_read_by_their_values(kind):
    value, expected = READ[kind]
    got = read_array(value, "x")
    assert type(got) is np.ndarray
    np.testing.assert_array_equal(got, np.array(expected), strict=True)


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("read", [read_array, read_exact_array, read_float_array])
def test_missing_values_and_what_is_no_number_are_named_by_row_and_column(read, kind):
    value, message = REFUSED[kind]
    if kind == "complex" and read is read_float_array:
        assert read(value, "x").dtype == complex
        return
    with pytest.raises(DataError, match=message) as caught:
        read(value, "x")
    assert len(str(caught.value)) < 300


def test_infinities_are_named_by_row_and_column():
    with pytest.raises(DataError, match="x is not finite: it is inf in row 'second', column 'height'"):
        read_finite_array(FRAME.assign(height=[1.0, np.inf]), "x")


def test_long_labels_are_shortened():
    with pytest.raises(DataError) as caught:
        read_array(pd.DataFrame({"a" * 10**5: [np.nan]}, index=["b" * 10**5]), "x")
    assert len(str(caught.value)) < 300


LOSS = sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
Y, W = pd.Series([1.0, 2.0], index=FRAME.index), pd.Series([1.0, 2.0], index=FRAME.columns)
MISSING = FRAME.assign(height=[1.0, np.nan])
CALLS = {
    "lambdify": lambda X, y, w: sg.lambdify(["X", "y", "w"], LOSS)(X, y, w),
    "objective": lambda X, y, w: sg.objective(LOSS, "w", {"X": X, "y": y}).jac(w),
    "minimize": lambda X, y, w: sg.minimize(LOSS, "w", data={"X": X, "y": y}, start=w, epochs=3).x,
    "convexity": lambda X, y, w: str(sg.convexity(LOSS, "w", data={"X": X, "y": y})),
    "curvature_bounds": lambda X, y, w: str(sg.curvature_bounds(LOSS, "w", {"X": X, "y": y})),
    "check_gradient": lambda X, y, w: sg.check_gradient(LOSS, "w", gradient="w", at={"X": X, "y": y, "w": w}).worst.reference,
    "check of code": lambda X, y, w: sg.check_gradient(
        lambda X: np.sum(X**2), lambda X: X, at=X
    ).worst.reference,
    "accuracy": lambda X, y, w: str(sg.accuracy(LOSS, at={"X": X, "y": y, "w": w})),
    "adjoints": lambda X, y, w: sg.derivation(LOSS, "w").adjoints({"X": X, "y": y, "w": w})["w"],
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_every_function_reads_and_refuses_alike(name):
    got, expected = CALLS[name](FRAME, Y, W), CALLS[name](np.array(VALUES), np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    assert got == expected if isinstance(expected, str) else np.array_equal(got, expected)
    with pytest.raises(SymgdError, match="has no value in row 'second', column 'height'"):
        CALLS[name](MISSING, Y, W)


def test_a_series_stands_in_a_formula_as_its_values():
    w = sg.tensor("w", "2")
    assert str(sg.hvp(sg.sum(w**3), w, pd.Series([1, 2]))) == str(sg.hvp(sg.sum(w**3), w, [1, 2]))
    with pytest.raises(DataError, match="has no value in row 1"):
        sg.hvp(sg.sum(w**3), w, pd.Series([1, np.nan]))
