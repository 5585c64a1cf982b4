"""What the parameters of a descent may be, and with what sentence all else is refused."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DataError, ShapeError, SymgdError

SQUARES = sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
DATA = {"X": np.array([[1.0, 2.0], [3.0, 4.0], [1.0, -1.0]]), "y": np.array([1.0, 2.0, 3.0])}
NO_NUMBERS = ["3", None, np.array([0.5, 0.5]), np.zeros(2, dtype=[("a", float)]), Decimal("nan"), 10**400, math.nan, 1j, True]
ITSELF: list = []
ITSELF.append(ITSELF)
MATRIX = np.eye(1).view(np.matrix)  # its constructor warns


def descend(**options):
    return sg.minimize(SQUARES, "w", data=DATA, **{"epochs": 2, **options})


@pytest.mark.parametrize("value", NO_NUMBERS, ids=range(len(NO_NUMBERS)))
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda value: sg.Adam(beta1=value), r"beta1 is a number in \[0, 1\)"),
        (lambda value: sg.Adam(beta2=value), r"beta2 is a number in \[0, 1\)"),
        (lambda value: sg.Adam(epsilon=value), r"epsilon is a number in \[0, inf\)"),
        (lambda value: sg.Momentum(value), r"beta is a number in \[0, 1\)"),
        (lambda value: sg.Newton(value), r"damping is a number in \[0, inf\)"),
        (lambda value: sg.LearningRate(value), r"a learning rate is a positive number"),
        (lambda value: sg.LearningRate(0.1, value), r"a decay is a number in \[0, inf\)"),
        (lambda value: sg.Backtracking(value), r"a learning rate is a positive number"),
        (lambda value: sg.Backtracking(shrink=value), r"shrink is a number in \(0, 1\)"),
        (lambda value: sg.Backtracking(slope=value), r"slope is a number in \(0, 1\)"),
        (lambda value: sg.Backtracking(longest=value), r"the longest step is a number in \(0, inf\]"),
        (lambda value: descend(gradient_tolerance=value), r"gradient_tolerance is a number in \[0, inf\]"),
        (lambda value: descend(value_tolerance=value), r"value_tolerance is a number in \[0, inf\]"),
    ],
)
def test_what_is_no_number_is_refused(make, message, value):
    with pytest.raises(SymgdError, match=message):
        make(value)


@pytest.mark.parametrize("value", [Fraction(1, 2), np.float32(0.5), np.array(0.5), sp.Rational(1, 2)])
def test_numbers_of_any_kind_become_floats(value):
    rate = sg.LearningRate(value)
    assert type(rate.rate) is float
    assert rate == sg.LearningRate(0.5)
    assert descend(step_size=rate).x.dtype == float


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": "3"}, "epochs is a whole number from 0 to 1000000000, not '3'"),
        ({"epochs": math.inf}, "epochs is a whole number from 0 to 1000000000, not inf"),
        ({"epochs": 1.5}, "epochs is a whole number from 0 to 1000000000, not 1.5"),
        ({"epochs": sp.oo}, "epochs is a whole number from 0 to 1000000000, not oo"),
        ({"batch_size": "3"}, "the size of a batch is a whole number from 1 to 3, not '3'"),
        ({"batch_size": np.array([1, 2])}, "the size of a batch is a whole number"),
        ({"step_size": np.array([1.0, 2.0])}, "is not a step size"),
        ({"step_size": 10**400}, "a learning rate is a positive number"),
        ({"step_size": ITSELF}, "is not a step size"),
        ({"direction": ITSELF}, "is not a direction"),
        ({"progress": 3}, "progress is a function, not 3"),
        ({"seed": MATRIX}, "a seed is a whole number"),
    ],
    ids=range(12),
)
def test_options_of_minimize(options, message):
    with pytest.raises(SymgdError, match=message):
        descend(**options)


@pytest.mark.parametrize("seed", [ITSELF, MATRIX, -1, "1", 1.0], ids=range(5))
def test_seeds_of_batches_never_reach_numpy(seed):
    with pytest.raises(SymgdError, match="a seed is a whole number from 0 on"):
        sg.Batches(3, seed=seed)


def test_what_a_progress_function_raises_is_its_own():
    with pytest.raises(KeyError, match="mine"):
        descend(progress=lambda epoch, value: {}["mine"])


@pytest.mark.parametrize("method", ["fun", "jac", "hess", "split", "unpack", "value_and_gradient"])
def test_an_objective_takes_a_vector_of_numbers(method):
    call = getattr(sg.objective(SQUARES, "w", DATA), method)
    call([1.0, 2.0])
    for wrong in ("x", [[1.0], [2.0, 3.0]], 10**400, {"w": 1}):
        with pytest.raises(DataError, match="x is (an array of numbers, (not|and) |larger than a float)"):
            call(wrong)
    for wrong in ([1.0], np.zeros((2, 2)), np.broadcast_to(1.0, (10**6, 10**6))):
        with pytest.raises(ShapeError, match="the variables have 2 entries, and x has"):
            call(wrong)


def test_batches_and_values_of_an_objective():
    objective = sg.objective(SQUARES, "w", DATA)
    assert objective.value_and_gradient([0.0, 0.0], [0, 2])[0] == 5
    for wrong in ("a", [0.5], 3, [7], [[1], [2, 3]]):
        with pytest.raises(DataError, match="a batch is an array of sample numbers"):
            objective.value_and_gradient([0.0, 0.0], wrong)
    with pytest.raises(DataError, match="the values have none for w"):
        objective.pack({"y": 1})
    with pytest.raises(DataError, match="the value of w is an array of numbers, not 'a'"):
        objective.pack("a")
    with pytest.raises(DataError, match="not 2 arrays"):
        sg.objective(sg.formula("sum(u)*sum(v)", shapes={"u": "2", "v": "2"}), ["u", "v"]).pack([1.0])
