"""Losses and layers of machine learning: every gradient against 50-digit differences, compiled code to 9 digits.

The formulas are written as the papers and libraries write them; where a gradient is published in closed form it is judged too.
"""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg

REGRESSION = {"X": "m n", "y": "m", "w": "n"}
CLASSES = {"X": "m n", "W": "n k", "b": "k", "Y": "m k"}

# name: (formula, shapes, facts, {variable: published gradient or None})
LOSSES = {
    "least squares": ("mean((X @ w - y)**2)", REGRESSION, {}, {"w": "2*X.T @ (X @ w - y)/m"}),
    "ridge": ("sum((X @ w - y)**2) + lam*(w @ w)", REGRESSION, {"lam": {"positive": True}}, {"w": "2*X.T @ (X @ w - y) + 2*lam*w"}),
    "weighted": ("sum(c*(X @ w - y)**2)", REGRESSION | {"c": "m"}, {}, {"w": "2*X.T @ (c*(X @ w - y))"}),
    "lasso": ("sum((X @ w - y)**2)/2 + lam*norm1(w)", REGRESSION, {}, {"w": "X.T @ (X @ w - y) + lam*sign(w)"}),
    "logistic": ("mean(log(1 + exp(-y*(X @ w))))", REGRESSION, {}, {"w": "-X.T @ (y*sigmoid(-y*(X @ w)))/m"}),
    "cross-entropy": ("-mean(y*log(sigmoid(X @ w)) + (1 - y)*log(1 - sigmoid(X @ w)))", REGRESSION,
                      {"y": {"lower": 0, "upper": 1}}, {"w": "X.T @ (sigmoid(X @ w) - y)/m"}),
    "Poisson": ("sum(exp(X @ w) - y*(X @ w))", REGRESSION, {}, {"w": "X.T @ (exp(X @ w) - y)"}),
    "Huber": ("sum(where(abs(X @ w - y) < 1, (X @ w - y)**2/2, abs(X @ w - y) - 1/2))", REGRESSION, {},
              {"w": "X.T @ clip(X @ w - y, -1, 1)"}),
    "hinge": ("mean(maximum(0, 1 - y*(X @ w)))", REGRESSION, {}, {"w": "-X.T @ where(y*(X @ w) < 1, y, 0)/m"}),
    "squared hinge": ("mean(maximum(0, 1 - y*(X @ w))**2)", REGRESSION, {}, {"w": "-2*X.T @ (y*maximum(0, 1 - y*(X @ w)))/m"}),
    "quantile": ("sum(maximum(tau*(y - X @ w), (tau - 1)*(y - X @ w)))", REGRESSION, {"tau": {"lower": 0, "upper": 1}}, {"w": None}),
    "probit": ("-sum(log(erfc(-y*(X @ w)/sqrt(2))/2))", REGRESSION, {}, {"w": None}),
    "Tweedie": ("sum(exp(X @ w/2)*2 - y*(-2)*exp(-X @ w/2))", REGRESSION, {}, {"w": None}),
    "negative binomial": ("sum(-loggamma(y + r) + loggamma(r) - r*log(r/(r + exp(X @ w))) - y*log(exp(X @ w)/(r + exp(X @ w))))",
                          REGRESSION, {"r": {"positive": True}, "y": {"nonnegative": True}}, {"w": None, "r": None}),
    "Cox": ("-sum(c*(X @ w - log(cumsum(exp(X @ w), reverse=True))))", REGRESSION | {"c": "m"}, {}, {"w": None}),
    "softmax": ("-sum(Y*log_softmax(X @ W + b, axis=1))/m", CLASSES, {"Y": {"one_hot": True}},
                {"W": "X.T @ (softmax(X @ W + b, axis=1) - Y)/m", "b": "sum(softmax(X @ W + b, axis=1) - Y, axis=0)/m"}),
    "softmax of labels": ("mean(logsumexp(X @ W, axis=1) - (X @ W)[arange(m), labels])",
                          {"X": "m n", "W": "n k", "labels": "m"}, {}, {"W": "X.T @ (softmax(X @ W, axis=1) - one_hot(labels, k))/m"}),
    "embedding": ("sum((E[labels] @ w - y)**2)", {"E": "v n", "labels": "m", "w": "n", "y": "m"}, {}, {"E": None, "w": None}),
    "focal": ("-mean((1 - sigmoid(y*(X @ w)))**2*log(sigmoid(y*(X @ w))))", REGRESSION, {}, {"w": None}),
    "KL of Gaussians": ("sum(exp(s) + mu**2 - 1 - s)/2", {"s": "n", "mu": "n"}, {}, {"s": "(exp(s) - 1)/2", "mu": "mu"}),
    "KL of categoricals": ("sum(p*log(p/softmax(z)))", {"p": "k", "z": "k"}, {"p": {"positive": True, "sums_to": 1}}, {"z": "softmax(z) - p"}),
    "KL of Dirichlets": ("loggamma(sum(a)) - sum(loggamma(a)) - loggamma(sum(b)) + sum(loggamma(b))"
                         " + sum((a - b)*(digamma(a) - digamma(sum(a))))",
                         {"a": "2", "b": "2"}, {"a": {"positive": True}, "b": {"positive": True}}, {"a": None, "b": None}),
    "full Gaussian KL": ("(trace(solve(T, S)) + (nu - mu) @ solve(T, nu - mu) - logdet(S) + logdet(T))/2",
                         {"S": "n n", "T": "n n", "mu": "n", "nu": "n"}, {"S": {"pd": True}, "T": {"pd": True}},
                         {"S": "(inv(T).T - inv(S).T)/2", "mu": None, "T": None}),
    "Gaussian likelihood": ("logdet(S)/2 + mean(einsum('ij,jk,ik->i', X - mu, inv(S), X - mu))/2", {"X": "m n", "mu": "n", "S": "n n"},
                            {"S": {"pd": True}}, {"mu": None, "S": None}),
    "Gaussian process": ("y @ solve(K + s*eye(m), y)/2 + logdet(K + s*eye(m))/2", {"K": "m m", "y": "m"},
                         {"K": {"pd": True}, "s": {"positive": True}},
                         {"s": "trace(inv(K + s*eye(m)))/2 - y @ inv(K + s*eye(m)) @ inv(K + s*eye(m)) @ y/2"}),
    "RBF kernel": ("y @ solve(exp(-sum((X[:, None, :] - X[None, :, :])**2, axis=2)/(2*l**2)) + eye(m), y)/2", {"X": "m n", "y": "m"},
                   {"l": {"positive": True}}, {"l": None, "X": None}),
    "Gaussian mixture": ("-mean(logsumexp(c - sum((X[:, None, :] - M[None, :, :])**2, axis=2)/2, axis=1))",
                         {"X": "m n", "M": "k n", "c": "k"}, {}, {"M": None, "c": None}),
    "k-means": ("sum(min(sum((X[:, None, :] - M[None, :, :])**2, axis=2), axis=1))", {"X": "m n", "M": "k n"}, {}, {"M": None}),
    "matrix factorisation": ("sum((T - U @ V.T)**2)", {"T": "m n", "U": "m k", "V": "n k"}, {},
                             {"U": "2*(U @ V.T - T) @ V", "V": "2*(U @ V.T - T).T @ U"}),
    "masked factorisation": ("sum(M*(T - U @ V.T)**2)", {"T": "m n", "U": "m k", "V": "n k", "M": "m n"}, {},
                             {"U": "2*(M*(U @ V.T - T)) @ V"}),
    "PCA": ("-trace(W.T @ X.T @ X @ W)", {"X": "m n", "W": "n k"}, {}, {"W": "-2*X.T @ X @ W"}),
    "contrastive (InfoNCE)": ("mean(logsumexp(A @ B.T/tau, axis=1) - sum(A*B, axis=1)/tau)", {"A": "m n", "B": "m n"},
                              {"tau": {"positive": True}}, {"A": None, "B": None, "tau": None}),
    "triplet": ("sum(maximum(0, sum((A - P)**2, axis=1) - sum((A - N)**2, axis=1) + 1))", {"A": "m n", "P": "m n", "N": "m n"}, {},
                {"A": None}),
    "cosine similarity": ("(x @ y)/(norm2(x)*norm2(y))", {"x": "n", "y": "n"}, {}, {"x": "y/(norm2(x)*norm2(y)) - x*(x @ y)/(norm2(x)**3*norm2(y))"}),
    "total variation": ("sum(abs(x[1:] - x[:-1]))", {"x": "6"}, {}, {"x": None}),
    "LSTM-like gate": ("sum(tanh(sigmoid(W @ x)*c + sigmoid(U @ x)*tanh(V @ x))*sigmoid(R @ x))",
                       {"W": "h n", "U": "h n", "V": "h n", "R": "h n", "x": "n", "c": "h"}, {}, {"W": None, "x": None, "c": None}),
    "GRU cell": ("sum(((1 - sigmoid(Z @ x + P @ h))*tanh(W @ x + U @ (sigmoid(R @ x + Q @ h)*h)) + sigmoid(Z @ x + P @ h)*h)**2)",
                 {"Z": "d n", "P": "d d", "W": "d n", "U": "d d", "R": "d n", "Q": "d d", "x": "n", "h": "d"}, {},
                 {"W": None, "U": None, "Z": None, "Q": None, "h": None}),
    "two-layer net": ("mean((tanh(X @ W + b) @ v - y)**2)", {"X": "m n", "W": "n k", "b": "k", "v": "k", "y": "m"}, {},
                      {"W": None, "b": None, "v": "2*tanh(X @ W + b).T @ (tanh(X @ W + b) @ v - y)/m"}),
    "three-layer ReLU net": ("sum((W3 @ relu(W2 @ relu(W1 @ x)) - y)**2)/2", {"W1": "h n", "W2": "k h", "W3": "d k", "x": "n", "y": "d"}, {},
                             {"W1": None, "W2": None, "W3": None, "x": None}),
    "GELU net": ("sum(gelu(X @ W) @ v)", {"X": "m n", "W": "n k", "v": "k"}, {}, {"W": None}),
    "attention": ("sum((softmax(Q @ K.T/sqrt(d), axis=1) @ V)*T)", {"Q": "m d", "K": "n d", "V": "n k", "T": "m k"}, {},
                  {"Q": None, "K": None, "V": "softmax(Q @ K.T/sqrt(d), axis=1).T @ T"}),
    "causal attention": ("sum((softmax(where(arange(m)[:, None] < arange(m)[None, :], -100, Q @ K.T), axis=1) @ V)*T)",
                         {"Q": "m d", "K": "m d", "V": "m k", "T": "m k"}, {}, {"Q": None, "V": None}),
    "layer norm": ("sum(g*(X - mean(X, axis=1, keepdims=True))/sqrt(var(X, axis=1, keepdims=True) + 1e-5)*T)",
                   {"X": "m n", "g": "n", "T": "m n"}, {}, {"X": None, "g": None}),
    "batch norm": ("sum((g*(X - mean(X, axis=0))/sqrt(var(X, axis=0) + 1e-5) + c)**2*T)", {"X": "m n", "g": "n", "c": "n", "T": "m n"}, {},
                   {"X": None, "g": None, "c": None}),
    "RMS norm": ("sum(g*X/sqrt(mean(X**2, axis=1, keepdims=True) + 1e-6)*T)", {"X": "m n", "g": "n", "T": "m n"}, {}, {"X": None}),
    "convolution": ("sum((convolve(x, k, 'valid') - y)**2)", {"x": "7", "k": "3", "y": "5"}, {}, {"k": None, "x": None}),
    "image convolution": ("sum(relu(convolve2d(X, K, 'same'))*T)", {"X": "4 5", "K": "3 3", "T": "4 5"}, {}, {"K": None, "X": None}),
    "max pooling": ("sum(max(reshape(x, (4, 2)), axis=1)*w)", {"x": "8", "w": "4"}, {}, {"x": None}),
    "Sinkhorn step": ("sum(a*log(a/(exp(-C) @ (b/(exp(-C).T @ u)))))", {"a": "m", "b": "n", "u": "m", "C": "m n"},
                      {"a": {"positive": True}, "b": {"positive": True}, "u": {"positive": True}}, {"C": None, "u": None}),
    "graphical lasso": ("trace(S @ P) - logdet(P)", {"S": "n n", "P": "n n"}, {"P": {"pd": True}}, {"P": "S.T - inv(P).T"}),
    "A-optimal design": ("trace(inv(X.T @ diag(w) @ X))", {"X": "5 2", "w": "5"}, {"w": {"positive": True}},
                         {"w": "-sum((X @ inv(X.T @ diag(w) @ X))**2, axis=1)"}),
    "D-optimal design": ("-logdet(X.T @ diag(w) @ X)", {"X": "5 2", "w": "5"}, {"w": {"positive": True}},
                         {"w": "-sum((X @ inv(X.T @ diag(w) @ X))*X, axis=1)"}),
    "ELBO": ("-sum(y*log(sigmoid(D @ (mu + exp(s)*z))) + (1 - y)*log(sigmoid(-D @ (mu + exp(s)*z)))) + sum(exp(2*s) + mu**2 - 1 - 2*s)/2",
             {"y": "m", "D": "m n", "mu": "n", "s": "n", "z": "n"}, {}, {"mu": None, "s": None, "D": None}),
    "policy gradient": ("-sum(log_softmax(z)*Y*r)", {"z": "k", "Y": "k", "r": "k"}, {}, {"z": None}),
    "Barlow twins": ("sum((A.T @ B/m - eye(n))**2)", {"A": "m n", "B": "m n"}, {}, {"A": "2*B @ (A.T @ B/m - eye(n)).T/m"}),
}  # fmt: skip
CASES = [(name, wrt) for name, (*_, gradients) in LOSSES.items() for wrt in gradients]
NUMBERS = {"h": 2, "d": 3}


