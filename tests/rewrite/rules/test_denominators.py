"""Quotients by powers of one sum have a common denominator where the numerator is short."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import rewritten

WRITTEN = [  # formula, its shorter form, the reason
    ("1/(x + y) - x/(x + y)**2", "y/(x + y)**2", "a/d + b/d² = (a·d + b)/d², and a·d + b is short"),
    ("y/(x + 1) - x*y/(x + 1)**2", "y/(x + 1)**2", "a/d + b/d² = (a·d + b)/d², and a·d + b is short"),
]
KEPT = [  # what stays, as the other form has another domain or is no shorter
    ("1/(x + y) + 1/(x - y)", "1/(x + y) + 1/(x - y)"),
    ("z/(x + 1) - y/(x + 1)**2", "z/(x + 1) - y/(x + 1)**2"),
]


@pytest.mark.parametrize(("text", "after", "because"), WRITTEN)
def test_a_formula_is_rewritten_for_its_reason(text, after, because):
    found, reasons = rewritten(text)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after"), KEPT)
def test_a_formula_stays_as_it_is(text, after):
    assert rewritten(text)[0] == after
