"""Digits are counted against a truth that two precisions agree on."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.digits import FULL, kept, settled


@pytest.mark.parametrize(
    ("computed", "true", "digits"),
    [
        (1.0, "1", FULL),
        (1.001, "1", 3),
        (-1.0, "1", 0),
        (0.0, "1e-400", FULL),  # underflows to the nearest float
        (0.0, "1e-300", 0),
        (1.0, "0", 0),
        (float("nan"), "1", 0),
        (float("inf"), "1e400", FULL),
        (float("-inf"), "1e400", 0),
        (2.0, "inf", 0),
        (2.0, "nan", None),
    ],
)
def test_digits_that_agree(computed, true, digits):
    found = kept(computed, mpmath.mpf(true))
    assert found == (digits if digits is None else pytest.approx(digits, abs=1e-6))


def test_the_truth_takes_as_many_digits_as_it_needs():
    x = sg.scalar("x")
    (value,) = settled([sg.log(1 + sg.exp(x))], {x: -700.0}, {}, [20, 400, 800])
    with mpmath.workdps(60):
        assert abs(value[()] / mpmath.exp(-700) - 1) < mpmath.mpf("1e-20")


def test_what_never_settles_has_no_value():
    x = sg.scalar("x")
    (value,) = settled([sg.log(1 + sg.exp(x))], {x: -700.0}, {}, [50, 350])
    assert mpmath.isnan(value[()])
