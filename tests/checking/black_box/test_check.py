"""Hand-written code at difficult points: no right gradient is called wrong, and no wrong one passes."""

from __future__ import annotations

import importlib.util
import math
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import expit

import symgd as sg
from symgd.checking.verdict import Verdict
from symgd.errors import ShapeError, SymgdError
from tests.checking.least_squares import opaque

D = np.array([1e8, 1.0, 1e-6])
Q = np.array([[2.0, 1.0], [0.0, 3.0]])


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


# a function, its gradient, points: near and far, tiny and huge, at kinks and stationary points, where values underflow
CASES = {
    "square": (lambda x: np.sum(x**2), lambda x: 2 * x, [[1e-10], [1e8], [0.0], [1e-200], [1e150], [1.0, 1e-10, 1e10]]),
    "fast oscillation": (
        lambda x: np.sin(1e5 * x[0]), lambda x: 1e5 * np.cos(1e5 * x), [[1.0], [0.3], [0.0], [1e-6], [100.0]],
    ),
    "faster oscillation": (lambda x: np.sin(1e10 * x[0]), lambda x: 1e10 * np.cos(1e10 * x), [[1.0], [0.3], [0.0]]),
    "many scales": (lambda x: 0.5 * np.sum(D * x**2), lambda x: D * x, [[1.0, 1.0, 1.0], [0.1, 3.0, -2.0], [0.0, 0.0, 0.0]]),
    "absolute value": (lambda x: np.abs(x).sum(), np.sign, [[0.0], [1e-5], [-1e-9], [1e-12], [1e-300], [1.0, 0.0]]),
    "absolute value of 1": (lambda x: 1 + np.abs(x).sum(), np.sign, [[0.0], [1e-5], [-1e-9], [1e-12]]),
    "relu": (lambda x: np.maximum(x, 0).sum(), lambda x: (x > 0) * 1.0, [[0.0], [1e-8], [-1e-8], [3.0, -2.0]]),
    "underflow": (lambda x: np.exp(-1000 * x[0]), lambda x: -1000 * np.exp(-1000 * x), [[1.0], [0.5], [0.1], [0.0]]),
    "Rosenbrock": (
        lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2,
        lambda x: np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)]),
        [[1.0, 1.0], [-1.2, 1.0], [1.0000001, 1.0], [100.0, -3.0]],
    ),
    "a minimum": (lambda x: (x[0] - 1) ** 2, lambda x: 2 * (x - 1), [[1.0], [1 + 1e-9], [1e9]]),
    "softplus": (lambda x: np.logaddexp(0, x).sum(), expit, [[0.0], [-800.0], [800.0], [30.0, -30.0]]),
    "norm": (lambda x: np.linalg.norm(x), lambda x: x / np.linalg.norm(x), [[3.0, 4.0], [1e-8, 1e-9], [1e9, 1.0]]),
    "logarithm": (lambda x: np.log(x).sum(), lambda x: 1 / x, [[1e-8], [1.0], [1e8], [1e-300]]),
    "fourth power": (lambda x: np.sum(x**4), lambda x: 4 * x**3, [[0.0], [1e-3], [1e-5]]),
    "Huber": (
        lambda x: np.where(abs(x) < 1, x**2 / 2, abs(x) - 0.5).sum(), lambda x: np.clip(x, -1, 1),
        [[1.0], [0.999999], [1.0000001], [5.0, 0.0]],
    ),
    "nearly a kink": (
        lambda x: np.sqrt(x**2 + 1e-20).sum(), lambda x: x / np.sqrt(x**2 + 1e-20), [[0.0], [1e-10], [1e-12], [1.0]],
    ),
    "constant": (lambda x: 3.0 + 0 * x.sum(), lambda x: 0 * x, [[1.0, 2.0]]),
    "linear": (lambda x: 3 * x[0] - 2 * x[1], lambda x: np.array([3.0, -2.0]), [[1.0, 2.0], [0.0, 0.0], [1e10, 1e-10]]),
    "beside a large number": (lambda x: 1e10 + np.sum(x**2), lambda x: 2 * x, [[1.0], [1e-3]]),
    "tangent": (lambda x: np.tan(x).sum(), lambda x: 1 / np.cos(x) ** 2, [[1.57], [1.5707963], [0.1]]),
    "entropy": (lambda x: (x * np.log(x)).sum(), lambda x: np.log(x) + 1, [[1e-10], [1.0], [np.exp(-1)]]),
    "sine": (lambda x: np.sin(x).sum(), np.cos, [[1e8], [1e-10], [np.pi / 2], [1e15]]),
    "bell": (lambda x: np.exp(-(x**2)).sum(), lambda x: -2 * x * np.exp(-(x**2)), [[30.0], [5.0], [0.0], [26.0]]),
    "maximum": (np.max, lambda x: (x == x.max()) * 1.0, [[1.0, 2.0, 3.0], [1.0, 2.0, 2 + 1e-12]]),
    "cross-entropy": (
        lambda x: np.log(np.exp(x - x.max()).sum()) + x.max() - x[0], lambda x: softmax(x) - np.eye(len(x))[0],
        [[1.0, 2.0, 3.0], [800.0, 0.0, 1.0], [50.0, 0.0, 0.0]],
    ),
    "quadratic form": (lambda x: x @ Q @ x, lambda x: (Q + Q.T) @ x, [[1.0, 2.0], [1e-6, 1e6]]),
    "noisy": (lambda x: float(np.float32(np.sum(np.sin(x)))), np.cos, [[1.0], [0.2, 3.0]]),
}  # fmt: skip
FAULTS = {
    "sign": lambda g: -g,
    "twice": lambda g: 2 * g,
    "1e-3": lambda g: g * 1.001,
    "1e-6": lambda g: g * 1.000001,
    "shifted": lambda g: g + 1e-3 * np.max(np.abs(g)),
}
PLACES = [(name, place) for name, (_, _, places) in CASES.items() for place in places]


