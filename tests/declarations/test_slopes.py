"""Derivatives, definitions and conventions at kinks, of functions made by hand."""

from __future__ import annotations

import pytest

from symgd.primitives.exponential import exp
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import where
from symgd.primitives.trigonometric import cos, sin
from tests.declarations.handmade import handmade
from tests.laws.planting import breach

KINK = {"kinks": lambda x: (x,)}
CASES = [
    ("law_derivative", lambda x: x**3, {"derivative": (lambda x, out: 3 * x**2,)}, True),
    ("law_derivative", lambda x: x**3, {"derivative": (lambda x, out: 3 * x**2 + x * 1e-6,)}, False),
    ("law_derivative", lambda x: exp(x), {"derivative": (lambda x, out: out,)}, True),
    ("law_derivative", lambda x, y: x * y, {"derivative": (lambda x, y, out: y, lambda x, y, out: x)}, True),
    ("law_derivative", lambda x, y: x * y, {"derivative": (lambda x, y, out: x, lambda x, y, out: y)}, False),
    ("law_second_derivative", lambda x: sin(x), {"derivative": (lambda x, out: cos(x),)}, True),
    ("law_definition", lambda x: sin(x), {"reference": "sin"}, True),
    ("law_definition", lambda x: sin(x) * (1 + 1e-12), {"reference": "sin"}, False),
    ("law_definition", lambda x: exp(x) - 1, {"reference": "expm1"}, True),  # 1 − 1 at 1e-300: in 2,000 digits
    ("law_reference", lambda x: sin(x), {"reference": "cos"}, False),
    ("law_at_kink", lambda x: absolute(x), {**KINK, "at_kink": "the sign of 0 is 0"}, True),
    ("law_at_kink", lambda x: absolute(x), {**KINK, "at_kink": "softplus'(0) = 1"}, False),
    ("law_at_kink", lambda x: absolute(x), {**KINK, "at_kink": ""}, False),
    ("law_at_kink", lambda x: x**2, {"at_kink": "the slope is 0"}, False),
    (
        "law_at_kink",
        lambda x: absolute(x),
        {**KINK, "at_kink": "it is 3", "derivative": (lambda x, out: where(x > 0, 1, where(x < 0, -1, 3)),)},
        False,
    ),
]


@pytest.mark.parametrize(("law", "definition", "declared", "is_right"), CASES)
def test_a_law_of_derivatives_holds_for_what_is_right_only(law, definition, declared, is_right):
    assert (breach(law, handmade(definition, **declared)) is None) == is_right
