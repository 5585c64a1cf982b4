"""Tensors one after the other along an axis, and the piece of the adjoint that each receives."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError
from symgd.graph.inference import Facts
from tests.primitives.library_comparison import arrays_of, cases, check_refusal, check_slopes, check_values, compiled, written

ARRAYS = arrays_of(v=(3,), u=(2,), s=(1,), A=(2, 3), B=(2, 1), C=(4, 3), T=(2, 3, 2), U=(2, 1, 2), c=())
SAME = [
    "concatenate([v, u])", "concatenate((v, u, s))", "concatenate([v])", "concatenate([v, v, v])", "concatenate([s, s])",
    "concatenate([A, C])", "concatenate([A, B], 1)",
    "concatenate([A, B], axis=-1)", "concatenate([A, C], axis=-2)", "concatenate([T, U], axis=1)", "concatenate([T, U], axis=-2)",
    "concatenate([T, T], axis=2)", "concatenate([T, T, T])",
    "concatenate([v, [1, 2]])", "concatenate([[1.5], u])", "concatenate([A, ones((2, 2))], 1)",
    "concatenate([concatenate([v, u]), s])", "concatenate([A, B.T @ A, C], 0)",
    "concatenate([v, u])[1:4]", "concatenate([v, u]) @ concatenate([u, v])", "concatenate([v*v, -u])**2",
    ("concat([v, u])", "concatenate([v, u])"), "append(v, u)", "append(v, c)", "append(A, v)",
    "append(c, c)", "append(v, [1, 2])", "append(A, T)", "append(append(v, c), u)",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("concatenate([w, v])", "(n + 3,)"), ("concatenate([w, w])", "(2*n,)"), ("concatenate([w, x, v])", "(k + n + 3,)"),
        ("concatenate([X, X], axis=1)", "(m, 2*n)"),
        ("concatenate([X, w[None]])", "(m + 1, n)"), ("concatenate([X[:, 1:], X], axis=-1)", "(m, 2*n - 1)"),
        ("append(X, w)", "(m*n + n,)"),
    ],
)  # fmt: skip
def test_named_sizes(text, shape):
    named = {"w": sg.tensor("w", "n"), "x": sg.tensor("x", "k"), "v": sg.tensor("v", 3), "X": sg.tensor("X", "m n")}
    assert str(written(text, named).shape) == shape


def test_each_part_of_named_size_receives_its_own_piece():
    w, x, y = sg.tensor("w", "n"), sg.tensor("x", "k"), sg.tensor("y", 2)
    loss = sg.concatenate([w, x, y]) @ sg.concatenate([x, y, w])
    arrays = {"w": np.arange(1.0, 4.0), "x": np.arange(10.0, 14.0), "y": np.array([20.0, 30.0])}
    whole = np.concatenate([arrays["x"], arrays["y"], arrays["w"]])
    other = np.concatenate([arrays["w"], arrays["x"], arrays["y"]])
    places = {"w": (slice(0, 3), slice(6, 9)), "x": (slice(3, 7), slice(0, 4)), "y": (slice(7, 9), slice(4, 6))}
    for node in (w, x, y):
        first, second = places[node.name]
        found = sg.lambdify([w, x, y], sg.gradient(loss, node))(*arrays.values())
        np.testing.assert_array_equal(found, whole[first] + other[second])


def test_what_folds():
    a, b, v = sg.scalar("a"), sg.scalar("b"), sg.tensor("v", 3)
    assert sg.concatenate([v]) is v
    assert sg.concatenate([sg.array([a, 1]), sg.array([b])]) is sg.array([a, 1, b])
    assert sg.concatenate([sg.array([[a, 1]]), sg.array([[b, 2]])]) is sg.array([[a, 1], [b, 2]])
    assert sg.concatenate([sg.array([[a], [1]]), sg.array([[b], [2]])], axis=1).shape == (2, 2)


@pytest.mark.parametrize(
    ("text", "sign", "ends"),
    [
        ("concatenate([P, Q])", "POSITIVE", (1, 9)), ("concatenate([P, -Q])", "NONZERO", (-9, 3)),
        ("concatenate([P, zeros(2)])", "NONNEGATIVE", (0, 3)), ("append(Q, 0.5)", "POSITIVE", (0.5, 9)),
    ],
)  # fmt: skip
def test_what_is_known_of_the_entries(text, sign, ends):
    formula = written(text, {"P": sg.tensor("P", 2, lower=1, upper=3), "Q": sg.tensor("Q", "n", lower=2, upper=9)})
    assert Facts().sign(formula).name == sign
    assert (Facts().interval(formula).low, Facts().interval(formula).high) == ends


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("concatenate([])", ShapeError, "concatenate takes a list of tensors"),
        ("concatenate(v)", ShapeError, "concatenate([x, y])"), ("concatenate(c)", ShapeError, "takes a list of tensors"),
        ("concatenate('vu')", ShapeError, "takes a list of tensors"),
        ("concatenate([c, v])", ShapeError, "a scalar has no axis to be concatenated along"),
        ("concatenate([v, 1])", ShapeError, "write [x, y] for a vector of scalars"),
        ("concatenate([A, v])", ShapeError, "cannot concatenate (2, 3) and (3,) along axis 0"),
        ("concatenate([A, B])", ShapeError, "cannot concatenate (2, 3) and (2, 1) along axis 0: all other axes must agree"),
        ("concatenate([A, C], 1)", ShapeError, "along axis 1"),
        ("concatenate([A, A], 2)", ShapeError, "there is no axis 2 in shape (2, 3)"),
        ("concatenate([A, A], -3)", ShapeError, "there is no axis -3 in shape (2, 3)"),
        ("concatenate([A, A], None)", ShapeError, "concatenate runs along one axis, not 2"),
        ("concatenate([A, A], 0.5)", ShapeError, "0.5 is not an axis"),
        ("concatenate([X, v[None]])", ShapeError, "cannot concatenate (m, n) and (1, 3)"),
        ("append(v, 'a')", SymgdError, "str cannot stand in a formula"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, {**ARRAYS, "X": sg.tensor("X", "m n")})


def test_the_code_of_many_parts():
    parts = [sg.tensor(f"p{k}", k + 1) for k in range(12)]
    arrays = {f"p{k}": np.full(k + 1, float(k)) for k in range(12)}
    np.testing.assert_array_equal(compiled(sg.concatenate(parts), arrays), np.concatenate(list(arrays.values())))
