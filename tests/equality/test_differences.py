"""Formulas differ at a point or are equal, whatever the size of the difference; what changes with the digits tells nothing."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.equality.differences import FINE, Differences
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.sampling import Point

x, v = sg.scalar("x"), sg.tensor("v", 3)


def compared(claim, own, at=2.0):
    """Whether two texts are equal at x = at."""
    return Differences(Point({x: np.array(at)}, {})).compare(sg.formula(claim), sg.formula(own), ())


EQUAL = [
    ("x**2", "x**2"),
    ("(x + 1)**2", "x**2 + 2*x + 1"),
    ("x*(sin(x)**2 + cos(x)**2)", "x"),
    ("exp(log(x))", "x"),
    ("sin(pi*x)", "0*x"),
    ("sqrt(3 + 2*sqrt(2))*x", "(1 + sqrt(2))*x"),
    ("1e-300*(x + 1)**2", "1e-300*(x**2 + 2*x + 1)"),
    ("1e300*(x + 1)**2", "1e300*(x**2 + 2*x + 1)"),
    ("log(cosh(300*x) + sinh(300*x))", "300*x"),
]


@pytest.mark.parametrize(("claim", "own"), EQUAL)
def test_what_is_equal_is_equal(claim, own):
    assert compared(claim, own) is True
    assert compared(own, claim) is True


@pytest.mark.parametrize("small", ["1e-9", "1e-300", "exp(-1000)", "10**(-590)"])
@pytest.mark.parametrize(("claim", "own"), EQUAL)
def test_a_difference_is_one_whatever_its_size(claim, own, small):
    assert compared(f"({claim})*(1 + {small}) + {small}", own) is False
    assert compared(own, f"({claim})*(1 + {small}) + {small}") is False


@pytest.mark.parametrize(
    ("claim", "own"),
    [
        ("0.3333333333333333*x", "x/3"),
        ("x + 0.6666666666666666", "x + 2/3"),
        ("1.4142135623730951*x", "sqrt(2)*x"),
        ("1.3333333333333332*x", "4*x/3"),  # the slope of 0.6666666666666666*x**2
    ],
)
def test_numbers_of_sixteen_digits_excuse_their_rounding(claim, own):
    assert compared(claim, own) is True
    assert compared(own, claim) is True
    assert compared(f"{claim} + 1e-9", own) is False


@pytest.mark.parametrize("number", ["0.3333333", "0.33333333333333", "0.3333333333333433"])
def test_other_numbers_excuse_nothing(number):
    assert compared(f"{number}*x", "x/3") is False


@pytest.mark.parametrize(
    ("claim", "own", "at", "expected"),
    [
        ("log(-x)", "x", 2.0, None),  # no value
        ("x", "log(-x)", 2.0, None),
        ("log(x)", "x", 0.0, False),  # −∞, and 0
        ("x", "log(x)", 0.0, None),
        ("1/(sin(x)**2 + cos(x)**2 - 1)", "x", 1.0, None),  # noise
        ("x", "1/(sin(x)**2 + cos(x)**2 - 1)", 1.0, None),
        ("(sin(x)**2 + cos(x)**2 - 1)*1e600", "0*x", 1.0, True),
        ("sign(sin(x)**2 + cos(x)**2 - 1 + exp(-700))", "1 + 0*x", 1.0, True),
        ("sin(exp(1500*x))", "0*x", 2.0, None),
        ("1/(sin(x)**2 + cos(x)**2 - 1)", "x", 0.75, None),
        ("x/3", "x", 0.0, True),
        ("x + 10**(-590)", "x", 0.0, False),
    ],
)
def test_edges(claim, own, at, expected):
    assert compared(claim, own, at) is expected


@pytest.mark.parametrize("at", [k / 8 for k in range(1, 17)])
def test_noise_is_no_difference_even_where_few_digits_have_none(at):
    assert compared("sin(x)**2 + cos(x)**2 - 1", "0*x", at) is True


def test_entries_are_compared_one_by_one():
    differences = Differences(Point({v: np.array([1.0, 2.0, 3.0])}, {}))
    claim = sg.where(v > 1.5, v**2 + 1e-300, v * v)
    assert [differences.compare(claim, v**2, (k,)) for k in range(3)] == [True, False, False]


def test_values_have_two_precisions_and_are_computed_once():
    differences = Differences(Point({v: np.array([1.0, 2.0, 3.0])}, {}))
    third = v / 3
    rough, fine = differences.values(third)
    for value, digits in ((rough, FINE[0]), (fine, FINE[1])):
        with mpmath.workdps(digits + 50):
            error = abs(value[1] - mpmath.mpf(2) / 3)
            assert mpmath.mpf(10) ** (-digits - 20) < error < mpmath.mpf(10) ** -digits
    assert differences.values(third) is differences.values(third)
