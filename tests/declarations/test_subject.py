"""Examples of a function, and the places at which they have values."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symgd.declarations.subject import Place, Subject, lies_in, precise, short, zero_one
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.node import scalar
from symgd.primitives.exponential import log
from symgd.primitives.piecewise import where
from tests.declarations.handmade import handmade


def test_places_are_inside_the_domain_and_values_are_known_there():
    (example,) = Subject.of(handmade(lambda x: log(x), domain=Sign.POSITIVE)).examples
    assert all(place.values[example.inputs[0]] > 0 for place in example.places)
    assert len(example.places) > 3
    assert all((example.node, 50) in place.known for place in example.places)
    assert example.value(example.places[0]) is example.value(example.places[0])


def test_a_place_that_is_moved_knows_no_values():
    x = scalar("x")
    (example,) = Subject.of(handmade(lambda x: x**2)).examples
    place = example.places[0]
    assert float(example.number(place.moved(x, Fraction(3)))) == 9
    assert place.moved(x, Fraction(3)).known == {}


def test_values_of_an_example_cannot_be_written_into():
    (example,) = Subject.of(handmade(lambda x: x**2)).examples
    with pytest.raises(ValueError, match="read-only"):
        example.value(example.places[0])[...] = 0


def test_a_function_of_a_condition_is_judged_with_one():
    (example,) = Subject.of(where).examples
    assert example.args[0].is_boolean


@pytest.mark.parametrize(
    ("number", "where", "is_inside"),
    [(0, Sign.NONNEGATIVE, True), (0, Sign.POSITIVE, False), (-1, Interval(-1, 1), True), (2, Interval(-1, 1), False)],
)
def test_a_number_lies_in_a_set(number, where, is_inside):
    assert lies_in(mpmath.mpf(number), where) == is_inside


def test_numbers_are_shown_with_eight_digits():
    assert short(mpmath.mpf(1) / 3) == "0.33333333"
    assert short(True) == "True"
    assert short(precise(Fraction(1, 4))) == "0.25"
    assert zero_one(True) == 1
    assert str(Place({scalar("x"): Fraction(1, 2)}, {})) == "x = 0.5"
