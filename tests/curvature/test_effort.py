"""Verdicts do not depend on how fast the machine is: with a clock that is 50 times slower they are the same."""

from __future__ import annotations

import time

import numpy as np
import pytest

import symgd as sg
from symgd.curvature import stages
from symgd.curvature.case import UNITS, Case
from symgd.curvature.domain import read_domain
from symgd.curvature.proof_search import by_stages
from symgd.evaluation.effort import Effort

SLOWER = 50
CONVEXITY = [
    ("x**2 + exp(-x**2)/10", {}),
    ("x*asinh(x)", {}),
    ("x**x", {"x": (0, None)}),
    ("abs(x)**(3/2)", {}),
    ("sin(x)/2 + x**2/2 + cos(2*x)/10", {}),
    ("exp(sin(x)) + 3*x**2", {}),
    ("loggamma(x)", {"x": (0, None)}),
    ("x*log(x) + y*log(y) - (x + y)*log(x + y)", {}),
    ("x**4 + y**4 + z**4 + x**2*y**2 + y**2*z**2 - x*y*z + x**2 + y**2 + z**2", {}),
    ("cosh(x)*cosh(y) + x**4*y**2/100", {}),
    ("sin(x*y*z)*exp(cos(x + y)) + sin(exp(z*x))**2 + x**8*y**8", {}),
    ("sqrt(x**2 + y**2 + 2*x*y)", {}),
]
GRADIENTS = [
    ("exp(-x**2)*sin(y)", "-2*x*exp(-x**2)*sin(y)"),
    ("log(1 + exp(x*y))", "y/(1 + exp(x*y))"),
    ("abs(x - y)*maximum(x, y)", "sign(x - y)*maximum(x, y)"),
]


def slow_clock(monkeypatch):
    clock, start = time.monotonic, time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: start + SLOWER * (clock() - start))


@pytest.mark.parametrize(("text", "bounds"), CONVEXITY)
def test_verdicts_on_convexity_are_the_same_on_a_slow_machine(text, bounds, monkeypatch):
    fast = sg.convexity(text, domain=bounds)
    slow_clock(monkeypatch)
    slow = sg.convexity(text, domain=bounds)
    assert (slow.kind, slow.domain, slow.modulus, slow.reason) == (fast.kind, fast.domain, fast.modulus, fast.reason)
    if fast.proof is not None:
        assert slow.proof.text() == fast.proof.text()
        assert slow.check()
    if fast.witness is not None:
        assert slow.witness.text() == fast.witness.text()


@pytest.mark.parametrize(("text", "claim"), GRADIENTS)
def test_verdicts_on_gradients_are_the_same_on_a_slow_machine(text, claim, monkeypatch):
    def outcome():
        found = sg.check_gradient(text, "x", gradient=claim)
        return found.verdict, found.entries, found.points, found.causes, found.notes

    fast = outcome()
    slow_clock(monkeypatch)
    assert outcome() == fast


def test_verdicts_on_code_are_the_same_on_a_slow_machine(monkeypatch):
    def outcome():
        found = sg.check_gradient(
            lambda x: np.sum(np.sin(x) * x), lambda x: np.sin(x) + x * np.cos(x) * 1.001, at=np.arange(80.0)
        )
        return found.verdict, found.entries, found.causes

    fast = outcome()
    slow_clock(monkeypatch)
    assert outcome() == fast


def test_ranges_and_stationary_points_are_the_same_on_a_slow_machine(monkeypatch):
    def outcome():
        points = sg.stationary_points("sin(x)*exp(-x**2/10) + y**2 + x*y/5")
        return str(points)

    fast = outcome()
    slow_clock(monkeypatch)
    assert outcome() == fast


def test_a_budget_is_a_limit_to_the_time_on_top(monkeypatch):
    text = "x**4 + y**4 + z**4 + x**2*y**2 + y**2*z**2 - x*y*z + x**2 + y**2 + z**2"
    assert "time is used up" in sg.convexity(text, budget=1e-9).reason
    slow_clock(monkeypatch)
    assert "used up" not in sg.convexity(text).reason


def test_the_effort_ends_the_search():
    formula = sg.formula("x**4 + y**4 + x**2*y**2 - x*y")
    wrt = formula.symbols
    case = Case(formula, tuple(wrt), read_domain(formula, wrt, {}, []), Effort(0))
    case.effort.spend()
    found, reasons = by_stages(case, stages.STAGES, lambda stage: None)
    assert found is None
    assert reasons[-1] == "the effort is used up"


def test_every_stage_says_what_it_can_show_and_what_it_is_worth():
    names = [stage.name for stage in stages.STAGES]
    assert len(set(names)) == len(names)
    assert all(stage.shows and stage.units > 0 for stage in stages.STAGES)
    assert stages.STAGES[0].units < UNITS
