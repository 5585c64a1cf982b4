"""Hessians that keep their structure: evaluate one at a point and multiply it with a vector, or solve with it."""

from __future__ import annotations

import numpy as np
import peers
import scipy.sparse.linalg
import scipy.special
from timing import Row

import symgd as sg


def rows(quick: bool = False) -> list[Row]:
    """Return the workloads."""
    generator = np.random.default_rng(0)
    found = [
        Row("quadratic form, n = 300", quadratic(generator, 300)),
        Row("matrix factorisation, n = 100, k = 5", factorisation(generator, 100, 5)),
        Row("matrix factorisation, n = 100, k = 5, solve", factorisation(generator, 100, 5, solve=True)),
        Row("logistic, 2,000 × 50", logistic(generator, 2000, 50)),
        Row("logistic, 2,000 × 50, dense matrix", logistic(generator, 2000, 50, dense=True)),
        Row("softmax, 2,000 × 50, 10 classes", softmax(generator, 2000, 50, 10)),
    ]
    n = 10_000 if quick else 1_000_000
    return [*found, Row(f"Rosenbrock, {n:,} variables", rosenbrock(generator, n))]


def _symgd(text, shapes, wrt, values, vector, use):
    loss = sg.formula(text, shapes=shapes)
    names = list(values)
    hessian = sg.lambdify(names, sg.structure(sg.hessian(loss, wrt), wrt))
    given = list(values.values())
    return lambda: use(hessian(*given), vector)


def _multiply(matrix, vector):
    return matrix.matvec(vector)


def _jax_dense(loss, values, wrt, vector, use):
    """JAX's Hessian, and what is done with it, compiled together."""
    jax = peers.jax()
    if jax is None:
        return None
    position = list(values).index(wrt)
    arrays = [jax.numpy.asarray(value) for value in values.values()]
    flat = jax.numpy.asarray(vector)

    def act(vector, *given):
        matrix = jax.hessian(loss(jax.numpy, jax.nn), argnums=position)(*given).reshape(vector.size, vector.size)
        return use(jax.numpy, matrix, vector)

    f = jax.jit(act)
    return lambda: f(flat, *arrays).block_until_ready()


def _jax_product(loss, values, wrt, vector):
    """The Hessian times a vector, forward over reverse, compiled together."""
    jax = peers.jax()
    if jax is None:
        return None
    position = list(values).index(wrt)
    arrays = [jax.numpy.asarray(value) for value in values.values()]
    direction = jax.numpy.asarray(vector).reshape(arrays[position].shape)

    def act(direction, *given):
        def slope(moving):
            return jax.grad(loss(jax.numpy, jax.nn), argnums=position)(*given[:position], moving, *given[position + 1 :])

        return jax.jvp(slope, (given[position],), (direction,))[1]

    f = jax.jit(act)
    return lambda: f(direction, *arrays).block_until_ready()


def quadratic(generator, n):
    """f(x) = xᵀAx: a constant Hessian."""
    A, x, v = generator.normal(size=(n, n)), generator.normal(size=n), generator.normal(size=n)
    values = {"A": A, "x": x}

    def loss(np_, _):
        return lambda A, x: x @ A @ x

    return {
        "symgd": _symgd("x@A@x", {"A": "n n", "x": "n"}, "x", values, v, _multiply),
        "by hand": lambda: (A + A.T) @ v,
        "JAX dense": _jax_dense(loss, values, "x", v, lambda _, H, v: H @ v),
        "JAX product": _jax_product(loss, values, "x", v),
    }


