"""The verb: domains, constraints, parameters, witnesses, budgets. The truths are in tests/tables."""

from __future__ import annotations

import dataclasses
import time
from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.proof import Proof, Step
from symgd.errors import SymgdError


def test_the_modulus_is_exact():
    assert sg.convexity("x**2 + y**2 + x*y").modulus == 1
    assert sg.convexity("3*x**2").modulus == 6
    assert str(sg.convexity("x**2 + 2*y**2 + x*y").modulus) == "3 - sqrt(2)"


def test_floats_are_taken_as_the_numbers_they_are():
    assert sg.convexity(sg.scalar("x") ** 2 * 1e-300).kind.name == "STRONGLY_CONVEX"
    assert sg.convexity(sg.scalar("x") ** 2 * -1e-300).kind.name == "STRICTLY_CONCAVE"


def test_the_witness_is_rational_and_names_its_points():
    witness = sg.convexity("x**3").witness
    for part in (witness.against_convexity, witness.against_concavity):
        assert [node.name for node in part.point] == ["x"]
        assert all(isinstance(value, Fraction) for value in part.point.values())
    assert witness.check()
    assert "not convex: f″ < 0 at x = -" in witness.text()
    assert witness.to_dict()["against_convexity"]["sign"] == -1


def test_at_a_kink_the_witness_is_a_chord():
    witness = sg.convexity("x**2 - abs(x)/1000000").witness
    chord = witness.against_convexity
    assert chord.check()
    assert "f(1/2·a + 1/2·b) >" in chord.text() or "·b) >" in chord.text()
    turned = type(chord)(chord.formula, chord.first, chord.second, chord.theta, 1)
    assert not turned.check()


def test_constraints_restrict_the_counterexample():
    free = sg.convexity("x*y")
    assert free.kind.name == "NEITHER"
    tied = sg.convexity("x**3", constraints=["x > 1"])
    assert tied.kind.name == "STRONGLY_CONVEX"
    with pytest.raises(SymgdError, match="is not a condition"):
        sg.convexity("x**3", constraints=["x + 1"])


def test_bad_domains_are_named():
    with pytest.raises(SymgdError, match="'q' has bounds and is not a variable"):
        sg.convexity("x**2", domain={"q": (0, 1)})
    with pytest.raises(SymgdError, match="no x satisfies"):
        sg.convexity("x**2", domain={"x": (1, 0)})
    with pytest.raises(SymgdError, match="scalar formulas"):
        sg.convexity(sg.tensor("x", "n"), "x")


def test_the_natural_domain_is_stated():
    assert "x in (0, inf)" in sg.convexity("x*log(x)").domain


def test_a_planted_wrong_step_does_not_replay():
    proof = sg.convexity("x*log(x)").proof
    assert proof.check()
    broken = dataclasses.replace(proof.root, premises=(*proof.root.premises, Step("1 < 0")))
    assert not Proof(broken).check()


def test_a_constraint_on_something_else_is_an_error():
    with pytest.raises(SymgdError, match="'z' stands in a constraint and not in the formula"):
        sg.convexity("x**2 + y", constraints=["z > 0"])


def test_constraints_of_one_variable_are_bounds():
    verdict = sg.convexity("x**3", constraints=["x > 1"])
    assert verdict.kind.name == "STRONGLY_CONVEX"
    assert verdict.modulus == 6
    assert verdict.domain == "x in (1, inf)"


STATED = [  # formula, bounds, kind, domain: what is not 0 has the only sign that the bounds leave
    ("1/x", {}, "NEITHER", ""),
    ("1/x", {"x": (None, 0)}, "STRICTLY_CONCAVE", "x in (-inf, 0)"),
    ("1/x", {"x": (0, None)}, "STRICTLY_CONVEX", "x in (0, inf)"),
    ("1/(x + y)", {}, "NEITHER", "x + y != 0"),
    ("1/(x + y)", {"x": (None, 0), "y": (None, 0)}, "CONCAVE", "x in (-inf, 0] and y in (-inf, 0] and x + y < 0"),
    ("1/(x + y)", {"x": (0, None), "y": (0, None)}, "CONVEX", "x in [0, inf) and y in [0, inf) and x + y > 0"),
    ("-sqrt(x**2 - x)", {"x": (1, None)}, "STRICTLY_CONVEX", "x in [1, inf)"),  # the sign under the root is not known
]


