"""Declarations that a law has found wrong, and what followed from them."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.checking.diagnosis.terms import expanded
from symgd.curvature.rules.composition import compose
from symgd.evaluation.boundaries import _is_affine
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts, domain_of
from symgd.graph.node import constant, scalar
from symgd.graph.primitive import REGISTRY


def test_a_choice_is_not_linear_in_a_branch():
    choice = sg.formula("where(c > 0, a + b, d)")
    assert expanded(choice) == [choice]  # two choices that are d below 0 would add to 2*d
    assert not REGISTRY["where"].is_linear_in(1)


def test_a_choice_of_affine_branches_is_affine():
    choice = sg.formula("where(c > 0, a + b, 2*a)")
    a, c = scalar("a"), scalar("c")
    assert _is_affine(choice, a, {node for node in (a, *choice.args, choice) if a in node.symbols})
    assert c in choice.symbols


def test_a_power_of_one_is_affine_and_not_strictly_convex():
    x = scalar("x")
    power = REGISTRY["pow"].make((constant(1), x))
    found = compose(power, [x], Facts())
    assert found.curvature == Curvature.AFFINE
    assert not found.strict


@pytest.mark.parametrize(("s", "a", "is_inside"), [(1.5, 2.0, True), (1.5, -0.5, False), (2.0, -0.5, True), (2.0, -1.0, False)])
def test_hurwitz_zeta_has_values_below_zero_for_whole_exponents_only(s, a, is_inside):
    (_, _), (condition, sign) = REGISTRY["zeta"].requirements(sg.formula("zeta(s, a)"))
    code = sg.lambdify(["s", "a"], condition)
    assert bool(code(s, a) != 0) == is_inside
    assert sign.is_nonzero


@pytest.mark.parametrize(
    ("text", "facts", "is_shown"),
    [
        ("1/x**y", {}, False),  # 0⁰ is 1
        ("log(x**y)", {}, False),
        ("log(x**y)", {"y": {"nonnegative": True}}, False),
        ("log(x**y)", {"y": {"positive": True}}, True),
        ("log(x**3)", {}, True),
        ("log(sqrt(x))", {}, True),
        ("1/x**2", {}, True),
    ],
)
def test_a_power_that_is_not_0_shows_that_its_base_is_not_where_the_exponent_is_positive(text, facts, is_shown):
    formula = sg.formula(text, facts=facts)
    (x,) = (node for node in formula.symbols if node.name == "x")
    assert Facts(domain_of(formula), is_inside=True).is_nonzero(x) == is_shown


def test_a_proof_for_a_power_in_the_divisor_holds_at_0_to_the_0():
    proof = sg.convexity("z**2/abs(x)**y", "z")
    assert "STRONGLY_CONVEX" in str(proof)
    assert "and abs(x) > 0" not in str(proof)
    assert sg.lambdify(["x", "y", "z"], sg.formula("z**2/abs(x)**y"))(0.0, 0.0, 3.0) == 9
