"""Bounds as text: rounded to the safe side."""

from __future__ import annotations

import json
import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

import pytest

import symgd as sg
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


def test_bounds_and_rates_as_plain_data():
    a = sg.scalar("a", positive=True)
    numbers = CurvatureBounds(Fraction(5, 2), 0.5, None, "in a ball", ("one", "one", "two"))
    assert json.loads(json.dumps(numbers.to_dict())) == {
        "lipschitz": 2.5,
        "modulus": 0.5,
        "formulas": None,
        "where": "in a ball",
        "reasons": ["one", "two"],
    }
    formulas = CurvatureBounds(3 * a, a, (a, 3 * a), "", ())
    assert formulas.to_dict()["lipschitz"] == "3*a"
    assert formulas.to_dict()["formulas"] == {"modulus": "a", "lipschitz": "3*a"}
    rate = SafeLearningRate(Fraction(2, 5), Fraction(4, 5), numbers)
    assert rate.to_dict()["rate"] == 0.4
    assert json.dumps(SafeLearningRate(1 / (3 * a), 2 / (3 * a), formulas).to_dict())


@pytest.mark.parametrize(("modulus", "number"), [(2, 5), (0, math.inf), (-1, math.inf)])
def test_condition_numbers(modulus, number):
    assert CurvatureBounds(10, modulus, None, "", ()).condition_number == number


@pytest.mark.parametrize(("steps", "left"), [(0, 1), (1, Fraction(4, 5)), (3, Fraction(64, 125)), (2000, 0.8**2000)])
def test_what_is_left_after_steps(steps, left):
    bounds = CurvatureBounds(Fraction(5), Fraction(1), None, "", ())
    assert SafeLearningRate(Fraction(1, 5), Fraction(2, 5), bounds).after(steps) == left
