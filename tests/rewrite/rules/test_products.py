"""Factors are collected where that keeps the domain; signs and scalars move outward."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import POSITIVE, rewritten

WRITTEN = [  # formula, its shorter form, the reason
    ("x*2*x", "2*x**2", "constants are multiplied and powers of one base joined"),
    ("0*x*y", "0", "constants are multiplied and powers of one base joined"),
    ("-(y - x)", "x - y", "a minus in front turns the signs of the difference"),
    ("-2*(y - x - z)", "2*(x - y + z)", "a minus in front turns the signs of the difference"),
    ("-X.T @ (r - X @ v)", "X.T @ (X @ v - r)", "a minus in front turns the signs of the difference"),
    ("(x*v)[:, None]*A", "x * A * v[:, None]", "what is the same everywhere can stand in front"),
    ("u*x + v*x", "x*(u + v)", "every term has the factor"),
    ("2*x*u - 2*x*v", "2*x*(u - v)", "every term has the factor"),
    ("A*u - A*v*x", "A * (u - x*v)", "every term has the factor"),
    ("X*r[:, None] + X*(r**2)[:, None]", "X * (r + r**2)[:, None]", "every term has the factor"),
]
WHERE_POSITIVE = [  # the same, for x > 0
    ("x**3*y/x", "x**2*y", "constants are multiplied and powers of one base joined"),
    ("sqrt(x)*y*sqrt(x)", "x*y", "constants are multiplied and powers of one base joined"),
    ("x**a*x**b", "x**(a + b)", "constants are multiplied and powers of one base joined"),
    ("0*log(x)", "0", "constants are multiplied and powers of one base joined"),
    ("x/x", "1", "constants are multiplied and powers of one base joined"),
]
KEPT = [  # what stays, as the other form has another domain or is no shorter
    ("x**3*y/x", "x**3*y/x"),
    ("sqrt(x)*y*sqrt(x)", "sqrt(x)*sqrt(x)*y"),
    ("x**a*x**b", "x**a*x**b"),
    ("0*log(x)", "0*log(x)"),
    ("x/x", "x/x"),
    ("u + x*v", "u + x*v"),
]


@pytest.mark.parametrize(("text", "after", "because"), WRITTEN)
def test_a_formula_is_rewritten_for_its_reason(text, after, because):
    found, reasons = rewritten(text)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after", "because"), WHERE_POSITIVE)
def test_a_formula_is_rewritten_where_x_is_positive(text, after, because):
    found, reasons = rewritten(text, x=POSITIVE)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after"), KEPT)
def test_a_formula_stays_as_it_is(text, after):
    assert rewritten(text)[0] == after
