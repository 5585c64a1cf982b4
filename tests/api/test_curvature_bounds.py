"""Bounds of curvature against eigenvalues that NumPy computes, the learning rates that follow, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.api.curvature_bounds import curvature_bounds, safe_learning_rate
from symgd.errors import DataError, SymgdError, UnsupportedError

GENERATOR = np.random.default_rng(2)
X = GENERATOR.normal(size=(6, 3))
y = np.sign(GENERATOR.normal(size=6))
DATA = {"X": X, "y": y}
SHAPES = {"X": "m n", "y": "m", "w": "n"}
SQUARES = np.linalg.eigvalsh(X.T @ X)
WORDS = {"y": {"lower": -1, "upper": 1}}
LOSSES = {
    "sum((X @ w - y)**2)": (2 * SQUARES[0], 2 * SQUARES[-1]),
    "mean((X @ w - y)**2)": (2 * SQUARES[0] / 6, 2 * SQUARES[-1] / 6),
    "mean(log(1 + exp(-y*(X@w))))": (0.0, SQUARES[-1] / 24),
    "sum((X @ w - y)**2)/2 + sum(w**2)": (SQUARES[0] + 2, SQUARES[-1] + 2),
}


def read(text):
    return sg.formula(text, shapes=SHAPES, facts=WORDS)


@pytest.mark.parametrize("text", LOSSES)
def test_numbers_enclose_the_eigenvalues_tightly(text):
    modulus, lipschitz = LOSSES[text]
    found = curvature_bounds(read(text), "w", DATA)
    assert float(found.modulus) <= modulus + 1e-15
    assert float(found.lipschitz) >= lipschitz * (1 - 1e-15)
    assert (float(found.modulus), float(found.lipschitz)) == pytest.approx((modulus, lipschitz), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("text", LOSSES)
def test_hessians_anywhere_lie_between_the_bounds(text):
    loss = read(text)
    found = curvature_bounds(loss, "w", DATA)
    hess = sg.objective(loss, "w", DATA).hess
    for point in GENERATOR.normal(size=(5, 3)) * 3:
        eigenvalues = np.linalg.eigvalsh(np.asarray(hess(point)))
        assert float(found.modulus) - 1e-9 <= eigenvalues[0]
        assert eigenvalues[-1] <= float(found.lipschitz) + 1e-9


@pytest.mark.parametrize("text", LOSSES)
def test_formulas_have_the_values_that_data_give(text):
    found = curvature_bounds(read(text), "w")
    number = curvature_bounds(read(text), "w", DATA).lipschitz
    upper = found.lipschitz
    values = {"X": X, "y": y, "w": np.zeros(3)}
    names = sorted({"X", *(one.name for one in upper.symbols)})
    shapes = {one.name: one for one in read(text).symbols}
    value = sg.lambdify([shapes[name] for name in names], upper)(*(values[name] for name in names))
    assert float(value) == pytest.approx(float(number), rel=1e-9)


def test_constants_are_exact():
    found = curvature_bounds("3*x**2 + x", "x")
    assert (found.lipschitz, found.modulus) == (6, 6)
    found = curvature_bounds("x**2/3", "x")
    assert (found.lipschitz, found.modulus) == (Fraction(2, 3), Fraction(2, 3))


def test_a_concave_loss_has_a_negative_modulus():
    found = curvature_bounds("-5*x**2", "x")
    assert (found.lipschitz, found.modulus) == (10, -10)


# -- a ball -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("centre", "radius"), [(0.0, 1.0), (1.0, 0.5), (-2.0, 2.0)])
def test_inside_a_ball_an_exponential_has_a_bound(centre, radius):
    found = curvature_bounds("exp(x)", "x", around=centre, radius=radius)
    low, high = np.exp(centre - radius), np.exp(centre + radius)
    assert float(found.modulus) <= low
    assert float(found.lipschitz) >= high
    assert (float(found.modulus), float(found.lipschitz)) == pytest.approx((low, high), rel=1e-4)
    assert f"radius {radius:g}" in found.where


POISSON = sg.formula("sum(exp(X @ w) - y*(X @ w))", shapes=SHAPES)


def test_inside_a_ball_hessians_lie_between_the_bounds():
    centre = np.array([0.1, -0.2, 0.3])
    found = curvature_bounds(POISSON, "w", DATA, around=centre, radius=0.5)
    for direction in GENERATOR.normal(size=(8, 3)):
        point = centre + 0.5 * direction / np.linalg.norm(direction)
        eigenvalues = np.linalg.eigvalsh(X.T @ np.diag(np.exp(X @ point)) @ X)
        assert float(found.modulus) <= eigenvalues[0]
        assert eigenvalues[-1] <= float(found.lipschitz)


def test_the_centre_may_be_named():
    centre = np.array([0.1, -0.2, 0.3])
    plain = curvature_bounds(POISSON, "w", DATA, around=centre, radius=0.5)
    named = curvature_bounds(POISSON, "w", DATA, around={"w": centre}, radius=0.5)
    assert (plain.lipschitz, plain.modulus) == (named.lipschitz, named.modulus)


# -- learning rates ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", LOSSES)
def test_the_rate_is_one_over_the_bound(text):
    bounds, safe = curvature_bounds(read(text), "w", DATA), safe_learning_rate(read(text), "w", DATA)
    assert float(safe.rate) == pytest.approx(1 / float(bounds.lipschitz), rel=1e-14)
    assert float(safe.divergence) == pytest.approx(2 / float(bounds.lipschitz), rel=1e-14)


def test_descent_converges_below_the_threshold_and_diverges_above():
    loss = read("sum((X @ w - y)**2)")
    safe = safe_learning_rate(loss, "w", DATA)
    for factor, is_success in ((0.9, True), (1.1, False)):
        rate = sg.LearningRate(factor * float(safe.divergence))
        run = sg.minimize(loss, "w", data=DATA, step_size=rate, epochs=3000, start=np.ones(3))
        assert run.outcome.is_success == is_success


def test_the_error_shrinks_as_predicted():
    safe = safe_learning_rate(read("sum((X @ w - y)**2)"), "w", DATA)
    contraction = 1 - SQUARES[0] / SQUARES[-1]
    assert float(safe.after(3)) == pytest.approx(contraction**3, rel=1e-6)


def test_without_data_rates_are_formulas():
    safe = safe_learning_rate(read("sum((X @ w - y)**2)"), "w")
    assert isinstance(safe.rate, sg.Node)
    assert "norm(X, 2)" in str(safe.rate)
    assert "norm(X, 2)" in str(safe.divergence)


W = sg.formula("sum((X @ w - y)**2)", shapes=SHAPES)
REFUSED = {
    "no bound": (lambda: curvature_bounds("exp(x)", "x"), UnsupportedError, "x"),
    "an affine loss": (lambda: safe_learning_rate("3*x", "x"), UnsupportedError, "every learning rate is safe"),
    "a centre alone": (lambda: curvature_bounds("exp(x)", "x", around=0.0), SymgdError, "a ball has a centre and a radius"),
    "a radius alone": (lambda: curvature_bounds("exp(x)", "x", radius=1.0), SymgdError, "a ball has a centre and a radius"),
    "a ball without data": (
        lambda: curvature_bounds(POISSON, "w", around=np.zeros(3), radius=1.0),
        SymgdError, "inside a ball needs the data",
    ),
    "a negative radius": (lambda: curvature_bounds("exp(x)", "x", around=0, radius=-1), SymgdError, "a radius is a positive"),
    "a centre of another shape": (
        lambda: curvature_bounds(POISSON, "w", DATA, around=0.0, radius=1.0),
        DataError, "the centre of w is not an array",
    ),
    "a centre of an unknown": (
        lambda: curvature_bounds("exp(x)", "x", around={"x": 0, "q": 1}, radius=1),
        SymgdError, "has a centre and is no variable",
    ),
    "a missing centre": (lambda: curvature_bounds("exp(x)", "x", around={}, radius=1), SymgdError, "centre of x is missing"),
    "one centre of two": (
        lambda: curvature_bounds("exp(x) + exp(y)", ["x", "y"], around=0, radius=1),
        SymgdError, "the centre of several variables",
    ),
    "missing data": (lambda: curvature_bounds(W, "w", {"X": X}), SymgdError, "the value of y is missing"),
    "data of a variable": (lambda: curvature_bounds(W, "w", {**DATA, "w": X[0]}), SymgdError, "w is a variable"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()
