"""How functions are called: by the names of inputs, by position where no parameter has such a name, never by half."""

from __future__ import annotations

import itertools

import pytest

import symgd as sg
from symgd.api.binding import bind, read_parameters
from symgd.errors import SymgdError

INPUTS = ("x", "y", "w")


@pytest.mark.parametrize("order", list(itertools.permutations(INPUTS)))
def test_parameters_that_are_inputs_are_taken_by_name(order):
    names = {}
    exec(f"def function({', '.join(order)}): return (x, y, w)", names)
    assert bind(names["function"], INPUTS)(1, 2, 3) == (1, 2, 3)


def test_parameters_of_other_names_are_taken_by_position():
    assert bind(lambda a, b, c: (a, b, c), INPUTS)(1, 2, 3) == (1, 2, 3)
    assert bind(lambda *values: values, INPUTS)(1, 2, 3) == (1, 2, 3)


@pytest.mark.parametrize("function", [lambda x, b, c: 0, lambda a, y, w: 0, lambda x, y, w, v: 0, lambda a: 0])
def test_a_partial_match_names_the_way_out(function):
    with pytest.raises(SymgdError, match="arguments="):
        bind(function, INPUTS)


def test_arguments_say_which_inputs_the_parameters_are():
    assert bind(lambda a, b, c: (a, b, c), INPUTS, ("w", "x", "y"))(1, 2, 3) == (3, 1, 2)
    with pytest.raises(SymgdError, match="inputs are x, y, w"):
        bind(lambda a: a, INPUTS, ("z",))


def test_points_that_are_parameters_are_read_and_plain_arrays_are_not():
    assert read_parameters([1.0, 2.0], lambda x: x) is None
    assert read_parameters({"w": [1.0, 2.0], "b": 3.0}, lambda parameters: 0) is not None
    nested = 1.0
    for _ in range(100):
        nested = [nested]
    with pytest.raises(SymgdError, match="nested deeper"):
        read_parameters(nested, lambda x: x)


def test_two_functions_are_bound_by_the_names_of_the_first():
    def area(x, y):
        return x * y**2

    for claim in (lambda y, x: (y**2, 2 * x * y), lambda a, b: (b**2, 2 * a * b), lambda x, y: (y**2, 2 * x * y)):
        assert sg.check_gradient(area, claim, at=(1.0, 3.0)).verdict.name == "RIGHT"
    with pytest.raises(sg.SymgdError, match="takes y, q"):
        sg.check_gradient(area, lambda y, q: (q**2, 2 * y * q), at=(1.0, 3.0))