@pytest.mark.parametrize("wrapped", [opaque, lambda function: function], ids=["values", "read"])
@pytest.mark.parametrize(("name", "place"), PLACES, ids=[f"{name} at {place}" for name, place in PLACES])
def test_difficult_points(name, place, wrapped):
    function, gradient, _ = CASES[name]
    x = np.array(place)
    check = sg.check_gradient(wrapped(function), wrapped(gradient), at=x)
    assert check.verdict.name != "WRONG", check.explain()
    with np.errstate(all="ignore"):
        true = np.asarray(gradient(x), dtype=float)
    for fault in FAULTS.values():
        wrong = fault(true)
        if np.array_equal(wrong, true):
            continue
        check = sg.check_gradient(wrapped(function), lambda v, fault=fault: fault(gradient(np.asarray(v, dtype=float))), at=x)
        assert check.verdict.name in ("WRONG", "UNSURE"), check.explain()


def test_ordinary_points_are_settled():
    """UNSURE is for what float64 does not carry, not for convenience."""
    for name, place in [
        ("square", [1e8]),
        ("Rosenbrock", [-1.2, 1.0]),
        ("softplus", [0.0]),
        ("norm", [3.0, 4.0]),
        ("bell", [5.0]),
    ]:
        function, gradient, _ = CASES[name]
        assert sg.check_gradient(opaque(function), opaque(gradient), at=place).verdict.name == "RIGHT"


# -- large inputs ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large():
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(100, 1000)), rng.normal(size=100), rng.normal(size=1000) * 0.01

    def fun(w):
        return float(np.mean((np.tanh(X @ np.asarray(w, dtype=float)) - y) ** 2))

    def grad(w):
        t = np.tanh(X @ w)
        return 2 * X.T @ ((t - y) * (1 - t**2)) / len(y)

    return fun, grad, w


def test_a_large_gradient_is_judged_along_directions_and_says_how_surely(large):
    fun, grad, w = large
    check = sg.check_gradient(fun, grad, at=w)
    assert check.verdict.name == "RIGHT"
    assert check.entries < 40
    assert any("random directions" in note and "probability below" in note for note in check.notes)


@pytest.mark.parametrize("entry", [17, *(pytest.param(entry, marks=pytest.mark.study) for entry in (0, 999))])
def test_one_wrong_entry_of_a_thousand_is_caught(large, entry):
    fun, grad, w = large

    def wrong(w):
        result = grad(w).copy()
        result[entry] *= -1
        return result

    assert sg.check_gradient(fun, wrong, at=w).verdict.name == "WRONG"


