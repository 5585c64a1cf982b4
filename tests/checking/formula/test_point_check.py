"""Claims at one point: right ones, wrong ones, kinks and holes."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.checking.formula.point_check import PointCheck
from symgd.checking.judgement import Verdict
from symgd.checking.request import Question
from symgd.checking.verdict import Ledger
from symgd.evaluation.effort import Effort
from symgd.evaluation.sampling import Point

CASES = [  # formula, claim, place, verdict
    ("x**2", "2*x", 1.5, Verdict.RIGHT),
    ("x**2", "2*x + 1", 1.5, Verdict.WRONG),
    ("abs(x)", "0*x", 0.0, Verdict.KINK),
    ("abs(x)", "0*x + 2", 0.0, Verdict.WRONG),
    ("x*log(x)", "log(x) + 1", 0.0, Verdict.UNSURE),
    ("tanh(100*x)", "100*(1 - tanh(100*x)**2)", 1.0, Verdict.RIGHT),
]


def check_of(text, claim, place, **given):
    output = sg.formula(text)
    (x,) = output.symbols
    own = sg.gradient(output, x)
    question = Question(output, (x,), (own,), (sg.formula(claim) if isinstance(claim, str) else claim,), (x,))
    return PointCheck(question, Point({x: np.array(place)}, {}), np.random.default_rng(0), **given)


@pytest.mark.parametrize(("text", "claim", "place", "verdict"), CASES)
def test_verdicts_of_one_point(text, claim, place, verdict):
    ledger = Ledger()
    check_of(text, claim, place).enter(ledger, {}, None)
    assert ledger.verdict() is verdict
    assert ledger.entries == 1


def test_functions_are_asked_and_their_digits_kept():
    check = check_of("sin(x)", np.cos, 0.4)
    ledger = Ledger()
    check.enter(ledger, {}, None)
    assert ledger.verdict() is Verdict.RIGHT
    assert min(check.kept_digits) > 14
    assert check.has_answers() and check.has_value() and check.is_settled()


def test_without_effort_what_is_not_confirmed_is_unsure():
    effort = Effort(0)
    effort.spend()
    ledger, notes = Ledger(), {}
    check_of("abs(x)", "0*x", 0.0, effort=effort).enter(ledger, notes, None)
    assert ledger.verdict() is Verdict.UNSURE
    assert any("not every entry is judged" in note for note in notes)
