"""Points on boundaries: every condition of formula and claim is seen from both sides, at every entry."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.evaluation.boundaries import points_on_boundaries
from symgd.evaluation.sampling import Point
from symgd.evaluation.switches import rankings_of, switches_of


@pytest.mark.parametrize("size", [2, 3, 5, 8])
@pytest.mark.parametrize("seed", range(8))
def test_every_entry_sees_both_sides_of_a_condition(size, seed):
    v = sg.tensor("v", size)
    own = sg.gradient(v[0], v)
    assert sg.check_gradient(v[0], v, gradient=sg.where(v > 0, own, 2 * own), seed=seed).verdict.name == "WRONG"
    assert sg.check_gradient(v[0], v, gradient=sg.where(v > 0, own, own), seed=seed).verdict.name == "RIGHT"


@pytest.mark.parametrize(
    ("loss", "right"), [("exp(u)", np.exp), ("sin(u)", np.cos), ("u**3", lambda u: 3 * u**2), ("u**2", lambda u: 2 * u)]
)
@pytest.mark.parametrize("place", [2, -1, 0.5])
def test_code_that_is_wrong_at_one_point_is_wrong(loss, right, place):
    assert sg.check_gradient(loss, "u", gradient=lambda u: np.where(u == place, 100, right(u))).verdict.name == "WRONG"
    assert sg.check_gradient(loss, "u", gradient=lambda u: 100.0 if u == place else right(u)).verdict.name == "WRONG"
    assert sg.check_gradient(loss, "u", gradient=lambda u: np.where(u == place, right(u), right(u))).verdict.name == "RIGHT"


# -- where boundaries are, by hand ----------------------------------------------------------------------------------

a, b = sg.scalar("a"), sg.scalar("b")


@pytest.mark.parametrize(
    ("formula", "zeros"),
    [
        (sg.relu(3 * a - 1), [Fraction(1, 3)]),
        (sg.relu(a**2 + 1), []),
        (sg.relu((a - 2) * (a + 7)), [2, -7]),
        (sg.relu(a - sg.maximum(a, Fraction(3, 2))), [Fraction(3, 2)]),  # 0 from there on
        (sg.relu(sg.minimum(a, -2) - a), [-2]),
        (sg.relu(sg.where(abs(a) < 2, 0, a)), [-2, 2]),  # 0 between two places
    ],
)
def test_zeros_along_an_entry(formula, zeros):
    points = points_on_boundaries([Point({a: np.array(0.25)}, {})], switches_of([formula]), [], np.random.default_rng(0))
    found = {Fraction(point.values[a][()]) for point in points}
    assert found >= set(zeros)
    assert len(found) <= 12
    assert zeros or not found


LOSSES = ["max(u)", "min(u)", "relu(max(u))", "relu(min(u))", "max(u)**2 - min(u)", "where(u[0] > 1, max(u), sum(u**2))"]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("entry", range(3))
def test_every_entry_is_once_the_one_that_decides(loss, entry):
    formula = sg.formula(loss, shapes={"u": "3"})
    own, weights = sg.gradient(formula, "u"), np.where(np.arange(3) == entry, 2, 1)
    for seed in range(4):
        assert sg.check_gradient(formula, "u", gradient=own, seed=seed).verdict.name == "RIGHT"
        assert sg.check_gradient(formula, "u", gradient=own * weights, seed=seed).verdict.name == "WRONG"


def test_an_extreme_along_an_axis_ranks_its_entries():
    A = sg.tensor("A", "3 2")
    (ranking,) = rankings_of([sg.sum(sg.relu(sg.max(A, axis=0)))])
    values = sg.lambdify(["A"], ranking)(np.array([[1.0, 5.0], [2.0, 4.0], [0.0, 7.0]]))
    assert values.tolist() == [[-1, -2], [0, -3], [-2, 0]]


def each(u):
    return (u == u.max()) * 1.0


def first(u):
    return np.eye(3)[np.argmax(u)]


@pytest.mark.parametrize("seed", range(12))
def test_entries_that_tie_share(seed):
    loss = sg.formula("max(u)", shapes={"u": "3"})
    assert sg.check_gradient(loss, "u", gradient=first, seed=seed).verdict.name == "RIGHT"
    check = sg.check_gradient(loss, "u", gradient=each, seed=seed)
    assert check.verdict.name == "WRONG"  # along (1, 1) the slope is 1, not 2
    assert "along a direction" in check.explain()
    assert sg.check_gradient(np.max, each, at=np.array([1.0, 2.0, 3.0]), seed=seed).verdict.name == "RIGHT"


# -- windows, roots of squares and ties -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("loss", "right", "wrong"),
    [
        ("sqrt((x - 5)**2)", "sign(x - 5)", "-1"),
        ("sqrt((x**2 - 4)**2)", "2*x*sign(x**2 - 4)", "-2*x"),
        ("(x**4)**(1/4)", "sign(x)", "1"),
        ("clip(x, 2, 2 + 1/10**6)", "where(x > 2, where(x < 2 + 1/10**6, 1, 0), 0)", "0*x"),
        ("clip(exp(x), 5, 5.000001)", "where(exp(x) > 5, where(exp(x) < 5.000001, exp(x), 0), 0)", "0*x"),
        ("clip(x, 1000, 1000.001)", "where(x > 1000, where(x < 1000.001, 1, 0), 0)", "0*x"),
        ("relu(1/10**9 - abs(x - 5))", "where(abs(x - 5) < 1/10**9, -sign(x - 5), 0)", "0*x"),
        ("sin(x)", "cos(x)", "where(sin(x) > 0.99999, 0, cos(x))"),
        ("x**2", "2*x", "where(exp(-x)*sin(x) > 0.3223, 0, 2*x)"),
        ("log(maximum(sigmoid(x), 1e-12))", "where(sigmoid(x) > 1e-12, sigmoid(-x), 0)", "sigmoid(-x)"),
    ],
)
def test_narrow_windows_and_roots_of_squares(loss, right, wrong, seed):
    assert sg.check_gradient(loss, "x", gradient=right, seed=seed).verdict.name == "RIGHT"
    assert sg.check_gradient(loss, "x", gradient=wrong, seed=seed).verdict.name == "WRONG"


@pytest.mark.parametrize(
    "loss", ["max(u) + min(u)", "max(u)**2 + min(u)**2", "exp(max(u) + min(u))", "max(u)*min(u)", "relu(min(u))"]
)
@pytest.mark.parametrize("seed", range(3))
def test_a_subgradient_is_the_mean_of_gradients_nearby(loss, seed):
    assert sg.check_gradient(sg.formula(loss, shapes={"u": "n"}), "u", seed=seed).verdict.name == "RIGHT"
