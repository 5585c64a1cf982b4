from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.optimize

import symgd as sg
from symgd.descent.batches import Batches
from symgd.descent.minimize import Problem, descend
from symgd.descent.outcome import Outcome
from symgd.errors import ShapeError, SymgdError

SHAPES = {"X": "m n", "w": "n", "y": "m"}


@pytest.fixture
def least_squares():
    generator = np.random.default_rng(0)
    X = generator.normal(size=(60, 3))
    y = X @ [1.0, -2.0, 0.5] + 0.1 * generator.normal(size=60)
    loss = sg.formula("mean((X @ w - y)**2)", shapes=SHAPES)
    return loss, {"X": X, "y": y}, np.linalg.lstsq(X, y, rcond=None)[0]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"step_size": sg.LearningRate(0.2), "epochs": 500},
        {"direction": sg.Momentum(0.8), "step_size": sg.LearningRate(0.05), "epochs": 800},
        {"direction": sg.Adam(), "step_size": sg.LearningRate(0.05), "epochs": 3000},
        {"direction": sg.Newton(), "epochs": 2},
        {"direction": "newton", "step_size": 1.0, "epochs": 2},
    ],
    ids=["backtracking", "fixed rate", "momentum", "Adam", "Newton", "Newton by name"],
)
def test_full_batches_reach_the_optimum(least_squares, options):
    loss, data, best = least_squares
    run = sg.minimize(loss, "w", data=data, **options)
    assert run.outcome is Outcome.CONVERGED
    np.testing.assert_allclose(run.x, best, atol=1e-6)


@pytest.mark.parametrize("batch_size", [1, 7, 60])
def test_mini_batches_come_close_and_are_reproducible(least_squares, batch_size):
    loss, data, best = least_squares
    options = {"data": data, "batch_size": batch_size, "epochs": 60, "seed": 3, "step_size": sg.LearningRate(0.05, decay=0.01)}
    run, again = sg.minimize(loss, "w", **options), sg.minimize(loss, "w", **options)
    np.testing.assert_array_equal(run.x, again.x)
    np.testing.assert_allclose(run.x, best, atol=0.1)
    assert run.updates == run.epochs * -(-60 // batch_size)


def test_adam_takes_the_published_first_steps():
    """Kingma & Ba 2015, algorithm 1, by hand: with a constant gradient every step is the learning rate."""
    direction = sg.Adam(epsilon=0.0)
    direction.start(np.zeros(1))
    for _ in range(5):
        assert direction.next(np.array([3.0])) == pytest.approx(1.0)


def test_momentum_adds_up_gradients():
    direction = sg.Momentum(0.5)
    direction.start(np.zeros(1))
    assert [float(direction.next(np.array([1.0]))[0]) for _ in range(3)] == [1.0, 1.5, 1.75]


def test_divergence_stops_the_run_with_step_value_and_advice():
    run = sg.minimize("x**2", "x", start=1.0, step_size=sg.LearningRate(3.0), epochs=1000)
    assert run.outcome is Outcome.DIVERGED
    assert "learning rate 3" in run.message
    assert "try 0.3" in run.message
    assert run.epochs < 40
    assert run.x == 1.0


def test_the_first_value_that_is_not_finite_stops_the_run():
    run = sg.minimize("exp(x**2)", "x", start=5.0, step_size=sg.LearningRate(1.0), epochs=100)
    assert run.outcome in (Outcome.NOT_FINITE, Outcome.DIVERGED)
    assert run.epochs <= 2
    run = sg.minimize("log(x)", "x", start=1.0, step_size=sg.LearningRate(5.0), epochs=10)
    assert run.outcome is Outcome.NOT_FINITE
    assert "At step 1" in run.message


def test_history_has_an_entry_for_each_epoch(least_squares):
    loss, data, _ = least_squares
    run = sg.minimize(loss, "w", data=data, batch_size=25, epochs=4, step_size=sg.LearningRate(0.1))
    assert len(run.history) == 5
    assert run.history.updates == [0, 3, 6, 9, 12]
    assert run.outcome is Outcome.EPOCHS_DONE
    assert run.value == min(run.history.value)


def test_standing_still_ends_the_run():
    run = sg.minimize("(x - 1)**2 + 3", "x", start=0.0, step_size=sg.LearningRate(0.1), epochs=10_000, value_tolerance=1e-9)
    assert run.outcome is Outcome.NO_PROGRESS


def test_an_interrupted_run_keeps_its_state():
    def interrupt(epoch, value):
        if epoch == 5:
            raise KeyboardInterrupt

    run = sg.minimize("(x - 1)**2", "x", start=0.0, step_size=sg.LearningRate(0.1), progress=interrupt)
    assert run.outcome is Outcome.INTERRUPTED
    assert run.epochs == 5
    assert 0.6 < run.x < 0.7


def test_several_variables_of_different_shapes():
    generator = np.random.default_rng(1)
    X = generator.normal(size=(40, 2))
    y = np.tanh(X @ [1.0, -1.0]) * 2 + 0.5
    loss = sg.formula("mean((v @ tanh(W @ X.T) + b - y)**2)", shapes={"X": "m n", "W": "h n", "v": "h", "y": "m"})
    start = {"W": generator.normal(size=(3, 2)), "v": np.ones(3), "b": 0.0}
    run = sg.minimize(loss, ["W", "v", "b"], data={"X": X, "y": y}, start=start, epochs=400)
    assert set(run.x) == {"W", "v", "b"}
    assert run.x["W"].shape == (3, 2)
    assert run.value < 0.01


def test_the_start_without_one_is_seeded():
    loss = sg.formula("sum(w**4)", shapes={"w": "3"})
    first, second, other = (sg.minimize(loss, "w", seed=seed, epochs=1) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.x, second.x)
    assert not np.array_equal(first.x, other.x)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": {}}, "data is missing for"),
        ({"data": {"X": np.ones((4, 3)), "y": np.ones(5)}}, "y has shape"),
        ({"batch_size": 0}, "the size of a batch is a whole number from 1 to 60, not 0"),
        ({"batch_size": 61}, "the size of a batch is a whole number from 1 to 60, not 61"),
        ({"start": [1.0]}, "w has shape"),
        ({"start": [np.nan, 1.0, 1.0]}, r"the start of w is not finite: it is nan at \[0\]"),
        ({"epochs": -1}, "epochs"),
        ({"batch_size": 5, "step_size": sg.Backtracking()}, "a line search needs the loss on all samples"),
    ],
)
def test_bad_input_is_named(least_squares, change, message):
    loss, data, _ = least_squares
    with pytest.raises(SymgdError, match=message):
        sg.minimize(loss, "w", **{"data": data, **change})


