"""The NumPy reader: ordinary functions are traced through NumPy's protocols; what asks for values is an error with its line."""

from __future__ import annotations

import contextlib
import random

import numpy as np
import pytest
import scipy.special

import symgd as sg
from symgd.errors import SymgdError, UnsupportedError

X, w, y = sg.tensor("X", "5 3"), sg.tensor("w", "3"), sg.tensor("y", "5")
S = sg.tensor("S", "3 3", pd=True)
RNG = np.random.default_rng(0)
ROOT = RNG.normal(size=(3, 3))
VALUES = {
    "X": RNG.normal(size=(5, 3)),
    "w": RNG.uniform(0.2, 0.9, size=3),
    "y": RNG.normal(size=5),
    "S": ROOT @ ROOT.T + np.eye(3),
}


def network(X, w, y):
    hidden = np.tanh(X @ np.outer(w, w))
    scores = hidden - hidden.max(axis=1, keepdims=True)
    return -np.mean(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))) + np.var(y)


def rosenbrock(w):
    total = 0
    for i in range(len(w) - 1):
        total += 100 * (w[i + 1] - w[i] ** 2) ** 2 + (1 - w[i]) ** 2
    return total


def gaussian(S, w):
    factor = np.linalg.cholesky(S)
    return 0.5 * w @ np.linalg.solve(S, w) + np.log(np.diag(factor)).sum() + len(w) / 2 * np.log(2 * np.pi)


def of_namespace(xp, X):
    return xp.sum(xp.exp(X), axis=0) + xp.linalg.vector_norm(X, axis=0)


