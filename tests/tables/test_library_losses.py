"""Losses of scikit-learn and statsmodels: value and gradient against 60-digit differences, the Hessian, and the known formula."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from tests.tables.library_losses import LABELS, LOSSES, SIGNS, X, half_binomial, modified_huber, support_vector_machine
from tests.tables.precise_arrays import assert_close, precise, value_and_derivatives


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_value_gradient_and_hessian(loss):
    point = np.array(LOSSES[loss])
    w = sg.tensor("w", len(point))
    formula = sg.formula(loss, w)
    value, gradient, hessian = sg.lambdify([w], [formula, sg.gradient(formula, w), sg.hessian(formula, w)])(point)
    expected = value_and_derivatives(precise(loss), point)
    np.testing.assert_allclose(value, loss(point), rtol=1e-11)
    assert_close(value, expected[0])
    assert_close(gradient, expected[1])
    assert_close(hessian, expected[2], 1e-8)


def test_gradients_that_textbooks_state():
    w = sg.tensor("w", 3)
    point = np.array(LOSSES[half_binomial])
    gradient = sg.lambdify([w], sg.gradient(sg.formula(half_binomial, w), w))(point)
    np.testing.assert_allclose(gradient, X.T @ (1 / (1 + np.exp(-X @ point)) - LABELS) / 5, rtol=1e-13)
    gradient = sg.lambdify([w], sg.gradient(sg.formula(support_vector_machine, w), w))(point)
    active = SIGNS * (X @ point) < 1
    np.testing.assert_allclose(gradient, [0, *point[1:]] - 2 * X.T @ (active * SIGNS), rtol=1e-13)


def test_each_piece_of_a_loss_with_branches():
    w = sg.tensor("w", 3)
    formula = sg.formula(modified_huber, w)
    code = sg.lambdify([w], [formula, sg.gradient(formula, w)])
    for point in np.random.default_rng(2).normal(size=(12, 3)):
        value, gradient, _ = value_and_derivatives(precise(modified_huber), point)
        found = code(point)
        assert_close(found[0], value)
        assert_close(found[1], gradient)
