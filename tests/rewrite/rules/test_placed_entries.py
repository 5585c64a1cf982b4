"""Entries that are placed among zeros: short arrays are written out, numbers go in front, and differences are written once."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import rewritten

ENTRY_BY_ENTRY = "a short array is written entry by entry"
WRITTEN = [  # formula, its shorter form, the reason
    ("scatter(x, '1', 3)", "[0, x, 0]", ENTRY_BY_ENTRY),
    ("scatter(x, '0', 2) + 2*scatter(y, '1', 2)", "[x, 2*y]", ENTRY_BY_ENTRY),
    ("scatter(x, '0, 1', (2, 2))", "[[0, x], [0, 0]]", ENTRY_BY_ENTRY),
    ("scatter(x, '0', 2) + scatter(y, '0', 2)", "[x + y, 0]", ENTRY_BY_ENTRY),
    ("stack([array([x, y]), array([z, x])])", "[[x, y], [z, x]]", ENTRY_BY_ENTRY),
    ("stack([array([x, y]), array([z, x])], axis=1)", "[[x, z], [y, x]]", ENTRY_BY_ENTRY),
    ("scatter(2*u, '1:', n + 1)", "2*pad(u, (1, 0))", "a number leaves what is placed among zeros"),
    ("(2*v)[1:]", "2*v[1:]", "a number leaves what is taken out"),
    ("take(-2*p, [0, 2, 2])", "-2*p[[0, 2, 2]]", "a number leaves what is taken out"),
    ("x*tril(3*A)", "3*x*tril(A)", "a number leaves what is placed among zeros"),
    (
        "scatter(u - v, '1:', n + 1) + scatter(v - u, ':-1', n + 1)",
        "pad(u - v, (1, 0)) - pad(u - v, (0, 1))",
        "x − y placed at one place and y − x at another are one difference, placed with both signs",
    ),
]
KEPT = [
    "scatter(x, '1', 10)",  # more entries than are written out
    "scatter(u, '1:', n + 1)",
]


@pytest.mark.parametrize(("text", "after", "because"), WRITTEN)
def test_a_formula_is_rewritten_for_its_reason(text, after, because):
    found, reasons = rewritten(text)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_a_formula_stays_as_it_is(text):
    assert not rewritten(text)[1]
