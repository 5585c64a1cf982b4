"""Each way to prove a kind beside convexity, with proofs that fail where something in them is changed."""

from __future__ import annotations

import dataclasses

import pytest

import symgd as sg
from symgd.curvature.kind import KINDS, Kind
from symgd.curvature.kinds.stages import stages_of
from symgd.curvature.proof import Proof
from symgd.errors import SymgdError

UP = {"x": "(0, inf)"}
RULES, CURVATURE, LOGARITHM = (
    "by the composition rules",
    "by the principal minors of the Hessian",
    "by the curvature of its logarithm",
)
WAYS = [  # formula, kind, what else is given, the stage, and a kind that it is not
    ("x**3", "quasiconcave", {}, RULES, "log-convex"),
    ("erf(x)", "log-concave", {"domain": UP}, RULES, "log-convex"),
    ("x", "log-concave", {"domain": {"x": "[0, inf)"}}, LOGARITHM, "log-convex"),
    ("x**2 + log(x)", "quasiconvex", {"domain": UP}, RULES, "log-concave"),
    ("x + 1/x - 2*log(x)/3", "quasiconvex", {"domain": UP}, RULES, "quasiconcave"),
    ("x*y*(x + y)", "quasiconcave", {"domain": UP | {"y": "(0, inf)"}}, RULES, "quasiconvex"),
    ("x**4 + x**2*y**2 + y**4", "quasiconvex", {}, "by its level sets", "quasiconcave"),
    ("exp(-x**4 - x**2*y**2 - y**4)", "log-concave", {}, RULES, "log-convex"),
    (
        "x**2*y**2*(1 - x - y)",
        "log-concave",
        {"domain": UP | {"y": "(0, inf)"}, "constraints": ["x + y < 1"]},
        LOGARITHM,
        "log-convex",
    ),
    ("x*y - z**2", "quasiconcave", {"domain": UP, "constraints": ["x*y - z**2 > 0"]}, "by its level sets", "quasiconvex"),
]
NAMES = [f"{text} {kind}" for text, kind, *_ in WAYS]


@pytest.mark.parametrize(("text", "kind", "given", "by", "other"), WAYS, ids=NAMES)
def test_ways_to_prove(text, kind, given, by, other):
    verdict = sg.convexity(text, **given, kind=kind)
    assert (verdict.kind, verdict.reason) == (KINDS[kind], by)
    assert verdict.check()


@pytest.mark.parametrize(("text", "kind", "given", "by", "other"), WAYS, ids=NAMES)
def test_proofs_of_something_else_fail(text, kind, given, by, other):
    verdict = sg.convexity(text, **given, kind=kind)
    wrong, root = KINDS[other], verdict.proof.root
    while wrong is not root.statement.kind and verdict.kind not in root.given:
        (root,) = root.premises  # why the domain is convex
    changed = tuple(wrong if part is verdict.kind else part for part in root.given)
    claim = root.claim.replace(verdict.kind.in_words, wrong.in_words)
    forged = dataclasses.replace(root, given=changed, statement=dataclasses.replace(root.statement, kind=wrong), claim=claim)
    assert not Proof(forged).check()
    with pytest.raises(SymgdError, match="does not show"):
        dataclasses.replace(verdict, kind=wrong)
    if root.premises:
        assert not dataclasses.replace(root, premises=()).check()


def test_what_does_not_depend_on_the_variables():
    formula = sg.formula("a**2 + 0*x")
    x = sg.scalar("x")
    assert [sg.convexity(formula, [x], kind=kind).kind for kind in KINDS] == list(KINDS.values())
    negative = sg.convexity("a + 0*x", [x], kind="log-concave")
    assert negative.kind is not Kind.LOG_CONCAVE


def test_zeros_of_a_log_concave_function_lie_outside_a_convex_set():
    assert sg.convexity("x**2", kind="log-concave").kind is Kind.NOT_LOG_CONCAVE
    assert sg.convexity("maximum(0, 1 - x**2)", kind="log-concave").kind is Kind.LOG_CONCAVE
    assert sg.convexity("maximum(0, x**2 - 1)", kind="log-concave").kind is Kind.NOT_LOG_CONCAVE


def test_a_log_convex_function_has_no_zero_beside_other_values():
    assert sg.convexity("x", domain={"x": "[0, inf)"}, kind="log-convex").kind is Kind.NOT_LOG_CONVEX
    assert sg.convexity("1/x", domain={"x": "(0, inf)"}, kind="log-convex").kind is Kind.LOG_CONVEX


@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_stages_say_what_they_show(kind):
    stages = stages_of(kind)
    assert len({stage.name for stage in stages}) == len(stages)
    assert all(kind.in_words in stage.shows and stage.units > 0 for stage in stages)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("exp(-((2*x - 1)/(x + 1)))", "(0, inf)"),  # convex, and quasiconcave by the ratio: both rest on the same premises
        ("(2*x - 1)/(x + 1)", "(0, inf)"),
        ("(1 - 2*x)/(x + 1)", "(0, inf)"),
        ("(x + 3)/(2*x + 1)", "(0, inf)"),
    ],
)
def test_a_ratio_is_quasilinear_by_premises_that_are_kept(text, domain):
    verdict = sg.convexity(text, "x", domain={"x": domain}, kind="quasiconvex")
    assert verdict.kind is Kind.QUASICONVEX
    assert verdict.check()
