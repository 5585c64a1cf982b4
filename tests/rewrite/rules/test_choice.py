"""Masks move outward, and choices on one condition are joined."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import rewritten

WRITTEN = [  # formula, its shorter form, the reason
    ("where(p > 0, x*ones(3), p)", "where(p > 0, x, p)", "broadcasting supplies the axes"),
    ("x*where(y > 0, z, 0)", "where(y > 0, x*z, 0)", "where the mask is 0 nothing remains"),
    ("where(x > 0, y, z) + where(x > 0, 1, y)", "where(x > 0, y + 1, z + y)", "both choices depend on one condition"),
    ("where(x > 0, y + where(x > 0, y, z), z)", "where(x > 0, 2*y, z)", "inside a branch its condition is known"),
    ("where(x > 0, where(x <= 0, y, z), 1)", "where(x > 0, z, 1)", "inside a branch its condition is known"),
    ("where(x > 0, 1, where(x <= 0, y, z))", "where(x > 0, 1, y)", "inside a branch its condition is known"),
    ("where(log(x) > 0, where(log(x) <= 0, y, z), 1)", "where(log(x) > 0, z, 1)", "inside a branch its condition is known"),
]
KEPT = [  # what stays, as the other form has another domain or is no shorter
    ("where(x > 0, y, z) + where(y > 0, 1, z)", "where(x > 0, y, z) + where(y > 0, 1, z)"),
    ("where(x > 0, y, z) + x", "where(x > 0, y, z) + x"),
]


@pytest.mark.parametrize(("text", "after", "because"), WRITTEN)
def test_a_formula_is_rewritten_for_its_reason(text, after, because):
    found, reasons = rewritten(text)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after"), KEPT)
def test_a_formula_stays_as_it_is(text, after):
    assert rewritten(text)[0] == after
