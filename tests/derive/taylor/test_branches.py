"""Around a point one branch of a choice holds, or none does: then the formula changes there, or jumps, or is not decided."""

from __future__ import annotations

import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.branches import branch_around, holds
from symgd.derive.taylor.expansion_point import NotDefinedBesideError
from symgd.derive.taylor.series import Series
from symgd.errors import DomainError, UnsupportedError

x = sg.scalar("x")


def place(choice, at, **given):
    """The series of a choice around x = at."""
    return Series(choice, x, sp.sympify(at), **given)


def choice(condition):
    """A choice between two branches that can be told apart; p is positive."""
    facts = {"p": {"positive": True}} if "p" in condition else None
    return sg.formula(f"where({condition}, 1 + x, 2*x)", facts=facts)


AROUND = [
    ("x > 0", 1, True),
    ("x > 0", -1, False),
    ("x > 0", sp.Rational(1, 10**400), True),
    ("x < 1", 1 - sp.exp(-1000), True),
    ("x <= 3/2", sp.sqrt(2), True),
    ("x**2 == 2", sp.sqrt(2) + sp.Rational(1, 10**30), False),
    ("x == 1", 0, False),
    ("1/x > 1/2", 1, True),
    ("e > 2.7182818", 0, True),
    ("sin(x)**2 + cos(x)**2 == 1", 0, True),
    ("p > 0", 0, True),
    ("p*x > 0", 2, True),
    ("p + x**2 < 0", 1, False),
]


@pytest.mark.parametrize(("condition", "at", "expected"), AROUND)
def test_the_branch_that_holds_around_a_point(condition, at, expected):
    node = choice(condition)
    one = place(node, at)
    assert holds(node.args[0], one) is expected
    assert branch_around(node, one) is node.args[1 if expected else 2]


@pytest.mark.parametrize(
    ("condition", "at"), [("x > 0", 0), ("x >= 1", 1), ("x**2 < 2", sp.sqrt(2)), ("sin(x) < cos(x)", sp.pi / 4), ("1/x > 0", 0)]
)
def test_where_a_branch_changes_there_is_none(condition, at):
    node = choice(condition)
    for question in (lambda: branch_around(node, place(node, at)), lambda: holds(node.args[0], place(node, at))):
        with pytest.raises(DomainError, match="changes its branch at x = "):
            question()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("x > 0", True),
        ("x < 0", False),
        ("x <= 0", False),
        ("x == 0", False),
        ("-x < 0", True),
        ("sin(x) < x", True),
        ("1/x > 0", True),
    ],
)
def test_right_of_a_point_a_branch_holds_that_changes_there(condition, expected):
    node = choice(condition)
    assert branch_around(node, place(node, 0, is_one_sided=True)) is node.args[1 if expected else 2]


def test_a_value_that_fills_a_hole_is_no_branch():
    for text in ("where(x == 0, 1, sin(x)/x)", "where(x != 0, sin(x)/x, 1)", "where(sin(x) == x, 1, sin(x)/x)"):
        node = sg.formula(text)
        assert str(branch_around(node, place(node, 0))) == "sin(x)/x"
    node = sg.formula("where(x == 0, 5, sin(x)/x)")
    assert str(branch_around(node, place(node, 1))) == "sin(x)/x"


@pytest.mark.parametrize(
    "text",
    ["where(x == 0, 2, sin(x)/x)", "where(x == 0, 1 + 1e-300, sin(x)/x)", "where(x == 0, 0, 1/x)", "where(x == 0, 1/x, x)"],
)
def test_another_value_there_is_a_jump(text):
    node = sg.formula(text)
    with pytest.raises(DomainError, match="jumps at x = 0"):
        branch_around(node, place(node, 0))


@pytest.mark.parametrize("condition", ["y > 0", "x*y > 0", "x == y", "y < x"])
def test_what_depends_on_other_inputs_is_not_decided(condition):
    node = choice(condition)
    with pytest.raises(UnsupportedError, match="is not decided"):
        branch_around(node, place(node, 1))


@pytest.mark.parametrize("condition", ["log(x) < 0", "sqrt(x) < 1", "asin(x) < 0"])
def test_a_comparison_without_a_value_decides_nothing(condition):
    node = choice(condition)
    with pytest.raises(DomainError, match="is not defined"):
        branch_around(node, place(node, -2))


def test_a_comparison_without_a_value_beside_the_point_is_an_error_of_the_formula():
    """It does not say that the formula ends there: a comparison with NaN is false, and the other branch may have values."""
    node = choice("log(x - 1) < 0")
    with pytest.raises(DomainError, match="not defined beside the point") as caught:
        branch_around(node, place(node, 0, is_one_sided=True))
    assert not isinstance(caught.value, NotDefinedBesideError)
