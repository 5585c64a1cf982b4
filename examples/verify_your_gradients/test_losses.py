"""Tests in the usual manner: by assertion, by fixture, at many points."""

import numpy as np
import pytest
from hypothesis import given, settings
from losses import logistic_gradient, ridge_gradient

from symgd.testing import assert_gradient, assert_matches, points_inside

FORMULA, SHAPES = "mean(log(1 + exp(-y*(X @ w))))", {"X": "m n", "w": "n", "y": "m"}


def softplus(x):
    """Return log(1 + exp(x)) without overflow."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def test_softplus_is_what_its_name_says():
    assert_matches("log(1 + exp(x))", softplus)


def test_two_functions_fit_together(gradient_check):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    gradient_check(
        lambda w: np.mean((X @ w - y) ** 2) / 2 + 0.1 * np.sum(w**2), lambda w: ridge_gradient(w, X, y, 0.1), at=np.ones(3)
    )


@pytest.mark.symgd_points(FORMULA, count=3, shapes=SHAPES)
def test_logistic_gradient_at_sampled_points(symgd_point):
    assert_gradient(FORMULA, lambda y, X, w: logistic_gradient(w, X, y), at=symgd_point, wrt="w", shapes=SHAPES)


@settings(max_examples=20, deadline=None, derandomize=True)  # the same points in every run
@given(points_inside(FORMULA, shapes=SHAPES, largest=100))
def test_logistic_gradient_wherever_it_is_defined(point):
    assert_gradient(FORMULA, lambda y, X, w: logistic_gradient(w, X, y), at=point, wrt="w", shapes=SHAPES)