FUNCTIONS = {
    "network": (network, (X, w, y)),
    "rosenbrock": (rosenbrock, (w,)),
    "gaussian": (gaussian, (S, w)),
    "least squares": (lambda X, w, y: np.sum((X @ w - y) ** 2) / (2 * X.shape[0]) + np.sqrt(X.shape[1]), (X, w, y)),
    "written out": (lambda w: np.array([[w[0], w[1]], [w[2], 1.0]]) @ np.array([1.0, 2.0]), (w,)),
    "norms": (lambda w, X: np.linalg.norm(w, 1) + np.linalg.norm(X) + np.linalg.norm(X, axis=1).sum(), (w, X)),
    "linalg": (lambda S: np.linalg.slogdet(S)[1] + np.trace(np.linalg.inv(S)) + np.linalg.det(S), (S,)),
    "where": (lambda y: np.where(y > 0, y, 0.1 * y).sum(), (y,)),
    "einsum": (lambda X, w: np.einsum("ij,j->i", X, w), (X, w)),
    "reductions": (lambda X: np.add.reduce(X, axis=0) + X.prod(axis=0) + X.min(axis=0) + np.std(X, axis=0, ddof=1), (X,)),
    "arrangement": (lambda X, y: np.concatenate([X.ravel(), np.stack([y, y])[0], np.flip(y)]).reshape(5, -1).T, (X, y)),
    "outer": (lambda w, y: np.multiply.outer(w, y) + np.outer(w, y) + np.subtract.outer(w, y), (w, y)),
    "products": (lambda w: np.dot(w, w) + np.kron(w, w).sum() + np.cross(w, w[::-1]).sum() + np.cumsum(w)[-1], (w,)),
    "convolution": (lambda y, w: np.convolve(y, w, mode="same"), (y, w)),
    "slices": (lambda X: X[1:, :2] * X[:-1, 1:] + X[-1, 0], (X,)),
    "objects": (lambda w: np.exp(np.array([w[0], w[1] * w[2]])).sum(), (w,)),
    "array API": (lambda X: of_namespace(X.__array_namespace__(), X), (X,)),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_traced_formula_is_the_function(name):
    function, arguments = FUNCTIONS[name]
    formula = sg.formula(function, *arguments)
    values = [VALUES[node.name] for node in arguments]
    got = sg.lambdify(list(arguments), formula)(*values)
    expected = function(*values)
    np.testing.assert_allclose(np.asarray(got, dtype=float), np.asarray(expected, dtype=float), rtol=1e-13)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_traced_formula_has_a_right_gradient(name):
    function, arguments = FUNCTIONS[name]
    formula = sg.formula(function, *arguments)
    loss = sg.sum(formula**2)
    for node in arguments:
        check = sg.check_gradient(loss, node, points=1)
        assert check.verdict.name in ("RIGHT", "KINK"), check.explain()


def branch(x):
    while x[0] > 0:
        x = x / 2
    return x[1]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (branch, r"\(in branch, line \d+\)[\s\S]*while x\[0\] > 0"),
        (lambda x: np.argmax(x), "argmax returns depends on values"),
        (lambda x: float(x[0]) if isinstance(x, np.ndarray | float) else x, "not a number"),
        (lambda x: np.fft.fft(x), "no derivative for numpy.fft.fft"),
        (lambda x: x.banana, "no attribute 'banana'"),
        (lambda x: None, "returns nothing"),
        (lambda x: np.isnan(x), "conditions compare values"),
    ],
)
def test_what_asks_for_values_is_an_error_with_its_line(function, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(function, w)


def test_a_loop_over_a_named_size_says_what_to_do():
    with pytest.raises(SymgdError, match="named size|is a name, not a number"):
        sg.formula(rosenbrock, sg.tensor("w", "n"))
    with pytest.raises(UnsupportedError, match="writes into an array"):
        sg.formula(lambda x: np.exp(x, out=np.linspace(0, 1, 3)), w)


def test_equality_of_arrays_is_a_comparison():
    c = sg.tensor("c", 4)
    values = np.array([1.0, 0.0, 1.0, 3.0])
    for function in (
        lambda c: np.where(c == 1, c, 5).sum(),
        lambda c: np.where(c != 0, c, 5).sum(),
        lambda c: np.sum(c * (c == 1)),
        lambda c: ((c == 1) + 2.0).sum(),
        lambda c: np.where(1 == c, c, 5).sum() if c is not None else 0,  # noqa: SIM300
    ):
        assert sg.lambdify(["c"], sg.formula(function, c))(values) == function(values)
    assert (c == c) is True
    assert (c == sg.tensor("other", 4)) is False


def _input_in_place(X):
    z = X
    z *= 2
    return X + z


def _view_in_place(X):
    z = X[0]
    z += 1
    return X.sum()


def _fresh_in_place(X):
    z = X @ X
    z += 1
    z -= X
    return z.sum()


def test_what_changes_an_array_under_another_name_is_refused():
    X = sg.tensor("X", (2, 2))
    for function in (_input_in_place, _view_in_place):
        with pytest.raises(SymgdError, match="changed in place, and it may have another name"):
            sg.formula(function, X)
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert sg.lambdify(["X"], sg.formula(_fresh_in_place, X))(values) == _fresh_in_place(values.copy())


def test_a_formula_never_hides_in_an_array_of_objects():
    x, hidden = sg.tensor("x", "n"), [scipy.special.softmax]
    with pytest.raises(SymgdError, match="no array of numbers"):
        sg.formula(lambda x: hidden[0](x), x)
    assert str(sg.formula(lambda x: np.asarray(x).sum(), x)) == "sum(x)"
    assert str(sg.formula(lambda x: np.array([x, x]), x)) == "stack([x, x])"
    assert str(sg.formula(lambda x: np.array([x[0], 2 * x[1]]).sum(), sg.tensor("x", 2))) == "sum([x[0], 2*x[1]])"


class Tossing:
    def __init__(self):
        self.rng = np.random.default_rng(1)

    def method(self, x):
        return x if self.rng.random() < 0.5 else 2 * x

    def __call__(self, x):
        return self.method(x)


def coins():
    """Functions that toss a coin, each with another generator."""
    legacy, old, tossing = np.random.RandomState(2), random.Random(3), Tossing()
    yield "numpy.random", lambda x: x if np.random.rand() < 0.5 else 2 * x
    yield "random", lambda x: x if random.random() < 0.5 else 2 * x
    yield "a global generator", lambda x: x if RNG.random() < 0.5 else 2 * x
    yield "RandomState", lambda x: x if legacy.rand() < 0.5 else 2 * x
    yield "random.Random", lambda x: x if old.random() < 0.5 else 2 * x
    yield "a new generator", lambda x: x if np.random.default_rng().random() < 0.5 else 2 * x
    yield "a method", tossing.method
    yield "an object", tossing


@pytest.mark.parametrize("coin", [pytest.param(coin, id=name) for name, coin in coins()])
def test_a_function_that_tosses_a_coin_is_refused_every_time(coin):
    for _ in range(20):
        with pytest.raises(UnsupportedError, match="random"):
            sg.formula(coin, sg.scalar("x"))


def test_draws_that_are_the_same_in_every_call_are_not_refused():
    assert str(sg.formula(lambda x: x * np.random.default_rng(0).integers(2, 3), sg.scalar("x"))) == "2*x"


def caught_branch(x):
    try:
        if x > 1:
            return x**2
    except Exception:
        pass
    return 3 * x


def caught_number(x):
    try:
        return np.float64(x[0]) * x
    except TypeError:
        return x


def suppressed(x):
    with contextlib.suppress(Exception):
        return np.unique(x).sum()
    return x.sum()


@pytest.mark.parametrize("function", [caught_branch, caught_number, suppressed])
def test_a_refusal_that_a_function_catches_is_raised_all_the_same(function):
    """With numbers there is no error to catch, and the function goes another way."""
    with pytest.raises(sg.SymgdError, match=function.__name__):
        sg.formula(function, sg.tensor("x", "3"))
