"""Scalars keep their digits from 10⁻³⁰⁰ to 10³⁰⁰: quotients are taken step by step, roots of sums of squares are hypot."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg

PAIRS = [(3.0, 4.0), (3e200, 4e200), (3e-200, 4e-200), (1e300, 2e300), (1e-300, 2e-300), (1e200, 1.0), (1.0, 1e200)]
QUOTIENTS = [
    "x/y", "x/(x + y)", "(x - y)/(x + y)", "x*y/(x + y)", "abs(x)/y", "log(x/y)", "sqrt(x/y)", "sqrt(x**2 + y**2)",
    "x/sqrt(x**2 + y**2)", "atan2(x, y)", "x/(1 + abs(y))", "norm2([x, y])", "sqrt(1 + x**2) + y", "x/sqrt(1 + x**2) + y",
]  # fmt: skip


@pytest.mark.parametrize("text", QUOTIENTS)
def test_value_and_gradient_stay_within_range(text):
    found = sg.accuracy(text, at={"x": [x for x, _ in PAIRS], "y": [y for _, y in PAIRS]})
    assert found.digits >= 14, found.explain()
    assert not found.warnings
    assert found.entries == 3 * len(PAIRS)


def test_quotients_are_true_divisions():
    f = sg.lambdify(["x", "y"], ["x/y", "x/y**2"])
    for n in range(1, 200):
        assert f(float(n), float(n)) == [1.0, 1.0 / n]


def test_arrays_of_points_give_the_same_numbers():
    f = sg.lambdify(["x", "y"], [sg.formula("x*y/(x + y)"), sg.formula("x/(x**2 + y**2)**2")])
    x, y = np.array([[one] for one in (3.0, 3e100)]), np.array([4.0, 1e-100, 4e50])
    for together, alone in zip(f(x, y), zip(*(f(a, b) for a in x.ravel() for b in y), strict=True), strict=True):
        np.testing.assert_array_equal(together.ravel(), alone)


def test_tensors_are_divided_once():
    source = sg.lambdify(["v"], sg.formula("v/(v @ v)**2", shapes={"v": "n"})).source
    assert source.count("/") == 1


@pytest.mark.parametrize("text", ["x**3/exp(x)", "x**2*exp(-x)", "3*y*x**5*exp(-2*x)", "x**2*exp(-x**2/2)"])
def test_small_powers_beside_an_exponential_that_has_vanished(text):
    loss = sg.formula(text)
    names = [one.name for one in loss.symbols]
    code = sg.lambdify(names, [loss, sg.gradient(loss, "x")])
    with np.errstate(under="ignore", over="ignore"):
        assert code(*({"x": 1e200, "y": 2.0}[name] for name in names)) == [0.0, 0.0]
    (found, *_) = code(*({"x": 3.0, "y": 2.0}[name] for name in names))
    assert found == pytest.approx(eval(text, {"x": 3.0, "y": 2.0, "exp": np.exp}), rel=1e-15)
