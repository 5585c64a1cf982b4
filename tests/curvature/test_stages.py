"""Each stage of a proof, asked alone."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.case import Case
from symgd.curvature.domain import read_domain
from symgd.curvature.kind import Kind
from symgd.curvature.stages import STAGES
from symgd.evaluation.effort import Effort

BY_NAME = {stage.name: stage for stage in STAGES}
ALONE = [  # text, shapes, stage, kind
    ("exp(x) + abs(x)", {}, "rules", Kind.STRICTLY_CONVEX),
    ("x**2 + x*y + y**2", {}, "second derivatives", Kind.STRONGLY_CONVEX),
    ("x*y", {}, "second derivatives", None),
    ("maximum(x, x**2)", {}, "pieces", Kind.CONVEX),
    ("x[0]**2 + x[0]*x[1] + x[1]**2", {"x": "2"}, "entries", Kind.STRONGLY_CONVEX),
    ("exp(x@x)", {"x": "n"}, "lines", Kind.STRICTLY_CONVEX),
]


@pytest.mark.parametrize(("text", "shapes", "name", "kind"), ALONE)
def test_what_a_stage_shows_replays(text, shapes, name, kind):
    formula = sg.formula(text, shapes=shapes)
    wrt = tuple(formula.symbols)
    case = Case(formula, wrt, read_domain(formula, wrt, {}, []), Effort())
    stage = BY_NAME[name]
    assert stage.is_for(case)
    found, _ = stage.prove(case)
    assert (found and found.kind) == kind
    if found is not None:
        assert all(step.check() for step in found.step.walk())


def test_the_rules_say_about_what_they_say_nothing():
    formula = sg.formula("exp(x) + x*y")
    wrt = tuple(formula.symbols)
    outcome = BY_NAME["rules"].prove(Case(formula, wrt, read_domain(formula, wrt, {}, []), Effort()))
    assert outcome.found is None
    assert outcome.reason == "the composition rules say nothing about x*y"
