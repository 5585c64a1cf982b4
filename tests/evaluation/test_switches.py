"""Where a formula changes its branch, and which sides of that have been visited."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.evaluation.switches import Sides, rankings_of, squares_under_roots_of, switches_of, thresholds_of, without_known
from symgd.graph.inference import Facts
from tests.formulas import declared

SHAPES = {"v": "n", "u": "n", "A": "m n"}


def read(text):
    return sg.formula(text, shapes=declared(SHAPES, text))


SWITCHES = [
    ("x**2 + exp(x)", []),
    ("abs(x)", ["x"]),
    ("relu(x)", ["x"]),
    ("sign(x - 3)", ["x - 3"]),
    ("maximum(x, y)", ["x - y"]),
    ("minimum(x, 2)", ["x - 2"]),
    ("where(x < y, 1, 2)", ["x - y"]),
    ("abs(x) + relu(x)", ["x"]),
    ("abs(x) + abs(y)", ["x", "y"]),
    ("abs(abs(x) - 1)", ["x", "abs(x) - 1"]),
    ("sum(abs(v - u))", ["v - u"]),
    ("abs(3)*x", []),
    ("max(v)", []),
    ("sqrt(x**2)", []),
]


@pytest.mark.parametrize(("text", "switches"), SWITCHES)
def test_kinks_and_jumps_are_where_an_expression_is_0(text, switches):
    found = [str(node) for node in switches_of([read(text)])]
    assert sorted(found) == sorted(switches)


def test_switches_of_several_formulas_are_listed_once():
    found = switches_of([read("abs(x)"), read("relu(x) + sign(y)")])
    assert [str(node) for node in found] == ["x", "y"]
    assert switches_of([]) == []


ROOTS = [
    ("sqrt(x**2)", ["x"]),
    ("(x**2)**(3/2)", ["x"]),
    ("sqrt(x**4)", ["x"]),
    ("sqrt(x**3)", []),
    ("sqrt(x**2 + 1)", []),
    ("sqrt(2*x**2)", ["x"]),
    ("sqrt(x**2*y**2)", ["x", "y"]),
    ("sqrt((x - 1)**2)", ["x - 1"]),
    ("(x**2)**2", []),
    ("sqrt(x)", []),
    ("(x**2)**y", []),
]


@pytest.mark.parametrize(("text", "squared"), ROOTS)
def test_roots_of_squares_are_absolute_values(text, squared):
    assert sorted(str(node) for node in squares_under_roots_of([read(text)])) == squared


RANKINGS = [("max(v)", 1), ("min(v)", 1), ("max(v) + min(v)", 2), ("max(A, axis=0)", 1), ("sum(v)", 0), ("maximum(x, y)", 0)]


@pytest.mark.parametrize(("text", "count"), RANKINGS)
def test_rankings_are_0_at_the_entry_that_decides(text, count):
    formula = read(text)
    found = rankings_of([formula])
    assert len(found) == count
    for ranking in found:
        (node,) = ranking.symbols
        value = np.arange(6.0).reshape(2, 3) if node.rank == 2 else np.array([3.0, -1.0, 2.0])
        result = np.asarray(sg.lambdify([node], ranking)(value))
        assert result.shape == value.shape
        axis = 0 if node.rank == 2 else None
        assert (result == 0).sum() == (3 if axis == 0 else 1)
        assert (result <= 0).all() or (result >= 0).all()


KNOWN = [
    (["x - y"], ["x - y"], []),
    (["y - x"], ["x - y"], []),
    (["x"], ["-x"], []),
    (["x - 3", "y"], ["3 - x"], ["y"]),
    (["x - y"], [], ["x - y"]),
    (["2*x - 2*y"], ["x - y"], ["2*x - 2*y"]),
]


@pytest.mark.parametrize(("switches", "known", "left"), KNOWN)
def test_switches_that_are_known_with_either_sign_are_left_out(switches, known, left):
    assert without_known(map(sg.formula, switches), map(sg.formula, known)) == list(map(sg.formula, left))


THRESHOLDS = [
    (["x - 5"], [5.0]),
    (["x + 5", "y - 1/2"], [0.5, 5.0]),
    (["x"], []),
    (["5 - x", "x - 5"], [5.0]),
    (["2*x - 3"], [2.0, 3.0]),
]


@pytest.mark.parametrize(("switches", "numbers"), THRESHOLDS)
def test_thresholds_are_the_sizes_of_numbers_in_switches(switches, numbers):
    assert [number for number in thresholds_of(map(sg.formula, switches)) if number != 1.0] == numbers


def test_sides_are_struck_off_when_they_are_visited():
    x, y = sg.scalar("x"), sg.scalar("y")
    sides = Sides([x, x - y], Facts({}))
    assert sides.missing == {(x, -1), (x, 1), (x - y, -1), (x - y, 1)}
    found = sides.visit({x: np.array(1.0), y: np.array(3.0)}, {})
    assert found == {(x, 1), (x - y, -1)}
    assert len(sides.missing) == 4  # visiting is no note
    sides.note(found)
    assert sides.missing == {(x, -1), (x - y, 1)}
    assert sides.visit({x: np.array(0.0), y: np.array(0.0)}, {}) == set()
    assert sides.visit({x: np.array(-1.0), y: np.array(-3.0)}, {}) == {(x, -1), (x - y, 1)}
    sides.note(sides.missing)
    assert sides.visit({x: np.array(-1.0), y: np.array(-3.0)}, {}) == set()


def test_entries_of_an_array_may_lie_on_both_sides():
    v = sg.tensor("v", "n")
    assert Sides([v], Facts({})).visit({v: np.array([1.0, -1.0])}, {"n": 2}) == {(v, 1), (v, -1)}


def test_sides_that_cannot_be_are_not_missing():
    p, v = sg.tensor("p", "", positive=True), sg.tensor("v", "n")
    assert Sides([p], Facts({})).missing == {(p, 1)}
    norm = sg.norm2(v)
    assert (norm, -1) not in Sides([norm], Facts({})).missing
