"""The meter of digits: what is exact shows 16, what cancels shows what is left."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdError


def test_what_is_exact_keeps_all_digits():
    found = sg.accuracy("3*x + 1", at={"x": [1, 2, 1e300]})
    assert found.outputs == {"value": 16.0, "gradient in x": 16.0}
    assert (found.points, found.entries, found.warnings) == (3, 6, [])
    assert str(found) == "16.0 digits at worst, over 3 points (value 16.0, gradient in x 16.0)"


def test_what_cancels_shows_what_is_left():
    found = sg.accuracy("(x + y)**3 - x**3", "y", at={"x": 1, "y": 1e-12})
    assert found.outputs["value"] < 5
    assert found.worst.output == "value"
    assert found.worst.true == pytest.approx(3e-12, rel=1e-9)
    assert "digits at x = 1, y = 1.e-12" in found.explain()


def test_the_truth_is_found_beyond_fifty_digits():
    assert sg.accuracy("log(1 + exp(x))", at={"x": -700}).digits > 15  # 1 + e^-700 is 1 in 50 digits
    assert sg.accuracy("log(1 + exp(x))", at={"x": -700}).worst.true == pytest.approx(np.exp(-700), rel=1e-12)


def test_tensors_and_random_points():
    loss = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
    found = sg.accuracy(loss, "w", points=3)
    assert found.points == 3
    assert found.digits > 14
    assert list(found.outputs) == ["value", "gradient in w"]
    several = sg.accuracy(loss, at=[{"X": np.eye(2), "w": [1.0, 2.0], "y": [0.0, 1.0]}])
    assert list(several.outputs) == ["value", "gradient in X", "gradient in w", "gradient in y"]


def test_overflow_and_holes_are_told_apart():
    found = sg.accuracy("exp(x)", at={"x": [800, -800]})
    assert found.digits == 16  # inf and 0 are the nearest floats
    assert found.warnings == ["overflow encountered in exp"]
    assert sg.accuracy("x/x", at={"x": 0}).notes == ["entries whose formula has no value there: 1"]


def test_what_never_settles_is_no_truth():
    found = sg.accuracy("sin(exp(exp(x)))", at={"x": 9.2})  # the angle has 4,298 digits, more than any precision that is tried
    assert found.notes == ["entries whose formula has no value there: 2"]
    assert found.entries == 0


def test_the_outcome_is_plain_data():
    outcome = sg.accuracy("x**2", at={"x": 3}).to_dict()
    assert outcome["digits"] == 16
    assert set(outcome) == {"digits", "worst", "outputs", "points", "entries", "warnings", "notes"}


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ({"x": [1, 2], "y": [1, 2, 3]}, "2 and 3 values"),
        ({"x": 1}, "missing for y"),
        ({"x": 1, "q": 2}, "not in the formula"),
        (3, "names its"),
    ],
)
def test_points_that_do_not_fit_are_refused(at, message):
    with pytest.raises(SymgdError, match=message):
        sg.accuracy("x*y", at=at)
