"""Single edits: every one that is yielded changes the derivative to what it says."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.checking.diagnosis.edits import Trial, is_close
from symgd.evaluation.high_precision import as_floats, evaluate_precisely
from symgd.evaluation.sampling import Point

PLANTED = [  # the derivative, what is claimed instead
    ("2*x + sin(x)", "2*x - sin(x)"),
    ("2*x + sin(x)", "sin(x)"),
    ("x*exp(x)", "exp(x)"),
    ("3*x**2", "3*x**3"),
    ("cos(2*x)", "-sin(2*x)"),
    ("exp(x) + 1", "exp(x) + 2"),
]


@pytest.mark.parametrize(("right", "claimed"), PLANTED)
def test_a_planted_edit_is_found(right, claimed):
    own, claim = sg.formula(right), sg.formula(claimed)
    point = Point({own.symbols[0]: np.array(0.7)}, {})
    (got,) = evaluate_precisely([claim], point.values)
    trial = Trial(own, point, as_floats(got))
    assert trial.cost > 0
    assert any(trial.fits(node, change) for node, _, change in trial.edits())


def test_what_is_no_single_edit_is_not_found():
    own = sg.formula("2*x + sin(x)")
    trial = Trial(own, Point({own.symbols[0]: np.array(0.7)}, {}), np.array(17.3))
    assert not any(trial.fits(node, change) for node, _, change in trial.edits())


def test_entries_that_are_nothing_beside_the_largest_agree():
    assert is_close(np.array([1.0, 1e-16]), np.array([1.0, 0.0]), 1e-9)
    assert not is_close(np.array([1.0, 1e-6]), np.array([1.0, 0.0]), 1e-9)
