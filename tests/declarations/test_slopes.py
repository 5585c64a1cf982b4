"""Derivatives, definitions and conventions at kinks, of functions made by hand."""

from __future__ import annotations

import dataclasses

import pytest

from symgd.graph.primitive import REGISTRY
from symgd.primitives.exponential import exp
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import maximum, minimum, where
from symgd.primitives.trigonometric import cos, sin
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

KINK = {"kinks": lambda x: (x,)}
CASES = [
    ("law_derivative", lambda x: x**3, {"derivative": (lambda x, out: 3 * x**2,)}, True),
    ("law_derivative", lambda x: x**3, {"derivative": (lambda x, out: 3 * x**2 + x * 1e-6,)}, False),
    ("law_derivative", lambda x: exp(x), {"derivative": (lambda x, out: out,)}, True),
    ("law_derivative", lambda x, y: x * y, {"derivative": (lambda x, y, out: y, lambda x, y, out: x)}, True),
    ("law_derivative", lambda x, y: x * y, {"derivative": (lambda x, y, out: x, lambda x, y, out: y)}, False),
    ("law_second_derivative", lambda x: sin(x), {"derivative": (lambda x, out: cos(x),)}, True),
    ("law_definition", lambda x: sin(x), {"reference": "sin"}, True),
    ("law_definition", lambda x: sin(x) * (1 + 1e-12), {"reference": "sin"}, False),
    ("law_definition", lambda x: exp(x) - 1, {"reference": "expm1"}, True),  # 1 − 1 at 1e-300: in 2,000 digits
    ("law_reference", lambda x: sin(x), {"reference": "cos"}, False),
    ("law_at_kink", lambda x: absolute(x), {**KINK, "at_kink": "the slope at 0 is 0"}, True),
    ("law_at_kink", lambda x: absolute(x), {**KINK, "at_kink": "softplus'(0) = 1"}, False),
    ("law_at_kink", lambda x: absolute(x), {**KINK, "at_kink": ""}, False),
    ("law_at_kink", lambda x: x**2, {"at_kink": "the slope is 0"}, False),
    (
        "law_at_kink",
        lambda x: absolute(x),
        {**KINK, "at_kink": "it is 3", "derivative": (lambda x, out: where(x > 0, 1, where(x < 0, -1, 3)),)},
        False,
    ),
]


@pytest.mark.parametrize(("law", "definition", "declared", "is_right"), CASES)
def test_a_law_of_derivatives_holds_for_what_is_right_only(law, definition, declared, is_right):
    assert (breach(law, handmade(definition, **declared)) is None) == is_right


EDGE = {"kinks": lambda x: (x - 1, x + 1)}
CLIPPED = {"derivative": (lambda x, out: where(x < 1, where(x > -1, 1, 0), 0),)}
SAID = [
    ("softplus'(0) = 0", True),
    ("softplus'(0) = 1", False),
    ("softplus'(0) = 0, the mean of both slopes", True),
    ("relu'(0) = 0", False),  # another function
    ("softplus'(2) = 1", False),  # there is no kink
    ("softplus'(n) = 0 for whole n", True),
    ("softplus'(n) = 1 for whole n", False),
    ("its slope at 0 is 0", True),
    ("its slope at 0 is 1", False),
    ("the slope of |x| at 0 is 1", False),
    ("the slope there is 0", True),
    ("the slope is 1 there", False),
    ("the slope from below", False),
    ("the slope above 0 is taken", False),
    ("it has no slope there", False),
    ("its slope is infinite at 0", False),
    ("it jumps by 1", False),
    ("the right slope, 1, is taken at 0", False),
    ("hello", False),
    ("the sign of 0 is 0", False),
]


@pytest.mark.parametrize(("said", "is_right"), SAID)
def test_what_is_said_of_the_slope_at_a_kink_is_checked(said, is_right):
    error = breach("law_at_kink", handmade(lambda x: absolute(x), **KINK, at_kink=said))
    assert (error is None) == is_right
    assert error is None or error.field == "at_kink"


@pytest.mark.parametrize(
    ("said", "is_right"),
    [
        ("softplus'(−1) = softplus'(1) = 0", True),
        ("softplus'(−1) = softplus'(1) = 1", False),
        ("softplus'(-1) = softplus'(0) = 0", False),
        ("the slope at 1 is 0", True),
    ],
)
def test_what_is_said_of_several_kinks_is_checked_at_each(said, is_right):
    record = handmade(lambda x: maximum(minimum(x, 1), -1), **EDGE, **CLIPPED, at_kink=said)
    assert (breach("law_at_kink", record) is None) == is_right


@pytest.mark.parametrize(
    ("said", "is_right"),
    [
        ("the whole adjoint to its second argument", True),
        ("the whole adjoint to its first argument", False),
        ("the second argument's slope, twice", False),
        ("both share", False),
    ],
)
def test_what_is_said_of_ties_of_two_arguments_is_checked(said, is_right):
    record = REGISTRY["maximum"]
    assert (breach("law_at_kink", dataclasses.replace(record, at_kink=said)) is None) == is_right
