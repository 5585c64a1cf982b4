"""Masks of known truth values and arrays of indices take what NumPy takes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import SymgdError

VALUES = np.random.default_rng(23).normal(size=(3, 4))
X = sg.tensor("X", "3 4")
ROWS, COLUMNS = np.array([True, False, True]), np.array([False, True, True, False])
MASK = VALUES > 0

TEXTS = [
    "X[ROWS]", "X[:, COLUMNS]", "X[..., COLUMNS]", "X[MASK]", "X[~MASK].sum()", "X[[True, False, True]]", "X[ROWS, 1]", "X[ROWS][:, COLUMNS]",
    "X[ROWS, COLUMNS]", "X[None, ROWS]", "X[1, COLUMNS]", "X[ROWS, :2]", "(X > 0)[ROWS] * 1.0", "np.where(MASK, X, 0)", "np.where(ROWS[:, None], X, -X)",
    "np.where([True, False, True, False], X, 2)", "np.sum(X, where=MASK)", "np.sum(X, axis=0, where=MASK)", "X.sum(where=ROWS[:, None])",
    "np.sum(X, where=X > 0)", "np.prod(X, where=MASK)", "np.mean(X, where=MASK)", "np.mean(X, axis=1, where=COLUMNS, keepdims=True)", "X.mean(where=MASK)",
    "np.sum(X, where=[True, False, True, False])", "np.sum(X > 0, where=MASK)",
    "X[np.ix_([0, 1], [1, 2, 3])]", "X[np.ix_([2, 0], [1])]", "X[np.ix_(ROWS, COLUMNS)]", "X[np.array([[0, 1], [2, 0]]), np.array([[1, 3], [0, 0]])]",
    "X[np.array([[0], [2]]), np.array([1, 3, 2])]", "X[np.array([[0, 1], [2, 0]])]", "X[[0, 1], [1, 2]]", "X[np.array([-1, 0]), 1:]", "X[None, ..., COLUMNS]", "X[:2, COLUMNS]", "X[..., [0, 2], 1]", "X[[0, 2], ..., 1:]", "X[-1, [0, 3]]",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_an_index_takes_what_numpy_takes(text):
    function = eval(f"lambda X: {text}", {"np": np, "ROWS": ROWS, "COLUMNS": COLUMNS, "MASK": MASK})
    formula = sg.formula(function, X)
    found, expected = sg.lambdify([X], formula)(VALUES), function(VALUES)
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, np.asarray(expected, dtype=float), rtol=1e-12)
    check = sg.check_gradient(sg.sum(formula), X, points=1)
    assert check.verdict.name in ("RIGHT", "KINK"), check.explain()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), min_size=12, max_size=12).filter(any))
def test_the_gradient_of_a_masked_sum_is_the_mask(flags):
    mask = np.array(flags).reshape(3, 4)
    expected = np.where(mask, 2 * VALUES, 0)
    for function in (
        lambda X: (X[mask] ** 2).sum(),
        lambda X: np.sum(X**2, where=mask),
        lambda X: np.where(mask, X**2, 0).sum(),
    ):
        gradient = sg.lambdify([X], sg.gradient(sg.formula(function, X), X))(VALUES)
        np.testing.assert_allclose(gradient, expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda X: X[X > 0], "a mask cannot index|depend"),
        (lambda X: np.sum(X, where=np.ones((2, 3, 4), bool)), "more places"),
        (lambda X: np.sum(X, where=X), "takes a condition"),
        (lambda X: np.max(X, where=MASK, initial=0.0), "where|initial"),
    ],
)
def test_masks_of_unknown_values_are_refused(function, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(function, X)


def test_a_mask_of_another_shape_is_an_error_as_in_numpy():
    for mask in (COLUMNS, MASK.T):
        with pytest.raises(IndexError, match="does not index axes"):
            sg.formula(lambda X, mask=mask: X[mask], X)
