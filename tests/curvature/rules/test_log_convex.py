"""Logarithms of sums of exponentials with weights, each with its near miss, against chords."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.rules.composition import compose
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts, domain_of
from tests.curvature.chords import far_from_chords
from tests.formulas import declared

SHAPES = {"R": "k m", "X": "m n", "b": "n", "w": "m", "d": "k", "u": "n", "q": "m", "s": ""}
FACTS = {
    "R": {"nonnegative": True}, "w": {"nonnegative": True}, "u": {"positive": True}, "d": {"nonnegative": True},
    "s": {"positive": True},
}  # fmt: skip
SIZES = [{"k": 2, "m": 3, "n": 2}, {"k": 1, "m": 2, "n": 1}]
CONVEX = [
    ("log(sum(w*exp(X @ b)))", "b"),
    ("log(w @ exp(X @ b))", "b"),
    ("log(mean(w*exp(X @ b)))", "b"),
    ("sum(log(R @ exp(X @ b)))", "b"),
    ("d @ (log(R @ exp(X @ b)) - R @ (X @ b))", "b"),
    ("log(1 + w @ exp(X @ b))", "b"),
    ("log1p(w @ exp(X @ b))", "b"),
    ("log(w @ exp((X @ b)**2))", "b"),
    ("log(sum(exp(b)/u))", "b u"),
    ("log(sum(1/u) + s)", "u"),
    ("log(sum(exp(b)*u**(-2)))", "b u"),
    ("log((w @ exp(X @ b))**(3/2) + exp(b[0]))", "b"),
    ("log(sum(sqrt(R @ exp(X @ b))))", "b"),
]
NEAR_MISSES = [
    ("log(q @ exp(X @ b))", "b"),
    ("log(w @ exp(X @ b) - s)", "b"),
    ("log(w @ exp(-(X @ b)**2))", "b"),
    ("log(w @ (X @ b)**2)", "b"),
    ("log(w @ exp(X @ b))", "b w"),
    ("log(sum(u*exp(b)))", "b u"),
    ("log(sum(sqrt(u)))", "u"),
    ("log(1/(w @ exp(X @ b)) + s)", "b"),
    ("log(1 + sum(softplus(b)))", "b"),
    ("-log(w @ exp(X @ b))", "b"),
    ("log(sum(u**s))", "u"),
    ("log(sum(exp(b)**2 + b**2))", "b"),
]


def formula_of(text):
    return sg.formula(text, shapes=declared(SHAPES, text), facts=declared(FACTS, text))


@pytest.mark.parametrize(("text", "wrt"), CONVEX)
def test_logarithms_of_weighted_sums_of_exponentials(text, wrt):
    formula = formula_of(text)
    verdict = sg.convexity(formula, wrt.split())
    assert verdict.kind.is_convex, str(verdict)
    assert verdict.check()
    assert far_from_chords(formula, [node for node in formula.symbols if node.name in wrt.split()], SIZES)[0] < 1e-9


@pytest.mark.parametrize(("text", "wrt"), NEAR_MISSES)
def test_what_looks_alike_is_not_called_convex(text, wrt):
    formula = formula_of(text)
    verdict = sg.convexity(formula, wrt.split(), budget=3)
    assert not verdict.kind.is_convex, str(verdict)


@pytest.mark.parametrize(("text", "wrt"), NEAR_MISSES)
def test_the_theorem_alone_does_not_call_it_convex_either(text, wrt):
    formula = formula_of(text)
    variables = [node for node in formula.symbols if node.name in wrt.split()]
    says = compose(formula, variables, Facts(domain_of(formula))).curvature
    assert not says & Curvature.CONVEX


@pytest.mark.parametrize("weights", ["R @ exp(X @ b)", "w @ exp(X @ b)"])
def test_weights_that_may_be_0_leave_the_domain_as_it_is(weights):
    verdict = sg.convexity(formula_of(f"sum(log({weights}))"), "b")
    assert "> 0" in verdict.domain and verdict.kind.name == "CONVEX"


def test_where_a_sum_may_vanish_at_some_points_its_logarithm_has_no_convex_domain():
    formula = sg.formula("sum(log(R @ relu(X @ b)))", shapes=declared(SHAPES, "R X b"), facts=declared(FACTS, "R"))
    assert sg.convexity(formula, "b", budget=3).kind.name in ("UNKNOWN", "NEITHER")