@pytest.mark.parametrize(("text", "bounds", "kind", "domain"), STATED)
def test_kind_and_domain_inside_bounds(text, bounds, kind, domain):
    verdict = sg.convexity(text, domain=bounds, budget=3)
    assert (verdict.kind.name, verdict.domain) == (kind, domain)


def test_bounds_are_exact_and_may_be_open_texts_or_sympy():
    import sympy as sp

    assert sg.convexity("1/x", domain={"x": "(0, 1]"}).domain == "x in (0, 1]"
    assert sg.convexity("exp(-x**2)", domain={"x": ("1/2", None)}).kind.name == "NEITHER"
    assert sg.convexity("x**3", domain={sp.Symbol("x"): sp.Interval.open(0, sp.oo)}).domain == "x in (0, inf)"
    with pytest.raises(SymgdError, match="not a rational number"):
        sg.convexity("x**2", domain={"x": (0, sp.pi)})
    with pytest.raises(SymgdError, match="are not understood"):
        sg.convexity("x**2", domain={"x": "0..1"})


def test_parameters_are_held_at_any_value_their_facts_allow():
    assert sg.convexity("a*x**2", "x").kind.name == "UNKNOWN"  # convex for some a and concave for others
    assert sg.convexity(sg.formula("a*x**2", facts={"a": {"positive": True}}), "x").kind.name == "STRONGLY_CONVEX"
    assert sg.convexity(sg.formula("a*x**2", facts={"a": {"nonnegative": True}}), "x").kind.name == "CONVEX"
    assert sg.convexity("sin(a*x)", "x").kind.name == "NEITHER"


def test_the_budget_ends_the_search():
    began = time.process_time()
    verdict = sg.convexity("sin(x*y*z)*exp(cos(x + y)) + sin(exp(z*x))**2 + x**8*y**8", budget=1e-9)
    assert verdict.kind.name == "UNKNOWN"
    assert time.process_time() - began < 5
    with pytest.raises(SymgdError, match="number of seconds"):
        sg.convexity("x**2", budget=0)


def test_progress_names_the_stages():
    stages = []
    sg.convexity("sin(x)", progress=stages.append)
    assert stages[0] == "domain"
    assert stages[-1] == "counterexample"


def test_what_is_not_convex_as_a_set_is_said():
    verdict = sg.convexity("log(x*y)")
    assert verdict.kind.name in ("UNKNOWN", "NEITHER")
    assert verdict.kind.name == "NEITHER" or "not known to be convex" in verdict.reason


def test_a_witness_does_not_contradict_the_data():
    import numpy as np

    form = sg.formula("-w@A@w", shapes={"w": "n", "A": "n n"}, facts={"A": {"symmetric": True}})
    assert sg.convexity(form, "w", data={"A": [[-3.0]]}).kind.name != "NEITHER"
    shapes = {"w": "n", "X": "n n", "Z": "n n"}
    product = sg.formula("sum((X@w)*(Z@w))", shapes=shapes)
    convex = sg.convexity(product, "w", data={"X": np.eye(2), "Z": np.diag([2.0, 1.0])})
    assert convex.kind.name != "NEITHER"
    saddle = sg.convexity(product, "w", data={"X": np.eye(2), "Z": np.diag([2.0, -1.0])})
    assert saddle.kind.name == "NEITHER"
    assert saddle.witness.parameters["Z[1, 1]"] == -1
    assert saddle.witness.check()
