"""Signs from a multiple of what the domain states, and a remainder."""

from __future__ import annotations

import pytest

import symgd as sg

POSITIVE = {name: {"positive": True} for name in "act"}


def kind_of(text, constraint, facts=None):
    formula = sg.formula(text)
    known = {name: POSITIVE[name] for name in "act" if any(one.name == name for one in formula.symbols)}
    verdict = sg.convexity(sg.formula(text, facts={**known, **(facts or {})}), "x", constraints=[constraint])
    assert verdict.proof is None or verdict.check()
    return verdict.kind.name


CASES = [
    ("exp(a*x/(t*x - c))", "t*x > c", "STRICTLY_CONVEX"),
    ("exp(c/(t*x - c))", "t*x - c > 0", "STRICTLY_CONVEX"),
    ("x**4/12 - t*x**2/2 + a*x**2", "x**2 < 1", None),
    ("exp(a*x/(t*x - c))", "t*x < c", None),
    ("exp(-a*x/(t*x - c))", "t*x > c", None),
    ("exp(a*x/(t*x - c)) - a*x**2", "t*x > c", None),
]


@pytest.mark.parametrize(("text", "constraint", "kind"), CASES)
def test_multiples_of_what_is_positive(text, constraint, kind):
    found = kind_of(text, constraint)
    assert found == kind if kind else found in ("UNKNOWN", "NEITHER")


def test_a_parameter_of_unknown_sign_decides_nothing():
    assert kind_of("exp(a*x/(t*x - c))", "t*x > c", {"a": {}}) in ("UNKNOWN", "NEITHER")
    assert kind_of("exp(a*x/(t*x - c))", "t*x > c", {"c": {}}) in ("UNKNOWN", "NEITHER")


def test_the_remainder_is_shown():
    formula = sg.formula("exp(a*x/(t*x - c))", facts=POSITIVE)
    text = sg.convexity(formula, "x", constraints=["t*x > c"]).proof.text()
    assert "(2*t)·(x*t - c) + c*a" in text
