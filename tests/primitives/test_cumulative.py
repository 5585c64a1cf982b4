"""Running sums and products: NumPy's values on every axis, gradients without division, facts, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.graph.inference import Facts
from tests.primitives.scalar_comparison import evaluated, refusal

RNG = np.random.default_rng(11)
T = RNG.normal(size=(2, 3, 4))


@pytest.mark.parametrize("name", ["cumsum", "cumprod", "cumulative_sum", "cumulative_prod"])
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_running_sums_and_products_are_those_of_numpy(name, axis):
    expected = {"s": np.cumsum, "p": np.cumprod}[name.replace("cumulative_", "cum")[3]](T, axis=axis)
    np.testing.assert_allclose(evaluated(f"{name}(T, axis={axis})", T=T), expected, rtol=1e-13)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_sums_from_the_end(axis):
    np.testing.assert_allclose(
        evaluated(f"cumsum(T, axis={axis}, reverse=True)", T=T), np.flip(np.cumsum(np.flip(T, axis), axis), axis), rtol=1e-13
    )


# x, gradient of the sum of the running products: Σ_{k≥i} Π_{j≤k, j≠i} x_j by hand
PRODUCTS = [
    ([2.0, 3.0, 5.0], [1 + 3 + 15, 2 + 10, 6]), ([2.0, 0.0, 5.0], [1, 12, 0]), ([0.0, 0.0, 7.0], [1, 0, 0]),
    ([0.0, 3.0, 5.0], [19, 0, 0]), ([4.0], [1]),
]  # fmt: skip


@pytest.mark.parametrize(("x", "gradient"), PRODUCTS)
def test_the_gradient_of_running_products_needs_no_division(x, gradient):
    loss = sg.formula("sum(cumprod(x))", shapes={"x": len(x)})
    np.testing.assert_allclose(evaluated(sg.gradient(loss, "x"), x=np.array(x)), gradient)


def test_second_derivatives():
    x = np.array([2.0, 3.0, 5.0])
    products = sg.hessian(sg.formula("sum(cumprod(x))", shapes={"x": 3}), "x")
    np.testing.assert_allclose(evaluated(products, x=x), [[0, 1 + 5, 3], [1 + 5, 0, 2], [3, 2, 0]])  # of ab and abc
    lower = np.tril(np.ones((3, 3)))
    sums = sg.hessian(sg.formula("sum(cumsum(x)**2)", shapes={"x": 3}), "x")
    np.testing.assert_allclose(evaluated(sums + 0 * sg.tensor("x", 3)[0], x=x), 2 * lower.T @ lower)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_adjoint_of_running_sums_runs_backwards(axis):
    t = RNG.normal(size=T.shape)
    loss = sg.formula(f"sum(t*cumsum(T, axis={axis}))", shapes={"t": T.shape, "T": T.shape})
    np.testing.assert_allclose(
        evaluated(sg.gradient(loss, "T"), t=t, T=T), np.flip(np.cumsum(np.flip(t, axis), axis), axis), rtol=1e-13
    )


@pytest.mark.parametrize(
    ("fact", "sign"),
    [
        ("positive", "POSITIVE"),
        ("nonnegative", "NONNEGATIVE"),
        ("negative", "NEGATIVE"),
        ("nonpositive", "NONPOSITIVE"),
        ("nonzero", "ANY"),
    ],
)
def test_sums_have_the_sign_of_what_is_added(fact, sign):
    node = sg.formula("cumsum(x)", shapes={"x": "n"}, facts={"x": {fact: True}})
    assert Facts().sign(node).name == sign


# formula, how it is written
FORMS = [
    ("cumsum(v)", "cumsum(v)"), ("cumsum(v, reverse=True)", "cumsum(v, reverse=True)"),
    ("cumsum(A, axis=-1)", "cumsum(A, axis=1)"),
    ("cumsum(A, axis=0, reverse=True)", "cumsum(A, axis=0, reverse=True)"), ("cumsum(v, 0)", "cumsum(v)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_printed_forms(text, shown):
    assert str(sg.formula(text, shapes={"A": "m n"} if "A" in text else {"v": "n"})) == shown


@pytest.mark.parametrize(
    ("x", "sums", "products"),
    [([np.inf, 1.0], [np.inf, np.inf], [np.inf, np.inf]), ([np.nan, 1.0], [np.nan] * 2, [np.nan] * 2), ([5.0], [5.0], [5.0])],
)
def test_values_that_are_not_finite_run_on(x, sums, products):
    np.testing.assert_array_equal(evaluated("cumsum(x)", x=np.array(x)), sums)
    np.testing.assert_array_equal(evaluated("cumprod(x)", x=np.array(x)), products)


M, V = sg.tensor("A", "m n"), sg.tensor("v", "n")

# what is refused, and how
REFUSED = [
    *((lambda f=f: f(M), f"ShapeError: {f.__name__} of shape (m, n) needs an axis") for f in (sg.cumsum, sg.cumprod)),
    *((lambda f=f: f(sg.scalar("x")), f"ShapeError: {f.__name__} of shape () needs an axis") for f in (sg.cumsum, sg.cumprod)),
    *((lambda f=f: f(V, 1), "ShapeError: there is no axis 1 in shape (n,)") for f in (sg.cumsum, sg.cumprod)),
    *((lambda f=f: f(M, (0, 1)), f"ShapeError: {f.__name__} runs along one axis, not 2") for f in (sg.cumsum, sg.cumprod)),
    *((lambda flag=flag: sg.cumsum(V, 0, flag), f"SymgdError: reverse is True or False, not {flag}") for flag in (2, 1, 0.5)),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)