def _loss(name: str) -> sg.Node:
    text, shapes, facts, _ = LOSSES[name]
    words = "".join(c if c.isalnum() or c == "_" else " " for c in text).split()
    return sg.formula(text, shapes={key: shape for key, shape in shapes.items() if key in words}, facts=facts)


@pytest.mark.parametrize(("name", "wrt"), CASES)
def test_the_gradient_is_right_and_compiled_code_keeps_nine_digits(name, wrt):
    check = sg.check_gradient(_loss(name), wrt, points=1)
    assert check.verdict.name == "RIGHT", check.explain()
    assert check.digits >= 9


@pytest.mark.parametrize(("name", "wrt"), [(name, wrt) for name, wrt in CASES if LOSSES[name][3][wrt]])
def test_the_published_gradient_is_right_too(name, wrt):
    check = sg.check_gradient(_loss(name), wrt, gradient=LOSSES[name][3][wrt], points=2)
    assert check.verdict.name == "RIGHT", check.explain()


@pytest.mark.parametrize(
    ("name", "wrt"),
    [
        (name, wrt)
        for name, wrt in CASES
        if wrt in ("w", "mu", "s", "b", "z", "M", "U", "g", "c", "x", "l", "tau", "Q", "K", "k", "C")
    ],
)
def test_the_hessian_times_a_vector_is_right(name, wrt):
    loss = _loss(name)
    (target,) = [node for node in loss.symbols if node.name == wrt]
    direction = sg.tensor("direction", target.shape)
    slope = sg.directional_derivative(loss, wrt, direction)
    if target not in slope.symbols:
        return  # affine, or piecewise so
    check = sg.check_gradient(slope, wrt, gradient=sg.hvp(loss, wrt, direction), points=1)
    assert check.verdict.name in ("RIGHT", "KINK"), check.explain()


