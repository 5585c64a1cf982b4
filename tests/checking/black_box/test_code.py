"""Where a function is asked around a point, and whether it is what it was read as."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.checking.black_box.code import HandWritten, around, has_values_of, typical

TYPICAL = [
    ([3.0], 3.0),
    ([-3.0], 3.0),
    ([0.0, 0.0], 1.0),
    ([], 1.0),
    ([0.0, 4.0, 0.0], 4.0),
    ([1.0, -10.0, 100.0], 10.0),
    ([[1.0, 2.0], [3.0, 4.0]], 2.5),
    ([1e-300, 0.0], 1e-300),
]


@pytest.mark.parametrize(("entries", "size"), TYPICAL)
def test_the_typical_size_is_the_median_of_what_is_not_0(entries, size):
    assert typical(np.array(entries)) == size


@given(
    st.lists(st.floats(-1e100, 1e100).filter(lambda v: v == 0 or abs(v) > 1e-100), min_size=1, max_size=6), st.integers(0, 99)
)
def test_points_around_move_every_entry_by_2_to_10_percent_of_its_size(entries, seed):
    x = np.array(entries)
    size = np.where(x == 0, typical(x), np.abs(x))
    places = list(around(x, 3, np.random.default_rng(seed)))
    assert len(places) == 3
    for place in places:
        share = np.abs(place - x) / size
        assert np.all((share >= 0.02 * (1 - 1e-9)) & (share <= 0.1 * (1 + 1e-9)))


def test_points_around_keep_the_shape_lie_on_both_sides_and_are_repeated_by_the_seed():
    x = np.ones((2, 5))
    once, again = (np.array(list(around(x, 4, np.random.default_rng(7)))) for _ in range(2))
    assert once.shape == (4, 2, 5)
    np.testing.assert_array_equal(once, again)
    assert (once > 1).any()
    assert (once < 1).any()


def cancelling(x):
    return (1 - np.cos(x)) / x**2


READ = [  # a formula, a function, a place, and whether they have the same values
    ("x**2", lambda x: x * x, 1.5, True),
    ("x**2", lambda x: x**2 * (1 + 1e-9), 1.5, True),
    ("x**2", lambda x: x**2 * 1.00001, 1.5, False),
    ("x**2", lambda x: -(x**2), 1.5, False),
    ("x**2", lambda x: x + 3.75 - 3, 1.5, False),  # at the place, and nowhere around
    ("abs(x)", np.abs, 0.0, True),
    ("abs(x)", lambda x: x, 2.0, True),
    ("abs(x)", lambda x: x, -2.0, False),
    ("exp(x)", np.exp, 800.0, True),
    ("exp(x)", lambda x: np.full_like(x, np.nan), 1.0, False),
    ("log(x)", np.log, -1.0, False),  # no value, so that nothing tells
    ("(1 - cos(x))/x**2", cancelling, 1e-5, True),
    ("(1 - cos(x))/x**2", lambda x: cancelling(x) + 0.01, 1e-5, False),
]


@pytest.mark.parametrize(("text", "function", "at", "is_same"), READ)
def test_a_function_has_the_values_it_was_read_for(text, function, at, is_same):
    formula = sg.formula(text)
    (variable,) = formula.symbols
    assert has_values_of(formula, variable, lambda x: np.asarray(function(x)), np.array(at)) is is_same


@pytest.mark.parametrize("entry", [(0, 0), (1, 2)])
def test_every_entry_counts(entry):
    formula = sg.formula("outer([1, 2], x)", shapes={"x": (3,)})
    (x,) = formula.symbols
    at = np.array([1.0, -2.0, 3.0])
    factor = np.ones((2, 3))
    assert has_values_of(formula, x, lambda v: factor * np.outer([1.0, 2.0], v), at)
    factor[entry] += 1e-3
    assert not has_values_of(formula, x, lambda v: factor * np.outer([1.0, 2.0], v), at)


def test_formulas_that_mean_too_much_work_are_not_compared():
    formula = sg.formula("sum(outer(x, x) @ outer(x, x))", shapes={"x": (3000,)})
    (variable,) = formula.symbols
    assert not has_values_of(formula, variable, lambda x: np.array(0.0), np.zeros(3000))


def test_both_are_named_that_answer_with_few_digits():
    coarse = SimpleNamespace(resolution=2.0**-23, kind="float32")
    asked = HandWritten(np.sum, coarse)
    assert asked.is_coarse
    assert asked.notes_on_digits() == ["the gradient answers in float32: ask it in float64 for more digits"]
    assert not HandWritten(coarse, np.ones_like).is_coarse
    both = HandWritten(coarse, coarse, what="Jacobian").notes_on_digits()
    assert [note.split(" answers")[0] for note in both] == ["the function", "the Jacobian"]
    assert HandWritten(np.sum, np.ones_like).notes_on_digits() == []
