"""One question: what is known on its domain, and the parts of its effort."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.case import Case, simplified
from symgd.curvature.domain import Domain, read_domain
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Interval


def case_of(text, shapes=None, wrt=None, **bounds):
    formula = sg.formula(text, shapes=shapes or {})
    variables = tuple(node for node in formula.symbols if wrt is None or node.name in wrt)
    intervals = {name: Interval(*ends) for name, ends in bounds.items()}
    return Case(formula, variables, read_domain(formula, variables, intervals, []), Effort(1000))


@pytest.mark.parametrize(
    ("text", "bounds", "simple"),
    [
        ("abs(x)", {"x": (0, 1)}, "x"),
        ("abs(x)", {"x": (-2, -1)}, "-x"),
        ("abs(x)", {"x": (-2, 1)}, "abs(x)"),
        ("sqrt(x**2)", {"x": (0,)}, "x"),
        ("x + x", {}, "2*x"),
    ],
)
def test_a_formula_is_simplified_by_its_domain(text, bounds, simple):
    case = case_of(text, **bounds)
    assert case.simple is simplified(case.formula, case.domain)
    assert str(case.simple) == simple


@pytest.mark.parametrize(
    ("text", "shapes", "is_scalar"),
    [("x*y", {}, True), ("sum(w)", {"w": "n"}, False), ("x*sum(w)", {"w": "3"}, False), ("x + 0*A[0, 0]", {"A": "2 2"}, False)],
)
def test_tensors_are_seen(text, shapes, is_scalar):
    assert case_of(text, shapes).is_scalar == is_scalar


def test_inputs_that_are_no_variables_count_as_inputs():
    case = case_of("a*x + b", wrt=["x"])
    assert [node.name for node in case.wrt] == ["x"]
    assert {node.name for node in case.symbols} == {"a", "b", "x"}


def test_another_domain_forgets_what_was_known():
    case = case_of("abs(x)", x=(0, 1))
    assert str(case.simple) == "x"
    wider = case.on(Domain({case.wrt[0]: Interval()}, (), {}))
    assert str(wider.simple) == "abs(x)"
    assert (wider.formula, wider.wrt, wider.effort) == (case.formula, case.wrt, case.effort)


def test_a_part_of_the_effort_is_taken_from_the_whole():
    case = case_of("abs(x)", x=(0, 1))
    simple = case.simple
    part = case.within(10)
    assert part.simple is simple
    assert case.effort is not part.effort
    part.effort.spend(20)
    assert part.effort.is_used_up
    assert not case.effort.is_used_up
    assert case.effort.spent == 20
