"""Step sizes: rates that stay or fall, and the first trial that lowers the loss enough."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from symgd.descent.direction import Momentum, Newton
from symgd.descent.step_size import Backtracking, LearningRate, as_step_size
from symgd.errors import SymgdError


@pytest.mark.parametrize("rate", [0.1, Fraction(1, 4), 3])
@pytest.mark.parametrize("decay", [0, 0.5, 7])
def test_a_learning_rate_falls_as_one_over_the_steps(rate, decay):
    size = LearningRate(rate, decay)
    for k in (0, 1, 2, 10, 1000):
        assert size.choose(k, None, None, None, 0.0, None) == pytest.approx(float(rate) / (1 + decay * k), rel=1e-15)


LOSSES = {
    "bowl": (lambda x: float(x @ x), lambda x: 2 * x, [3.0, -1.0]),
    "valley": (lambda x: float(1e4 * x[0] ** 2 + x[1] ** 2), lambda x: np.array([2e4 * x[0], 2 * x[1]]), [1.0, 1.0]),
    "quartic": (lambda x: float((x**4).sum()), lambda x: 4 * x**3, [2.0, -3.0]),
    "exponential": (lambda x: float(np.exp(x).sum() - x.sum()), lambda x: np.exp(x) - 1, [5.0, -2.0]),
    "with a wall": (lambda x: float(x[0] - math.log(x[0])) if x[0] > 0 else math.nan, lambda x: 1 - 1 / x, [0.01]),
    "with a ceiling": (lambda x: math.inf if abs(x[0]) > 3 else float(x[0] ** 2), lambda x: 2 * x, [2.9]),
}


@pytest.mark.parametrize("shrink", [0.5, 0.1])
@pytest.mark.parametrize("slope", [1e-4, 0.3, 0.9])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_chosen_trial_is_the_first_one_of_enough_fall(loss, slope, shrink):
    fun, jac, start = LOSSES[loss]
    size, x, first = Backtracking(shrink=shrink, slope=slope), np.array(start), 1.0
    for step in range(6):
        gradient = jac(x)
        rate = size.choose(step, x, gradient, gradient, fun(x), fun)
        tries = round(math.log(rate / first) / math.log(shrink))
        assert rate == pytest.approx(first * shrink**tries, rel=1e-9)
        held = [
            math.isfinite(trial) and trial <= fun(x) - slope * share * (gradient @ gradient) + 1e-14
            for share in (first * shrink**k for k in range(tries + 1))
            for trial in [fun(x - share * gradient)]
        ]
        assert held == [False] * tries + [True]
        x = x - rate * gradient
        first = 1.0 if 0 < np.linalg.norm(jac(x)) < 1e-6 * np.linalg.norm(gradient) else 2 * rate


def test_the_search_ends_where_no_trial_lowers_the_loss():
    trials = []

    def rising(x):
        trials.append(float(x[0]))
        return 1.0 + abs(float(x[0]))

    assert Backtracking().choose(0, np.zeros(1), np.ones(1), np.ones(1), 1.0, rising) == 0.0
    assert 40 < len(trials) <= 60


@pytest.mark.parametrize("longest", [0.25, 1.0, 3.0])
def test_no_trial_after_the_first_is_longer_than_the_longest(longest):
    size = Backtracking(rate=longest / 2, longest=longest)
    rates = [size.choose(k, np.array([1e6]), np.ones(1), np.ones(1), 1e6, lambda x: float(x[0])) for k in range(5)]
    assert rates == [longest / 2, *[longest] * 4]


def test_every_run_begins_with_the_first_rate():
    size, line = Backtracking(rate=0.5), lambda x: float(x[0])
    runs = [[size.choose(k, np.zeros(1), np.ones(1), np.ones(1), 0.0, line) for k in range(4)] for _ in range(2)]
    assert runs == [[0.5, 1.0, 2.0, 4.0]] * 2


def test_a_search_may_go_along_any_direction_that_descends():
    fun, jac, start = LOSSES["valley"]
    x = np.array(start)
    direction = np.array([1e-4, 1.0]) * jac(x)
    rate = Backtracking().choose(0, x, direction, jac(x), fun(x), fun)
    assert fun(x - rate * direction) <= fun(x) - 1e-4 * rate * (jac(x) @ direction)


CHOICES = [
    (None, True, None, Backtracking()),
    (None, True, Momentum(), Backtracking()),
    (None, True, Newton(), Backtracking(longest=1.0)),
    (None, False, None, LearningRate(0.01)),
    (None, False, Newton(), LearningRate(0.01)),
    (0.5, True, None, LearningRate(0.5)),
    (Fraction(1, 4), False, None, LearningRate(0.25)),
    (np.float32(0.5), True, None, LearningRate(0.5)),
    ("Backtracking", False, None, Backtracking()),
    (Backtracking, True, None, Backtracking()),
    (LearningRate(0.1, 2), True, None, LearningRate(0.1, 2)),
]


@pytest.mark.parametrize(("choice", "is_full", "direction", "expected"), CHOICES)
def test_a_step_size_is_chosen_by_number_name_class_or_instance(choice, is_full, direction, expected):
    assert as_step_size(choice, is_full, direction) == expected


REFUSED = [
    ("fast", "'fast' is not a step size"),
    (True, "True is not a step size"),
    (object, "is not a step size"),
    ([0.1], r"\[0.1\] is not a step size"),
    ("adam", "'adam' is not a step size"),
    ("learning rate", "learning rate is not a step size without its rate"),
    (LearningRate, "learning rate is not a step size without its rate"),
    (0, "a learning rate is a positive number, not 0"),
    (-0.5, "a learning rate is a positive number, not -0.5"),
    (math.inf, "a learning rate is a positive number, not inf"),
    (math.nan, "a learning rate is a positive number, not nan"),
]


@pytest.mark.parametrize(("choice", "message"), REFUSED)
def test_anything_else_is_refused(choice, message):
    with pytest.raises(SymgdError, match=message):
        as_step_size(choice, is_full=True)


@pytest.mark.parametrize(("make", "needs_value"), [(LearningRate(1), False), (Backtracking(), True)])
def test_only_a_search_needs_the_loss(make, needs_value):
    assert make.needs_value is needs_value


def test_the_loss_rises_from_step_to_step_by_no_more_than_rounding():
    for fun, jac, start in LOSSES.values():
        size, x, values = Backtracking(), np.array(start), []
        for step in range(30):
            values.append(fun(x))
            x = x - size.choose(step, x, jac(x), jac(x), fun(x), fun) * jac(x)
        assert all(after <= before * (1 + 1e-15) for before, after in itertools.pairwise(values))
