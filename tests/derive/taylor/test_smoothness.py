"""Kinks at the point are refused, kinks beside it are not, and those that may be there for some inputs are named."""

from __future__ import annotations

import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.series import Series
from symgd.derive.taylor.smoothness import refuse_kinks
from symgd.errors import DomainError

x = sg.scalar("x")
KINKS = [("abs(x)", 0), ("maximum(x, 1)", 1), ("relu(x - 2)", 2), ("abs(x**2 - 2)", sp.sqrt(2)), ("minimum(x, -x)", 0)]


@pytest.mark.parametrize(("text", "at"), KINKS)
def test_a_kink_at_the_point_is_refused(text, at):
    with pytest.raises(DomainError, match="has a kink|changes its branch"):
        Series(sg.formula(text), x, sp.sympify(at)).coefficient(1)


@pytest.mark.parametrize(("text", "at"), KINKS)
@pytest.mark.parametrize("step", [sp.Rational(1, 10**30), -sp.Rational(1, 7)])
def test_a_kink_beside_the_point_is_none(text, at, step):
    series = Series(sg.formula(text), x, sp.sympify(at) + step)
    assert series.coefficient(1).is_number


@pytest.mark.parametrize(("text", "names"), [("abs(a + x)", "a"), ("abs(a*b + x)", "a, b"), ("maximum(x, a)", "a")])
def test_a_kink_for_some_values_of_other_inputs(text, names):
    node = sg.formula(text)
    with pytest.raises(DomainError, match=f"for some {names}, so no one expansion"):
        refuse_kinks(Series(node, x, sp.Integer(0)), node)


@pytest.mark.parametrize("text", ["abs(1 + a**2 + x)", "abs(exp(a) + x)"])
def test_what_is_known_keeps_a_kink_away(text):
    node = sg.formula(text)
    refuse_kinks(Series(node, x, sp.Integer(0)), node)


def test_a_symbolic_power_of_what_vanishes_is_refused():
    node = sg.formula("x**a")
    with pytest.raises(DomainError, match="its base is 0 there"):
        refuse_kinks(Series(node, x, sp.Integer(0)), node)
    refuse_kinks(Series(node, x, sp.Integer(2)), node)
