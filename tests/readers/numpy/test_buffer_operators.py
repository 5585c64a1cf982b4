"""Python's operators of arrays that a traced function fills: values of NumPy's, whatever side the array is on."""

from __future__ import annotations

import operator

import numpy as np
import pytest

import symgd as sg

VALUES = np.array([0.7, 1.3, 2.9])
BINARY = ["add", "sub", "mul", "truediv", "pow", "mod", "floordiv"]


def filled(v):
    """Return an array with formulas in it."""
    array = np.zeros(3)
    array[:] = v
    return array


def value_of(function):
    """Return what the formula of a function of a vector is at the values."""
    return sg.lambdify(["v"], sg.formula(function, sg.tensor("v", 3)))(VALUES)


@pytest.mark.parametrize("name", BINARY)
def test_operators_are_those_of_numpy_on_both_sides_and_in_place(name):
    plain, change = getattr(operator, name), getattr(operator, f"i{name}")
    for function in (
        lambda v: plain(filled(v), 2.0),
        lambda v: plain(2.0, filled(v)),
        lambda v: plain(filled(v), v),
        lambda v: plain(v, filled(v)),
        lambda v: change(filled(v), 2.0),
        lambda v: change(filled(v), filled(v)),
    ):
        np.testing.assert_allclose(value_of(function), function(VALUES), rtol=1e-13)


@pytest.mark.parametrize("name", ["neg", "pos", "abs"])
def test_signs(name):
    np.testing.assert_array_equal(value_of(lambda v: getattr(operator, name)(filled(v))), getattr(operator, name)(VALUES))


@pytest.mark.parametrize("name", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_comparisons_choose_as_numpy_does(name):
    def function(v):
        return np.where(getattr(operator, name)(filled(v), 1.3), v, -v)

    np.testing.assert_array_equal(value_of(function), function(VALUES))


def test_products_and_quotients_with_remainders():
    np.testing.assert_allclose(value_of(lambda v: filled(v) @ v), VALUES @ VALUES)
    np.testing.assert_allclose(value_of(lambda v: sum(divmod(filled(v), 0.5))), sum(divmod(VALUES, 0.5)))
    np.testing.assert_allclose(value_of(lambda v: sum(divmod(5.0, filled(v)))), sum(divmod(5.0, VALUES)))
