"""Medians and quantiles: values as NumPy's, and slopes at the entries between which they lie."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError
from tests.primitives.scalar_comparison import evaluated

T = np.random.default_rng(5).standard_normal((3, 4, 5))


@pytest.mark.parametrize("axis", [None, 0, 2, (0, 2), (-1, 0)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_quantiles_are_those_of_numpy(axis, keepdims):
    options = f"axis={axis}, keepdims={keepdims}"
    np.testing.assert_allclose(evaluated(f"median(T, {options})", T=T), np.median(T, axis, keepdims=keepdims), rtol=1e-15)
    for q in (0, 0.1, 0.25, 1 / 3, 0.5, 0.9, 1):
        expected = np.quantile(T, q, axis, keepdims=keepdims)
        np.testing.assert_allclose(evaluated(f"quantile(T, {q}, {options})", T=T), expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("median(x)", [0, 0, 0.5, 0.5]),
        ("quantile(x, 0)", [0, 1, 0, 0]),
        ("quantile(x, 1)", [1, 0, 0, 0]),
        ("quantile(x, 0.9)", [0.7, 0, 0, 0.3]),
    ],
)
def test_the_neighbours_receive_the_adjoint(text, slope):
    x = np.array([4.0, 1.0, 2.0, 3.0])
    gradient = sg.gradient(sg.formula(text, shapes={"x": 4}), "x")
    np.testing.assert_allclose(evaluated(gradient, x=x), slope, rtol=1e-15, atol=1e-16)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sg.median(sg.scalar("x")), "the median of a scalar needs an axis"),
        (lambda: sg.quantile(sg.tensor("X", "2 3"), 0.5, 2), "there is no axis 2"),
        (lambda: sg.median(sg.tensor("x", "n")), "depends on their number"),
        (lambda: sg.quantile(sg.tensor("x", 3), 1.5), "q is a number from 0 to 1"),
        (lambda: sg.quantile(sg.tensor("x", 3), sg.scalar("q")), "q is a number from 0 to 1"),
    ],
)
def test_wrong_calls(call, message):
    with pytest.raises((ShapeError, SymgdError), match=message):
        call()
