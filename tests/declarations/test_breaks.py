"""The search for breaks finds jumps and kinks where they are, also far out, and none where the slope is steep."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symgd.declarations.breaks import breaks_of, lines_of, places_on
from symgd.declarations.law import DIGITS
from symgd.declarations.slopes import slopes_of
from symgd.declarations.subject import Subject
from symgd.evaluation import multiprecision as mpmath
from symgd.primitives.exponential import exp, tanh
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import floor, relu, sign, where
from tests.declarations.handmade import handmade
from tests.laws.planting import breach


def _found(definition, what, at=()):
    (example,) = Subject.of(handmade(definition), at=at).examples
    node = example.inputs[0]
    (held,) = lines_of(example, node)
    formula = example.node if what == "it" else slopes_of(example)[0]
    with mpmath.workdps(DIGITS):
        return list(breaks_of(example, node, held, places_on(example, node, held), formula, what))


@pytest.mark.parametrize(
    ("definition", "what", "places"),
    [
        (lambda x: absolute(x - 1), "its slope", [1]),
        (lambda x: relu(x - 73), "its slope", [73]),
        (lambda x: relu(x + Fraction(61, 2)), "its slope", [-30.5]),
        (lambda x: sign(x) + x, "it", [0]),
        (lambda x: where(x > 2, x**2, x), "it", [2]),
        (lambda x: exp(x), "its slope", []),
        (lambda x: tanh(50 * x), "its slope", []),
        (lambda x: x**3, "it", []),
        (lambda x: absolute(x) * x, "its slope", []),
    ],
)
def test_breaks_are_found_where_they_are(definition, what, places):
    found = _found(definition, what)
    assert [float(one.where) for one in found] == pytest.approx(places)
    assert all(one.is_exact for one in found)


def test_a_kink_beyond_the_grid_is_seen_where_a_formula_has_a_threshold_or_a_point_is_given():
    assert [jump.where for jump in _found(lambda x: relu(x - 500), "its slope")] == [500]
    (found,) = _found(lambda x: relu(x - 500), "its slope", at=(500.0,))
    assert found.where == 500


def test_a_kink_at_an_irrational_point_is_declared_by_a_zero_beside_it():
    kinks = {"kinks": lambda x: (x**2 - 2,), "at_kink": "the slope is 0 there"}
    assert breach("law_kinks", handmade(lambda x: absolute(x**2 - 2), **kinks)) is None
    assert breach("law_kinks", handmade(lambda x: absolute(x**2 - 3), **kinks)).field == "kinks"


@pytest.mark.parametrize(
    ("definition", "kinks", "is_right"),
    [
        (lambda x: relu(x - 73), lambda x: (x - 73,), True),
        (lambda x: relu(x - 73), None, False),
        (lambda x: relu(x - 73), lambda x: (x,), False),
        (lambda x: x**2, lambda x: (x,), False),  # no kink where one is declared
        (lambda x, y: absolute(x - y), lambda x, y: (x - y,), True),
        (lambda x, y: absolute(x - y), lambda x, y: (x,), False),
        (lambda x: floor(x / 1000), None, False),
    ],
)
def test_kinks_are_declared_where_they_are(definition, kinks, is_right):
    assert (breach("law_kinks", handmade(definition, kinks=kinks)) is None) == is_right
