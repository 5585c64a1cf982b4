"""Variance and standard deviation: NumPy's values for every axis and ddof, gradients, forms, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from tests.primitives.scalar_comparison import evaluated, refusal

T = np.random.default_rng(19).normal(size=(2, 3, 4))
V = np.array([1.0, 4.0, -2.0, 5.0])


@pytest.mark.parametrize("name", ["var", "std"])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (2, 1), [0, 1]])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("ddof", [0, 1, 0.5])
def test_values_are_those_of_numpy(name, axis, keepdims, ddof):
    formula = getattr(sg, name)(sg.tensor("T", T.shape), axis, keepdims, ddof)
    expected = getattr(np, name)(T, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims, ddof=ddof)
    assert formula.shape == np.shape(expected)
    np.testing.assert_allclose(evaluated(formula, T=T), expected, rtol=1e-12)


@pytest.mark.parametrize("ddof", [0, 1, 2])
def test_gradients_and_hessians(ddof):
    v = sg.tensor("v", 4)
    centred, count = V - V.mean(), 4 - ddof
    np.testing.assert_allclose(evaluated(sg.gradient(sg.var(v, ddof=ddof), v), v=V), 2 * centred / count, rtol=1e-13)
    np.testing.assert_allclose(
        evaluated(sg.gradient(sg.std(v, ddof=ddof), v), v=V), centred / (count * V.std(ddof=ddof)), rtol=1e-13
    )
    np.testing.assert_allclose(
        evaluated(sg.hessian(sg.var(v, ddof=ddof), v) + 0 * v[0], v=V), 2 / count * (np.eye(4) - 1 / 4), rtol=1e-13
    )


# formula of v, v, value
EXTREME = [
    ("var(v)", [3.0], 0.0), ("std(v)", [3.0], 0.0), ("var(v)", [2.0, 2.0, 2.0], 0.0),
    ("var(v)", [1e9 + 1, 1e9 + 2, 1e9 + 3], 2 / 3), ("std(v)", [-1e9, 1e9], 1e9),
    ("var(v)", [np.inf, 1.0], np.nan), ("std(v)", [np.nan, 1.0], np.nan), ("var(v, ddof=3)", [0.0, 6.0], -18.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "v", "value"), EXTREME)
def test_values_at_the_ends(text, v, value):
    assert float(evaluated(text, v=np.array(v))) == pytest.approx(value, rel=1e-14, abs=0, nan_ok=True)


def test_a_standard_deviation_has_no_slope_where_all_entries_are_equal():
    assert sg.check_gradient(sg.std(sg.tensor("v", 2)), "v", at=[{"v": [3.0, 3.0]}]).verdict.name != "RIGHT"


# formula, how it is written
FORMS = [
    ("var(v)", "mean((v - mean(v)[None])**2)"), ("std(v)", "sqrt(mean((v - mean(v)[None])**2))"),
    ("var(v, ddof=1)", "sum((v - mean(v)[None])**2)/(n - 1)"), ("var(v, ddof=0.0)", "mean((v - mean(v)[None])**2)"),
    ("var(A, axis=0)", "mean((A - mean(A, axis=0)[None, :])**2, axis=0)"),
    ("var(A, axis=1, ddof=1)", "sum((A - mean(A, axis=1)[:, None])**2, axis=1)/(n - 1)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FORMS)
def test_printed_forms(text, shown):
    assert str(sg.formula(text, shapes={"A": "m n"} if "A" in text else {"v": "n"})) == shown


@pytest.mark.parametrize(("name", "axis"), [("var", None), ("std", None), ("var", ()), ("std", ())])
def test_a_number_alone_does_not_vary(name, axis):
    assert evaluated(getattr(sg, name)(sg.scalar("x"), axis), x=2.5) == 0
    assert evaluated(getattr(sg, name)(sg.tensor("v", 4), ()), v=V).tolist() == [0, 0, 0, 0]


M, U = sg.tensor("A", "m n"), sg.tensor("u", 3)

# arguments, how they are refused
REFUSED = [
    ((U, None, False, 3), "DomainError: division by zero"), ((M, 2), "ShapeError: there is no axis 2 in shape (m, n)"),
    ((M, (0, 0)), "ShapeError: an axis is named twice"),
    ((M, None, "no"), "SymgdError: keepdims is True or False"),
    ((M, 0, False, "a"), "SymgdError: str cannot stand in a formula"),
    ((1j,), "SymgdError: complex cannot stand in a formula"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
@pytest.mark.parametrize("name", ["var", "std"])
def test_refusals(name, arguments, message):
    assert refusal(lambda: getattr(sg, name)(*arguments)).startswith(message)
