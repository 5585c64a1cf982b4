"""Sums are collected and multiplied out where that is shorter, and nothing that may be undefined is dropped."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import POSITIVE, rewritten

WRITTEN = [  # formula, its shorter form, the reason
    ("x + 2*x", "3*x", "like terms are added"),
    ("x + (y + x) - 3", "2*x + y - 3", "like terms are added"),
    ("x - x", "0", "like terms are added"),
    ("2*v + v - u", "3*v - u", "like terms are added"),
    ("y*(x + 1) - x*y", "y", "multiplied out, terms join or cancel"),
    ("(x + y)*z - x*z", "y*z", "multiplied out, terms join or cancel"),
]
WHERE_POSITIVE = [  # the same, for x > 0
    ("log(x) - log(x)", "0", "like terms are added"),
    ("1/x - 1/x", "0", "like terms are added"),
]
KEPT = [  # what stays, as the other form has another domain or is no shorter
    ("log(x) - log(x)", "0*log(x)"),
    ("1/x - 1/x", "0/x"),
    ("x*(y + 1)", "x*(y + 1)"),
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
