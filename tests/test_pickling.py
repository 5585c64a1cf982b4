"""What symgd returns can be pickled: to keep it, and to send it to other processes."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import cloudpickle
import numpy as np
import pytest
import sympy

import symgd as sg

X, Y = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]]), np.array([1.0, 0.0, 2.0])
W = np.array([0.5, -1.0])
DATA = {"X": X, "y": Y}
LOSS = sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})

FUNCTIONS = {
    "a value": lambda: sg.lambdify(["X", "w", "y"], LOSS),
    "a gradient": lambda: sg.lambdify(["X", "w", "y"], sg.gradient(LOSS, "w"), name="slope"),
    "several": lambda: sg.lambdify(["X", "w", "y"], [LOSS, sg.gradient(LOSS, "w")]),
}
RESULTS = {
    "structure": lambda: sg.structure(sg.hessian(LOSS, "w"), "w"),
    "run": lambda: sg.minimize(LOSS, "w", data=DATA, start=W),
    "derivation": lambda: sg.derivation(LOSS, "w", check=True, code=True),
    "derivation of a Hessian": lambda: sg.derivation("x**2*y", ["x", "y"], "hessian"),
    "right": lambda: sg.check_gradient(LOSS, "w"),
    "wrong": lambda: sg.check_gradient(LOSS, "w", gradient="X.T @ (X @ w - y)"),
    "wrong code": lambda: sg.check_gradient("x**2", "x", gradient=lambda x: x),
    "convex": lambda: sg.convexity(LOSS, "w"),
    "neither": lambda: sg.convexity("x**3", "x"),
    "pieces": lambda: sg.convexity("abs(x) + x**2", "x"),
    "constraints": lambda: sg.convexity("x**2/y", ["x", "y"], constraints=["y > 0"]),
    "bounds": lambda: sg.curvature_bounds(LOSS, "w", data=DATA),
    "safe rate": lambda: sg.safe_learning_rate(LOSS, "w", DATA),
    "expansion": lambda: sg.taylor("exp(x)*cos(y)", ["x", "y"]),
    "expansion of a function without names": lambda: sg.taylor("zeta(x)", "x", at=2, order=2),
    "stationary points": lambda: sg.stationary_points("x**3 - 3*x", ["x"]),
    "named": lambda: sg.gradient(LOSS, "w").named(),
    "accuracy": lambda: sg.accuracy("log(1 + x)", "x", at={"x": 1e-8}),
    "blocks": lambda: sg.hessian_blocks(sg.formula("x**2*y"), ["x", "y"]),
    "settings": lambda: [
        sg.Adam(), sg.Momentum(), sg.Newton(), sg.GradientDescent(), sg.Backtracking(), sg.LearningRate(0.1, 0.01),
        sg.Batches(5, 2, 0),
    ],
}  # fmt: skip
COPIES = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "cloudpickle": lambda value: pickle.loads(cloudpickle.dumps(value)),
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_compiled_functions(name, copied):
    function = FUNCTIONS[name]()
    again = copied(function)
    found, expected = again(X, W, Y), function(X, W, Y)
    for one, other in zip(found, expected, strict=True) if isinstance(expected, list) else [(found, expected)]:
        np.testing.assert_array_equal(one, other)
    assert (again.source, again.arguments, again.backend, again.__name__) == (
        function.source, function.arguments, function.backend, function.__name__,
    )  # fmt: skip


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("name", RESULTS)
def test_results(name, copied):
    value = RESULTS[name]()
    again = copied(value)
    assert type(again) is type(value)
    assert str(again) == str(value)
    for method in ("to_dict", "explain", "latex", "text", "html"):
        if hasattr(value, method):
            assert getattr(again, method)() == getattr(value, method)(), method


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("formula", ["mean((X @ w - y)**2)", "sum(exp(X @ w) - y*(X @ w))"])
def test_objectives_and_operators(formula, copied):
    loss = sg.formula(formula, shapes={"X": "m n", "w": "n", "y": "m"})
    goal = sg.objective(loss, "w", DATA)
    again = copied(goal)
    assert again.fun(W) == goal.fun(W)
    np.testing.assert_array_equal(again.jac(W), goal.jac(W))
    np.testing.assert_array_equal(again.hess(W) @ W, goal.hess(W) @ W)
    make = sg.lambdify(["X", "w", "y"], sg.structure(sg.hessian(loss, "w"), "w"))
    operator = make(X, W, Y)
    for other in (copied(make)(X, W, Y), copied(operator)):
        np.testing.assert_array_equal(other.dense(), operator.dense())
        assert type(other) is type(operator)


def test_an_expansion_that_was_pickled_still_has_bounds():
    expansion = pickle.loads(pickle.dumps(sg.taylor("exp(x)", "x", order=3)))
    assert float(expansion.bound({"x": (-1, 1)})) >= np.exp(1) - (1 + 1 + 1 / 2 + 1 / 6)
    assert str(expansion.remainder) == str(sg.taylor("exp(x)", "x", order=3).remainder)


OF_POLYNOMIALS = ["x**2 + y**2 + x*y", "sqrt(1 + x**2)", "exp(x) + exp(-x)", "x*log(x)", "log(cosh(x))", "(x**2 + 1)**2"]


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("text", OF_POLYNOMIALS)
def test_a_proof_that_was_pickled_can_be_checked(text, copied):
    formula = sg.formula(text)
    verdict = sg.convexity(formula, list(formula.symbols))
    assert copied(verdict).check()
    assert copied(verdict.proof).check()


def test_another_process_checks_proofs():
    """The hashes of polynomials are others there."""
    verdicts = [sg.convexity(text, list(sg.formula(text).symbols)) for text in OF_POLYNOMIALS]
    code = "import pickle, sys; print([verdict.check() for verdict in pickle.load(sys.stdin.buffer)])"
    done = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(verdicts), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() == str([True] * len(verdicts))


def test_polynomials_of_other_rings_are_left_to_sympy():
    ring, x = sympy.ring("x", sympy.ZZ)
    assert copy.copy(x + 1) == x + 1
    assert copy.copy(x + 1).ring is ring


def test_another_process_calls_a_compiled_function():
    """Nothing of symgd is imported there before the pickle is read."""
    code = "import pickle, sys; function, values = pickle.load(sys.stdin.buffer); print(repr(function(*values).tolist()))"
    function = FUNCTIONS["a gradient"]()
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps((function, (X, W, Y))), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() == repr(function(X, W, Y).tolist())


def test_processes_that_are_started_anew_compute():
    goal = sg.objective(LOSS, "w", DATA)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(goal.fun, W).result() == goal.fun(W)
        (value,) = pool.map(FUNCTIONS["a value"](), [X], [W], [Y])
    assert value == goal.fun(W)
