"""Absolute values meet the powers of what is inside them."""

from __future__ import annotations

import pytest

import symgd as sg
from tests.rewrite.rules.tables import rewritten

WRITTEN = [  # formula, its shorter form, the reason
    ("sqrt(x**2)*sqrt(x)", "x**(3/2)", "a root has values for x ≥ 0 only, where |x| is x"),
    ("y*abs(x)**3/sqrt(x)", "x**3*y/sqrt(x)", "a root has values for x ≥ 0 only, where |x| is x"),
    ("abs(x)/x**2", "1/abs(x)", "x² = |x|²"),
    ("abs(x)**3*x**2", "abs(x)**5", "x² = |x|²"),
]
KEPT = [
    ("abs(x)/sqrt(y)", "abs(x)/sqrt(y)"),
    ("abs(x)**a/x**2", "abs(x)**a/x**2"),
    ("abs(x)/x**3", "abs(x)/x**3"),
]


@pytest.mark.parametrize(("text", "after", "because"), WRITTEN)
def test_a_formula_is_rewritten_for_its_reason(text, after, because):
    found, reasons = rewritten(text)
    assert (found, because in reasons) == (after, True)


@pytest.mark.parametrize(("text", "after"), KEPT)
def test_a_formula_stays_as_it_is(text, after):
    assert str(sg.simplify(text)) == after
