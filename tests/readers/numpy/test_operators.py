"""Python's operators on formulas in a traced function: of numbers Python's, of conditions and shapes NumPy's."""

from __future__ import annotations

import collections
import functools
import operator

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdWarning, UnsupportedError
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


LOOKED_UP = [
    lambda a: 1.0 if a in {1.0, 2.0} else a,
    lambda a: 1.0 if a in frozenset([1.0]) else a,
    lambda a: {1.0: 10.0}.get(a, a),
    lambda a: {1.0: 10.0}[a],
    lambda a: {a: 1.0}[a] * a,
    lambda a: len({a, 1.0}) * a,
    lambda a: a * (hash(a) % 2),
    lambda a: a * collections.Counter([a, 1.0])[1.0],
    lambda a: functools.lru_cache(lambda t: t * t)(a),
    lambda a: a * len(dict.fromkeys([a, 1.0])),
]


@pytest.mark.parametrize("function", LOOKED_UP)
def test_sets_and_dictionaries_do_not_look_for_formulas(function):
    with pytest.raises(UnsupportedError, match="looked for in a set or a dictionary"):
        sg.formula(function, x)


def test_a_refusal_to_be_looked_for_is_not_caught():
    def function(a):
        try:
            return {1.0: 10.0}[a]
        except Exception:
            return a

    with pytest.raises(UnsupportedError, match="looked for in a set or a dictionary"):
        sg.formula(function, x)


def test_an_array_is_no_key_either():
    with pytest.raises(UnsupportedError, match="looked for in a set or a dictionary"):
        sg.formula(lambda v: {v: 2}[v] * v, sg.tensor("v", "3"))


def test_a_condition_is_no_key():
    with pytest.raises(UnsupportedError, match="a condition is no key"):
        sg.formula(lambda a: {True: 1.0, False: 2.0}[a > 0], x)


def test_membership_of_lists_and_tuples_compares_values():
    function = lambda a: 7.0 if a in (1.0, 2.0) or a in [3.0] else a  # noqa: E731
    compiled = sg.lambdify(["x"], sg.formula(function, x))
    assert [float(compiled(value)) for value in (1.0, 2.0, 3.0, 4.0)] == [7.0, 7.0, 7.0, 4.0]


@pytest.mark.parametrize(
    ("function", "message"),
    [(lambda a: round(a, 2), "number of decimals"), (lambda a: pow(a, 2, 3), "modulus"), (lambda a: pow(2, a, 3), "pow")],
)
def test_calls_for_whole_numbers_and_decimals_are_refused(function, message):
    with pytest.raises(UnsupportedError, match=message):
        sg.formula(function, x)
    with pytest.raises(UnsupportedError, match=message):
        sg.formula(lambda v: v * function(v[0]), sg.tensor("v", "3"))
