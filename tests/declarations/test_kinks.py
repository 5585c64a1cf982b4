"""Kinks are declared where the slope or the function jumps, and nowhere else: of numbers, and of tensors."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

import symgd as sg
from symgd.graph.primitive import REGISTRY
from symgd.primitives.exponential import tanh
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import floor, maximum, relu, sign, where
from symgd.primitives.roots import cbrt
from symgd.primitives.trigonometric import sin
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

SILENT, UNDECLARED, SLOPE, JUMP = None, "where no kink is declared", "its slope jumps at ", "it jumps at "
NO_KINK = "both sides have one slope"
CASES = [  # a function, its declared kinks, what the law says
    (lambda x: x**3, None, SILENT),
    (lambda x: tanh(1000 * x), None, SILENT),  # steep, and smooth
    (lambda x: absolute(x) * x, None, SILENT),  # its slope is continuous
    (lambda x: absolute(x) ** 3, lambda x: (x,), NO_KINK),
    (lambda x: absolute(x - Fraction(22, 7)), lambda x: (7 * x - 22,), SILENT),
    (lambda x: absolute(x - Fraction(22, 7)), lambda x: (x - Fraction(314, 100),), SLOPE),
    (lambda x: sign(x - 4), lambda x: (x - 4,), SILENT),
    (lambda x: sign(x - 4), None, JUMP),
    (lambda x: where(x > 2, x + Fraction(1, 10), x), None, JUMP),
    (lambda x: where(x > 2, x**2 / 4 + 1, x), None, SILENT),  # value and slope go on
    (lambda x: absolute(x**2 - 5), lambda x: (x**2 - 5,), SILENT),
    (lambda x: absolute(x**2 - 5), lambda x: (x - Fraction(2236, 1000),), SLOPE),  # close to √5
    (lambda x: absolute(x - 1) + absolute(x + 2), lambda x: (x - 1,), SLOPE),
    (lambda x: absolute(x - 1) + absolute(x + 2), lambda x: (x - 1, x + 2, x), NO_KINK),
    (lambda x: cbrt(x - 1), lambda x: (x - 1,), SILENT),  # its slope is infinite
    (lambda x: sin(x), lambda x: (x - 9,), NO_KINK),
    (lambda x, y: maximum(x, 2 * y), lambda x, y: (x - 2 * y,), SILENT),
    (lambda x, y: maximum(x, 2 * y), lambda x, y: (x - y,), SLOPE),
    (lambda x, y: maximum(x, 2 * y), None, SLOPE),
    (lambda x, y: y * absolute(x), lambda x, y: (x,), SILENT),  # none where y is 0
    (lambda x, y: absolute(x) + y, lambda x, y: (x, y), NO_KINK),
]


@pytest.mark.parametrize(("definition", "kinks", "message"), CASES)
def test_a_kink_is_declared_where_it_is_and_nowhere_else(definition, kinks, message):
    error = breach("law_kinks", handmade(definition, kinks=kinks, at_kink="" if kinks is None else "it is 0"))
    if message is None:
        assert error is None
    else:
        assert error.field == "kinks"
        assert message in error.cause
        assert UNDECLARED in error.cause or message == NO_KINK


def test_the_message_names_the_place_of_a_kink_that_is_not_declared():
    error = breach("law_kinks", handmade(lambda x: relu(x - 73)))
    assert "its slope jumps at x = 73." in error.cause


@pytest.mark.parametrize(
    ("name", "kinks", "is_right"),
    [
        ("floor", None, False),
        ("less", REGISTRY["less"].kinks, True),
        ("less", None, False),
        ("where", None, True),  # its condition decides, and no kink is its own
        ("besselj", None, True),  # its order does not move
    ],
)
def test_jumps_of_functions_that_jump_are_kinks(name, kinks, is_right):
    assert (breach("law_kinks", dataclasses.replace(REGISTRY[name], kinks=kinks)) is None) == is_right


V, M = sg.tensor("v", "3"), sg.tensor("M", "3 3")
S = sg.tensor("S", "3 3", symmetric=True)
TENSORS = [  # a formula, whether its function has kinks
    (sg.norm2(V), True),
    (sg.norm2(M, axis=1), True),
    (sg.max(V), True),
    (sg.min(M, axis=0), True),
    (sg.eigmax(S), True),
    (sg.norm(M, 2), True),
    (sg.norm(M, "nuc"), True),
    (sg.softmax(V), False),
    (sg.logsumexp(M, axis=1), False),
    (sg.prod(V), False),
    (sg.cumsum(V), False),
    (sg.det(M), False),
    (sg.expm(M), False),
]


@pytest.mark.parametrize(("formula", "has_kinks"), TENSORS, ids=[str(formula) for formula, _ in TENSORS])
def test_a_tensor_function_has_kinks_where_its_slopes_differ_at_ties_and_zeros(formula, has_kinks):
    record = formula.primitive
    assert (record.kinks is not None) == has_kinks
    assert breach("law_kinks", record, [formula]) is None
    turned = dataclasses.replace(record, kinks=None if has_kinks else lambda x: (x,))
    error = breach("law_kinks", turned, [formula])
    assert error.field == "kinks"
    assert ("two slopes" if has_kinks else "no kink was found") in error.cause


def test_a_function_of_several_kinks_needs_one_zero_for_each():
    record = handmade(lambda x: floor(x), kinks=lambda x: (x * (x - 1) * (x + 1),), at_kink="it is 0")
    assert "it jumps at x" in breach("law_kinks", record).cause
