"""Numbers, constants and arithmetic of SymPy are read exactly: SymPy's own digits are the reference."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import UnsupportedError
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.conversion import as_node
from symgd.readers.sympy.reader import from_sympy
from symgd.readers.sympy.scalars import symbol_node

x, y = sp.symbols("x y")
CONSTANTS = [sp.pi, sp.E, sp.EulerGamma, sp.GoldenRatio, sp.Catalan, sp.TribonacciConstant]


@pytest.mark.parametrize("constant", CONSTANTS, ids=str)
def test_a_constant_has_its_digits(constant):
    value = evaluate_precisely([from_sympy(constant)], {}, digits=40)[0][()]
    with mpmath.workdps(40):
        assert abs(value - sp.N(constant, 40)._to_mpmath(140)) < mpmath.mpf(10) ** -35


@given(st.fractions())
def test_a_rational_number_is_exact(value):
    assert from_sympy(sp.Rational(value.numerator, value.denominator)).equals_number(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_read_as_one_of_python(value):
    assert from_sympy(sp.Float(value)) is as_node(value)


def test_a_zero_in_a_branch_is_read():  # SymPy's Float(0.0) is not equal to 0
    assert str(from_sympy(sp.Piecewise((sp.Float(0.0), x > 0), (x, True)))) == "where(x > 0, 0, x)"


def test_a_long_float_is_the_decimal_number_that_is_written():
    assert from_sympy(sp.Float("0.1234567890123456789012345", 30)).value == Fraction("0.1234567890123456789012345")


@pytest.mark.parametrize("number", [sp.I, sp.zoo, sp.nan, sp.Float("1e400"), sp.Float("1e-400")], ids=str)
def test_what_is_no_real_number_is_refused(number):
    with pytest.raises(UnsupportedError, match="not a real number|does not fit a float"):
        from_sympy(number)


FACTS = ["positive", "nonnegative", "negative", "nonpositive", "nonzero"]


@pytest.mark.parametrize("assumption", FACTS)
def test_an_assumption_becomes_a_fact(assumption):
    node = symbol_node(sp.Symbol("a", **{assumption: True}))
    assert getattr(node.facts.sign, f"is_{assumption}")


@pytest.mark.parametrize("assumptions", [{"complex": True}, {"imaginary": True}, {"real": False}])
def test_a_symbol_that_is_not_real_is_refused(assumptions):
    with pytest.raises(UnsupportedError, match="declared not real"):
        symbol_node(sp.Symbol("a", **assumptions))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (x + y + 1, "1 + x + y"), (2 * x * y / 3, "2*x*y/3"), (sp.exp(x), "exp(x)"), (x**y, "x**y"), (x / y, "x/y"),
        (sp.Abs(x), "abs(x)"), (sp.Max(x, y, 3), "maximum(maximum(3, x), y)"), (-x, "-x"), (sp.sqrt(x), "sqrt(x)"),
    ],
)  # fmt: skip
def test_arithmetic(expression, text):
    assert str(from_sympy(expression)) == str(sg.formula(text)) or str(from_sympy(expression)) == text


def test_a_long_product_shares_its_prefixes():
    symbols = sp.symbols("a0:6")
    node = from_sympy(sp.Mul(*symbols))
    assert len(node.args) == 2
    assert {symbol.name for symbol in node.symbols} == {str(symbol) for symbol in symbols}
