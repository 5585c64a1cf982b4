"""What comparisons imply: every answer that is given holds for all numbers, NaN among them, and contradictions are real."""

from __future__ import annotations

import itertools
import math
import operator

import pytest

import symgd as sg
from symgd.readers.numpy.order import Order, is_contradiction

A, B = sg.scalar("a"), sg.scalar("b")
SIGNS = (operator.lt, operator.le, operator.gt, operator.ge, sg.equal, operator.ne)
NUMBERS = (-1.0, 0.0, 1.0, 2.0, math.nan)
PAIRS = [(compare, *sides) for compare in SIGNS for sides in ((A, B), (B, A)) if compare is not operator.ne]


def condition(pair):
    compare, left, right = pair
    return compare(left, right)


def holds(pair, values):
    compare, left, right = pair
    compare = operator.eq if compare is sg.equal else compare
    return compare(values[left], values[right])


VALUES = [dict(zip((A, B), pair, strict=True)) for pair in itertools.product(NUMBERS, repeat=2)]


@pytest.mark.parametrize("truth", [True, False])
def test_what_a_comparison_implies_holds_for_all_numbers(truth):
    answered = 0
    for given, asked in itertools.product(PAIRS, repeat=2):
        order = Order()
        order.add(condition(given), truth)
        answer = order.truth_of(condition(asked))
        possible = {bool(holds(asked, values)) for values in VALUES if holds(given, values) is truth}
        assert answer in ({None, *possible} if len(possible) == 1 else {None}), (given, asked)
        answered += answer is not None
    assert answered >= (50 if truth else 20)


@pytest.mark.parametrize("length", [2, 3])
def test_contradictions_are_those_of_real_numbers(length):
    real = [values for values in VALUES if not any(map(math.isnan, values.values()))]
    for pairs in itertools.combinations(PAIRS, length):
        for truths in itertools.product((True, False), repeat=length):
            possible = any(all(holds(p, v) is t for p, t in zip(pairs, truths, strict=True)) for v in real)
            found = is_contradiction([(condition(p), t) for p, t in zip(pairs, truths, strict=True)])
            assert not (found and possible)
            assert found or possible or length > 2


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([(A < 0, False), (A < 1, False), (A >= 1, False)], True),
        ([(A < 0, True), (A > 1, True)], True),
        ([(A <= 0, True), (A >= 0, True)], False),
        ([(A <= 0, True), (A > 0, True)], True),
        ([(A > 1, True), (2 * A > 1, False)], True),
        ([(A > 1, True), (B > 1, False)], False),
        ([(sg.log(A) < 0, False), (sg.log(A) >= 0, False)], False),  # log has no value where a is not positive
        ([], False),
    ],
)
def test_ranges_of_numbers_contradict_each_other(answers, expected):
    assert is_contradiction(answers) is expected
