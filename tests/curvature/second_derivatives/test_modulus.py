"""The largest modulus that is found is exact where it is a root of a quadratic, and never too large."""

from __future__ import annotations

import pytest

import symgd as sg

MODULI = [
    ("x**2", "2"),
    ("3*x**2 + y**2", "2"),
    ("x**2 + 2*y**2 + x*y", "3 - sqrt(2)"),
    ("x**2 + x**4", "2"),
    ("x**2 + exp(x)", "2"),
    ("cosh(x)", "1"),
]


@pytest.mark.parametrize(("text", "modulus"), MODULI)
def test_moduli(text, modulus):
    verdict = sg.convexity(text)
    assert verdict.kind.name == "STRONGLY_CONVEX"
    true = float(sg.formula(modulus).to_sympy())
    assert float(verdict.modulus) <= true * (1 + 1e-12)
    assert float(verdict.modulus) >= 0.9 * true
    assert verdict.check()
