"""Both sides of a kink: where it is declared, the slopes next to it, and jumps."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symgd.declarations.law import DIGITS
from symgd.declarations.sides import Sides, sides_of, zeros_of
from symgd.declarations.subject import Subject
from symgd.evaluation import multiprecision as mpmath
from symgd.primitives.exponential import exp, log
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import floor, relu, where
from symgd.primitives.piecewise import sign as sign_of
from tests.declarations.handmade import handmade


def example_of(definition, at=(), **declared):
    (example,) = Subject.of(handmade(definition, **declared), at=at).examples
    (node,) = example.inputs
    return example, node, example.places[0]


SLOPES = [  # a function, a place, the slopes of both sides, the jump, and whether it breaks there
    (lambda x: absolute(x), 0, -1, 1, 0, True),
    (lambda x: relu(x - 2), 2, 0, 1, 0, True),
    (lambda x: 3 * x, 1, 3, 3, 0, False),
    (lambda x: x**2, 3, 6, 6, 0, False),
    (lambda x: exp(x), 0, 1, 1, 0, False),
    (lambda x: absolute(x) * x, 0, 0, 0, 0, False),
    (lambda x: where(x > 1, x + 1, x), 1, 1, 1, 1, True),
    (lambda x: floor(x), 2, 0, 0, 1, True),
    (lambda x: sign_of(x), 0, 0, 0, 2, True),
    (lambda x: absolute(x) ** Fraction(1, 2), 0, None, None, 0, True),  # the slope is infinite
]


@pytest.mark.parametrize(("definition", "at", "left", "right", "jump", "breaks"), SLOPES)
def test_slopes_and_jumps_next_to_a_point(definition, at, left, right, jump, breaks):
    with mpmath.workdps(DIGITS):
        found = sides_of(*example_of(definition), Fraction(at))
        assert found.is_break is breaks
        assert float(found.jump) == pytest.approx(jump, abs=1e-9)
        if left is not None:
            assert (float(found.left), float(found.right)) == pytest.approx((left, right), abs=1e-9)


def test_where_a_function_has_no_value_there_are_no_sides():
    with mpmath.workdps(DIGITS):
        assert sides_of(*example_of(lambda x: log(x)), Fraction(0)) is None
        assert sides_of(*example_of(lambda x: 1 / x), Fraction(0)) is None


SIDES = [
    ((1, 1, 0), False), ((1, 1 + 1e-14, 0), False), ((1, 1 + 1e-9, 0), True), ((1, 1.001, 0), True), ((1, 1, 1e-3), True),
    ((1e10, 1e10, 0), True),
]  # fmt: skip


@pytest.mark.parametrize(("numbers", "breaks"), SIDES)
def test_a_break_is_a_jump_of_the_function_or_of_its_slope(numbers, breaks):
    assert Sides(*map(mpmath.mpf, numbers)).is_break is breaks


ZEROS = [  # declared kinks, and where they are 0
    (lambda x: (x,), [0]),
    (lambda x: (x - 1, x + 1), [-1, 1]),
    (lambda x: (2 * x - 3,), [Fraction(3, 2)]),
    (lambda x: (x**2 + 1,), []),
    (lambda x: (x * (x - 2),), [0, 2]),
]


@pytest.mark.parametrize(("kinks", "places"), ZEROS)
def test_declared_kinks_are_0_at_simple_numbers(kinks, places):
    with mpmath.workdps(DIGITS):
        assert zeros_of(*example_of(lambda x: x, kinks=kinks, at_kink="none")) == places


def test_zeros_between_simple_numbers_are_found_to_many_digits():
    with mpmath.workdps(DIGITS):
        found = zeros_of(*example_of(lambda x: x, kinks=lambda x: (x**2 - 2,), at_kink="none"))
        assert [float(zero) for zero in found] == pytest.approx([-(2**0.5), 2**0.5], rel=1e-15)


def test_points_that_are_given_are_tried_too():
    with mpmath.workdps(DIGITS):
        assert zeros_of(*example_of(lambda x: x, at=(500.0,), kinks=lambda x: (x - 500,), at_kink="none")) == [500]