SMALL = ["least squares", "logistic", "Poisson", "cosine similarity", "KL of Gaussians", "policy gradient", "D-optimal design"]


@pytest.mark.parametrize("name", SMALL)
def test_a_small_hessian_holds_the_second_derivatives(name):
    """The Hessian in full is symmetric and agrees with the Hessian-vector product, unit vector by unit vector."""
    loss = _loss(name)
    wrt = next(iter(LOSSES[name][3]))
    (target,) = [node for node in loss.symbols if node.name == wrt]
    rng = np.random.default_rng(0)
    sizes = {"m": 4, "n": 3, "k": 3}
    values = {
        node: rng.uniform(0.2, 1.2, size=tuple(size if isinstance(size, int) else sizes[str(size)] for size in node.shape))
        for node in loss.symbols
    }
    direction = sg.tensor("direction", target.shape)
    full, product = sg.hessian(loss, wrt), sg.hvp(loss, wrt, direction)
    code = sg.lambdify([*loss.symbols, direction], [full])
    along = sg.lambdify([*loss.symbols, direction], [product])
    columns = [along(*values.values(), unit)[0] for unit in np.eye(len(values[target]))]
    (matrix,) = code(*values.values(), np.zeros(len(values[target])))
    np.testing.assert_allclose(matrix, np.array(columns).T, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-10, atol=1e-12)
