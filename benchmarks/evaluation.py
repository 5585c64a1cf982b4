"""Evaluate gradients: linear, logistic and softmax regression at small, medium and large sizes."""

from __future__ import annotations

import numpy as np
import peers
import scipy.special
from timing import Row

import symgd as sg

SIZES = {"small": (8, 3), "medium": (2000, 50), "large": (200_000, 100)}
CLASSES = 10


def rows(quick: bool = False) -> list[Row]:
    """Return the workloads."""
    found = []
    for size, (m, n) in SIZES.items():
        if quick and size == "large":
            continue
        generator = np.random.default_rng(0)
        X = generator.normal(size=(m, n))
        for name, make in (("linear", linear), ("logistic", logistic), ("softmax", softmax)):
            found.append(Row(f"{name} gradient, {size} ({m:,} × {n})", make(X, generator)))
    return found


def _symgd(text, shapes, arguments, wrt, values):
    loss = sg.formula(text, shapes=shapes)
    f = sg.lambdify(arguments, sg.gradient(loss, wrt))
    return lambda: f(*values)


def _jax(loss, values, position):
    jax = peers.jax()
    if jax is None:
        return None
    arrays = [jax.numpy.asarray(value) for value in values]
    f = jax.jit(jax.grad(loss(jax.numpy, jax.nn), argnums=position))
    return lambda: f(*arrays).block_until_ready()


def _torch(loss, values, position):
    torch = peers.torch()
    if torch is None:
        return None
    tensors = [torch.tensor(value) for value in values]
    tensors[position].requires_grad_(True)
    f = loss(torch)
    return lambda: torch.autograd.grad(f(*tensors), tensors[position])[0]


def linear(X, generator):
    """Return the contestants for mean squared error."""
    m, n = X.shape
    y, w = generator.normal(size=m), generator.normal(size=n)
    values = (X, y, w)
    return {
        "hand NumPy": lambda: 2 / m * (X.T @ (X @ w - y)),
        "symgd": _symgd("mean((X @ w - y)**2)", {"X": "m n", "y": "m", "w": "n"}, ["X", "y", "w"], "w", values),
        "JAX (jit)": _jax(lambda np_, nn: lambda X, y, w: np_.mean((X @ w - y) ** 2), values, 2),
        "PyTorch": _torch(lambda torch: lambda X, y, w: ((X @ w - y) ** 2).mean(), values, 2),
    }


def logistic(X, generator):
    """Return the contestants for the logistic loss."""
    m, n = X.shape
    y, w = np.sign(generator.normal(size=m)), generator.normal(size=n) / np.sqrt(n)
    values = (X, y, w)
    return {
        "hand NumPy": lambda: -(X.T @ (y * scipy.special.expit(-y * (X @ w)))) / m,
        "symgd": _symgd("mean(log(1 + exp(-y*(X @ w))))", {"X": "m n", "y": "m", "w": "n"}, ["X", "y", "w"], "w", values),
        "JAX (jit)": _jax(lambda np_, nn: lambda X, y, w: np_.mean(nn.softplus(-y * (X @ w))), values, 2),
        "PyTorch": _torch(lambda torch: lambda X, y, w: torch.nn.functional.softplus(-y * (X @ w)).mean(), values, 2),
    }


def softmax(X, generator):
    """Return the contestants for softmax cross-entropy with ten classes."""
    m, n = X.shape
    Y = np.eye(CLASSES)[generator.integers(0, CLASSES, m)]
    W = generator.normal(size=(n, CLASSES)) / np.sqrt(n)
    values = (X, Y, W)

    def hand():
        Z = X @ W
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
        return X.T @ (P - Y) / m

    loss = sg.formula(
        "-mean(sum(Y*log_softmax(X @ W, axis=1), axis=1))",
        shapes={"X": "m n", "Y": "m k", "W": "n k"},
        facts={"Y": {"one_hot": True}},
    )
    f = sg.lambdify(["X", "Y", "W"], sg.gradient(loss, "W"))
    return {
        "hand NumPy": hand,
        "symgd": lambda: f(*values),
        "JAX (jit)": _jax(lambda np_, nn: lambda X, Y, W: -np_.mean(np_.sum(Y * nn.log_softmax(X @ W), axis=1)), values, 2),
        "PyTorch": _torch(
            lambda torch: lambda X, Y, W: -(Y * torch.nn.functional.log_softmax(X @ W, dim=1)).sum(dim=1).mean(), values, 2
        ),
    }
