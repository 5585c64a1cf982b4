"""Objectives and descents against closed forms and SciPy, how data and starts are read, and what is refused."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import scipy.optimize

import symgd as sg
from symgd.api.goals import read_goal
from symgd.api.minimization import minimize, objective
from symgd.errors import DataError, ShapeError, SymgdError

GENERATOR = np.random.default_rng(4)
X = GENERATOR.normal(size=(8, 3))
y = GENERATOR.normal(size=8)
DATA = {"X": X, "y": y}
SHAPES = {"X": "m n", "y": "m", "w": "n"}
LOSS = sg.formula("mean((X @ w - y)**2)", shapes=SHAPES)
SOLUTION = np.linalg.lstsq(X, y, rcond=None)[0]
PAIR = sg.formula("sum((U @ v - t)**2) + sum(v**4)", shapes={"U": "m n", "v": "n", "t": "m"})
SIZED_PAIR = sg.formula(str(PAIR), shapes={"U": (2, 3), "v": 3, "t": 2})
U, v, t = GENERATOR.normal(size=(2, 3)), GENERATOR.normal(size=3), GENERATOR.normal(size=2)

OBJECTIVES = {
    "vector": (LOSS, "w", DATA, 3),
    "two tensors": (SIZED_PAIR, ["U", "v"], {"t": t}, 9),
    "scalars as a vector": (sg.formula("(1 - a)**2 + 100*(b - a**2)**2"), ["a", "b"], None, 2),
    "a scalar": (sg.formula("a**4 - 3*a"), "a", None, 1),
    "logistic": (sg.formula("mean(log(1 + exp(-y*(X @ w)))) + w @ w / 10", shapes=SHAPES), "w", DATA, 3),
}


def made(name):
    loss, wrt, data, size = OBJECTIVES[name]
    if name == "two tensors":
        return objective(loss, wrt, data), np.concatenate([U.ravel(), v])
    return objective(loss, wrt, data), GENERATOR.normal(size=size)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_gradients_are_those_of_differences(name):
    goal, x = made(name)
    assert goal.size == OBJECTIVES[name][-1]
    assert scipy.optimize.check_grad(goal.fun, goal.jac, x) < 1e-5 * (1 + np.linalg.norm(goal.jac(x)))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_hessians_are_the_slopes_of_gradients_and_give_their_products(name):
    goal, x = made(name)
    step = 1e-6
    columns = [(goal.jac(x + step * one) - goal.jac(x - step * one)) / (2 * step) for one in np.eye(goal.size)]
    matrix = np.asarray(goal.hess(x))
    np.testing.assert_allclose(matrix, np.array(columns), rtol=1e-5, atol=1e-6 * np.abs(matrix).max())
    direction = np.arange(1.0, goal.size + 1)
    np.testing.assert_allclose(goal.hessp(x, direction), matrix @ direction, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_pickled_objectives_compute_the_same(name):
    goal, x = made(name)
    again = pickle.loads(pickle.dumps(goal))
    assert again.fun(x) == goal.fun(x)
    np.testing.assert_array_equal(again.jac(x), goal.jac(x))


def test_scipy_finds_the_least_squares_solution():
    goal = objective(LOSS, "w", DATA)
    found = scipy.optimize.minimize(goal.fun, np.zeros(3), jac=goal.jac, method="BFGS", options={"gtol": 1e-9})
    np.testing.assert_allclose(goal.unpack(found.x), SOLUTION, atol=1e-7)


def test_variables_are_laid_one_after_the_other_and_come_back_in_their_shapes():
    goal, x = made("two tensors")
    np.testing.assert_array_equal(goal.pack({"U": U, "v": v}), x)
    np.testing.assert_array_equal(goal.pack([U, v]), x)
    back = goal.unpack(x)
    np.testing.assert_array_equal(back["U"], U)
    np.testing.assert_array_equal(back["v"], v)


def test_data_and_first_values_give_the_shapes():
    goal = read_goal(LOSS, "w", DATA, None)
    assert [node.name for node in goal.variables] == ["w"]
    assert goal.shapes == [(3,)]
    assert {node.name for node in goal.values} == {"X", "y"}
    assert read_goal(PAIR, ["U", "v"], {"t": t}, {"U": U, "v": v}).shapes == [(2, 3), (3,)]


# -- descents ---------------------------------------------------------------------------------------------------

METHODS = {
    "default": {},
    "safe": {"step_size": "safe"},
    "number": {"step_size": 0.1},
    "momentum by name": {"direction": "momentum", "step_size": 0.05},
    "Newton": {"direction": sg.Newton(), "epochs": 20},
    "class": {"direction": sg.Newton, "epochs": 20},
    "Adam": {"direction": sg.Adam(), "step_size": 0.05},
}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_the_least_squares_solution(method):
    run = minimize(LOSS, "w", data=DATA, **{"epochs": 3000, **METHODS[method]})
    assert run.outcome.is_success
    np.testing.assert_allclose(run.x, SOLUTION, atol=1e-5)
    assert run.value == pytest.approx(np.mean((X @ SOLUTION - y) ** 2), rel=1e-8)


def test_newton_solves_a_quadratic_in_one_step():
    run = minimize(LOSS, "w", data=DATA, direction=sg.Newton(), start=np.ones(3))
    assert run.outcome.name == "CONVERGED"
    assert run.epochs == 1


def test_a_run_does_not_depend_on_anything_but_the_seed():
    runs = [minimize(LOSS, "w", data=DATA, batch_size=2, epochs=5, seed=seed) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(runs[0].x, runs[1].x)
    assert not np.array_equal(runs[0].x, runs[2].x)


def test_batches_count_their_updates():
    run = minimize(LOSS, "w", data=DATA, batch_size=3, epochs=4)
    assert run.updates == 4 * 3
    assert run.history.updates == [0, 3, 6, 9, 12]


def test_progress_is_told_after_every_epoch():
    told = []
    run = minimize(LOSS, "w", data=DATA, epochs=3, gradient_tolerance=0, progress=lambda *one: told.append(one))
    assert [epoch for epoch, _ in told] == [1, 2, 3]
    assert [value for _, value in told] == run.history.value[1:]


@pytest.mark.parametrize("start", [[1, 2, 3], np.ones(3), {"w": np.ones(3)}, {LOSS.symbols[1]: [1, 2, 3]}], ids=str)
def test_a_start_may_be_given_in_any_form(start):
    run = minimize(LOSS, "w", data=DATA, start=start, epochs=0)
    given = next(iter(start.values())) if isinstance(start, dict) else start
    np.testing.assert_array_equal(run.x, np.asarray(given, dtype=float))


def test_what_is_found_has_the_form_of_the_variables():
    assert np.ndim(minimize("(a - 2)**2", "a").x) == 0
    assert minimize("(a - 2)**2 + b**2", ["a", "b"]).x.shape == (2,)
    run = minimize(PAIR, ["U", "v"], data={"t": t}, start={"U": U, "v": v}, epochs=2)
    assert {name: value.shape for name, value in run.x.items()} == {"U": (2, 3), "v": (3,)}


REFUSED = {
    "missing data": (lambda: objective(LOSS, "w", {"X": X}), SymgdError, "data is missing for y"),
    "no data": (lambda: objective(LOSS, "w"), SymgdError, "data is missing for X, y"),
    "data that are no mapping": (lambda: objective(LOSS, "w", [X, y]), SymgdError, "data is a mapping"),
    "unknown data": (lambda: objective(LOSS, "w", {**DATA, "q": 1}), SymgdError, "'q' is not in the formula"),
    "data of a variable": (lambda: objective(LOSS, "w", {**DATA, "w": y}), SymgdError, "w is a variable, so it has no data"),
    "other sizes": (lambda: objective(LOSS, "w", {"X": X, "y": y[:-1]}), ShapeError, "m"),
    "a text": (lambda: objective(LOSS, "w", {"X": X, "y": "y"}), DataError, "the value of y is an array of numbers"),
    "an unknown size": (lambda: objective(PAIR, ["U", "v"], {"t": t}), ShapeError, "so U has no shape yet"),
    "a vector": (lambda: objective(sg.tensor("w", 3), "w"), ShapeError, "scalar"),
    "a missing start": (
        lambda: minimize(PAIR, ["U", "v"], data={"t": t}, start={"U": U}), SymgdError, "the start of v is missing",
    ),
    "a start of no variable": (
        lambda: minimize(LOSS, "w", data=DATA, start={"w": np.ones(3), "q": 1}), SymgdError, "has a start and is no variable",
    ),
    "a start of another size": (lambda: minimize(LOSS, "w", data=DATA, start=np.ones(4)), ShapeError, "n"),
    "a start that is not finite": (
        lambda: minimize(LOSS, "w", data=DATA, start=[1, np.nan, 2]),
        DataError, r"the start of w is not finite: it is nan at \[1\]",
    ),
    "data that are not finite": (
        lambda: minimize(LOSS, "w", data={"X": X, "y": [*y[:-1], np.inf]}), DataError, "the value of y is not finite",
    ),
    "a start that is not what was declared": (
        lambda: minimize(sg.formula("a + 1/a", facts={"a": {"positive": True}}), "a", start=-1.0), DataError, "the start of a",
    ),
    "batches without samples": (lambda: minimize("(a - 1)**2", "a", batch_size=1), SymgdError, "there are no samples"),
    "a batch": (lambda: minimize(LOSS, "w", data=DATA, batch_size=0), SymgdError, "batch"),
    "a direction": (lambda: minimize(LOSS, "w", data=DATA, direction="down"), SymgdError, "'down' is not a direction"),
    "a step size": (lambda: minimize(LOSS, "w", data=DATA, step_size="big"), SymgdError, "'big' is not a step size"),
    "a seed": (lambda: minimize(LOSS, "w", data=DATA, seed=0.5), SymgdError, "a seed"),
    "epochs": (lambda: minimize(LOSS, "w", data=DATA, epochs=-1), SymgdError, "epochs is a whole number"),
    "a tolerance": (lambda: minimize(LOSS, "w", data=DATA, gradient_tolerance=-1), SymgdError, "gradient_tolerance"),
    "a line search on batches": (
        lambda: minimize(LOSS, "w", data=DATA, batch_size=2, step_size="backtracking"), SymgdError, "a line search needs",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()
