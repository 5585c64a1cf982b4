"""Places: values of inputs, how they are moved, and how messages show them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symgd.declarations.place import Place
from symgd.graph.node import scalar, tensor

X, Y, V = scalar("x"), scalar("y"), tensor("v", "n")


def test_a_moved_place_differs_in_one_input_and_leaves_the_first_as_it_is():
    place = Place({X: Fraction(1, 2), Y: 3}, {"n": 2})
    moved = place.moved(Y, -1)
    assert moved.values == {X: Fraction(1, 2), Y: -1}
    assert moved.sizes == {"n": 2}
    assert place.values == {X: Fraction(1, 2), Y: 3}


def test_values_of_formulas_are_remembered_for_each_place():
    place = Place({X: 1}, {})
    place.known[X, 50] = np.array(1)
    assert place.moved(X, 2).known == {}


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({X: Fraction(1, 4), Y: -2.5}, "x = 0.25, y = -2.5"),
        ({V: np.array([Fraction(1, 2), Fraction(-3)], dtype=object)}, "v = [ 0.5 -3. ]"),
        ({}, ""),
    ],
)
def test_a_place_is_shown_as_messages_name_it(values, text):
    assert str(Place(values, {})) == text
