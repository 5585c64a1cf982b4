"""Cells beside the numbers of an array: which entry of which formula a place holds, and the formula of all of them."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, UnsupportedError
from symgd.readers.numpy.cells import UNSET, cells_of, entry, formula_of, has_nodes, store, without_cells, written

x, v, X = sg.scalar("x"), sg.tensor("v", 3), sg.tensor("X", "2 3")
OBJECTS = np.array([None, 1.0], dtype=object)


def array_of(*values):
    entries = np.empty(len(values), dtype=object)
    entries[:] = values
    return entries


@pytest.mark.parametrize("value", [x, [1, x], (1, [2, (x,)]), array_of(1.0, x), [array_of(x)]])
def test_formulas_are_found_where_they_stand(value):
    assert has_nodes(value)


@pytest.mark.parametrize("value", [1.0, "x", [], [1, [2]], None, np.ones(3), OBJECTS])
def test_where_no_formula_stands(value):
    assert not has_nodes(value)


def test_the_cells_of_a_formula_name_its_entries():
    cells = cells_of(X)
    assert cells.shape == (2, 3)
    assert str(entry(0.0, cells[1, 2])) == "X[1, 2]"
    assert formula_of(np.zeros((2, 3)), cells) is X
    assert formula_of(np.zeros((3, 2)), cells.T).shape == (3, 2)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, x),
        (slice(1, None), x),
        (slice(None), v[::-1]),
        ([0, 2], v[:2]),
    ],
)
def test_entries_are_replaced_as_numpy_replaces_them(place, value):
    numbers = np.array([0.5, -2.0, 3.0])
    changed = numbers.copy()
    changed[place] = sg.lambdify(["x", "v"], value + 0 * x + 0 * v[0])(7.0, numbers)
    formula = written(v, place, value)
    np.testing.assert_array_equal(sg.lambdify(["x", "v"], formula + 0 * x + 0 * v[0])(7.0, numbers), changed)


def test_numbers_and_formulas_stand_beside_each_other():
    numbers = np.array([1.0, 2.0, 3.0])
    cells = without_cells(numbers)
    store(cells, 1, x)
    assert str(formula_of(numbers, cells)) == "[1, x, 3]"
    assert not formula_of(numbers, without_cells(numbers)).symbols


def test_what_is_refused():
    with pytest.raises(ShapeError, match="places of a named size"):
        cells_of(sg.tensor("u", "n"))
    with pytest.raises(ShapeError, match="stored in one place"):
        store(without_cells(np.zeros(3)), 0, v)
    with pytest.raises(UnsupportedError, match=r"np\.empty is used before"):
        entry(0.0, UNSET)
