"""NumPy's questions to arrays: conditions that have the truth of NumPy's answers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdError

x, X = sg.tensor("x", "3"), sg.tensor("X", "2 2")
POINTS = [np.array(values) for values in itertools.product((-1.0, 0.0, 1e-9, 2.0), repeat=3)]

QUESTIONS = [
    lambda x: np.any(x > 0),
    lambda x: np.all(x > 0),
    lambda x: (x > 0).any() + 2.0 * (x > 0).all(),
    lambda x: np.any(x) + 2.0 * np.all(x),
    lambda x: np.count_nonzero(x > 0) + np.count_nonzero(x),
    lambda x: np.isclose(x, 0),
    lambda x: np.isclose(x, x[0], rtol=0.5, atol=0),
    lambda x: np.allclose(x, x[1]),
    lambda x: np.array_equal(x, [0, 0, 2]),
    lambda x: np.array_equal(x, x) * 1.0,
    lambda x: np.array_equal(x, [0, 0]) * 1.0,
    lambda x: x if np.all(x > 0) and not np.any(x > 1) else -x,
    lambda x: x.sum() if np.isclose(x[0], 0) else x[1],
    lambda x: np.greater(x[0], 0.0) + 1.0 * np.greater_equal(1.0, x),
    lambda x: np.where(np.float64(0.0) >= x, 1, 2),
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_those_of_numpy(question):
    compiled = sg.lambdify([x], sg.formula(question, x))
    for point in POINTS:
        np.testing.assert_array_equal(compiled(point), question(point))


@pytest.mark.parametrize("axis", [0, 1, (0, 1)])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("name", ["any", "all", "count_nonzero"])
def test_axes_are_those_of_numpy(name, axis, keepdims):
    function = getattr(np, name)
    compiled = sg.lambdify([X], sg.formula(lambda X: 1.0 * function(X > 0, axis=axis, keepdims=keepdims), X))
    for values in itertools.product((-1.0, 1.0), repeat=4):
        array = np.reshape(values, (2, 2))
        np.testing.assert_array_equal(compiled(array), function(array > 0, axis=axis, keepdims=keepdims))


def test_answers_that_follow_from_declarations_are_known():
    scales = sg.tensor("scales", "n", positive=True)
    assert str(sg.formula(lambda s: np.log(s) if np.all(s > 0) else s, scales)) == "log(scales)"
    assert str(sg.formula(lambda s: s if np.any(s <= 0) else np.log(s), scales)) == "log(scales)"


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: np.isclose(x, 0, equal_nan=True), "equal_nan"),
        (lambda x: np.any(x > 0, where=x > 1), "option where"),
        (lambda x: np.argmax(x > 0), "conditions"),
    ],
)
def test_other_options_are_refused(function, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(function, x)


def test_arrays_with_named_sizes_are_not_compared_with_others():
    with pytest.raises(SymgdError, match="named sizes"):
        sg.formula(lambda v: 1.0 * np.array_equal(v, np.ones(3)), sg.tensor("v", "n"))
