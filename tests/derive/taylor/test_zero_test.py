"""Zeros are told from tiny numbers by their digits, whatever the scale."""

from __future__ import annotations

import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.zero_test import vanishes
from symgd.errors import DomainError

a, b = sp.symbols("a b", real=True)
NOUGHTS = [
    sp.sqrt(6) - sp.sqrt(2) * sp.sqrt(3),
    sp.cos(1) ** 2 + sp.sin(1) ** 2 - 1,
    sp.log(6) - sp.log(2) - sp.log(3),
    sp.gamma(sp.Rational(1, 3)) * sp.gamma(sp.Rational(2, 3)) - 2 * sp.pi / sp.sqrt(3),
    sp.elliptic_k(sp.Rational(1, 2)) - sp.gamma(sp.Rational(1, 4)) ** 2 / (4 * sp.sqrt(sp.pi)),
    sp.cos(a) ** 2 + sp.sin(a) ** 2 - 1,
    (a + b) ** 2 - a**2 - 2 * a * b - b**2,
]
SCALES = [sp.Integer(1), sp.Rational(1, 10**300), sp.Integer(10) ** 300, sp.exp(-1000)]
NUMBERS = [sp.pi - sp.E, sp.erfc(30), sp.exp(-1000), sp.sin(1) - sp.cos(2), a, a * (sp.pi - sp.E), a - b, abs(a) - a]


@pytest.mark.parametrize("scale", SCALES, ids=range(4))
@pytest.mark.parametrize("value", NOUGHTS, ids=str)
def test_what_is_0_is_0_at_every_scale(value, scale):
    assert vanishes(value * scale)


@pytest.mark.parametrize("scale", SCALES, ids=range(4))
@pytest.mark.parametrize("value", NUMBERS, ids=str)
def test_what_is_tiny_is_not_0(value, scale):
    assert not vanishes(value * scale)


@pytest.mark.parametrize("text", ["a/(10**200*x)", "a*exp(-1000)/x", "(pi - e)*a/10**150/x + x"])
def test_a_tiny_pole_is_a_pole(text):
    with pytest.raises(DomainError, match="pole"):
        sg.taylor(text, "x")
