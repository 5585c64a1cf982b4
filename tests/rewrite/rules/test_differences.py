"""Roots beside what they nearly are do not cancel: code beside 60 digits."""

from __future__ import annotations

import mpmath
import pytest

import symgd as sg

mp = mpmath.mp


@pytest.mark.parametrize("fact", [{"positive": True}, {"nonnegative": True}, {"negative": True}, {}], ids=str)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x/sqrt(x**2 + 1) - 1", lambda x: x / mp.sqrt(x * x + 1) - 1),
        ("x/sqrt(x**2 + 1) + 1", lambda x: x / mp.sqrt(x * x + 1) + 1),
        ("sqrt(x**2 + 1) - x", lambda x: mp.sqrt(x * x + 1) - x),
        ("sqrt(x**2 + 1) + x", lambda x: mp.sqrt(x * x + 1) + x),
    ],
)
def test_a_root_beside_what_it_nearly_is_for_a_known_sign(text, value, fact):
    """The rule was applied to its own result without end where the sign of x is known."""
    code = sg.lambdify("x", sg.formula(text, facts={"x": fact}))
    for size in (1e-9, 0.5, 3.0, 1e7):
        for x in [size, -size] if not fact else [-size] if "negative" in fact else [size]:
            with mpmath.workdps(60):
                assert code(x) == pytest.approx(float(value(mp.mpf(x))), rel=1e-14, abs=0)
