"""Bounds of curvature: L and m against the eigenvalues of the Hessian at many points, and against the textbook's formulas."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.bounds.eigenvalue_bound import smallest_eigenvalue_of_gram
from symgd.curvature.bounds.losses import spread_of
from symgd.errors import DataError, SymgdError, UnsupportedError
from symgd.graph.inference import Facts
from tests.formulas import declared

SHAPES = {"X": "m n", "y": "m", "w": "n", "W": "n k", "Y": "m k", "lam": "", "b": ""}
RNG = np.random.default_rng(3)
DATA = {"X": RNG.normal(size=(30, 4)), "y": np.sign(RNG.normal(size=30)), "Y": RNG.normal(size=(30, 3)), "lam": 0.3}

FORMULAS = [
    ("mean(log(1 + exp(-y*(X@w))))", {"y": {"lower": -1, "upper": 1}}, "w", "norm(X, 2)**2/(4*m)"),
    ("sum((X@w - y)**2)", {}, "w", "2*norm(X, 2)**2"),
    ("sum(softplus(X@w) - y*(X@w))", {}, "w", "norm(X, 2)**2/4"),
    ("sum(logsumexp(X@W, axis=1)) - sum(Y*(X@W))", {}, "W", "norm(X, 2)**2/2"),
    ("sum(sqrt(1 + (X@w - y)**2))", {}, "w", "norm(X, 2)**2"),
    ("sum((X@W - Y)**2)", {}, "W", "2*norm(X, 2)**2"),
    ("logsumexp(w)", {}, "w", "1/2"),
    ("sum(log(cosh(w)))", {}, "w", "1"),
]


def _formula(text, facts=None):
    return sg.formula(text, shapes=declared(SHAPES, text), facts=facts or {})


@pytest.mark.parametrize(("text", "facts", "wrt", "expected"), FORMULAS)
def test_formulas_of_the_textbook(text, facts, wrt, expected):
    assert str(sg.curvature_bounds(_formula(text, facts), wrt).lipschitz) == expected


@pytest.mark.parametrize(
    "text",
    [
        "mean(log(1 + exp(-y*(X@w))))",
        "mean((X@w - y)**2) + lam*sum(w**2)",
        "sum(sin(X@w)) + 2*sum(w**2)",
        "sum(sqrt(1 + (X@w - y)**2)) + sum(cos(w))",
        "logsumexp(X@w) + w @ w",
        "sum(tanh(X@w - y))",
    ],
)
def test_no_eigenvalue_lies_outside(text):
    loss = _formula(text)
    data = {name: value for name, value in DATA.items() if name in text}
    bounds = sg.curvature_bounds(loss, "w", data)
    code = sg.lambdify(["w", *data], sg.hessian(loss, "w"))
    for k in range(40):
        values = np.linalg.eigvalsh(code(RNG.normal(size=4) * 2.0 ** (k % 5 - 2), *data.values()))
        assert values[0] >= bounds.modulus - 1e-9
        assert values[-1] <= bounds.lipschitz + 1e-9


def test_least_squares_are_exact():
    data = {"X": DATA["X"], "y": DATA["y"]}
    bounds = sg.curvature_bounds(_formula("sum((X@w - y)**2)"), "w", data)
    values = np.linalg.eigvalsh(2 * DATA["X"].T @ DATA["X"])
    assert bounds.lipschitz == pytest.approx(values[-1], rel=1e-9)
    assert bounds.modulus == pytest.approx(values[0], rel=1e-6)
    assert bounds.modulus <= values[0]
    assert bounds.condition_number == pytest.approx(values[-1] / values[0], rel=1e-6)
    verdict = sg.convexity(_formula("sum((X@w - y)**2)"), "w", data=data)
    assert verdict.kind.name == "STRONGLY_CONVEX"
    assert verdict.modulus == bounds.modulus
    assert verdict.proof.check()


def test_a_ball_where_nothing_holds_everywhere():
    loss = _formula("sum(exp(X@w) - y*(X@w))")
    data = {"X": DATA["X"], "y": np.abs(DATA["y"])}
    with pytest.raises(UnsupportedError, match="not bounded"):
        sg.curvature_bounds(loss, "w", data)
    bounds = sg.curvature_bounds(loss, "w", data, around=np.zeros(4), radius=0.5)
    code = sg.lambdify(["w", "X", "y"], sg.hessian(loss, "w"))
    for _ in range(40):
        step = RNG.normal(size=4)
        values = np.linalg.eigvalsh(code(0.5 * step / np.linalg.norm(step), *data.values()))
        assert bounds.modulus - 1e-9 <= values[0]
        assert values[-1] <= bounds.lipschitz + 1e-9


def test_scalars():
    bounds = sg.curvature_bounds("x**2 + sin(x)", "x")
    assert (bounds.modulus, bounds.lipschitz) == (1, 3)
    bounds = sg.curvature_bounds("x**4", "x", around=1, radius=1)
    assert (bounds.modulus, bounds.lipschitz) == (0, 48)
    rosenbrock = sg.curvature_bounds("(1 - x)**2 + 100*(y - x**2)**2", ["x", "y"], around={"x": 1, "y": 1}, radius=0.25)
    assert rosenbrock.lipschitz >= 1200 * 1.25**2 - 400 * 0.75 + 2


def test_the_safe_rate_descends_and_twice_the_threshold_diverges():
    data = {"X": DATA["X"], "y": DATA["y"]}
    loss = _formula("sum((X@w - y)**2)")
    safe = sg.safe_learning_rate(loss, "w", data)
    objective = sg.objective(loss, "w", data)
    best = np.linalg.lstsq(DATA["X"], DATA["y"], rcond=None)[0]
    least = objective.fun(best)

    def left_after(rate, steps):
        x = np.zeros(4)
        for _ in range(steps):
            x = x - rate * objective.jac(x)
        return (objective.fun(x) - least) / (objective.fun(np.zeros(4)) - least)

    assert left_after(safe.rate, 30) <= safe.after(30) + 1e-12
    assert left_after(1.05 * safe.divergence, 200) > 1
    assert left_after(0.95 * safe.divergence, 200) < 1


def test_bad_input():
    loss = _formula("sum((X@w - y)**2)")
    with pytest.raises(SymgdError, match="value of y is missing"):
        sg.curvature_bounds(loss, "w", {"X": DATA["X"]})
    with pytest.raises(DataError, match="not an array of 2 axes"):
        sg.curvature_bounds(loss, "w", {"X": [1, 2], "y": [1, 2]})
    with pytest.raises(SymgdError, match="a centre and a radius"):
        sg.curvature_bounds(loss, "w", around=[1, 2])
    with pytest.raises(SymgdError, match=r"radius is a positive number, not -1"):
        sg.curvature_bounds("x**4", "x", around=0, radius=-1)
    with pytest.raises(UnsupportedError, match="affine"):
        sg.safe_learning_rate("3*x", "x")
    with pytest.raises(UnsupportedError, match="no bound is known for the curvature of"):
        sg.curvature_bounds(sg.formula("norm2(X@w)", shapes={"X": "m n", "w": "n"}), "w")


@pytest.mark.parametrize("seed", range(6))
def test_verified_eigenvalues_are_below_the_true_ones(seed):
    import mpmath

    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(9, 4)) * 10.0 ** rng.integers(-6, 6, size=4)
    found = smallest_eigenvalue_of_gram(matrix)
    with mpmath.workdps(60):
        exact = mpmath.matrix(matrix.tolist())
        true = min(mpmath.eigsy(exact.T * exact, eigvals_only=True))
    assert 0 <= found <= true
    if seed % 2 == 0 and np.linalg.cond(matrix) < 1e6:
        assert found > true * 0.49
    assert smallest_eigenvalue_of_gram(np.ones((5, 2))) == 0.0
    assert smallest_eigenvalue_of_gram(np.ones((2, 5))) == 0.0


def test_minimize_descends_with_the_safe_rate():
    data = {"X": DATA["X"], "y": DATA["y"]}
    loss = _formula("mean((X@w - y)**2)")
    run = sg.minimize(loss, "w", data=data, step_size="safe", epochs=400, start=np.zeros(4))
    values = run.history.value
    assert len(values) > 10
    assert all(after <= before + 1e-15 for before, after in itertools.pairwise(values))
    assert run.value == pytest.approx(np.mean((DATA["X"] @ np.linalg.lstsq(*data.values(), rcond=None)[0] - DATA["y"]) ** 2))
    with pytest.raises(SymgdError, match="not a step size"):
        sg.minimize(loss, "w", data=data, step_size="fast")


@pytest.mark.parametrize(
    "text",
    [
        "sum(abs(w)) + w @ w",
        "sum(relu(X@w))",
        "sum(sqrt(w**2))",
        "sum(clip(w, -1, 1))",
        "sum(sign(w)) + w @ w",
        "sum(maximum(w**2, 1))",
    ],
)
def test_a_gradient_that_jumps_has_no_bound(text):
    with pytest.raises(UnsupportedError, match="kinks or jumps"):
        sg.curvature_bounds(_formula(text), "w")


def test_pieces_whose_slopes_meet_have_one():
    huber = "sum(where(abs(w) <= 1, w**2/2, abs(w) - 1/2))"
    assert sg.curvature_bounds(_formula(huber), "w").lipschitz == 1
    assert sg.curvature_bounds(_formula("sum(relu(w)**2)"), "w").lipschitz == 2


def test_a_broadcast_residual_counts_as_often_as_it_is_used():
    loss = sg.formula("mean(y*log(1 + exp(b)))", shapes={"y": "m", "b": ""})
    assert sg.curvature_bounds(loss, "b", {"y": np.ones(10)}).lipschitz >= 0.25
    loss = sg.formula("mean(X**2*softplus(w - v))", shapes={"X": "m n", "w": "n", "v": "n"})
    found = sg.curvature_bounds(loss, "w", {"X": np.tile([1.0, 2.0], (5, 1)), "v": np.zeros(2)})
    assert found.lipschitz >= 0.5


@pytest.mark.parametrize("text", ["trace(W)**2", "sum(diag(W)**2)", "diag(W) @ diag(W)", "norm2(diag(W))**2"])
def test_maps_that_lose_entries_have_no_modulus(text):
    assert str(sg.curvature_bounds(sg.formula(text, shapes={"W": "n n"}), "W").modulus) == "0"


def test_blocks_of_several_variables_do_not_add_their_moduli():
    loss = sg.formula("w@A@w + b**2", shapes={"w": "n", "A": "n n", "b": ""}, facts={"A": {"symmetric": True}})
    found = sg.curvature_bounds(loss, ["w", "b"], {"A": 5 * np.eye(2)})
    assert found.modulus <= 2
    assert found.lipschitz >= 10


@pytest.mark.parametrize("size", [0.01, 1, 5])
def test_a_form_that_falls_does_not_lower_the_bound_of_others(size):
    """The eigenvalues are −2·size of w, and 2 of b."""
    loss = sg.formula("w@A@w + b**2", shapes={"w": "n", "A": "n n", "b": ""}, facts={"A": {"symmetric": True}})
    found = sg.curvature_bounds(loss, ["w", "b"], {"A": -size * np.eye(2)})
    assert found.modulus <= -2 * size
    assert found.lipschitz >= max(2, 2 * size)


CONVEX = [  # a loss of w, and whether it is convex, as its bounds say
    ("w**2 + 3*w", True), ("sin(w)", False), ("-(w**2)", False), ("2*w", True), ("-2*w", True), ("exp(-(w**2))", False),
    ("log(1 + exp(w))", True), ("-3*log(1 + exp(w))", False), ("w**2 + sin(w)", True), ("w**2/4 + sin(w)", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "is_convex"), CONVEX)
def test_bounds_say_whether_a_loss_is_convex(text, is_convex):
    loss = sg.formula(text)
    found = spread_of(loss, list(loss.symbols), Facts())
    assert found.is_convex == is_convex
    assert bool(float(found.lower.value) >= 0) == is_convex
