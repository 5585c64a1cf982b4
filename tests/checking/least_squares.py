"""A small least-squares problem as code, with its gradient by hand."""

from __future__ import annotations

import numpy as np

__all__ = ["W", "X", "Y", "loss", "opaque", "slope"]

X = np.array([[0.5, -1.25, 2.0], [1.0, 0.75, -0.5], [-2.25, 0.1, 0.3], [0.7, 1.9, -1.1], [-0.4, 0.6, 1.3]])
Y = np.array([1.0, -0.5, 2.5, 0.3, -1.7])
W = np.array([0.3, -0.8, 1.1])


def opaque(function):
    """Return code that no formula can be read from."""
    return lambda x: function(np.reshape([float(entry) for entry in np.ravel(x)], np.shape(x)))


def loss(w):
    return np.mean((X @ w - Y) ** 2)


def slope(w):
    return 2 * X.T @ (X @ w - Y) / 5
