"""What is said at the end of a run is true: objectives without a minimum, with saddles, plateaus, asymptotes and steep walls.

What is true of each of them is elementary analysis, written beside it.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import symgd as sg
from symgd.descent.outcome import Outcome
from symgd.errors import SymgdError

XY = ["x", "y"]
ROSENBROCK = "(1 - x)**2 + 100*(y - x**2)**2"
HIMMELBLAU = "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"

OBJECTIVES = [
    # minima, well and badly scaled
    ("x**2", "x", 1.0, {}, Outcome.CONVERGED),
    ("x**2", "x", 1e150, {}, Outcome.CONVERGED),
    ("x**2 + 1e-9*x", "x", 1e-3, {}, Outcome.CONVERGED),
    ("1e-12*(x - 1000)**2", "x", 0.0, {}, Outcome.CONVERGED),
    ("1e12*(x - 1000)**2", "x", 0.0, {"epochs": 1000}, Outcome.CONVERGED),
    ("(x - 3)**2 + 1e10", "x", 0.0, {}, Outcome.CONVERGED),
    ("(x - 3)**2", "x", 3.0, {}, Outcome.CONVERGED),
    ("(x - 3)**2", "x", 3 + 1e-9, {}, Outcome.CONVERGED),
    ("x**4", "x", 1.0, {}, Outcome.CONVERGED),
    ("x**20", "x", 10.0, {}, Outcome.CONVERGED),
    ("exp(x) - x", "x", 50.0, {}, Outcome.CONVERGED),
    ("cosh(x)", "x", 30.0, {}, Outcome.CONVERGED),
    ("x**x", "x", 1.0, {}, Outcome.CONVERGED),
    ("abs(x)", "x", 1.0, {}, Outcome.CONVERGED),
    ("x**4 - x**2", "x", 0.1, {}, Outcome.CONVERGED),
    ("x**2*y**2", XY, [1.0, 2.0], {"epochs": 5000}, Outcome.CONVERGED),
    (ROSENBROCK, XY, [-1.2, 1.0], {"direction": "Newton"}, Outcome.CONVERGED),
    (ROSENBROCK, XY, [-1.2, 1.0], {"epochs": 30_000}, Outcome.CONVERGED),
    (HIMMELBLAU, XY, [0.0, 0.0], {}, Outcome.CONVERGED),
    ("x**2/(1 + x**2)", "x", 100.0, {"epochs": 5000}, Outcome.CONVERGED),
    ("x**2", "x", 1.0, {"direction": "momentum", "step_size": 0.1, "epochs": 1000}, Outcome.CONVERGED),
    ("(x + y - 1)**2", XY, [4.0, 5.0], {}, Outcome.CONVERGED),  # a valley
    ("relu(x - 1) + relu(-1 - x)", "x", 5.0, {}, Outcome.CONVERGED),  # a convex plateau
    # saddle points, maxima and points of inflection
    ("x**2 - y**2", XY, [1, 0], {}, Outcome.SADDLE),
    ("x**2 - y**2", XY, [0, 0], {}, Outcome.SADDLE),
    ("x**2 - 1e-3*y**2", XY, [1, 0], {}, Outcome.SADDLE),
    ("x*y", XY, [0, 0], {}, Outcome.SADDLE),
    ("x**2 - y**4", XY, [1, 0], {}, Outcome.SADDLE),
    ("-x**2", "x", 0.0, {}, Outcome.SADDLE),
    ("x**4 - x**2", "x", 0.0, {}, Outcome.SADDLE),
    ("x**3", "x", 0.0, {}, Outcome.SADDLE),
    ("sin(x)", "x", float(np.pi / 2), {}, Outcome.SADDLE),
    ("sum(v**2) - 3*v[3]**2", "v", np.eye(6)[0], {"shapes": {"v": "6"}}, Outcome.SADDLE),
    ("sum(v**2) - 3*v[17]**2", "v", np.eye(40)[0], {"shapes": {"v": "40"}}, Outcome.SADDLE),
    # plateaus, underflow and asymptotes
    ("(sigmoid(x) - 1)**2", "x", -800.0, {}, Outcome.FLAT),
    ("exp(-x**2)", "x", 30.0, {}, Outcome.FLAT),
    ("-exp(-x**2)", "x", 30.0, {}, Outcome.FLAT),
    ("exp(-x)", "x", 0.0, {}, Outcome.FLAT),
    ("1/x", "x", 1.0, {"epochs": 2000}, Outcome.FLAT),
    ("tanh(x)", "x", 0.0, {}, Outcome.FLAT),
    ("log(1 + exp(-x))", "x", 0.0, {}, Outcome.FLAT),
    # without bound
    ("-x**2", "x", 1.0, {}, Outcome.UNBOUNDED),
    ("x**3", "x", 1.0, {}, Outcome.UNBOUNDED),
    ("x", "x", 0.0, {}, Outcome.UNBOUNDED),
    ("log(x)", "x", 1.0, {}, Outcome.UNBOUNDED),
    # steps that are too long
    ("x**2", "x", 1.0, {"step_size": 1.0}, Outcome.OSCILLATES),
    ("x**2", "x", 1.0, {"step_size": 1.0001}, Outcome.OSCILLATES),
    ("x**2", "x", 1.0, {"step_size": 1.5, "epochs": 1000}, Outcome.DIVERGED),
    ("log(x)", "x", 1.0, {"step_size": 5.0}, Outcome.NOT_FINITE),
    # not done
    ("x**3", "x", 1.0, {"step_size": 0.1}, Outcome.EPOCHS_DONE),
    (ROSENBROCK, XY, [-1.2, 1.0], {}, Outcome.EPOCHS_DONE),
    (ROSENBROCK, XY, [-1.2, 1.0], {"max_seconds": 0.0}, Outcome.TIME_LIMIT),
]
SUCCESSES = {Outcome.CONVERGED, Outcome.NO_PROGRESS, Outcome.EPOCHS_DONE}


def run_of(text, wrt, start, options):
    options = dict(options)
    loss = sg.formula(text, shapes=options.pop("shapes", {}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return sg.minimize(loss, wrt, start=start, **options)


@pytest.mark.parametrize(("text", "wrt", "start", "options", "outcome"), OBJECTIVES, ids=range(len(OBJECTIVES)))
def test_the_outcome_is_true(text, wrt, start, options, outcome):
    run = run_of(text, wrt, start, options)
    assert run.outcome is outcome, run
    assert run.success is run.outcome.is_success is (outcome in SUCCESSES)
    assert (run.status == 0) is (outcome is Outcome.CONVERGED)
    assert run.value <= run.history.value[0]


def test_a_start_without_a_gradient_is_refused():
    with pytest.raises(SymgdError, match="the gradient at the start is inf"):
        sg.minimize("sqrt(x)", "x", start=0.0)


def test_a_run_has_the_fields_of_scipys_results():
    run = sg.minimize(ROSENBROCK, XY, start=[-1.2, 1.0], direction="Newton")
    assert (run.fun, run.nit, run.success, run.status) == (run.value, run.epochs, True, 0)
    np.testing.assert_allclose(run.jac, 0, atol=1e-7)
    np.testing.assert_array_equal(run.x, run.x_last)
    assert run.nfev >= run.njev > run.nit
    assert run.seconds > 0
    worse = sg.minimize("x**2", "x", start=1.0, step_size=1.2, epochs=5)
    assert (worse.x, abs(worse.x_last) > 1) == (1.0, True)


def test_a_callback_sees_each_epoch_and_may_stop_the_run():
    seen = []

    def callback(intermediate_result):
        seen.append(intermediate_result)
        if intermediate_result.nit == 3:
            raise StopIteration

    loss = sg.formula("sum((W - 1)**2)", shapes={"W": "2 2"})
    run = sg.minimize(loss, "W", start=np.zeros((2, 2)), step_size=0.1, callback=callback)
    assert run.outcome is Outcome.STOPPED
    assert not run.success
    assert [result.nit for result in seen] == [1, 2, 3]
    assert seen[0].x.shape == (2, 2)
    np.testing.assert_allclose([result.fun for result in seen], [4 * 0.64**k for k in (1, 2, 3)])


@pytest.mark.parametrize(("name", "value"), [("max_seconds", -1.0), ("max_seconds", "a"), ("callback", 3)])
def test_what_is_no_option_is_refused(name, value):
    with pytest.raises(SymgdError, match=name):
        sg.minimize("x**2", "x", start=1.0, **{name: value})
