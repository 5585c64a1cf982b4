"""Kinks of one variable: pieces, joints, and values at closed ends, against Jensen's inequality on a grid."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.findings import Curved
from symgd.curvature.kind import Kind
from symgd.curvature.second_derivatives import pieces
from symgd.graph.assumptions import Interval

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


JOINTS = [  # two formulas that meet at 1, and the sign of the change of slope, or None where the function jumps
    ("x", "x", 0), ("x", "2*x - 1", 1), ("x", "1", -1), ("x**2", "2*x - 1", 0), ("x**2", "3*x - 2", 1), ("x", "x + 1", None),
    ("exp(x)", "exp(1)*x", 0), ("exp(x)", "exp(1)*(2*x - 1)", 1), ("log(x)", "x - 1", 0), ("log(x)", "2*x - 2", 1),
    ("sqrt(x)", "x/2 + 1/2", 0), ("x", "1 + 1/1000000*(x - 1) + (x - 1)", 1), ("x", "1/x", -1), ("1/x", "1/(2*x - 1)", -1),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "jump"), JOINTS)
def test_slopes_where_pieces_meet(before, after, jump):
    formula = sg.formula(f"where(x < 1, {before}, {after})")
    x = sg.scalar("x")
    sides = [pieces.Piece(Interval(0, 1), sg.formula(before)), pieces.Piece(Interval(1, 2), sg.formula(after))]
    assert pieces._jump(formula, x, *sides, Fraction(1)) == jump
    conclusion = pieces._joint(formula, x, *sides)
    assert (conclusion is None) == (jump is None)
    if conclusion is not None:
        word = {0: "stays", 1: "rises", -1: "falls"}[jump]
        assert conclusion.claim == f"at x = 1 it is continuous, and its slope {word}"


ALL_KINDS = [  # kinds of pieces and changes of slope, and the kind of the whole
    ("CONVEX CONVEX", [0], "CONVEX"), ("CONVEX CONVEX", [1], "CONVEX"), ("CONVEX CONVEX", [-1], None),
    ("CONVEX CONCAVE", [0], None), ("AFFINE AFFINE", [0], "AFFINE"), ("AFFINE AFFINE", [1], "CONVEX"),
    ("AFFINE AFFINE", [-1], "CONCAVE"), ("AFFINE AFFINE AFFINE", [1, -1], None), ("CONCAVE AFFINE", [0], "CONCAVE"),
    ("STRICTLY_CONVEX STRICTLY_CONVEX", [0], "STRICTLY_CONVEX"), ("STRICTLY_CONVEX AFFINE", [1], "CONVEX"),
    ("STRICTLY_CONCAVE STRICTLY_CONCAVE", [-1], "STRICTLY_CONCAVE"), ("STRICTLY_CONCAVE CONCAVE", [0], "CONCAVE"),
    ("STRICTLY_CONCAVE STRICTLY_CONVEX", [0], None), ("STRICTLY_CONVEX", [], "STRICTLY_CONVEX"),
]  # fmt: skip


@pytest.mark.parametrize(("kinds", "jumps", "kind"), ALL_KINDS)
def test_kinds_of_pieces_are_joined(kinds, jumps, kind):
    known = [Curved(sg.scalar("x"), (sg.scalar("x"),), None, Kind[name]) for name in kinds.split()]
    found, modulus = pieces._kind(known, jumps)
    assert (None if found is None else found.name) == kind
    assert modulus is None


def test_the_smallest_modulus_is_that_of_the_whole():
    verdict = sg.convexity("where(x < 0, 3*x**2, x**2)")
    assert (verdict.kind.name, verdict.modulus) == ("STRONGLY_CONVEX", 2)
    verdict = sg.convexity("where(x < 0, x**2, exp(x) - 1 - x)")
    assert (verdict.kind.name, verdict.modulus) == ("STRONGLY_CONVEX", 1)
