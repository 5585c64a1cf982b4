"""Python's max and min of traced scalars."""

from __future__ import annotations

import builtins
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import SymgdError

x = sg.tensor("x", "3")


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: max(x[0], x[1]), "maximum(x[0], x[1])"),
        (lambda x: min(x[0], 2), "minimum(x[0], 2)"),
        (lambda x: max([0.0, x[0], x[2]]), "maximum(maximum(0, x[0]), x[2])"),
        (lambda x: max(1, 2) * min([3, 4]) * x, "6*x"),
        (lambda x: max(x), "maximum(maximum(x[0], x[1]), x[2])"),
        (lambda x: max(abs(v) for v in x), "maximum(maximum(abs(x[0]), abs(x[1])), abs(x[2]))"),
        (lambda x: max([], default=2) * x, "2*x"),
    ],
)  # fmt: skip
def test_the_largest_of_scalars_is_a_maximum(function, expected):
    values = np.array([0.5, -2.0, 1.5])
    formula = sg.formula(function, x)
    np.testing.assert_allclose(sg.lambdify([x], formula)(values), function(values))
    assert str(formula) == expected


@given(st.lists(st.integers(-3, 3), min_size=3, max_size=3))
def test_ties_and_signs_have_the_values_of_python(values):
    formula = sg.formula(lambda x: max(x[0], x[1], x[2]) - 2 * min(x), x)
    assert sg.lambdify([x], formula)(np.array(values, dtype=float)) == builtins.max(values) - 2 * builtins.min(values)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: max(x[0], x[1], key=lambda v: v**2),
        lambda x: max(x[0] > 0, x[1] > 0) * x,
        lambda x: max(x[:2], key=abs),
    ],
)
def test_conditions_and_keys_are_compared_by_their_values(function):
    formula = sg.formula(function, x)
    for values in itertools.product((-2.0, 0.5, 2.0), repeat=3):
        np.testing.assert_array_equal(sg.lambdify([x], formula)(np.array(values)), function(np.array(values)))


def test_what_compares_arrays_is_refused():
    with pytest.raises(SymgdError, match="several entries"):
        sg.formula(lambda x: max(x, 2 * x), x)
