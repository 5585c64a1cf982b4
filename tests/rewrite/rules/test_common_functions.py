"""A function that stands in every term of a sum is written once; plain factors are not taken out."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import rewritten

WRITTEN = [  # formula, its shorter form
    ("exp(x)*y - exp(x)*z", "exp(x)*(y - z)"),
    ("n*(x + 1)**(n - 2) - (x + 1)**(n - 2)", "(x + 1)**(n - 2)*(n - 1)"),
    ("sin(x)*cos(x)*y + 2*sin(x)**2*z", "sin(x)*(y*cos(x) + 2*z*sin(x))"),
    ("x*u @ w + y*u @ w", "(u @ w)*(x + y)"),
    ("y*exp(x)/x - z*exp(x)/x**2", "exp(x)*(y - z/x)/x"),
]
KEPT = ["x*y - x*z", "3*x**2 + 2*x", "y/(x + 1) - z/(x + 1)**3", "sqrt(x)*y + sqrt(x)*z", "y*exp(x) - z*exp(-x)"]


@pytest.mark.parametrize(("text", "after"), WRITTEN)
def test_a_function_is_taken_out(text, after):
    found, reasons = rewritten(text)
    assert (found, "every term has the factor" in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_a_sum_stays_as_it_is(text):
    assert rewritten(text)[0] == text
