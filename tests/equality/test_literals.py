"""Numbers that were rounded when they were written excuse what they explain, and nothing else."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.equality.literals import rounded_numbers


@pytest.mark.parametrize(("text", "count"), [("x/3 + 0.5", 0), ("0.3333333333333333*x", 1), ("x**2 + 10**40", 0)])
def test_only_long_decimals_are_rounded(text, count):
    assert len(rounded_numbers([sg.formula(text)])) == count


def test_numbers_that_are_not_finite_are_no_roundings():
    assert rounded_numbers([sg.scalar("x") * float("inf") + float("nan")]) == []


@pytest.mark.parametrize(
    ("claim", "expected"),
    [("0.6666666666666666*x", "RIGHT"), ("0.6666666666*x", "WRONG"), ("0.6667*x", "WRONG"), ("2*x/3", "RIGHT")],
)
def test_a_rounded_factor_is_right_to_its_digits(claim, expected):
    assert sg.check_gradient("x**2/3", "x", gradient=claim).verdict.name == expected
