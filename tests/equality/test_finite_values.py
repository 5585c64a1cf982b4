"""Values in which infinity is no value: what needs it on the way has none either."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.equality.finite_values import Masked, agree, finite, has_value, value_at

VALUES = [  # a formula, x, its value or None
    ("x**2 + 1", 3, 10),
    ("1/x", 4, 0.25),
    ("1/x", 0, None),
    ("log(x)", 0, None),
    ("log(x)", -1, None),
    ("exp(log(x))", 0, None),  # 0 by way of −∞
    ("1/(1 + 1/x)", 0, None),
    ("atan(1/x)", 0, None),
    ("x*log(x)", 0, None),
    ("exp(-1/x**2)", 0, None),
    ("tanh(atanh(x))", 1, None),
    ("1/atanh(x)", 1, None),
    ("exp(-1/abs(x))", 0, None),
    ("sqrt(x)", 0, 0),
    ("sqrt(x)", -1, None),
    ("tanh(x)", 1e6, 1),
    ("where(x > 0, x, 1/x)", 2, 2),
    ("maximum(x, 1)", -5, 1),
]


@pytest.mark.parametrize(("text", "x", "expected"), VALUES)
def test_what_needs_infinity_on_the_way_has_no_value(text, x, expected):
    formula = sg.formula(text)
    value = value_at(formula, {formula.symbols[0]: np.array(float(x))}, {})
    assert value.shape == ()
    assert has_value(value) is (expected is not None)
    assert expected is None or float(value[()]) == pytest.approx(expected, abs=1e-30)


def test_digits_are_those_that_are_asked_for():
    formula = sg.formula("x/3")
    (x,) = formula.symbols
    with mpmath.workdps(60):
        for digits in (20, 50):
            gap = abs(mpmath.mpf(value_at(formula, {x: np.array(1.0)}, {}, digits)[()]) - mpmath.mpf(1) / 3)
            assert mpmath.mpf(10) ** (-digits - 3) < gap < mpmath.mpf(10) ** -digits


def test_entries_have_or_lack_a_value_by_themselves():
    formula = sg.formula("1/x", shapes={"x": "n"})
    value = value_at(formula, {formula.symbols[0]: np.array([1.0, 0.0, -2.0])}, {"n": 3})
    assert finite(value).tolist() == [True, False, True]
    assert not has_value(value)


MASKED = [("x*log(x)", 0, 0), ("x*(1/x)", 0, 0), ("2*(1/x)", 0, None), ("x*(1/x)", 2, 1), ("x + log(x)", 0, None)]


@pytest.mark.parametrize(("text", "x", "expected"), MASKED)
def test_masked_products_with_0_are_0(text, x, expected):
    formula = sg.formula(text)
    value = value_at(formula, {formula.symbols[0]: np.array(float(x))}, {}, algebra=Masked())
    assert (float(value[()]) if has_value(value) else None) == expected


def numbers(*values):
    return np.array([mpmath.mpf(value) for value in values], dtype=object)


AGREE = [
    ("1", "1", True),
    ("1", "1.0000000000000000000000000000000000000001", True),
    ("1", "1.00000000000000000000000001", False),
    ("1e-100", "1.0000000001e-100", False),
    ("0", "0", True),
    ("0", "1e-300", False),
    ("nan", "nan", False),
    ("inf", "inf", False),
    ("1", "nan", False),
    ("1", "-1", False),
]


@pytest.mark.parametrize(("one", "other", "expected"), AGREE)
def test_numbers_agree_to_30_digits_where_both_are_finite(one, other, expected):
    with mpmath.workdps(50):
        assert agree(numbers(one), numbers(other)).tolist() == [expected]
        assert agree(numbers(other), numbers(one)).tolist() == [expected]


def test_answers_keep_the_shape():
    array = numbers("1", "nan", "inf", "4").reshape(2, 2)
    assert agree(array, array).tolist() == [[True, False], [False, True]]
    assert finite(array).tolist() == [[True, False], [False, True]]
    assert has_value(np.empty((0,), dtype=object))
