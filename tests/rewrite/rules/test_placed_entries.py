"""Entries that are placed among zeros: short arrays are written out, numbers go in front, and differences are written once."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import rewritten

ENTRY_BY_ENTRY = "a short array is written entry by entry"
NUMBER = "a number leaves what places, takes or adds up entries"
ONCE = "what is placed among zeros, and again, is placed once"
WRITTEN = [  # formula, its shorter form, the reason
    ("scatter(x, '1', 3)", "[0, x, 0]", ENTRY_BY_ENTRY),
    ("scatter(x, '0', 2) + 2*scatter(y, '1', 2)", "[x, 2*y]", ENTRY_BY_ENTRY),
    ("scatter(x, '0, 1', (2, 2))", "[[0, x], [0, 0]]", ENTRY_BY_ENTRY),
    ("scatter(x, '0', 2) + scatter(y, '0', 2)", "[x + y, 0]", ENTRY_BY_ENTRY),
    ("stack([array([x, y]), array([z, x])])", "[[x, y], [z, x]]", ENTRY_BY_ENTRY),
    ("stack([array([x, y]), array([z, x])], axis=1)", "[[x, z], [y, x]]", ENTRY_BY_ENTRY),
    ("scatter(2*u, '1:', n + 1)", "2*pad(u, (1, 0))", NUMBER),
    ("(2*v)[1:]", "2*v[1:]", NUMBER),
    ("cumsum(-3*u*v)", "-3*cumsum(u * v)", NUMBER),
    ("tril(2*tril(A))", "2*tril(A)", NUMBER),
    ("scatter(scatter(x, '0', (n,)), ':, 1', (n, n)) + A", "scatter(x, '0, 1', (n, n)) + A", ONCE),
    ("scatter(scatter(x, '2, 0', (n, n)), ':, 1, :', (n, 3, n))*u", "u * scatter(x, '2, 1, 0', (n, 3, n))", ONCE),
    ("eye(n)[:, 1]*u", "u * scatter(1, '1', (n,))", "it is 1 at one place, and 0 elsewhere"),
    ("stack([array([x, y]), zeros(2)])", "[[x, y], [0, 0]]", ENTRY_BY_ENTRY),
    ("take(-2*p, [0, 2, 2])", "-2*p[[0, 2, 2]]", NUMBER),
    ("x*tril(3*A)", "3*x*tril(A)", NUMBER),
    (
        "scatter(u - v, '1:', n + 1) + scatter(v - u, ':-1', n + 1)",
        "pad(u - v, (1, 0)) - pad(u - v, (0, 1))",
        "x − y placed at one place and y − x at another are one difference, placed with both signs",
    ),
]
KEPT = [
    "scatter(x, '1', 10)",  # more entries than are written out
    "scatter(u, '1:', n + 1)",
    "v[0]*scatter(scatter(x, '0', (n,)), '1:', n + 1)",  # of two places along one axis
    "u * eye(n)[1:]",
]


@pytest.mark.parametrize(("text", "after", "because"), WRITTEN)
def test_a_formula_is_rewritten_for_its_reason(text, after, because):
    found, reasons = rewritten(text)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_a_formula_stays_as_it_is(text):
    assert not rewritten(text)[1]
