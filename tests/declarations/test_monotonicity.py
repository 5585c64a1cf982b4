"""Monotonicity of functions made by hand, along every argument, and of functions of tensors."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

import symgd as sg
from symgd.graph.assumptions import Monotone
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.exponential import exp, log, tanh
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import floor, maximum, relu, where
from symgd.primitives.trigonometric import atan, sin
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

UP, DOWN, UNKNOWN = Monotone.INCREASING, Monotone.DECREASING, Monotone.UNKNOWN
BOTH = UP | DOWN
CASES = [
    (lambda x: exp(x), UP, True),
    (lambda x: exp(x), DOWN, False),
    (lambda x: exp(-x), DOWN, True),
    (lambda x: tanh(x), UP, True),  # it is 1 far out, to all digits
    (lambda x: floor(x), UP, True),
    (lambda x: relu(x - 40), UP, True),
    (lambda x: relu(40 - x), UP, False),
    (lambda x: 0 * x + 3, BOTH, True),
    (lambda x: x, BOTH, False),
    (lambda x: absolute(x), UP, False),
    (lambda x: absolute(x), UNKNOWN, True),
    (lambda x: sin(x), UNKNOWN, True),
    (lambda x: x + sin(x), UP, True),
    (lambda x: x + Fraction("1.0005") * sin(x), UP, False),  # it falls by 6e-5
    (lambda x: x**3 - x / 1000, UP, False),  # it falls within 1/50 of 0
    (lambda x: sqrt(x), UP, True),
    (lambda x: log(x), DOWN, False),
    (lambda x: -1 / x, UP, False),  # it falls over its pole
    (lambda x: where(x > 3, x - 1, x), UP, False),  # it falls where it jumps
    (lambda x: where(x > 3, x + 1, x), UP, True),
    (lambda x: atan(x) - (x - Fraction(355, 113)) / 10**7, UP, False),  # far out
    (lambda x, y: exp(x) - y**3, (UP, DOWN), True),
    (lambda x, y: exp(x) - y**3, (UP, UP), False),
    (lambda x, y: exp(x) - y**3, (DOWN, DOWN), False),
    (lambda x, y: exp(x) - y**3, (UP, UNKNOWN), True),
    (lambda x, y: maximum(x, y), UP, True),  # in both
    (lambda x, y: x * y, (UP, UNKNOWN), False),  # where y is negative
]


@pytest.mark.parametrize(("definition", "declared", "is_right"), CASES)
def test_a_function_runs_as_it_is_declared(definition, declared, is_right):
    error = breach("law_monotone", handmade(definition, monotone=declared))
    assert (error is None) == is_right
    if error is not None:
        assert error.field == "monotone"
        assert " falls in " in error.cause or " rises in " in error.cause


def _where_the_other_is_positive(node, x, y):
    return (UP if y.low >= 0 else DOWN if y.high <= 0 else UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("declared", "is_right"),
    [
        (_where_the_other_is_positive, True),
        (lambda node, x, y: (UP if y.low >= -1 else UNKNOWN, UNKNOWN), False),
        (lambda node, x, y: (DOWN if y.low >= 0 else UNKNOWN, UNKNOWN), False),
        (lambda node, x, y: (UNKNOWN, UP if x.low >= 0 else UNKNOWN), True),
    ],
)
def test_what_depends_on_the_range_of_the_other_argument_is_judged_there(declared, is_right):
    error = breach("law_monotone", handmade(lambda x, y: x * y, monotone=declared))
    assert (error is None) == is_right


def test_the_message_says_between_which_places_a_function_falls():
    error = breach("law_monotone", handmade(lambda x: -x, monotone=UP))
    assert "softplus(x) falls in x from x = -7.25 to x = -2.5" in error.cause


V, M = sg.tensor("v", "3"), sg.tensor("M", "3 3")
TENSORS = [  # a formula, and how it runs in the entries of its argument
    (sg.logsumexp(V), UP),
    (sg.max(V), UP),
    (sg.min(M, axis=1), UP),
    (sg.cumsum(V), UP),
    (sg.mean(M, axis=0), UP),
]


@pytest.mark.parametrize(("formula", "runs"), TENSORS, ids=[str(formula) for formula, _ in TENSORS])
def test_functions_of_tensors_run_as_they_are_declared(formula, runs):
    right, wrong = (dataclasses.replace(formula.primitive, monotone=one) for one in (runs, DOWN if runs is UP else UP))
    assert breach("law_monotone", right, [formula]) is None
    assert breach("law_monotone", wrong, [formula]).field == "monotone"


@pytest.mark.parametrize("formula", [sg.norm2(V), sg.softmax(V), sg.prod(V), sg.det(M)], ids=str)
def test_functions_of_tensors_that_run_no_way_are_found_out_in_both_directions(formula):
    for declared in (UP, DOWN):
        assert breach("law_monotone", dataclasses.replace(formula.primitive, monotone=declared), [formula]) is not None
