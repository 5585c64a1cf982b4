"""Jacobians and Hessians against SymPy, entry by entry, and their layout."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.evaluation.evaluator import entries_of
from tests.formulas import declared

SIZES = {"m": 3, "n": 2, "k": 2}
SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "n n", "v": "n", "T": "m n k", "u": "k"}


def by_sympy(formula, symbols, orders, values):
    """Differentiate entry by entry with SymPy and evaluate at 30 digits."""
    (array,), inputs = entries_of([formula], SIZES)
    point = {}
    for node, entries in inputs.items():
        for index in np.ndindex(*entries.shape):
            point[entries[index].to_sympy()] = sp.Rational(*float(np.asarray(values[node])[index]).as_integer_ratio())
    result = np.empty(array.shape, dtype=object)
    for index in np.ndindex(*array.shape):
        result[index] = array[index].to_sympy()
    for _ in range(orders):
        entries = inputs[symbols].ravel()
        wider = np.empty((*result.shape, len(entries)), dtype=object)
        for index in np.ndindex(*result.shape):
            for k, entry in enumerate(entries):
                wider[(*index, k)] = sp.diff(result[index], entry.to_sympy())
        result = wider.reshape(*result.shape, *inputs[symbols].shape)
    flat = [float(e.subs(point).evalf(30)) for e in result.ravel()]
    return np.array(flat).reshape(result.shape)


def numeric(node, formula, values):
    return np.asarray(sg.lambdify(list(formula.symbols), node)(*(values[s] for s in formula.symbols)))


def values_of(formula, seed=0):
    generator = np.random.default_rng(seed)
    return {s: generator.uniform(0.3, 1.5, tuple(SIZES[str(d)] for d in s.shape)) for s in formula.symbols}


TENSORS = [
    "X @ w",
    "tanh(X @ w) * y",
    "X.T @ y",
    "softmax(X @ w)",
    "outer(w, y)",
    "w[0]*w",
    "X * y[:, None]",
    "A @ A",
    "sum(T, axis=1)",
    "einsum('mnk,k->mn', T, u)",
    "log_softmax(X, axis=1)",
]


@pytest.mark.parametrize("text", TENSORS)
def test_jacobians_are_sympys_entry_by_entry(text):
    formula = sg.formula(text, shapes=declared(SHAPES, text))
    values = values_of(formula)
    for symbol in formula.symbols:
        ours = sg.jacobian(formula, symbol)
        assert ours.shape == (*formula.shape, *symbol.shape)
        np.testing.assert_allclose(numeric(ours, formula, values), by_sympy(formula, symbol, 1, values), rtol=1e-10, atol=1e-12)


LOSSES = [
    "sum((X @ w - y)**2)",
    "mean(log(1 + exp(-y*(X @ w))))",
    "w @ A @ w",
    "logsumexp(X @ w) - y @ (X @ w)",
    "sum(X**3)",
    "trace(A @ A)",
    "log(det(A @ A.T + eye(n)))",
    "sum(tanh(X @ w)**2)",
    "sum(exp(-w**2)) * sum(w)",
    "sum(softmax(X @ w) * y)",
    "w[0]**2*w[1]",
    "sum(T**2) * u[0]",
]


@pytest.mark.parametrize("text", LOSSES)
def test_hessians_are_sympys_entry_by_entry(text):
    formula = sg.formula(text, shapes=declared(SHAPES, text))
    values = values_of(formula, 1)
    for symbol in formula.symbols:
        ours = sg.hessian(formula, symbol)
        assert ours.shape == (*symbol.shape, *symbol.shape)
        expected = by_sympy(formula, symbol, 2, values)
        np.testing.assert_allclose(numeric(ours, formula, values), expected, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("text", LOSSES)
def test_the_hessian_vector_product_is_the_hessian_times_the_vector(text):
    formula = sg.formula(text, shapes=declared(SHAPES, text))
    values = values_of(formula, 2)
    for symbol in formula.symbols:
        v = sg.tensor("direction", symbol.shape)
        product = sg.hvp(formula, symbol, v)
        vector = np.random.default_rng(5).normal(size=np.shape(values[symbol]))
        got = np.asarray(sg.lambdify([*formula.symbols, v], product)(*(values[s] for s in formula.symbols), vector))
        full = numeric(sg.hessian(formula, symbol), formula, values)
        np.testing.assert_allclose(got, np.tensordot(full, vector, vector.ndim), rtol=1e-9, atol=1e-11)


def test_a_directional_derivative_is_the_gradient_times_the_direction():
    v = sg.tensor("v", "n")
    loss = sg.formula("sum((X @ w - y)**2)", shapes=declared(SHAPES, "sum((X @ w - y)**2)"))
    assert str(sg.directional_derivative(loss, "w", v)) in (
        "2*((X @ w - y) @ X @ v)",
        "2*((X @ w - y) @ (X @ v))",
        "2*((X @ v) @ (X @ w - y))",
    )
    with pytest.raises(sg.ShapeError, match="a direction has the shape of its variable"):
        sg.directional_derivative(loss, "w", sg.tensor("v", "m"))


def test_a_list_of_scalars_is_one_vector():
    f = sg.formula("x**2*y + sin(z)")
    assert str(sg.gradient(f, ["x", "y", "z"])) == "[2*x*y, x**2, cos(z)]"
    assert str(sg.hessian(f, ["x", "y"])) == "[[2*y, 2*x], [2*x, 0]]"
    assert sg.jacobian("[x*y, x, 1]", ["x", "y"]).shape == (3, 2)


def test_the_jacobian_of_a_tensor_formula_in_a_list_of_scalars():
    f = sg.formula("a*v + b**2", shapes={"v": "3"})
    code = sg.lambdify(["a", "b", "v"], sg.jacobian(f, ["a", "b"]))
    np.testing.assert_allclose(code(2.0, 3.0, np.array([1.0, 2.0, 3.0])), [[1, 6], [2, 6], [3, 6]])


def test_a_hessian_that_is_zero_has_its_shape():
    assert sg.hessian(sg.formula("sum(w)", shapes=declared(SHAPES, "sum(w)")), "w").shape == tuple(sg.tensor("A", "n n").shape)


@pytest.mark.parametrize("text", ["tanh(A @ v) - u", "A @ v - u", "v**3*u"])
def test_an_adjoint_may_depend_on_the_variable(text):
    shapes = {"A": (2, 2), "v": (2,), "u": (2,)}
    residual = sg.formula(text, shapes={name: shape for name, shape in shapes.items() if name in text.replace("tanh", "")})
    rng = np.random.default_rng(2)
    values = [rng.normal(size=tuple(map(int, node.shape))) for node in residual.symbols]
    matrix, vector = sg.lambdify(list(residual.symbols), [sg.jacobian(residual, "v"), residual])(*values)
    got = sg.lambdify(list(residual.symbols), sg.vjp(residual, "v", residual))(*values)
    np.testing.assert_allclose(got, matrix.T @ vector, rtol=1e-12)
    back = sg.lambdify(list(residual.symbols), sg.jvp(residual, "v", residual))(*values)
    np.testing.assert_allclose(back, matrix @ vector, rtol=1e-12)


def test_a_direction_may_depend_on_the_variable():
    loss = sg.formula("sum(v**3)", shapes={"v": "n"})
    v = loss.symbols[0]
    assert str(sg.hvp(loss, "v", sg.gradient(loss, "v"))) == "18*v**3"
    assert str(sg.hvp(loss, "v", v)) == "6*v**2"
    assert str(sg.directional_derivative(loss, "v", v)) == "3*sum(v**3)"
    assert str(sg.jvp(sg.formula("v**3", shapes={"v": "n"}), "v", v)) == "3*v**3"


def test_a_name_for_a_direction_is_new():
    loss = sg.formula("sum(v**3)*t", shapes={"v": "n"})
    for name in ("v", "t"):
        with pytest.raises(sg.SymgdError, match="two readings"):
            sg.hvp(loss, "v", name)
    with pytest.raises(sg.ShapeError, match="in the formula and"):
        sg.hvp(loss, "v", sg.tensor("t", "n"))


def test_a_long_chain_multiplies_vectors_first():
    chain = sg.formula("@".join(["x", *["A"] * 60, "x"]), shapes={"x": "n", "A": "n n"})
    source = sg.lambdify(["x", "A"], sg.gradient(chain, "x")).source
    matrix, vector = np.array([[0.5, 0.25], [0.125, 0.75]]), np.array([1.0, 2.0])
    power = np.linalg.matrix_power(matrix, 60)
    got = sg.lambdify(["x", "A"], sg.gradient(chain, "x"))(vector, matrix)
    np.testing.assert_allclose(got, (power + power.T) @ vector, rtol=1e-12)
    assert "A @ A" not in source
    assert "A.T @ A" not in source
