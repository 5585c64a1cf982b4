"""Conditions in traced functions: NumPy's sums, products and logic of them, or a refusal; and remainders of numbers."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdError

VALUES = np.array([0.126, -0.132, 0.64, 0.105])
INPUT = sg.tensor("x", "4")

SAME = [
    "(x > 0) + (x > 0)", "(x > 0) + True", "True + (x > 0)", "(x > 0) + np.array([True, False, True, False])", "(x > 0) * (x > 0.5)",
    "((x > 0) * (x > 0.5)) + (x > 0)", "np.add(x > 0, x > 0.5)", "np.multiply(x > 0, x > 0.5) + (x > 0)", "abs(x > 0) + (x > 0)",
    "(x > 0) & (x < 0.2)", "(x > 0.2) | (x < 0)", "(x > 0) ^ (x < 0.2)", "~(x > 0) * 1", "~((x > 0) | (x < -0.1))", "True & (x > 0)",
    "np.logical_and(x > 0, x < 0.2) * x", "np.logical_or(x, 0)", "np.logical_not(x > 0)", "np.logical_xor(x > 0, x < 0.1)", "np.logical_not(x)",
    "np.where((x > 0) & (x < 0.2), x, 7)", "np.where(~(x > 0) | (x > 0.2), x, 0)", "np.bitwise_or(x > 0, x < 0)", "np.invert(x > 0)",
    "(x > 0)[0] + (x > 0)[2]", "(x > 0)[:2] + (x > 0)[2:]", "(x > 0).reshape(2, 2) + (x > 0).reshape(2, 2)", "np.flip(x > 0) + (x > 0)",
    "np.copy(x > 0) + (x > 0)", "(x > 0).copy() + (x > 0)", "np.tile(x > 0, 2) + True", "list(x > 0)[0] + (x[2] > 0)", "np.split(x > 0, 2)[0] + (x[:2] > 0)",
    "np.max(x > 0) + np.max(x < 9)", "np.maximum(x > 0, x < 0.1) + (x > 0)", "np.minimum(x > 0, x < 0.2) + (x > 0)", "np.einsum('i->i', x > 0) + (x > 0)",
    "np.where(x > 0, x > 1, x < -0.1) + (x < 0)", "np.where(x > 0, True, False) + (x > 0)", "np.where(x > 0, x < 1, 2) + (x > 0)",
    "np.sum(x > 0)", "(x > 0).mean()", "sum(x > 0)", "np.cumsum(x > 0)", "np.prod(x > 0)", "np.add.reduce(x > 0)", "(x > 0).astype(float) + (x > 0).astype(float)",
    "(x > 0) + 1", "1 - (x > 0)", "(x > 0) - 0.5", "x * (x > 0)", "(x > 0) @ x", "(x > 0) ** 2 + (x > 0)", "(x > 0) / (x > -9) + (x > 0)", "np.square(x > 0) + (x > 0)",
    "np.dot(x > 0, np.array([1, 2, 3, 4.0]))", "np.einsum('i,i->i', x > 0, np.arange(4)) * 0.5", "np.outer(np.ones(2), x > 0)",
    "(x > 0).astype(int) + (x > 0).astype(int)", "(x > 0) == (x < 0.1)", "((x > 0) < (x < 0.1)) + (x < 0)", "np.stack([x > 0, x])",
    "x % 0.3", "x // 0.3", "0.3 % x", "0.3 // x", "divmod(x, 0.3)[0]", "divmod(0.3, x)[1]", "x % -0.3", "np.floor_divide(x, 0.3)", "np.mod(x, 0.3)", "np.divmod(x, 0.3)[1]",
]  # fmt: skip

REFUSED = {
    "-(x > 0)": "negative of conditions is an error in NumPy", "(x > 0) - (x > 1)": "subtract of conditions is an error", "+(x > 0)": "positive of conditions is an error",
    "np.exp(x > 0)": "exp of conditions", "(x > 0) @ (x < 1)": "matmul of conditions", "np.dot(x > 0, x < 1)": "dot of conditions", "x & 1": "of numbers works on their bits",
    "~x": "of numbers works on their bits", "np.concatenate([x > 0, x < 1])": "concatenate of conditions", "np.ones_like(x > 0)": "ones_like of conditions",
    "np.array([x[0] > 0, x[1] > 0])": "conditions are collected in an array", "np.diff(x > 0)": "diff of conditions", "np.einsum('i,i', x > 0, x > 0)": "einsum of conditions",
}  # fmt: skip


def function_of(text):
    return eval(f"lambda x: {text}", {"np": np})


def compare(function):
    got = sg.lambdify([INPUT], sg.formula(function, INPUT))(VALUES)
    expected = np.asarray(function(VALUES.copy()), dtype=float)
    assert np.shape(got) == expected.shape
    np.testing.assert_allclose(np.asarray(got, dtype=float), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("text", SAME)
def test_conditions_and_remainders_have_the_values_of_numpy(text):
    compare(function_of(text))


@pytest.mark.parametrize("text", REFUSED)
def test_what_has_another_meaning_of_conditions_is_refused(text):
    with pytest.raises(SymgdError, match=REFUSED[text]):
        sg.formula(function_of(text), INPUT)


def joined_in_place(x):
    c = x > 0
    other, part = c, c[1:]
    c &= x < 0.2
    c |= x < -9
    c += x > 0.6
    return 10 * other[1:] + part


def remainder_in_place(x):
    z = x * 2
    other = z
    z %= 0.3
    z //= 0.1
    return other + z


@pytest.mark.parametrize("function", [joined_in_place, remainder_in_place])
def test_conditions_and_remainders_are_changed_in_place(function):
    compare(function)


def test_numbers_are_not_written_into_conditions():
    def function(x):
        c = x > 0
        c += 1
        return c

    with pytest.raises(SymgdError, match="numbers are written into an array of conditions"):
        sg.formula(function, INPUT)


def test_a_joined_condition_has_no_kink_of_its_own():
    loss = sg.formula(lambda x: np.sum(np.where((x > 0) & (x < 0.2) | ~(x > -3), x**2, 3 * x)), INPUT)
    assert sg.check_gradient(loss, INPUT).verdict.value == "RIGHT"
