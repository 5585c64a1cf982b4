"""Sums and means: NumPy's values on every axis, gradients, facts, forms, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.graph.inference import Facts
from tests.primitives.scalar_comparison import evaluated, refusal

RNG = np.random.default_rng(17)
T = RNG.normal(size=(2, 3, 4))
AXES = [None, 0, 1, -1, -3, (0, 1), (2, 0), (-1, -2), (0, 1, 2), [1], ()]


@pytest.mark.parametrize("name", ["sum", "mean"])
@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("keepdims", [False, True])
def test_values_are_those_of_numpy(name, axis, keepdims):
    formula = getattr(sg, name)(sg.tensor("T", T.shape), axis, keepdims)
    expected = getattr(np, name)(T, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims)
    assert formula.shape == np.shape(expected)
    np.testing.assert_allclose(evaluated(formula, T=T), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (1, 2)])
def test_gradients_of_squares(axis):
    """Of Σ(sum)² and Σ(mean)²: each entry receives twice its sum, or twice its mean divided by the number of entries."""
    total, share = T.sum(axis, keepdims=True), T.mean(axis, keepdims=True)
    count = T.size / total.size
    x = sg.tensor("T", T.shape)
    np.testing.assert_allclose(
        evaluated(sg.gradient(sg.sum(sg.sum(x, axis) ** 2), x), T=T), np.broadcast_to(2 * total, T.shape), rtol=1e-12
    )
    np.testing.assert_allclose(
        evaluated(sg.gradient(sg.sum(sg.mean(x, axis) ** 2), x), T=T), np.broadcast_to(2 * share / count, T.shape), rtol=1e-12
    )


def test_second_derivatives():
    x = sg.tensor("x", 3)
    assert evaluated(sg.hessian(sg.mean(x**2), x) + 0 * x[0], x=np.ones(3)).tolist() == (np.eye(3) * 2 / 3).tolist()
    assert evaluated(sg.hessian(sg.sum(x) ** 2, x) + 0 * x[0], x=np.ones(3)).tolist() == [[2] * 3] * 3


# formula of v, v, value
EXTREME = [
    ("sum(v)", [1e308, 1e308], np.inf), ("mean(v)", [5.0], 5.0), ("sum(v)", [5.0], 5.0), ("mean(v)", [np.inf, 1.0], np.inf),
    ("sum(v)", [np.inf, -np.inf], np.nan),
    ("mean(v)", [np.nan, 1.0], np.nan), ("mean(v)", [1e-300, 3e-300], 2e-300), ("sum(v)", [0.1] * 10, 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "v", "value"), EXTREME)
def test_values_at_the_ends(text, v, value):
    assert float(evaluated(text, v=np.array(v))) == pytest.approx(value, rel=1e-15, abs=0, nan_ok=True)


FACTS = [
    ({"positive": True}, "POSITIVE"),
    ({"nonnegative": True}, "NONNEGATIVE"),
    ({"negative": True}, "NEGATIVE"),
    ({"nonpositive": True}, "NONPOSITIVE"),
    ({"nonzero": True}, "ANY"),
]


@pytest.mark.parametrize(("fact", "sign"), FACTS)
@pytest.mark.parametrize("name", ["sum", "mean"])
def test_signs(name, fact, sign):
    assert Facts().sign(sg.formula(f"{name}(v)", shapes={"v": "n"}, facts={"v": fact})).name == sign


def test_a_mean_lies_between_the_entries():
    node = sg.formula("mean(v)", shapes={"v": "n"}, facts={"v": {"lower": -1, "upper": 3}})
    assert str(Facts().interval(node)) == "[-1, 3]"


# formula, how it is written
FORMS = [
    ("sum(A)", "sum(A)"), ("sum(A, axis=-1)", "sum(A, axis=1)"), ("mean(A, axis=(1, 0))", "mean(A)"),
    ("mean(A, axis=-2)", "mean(A, axis=0)"), ("sum(x)", "x"), ("mean(x)", "x"),
    ("mean(A, axis=0, keepdims=True)", "mean(A, axis=0)[None, :]"),
    ("sum(A, axis=1, keepdims=True)", "sum(A, axis=1)[:, None]"), ("sum(3*v)", "sum(3*v)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_printed_forms(text, shown):
    shapes = {"A": "m n"} if "A" in text else {"v": "n"} if "v" in text else {}
    assert str(sg.formula(text, shapes=shapes)) == shown


def test_the_gradient_of_a_mean_divides_by_the_named_sizes():
    x = sg.tensor("X", "m n")
    assert str(sg.gradient(sg.mean(x**2), x)) == "2*X/(m*n)"
    assert str(sg.gradient(sg.sum(sg.mean(x**2, axis=0)), x)) == "2*X/m"


M, V, X = sg.tensor("A", "m n"), sg.tensor("v", "n"), sg.scalar("x")

# arguments, how they are refused
REFUSED = [
    ((M, 2), "ShapeError: there is no axis 2 in shape (m, n)"), ((M, -3), "ShapeError: there is no axis -3"),
    ((M, (0, 0)), "ShapeError: an axis is named twice"),
    ((M, (1, -1)), "ShapeError: an axis is named twice"), ((M, 0.5), "ShapeError: 0.5 is not an axis"),
    ((M, True), "ShapeError: True is not an axis"), ((X, 0), "ShapeError: there is no axis 0 in shape ()"),
    ((M, 0, 1), "SymgdError: keepdims is True or False, not 1"), (("v",), "SymgdError: str cannot stand in a formula"),
    ((1j,), "SymgdError: complex cannot stand in a formula"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
@pytest.mark.parametrize("name", ["sum", "mean"])
def test_refusals(name, arguments, message):
    assert refusal(lambda: getattr(sg, name)(*arguments)).startswith(message)


@pytest.mark.parametrize("name", ["sum", "mean", "max", "cumsum", "logsumexp"])
def test_an_axis_of_size_0_is_refused(name):
    with pytest.raises(ValueError, match="an axis of size 0 holds nothing"):
        sg.lambdify(V, getattr(sg, name)(V))(np.zeros(0))
