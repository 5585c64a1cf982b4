"""Kinks of one variable: pieces, joints, and values at closed ends, against Jensen's inequality on a grid."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symgd as sg

CASES = [
    ("abs(x - 1) + abs(x + 1)", {}, "CONVEX"),
    ("maximum(x**2, 2*x)", {}, "CONVEX"),
    ("where(x < 0, x**2, x**3)", {}, "STRICTLY_CONVEX"),
    ("where(x < 1, x, 2*x - 1)", {}, "CONVEX"),
    ("where(x < 1, 2*x, x + 1)", {}, "CONCAVE"),
    ("where(x < 1, x, x)", {}, "AFFINE"),
    ("relu(x) - relu(-x)", {}, "AFFINE"),
    ("abs(abs(x) - 1)", {"x": (1, None)}, "AFFINE"),
    ("where(abs(x) <= 1, x**2/2, abs(x) - 1/2)", {}, "CONVEX"),
    ("where(x > 0, x**2, 3)", {"x": (0, None)}, "STRONGLY_CONVEX"),
    ("where(x > 0, -x**2, -3)", {"x": (0, None)}, "STRICTLY_CONCAVE"),
    ("where(x > 0, -x**2, 3)", {"x": (0, None)}, "NEITHER"),
    ("where(x > 0, x, 1)", {"x": "(0, 5]"}, "AFFINE"),
    ("exp(abs(x))", {}, "STRONGLY_CONVEX"),
    ("maximum(x**2, 2)", {}, "CONVEX"),
    ("where(x > 1, 1/x**2, 3 - 2*x)", {}, "CONVEX"),
    ("where(x > 1, 1/(x - 2)**2, x)", {}, "NEITHER"),  # both sides of the pole at 2 are convex
    ("where(x > 1, 1/(x - 2)**2, x)", {"x": (None, "19/10")}, "CONVEX"),
    ("where(x > 1, -log((x - 2)**2), 1 - x)", {}, "NEITHER"),
    ("where(x > 0, log(1 + x), x)", {}, "CONCAVE"),
]


@pytest.mark.parametrize(("text", "domain", "kind"), CASES)
def test_verdict(text, domain, kind):
    verdict = sg.convexity(text, domain=domain)
    if text == "maximum(x**2, 2)":  # the joint √2 is irrational; the rules decide
        assert verdict.kind.name == kind
        return
    assert verdict.kind.name == kind, str(verdict)
    assert (verdict.proof or verdict.witness).check()


def test_the_slopes_at_joints_are_part_of_the_proof():
    text = sg.convexity("where(x < 0, x**2, x**3)").proof.text()
    assert "at x = 0 it is continuous, and its slope stays" in text


@pytest.mark.parametrize("bend", [Fraction(1, 1000), Fraction(-1, 1000)])
def test_a_slope_that_falls_by_a_thousandth_is_seen(bend):
    verdict = sg.convexity(f"where(x < 1, x**2, (2 + {bend})*(x - 1) + 1 + (x - 1)**2)")
    assert verdict.kind.name == ("STRONGLY_CONVEX" if bend > 0 else "NEITHER")
