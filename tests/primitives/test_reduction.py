"""logsumexp and softmax: SciPy's values on every axis, no overflow, gradients, facts, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special

import symgd as sg
from symgd.graph.inference import Facts
from tests.primitives.scalar_comparison import evaluated, refusal

RNG = np.random.default_rng(7)
V, T = RNG.normal(size=4), RNG.normal(size=(2, 3, 4))
AXES = [None, 0, 1, -1, -3, (0, 1), (2, 0), (-1, -2), (0, 1, 2), [1, 2]]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("keepdims", [False, True])
def test_logsumexp_is_that_of_scipy(axis, keepdims):
    formula = sg.logsumexp(sg.tensor("T", T.shape), axis, keepdims)
    expected = scipy.special.logsumexp(T, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims)
    assert formula.shape == np.shape(expected)
    np.testing.assert_allclose(evaluated(formula, T=T), expected, rtol=1e-14)


@pytest.mark.parametrize("axis", [*AXES[1:], ()])
def test_softmax_is_that_of_scipy(axis):
    formula = sg.softmax(sg.tensor("T", T.shape), axis)
    assert formula.shape == T.shape
    expected = (
        scipy.special.softmax(T, axis=tuple(axis) if isinstance(axis, list) else axis) if axis != () else np.ones(T.shape)
    )
    np.testing.assert_allclose(evaluated(formula + 0 * sg.tensor("T", T.shape), T=T), expected, rtol=1e-14)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_log_softmax_is_that_of_scipy(axis):
    np.testing.assert_allclose(
        evaluated(f"log_softmax(T, axis={axis})", T=T), scipy.special.log_softmax(T, axis=axis), rtol=1e-13
    )


# formula of v, v, value
EXTREME = [
    ("logsumexp(v)", [1000.0, 1000.0], 1000 + np.log(2)), ("logsumexp(v)", [-1000.0, -1000.0], -1000 + np.log(2)),
    ("logsumexp(v)", [1e300, 0.0], 1e300),
    ("logsumexp(v)", [3.0], 3.0), ("logsumexp(v)", [-np.inf, 2.0], 2.0), ("logsumexp(v)", [-np.inf, -np.inf], -np.inf),
    ("logsumexp(v)", [np.inf, 1.0], np.inf),
    ("logsumexp(v)", [np.nan, 1.0], np.nan), ("softmax(v)[0]", [1000.0, 0.0], 1.0),
    ("softmax(v)[1]", [700.0, 0.0], 9.859676543759770e-305),
    ("softmax(v)[0]", [5.0], 1.0), ("softmax(v)[0]", [-np.inf, 3.0], 0.0), ("log_softmax(v)[1]", [1e5, 0.0], -1e5),
    ("log_softmax(v)[0]", [0.0], 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "v", "value"), EXTREME)
def test_values_neither_overflow_nor_vanish(text, v, value):
    assert float(evaluated(text, v=np.array(v))) == pytest.approx(value, rel=1e-14, abs=0, nan_ok=True)


def test_gradients_and_hessians():
    v, s = sg.tensor("v", 4), scipy.special.softmax(V)
    covariance = np.diag(s) - np.outer(s, s)
    np.testing.assert_allclose(evaluated(sg.gradient(sg.logsumexp(v), v), v=V), s, rtol=1e-14)
    np.testing.assert_allclose(evaluated(sg.hessian(sg.logsumexp(v), v), v=V), covariance, rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(evaluated(sg.jacobian(sg.softmax(v), v), v=V), covariance, rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(evaluated(sg.jacobian(sg.log_softmax(v), v), v=V), np.eye(4) - s, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("axis", [0, 2, (0, 2), (1, 0)])
def test_the_adjoint_of_softmax_along_axes(axis):
    t = RNG.normal(size=T.shape)
    loss = sg.formula(f"sum(t*softmax(T, axis={axis}))", shapes={"t": T.shape, "T": T.shape})
    s = scipy.special.softmax(T, axis=axis)
    np.testing.assert_allclose(
        evaluated(sg.gradient(loss, "T"), T=T, t=t), s * (t - (t * s).sum(axis, keepdims=True)), rtol=1e-11, atol=1e-15
    )


def test_facts():
    soft = sg.formula("softmax(v)", shapes={"v": "n"})
    assert str(Facts().interval(soft)) == "(0, 1]"
    assert Facts().is_positive(soft)
    assert sg.formula("logsumexp(v)", shapes={"v": "n"}).primitive.curvature.name == "CONVEX"


# formula, how it is written
FORMS = [
    ("logsumexp(v)", "logsumexp(v)"), ("logsumexp(A, axis=-1)", "logsumexp(A, axis=1)"),
    ("logsumexp(A, axis=(0, 1))", "logsumexp(A)"), ("softmax(v)", "softmax(v)"),
    ("softmax(A, axis=-2)", "softmax(A, axis=0)"), ("softmax(A, axis=(0, 1))", "softmax(A, axis=(0, 1))"), ("logsumexp(x)", "x"),
    ("logsumexp(A, axis=0, keepdims=True)", "logsumexp(A, axis=0)[None, :]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_printed_forms(text, shown):
    shapes = {"A": "m n"} if "A" in text else {"v": "n"} if "v" in text else {}
    assert str(sg.formula(text, shapes=shapes)) == shown


def test_along_no_axis_each_entry_stands_alone():
    v = sg.tensor("v", "n")
    assert (str(sg.logsumexp(v, ())), str(sg.softmax(v, ())), str(sg.softmax(sg.scalar("x"), ()))) == ("v", "ones(n)", "1")


M, X = sg.tensor("A", "m n"), sg.scalar("x")

# what is refused, and how
REFUSED = [
    (lambda: sg.softmax(M), "ShapeError: softmax of shape (m, n) needs an axis"),
    (lambda: sg.log_softmax(M), "ShapeError: log_softmax of shape (m, n) needs an axis"),
    (lambda: sg.softmax(X), "ShapeError: softmax runs along one axis, not 0"),
    (lambda: sg.softmax(M, 2), "ShapeError: there is no axis 2 in shape (m, n)"),
    (lambda: sg.softmax(M, (0, -2)), "ShapeError: an axis is named twice"),
    (lambda: sg.log_softmax(M, (0, 1)), "ShapeError: log_softmax runs along one axis, not 2"),
    (lambda: sg.logsumexp(M, axis=-3), "ShapeError: there is no axis -3 in shape (m, n)"),
    (lambda: sg.logsumexp(M, axis="x"), "ShapeError: 'x' is not an axis"),
    (lambda: sg.logsumexp(M, keepdims=None), "SymgdError: keepdims is True or False, not None"),
    (lambda: sg.softmax("x"), "SymgdError: str cannot stand in a formula"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)