def test_the_complex_step_serves_large_analytic_functions():
    """40,000 entries are too many for 50 digits; the function was read, so it is known to be analytic."""

    def fun(x):
        return np.sum(np.sin(x) * x)

    def grad(x):
        return np.cos(x) * x + np.sin(x)

    x = np.random.default_rng(0).normal(size=40_000)
    check = sg.check_gradient(fun, grad, at=x)
    assert check.verdict.name == "RIGHT"
    assert "slopes by the complex step" in check.explain()
    assert sg.check_gradient(fun, lambda v: grad(v) * 1.000001, at=x).verdict.name == "WRONG"
    assert (
        "complex step" not in sg.check_gradient(lambda v: np.sum(np.abs(v) ** 3), lambda v: 3 * v * np.abs(v), at=x).explain()
    )


# -- Jacobians and Hessians -----------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", [opaque, lambda function: function], ids=["values", "read"])
def test_jacobians(wrapped):
    A = np.arange(6.0).reshape(2, 3)

    def fun(x):
        return A @ np.sin(x)

    def jac(x):
        return A * np.cos(x)

    at = [0.3, 1.0, -2.0]
    assert sg.check_jacobian(wrapped(fun), jac, at=at).verdict.name == "RIGHT"
    assert sg.check_jacobian(wrapped(fun), lambda x: jac(x) * 1.0001, at=at).verdict.name == "WRONG"
    check = sg.check_jacobian(wrapped(fun), lambda x: jac(x).T, at=at)
    assert check.causes == ["transposed: the axes stand in another order"]
    one = np.zeros((2, 3))
    one[1, 2] = 1
    check = sg.check_jacobian(wrapped(fun), lambda x: jac(x) + one, at=at)
    assert check.causes[0].startswith("entry (1, 2) only")


def test_hessians():
    def fun(x):
        return np.sum(np.exp(x)) + x[0] * x[1] ** 2

    def grad(x):
        return np.exp(x) + np.array([x[1] ** 2, 2 * x[0] * x[1]])

    def hess(x):
        return np.diag(np.exp(x)) + np.array([[0, 2 * x[1]], [2 * x[1], 2 * x[0]]])

    at = [0.4, -1.1]
    assert sg.check_hessian(fun, hess, at=at).verdict.name == "RIGHT"
    assert sg.check_hessian(opaque(fun), hess, gradient=grad, at=at).verdict.name == "RIGHT"
    for wrong in (lambda x: -hess(x), lambda x: hess(x) + np.diag([0, 1e-3])):
        assert sg.check_hessian(fun, wrong, at=at).verdict.name == "WRONG"
        assert sg.check_hessian(opaque(fun), wrong, gradient=grad, at=at).verdict.name == "WRONG"
    assert sg.check_hessian(opaque(fun), hess, gradient=lambda x: -grad(x), at=at).verdict.name == "WRONG"
    with pytest.raises(SymgdError, match="give gradient="):
        sg.check_hessian(opaque(fun), hess, at=at)


# -- libraries ------------------------------------------------------------------------------------------------