@pytest.mark.parametrize(
    "make",
    [
        lambda: sg.LearningRate(0.0),
        lambda: sg.LearningRate(float("nan")),
        lambda: sg.LearningRate(0.1, decay=-1),
        lambda: sg.Momentum(1.0),
        lambda: sg.Adam(beta1=-0.1),
        lambda: sg.Backtracking(shrink=2),
    ],
)
def test_impossible_settings_are_refused(make):
    with pytest.raises(SymgdError):
        make()


def test_numbers_and_names_stand_for_step_sizes_and_directions():
    run = sg.minimize("(x - 1)**2", "x", start=0.0, direction="momentum", step_size=0.01, epochs=2000)
    assert float(run.x) == pytest.approx(1)
    assert float(sg.minimize("(x - 1)**2", "x", start=0.0, direction=sg.Adam, step_size=0.1, epochs=2000).x) == pytest.approx(1)
    for options in ({"direction": "sideways"}, {"direction": 3}, {"step_size": "big"}, {"step_size": sg.LearningRate}):
        with pytest.raises(SymgdError, match="is not a"):
            sg.minimize("x**2", "x", **options)


def test_batches_need_an_axis_without_a_fixed_length():
    loss = sg.formula("mean((X @ w)**2)", shapes={"X": "4 2", "w": "2"})
    with pytest.raises(SymgdError, match="named axes"):
        sg.minimize(loss, "w", data={"X": np.ones((4, 2))}, batch_size=2)


def test_data_that_are_not_numbers_are_refused(least_squares):
    loss, data, _ = least_squares
    with pytest.raises(SymgdError, match="the value of y is an array of numbers"):
        sg.minimize(loss, "w", data={**data, "y": ["a"] * 60})


def test_the_objective_is_what_scipy_takes(least_squares):
    loss, data, best = least_squares
    goal = sg.objective(loss, "w", data)
    for method, more in (("L-BFGS-B", {}), ("Newton-CG", {"hess": goal.hess}), ("trust-ncg", {"hessp": goal.hessp})):
        found = scipy.optimize.minimize(goal.fun, np.zeros(3), jac=goal.jac, method=method, **more)
        np.testing.assert_allclose(found.x, best, atol=1e-4)
    v = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(goal.hessp(best, v), goal.hess(best) @ v, rtol=1e-12)
    np.testing.assert_allclose(goal.hess(best), 2 * data["X"].T @ data["X"] / 60, rtol=1e-12)


