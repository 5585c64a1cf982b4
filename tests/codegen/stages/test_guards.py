"""The branch that is not taken is not computed where it has no value: no warning, no NaN, in value and gradient."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import symgd as sg
from symgd.evaluation.high_precision import evaluate_precisely

SCALAR = [
    ("where(x > 0, sqrt(x), 0)", [-4, -1e-300, 1e-300, 9]),
    ("where(x > 0, log(x), x)", [-4, 1e-300, 9]),
    ("where(x > 0, x*log(x), 0)", [-4, 0, 1e-300, 9]),
    ("where(x == 0, 1, sin(x)/x)", [0, 1, 2]),
    ("where(x < 700, exp(x), 0)", [1, 1000]),
    ("where(x > 0, where(x < 1, atanh(x), sqrt(x - 1)), x**2)", [-2, 0.5, 3]),
    ("where(abs(x) > 1, acosh(abs(x)), 0)", [-2, 0.5, 3]),
    ("where(x > 1, 1/(x - 1), x)", [1, 2, 0]),
    ("where(x < 0, 0, x**1.5)", [-1, 4]),
    ("where(x > 0, loggamma(x), 0)", [-2.5, 3]),
]


@pytest.mark.parametrize(("text", "points"), SCALAR, ids=[text for text, _ in SCALAR])
def test_a_choice_of_scalars(text, points):
    found = sg.accuracy(text, at={"x": points})
    assert not found.warnings
    assert found.digits >= 14, found.explain()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = sg.lambdify("x", [sg.formula(text), sg.gradient(text, "x")])(np.array(points, dtype=float))
    assert all(np.isfinite(value).all() for value in values)


def test_choices_of_tensors_and_under_sums():
    X, w = np.array([[-1.0, 4.0], [1.0, -3.0]]), np.array([2.0, 3.0])
    loss = sg.formula("sum(where(X @ w > 0, log(X @ w), 0))", shapes={"X": "m n", "w": "n"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value, slope = sg.lambdify(["X", "w"], [loss, sg.gradient(loss, "w")])(X, w)
    assert value == pytest.approx(np.log(10))
    np.testing.assert_allclose(slope, X[0] / 10)


def test_what_is_used_outside_the_choice_too_is_computed_as_it_stands():
    source = sg.lambdify("x", sg.formula("where(x > 0, log(x), 0) + log(x)")).source
    assert source.count("np.log(x)") == 1
    with np.errstate(invalid="ignore"):
        assert np.isnan(sg.lambdify("x", sg.formula("where(x > 0, log(x), 0) + log(x)"))(-1.0))


@pytest.mark.parametrize(
    "branch",
    [
        "sum(1/v)*u", "outer(1/v, u)", "A @ (1/v)", "cumsum(1/v)", "softmax(sqrt(v))", "(1/A).T + outer(v, v)", "norm2(1/v)*u",
        "mean(log(v))*u", "(1/v)[::-1]", "(1/v)[0]*u", "concatenate([1/v[1:], 1/v[:1]])", "diag(1/v)", "normalize(1/v)",
        "max(1/v)*u", "log(v) @ u", "v*mean(A**(1/2), axis=0)",
    ],
)  # fmt: skip
def test_a_branch_that_mixes_entries_uses_all_of_them(branch):
    formula = sg.formula(f"where(u > 0, {branch}, 0)", shapes={"u": "3", "v": "3"} | ({"A": "3 3"} if "A" in branch else {}))
    values = {"u": [1.0, -1.0, 2.0], "v": [2.0, 3.0, 4.0], "A": [[1.0, 2.0, 3.0], [5.0, 4.0, 2.0], [6.0, 7.0, 9.0]]}
    values = {node.name: np.array(values[node.name]) for node in formula.symbols}
    found = sg.lambdify(list(values), formula)(*values.values())
    exact = evaluate_precisely([formula], {node: values[node.name] for node in formula.symbols})[0]
    assert np.allclose(found, np.array(exact, dtype=float), rtol=1e-12)


@pytest.mark.parametrize("text", ["sqrt(u)", "log(u)", "w*cbrt(u)", "1/u", "u*log(u)"])
def test_an_infinite_slope_stays_on_its_place_of_the_diagonal(text):
    formula = sg.formula(text, shapes={"u": "n"})
    code = sg.lambdify(formula.symbols, sg.jacobian(formula, "u"))
    point = {"u": np.array([1.0, 0.0, 4.0]), "w": 2.0}
    with np.errstate(all="ignore"):
        slopes = code(*(point[node.name] for node in formula.symbols))
    assert np.all(slopes[~np.eye(3, dtype=bool)] == 0)
    assert np.isinf(slopes[1, 1])
    assert np.isfinite(slopes[[0, 2], [0, 2]]).all()
