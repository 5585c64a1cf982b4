"""Counterexamples are exact: what is returned is proven, and a convex function has none."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.counterexample import refute
from symgd.curvature.domain import read_domain
from symgd.curvature.second_derivatives.hessian import Hessian, has_kink
from symgd.evaluation.effort import Effort
from symgd.graph.inference import Facts

REFUTED = [  # text, against convexity, against concavity
    ("x**3", True, True),
    ("x**2", False, True),
    ("-exp(x)", True, False),
    ("x*y", True, True),
    ("2*x + 1", False, False),
    ("abs(x)", False, True),
    ("abs(abs(x) - 1)", True, True),
    ("exp(-100*(x - 3)**2)", True, True),
]


@pytest.mark.parametrize(("text", "convexity", "concavity"), REFUTED)
def test_what_is_found_is_proven(text, convexity, concavity):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    domain = read_domain(formula, variables, {}, [])
    hessian = None if has_kink(formula, variables) else Hessian(formula, variables, Facts())
    found = refute(formula, variables, domain, hessian, Effort())
    assert (found.convexity is not None, found.concavity is not None) == (convexity, concavity)
    assert found.are_both == (convexity and concavity)
    for part in (found.convexity, found.concavity):
        assert part is None or (part.check() and part.chord().check())
