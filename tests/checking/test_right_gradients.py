"""Right gradients in many writings, types, shapes and scales: none is called wrong, and ordinary ones are settled."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.checking.verdict import Verdict

X = np.array([[0.5, -1.25, 2.0], [1.0, 0.75, -0.5], [-2.25, 0.1, 0.3], [0.7, 1.9, -1.1], [-0.4, 0.6, 1.3]])
Y = np.array([1.0, -0.5, 2.5, 0.3, -1.7])
W = np.array([0.3, -0.8, 1.1])


def opaque(function):
    """Return code that no formula can be read from."""
    return lambda x: function(np.asarray(x, dtype=float))


def loss(w):
    return np.mean((X @ w - Y) ** 2)


def slope(w):
    return 2 * X.T @ (X @ w - Y) / 5


def by_loops(w):
    total = np.zeros(3)
    for i in range(5):
        rest = -Y[i]
        for j in range(3):
            rest += X[i, j] * w[j]
        for j in range(3):
            total[j] += 2 * rest * X[i, j] / 5
    return total


def in_place(w):
    rest = X @ w
    rest -= Y
    rest *= 2 / 5
    result = np.empty_like(w)
    np.dot(X.T, rest, out=result)
    return result


def by_einsum(w):
    return 2 / 5 * np.einsum("ij,i->j", X, np.einsum("ij,j->i", X, w) - Y)


def by_scattering(w):
    result = np.zeros(3)
    np.add.at(result, np.tile(np.arange(3), 5), (2 / 5 * (X @ w - Y)[:, None] * X).ravel())
    return result


def by_differences(w):
    return np.array([(loss(w + 1e-6 * e) - loss(w - 1e-6 * e)) / 2e-6 for e in np.eye(3)])


def by_complex_steps(w):
    return np.array([np.imag(loss(w + 1e-30j * e)) / 1e-30 for e in np.eye(3)])


def that_changes_its_argument(w):
    w -= 0.5
    return slope(w + 0.5)


def that_remembers(w, known={}):  # noqa: B006  (as people write it)
    key = np.asarray(w).tobytes()
    if key not in known:
        known[key] = slope(w)
    return known[key]


class WithState:
    """A gradient that keeps what it computed."""

    def __call__(self, w):
        self.rest = X @ w - Y
        return 2 / 5 * (self.rest @ X)


WRITINGS = [
    slope, by_loops, in_place, by_einsum, by_scattering, by_differences, by_complex_steps, that_changes_its_argument,
    that_remembers, WithState(), lambda w: [float(v) for v in slope(w)], lambda w: tuple(slope(w)),
    lambda w: slope(w).astype(object),
    lambda w: slope(w).astype(np.longdouble), lambda w: np.asfortranarray(slope(w))[::1], lambda w: slope(w)[::-1][::-1],
    lambda w: [Fraction(float(v)) for v in slope(w)], lambda w: np.ma.array(slope(w), mask=False),
    lambda w: (loss(w), slope(w)),
]  # fmt: skip


@pytest.mark.parametrize("wrapped", [lambda function: function, opaque], ids=["read", "values"])
@pytest.mark.parametrize("gradient", WRITINGS, ids=lambda one: getattr(one, "__name__", "object"))
def test_one_gradient_in_many_writings(gradient, wrapped):
    assert sg.check_gradient(wrapped(loss), gradient, at=W).verdict is Verdict.RIGHT


FUNCTIONS = {  # whose slopes are rounded in every type
    "linear": (lambda x: 0.1 * np.sum(x), lambda x: 0 * x + 0.1),
    "square": (lambda x: np.sum(x**2) / 3, lambda x: 2 * x / 3),
    "neighbours": (lambda x: np.sum(x[1:] * x[:-1]) / 7, lambda x: (np.append(x[1:], 0) + np.append(0, x[:-1])) / 7),
    "kinked": (lambda x: np.sum(np.abs(0.1 * x)), lambda x: 0.1 * np.sign(x)),
}
TYPES = {"float32": (np.float32, Verdict.RIGHT), "float16": (np.float16, Verdict.UNSURE)}


@pytest.mark.parametrize("wrapped", [lambda function: function, opaque], ids=["read", "values"])
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("kind", TYPES)
def test_what_a_narrow_type_does_not_hold_is_not_wrong(kind, name, wrapped):
    function, gradient = FUNCTIONS[name]
    dtype, verdict = TYPES[kind]
    at = np.array([0.3, -1.7, 2.9])
    check = sg.check_gradient(wrapped(function), lambda x: gradient(x).astype(dtype), at=at)
    assert check.verdict is verdict, check.explain()
    assert (f"answers in {kind}" in check.explain()) == (verdict is Verdict.UNSURE)
    fault = 1.01 if kind == "float16" else 1.000001
    check = sg.check_gradient(wrapped(function), lambda x: (fault * gradient(x)).astype(dtype), at=at)
    assert check.verdict is Verdict.WRONG, check.explain()


@pytest.mark.parametrize(("fault", "verdict"), [(1.0, {Verdict.RIGHT, Verdict.UNSURE}), (1.001, {Verdict.WRONG})])
def test_a_long_gradient_in_float32_is_judged(fault, verdict):
    function, gradient = FUNCTIONS["linear"]
    at = np.linspace(-3, 3, 300)
    check = sg.check_gradient(opaque(function), lambda x: (fault * gradient(x)).astype(np.float32), at=at)
    assert check.verdict in verdict, check.explain()
