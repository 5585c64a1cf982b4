from __future__ import annotations

import gc
from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.errors import DomainError, ShapeError, SymgdError
from symgd.graph import node as nodes
from symgd.graph.node import constant


def test_equal_means_identical():
    x, y = sg.scalar("x"), sg.scalar("y")
    assert sg.exp(x * y) + 1 is sg.exp(x * y) + 1
    assert sg.scalar("x", positive=True) is not x


def test_the_type_of_a_constant_counts():
    assert len({constant(1), constant(1.0), constant(True)}) == 3


def test_nodes_that_nobody_holds_are_forgotten():
    x = sg.scalar("x")
    gc.collect()
    before = len(nodes._TABLE)
    formula = x
    for _ in range(1000):
        formula = sg.sin(formula)
    assert len(nodes._TABLE) >= before + 900  # others may be forgotten meanwhile
    del formula
    gc.collect()
    assert len(nodes._TABLE) <= before + 10


def test_constants_are_folded_exactly():
    assert (constant(1) / 3 + Fraction(2, 3)).equals_number(1)
    assert sg.sqrt(Fraction(4, 9)).equals_number(Fraction(2, 3))
    assert (constant(2) ** -3).equals_number(Fraction(1, 8))
    assert str(sg.sqrt(2)) == "sqrt(2)"


def test_neutral_elements_vanish():
    x = sg.tensor("x", "n")
    assert x + 0 is x
    assert 1 * x is x
    assert x**1 is x
    assert (x**0).shape == x.shape


def test_division_by_zero_is_refused_at_once():
    with pytest.raises(DomainError, match="division by zero"):
        sg.scalar("x") / 0


def test_a_bomb_of_digits_is_refused_at_once():
    with pytest.raises(SymgdError, match="digits"):
        constant(9) ** 9**9


def test_truth_of_a_formula_is_an_error_that_says_what_to_use():
    with pytest.raises(SymgdError, match=r"where\(condition, a, b\)"):
        bool(sg.scalar("x") > 0)


def test_mutual_stretching_is_refused_with_a_hint():
    with pytest.raises(ShapeError, match="both would be stretched"):
        sg.tensor("a", (3, 1)) - sg.tensor("b", (3,))


@pytest.mark.parametrize(
    "name", ["", "1x", "x y", "__import__('os')", "x\n", "<b>", "\\input", "ｘ", "a" * 65, 3, None, "x\u202ey"]
)
def test_what_cannot_be_a_name_is_refused(name):
    with pytest.raises(SymgdError):
        sg.scalar(name)


@pytest.mark.parametrize("name", ["x", "w_1", "θ", "가중치", "lambda", "E", "_a"])
def test_names_of_many_scripts_are_allowed(name):
    assert sg.scalar(name).name == name


def test_facts_are_checked():
    with pytest.raises(SymgdError, match="not a fact"):
        sg.scalar("x", convex=True)
    with pytest.raises(ShapeError, match="square"):
        sg.tensor("A", "m n", symmetric=True)
    with pytest.raises(SymgdError, match="no number"):
        sg.scalar("x", positive=True, upper=-1)


def test_a_small_array_is_written_out_and_a_large_one_is_an_input():
    assert str(sg.exp([0, 2])) == "exp([0, 2])"
    assert sg.exp(np.array([1, 2])) is sg.exp([1, 2])
    with pytest.raises(SymgdError, match="cannot stand in a formula"):
        sg.exp(np.zeros(2000))


def test_iteration_gives_the_entries():
    assert list(sg.tensor("x", "3")) == [sg.tensor("x", "3")[k] for k in range(3)]
    with pytest.raises(ShapeError, match="symbolic size"):
        iter(sg.tensor("x", "n"))
