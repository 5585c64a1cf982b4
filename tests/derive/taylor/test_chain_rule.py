"""The chain rule for power series: coefficients of functions of series are those of SymPy's own expansions."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.chain_rule import ChainRule
from symgd.derive.taylor.series import Series
from symgd.errors import DomainError
from symgd.graph.primitive import REGISTRY

x, z = sg.scalar("x"), sp.Symbol("x", real=True)
FUNCTIONS = ["exp", "sin", "cos", "tanh", "atan", "log", "sigmoid", "softplus", "erf", "asinh", "cosh", "tan"]
INNER = ["1/2 + x", "1/2 - x + x**2", "1/3 + x**3", "(1 + x)/2"]
ORDER = 5


@pytest.mark.parametrize(("name", "inner"), list(itertools.product(FUNCTIONS, INNER)))
def test_a_function_of_a_series(name, inner):
    series = Series(sg.formula(f"{name}({inner})"), x, sp.Integer(0))
    spelled = {"sigmoid": lambda u: 1 / (1 + sp.exp(-u)), "softplus": lambda u: sp.log(1 + sp.exp(u))}.get(
        name, getattr(sp, name, None)
    )
    expression = spelled(sp.sympify(inner, rational=True).subs(sp.Symbol("x"), z))
    for k in range(ORDER):
        expected = expression.diff(z, k).subs(z, 0) / sp.factorial(k)
        assert abs(sp.N(series.coefficient(k) - expected, 30)) < 1e-25


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name in REGISTRY])
def test_only_arguments_that_move_have_slopes(name):
    node = sg.formula(f"{name}(x) + {name}(y)").args[0]
    other = sg.formula(f"{name}(y)")
    rule = ChainRule(Series(node, x, sp.Rational(1, 2)))
    assert len(rule._slopes_of(node)) == 1
    assert rule._slopes_of(other) == ()
    assert rule._slopes_of(node) is rule._slopes_of(node)


def test_a_function_of_two_series():
    series = Series(sg.formula("atan2(1 + x, 2 - x)"), x, sp.Integer(0))
    expression = sp.atan2(1 + z, 2 - z)
    expected = [sp.simplify(expression.diff(z, k).subs(z, 0) / sp.factorial(k)) for k in range(4)]
    assert [sp.simplify(series.coefficient(k) - one) for k, one in enumerate(expected)] == [0] * 4


@pytest.mark.parametrize("text", ["sqrt(sqrt(x))", "asin(1 + x)", "acosh(1 + x)"])
def test_a_slope_with_a_pole_has_no_expansion(text):
    with pytest.raises(DomainError, match="slope has a pole|is not defined|no Taylor expansion|its base is 0"):
        Series(sg.formula(text), x, sp.Integer(0)).coefficient(1)


@pytest.mark.parametrize("text", ["elliptic_k(x**2)", "elliptic_e(x**2)"])
def test_a_function_whose_slope_is_divided_by_what_vanishes(text):
    kind = getattr(sp, text.partition("(")[0])
    series = Series(sg.formula(kind(z**2)), x, sp.Integer(0))
    outer = Series(sg.formula(kind(z)), x, sp.Integer(0))
    assert [series.coefficient(2 * k) for k in range(3)] == [outer.coefficient(k) for k in range(3)]
    assert [series.coefficient(2 * k + 1) for k in range(3)] == [0, 0, 0]