class Tensor:
    """A stand-in for another library's array: functions take it and nothing else."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def detach(self):
        return self

    cpu = detach

    def numpy(self):
        return self.values


Tensor.__module__ = "torch"


@pytest.fixture
def torch(monkeypatch):
    """A PyTorch of two functions, so that the way to it and back is tried where it is not installed."""
    module = SimpleNamespace(float64="float64", tensor=lambda array, dtype: Tensor(np.array(array, dtype=dtype)))
    monkeypatch.setitem(sys.modules, "torch", module)
    return module


def only_tensors(function):
    def call(x):
        if not isinstance(x, Tensor):
            raise TypeError("must be a Tensor")
        return Tensor(function(x.values))

    return call


@pytest.mark.parametrize("at", [[1.0, 2.0], Tensor([1.0, 2.0])], ids=["numbers", "tensor"])
def test_functions_of_another_library(torch, at):
    fun = only_tensors(lambda x: np.sum(np.tanh(x)))
    assert sg.check_gradient(fun, only_tensors(lambda x: 1 - np.tanh(x) ** 2), at=at).verdict.name == "RIGHT"
    assert sg.check_gradient(fun, only_tensors(lambda x: 1 - np.tanh(x)), at=at).verdict.name == "WRONG"


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
def test_pytorch():
    import torch

    def fun(x):
        return (torch.tanh(x) ** 2).sum()

    def grad(x):
        y = x.clone().requires_grad_()
        fun(y).backward()
        return y.grad

    x = torch.tensor([0.5, -1.0], dtype=torch.float64)
    assert sg.check_gradient(fun, grad, at=x).verdict.name == "RIGHT"
    assert sg.check_gradient(fun, lambda v: 1.000001 * grad(v), at=x).verdict.name == "WRONG"
    formula = sg.formula("sum(tanh(x)**2)", shapes={"x": "n"})
    assert sg.check_gradient(formula, "x", gradient=grad).verdict.name == "RIGHT"


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="JAX is not installed")
def test_jax():
    import jax
    import jax.numpy as jnp

    def fun(x):
        return (jnp.tanh(x) ** 2).sum()

    assert sg.check_gradient(fun, jax.grad(fun), at=np.array([0.5, -1.0])).verdict.name == "RIGHT"
    assert (
        sg.check_gradient(jax.jit(fun), lambda x: 1.000001 * jax.grad(fun)(x), at=np.array([0.5, -1.0])).verdict.name == "WRONG"
    )
    assert sg.check_hessian(fun, jax.hessian(fun), gradient=jax.grad(fun), at=np.array([0.5, -1.0])).verdict.name == "RIGHT"


def test_float32_is_said_and_not_taken_for_wrong():
    def fun(x):
        return np.sum(np.sin(np.asarray(x, dtype=np.float32)))

    def grad(x):
        return np.cos(np.asarray(x, dtype=np.float32))

    check = sg.check_gradient(fun, grad, at=[1.0, 2.0])
    assert check.verdict.name == "UNSURE"
    assert "answers in float32" in check.explain()
    assert sg.check_gradient(fun, lambda x: -grad(x), at=[1.0, 2.0]).verdict.name == "WRONG"


# -- mistakes -------------------------------------------------------------------------------------------------


def test_mistakes_are_named():
    with pytest.raises(ShapeError, match="a gradient belongs to a scalar"):
        sg.check_gradient(lambda x: x**2, lambda x: 2 * x, at=[1.0, 2.0])
    with pytest.raises(SymgdError, match="not finite at this point"):
        sg.check_gradient(opaque(np.log), opaque(lambda x: 1 / x), at=0.0)
    with pytest.raises(SymgdError, match="are complex"):
        sg.check_gradient(lambda x: np.sum(x) * 1j, lambda x: x, at=[1.0])
    with pytest.raises(SymgdError, match="an array of numbers, not 'text'"):
        sg.check_gradient(lambda x: "text", lambda x: x, at=[1.0])
    with pytest.raises(SymgdError, match="a seed is a whole number"):
        sg.check_gradient(np.sum, np.ones_like, at=[1.0], seed=-1)


def test_shapes_are_equal_exactly():
    for wrong in (lambda x: 2 * x[:, None], lambda x: np.outer(x, x), np.sum):
        check = sg.check_gradient(lambda x: np.sum(x**2), wrong, at=[1.0, 2.0])
        assert check.verdict.name == "WRONG"
        assert "has shape" in check.explain()


def test_errors_of_somebodys_code_are_their_own():
    def broken(x):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        sg.check_gradient(broken, np.cos, at=[1.0])


def test_a_point_where_only_this_point_is_right_is_not_enough():
    """2x² has the slope 2 at 1, as x² has, and nowhere around."""
    for wrapped in (opaque, lambda function: function):
        assert sg.check_gradient(wrapped(lambda x: np.sum(x**2)), lambda x: 2 * x**2, at=[1.0]).verdict.name == "WRONG"


def ties(u, extreme):
    return (u == extreme) / np.sum(u == extreme)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("function", "gradient", "at"),
    [
        (lambda u: float(np.max(u) + np.min(u)), lambda u: ties(u, u.max()) + ties(u, u.min()), [2.0, 2.0, 2.0]),
        (lambda u: float(abs(float(u[0])) - abs(float(u[1]))), lambda u: np.where(u >= 0, 1.0, -1.0) * [1, -1], [0.0, 0.0]),
        (lambda u: float(max(min(u), 0)), lambda u: (u.min() >= 0) * ties(u, u.min()), [0.0, 1.0, -1.0]),
        (lambda u: float(max(min(u), 0)), lambda u: (u.min() >= 0) * ties(u, u.min()), [0.0, 0.0, 1.0]),
    ],
)
def test_subgradients_of_what_is_not_convex_are_not_called_wrong(function, gradient, at, seed):
    assert sg.check_gradient(function, gradient, at=at, seed=seed).verdict.name != "WRONG"


@pytest.mark.parametrize("x", [-0.7, 0.3, 2.0])
def test_what_rounding_hides_is_not_wrong(x):
    """log(1 + 1e-14·x²) is a stair of 2e-16, as wide as 0.02."""
    found = sg.check_gradient(lambda x: math.log(1 + (1e-7 * x) ** 2), lambda x: 2e-14 * x / (1 + 1e-14 * x * x), at=x)
    assert found.verdict.name == "UNSURE"


@pytest.mark.parametrize("x", [0.25, 0.3, 0.3000001234, -1.75])
@pytest.mark.parametrize(("claim", "verdict"), [(0.0, "UNSURE"), (1e6, "UNSURE"), (1e9, "WRONG")])
def test_stairs_have_two_slopes(x, claim, verdict):
    """That of a stair, and that of all of them, at an edge (0.25) too."""
    assert sg.check_gradient(lambda x: math.floor(x * 1e6), lambda x: claim, at=x).verdict.name == verdict


# -- work and time ----------------------------------------------------------------------------------------------


class _Slow:
    """A function each of whose calls lets the clock advance, and a gradient with one wrong entry, too small for directions."""

    scale = np.where(np.arange(20) == 13, 1e-9, 1.0)

    def __init__(self, monkeypatch, seconds):
        self.now = 0.0
        self.seconds = seconds
        monkeypatch.setattr("symgd.evaluation.effort.time", SimpleNamespace(monotonic=lambda: self.now))

    def value(self, x):
        self.now += self.seconds
        return float(np.sum(self.scale * np.asarray(x, dtype=float) ** 2))

    def gradient(self, x):
        return 2 * self.scale * x * np.where(self.scale < 1, -1.0, 1.0)


@pytest.mark.parametrize("seconds", [0.0, 1e-3, 1.0, 100.0])
def test_a_verdict_does_not_depend_on_the_time_that_a_function_takes(seconds, monkeypatch):
    slow = _Slow(monkeypatch, seconds)
    check = sg.check_gradient(slow.value, slow.gradient, at=np.linspace(1, 2, 20))
    assert check.verdict is Verdict.WRONG
    assert check.worst.index == (13,)


def test_a_budget_ends_the_comparison_entry_by_entry_and_the_check_says_so(monkeypatch):
    slow = _Slow(monkeypatch, 1.0)
    check = sg.check_gradient(slow.value, slow.gradient, at=np.linspace(1, 2, 20), budget=300)
    assert check.verdict is Verdict.RIGHT
    assert "the budget ended before all 20 entries were compared one by one" in str(check.explain())
    assert "2 random directions" in str(check.explain())
    assert slow.now < 2000
    generous = sg.check_gradient(slow.value, slow.gradient, at=np.linspace(1, 2, 20), budget=1e9)
    assert generous.verdict is Verdict.WRONG


@pytest.mark.parametrize("budget", [0, -1, math.nan, "1", True])
def test_a_budget_is_a_positive_number(budget):
    for loss, wrt in ((lambda x: float(x @ x), lambda x: 2 * x), ("x**2", "x")):
        with pytest.raises(sg.SymgdError, match="the budget, a number of seconds"):
            sg.check_gradient(loss, wrt, at=None if wrt == "x" else [1.0], budget=budget)
