"""The coefficient of order 0 is the exact value at the point, and there is none outside a domain."""

from __future__ import annotations

import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.expansion_point import NotDefinedBesideError
from symgd.derive.taylor.series import Series
from symgd.derive.taylor.values_at_point import rule_of_value, value_at_point
from symgd.errors import DomainError, UnsupportedError

x, z = sg.scalar("x"), sp.Symbol("x", real=True)
VALUES = [
    ("sin(x)", 1, sp.sin(1)), ("x**2 + x/3", sp.Rational(1, 2), sp.Rational(5, 12)),
    ("exp(x)*log(x)", 2, sp.exp(2) * sp.log(2)),
    ("sqrt(x)", sp.sqrt(2), 2 ** sp.Rational(1, 4)), ("where(x > 1, x, -x)", 3, 3), ("gamma(x)", 5, 24),
    ("atan(x)", 1, sp.pi / 4),
    ("abs(x)", -2, 2), ("floor(x)", sp.Rational(5, 2), 2), ("7", 0, 7), ("zeta(x, 1)", -1, -sp.Rational(1, 12)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "value"), VALUES)
def test_a_value_is_exact(text, at, value):
    series = Series(sg.formula(text), x, sp.sympify(at))
    assert sp.simplify(series.coefficient(0) - value) == 0


@pytest.mark.parametrize(
    ("text", "at"),
    [("log(x)", -1), ("log(x)", 0), ("sqrt(x)", -2), ("asin(x)", 2), ("1/x", 0), ("gamma(x)", -1), ("acosh(x)", 0)],
)
def test_outside_its_domain_a_function_has_no_value(text, at):
    with pytest.raises(DomainError):
        Series(sg.formula(text), x, sp.sympify(at)).coefficient(0)


@pytest.mark.parametrize("text", ["log(x - 1)", "sqrt(x - 2)", "log(-1 - x)"])
def test_beside_the_point_there_may_be_no_value_at_all(text):
    with pytest.raises(NotDefinedBesideError, match="not defined beside the point"):
        Series(sg.formula(text), x, sp.Integer(0), is_one_sided=True).coefficient(0)


@pytest.mark.parametrize("text", ["3", "y", "exp(y)", "where(2 > 1, y, 1/y)"])
def test_what_does_not_move_has_one_coefficient(text):
    node = sg.formula(text)
    series = Series(node + x, x, sp.Integer(0))
    values = [series.run(node, k) for k in range(4)]
    assert values[1:] == [0, 0, 0]
    needs, compute = rule_of_value(series)
    assert list(needs(node, 1)) == []
    assert compute(node, 0) == values[0] == value_at_point(series, node)


def test_the_variable_moves_in_first_order():
    series = Series(x, x, sp.Rational(3, 7))
    assert [series.coefficient(k) for k in range(3)] == [sp.Rational(3, 7), 1, 0]


def test_facts_become_assumptions():
    node = sg.formula("a*x", facts={"a": {"positive": True}})
    series = Series(node, x, sp.Integer(1))
    assert all(symbol.is_positive for symbol in series.coefficient(0).free_symbols)


def test_a_function_of_whole_tensors_has_no_expansion():
    with pytest.raises((UnsupportedError, DomainError)):
        sg.taylor(sg.formula("logdet(A)*t", shapes={"A": "n n"}), "t", 0)
