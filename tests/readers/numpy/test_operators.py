"""Python's operators on formulas in a traced function: of numbers Python's, of conditions and shapes NumPy's."""

from __future__ import annotations

import operator

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdWarning
from symgd.readers.numpy.operators import ARITHMETIC, COMPARISONS, operator_of_nodes

x, y = sg.scalar("x"), sg.scalar("y")
NUMBERS = [(2.5, -1.5), (-7.0, 2.0), (3.0, 3.0)]
OF_NUMBERS = sorted(set(ARITHMETIC) - {"and", "or", "xor", "matmul"})


@pytest.mark.parametrize("reflected", ["", "r"])
@pytest.mark.parametrize("name", OF_NUMBERS)
def test_operators_of_numbers_have_the_values_of_python(name, reflected):
    function, formula = getattr(operator, name), operator_of_nodes(name, reflected)(x, y)
    for a, b in NUMBERS:
        base, other = (abs(a), b) if name == "pow" and not reflected else (a, abs(b)) if name == "pow" else (a, b)
        expected = function(other, base) if reflected else function(base, other)
        assert float(sg.lambdify(["x", "y"], formula)(base, other)) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("name", sorted(COMPARISONS))
def test_comparisons_are_those_of_python(name):
    formula = operator_of_nodes(name)(x, y)
    assert all(bool(sg.lambdify(["x", "y"], formula)(a, b)) is getattr(operator, name)(a, b) for a, b in NUMBERS)


@pytest.mark.parametrize("name", ["and", "or", "xor", "add", "mul"])
def test_conditions_are_joined_as_numpy_joins_them(name):
    joined = operator_of_nodes(name)(x > 0, y > 0)
    function = getattr(np, ARITHMETIC[name])
    for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        assert bool(sg.lambdify(["x", "y"], joined)(float(a), float(b))) is bool(function(a > 0, b > 0))


def test_operands_that_stretch_each_other_are_stretched_with_a_warning():
    with pytest.warns(SymgdWarning, match="both stretched"):
        grid = operator_of_nodes("add")(sg.tensor("u", "3 1"), sg.tensor("v", "2"))
    assert grid.shape == (3, 2)
