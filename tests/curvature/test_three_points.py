"""Counterexamples of three points, against values by hand."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.kind import KINDS, Kind
from symgd.curvature.three_points import ThreePoints

HALF = Fraction(1, 2)
RELATIONS = [  # text, ends, weight of the first, and what the points refute
    ("x**2", ("-1", "1"), "1/2", {"quasiconcave", "log-concave"}),
    ("-x**2", ("-1", "1"), "1/2", {"quasiconvex", "log-convex", "log-concave"}),
    ("x", ("1", "4"), "1/2", {"log-convex"}),
    ("exp(x)", ("0", "1"), "1/4", set()),
    ("1/x", ("1", "2"), "1/4", {"log-concave"}),
    ("x**3", ("-1", "1"), "1/2", {"log-convex", "log-concave"}),
    ("where(x > 0, 1, 0)", ("-1", "1"), "1/2", set()),
    ("x - 1", ("1", "2"), "1/2", set()),
    ("abs(x)", ("-1", "2"), "2/3", {"quasiconcave", "log-concave"}),
]


@pytest.mark.parametrize(("text", "ends", "theta", "refuted"), RELATIONS)
def test_relations_are_compared_exactly(text, ends, theta, refuted):
    formula = sg.formula(text)
    (x,) = formula.symbols
    first, second = ({x: Fraction(end)} for end in ends)
    found = {name for name, kind in KINDS.items() if ThreePoints(formula, first, second, Fraction(theta), kind).check()}
    assert found == refuted


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("x - 5", "log-concave", "not log-concave: f < 0 at x = "),
        ("x**2", "quasiconcave", "not quasiconcave: f(1/2·a + 1/2·b) < min(f(a), f(b)) at a = x = "),
        ("-abs(x)", "quasiconvex", "not quasiconvex: f(1/2·a + 1/2·b) > max(f(a), f(b)) at a = x = "),
        ("exp(-x**2)", "log-convex", "not log-convex: f(1/2·a + 1/2·b) > f(a)^(1/2)·f(b)^(1/2) at a = x = "),
    ],
)
def test_counterexamples_in_words_and_as_data(text, kind, words):
    verdict = sg.convexity(text, kind=kind)
    assert verdict.witness.text().startswith(words)
    assert verdict.kind is KINDS[kind].refuted
    assert verdict.check()
    plain = json.loads(json.dumps(verdict.to_dict()))
    assert (plain["kind"], plain["witness"]["not"]) == (verdict.kind.name, kind)


def test_parameters_of_a_counterexample_are_stated():
    verdict = sg.convexity("a*x**2", "x", kind="quasiconvex")
    assert verdict.kind is Kind.NOT_QUASICONVEX
    assert verdict.witness.parameters["a"] < 0
    assert "for a = " in verdict.witness.text()


def test_points_lie_in_the_domain():
    verdict = sg.convexity("x*y", domain={"x": (1, 2), "y": (0, None)}, constraints=["x + y < 4"], kind="quasiconvex")
    points = verdict.witness.points
    for point in (points.first, points.second, points.middle):
        x, y = (point[node] for node in verdict.wrt)
        assert 1 <= x <= 2
        assert y >= 0
        assert x + y < 4
