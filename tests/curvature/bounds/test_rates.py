"""Bounds as text: rounded to the safe side."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest

from symgd.curvature.bounds.rates import CurvatureBounds, SafeLearningRate, rounded


@pytest.mark.parametrize(
    ("number", "below", "above"),
    [
        ("1.9999995", "1.99999", "2"),
        ("2.0000005", "2", "2.00001"),
        ("0.3", "0.3", "0.3"),
        ("-1.2345678", "-1.23457", "-1.23456"),
        ("123456789", "1.23456e+8", "1.23457e+8"),
        ("1.5e-9", "1.5e-9", "1.5e-9"),
        ("0", "0", "0"),
    ],
)
def test_numbers_are_rounded_to_one_side(number, below, above):
    assert rounded(Decimal(number), ROUND_FLOOR) == below
    assert rounded(Decimal(number), ROUND_CEILING) == above


def test_bounds_and_rates_are_shown_on_the_safe_side():
    bounds = CurvatureBounds(2.0000005, 1.9999995, None, "", ())
    assert str(bounds) == "L = 2.00001, m = 1.99999"
    assert str(SafeLearningRate(0.49999987, 0.99999974, bounds)) == "learning rate 0.499999; above 1 descent can diverge"
