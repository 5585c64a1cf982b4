"""Derive gradients: many separate scalars, deep chains, products, nets given as scalars or as tensors."""

from __future__ import annotations

import numpy as np
import peers
import sympy as sp
from timing import Row

import symgd as sg


def rows(quick: bool = False) -> list[Row]:
    """Return the workloads; the time is from the formula to the symbolic gradient."""
    found = [_rosenbrock(n) for n in (50, 200)] + ([] if quick else [_rosenbrock(1000)])
    found += [_product(100), _product(500)]
    found += [_chain(depth) for depth in (60, 1000, 10_000)]
    found += [_tanh_net(), _tanh_net_hessian(), _mlp()]
    return found


def _sympy_partials(expression, symbols):
    """Differentiate with SymPy, which would otherwise remember the result of the round before."""
    sp.core.cache.clear_cache()
    return [sp.diff(expression, one) for one in symbols]


def _rosenbrock(n: int) -> Row:
    x = sp.symbols(f"x0:{n}")
    expression = sp.Add(*(100 * (x[k + 1] - x[k] ** 2) ** 2 + (1 - x[k]) ** 2 for k in range(n - 1)))
    casadi = peers.casadi()

    def with_casadi():
        v = casadi.SX.sym("x", n)
        f = sum(100 * (v[k + 1] - v[k] ** 2) ** 2 + (1 - v[k]) ** 2 for k in range(n - 1))
        return casadi.gradient(f, v)

    return Row(
        f"Rosenbrock, {n} SymPy scalars",
        {
            "symgd": lambda: sg.gradient(sg.formula(expression), list(x)),
            "SymPy": (lambda: _sympy_partials(expression, x)) if n <= 50 else None,
            "CasADi": with_casadi if casadi else None,
        },
    )


def _product(n: int) -> Row:
    names = [sg.scalar(f"x{k}") for k in range(n)]
    symbols = sp.symbols(f"x0:{n}")
    total = names[0]
    for one in names[1:]:
        total = total * one
    product = sp.Mul(*symbols)
    casadi = peers.casadi()

    def with_casadi():
        v = casadi.SX.sym("x", n)
        f = v[0]
        for k in range(1, n):
            f = f * v[k]
        return casadi.gradient(f, v)

    return Row(
        f"product of {n} variables",
        {
            "symgd": lambda: sg.gradient(total, names),
            "SymPy": (lambda: _sympy_partials(product, symbols)) if n <= 100 else None,
            "CasADi": with_casadi if casadi else None,
        },
    )


def _chain(depth: int) -> Row:
    node, x = sg.scalar("x"), sp.Symbol("x")
    inner = node
    for _ in range(depth):
        inner = sg.sin(inner)
    casadi = peers.casadi()

    def with_sympy():
        value = x
        for _ in range(depth):
            value = sp.sin(value)
        return _sympy_partials(value, [x])

    def with_casadi():
        v = casadi.SX.sym("x")
        value = v
        for _ in range(depth):
            value = casadi.sin(value)
        return casadi.gradient(value, v)

    return Row(
        f"chain of {depth:,} sines",
        {
            "symgd": lambda: sg.gradient(inner, node),
            "SymPy": with_sympy if depth <= 60 else None,
            "CasADi": with_casadi if casadi and depth <= 1000 else None,
        },
    )


def _net_of_scalars():
    """The 31-parameter tanh net on 20 points, in SymPy scalars."""
    hidden = 10
    w = sp.symbols(f"w0:{hidden}")
    b = sp.symbols(f"b0:{hidden}")
    v = sp.symbols(f"v0:{hidden}")
    c = sp.Symbol("c")
    generator = np.random.default_rng(0)
    data = [(sp.Rational(int(a * 64), 64), sp.Rational(int(d * 64), 64)) for a, d in generator.normal(size=(20, 2))]
    loss = sp.Add(*((sum(v[k] * sp.tanh(w[k] * x + b[k]) for k in range(hidden)) + c - y) ** 2 for x, y in data))
    return loss, [*w, *b, *v, c]


def _tanh_net() -> Row:
    loss, parameters = _net_of_scalars()
    return Row(
        "tanh net, 31 SymPy scalars, 20 points",
        {
            "symgd": lambda: sg.gradient(sg.formula(loss), parameters),
            "SymPy": lambda: _sympy_partials(loss, parameters),
        },
    )


def _tanh_net_hessian() -> Row:
    loss, parameters = _net_of_scalars()
    casadi = peers.casadi()

    def with_casadi():
        values = {one: casadi.SX.sym(one.name) for one in parameters}
        f = sp.lambdify(parameters, loss, modules=[{"tanh": casadi.tanh}])(*values.values())
        return casadi.hessian(f, casadi.vertcat(*values.values()))

    return Row(
        "the same net, Hessian",
        {
            "symgd": lambda: sg.hessian(sg.formula(loss), parameters),
            "SymPy": None,  # about 40 s
            "CasADi": with_casadi if casadi else None,
        },
    )


def _mlp() -> Row:
    shapes = {"X": "m 784", "W1": "784 128", "b1": "128", "W2": "128 10", "b2": "10", "Y": "m 10"}
    text = "-mean(sum(Y*log_softmax(relu(X @ W1 + b1) @ W2 + b2, axis=1), axis=1))"
    jax = peers.jax()

    def with_jax():
        np_, nn = jax.numpy, jax.nn
        arrays = [jax.ShapeDtypeStruct(s, np_.float64) for s in ((64, 784), (784, 128), (128,), (128, 10), (10,), (64, 10))]

        def loss(X, W1, b1, W2, b2, Y):
            return -np_.mean(np_.sum(Y * nn.log_softmax(nn.relu(X @ W1 + b1) @ W2 + b2), axis=1))

        return jax.make_jaxpr(jax.grad(loss, argnums=(1, 2, 3, 4)))(*arrays)

    return Row(
        "net 784-128-10, tensors, all weights",
        {
            "symgd": lambda: sg.gradients(
                sg.formula(text, shapes=shapes, facts={"Y": {"one_hot": True}}), ["W1", "b1", "W2", "b2"]
            ),
            "SymPy": None,
            "CasADi": None,
            "JAX (trace)": with_jax if jax else None,
        },
    )
