"""Right gradients in many writings, types, shapes and scales: none is called wrong, and ordinary ones are settled."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.checking.verdict import Verdict
from tests.checking.least_squares import W, X, Y, loss, opaque, slope


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


def matrix_loss(x):
    return np.sum(np.sin(x) * np.arange(1.0, 1 + x.size).reshape(x.shape)) + np.prod(x)


def matrix_slope(x):
    return np.cos(x) * np.arange(1.0, 1 + x.size).reshape(x.shape) + np.prod(x) / x


SHAPES = [(), (1,), (3,), (3, 1), (1, 3), (1, 1), (2, 3), (2, 1, 2)]


@pytest.mark.parametrize("wrapped", [lambda function: function, opaque], ids=["read", "values"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_gradients_have_the_shape_of_the_point(shape, wrapped):
    at = np.linspace(0.3, 1.7, int(np.prod(shape))).reshape(shape)
    check = sg.check_gradient(wrapped(matrix_loss), matrix_slope, at=at)
    assert check.verdict is Verdict.RIGHT, check.explain()
    for other in {(*shape, 1), (1, *shape), shape[::-1], (at.size,), ()} - {shape}:
        if int(np.prod(other)) == at.size:
            check = sg.check_gradient(wrapped(matrix_loss), lambda x, other=other: matrix_slope(x).reshape(other), at=at)
            assert check.verdict is Verdict.WRONG
            assert "has shape" in check.explain()


KINKED = {  # with the gradient that people write, and where its kinks are
    "absolute value": (lambda x: np.sum(np.abs(x)), np.sign, 0.0),
    "relu": (lambda x: np.sum(np.maximum(x, 0)), lambda x: np.where(x > 0, 1.0, 0.0), 0.0),
    "hinge": (lambda x: np.sum(np.maximum(0, 1 - x)), lambda x: np.where(x < 1, -1.0, 0.0), 1.0),
    "quantile": (
        lambda x: np.sum(np.maximum(0.9 * (x - 2), -0.1 * (x - 2))), lambda x: np.where(x > 2, 0.9, -0.1), 2.0,
    ),
    "Huber": (lambda x: np.sum(np.where(np.abs(x) < 1, x**2 / 2, np.abs(x) - 0.5)), lambda x: np.clip(x, -1, 1), 1.0),
    "clipped": (lambda x: np.sum(np.clip(x, -1, 3)), lambda x: np.where((x > -1) & (x < 3), 1.0, 0.0), 3.0),
    "dead zone": (
        lambda x: np.sum(np.maximum(np.abs(x) - 0.5, 0) ** 2), lambda x: 2 * np.sign(x) * np.maximum(np.abs(x) - 0.5, 0), 0.5,
    ),
}  # fmt: skip


@pytest.mark.parametrize("distance", [0.0, 1e-14, -1e-9, 1e-7, -1e-5, 1e-3, -0.1])
@pytest.mark.parametrize("name", KINKED)
def test_beside_a_kink_the_slope_of_one_side_is_not_wrong(name, distance):
    function, gradient, kink = KINKED[name]
    at = np.array([kink + distance, 0.25])
    for wrapped in (opaque, lambda one: one):
        check = sg.check_gradient(wrapped(function), wrapped(gradient), at=at)
        assert check.verdict is not Verdict.WRONG, check.explain()
        assert check.verdict is not Verdict.UNSURE or abs(distance) < 1e-3


@pytest.mark.parametrize(
    ("scale", "exponent"), [("of the point", -150), ("of the point", 140), ("of the value", -150), ("of the value", 140)]
)
def test_gradients_are_right_at_every_scale(scale, exponent):
    """f(x) = c·Σ x³/(1 + x²) where c or x is huge or tiny."""
    number = 10.0**exponent
    weight = number if scale == "of the value" else 1.0
    unit = number if scale == "of the point" else 1.0

    def function(x):
        z = np.asarray(x, dtype=float) / unit
        return float(weight * np.sum(z**3 / (1 + z**2)))

    def gradient(x):
        z = np.asarray(x, dtype=float) / unit
        return weight / unit * (z**4 + 3 * z**2) / (1 + z**2) ** 2

    at = np.array([0.7, -1.3]) * unit
    assert sg.check_gradient(function, gradient, at=at).verdict is Verdict.RIGHT
    assert sg.check_gradient(function, lambda x: 1.00001 * gradient(x), at=at).verdict is Verdict.WRONG


ROUGH = {  # right gradients that lose digits, or whose function does
    "cancelling value": (lambda x: np.sum((1e8 + x) ** 2 - 1e16), lambda x: 2 * (1e8 + x), [1.5, -2.0]),
    "cancelling gradient": (lambda x: np.sum(x**3), lambda x: (1e8 + 3 * x**2) - 1e8, [1.5, 3.1]),
    "naive softplus": (lambda x: np.sum(np.log(1 + np.exp(x))), lambda x: np.exp(x) / (1 + np.exp(x)), [-36.0, 20.0]),
    "naive variance": (
        lambda x: np.mean(x**2) - np.mean(x) ** 2, lambda x: 2 * (x - np.mean(x)) / x.size, [1e6, 1e6 + 1, 1e6 + 2],
    ),
    "rounded to 10 digits": (lambda x: np.sum(np.exp(x)), lambda x: np.round(np.exp(x), 10), [0.5, 1.0]),
}  # fmt: skip


@pytest.mark.parametrize("wrapped", [lambda function: function, opaque], ids=["read", "values"])
@pytest.mark.parametrize("name", ROUGH)
def test_rounding_errors_of_a_right_gradient_are_not_wrong(name, wrapped):
    function, gradient, at = ROUGH[name]
    check = sg.check_gradient(wrapped(function), gradient, at=at)
    assert check.verdict is not Verdict.WRONG, check.explain()