def factorisation(generator, n, k, solve=False):
    """‖T − U·Vᵀ‖² in U: the same k × k block for every row of U."""
    values = {"U": generator.normal(size=(n, k)), "V": generator.normal(size=(n, k)), "T": generator.normal(size=(n, n))}
    vector = generator.normal(size=n * k)
    V = values["V"]

    def by_hand():
        block, shaped = 2 * V.T @ V, vector.reshape(n, k)
        return (np.linalg.solve(block, shaped.T).T if solve else shaped @ block).reshape(-1)

    def loss(np_, _):
        return lambda U, V, T: ((T - U @ V.T) ** 2).sum()

    def use(np_, H, v):
        return np_.linalg.solve(H, v) if solve else H @ v

    def by_hand_as_operator():
        block = 2 * V.T @ V
        matrix = scipy.sparse.linalg.LinearOperator((n * k, n * k), matvec=lambda v: (v.reshape(n, k) @ block).reshape(-1))
        return matrix.matvec(vector)

    shapes = {"T": "m n", "U": "m k", "V": "n k"}
    act = (lambda matrix, v: matrix.solve(v)) if solve else _multiply
    return {
        "symgd": _symgd("sum((T - U@V.T)**2)", shapes, "U", values, vector, act),
        "by hand": by_hand,
        "by hand, operator": None if solve else by_hand_as_operator,
        "JAX dense": _jax_dense(loss, values, "U", vector, use),
        "JAX product": None if solve else _jax_product(loss, values, "U", vector),
    }


def logistic(generator, m, n, dense=False):
    """Mean logistic loss: Xᵀ·D·X."""
    X, y, w = generator.normal(size=(m, n)), np.sign(generator.normal(size=m)), generator.normal(size=n)
    v = generator.normal(size=n)
    values = {"X": X, "y": y, "w": w}

    def by_hand():
        s = scipy.special.expit(X @ w)
        d = s * (1 - s) / m
        return (X.T * d) @ X if dense else X.T @ (d * (X @ v))

    def loss(np_, nn):
        return lambda X, y, w: nn.softplus(-y * (X @ w)).mean()

    act = (lambda matrix, v: matrix.dense()) if dense else _multiply
    shapes = {"X": "m n", "y": "m", "w": "n"}
    return {
        "symgd": _symgd("mean(log(1 + exp(-y*(X@w))))", shapes, "w", values, v, act),
        "by hand": by_hand,
        "JAX dense": _jax_dense(loss, values, "w", v, lambda _, H, v: H if dense else H @ v),
        "JAX product": None if dense else _jax_product(loss, values, "w", v),
    }


def softmax(generator, m, n, k):
    """Cross-entropy of a softmax: a sum of products that is never multiplied out."""
    X, W = generator.normal(size=(m, n)), generator.normal(size=(n, k))
    Y = np.eye(k)[generator.integers(k, size=m)]
    vector = generator.normal(size=n * k)
    values = {"X": X, "Y": Y, "W": W}

    def by_hand():
        p, u = scipy.special.softmax(X @ W, axis=1), X @ vector.reshape(n, k)
        return (X.T @ (p * (u - (p * u).sum(1, keepdims=True)))).reshape(-1)

    def loss(np_, nn):
        return lambda X, Y, W: -(Y * nn.log_softmax(X @ W, axis=1)).sum()

    text = "sum(logsumexp(X@W, axis=1)) - sum(Y*(X@W))"
    return {
        "symgd": _symgd(text, {"X": "m n", "Y": "m k", "W": "n k"}, "W", values, vector, _multiply),
        "by hand": by_hand,
        "JAX dense": _jax_dense(loss, values, "W", vector, lambda _, H, v: H @ v),
        "JAX product": _jax_product(loss, values, "W", vector),
    }


def rosenbrock(generator, n):
    """Three diagonals."""
    x, v = generator.normal(size=n), generator.normal(size=n)

    def by_hand():
        main = np.empty(n)
        main[:-1] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
        main[-1] = 0
        main[1:] += 200
        side = -400 * x[:-1]
        result = main * v
        result[:-1] += side * v[1:]
        result[1:] += side * v[:-1]
        return result

    def loss(np_, _):
        return lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    text = "sum(100*(x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)"
    return {
        "symgd": _symgd(text, {"x": "n"}, "x", {"x": x}, v, _multiply),
        "by hand": by_hand,
        "JAX product": _jax_product(loss, {"x": x}, "x", v),
    }
