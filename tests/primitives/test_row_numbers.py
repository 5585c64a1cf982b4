"""Row numbers are read, checked where they are known, and checked by the code where they are data."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.graph.node import constant
from symgd.graph.shape import Dim
from symgd.primitives.row_numbers import read_rows, whole_numbers
from tests.primitives.scalar_comparison import evaluated, refusal

N = Dim.named("n")

# what is written, the size of the axis, how it is read
READ = [
    (2, 5, "2"), (-1, 5, "4"), (-5, 5, "0"), (2.0, 5, "2"), (np.int64(3), 5, "3"), ([0, 2], 5, "[0, 2]"),
    ([-1, -5], 5, "[4, 0]"), ([[0, 1], [1, 0]], 2, "[[0, 1], [1, 0]]"),
    (np.array([1, -2]), 4, "[1, 2]"), (np.array([1.0, 2.0]), 4, "[1, 2]"), ((3), N, "3"), ([7, 0], N, "[7, 0]"),
    (constant(-2), 3, "1"), (sg.scalar("i"), 3, "i"), (sg.tensor("rows", "k"), 3, "rows"),
]  # fmt: skip


@pytest.mark.parametrize(("indices", "size", "shown"), READ)
def test_row_numbers_are_read(indices, size, shown):
    assert str(read_rows(indices, size)) == shown


X = sg.scalar("x")

# what is written, the size of the axis, how it is refused
REFUSED = [
    (5, 5, "ShapeError: index 5 is outside an axis of size 5"), (-6, 5, "ShapeError: index -6 is outside an axis of size 5"),
    ([0, 9], 5, "ShapeError: index 9 is outside an axis of size 5"),
    (10**40, 5, "ShapeError: index "),
    (-1, N, "UnsupportedError: index -1 of an axis of named size n\n  hint: count from the front"),
    (1.5, 5, "UnsupportedError: 3/2 cannot index: only whole numbers"),
    ([0, 0.5], 5, "UnsupportedError: 1/2 cannot index"), (float("nan"), 5, "UnsupportedError: nan cannot index"),
    (float("inf"), 5, "UnsupportedError: inf cannot index"),
    (X > 0, 5, "UnsupportedError: a mask cannot index"), ([[1], [1, 2]], 5, "ShapeError: row numbers are an array, not "),
    ("one", 5, "SymgdError: str cannot stand in a formula"), (1j, 5, "SymgdError: complex"),
]  # fmt: skip


@pytest.mark.parametrize(("indices", "size", "message"), REFUSED)
def test_what_is_no_row_number_is_refused(indices, size, message):
    assert refusal(lambda: read_rows(indices, size)).startswith(message)


def objects(*entries):
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    return array


@pytest.mark.parametrize(
    "entries", [(0, 2, 1), (mpmath.mpf(0), mpmath.mpf(2), mpmath.mpf(1)), (constant(0), constant(2), constant(1))]
)
def test_entries_of_any_algebra_become_whole_numbers(entries):
    found = whole_numbers(objects(*entries), 3)
    assert found.tolist() == [0, 2, 1]
    assert found.dtype.kind == "i"


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ((0, 3), "ShapeError: a row number lies outside an axis of size 3"),
        ((-1,), "ShapeError: a row number lies outside"),
        ((X,), "UnsupportedError: which rows"),
        ((mpmath.mpf(1.5),), "ShapeError: row numbers are whole numbers, not 1.5"),
        ((constant(Fraction(1, 2)),), "ShapeError: row numbers are whole numbers, not 1/2"),
        ((mpmath.nan,), "ShapeError: row numbers are whole numbers"),
        ((mpmath.inf,), "ShapeError: row numbers are whole"),
    ],
)
def test_values_that_are_no_row_numbers_are_refused(entries, message):
    assert refusal(lambda: whole_numbers(objects(*entries), 3)).startswith(message)


@pytest.mark.parametrize("rows", [[0.0, 2.0, 2.0], [1.0], [[0.0, 1.0]]])
def test_the_code_takes_the_rows_that_numpy_takes(rows):
    table, rows = np.arange(6.0).reshape(3, 2), np.array(rows)
    np.testing.assert_array_equal(evaluated("take(A, rows, axis=0)", A=table, rows=rows), table[rows.astype(int)])


@pytest.mark.parametrize("rows", [[0.5], [3.0], [-1.0], [np.nan], [np.inf]])
def test_the_code_refuses_data_that_are_no_row_numbers(rows):
    with pytest.raises((ValueError, IndexError), match="row number|whole"):
        evaluated("take(A, rows, axis=0)", A=np.ones((3, 2)), rows=np.array(rows))
