"""Strictness of functions made by hand: chords, and the second derivative."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symgd.graph.assumptions import Curvature
from symgd.primitives.exponential import exp
from symgd.primitives.piecewise import maximum, relu, where
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

C = Curvature.CONVEX
SHIFT = Fraction(1, 97)


def _flat_near_a_point(x):
    """A convex function that is 0 within 1/200 of a point of the grid, and steep beyond: no chord of the grid lies on it."""
    beyond = maximum(0, where(x > SHIFT, x - SHIFT, SHIFT - x) - Fraction(1, 200))
    return where(beyond > 0, beyond**2, 0 * x)


@pytest.mark.parametrize(
    ("definition", "bend", "message"),
    [
        (exp, C, None),
        (lambda x: x**2, C, None),
        (lambda x: x**4, C, None),  # f'' is 0 at one point
        (lambda x: -(x**4), Curvature.CONCAVE, None),
        (relu, C, "straight"),
        (lambda x: relu(x) ** 2, C, "straight"),
        (lambda x: x + 1, Curvature.AFFINE, "affine"),
        (_flat_near_a_point, C, "second derivative .* is 0 at .* and beside it"),
        (lambda x: x**3, C, "second derivative .* is -"),
    ],
)
def test_strictness_holds_for_what_has_no_straight_piece(definition, bend, message):
    def of(x):
        return definition(x)

    error = breach("law_strict", handmade(of, curvature=bend, strict=True))
    if message is None:
        assert error is None
    else:
        assert error.field == "strict"
        with pytest.raises(type(error), match=message):
            raise error


def test_nothing_is_said_of_a_function_that_is_not_declared_strict():
    assert breach("law_strict", handmade(lambda x: x + 1, curvature=Curvature.AFFINE)) is None
