"""Conditions of SymPy, and the branch that a Piecewise takes, agree with SymPy at every place of a grid."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp

import symgd as sg
from symgd.errors import UnsupportedError
from symgd.readers.sympy.conditions import comparison_node
from symgd.readers.sympy.reader import from_sympy
from symgd.readers.sympy.values import Condition

x, y = sp.symbols("x y", real=True)
GRID = list(itertools.product((-1, 0, 1), repeat=2))
SIMPLE = [x < y, x <= y, x > y, x >= y, sp.Eq(x, y), sp.Ne(x, y), x < 0]
COMPOUND = [
    sp.And(x > 0, y > 0),
    sp.Or(x > 0, y > 0),
    sp.Not(sp.And(x > 0, sp.Eq(y, 0))),
    sp.And(sp.Or(x > 0, y > 0), sp.Ne(x, y)),
    sp.Or(sp.And(x > 0, y > 0), sp.And(x < 0, y < 0)),
    sp.ITE(x > 0, y > 0, y < 0),
    sp.Not(sp.ITE(sp.Eq(x, y), x > 0, y > 0)),
    sp.Xor(x > 0, y > 0).to_nnf(),
]


@pytest.mark.parametrize("condition", [*SIMPLE, *COMPOUND], ids=str)
def test_a_piecewise_takes_the_branch_that_holds(condition):
    code = sg.lambdify(["x", "y"], from_sympy(sp.Piecewise((2 + 0 * x + x, condition), (-5 + y, True))))
    for a, b in GRID:
        holds = bool(condition.subs({x: a, y: b}))
        assert code(float(a), float(b)) == (2 + a if holds else -5 + b)


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations([x > 0, y > 0, sp.Eq(x, y)], 2)))
def test_the_first_branch_that_holds_counts(first, second):
    code = sg.lambdify(["x", "y"], from_sympy(sp.Piecewise((x + y, first), (x - y, second), (7, True))))
    for a, b in GRID:
        place = {x: a, y: b}
        expected = a + b if first.subs(place) == sp.true else a - b if second.subs(place) == sp.true else 7
        assert code(float(a), float(b)) == expected


@pytest.mark.parametrize("condition", [condition for condition in SIMPLE if not isinstance(condition, sp.Ne)], ids=str)
def test_a_comparison_alone_is_a_formula(condition):
    code = sg.lambdify(["x", "y"], sg.where(from_sympy(condition), 1, 0) + 0 * (sg.scalar("x") + sg.scalar("y")))
    assert [code(float(a), float(b)) for a, b in GRID] == [bool(condition.subs({x: a, y: b})) for a, b in GRID]


@pytest.mark.parametrize("kind", ["and", "or", "not"])
def test_a_compound_condition_is_none(kind):
    assert comparison_node(Condition(kind, (True,))) is None
    with pytest.raises(UnsupportedError, match="is not a formula"):
        from_sympy(sp.And(x > 0, y > 0))


def test_a_comparison_of_numbers_is_decided():
    choice = sp.Piecewise((x, sp.Lt(1, 2, evaluate=False)), (y, True), evaluate=False)
    assert from_sympy(choice) is sg.scalar("x")


def test_a_choice_without_a_last_branch_is_refused():
    with pytest.raises(UnsupportedError, match="without a last branch"):
        from_sympy(sp.Piecewise((x, x > 0)))
