"""The slope that is taken at a kink lies between those of both sides, and what is said of it is so."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

import symgd as sg
from symgd.graph.primitive import REGISTRY
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import maximum, relu, sign, where
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

AT_0 = {"kinks": lambda x: (x,)}
HALF = Fraction(1, 2)


def _slope_at_0(number):
    return {**AT_0, "derivative": (lambda x, out: where(x > 0, 1, where(x < 0, -1, number)),)}


BETWEEN = [(-1, True), (0, True), (HALF, True), (1, True), (Fraction("1.001"), False), (-2, False)]


@pytest.mark.parametrize(("number", "is_right"), BETWEEN)
def test_the_slope_that_is_taken_lies_between_those_of_both_sides(number, is_right):
    record = handmade(lambda x: absolute(x), **_slope_at_0(number), at_kink=f"softplus'(0) = {number}")
    error = breach("law_at_kink", record)
    assert (error is None) == is_right
    assert error is None or ("at x = 0." in error.cause and "the slopes are -1.0 and 1.0" in error.cause)


LEFT, RIGHT = _slope_at_0(-1), _slope_at_0(1)
SIDES = [
    ("the slope from below", LEFT, True),
    ("the slope from below", RIGHT, False),
    ("the left slope", LEFT, True),
    ("the left slope", RIGHT, False),
    ("the slope behind it", LEFT, True),
    ("the slope from above", RIGHT, True),
    ("the slope from above", LEFT, False),
    ("the right slope", RIGHT, True),
    ("the slope ahead", LEFT, False),
    ("softplus'(0) = 1, the slope from above", RIGHT, True),
    ("softplus'(0) = 1, the slope from below", RIGHT, False),
    ("softplus'(0) = -1, the slope from below", LEFT, True),
    ("softplus'(0) = −1, the slope from below", LEFT, True),  # the minus sign of mathematics
    ("softplus'(0) = 1, the slope from below", LEFT, False),
]


@pytest.mark.parametrize(("said", "declared", "is_right"), SIDES)
def test_the_side_that_is_named_is_the_one_that_is_taken(said, declared, is_right):
    error = breach("law_at_kink", handmade(lambda x: absolute(x), **declared, at_kink=said))
    assert (error is None) == is_right
    assert error is None or repr(said.replace("−", "-")) in error.cause.replace("−", "-")


POINTS = [
    ("softplus'(1/2) = 0", True),
    ("softplus'(0.5) = 0", True),
    ("softplus'(0.50) = 0", True),
    ("softplus'(1/2) = 0.25", False),
    ("softplus'(1/3) = 0", False),  # no kink is there
    ("softplus'(x) = 0", True),
    ("softplus'(n) = 1 for whole n", False),
    ("soft'(1/2) = 0", True),  # another name of it
    ("hard'(1/2) = 0", False),  # another function
    ("the slope of it at 1/2 is 0", True),
    ("the slope of it at 0.5 is 1", False),
    ("the slope there is 0", True),
    ("the slope is 0.5 there", False),
]


@pytest.mark.parametrize(("said", "is_right"), POINTS)
def test_the_point_and_the_number_that_are_named_are_those_of_the_kink(said, is_right):
    record = handmade(lambda x: absolute(x - HALF), kinks=lambda x: (2 * x - 1,), aliases=("soft",), at_kink=said)
    assert (breach("law_at_kink", record) is None) == is_right


STEEP = {"definition": lambda x: sqrt(absolute(x)), **AT_0}
STEPS = {"definition": lambda x: sign(x), **AT_0}
BENT = {"definition": lambda x: relu(x), **AT_0}
KINDS = [
    ("it has no slope there", STEEP, True),
    ("the slope is infinite", STEEP, True),
    ("there is no derivative", STEEP, True),
    ("the slope is infinite", BENT, False),
    ("there is no derivative", BENT, False),
    ("it jumps", STEPS, True),
    ("it jumps", BENT, False),
    ("what happens is anybody's guess", BENT, False),
    ("what happens is anybody's guess", STEPS, False),
]


@pytest.mark.parametrize(("said", "declared", "is_right"), KINDS)
def test_what_is_said_of_jumps_and_of_infinite_slopes_is_so(said, declared, is_right):
    assert (breach("law_at_kink", handmade(**declared, at_kink=said)) is None) == is_right


SCALED = [
    ("softplus'(0) = 2 for the scale 2", True),
    ("softplus'(0) = 3 for the scale 3", True),
    ("softplus'(0) = 1/2 for the scale 1/2", True),
    ("softplus'(0) = 1 for the scale 2", False),
    ("softplus'(0) = 0 for the scale 2", False),
]


@pytest.mark.parametrize(("said", "is_right"), SCALED)
def test_a_slope_may_be_named_for_a_value_of_the_other_argument(said, is_right):
    slopes = (lambda x, y, out: where(x < 0, -y, y), lambda x, y, out: absolute(x))
    record = handmade(lambda x, y: y * absolute(x), kinks=lambda x, y: (x,), derivative=slopes, at_kink=said)
    assert (breach("law_at_kink", record) is None) == is_right


TIES = [
    ("maximum", "passes the whole adjoint to its second argument", True),
    ("maximum", "passes the whole adjoint to its first argument", False),
    ("minimum", "passes the whole adjoint to its second argument", True),
    ("minimum", "passes the whole slope to its third argument", False),
]


@pytest.mark.parametrize(("name", "said", "is_right"), TIES)
def test_the_argument_that_receives_the_adjoint_at_a_tie_is_the_one_that_is_named(name, said, is_right):
    assert (breach("law_at_kink", dataclasses.replace(REGISTRY[name], at_kink=said)) is None) == is_right


def test_the_whole_adjoint_goes_to_the_first_argument_where_that_is_declared():
    slopes = (lambda x, y, out: where(x < y, 0, 1), lambda x, y, out: where(x < y, 1, 0))
    declared = {"kinks": lambda x, y: (x - y,), "derivative": slopes}
    for place, is_right in (("first", True), ("second", False)):
        said = f"passes the whole adjoint to its {place} argument"
        assert (breach("law_at_kink", handmade(lambda x, y: maximum(x, y), **declared, at_kink=said)) is None) == is_right


ABSENT = [
    (lambda x: absolute(x), AT_0, "", "nothing is said of the slope"),
    (lambda x: x**2, {}, "softplus'(0) = 0", "it has no kinks"),
    (lambda x: x**2, {}, "", None),
]


@pytest.mark.parametrize(("definition", "declared", "said", "message"), ABSENT)
def test_something_is_said_where_there_are_kinks_and_nothing_where_there_are_none(definition, declared, said, message):
    error = breach("law_at_kink", handmade(definition, **declared, at_kink=said))
    assert (error is None) == (message is None)
    assert error is None or message in error.cause


def test_a_condition_has_no_slope_of_which_anything_could_be_said():
    assert breach("law_at_kink", dataclasses.replace(REGISTRY["less"], at_kink="")) is None


V = sg.tensor("v", "3")
OF_TENSORS = [
    (sg.max(V), "entries that tie share the adjoint", True),
    (sg.norm2(V), "there is no slope at 0", True),
    (sg.norm2(V), "the slope at 0 is 0", True),
    (sg.max(V), "hello", False),
    (sg.norm2(V), "", False),
]


@pytest.mark.parametrize(("formula", "said", "is_right"), OF_TENSORS)
def test_of_tensors_something_is_said_of_a_slope(formula, said, is_right):
    record = dataclasses.replace(formula.primitive, at_kink=said)
    assert (breach("law_at_kink", record, [formula]) is None) == is_right
