"""Comparisons of values: opposites are exactly that, and a choice takes the right branch everywhere."""

from __future__ import annotations

import itertools
import operator

import pytest

import symgd as sg
from symgd.readers.latex.conditions import Comparison, are_opposite, choose
from symgd.readers.latex.values import scalar_value

HOLDS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
s, t = sg.tensor("s"), sg.tensor("t")
PAIRS = [(s, t), (t, s)]


def comparison(sides, relation):
    left, right = (scalar_value(side) for side in sides)
    return [[Comparison(left, relation, right)]]


@pytest.mark.parametrize(("first", "second"), [*itertools.product(HOLDS, HOLDS)])
@pytest.mark.parametrize("sides", PAIRS)
def test_opposite_conditions_are_those_of_which_one_holds(first, second, sides):
    places = list(itertools.product(range(3), range(3)))
    one = [HOLDS[first](a, b) for a, b in places]
    other = [HOLDS[second](*((a, b) if sides == PAIRS[0] else (b, a))) for a, b in places]
    expected = all(x != y for x, y in zip(one, other, strict=True))
    assert are_opposite(comparison(PAIRS[0], first), comparison(sides, second)) == expected


def test_conditions_of_several_comparisons_are_not_opposite():
    one, other = comparison(PAIRS[0], "<"), comparison(PAIRS[0], ">=")
    assert not are_opposite([*one, *one], other)
    assert not are_opposite([one[0] + one[0]], other)
    assert not are_opposite(comparison((s, s), "<"), other)


@pytest.mark.parametrize("first", HOLDS)
@pytest.mark.parametrize("second", HOLDS)
@pytest.mark.parametrize("is_joined", [True, False], ids=["and", "or"])
def test_a_choice_takes_the_branch_that_holds(first, second, is_joined):
    (one,), (other,) = comparison(PAIRS[0], first), comparison((s, sg.formula("1")), second)
    condition = [one + other] if is_joined else [one, other]
    chosen = sg.lambdify(["s", "t"], choose(condition, scalar_value(1), scalar_value(0)).node)
    for a, b in itertools.product((0.0, 1.0, 2.0), (0.0, 1.0, 2.0)):
        holds = (HOLDS[first](a, b), HOLDS[second](a, 1))
        assert chosen(a, b) == (all(holds) if is_joined else any(holds))
