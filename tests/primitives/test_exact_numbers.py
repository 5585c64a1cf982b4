"""Exact numbers are read from nodes, their roots are exact or none, and numbers of too many digits are refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.graph.node import constant
from symgd.primitives.exact_numbers import MAX_DIGITS, check_digits, exact_root, exact_value, round_digits, split_exact
from tests.primitives.scalar_comparison import refusal

X = sg.scalar("x")


# node, the exact number that it is
VALUES = [
    (constant(3), 3), (constant(Fraction(-1, 2)), Fraction(-1, 2)), (constant(Fraction(4, 2)), 2), (constant(0), 0),
    (constant(float("inf")), None), (constant(float("nan")), None),
    (X, None), (X + 1, None), (sg.formula("pi"), None), (constant(2) ** Fraction(1, 2), None),
    (sg.formula("0.25"), Fraction(1, 4)),
]  # fmt: skip


@pytest.mark.parametrize(("node", "value"), VALUES)
def test_exact_numbers_are_read(node, value):
    assert exact_value(node) == value


def test_arguments_are_split_in_order():
    assert split_exact([X, constant(2), X + 1, constant(Fraction(1, 3)), constant(2)]) == ([2, Fraction(1, 3), 2], [X, X + 1])
    assert split_exact([]) == ([], [])


@given(st.fractions(0, 10**6, max_denominator=10**4), st.integers(2, 7))
def test_the_root_of_a_power_is_found(value, degree):
    power = value**degree
    found = exact_root(power, degree)
    is_small = max(power.numerator, power.denominator) < 10**15 or degree == 2
    assert found == value if is_small else found in (value, None)


@given(st.fractions(0, 10**4, max_denominator=500), st.integers(2, 5))
def test_a_root_that_is_found_is_one(value, degree):
    found = exact_root(value, degree)
    assert found is None or found**degree == value


# number, degree, its root
ROOTS = [
    (Fraction(8, 27), 3, Fraction(2, 3)), (Fraction(2), 2, None), (Fraction(0), 5, 0), (Fraction(1), 10**6, 1),
    (Fraction(10**30), 2, 10**15), (Fraction(10**40 + 1), 2, None),
    (Fraction(9, 8), 2, None), (Fraction(8, 9), 2, None), (Fraction(99999**3), 3, 99999),
    (Fraction(99999**3 - 1, 7), 3, None), (Fraction(46656), 6, 6),
]  # fmt: skip


@pytest.mark.parametrize(("value", "degree", "root"), ROOTS)
def test_roots(value, degree, root):
    assert exact_root(value, degree) == root


@pytest.mark.parametrize(
    ("digits", "shown"),
    [(12.3, "12"), (20_000, "20,000"), (1234567.8, "1,234,568"), (1e15, "more than 10^15"), (1e300, "more than 10^15")],
)
def test_numbers_of_digits_are_rounded(digits, shown):
    assert round_digits(digits) == shown


@pytest.mark.parametrize("shape", ["{}", "-{}", "1/{}", "{}/3"])
def test_numbers_of_too_many_digits_are_refused(shape):
    def number(digits):
        above, _, below = shape.partition("/")
        return Fraction(
            *(int(part) if "{}" not in part else (-1 if part[0] == "-" else 1) * 10**digits for part in (above, below or "1"))
        )

    check_digits(number(MAX_DIGITS - 10))
    assert (
        refusal(lambda: check_digits(number(MAX_DIGITS + 100)))
        == f"SymgdError: a constant would have more than {MAX_DIGITS:,} digits"
    )
