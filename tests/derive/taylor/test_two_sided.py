"""Expansions that both sides of a point agree on have the coefficients of textbooks; where they do not agree there is none."""

from __future__ import annotations

import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.two_sided import coefficients_from_both_sides
from symgd.errors import DomainError

x, t = sg.scalar("x"), sp.Symbol("x", real=True)


def expanded(source, at, order):
    """The coefficients of a text or a SymPy expression."""
    return coefficients_from_both_sides(sg.formula(source), x, sp.sympify(at), order)


AGREED = [
    ("cos(sqrt(x))", 0, [1, "-1/2", "1/24", "-1/720", "1/40320"]),
    ("cos(sqrt(x - 2))", 2, [1, "-1/2", "1/24"]),
    ("abs(x)*sin(abs(x))", 0, [0, 0, 1, 0, "-1/6"]),
    ("cosh(abs(1 - x))", 1, [1, 0, "1/2", 0, "1/24"]),
    ("cbrt(x)**3", 0, [0, 1, 0]),
    ("sqrt(x)*sqrt(x + x**2)", 0, [0, 1, "1/2", "-1/8"]),
    ("sqrt(x**4)", 0, [0, 0, 1, 0]),
    ("x**(1/2)*x**(1/3)*x**(1/6)", 0, [0, 1, 0]),
    ("x**(1/23)*x**(22/23)", 0, [0, 1]),
    ("abs(x)**3", 0, [0, 0, 0]),
    ("maximum(x, x + x**3)", 0, [0, 1, 0]),
    ("where(x > 0, sin(x), x)", 0, [0, 1, 0]),
    ("atan(1/x)*abs(x)/x", 0, ["pi/2"]),
    ("x**2*log(x)", 0, [0]),
    ("(1 + log(x))*(cos(x)/(1 + log(x)))", 0, [1, 0, "-1/2"]),
    ("exp(x)", 1, ["E", "E", "E/2"]),
    ("sin(x)/x", 0, [1, 0, "-1/6", 0]),
    (sp.Ci(t) - sp.log(t), 0, ["EulerGamma", 0, "-1/4", 0, "1/96"]),
    (sp.besselk(0, t) + sp.log(t) * sp.besseli(0, t), 0, ["log(2) - EulerGamma", 0, "(1 + log(2) - EulerGamma)/4"]),
]


@pytest.mark.parametrize(("source", "at", "expected"), AGREED, ids=[str(source) for source, *_ in AGREED])
def test_what_both_sides_agree_on(source, at, expected):
    found = expanded(source, at, len(expected) - 1)
    assert list(found) == list(range(len(expected)))
    assert all(sp.simplify(found[k] - sp.sympify(value)) == 0 for k, value in enumerate(expected))


@pytest.mark.parametrize(
    ("text", "at", "order", "message"),
    [
        ("sqrt(x)", 0, 0, "a power of a root is left"),
        ("x**(3/2)", 0, 1, "a power of a root is left"),
        ("cos(cbrt(x))", 0, 1, "a power of a root is left"),
        ("log(x)", 0, 0, "a logarithm is left"),
        ("x*log(x)", 0, 0, "a logarithm is left"),
        ("x**2*log(x)", 0, 1, "a logarithm is left"),
        ("abs(x)", 0, 1, "both sides differ"),
        ("abs(x)**3", 0, 3, "both sides differ"),
        ("where(x > 0, sin(x), x)", 0, 3, "both sides differ"),
        ("floor(x)", 2, 0, "both sides differ"),
        ("sign(x)**2", 0, 0, "jumps at x = 0"),
        ("1/x", 0, 0, "pole"),
        ("1/abs(x)", 0, 0, "pole"),
        ("sqrt(-1 - x**2)", 0, 0, "no values around x = 0"),
        ("x**(1/5)*x**(1/7)", 0, 0, "a common degree above 24"),
        ("x**(1/25)*x**(24/25)", 0, 1, "a common degree above 24"),
    ],
)
def test_where_there_is_no_expansion(text, at, order, message):
    with pytest.raises(DomainError, match=message):
        expanded(text, at, order)


def test_a_formula_without_values_on_one_side_has_the_expansion_of_the_other():
    assert expanded("cos(sqrt(-x))", 0, 2) == {0: 1, 1: sp.Rational(1, 2), 2: sp.Rational(1, 24)}
    assert expanded("acosh(1 + x)**2", 0, 3) == {0: 0, 1: 2, 2: sp.Rational(-1, 3), 3: sp.Rational(4, 45)}


def test_other_inputs_stay():
    a = sp.Symbol("a", real=True)
    found = expanded("a*abs(x)*sin(abs(x)) + cos(a)", 0, 2)
    assert [sp.simplify(found[k] - value) for k, value in enumerate((sp.cos(a), 0, a))] == [0, 0, 0]
