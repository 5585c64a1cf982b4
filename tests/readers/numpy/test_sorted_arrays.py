from __future__ import annotations

import warnings

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdWarning, UnsupportedError

X = np.random.default_rng(3).standard_normal((3, 4))

FUNCTIONS = [
    lambda x: np.sort(x),
    lambda x: np.sort(x, 0),
    lambda x: np.sort(x, axis=None),
    lambda x: np.sort(x, kind="stable")[:, ::-1],
    lambda x: np.argsort(x, axis=0) * x,
    lambda x: np.argsort(x[0]),
    lambda x: x[:, np.argsort(x[0])],
    lambda x: x[np.argsort(x[:, 1])],
    lambda x: np.take_along_axis(x, np.argsort(x, axis=1), axis=1),
    lambda x: np.median(x),
    lambda x: np.median(x, axis=1, keepdims=True),
    lambda x: np.quantile(x, 0.3),
    lambda x: np.quantile(x, [0.25, 0.5], axis=0),
    lambda x: np.percentile(x, 75, axis=1),
    lambda x: np.quantile(x, [[0.1, 0.5], [0.0, 1.0]]),
    lambda x: np.percentile(x, [[10, 50]], axis=0),
    lambda x: np.mean(np.abs(x - np.median(x))),
    lambda x: np.sum(np.sort(x, axis=1)[:, -2:]),
    lambda x: np.max(x) + np.sort(x.ravel())[-2],
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_traced_function_computes_what_numpy_does(function):
    compiled = sg.lambdify([sg.tensor("x", "3 4")], sg.formula(function, sg.tensor("x", "3 4")))
    np.testing.assert_allclose(compiled(X), function(X), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("function", [lambda x: np.sum(np.partition(x, 1)[:, :2]), lambda x: np.argpartition(x[0], 2)[2]])
def test_a_partition_is_a_whole_order_with_a_warning(function):
    with pytest.warns(SymgdWarning, match="leaves the order within both parts open"):
        formula = sg.formula(function, sg.tensor("x", "3 4"))
    np.testing.assert_allclose(sg.lambdify([sg.tensor("x", "3 4")], formula)(X), function(X), rtol=1e-14)


@pytest.mark.parametrize("name", ["median", "quantile", "percentile"])
def test_functions_that_leave_out_nan_are_the_plain_ones(name):
    options = [] if name == "median" else [0.3]
    with pytest.warns(SymgdWarning, match=f"numpy.nan{name} leaves out NaN"):
        left = sg.formula(lambda x: getattr(np, f"nan{name}")(x, *options, axis=1), sg.tensor("x", "3 4"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert left is sg.formula(lambda x: getattr(np, name)(x, *options, axis=1), sg.tensor("x", "3 4"))


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda x: np.median(x), ShapeError, "the median of n entries"),
        (lambda x: np.quantile(x, 0.5, method="nearest"), UnsupportedError, "method 'linear'"),
        (lambda x: np.sort(x, order="f"), UnsupportedError, "fields of records"),
        (lambda x: np.median(x, overwrite_input=True), UnsupportedError, "overwrite_input"),
    ],
)
def test_what_is_refused(function, error, message):
    with pytest.raises(error, match=message):
        sg.formula(function, sg.tensor("x", "n"))
