"""Two scalar formulas are equal, never equal, or it depends on their inputs: never answered wrongly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.node import constant
from symgd.readers.numpy.truth import are_equal
from tests.formulas import scalar_formulas

X, Y = sg.scalar("x"), sg.scalar("y")
P, Q = sg.scalar("p", positive=True), sg.scalar("q", positive=True)
V = sg.tensor("v", "n")

KNOWN = [
    (X, X, True),
    (X + Y, Y + X, True),
    (2 * X - X, X, True),
    (X + 1, X + 1, True),
    (Fraction(1, 2) * X + Fraction(1, 2) * X, X, True),
    (3 * (X + Y) - 2, 3 * (X + Y) - 2, True),
    (X + 1, X, False),
    (X, X - Fraction(1, 10**30), False),
    (X + Y + 3, Y + X + 4, False),
    (constant(2), constant(2), True),
    (constant(2), constant(3), False),
    (constant(Fraction(1, 3)), constant(Fraction(2, 6)), True),
    (P, 0, False),
    (P, -Q, False),
    (P + 1, 0, False),
    (sg.exp(X), 0, False),
    (sg.exp(X) + X, X, False),
    (X**2 + 1, 0, False),
    (X, Y, None),
    (X, 0, None),
    (P, Q, None),
    (X, 2 * X, None),  # they are equal at 0
    (X**2, 0, None),
    (sg.sin(X), 2, False),
    (sg.sin(X), 1, None),
    (sg.sum(V), 0, None),
    (V[0], V[1], None),
]


@pytest.mark.parametrize(("left", "right", "answer"), KNOWN, ids=[f"{left} and {right}" for left, right, _ in KNOWN])
def test_what_is_known_of_two_scalars(left, right, answer):
    left, right = (side if isinstance(side, sg.Node) else constant(side) for side in (left, right))
    assert are_equal(left, right) is are_equal(right, left) is answer


def value(formula, x, y):
    (array,) = evaluate_precisely([formula], {X: Fraction(x), Y: Fraction(y)}, digits=40)
    return array[()]


@settings(max_examples=30)
@given(scalar_formulas(kinks=False), scalar_formulas(kinks=False), st.integers(-3, 3))
def test_an_answer_holds_at_every_point(left, right, number):
    for one, other in ((left, right), (left + number, left), (left - right, number - right + left)):
        answer = are_equal(one, other)
        for place in ((0.25, -1.75), (2.5, 0.375)) if answer is not None else ():
            gap, size = abs(value(one - other, *place)), 1 + abs(value(one, *place))
            assert size > 1e8 or answer is bool(gap <= 1e-25)


@pytest.mark.parametrize("number", [0, 1, -2])
def test_a_number_beside_the_same_terms_decides(number):
    terms = sg.sin(X) + 2 * Y - X**3
    assert are_equal(terms + number, terms) is (number == 0)


@pytest.mark.parametrize(("count", "answer"), [(2, False), (100, False), (1000, None)])
def test_sums_of_very_many_terms_are_left_open(count, answer):
    inputs = [sg.scalar(f"x{k}") for k in range(count)]
    one = sum(inputs[1:], inputs[0])
    assert are_equal(one + 1, one) is answer
    assert are_equal(one, one) is True