def test_the_objective_of_several_variables_has_one_flat_vector():
    loss = sg.formula("sum((W @ x + b)**2)", shapes={"W": "2 3", "x": "3", "b": "2"})
    goal = sg.objective(loss, ["W", "b"], {"x": np.array([1.0, 2.0, 3.0])})
    x = goal.pack({"W": np.arange(6.0).reshape(2, 3), "b": np.ones(2)})
    assert x.shape == (8,)
    assert goal.hess(x).shape == (8, 8)
    np.testing.assert_allclose(goal.hess(x), goal.hess(x).T)
    np.testing.assert_allclose(goal.hessp(x, np.ones(8)), goal.hess(x) @ np.ones(8))
    np.testing.assert_allclose(goal.jac(x), scipy.optimize.approx_fprime(x, goal.fun), rtol=1e-5)
    with pytest.raises(ShapeError):
        goal.fun(np.ones(7))


def test_the_curve_can_be_drawn(least_squares):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    loss, data, _ = least_squares
    ax = Figure().subplots()
    assert sg.minimize(loss, "w", data=data).plot(ax=ax) is ax
    assert ax.get_xlabel() == "epoch"


def test_an_accepted_trial_is_not_evaluated_again(least_squares):
    loss, data, _ = least_squares
    goal = sg.objective(loss, "w", data)
    asked = []
    compute = goal._first

    def counted(*values):
        asked.append(values[0].tobytes())
        return compute(*values)

    goal._first = counted
    problem = Problem(goal.fun, goal.value_and_gradient)
    run = descend(problem, np.zeros(3), sg.GradientDescent(), sg.Backtracking(), Batches(60), epochs=20)
    assert run.updates > 5
    assert len(asked) == len(set(asked))


def test_a_gradient_that_is_changed_does_not_change_the_next_answer(least_squares):
    loss, data, _ = least_squares
    goal = sg.objective(loss, "w", data)
    _, gradient = goal.value_and_gradient(np.zeros(3))
    expected = gradient.copy()
    gradient += 1
    np.testing.assert_array_equal(goal.jac(np.zeros(3)), expected)


def test_newton_descends_where_the_hessian_is_not_positive_definite():
    run = sg.minimize("x**4 - 2*x**2 + y**2 + x*y", ["x", "y"], start=[0.1, 0.3], direction=sg.Newton(), epochs=50)
    assert run.outcome is Outcome.CONVERGED
    assert all(later <= earlier for earlier, later in itertools.pairwise(run.history.value))
    x, y = run.x
    assert 4 * x**3 - 4 * x + y == pytest.approx(0, abs=1e-7)
    assert 12 * x**2 - 4 > 0.5


def test_newton_solves_large_rosenbrock_by_its_bands():
    n = 100_000
    loss = sg.formula("sum(100*(x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)", shapes={"x": "n"})
    run = sg.minimize(loss, "x", start=np.full(n, 0.9), direction=sg.Newton(), epochs=60)
    np.testing.assert_allclose(run.x, 1.0, atol=1e-6)


def test_newton_needs_all_samples(least_squares):
    loss, data, _ = least_squares
    with pytest.raises(SymgdError, match="Newton needs the Hessian on all samples"):
        sg.minimize(loss, "w", data=data, direction=sg.Newton(), batch_size=10)
    with pytest.raises(SymgdError, match="damping"):
        sg.Newton(-1.0)


def test_newton_does_not_make_a_large_operator_dense():
    loss = sg.formula("sum(x**4) - sum(x**2)", shapes={"x": "n"})
    run = sg.minimize(loss, "x", start=np.full(100_000, 0.1), direction=sg.Newton(), epochs=3)  # negative curvature
    assert run.value < -0.01 * 100_000
    assert all(later < earlier for earlier, later in itertools.pairwise(run.history.value))


def test_data_that_are_not_finite_are_named():
    loss = sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
    X, y = np.ones((3, 2)), np.ones(3)
    X[2, 1] = np.nan
    with pytest.raises(SymgdError, match=r"the value of X is not finite: it is nan at \[2, 1\]"):
        sg.minimize(loss, "w", data={"X": X, "y": y})
    with pytest.raises(SymgdError, match="the loss at the start is"):
        sg.minimize("log(s)", "s", start=-1.0)


@pytest.mark.parametrize("answer", [np.ma.array([1.0], mask=[1]), [1j], ["1"], None])
def test_directions_are_numbers(answer):
    class Wrong:
        def start(self, x):
            pass

        def next(self, gradient):
            return answer

    with pytest.raises(SymgdError, match="^a direction"):
        sg.minimize("s**2", "s", start=1.0, direction=Wrong(), step_size=0.1)


def test_a_random_start_outside_the_facts_asks_for_one():
    loss = sg.formula("sum(w - log(w))", shapes={"w": "3"}, facts={"w": {"positive": True}})
    with pytest.raises(SymgdError, match=r"(?s)the random start of w is not what was declared.*give a start"):
        sg.minimize(loss, "w")
    assert sg.minimize(loss, "w", start=[0.5, 1.0, 2.0]).value == pytest.approx(3.0)
