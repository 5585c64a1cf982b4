"""The largest and the smallest entry: NumPy's values, shares at ties, gradients, facts, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.graph.inference import Facts
from tests.primitives.scalar_comparison import evaluated, refusal

T = np.random.default_rng(29).normal(size=(2, 3, 4))
TIED = np.array([[1.0, 3.0, 3.0, 0.0], [2.0, 2.0, 2.0, 2.0], [5.0, -1.0, 5.0, -1.0]])
AXES = [None, 0, 1, -1, -3, (0, 1), (2, 0), (0, 1, 2), [1]]


@pytest.mark.parametrize("name", ["max", "min", "amax", "amin"])
@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("keepdims", [False, True])
def test_values_are_those_of_numpy(name, axis, keepdims):
    formula = getattr(sg, name)(sg.tensor("T", T.shape), axis, keepdims)
    expected = getattr(np, name)(T, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims)
    assert formula.shape == np.shape(expected)
    np.testing.assert_array_equal(evaluated(formula, T=T), expected)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", AXES)
def test_the_difference_of_both_is_that_of_numpy(axis, keepdims):
    expected = np.ptp(T, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims)
    formula = sg.ptp(sg.tensor("T", T.shape), axis, keepdims)
    assert formula.shape == np.shape(expected)
    np.testing.assert_allclose(evaluated(formula, T=T), expected, rtol=1e-15)


def shares(array, axis, best):
    """Return 1 for the best entries, divided by their number."""
    marks = (array == best(array, axis=axis, keepdims=True)).astype(float)
    return marks / marks.sum(axis=axis, keepdims=True)


@pytest.mark.parametrize(("name", "best"), [("max", np.max), ("min", np.min)])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1)])
def test_entries_that_tie_share_equally(name, best, axis):
    x, expected = sg.tensor("x", TIED.shape), shares(TIED, axis, best)
    extreme, weights = getattr(sg, name)(x, axis), getattr(sg, f"{name}_weights")(x, axis)
    np.testing.assert_allclose(evaluated(weights, x=TIED), expected, rtol=1e-15)
    np.testing.assert_allclose(evaluated(sg.gradient(sg.sum(extreme), x), x=TIED), expected, rtol=1e-15)
    np.testing.assert_allclose(weights.shape, TIED.shape)


def test_gradients_carry_the_adjoint_of_their_entry():
    x, t = sg.tensor("x", TIED.shape), np.array([2.0, -1.0, 4.0])
    loss = sg.sum(sg.tensor("t", 3) * sg.max(x, axis=1))
    np.testing.assert_allclose(evaluated(sg.gradient(loss, x), x=TIED, t=t), t[:, None] * shares(TIED, 1, np.max))
    spread = sg.gradient(sg.ptp(x), x)
    np.testing.assert_allclose(evaluated(spread, x=TIED), shares(TIED, None, np.max) - shares(TIED, None, np.min))
    assert not evaluated(sg.hessian(sg.max(sg.tensor("v", 3)) ** 1, "v") + 0 * sg.tensor("v", 3)[0], v=t).any()


# v, largest, its shares
NOT_FINITE = [
    ([np.inf, np.inf, 1.0], np.inf, [0.5, 0.5, 0]), ([-np.inf, 0.0, -1.0], 0.0, [0, 1, 0]),
    ([-np.inf, -np.inf, -np.inf], -np.inf, [1 / 3] * 3),
    ([np.nan, 1.0, 2.0], np.nan, [np.nan] * 3), ([0.0, -0.0, -1.0], 0.0, [0.5, 0.5, 0]), ([7.0, 7.0, 7.0], 7.0, [1 / 3] * 3),
]  # fmt: skip


@pytest.mark.parametrize(("v", "largest", "weights"), NOT_FINITE)
def test_values_that_are_not_finite_and_signed_zeros(v, largest, weights):
    np.testing.assert_array_equal(evaluated("max(v)", v=np.array(v)), largest)
    np.testing.assert_array_equal(evaluated("min(v)", v=-np.array(v)), -largest)
    np.testing.assert_allclose(evaluated("max_weights(v)", v=np.array(v)), weights)
    np.testing.assert_allclose(evaluated("min_weights(v)", v=-np.array(v)), weights)


@pytest.mark.parametrize("text", ["max(v)", "min(v)", "ptp(v)"])
@pytest.mark.parametrize(("v", "verdict"), [([1.0, 3.0, 3.0, 1.0], "KINK"), ([1.0, 2.0, 3.0, 0.0], "RIGHT")])
def test_the_checker_knows_ties(text, v, verdict):
    assert sg.check_gradient(sg.formula(text, shapes={"v": 4}), "v", at=[{"v": v}]).verdict.name == verdict


# formula, facts of v, its sign and range
FACTS = [
    ("max(v)", {"lower": -1, "upper": 2}, "ANY [-1, 2]"), ("min(v)", {"positive": True}, "POSITIVE (0, inf)"),
    ("max(v)", {"nonpositive": True}, "NONPOSITIVE (-inf, 0]"),
    ("max_weights(v)", {}, "NONNEGATIVE [0, 1]"), ("min_weights(v)", {"negative": True}, "NONNEGATIVE [0, 1]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts", "expected"), FACTS)
def test_facts(text, facts, expected):
    node = sg.formula(text, shapes={"v": "n"}, facts={"v": facts})
    assert f"{Facts().sign(node).name} {Facts().interval(node)}" == expected


@pytest.mark.parametrize(("text", "curvature"), [("max(v)", "CONVEX"), ("min(v)", "CONCAVE")])
def test_curvature(text, curvature):
    assert sg.formula(text, shapes={"v": "n"}).primitive.curvature.name == curvature


# formula, how it is written
FORMS = [
    ("max(v)", "max(v)"), ("amin(A, axis=-1)", "min(A, axis=1)"), ("max(A, axis=(1, 0))", "max(A)"),
    ("max(A, axis=0, keepdims=True)", "max(A, axis=0)[None, :]"), ("max(x)", "x"), ("min(x)", "x"),
    ("ptp(v)", "max(v) - min(v)"), ("ptp(x)", "x - x"), ("max_weights(v)", "max_weights(v)"),
    ("min_weights(A, axis=-2)", "min_weights(A, axis=0)"), ("max_weights(x)", "1"), ("min_weights(x)", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_printed_forms(text, shown):
    shapes = {"A": "m n"} if "A" in text else {"v": "n"} if "v" in text else {}
    assert str(sg.formula(text, shapes=shapes)) == shown


V, X = sg.tensor("v", "n"), sg.scalar("x")

# what is refused, and how
REFUSED = [
    *((lambda f=f: f(V, V), f"SymgdError: {f.__name__} reduces one tensor\n  hint: {f.__name__}imum(a, b) compares two")
      for f in (sg.max, sg.min)),
    *((lambda f=f: f(X, 0), f"SymgdError: there is no axis in a scalar: {f.__name__} reduces one tensor")
      for f in (sg.max, sg.min)),
    *((lambda f=f: f(V, ()), f"ShapeError: {f.__name__} of (n,) needs an axis") for f in (sg.max, sg.min)),
    *((lambda f=f: f(V, 1), "ShapeError: there is no axis 1 in shape (n,)")
      for f in (sg.max, sg.min, sg.ptp, sg.max_weights, sg.min_weights)),
    *((lambda f=f: f(V, (0, -1)), "ShapeError: an axis is named twice")
      for f in (sg.max, sg.min, sg.ptp, sg.max_weights, sg.min_weights)),
    (lambda: sg.max(V, 0, 1), "SymgdError: keepdims is True or False, not 1"),
    (lambda: sg.max(1j), "SymgdError: complex cannot stand in a formula"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)
