"""Masks that depend on values: what is stored under them and what is taken over them has NumPy's values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdError, UnsupportedError

x = sg.tensor("x", "3")
X = sg.tensor("X", "2 2")


def function_of(text):
    """Return a function whose statements stand in a text."""
    scope = {"np": np}
    exec("def function(x):\n    " + "\n    ".join(text.split("; ")), scope)
    return scope["function"]


STORES = [
    "out = np.zeros(3); out[x > 0] = 1.0; return out",
    "out = np.zeros(3); out[x > 0] = x[1]; return out",
    "out = np.zeros(3); m = x > 0; out[m] = x[m] ** 2; return out",
    "out = np.zeros(3); m = x > 0; out[m] = np.log(x[m]) + 2 * x[m]; out[~m] = -x[~m]; return out",
    "out = x.copy(); out[out < 0] = 0.0; return out",
    "out = 2 * x; out[x < 0] *= 5; out[x > 1] += x[0]; return out",
    "out = 2 * x; m = x < 0; out[m] -= x[m]; return out",
    "out = 2 * x; m = x < 0; out[m] = 1 / x[m]; return out",
    "out = np.ones(3); out[x == 0] = np.nan_to_num(2.0); return out * 2",
    "out = np.zeros(3); out[0] = x[0]; out[out > 0] = 7.0; return out",
    "out = np.zeros(3); part = out[:2]; part[x[:2] > 0] = 3.0; return out",
    "out = np.zeros(3); k = np.array([True, False, True]); out[k] = x[k] ** 2; out[k] += 1.0; return out",
    "out = 2 * x; k = [True, False, True]; out[k] = 0.0; return out",
    "out = np.zeros(3); np.copyto(out, x); np.copyto(out, 2 * x, where=x > 0); return out",
    "return np.sum(x[x > 0]) + x[x > 0].sum() + np.sum(x[x > 0] ** 2 + 1) + np.prod(x[x < 0])",
    "return np.mean(x[x > -2]) + np.sum(x[np.logical_and(x > 0, x < 2)])",
    "out = 2 * x; out[np.where(x > 0)] = 1.0; out[np.nonzero(x < 0)[0]] *= 3; return out",
    "out = np.zeros(3); out[np.where(x > 0)] = x[np.where(x > 0)]; return out",
    "c = x > 0; return x[c] @ x[c] + np.dot(x[c], 2 * x[c] + 1) + np.inner(x[~c], x[~c])",
    "c = x > 0; return np.sum((x[c] > 1) * x[c] - x[c])",
]


@pytest.mark.parametrize("text", STORES)
def test_values_are_those_of_numpy(text):
    function = function_of(text)
    compiled = sg.lambdify([x], sg.formula(function, x))
    for values in itertools.product((-1.5, 0.0, 0.5, 2.0), repeat=3):
        point = np.array(values)
        np.testing.assert_allclose(compiled(point), function(point.copy()), rtol=1e-14)


def test_a_store_chooses():
    assert str(sg.formula(function_of("out = np.zeros(3); m = x > 0; out[m] = x[m] ** 2; return out"), x)) == (
        "where(x > 0, x**2, [0, 0, 0])"
    )
    named = sg.formula(function_of("out = 2 * x; out[x > 0] = 1.0; return out"), sg.tensor("x", "n"))
    assert str(named) == "where(x > 0, 1, 2*x)"


def test_the_slope_is_that_of_the_places():
    loss = sg.formula(function_of("out = np.ones(3); m = x > 0; out[m] = np.log(x[m]); return np.sum(out)"), x)
    np.testing.assert_array_equal(sg.lambdify([x], sg.gradient(loss, x))(np.array([2.0, -1.0, 4.0])), [0.5, 0, 0.25])


@pytest.mark.parametrize(
    "text",
    [
        "return x[x > 0]",
        "return np.concatenate([x[x > 0], x])",
        "return np.sort(x[x > 0])",
        "return np.max(x[x > 0])",
        "return x[x > 0][0]",
        "return x[x > 0] @ x[x > 1]",
        "return np.dot(x[x > 0], x)",
        "return np.matmul(x, x[x > 0])",
        "return x[x > 0] * x[x > 1]",
        "return np.sum(x[x > 0] * x)",
        "return np.sum(x[x > 0] * np.ones(3))",
        "return np.add.reduce(x[x > 0])",
        "return len(x[x > 0]) * x",
        "return len(np.where(x > 0)[0]) * x",
        "return np.where(x > 0)[0] + 1",
        "return np.where(x > 0)[0].size * x",
        "return np.sum(np.where(x > 0)[0])",
        "return x[np.where(x)[0]]",
        "return x[x > 0].size * x",
        "return x if x[x > 0] else 2 * x",
        "out = 2 * x; out[x > 0] = x[x > 1]; return out",
        "out = 2 * x; out[x > 0] = x; return out",
        "out = np.zeros(3); out[x > 0] = np.ones(2); return out",
        "out = np.empty(3); out[x > 0] = 1.0; return out",
    ],
)  # fmt: skip
def test_what_needs_the_number_of_entries_is_refused(text):
    with pytest.raises(UnsupportedError, match=r"mask|depend on values|a value"):
        sg.formula(function_of(text), x)


def test_masks_of_rows_and_of_other_shapes_are_refused():
    for function in (lambda X: X[X[:, 0] > 0].sum(), lambda X: X[X > 0][:1], lambda X: np.sum(X[:1][X > 0])):
        with pytest.raises(SymgdError, match="mask"):
            sg.formula(function, X)
    assert str(sg.formula(lambda X: X[X > 0].sum(), X)) == "sum(where(X > 0, X, 0))"


def test_the_diagonal_of_a_named_size():
    def function(X, s):
        K = X @ X.T
        K[np.diag_indices_from(K)] += s**2
        return K

    formula = sg.formula(function, sg.tensor("X", "m n"), sg.scalar("s"))
    values = np.arange(6.0).reshape(3, 2)
    np.testing.assert_array_equal(sg.lambdify(["X", "s"], formula)(values, 2.0), function(values, 2.0))
    with pytest.raises(UnsupportedError, match="depend on values"):
        sg.formula(lambda X: np.diag_indices_from(X)[0] + X[0], sg.tensor("X", "n n"))
