"""The set on which a question is asked: whether it is convex, and what bounds imply."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.case import Case
from symgd.curvature.convex_domain import is_defined_somewhere, obstacle_of_domain, without_what_holds_anyway
from symgd.curvature.domain import read_domain
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Interval


def case_of(text, constraints=(), **bounds):
    formula = sg.formula(text)
    variables = tuple(formula.symbols)
    intervals = {name: Interval(*ends) for name, ends in bounds.items()}
    domain = read_domain(formula, variables, intervals, [sg.formula(one) for one in constraints])
    return Case(formula, variables, domain, Effort())


CONVEX = [
    ("x + y", (), {}, True),
    ("log(x + y)", (), {}, True),
    ("log(x*y)", (), {}, False),
    ("sqrt(1 - x**2 - y**2)", (), {}, True),
    ("sqrt(x**2 + y**2 - 1)", (), {}, False),
    ("1/(x - y)", (), {}, False),
    ("x + y", ("x - y > 0",), {}, True),
    ("x + y", ("x**2 + y**2 < 1",), {}, True),
    ("x + y", ("x**2 + y**2 > 1",), {}, False),
]


@pytest.mark.parametrize(("text", "constraints", "bounds", "is_convex"), CONVEX)
def test_whether_the_domain_is_convex(text, constraints, bounds, is_convex):
    case = case_of(text, constraints, **bounds)
    assert (obstacle_of_domain(case.on(without_what_holds_anyway(case)[1])) is None) == is_convex


def test_what_bounds_imply_is_left_out():
    case = case_of("log(x + y)", x=(1,), y=(1,))
    stated, domain = without_what_holds_anyway(case)
    assert not domain.natural
    assert not stated.natural
    case = case_of("log(exp(x) - 1)", x=(0,))
    stated, domain = without_what_holds_anyway(case)
    assert not domain.natural
    assert str(stated)  # at 0 it fails


def test_a_formula_without_a_value_is_seen():
    assert is_defined_somewhere(case_of("log(x + y)"))
    assert not is_defined_somewhere(case_of("log(-1 - x**2 - y**2)"))


@pytest.mark.parametrize(
    ("text", "bounds", "left"),
    [
        ("gamma(x)", {"x": (0,)}, 0),
        ("gamma(x + y)", {"x": (1,), "y": (1,)}, 0),
        ("gamma(x - y)", {"x": (1,), "y": (1,)}, 1),
        ("1/(x**2 + x + 1)", {}, 0),
        ("1/(x**2 + x - 1)", {}, 1),
        ("sqrt(x**2 - 2*x + 1)", {}, 0),
        ("log(x**2 - x*y + y**2 + 1)", {}, 0),
        ("1/(x + y)", {"x": (1,), "y": (1,)}, 0),
        ("1/(x - y)", {"x": (1, 2), "y": (3, 4)}, 0),
        ("1/(x - y)", {"x": (1, 3), "y": (2, 4)}, 1),
        ("log(y - x)", {"x": (1, 2), "y": (2, 4)}, 0),
        ("log(y - x)", {"x": (1, 2), "y": ("199/100", 4)}, 1),
    ],
)
def test_requirements_that_bounds_leave(text, bounds, left):
    case = case_of(text, **{name: tuple(map(Fraction, ends)) for name, ends in bounds.items()})
    assert len(without_what_holds_anyway(case)[1].natural) == left


SETS = [  # a condition, and whether it describes a convex set (Boyd & Vandenberghe, sections 2.2 and 3.1.6)
    ("x**2 + y**2 <= 4", True), ("x**2 + y**2 >= 4", False), ("x*y > 1", False), ("x**2 < y", True), ("x**2 > y", False),
    ("exp(x) <= y", True), ("exp(x) >= y", False), ("x + 2*y == 3", True), ("x**2 + y == 3", False),
    ("abs(x) + abs(y) < 1", True),
    ("abs(x) > y", False), ("log(1 + exp(x)) < y", True), ("maximum(x, y) <= 1", True), ("maximum(x, y) >= 1", False),
    ("minimum(x, y) >= 1", True), ("x**2 - y**2 < 1", False), ("sqrt(x**2 + y**2) <= 1 + x", True), ("x**3 < y", False),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "is_convex"), SETS)
def test_sets_that_conditions_describe(condition, is_convex):
    case = case_of("x + y", (condition,))
    assert (obstacle_of_domain(case.on(without_what_holds_anyway(case)[1])) is None) == is_convex


@pytest.mark.parametrize(
    ("text", "bounds", "is_convex"),
    [
        ("1/(x**2 - 1)", {"x": (-1, 1)}, True),  # x² − 1 < 0
        ("1/(1 - x**2)", {"x": (-1, 1)}, True),
        ("1/(exp(x) - 1)", {"x": (-math.inf, 0)}, True),
        ("1/(x**2 - 1)", {"x": (-2, 1)}, False),
        ("1/sin(x)", {"x": (-1, 1)}, False),
    ],
)
def test_requirements_that_restrict_nothing_are_no_obstacle(text, bounds, is_convex):
    case = case_of(text, **bounds)
    assert (obstacle_of_domain(case) is None) == is_convex
