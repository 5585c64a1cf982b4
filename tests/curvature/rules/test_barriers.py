"""Functions on cones u·v > Σ rᵢ², each with its near miss."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.rules.composition import compose
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts, domain_of
from tests.curvature.chords import far_from_chords
from tests.formulas import declared

SHAPES = {"t": "", "s": "", "c": "", "f": "", "x": "n", "y": "n", "P": "n n", "B": "n n", "A": "m n"}
FACTS = {"t": {"positive": True}, "s": {"positive": True}, "c": {"positive": True}, "P": {"psd": True}}
CONCAVE = [
    ("log(t**2 - x@x)", "t x"),
    ("log(s*t - x@x)", "s t x"),
    ("log(t*f - x@x - c)", "t f x"),
    ("log(c*s*t - x@P@x)", "s t x"),
    ("log((t + 1)**2 - sum((A@x - 1)**2))", "t x"),
    ("log(4*s*t - c*(x@x) - 2)", "s t x"),
    ("sqrt(t**2 - x@x)", "t x"),
    ("(s*t - x@x)**(1/3)", "s t x"),
]
NEAR_MISSES = [
    ("log(f**2 - x@x)", "f x"),
    ("log(t**2 + x@x)", "t x"),
    ("log(t**2 - x@x + c)", "t x"),
    ("log(s*t - x@B@x)", "s t x"),
    ("log(s*t*f - x@x)", "s t f x"),
    ("(t**2 - x@x)**(2/3)", "t x"),
    ("(t**3 - x@x)**(1/2)", "t x"),
    ("sqrt(s*exp(t) - x@x)", "s t x"),
    ("log(t**2 - sum(x))", "t x"),
    ("log(f*(x@y) - t)", "x y"),
]


def formula_of(text):
    return sg.formula(text, shapes=declared(SHAPES, text), facts=declared(FACTS, text))


@pytest.mark.parametrize(("text", "wrt"), CONCAVE)
def test_functions_on_cones(text, wrt):
    formula = formula_of(text)
    verdict = sg.convexity(formula, wrt.split())
    assert "CONCAVE" in verdict.kind.name, str(verdict)
    assert verdict.check()
    assert (
        far_from_chords(formula, [node for node in formula.symbols if node.name in wrt.split()], [{"m": 2, "n": 2}])[1] < 1e-9
    )


@pytest.mark.parametrize(("text", "wrt"), NEAR_MISSES)
def test_what_looks_alike_is_left(text, wrt):
    verdict = sg.convexity(formula_of(text), wrt.split(), budget=3)
    assert verdict.kind.name in ("UNKNOWN", "NEITHER"), str(verdict)


@pytest.mark.parametrize(("text", "wrt"), NEAR_MISSES)
def test_the_theorem_alone_does_not_call_it_concave_either(text, wrt):
    formula = formula_of(text)
    variables = [node for node in formula.symbols if node.name in wrt.split()]
    assert not compose(formula, variables, Facts(domain_of(formula))).curvature & Curvature.CONCAVE


def test_a_negative_power_is_convex_where_the_cone_is_given():
    formula = formula_of("1/(t**2 - x@x)")
    inside = sg.convexity(formula, ["t", "x"], constraints=["t**2 - x@x > 0"])
    assert inside.kind.name == "CONVEX" and inside.check()
    assert sg.convexity(formula, ["t", "x"], budget=3).kind.name in ("UNKNOWN", "NEITHER")
    assert sg.convexity(formula, ["t", "x"], constraints=["t**2 - x@x < 0"], budget=3).kind.name in ("UNKNOWN", "NEITHER")
