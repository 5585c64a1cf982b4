"""Parity, growth, analyticity and stretching, of functions made by hand."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.graph.assumptions import Growth, Parity
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.exponential import cosh, exp, log, tanh
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import floor, maximum, relu, sign, where
from symgd.primitives.trigonometric import atan, cos, sin, tan
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

EVEN, ODD = Parity.EVEN, Parity.ODD
PARITIES = [
    (lambda x: x**2 + cos(x), EVEN),
    (lambda x: absolute(x), EVEN),
    (lambda x: 0 * x + 3, EVEN),
    (lambda x: x**3 - sin(x), ODD),
    (lambda x: 1 / x, ODD),
    (lambda x: sign(x), ODD),
    (lambda x, y: x * y, EVEN),
    (lambda x, y: x**2 * y, ODD),
    (lambda x, y: sqrt(x**2 + y**2), EVEN),
    (lambda x: x + x**2 / 10**9, None),
    (lambda x: exp(x), None),
    (lambda x: relu(x), None),
    (lambda x: floor(x), None),
    (lambda x: log(x), None),  # it has no value at the negative of a number
    (lambda x, y: x + y**2, None),
]


@pytest.mark.parametrize(("definition", "parity"), PARITIES)
def test_a_function_has_one_parity_or_none(definition, parity):
    for declared in (EVEN, ODD):
        error = breach("law_parity", handmade(definition, parity=declared))
        assert (error is None) == (declared is parity)
        assert error is None or error.field == "parity"


def test_zero_is_both_even_and_odd():
    assert not any(breach("law_parity", handmade(lambda x: 0 * x, parity=declared)) for declared in (EVEN, ODD))


GROWTHS = [  # a function, whether it grows linearly at most and one way, whether it overflows at ±1000
    (lambda x: x, True, False),
    (lambda x: 5 - 7 * x, True, False),
    (lambda x: absolute(x), True, False),
    (lambda x: relu(x - 10**9), True, False),
    (lambda x: sqrt(1 + x**2), True, False),
    (lambda x: tanh(x), True, False),
    (lambda x: log(1 + x**2), True, False),
    (lambda x, y: maximum(x, 2 * y), True, False),
    (lambda x: 150 * x, False, False),  # too steep
    (lambda x: x * log(1 + x**2), False, False),
    (lambda x: x**2, False, False),
    (lambda x: sin(x), False, False),  # it runs no way
    (lambda x: exp(x), False, True),
    (lambda x: exp(-x), False, True),
    (lambda x: cosh(x), False, True),
    (lambda x: exp(x / 2), False, False),  # at 1000 it is 1e217
    (lambda x: exp(Fraction(71, 100) * x), False, True),  # at 1000 it is 2e308
    (lambda x, y: exp(x) + y, False, True),
    (lambda x, y: x + exp(y), False, False),  # the first argument counts
]


@pytest.mark.parametrize(("definition", "is_linear", "is_exponential"), GROWTHS)
def test_a_function_grows_as_it_is_declared(definition, is_linear, is_exponential):
    for declared, is_right in ((Growth.LINEAR, is_linear), (Growth.EXPONENTIAL, is_exponential), (Growth.UNKNOWN, True)):
        error = breach("law_growth", handmade(definition, growth=declared))
        assert (error is None) == is_right, declared
        assert error is None or error.field == "growth"


@pytest.mark.parametrize(
    ("definition", "declared", "sentence"),
    [
        (lambda x: x**2, Growth.LINEAR, "|softplus(x)| is 1.0e+6 where x is -10^3"),
        (lambda x: sin(x), Growth.LINEAR, "softplus(x) both rises and falls where x is large"),
        (lambda x: x, Growth.EXPONENTIAL, "softplus(x) does not overflow where x is ±1000"),
    ],
)
def test_the_message_says_how_a_function_grows(definition, declared, sentence):
    assert sentence in breach("law_growth", handmade(definition, growth=declared)).cause


def test_a_function_of_tensors_has_no_growth():
    formula = sg.logsumexp(sg.tensor("v", "3"))
    error = breach("law_growth", dataclasses.replace(formula.primitive, growth=Growth.LINEAR), [formula])
    assert "no function of numbers" in error.cause


MEROMORPHIC = [
    lambda x: tan(x) / (x**2 + exp(-x)),
]
CUT = [
    lambda x: log(x),
    lambda x: sqrt(x),
    lambda x: x ** Fraction(1, 3),
    lambda x: atan(x),
    lambda x: log(1 + exp(x)),
    lambda x: sqrt(1 + x**2),
    lambda x: absolute(x),
    lambda x: relu(x),
    lambda x: where(x > 0, x, -x),
    lambda x: floor(x),
    lambda x, y: x + y,
]


@pytest.mark.parametrize("definition", MEROMORPHIC)
def test_what_is_made_of_arithmetic_and_entire_functions_is_meromorphic(definition):
    assert breach("law_is_meromorphic", handmade(definition, is_meromorphic=True)) is None


@pytest.mark.parametrize("definition", CUT)
def test_a_function_with_a_branch_cut_or_a_kink_is_not_meromorphic(definition):
    assert breach("law_is_meromorphic", handmade(definition, is_meromorphic=True)).field == "is_meromorphic"
    assert breach("law_is_meromorphic", handmade(definition, is_meromorphic=False)) is None


X = sg.tensor("X", "2 3")
BROADCAST = sg.broadcast_to(X, (4, 2, 3))
STRETCHED = [
    (lambda array: np.broadcast_to(array, (4, 2, 3)), True),
    (lambda array: array, True),
    (lambda array: array[:, None], True),
    (lambda array: array[None, :, :, None], True),
    (lambda array: np.repeat(array[:, None], 5, axis=1), True),
    (lambda array: array.T, False),
    (lambda array: array[::-1], False),
    (lambda array: np.repeat(array, 2, axis=0), False),  # 11, 11, 22, 22 is no broadcast
    (lambda array: array.reshape(6), False),
    (lambda array: array[0], False),
    (lambda array: 2 * array, False),
    (lambda array: np.ones((4, 2, 3)), False),
]


@pytest.mark.parametrize(("value", "is_right"), STRETCHED)
def test_what_stretches_repeats_its_argument_along_new_axes_only(value, is_right):
    record = dataclasses.replace(
        BROADCAST.primitive, is_stretching=True, evaluate=lambda node, context, arrays: value(arrays[0]), definition=None
    )
    error = breach("law_is_stretching", record, [BROADCAST])
    assert (error is None) == is_right
    assert error is None or error.field == "is_stretching"


def test_a_function_of_two_arguments_does_not_stretch():
    formula = sg.solve(sg.tensor("A", "3 3"), sg.tensor("v", "3"))
    error = breach("law_is_stretching", dataclasses.replace(formula.primitive, is_stretching=True), [formula])
    assert "has 2 arguments" in error.cause
