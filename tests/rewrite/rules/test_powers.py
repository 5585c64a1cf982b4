"""Powers of products and of powers are joined where that keeps the domain."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import POSITIVE, rewritten

WRITTEN = [  # formula, its shorter form, the reason
    ("(2*x)**3", "8*x**3", "an exact factor leaves the power"),
    ("(-x*y)**3", "-(x*y)**3", "an exact factor leaves the power"),
    ("(sqrt(2)*x)**2", "2*x**2", "an exact factor leaves the power"),
    ("(x**2)**(1/2)", "abs(x)", "an exact factor leaves the power"),
    ("(x**2)**(3/2)", "abs(x)**3", "an exact factor leaves the power"),
    ("(x*ones(3))**2", "broadcast_to(x**2, 3)", "every entry has the same value"),
]
WHERE_POSITIVE = [  # the same, for x > 0
    ("(x**2)**(1/2)", "x", "an exact factor leaves the power"),
    ("(x**(1/2))**4", "x**2", "an exact factor leaves the power"),
    ("(y/x)**(-2)", "x**2/y**2", "an exact factor leaves the power"),
]
KEPT = [  # what stays, as the other form has another domain or is no shorter
    ("(x**(1/2))**4", "sqrt(x)**4"),
    ("(y/x)**(-2)", "1/(y/x)**2"),
    ("(x*y)**(1/2)", "sqrt(x*y)"),
    ("(x**a)**b", "(x**a)**b"),
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
