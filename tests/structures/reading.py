"""Hessians that the tests of structures read, and the values of their inputs."""

from __future__ import annotations

import numpy as np

import symgd as sg
from symgd.evaluation.high_precision import evaluate_precisely

SIZES = {"m": 5, "n": 4, "k": 3}
LOSSES = {
    "diagonal": ("sum(log(cosh(x)))", {"x": "n"}, "x"),
    "banded": ("sum((x[1:] - x[:-1])**4) + sum(x**4)", {"x": "n"}, "x"),
    "corner": ("x[0]*x[1] + x[2]**3", {"x": "n"}, "x"),
    "gram": ("sum(exp(X@w)) + lam*sum(w**2)", {"X": "m n", "w": "n"}, "w"),
    "low rank": ("logsumexp(x)", {"x": "n"}, "x"),
    "kronecker": ("sum((T - U@V.T)**2)", {"T": "m n", "U": "m k", "V": "n k"}, "U"),
    "blocks": ("sum(logsumexp(X, axis=1))", {"X": "m n"}, "X"),
    "factored": ("sum(logsumexp(X@W, axis=1))", {"X": "m n", "W": "n k"}, "W"),
    "crossed": ("trace(X@X)", {"X": "n n"}, "X"),
    "rows and columns": ("sum(sum(X, axis=1)**2) + sum(X)**2 + sum(X**2)", {"X": "m n"}, "X"),
    "part of an axis": ("logsumexp(y[1:]*w[1:])", {"w": "n", "y": "n"}, "w"),
}


def hessian_of(name):
    """Return a Hessian, the number of its variable's axes, and its variable."""
    text, shapes, wrt = LOSSES[name]
    loss = sg.formula(text, shapes=shapes)
    hessian = sg.hessian(loss, wrt)
    return hessian, hessian.rank // 2, wrt


def values_for(*nodes):
    """Return an array for each input, by name."""
    generator = np.random.default_rng(4)
    symbols = {symbol.name: symbol for node in nodes for symbol in node.symbols}
    return {name: generator.uniform(0.3, 1.3, [SIZES[str(size)] for size in symbols[name].shape]) for name in sorted(symbols)}


def evaluated(node, values):
    """Return the values of a formula, whose axes have the sizes of :data:`SIZES`."""
    arrays = {symbol: values[symbol.name] for symbol in node.symbols}
    return np.asarray(evaluate_precisely([node], arrays, SIZES, digits=20)[0], dtype=float)
