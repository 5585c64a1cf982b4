"""Derivatives against entries that SymPy derives one by one, their layouts and shapes, and how they follow from each other."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.api.derivatives import derivative, gradient, gradients, hessian, hessian_blocks, jacobian
from symgd.errors import ShapeError, SymgdError, SymgdWarning

X, Y, Z = sp.symbols("x y z", real=True)
SCALARS = {
    "x**3*y - 2*x*y**2": X**3 * Y - 2 * X * Y**2,
    "exp(x*y)/(1 + x**2)": sp.exp(X * Y) / (1 + X**2),
    "sin(x)*cos(y) + x": sp.sin(X) * sp.cos(Y) + X,
    "log(1 + x**2*y**2)": sp.log(1 + X**2 * Y**2),
    "tanh(x - y)**2": sp.tanh(X - Y) ** 2,
    "sqrt(2 + x*y + x**2 + y**2)": sp.sqrt(2 + X * Y + X**2 + Y**2),
}
"""Formulas as text, and what SymPy derives."""

GENERATOR = np.random.default_rng(3)
DATA = {
    "A": GENERATOR.normal(size=(3, 3)),
    "B": GENERATOR.normal(size=(2, 3)),
    "x": GENERATOR.normal(size=3),
    "v": GENERATOR.normal(size=3),
    "t": GENERATOR.normal(size=2),
}
SHAPES = {"A": "n n", "B": "m n", "x": "n", "v": "n", "t": "m"}
A, B, x, v, t = (DATA[name] for name in "ABxvt")
SQUASHED = 1 - np.tanh(B @ x) ** 2
GRADIENTS = {
    "x @ A @ x": (A + A.T) @ x,
    "sum(exp(x))": np.exp(x),
    "log(sum(exp(x)))": np.exp(x) / np.exp(x).sum(),
    "(x @ v)**2": 2 * (x @ v) * v,
    "norm(x)": x / np.linalg.norm(x),
    "sum((B @ x - t)**2)": 2 * B.T @ (B @ x - t),
    "t @ tanh(B @ x)": B.T @ (t * SQUASHED),
}
JACOBIANS = {
    "B @ x": B,
    "tanh(B @ x)": SQUASHED[:, None] * B,
    "x * v": np.diag(v),
    "x * (x @ v)": np.outer(x, v) + (x @ v) * np.eye(3),
    "softmax(x)": np.diag(GRADIENTS["log(sum(exp(x)))"])
    - np.outer(GRADIENTS["log(sum(exp(x)))"], GRADIENTS["log(sum(exp(x)))"]),
}
HESSIANS = {
    "x @ A @ x": A + A.T,
    "sum(exp(x))": np.diag(np.exp(x)),
    "(x @ v)**2": 2 * np.outer(v, v),
    "sum((B @ x - t)**2)": 2 * B.T @ B,
    "log(sum(exp(x)))": JACOBIANS["softmax(x)"],
}


def read(text):
    return sg.formula(text, shapes={name: SHAPES[name] for name in re.findall(r"\b[A-Za-z]\b", text)})


def value(node):
    names = [symbol.name for symbol in node.symbols]
    array = sg.lambdify(list(node.symbols), node)(*(DATA[name] for name in names))
    return np.asarray(array)


def input_of(loss, name):
    return next(one for one in loss.symbols if one.name == name)


def exactly(node):
    """Return the value of a formula of scalars at the point (1/2, 1/3), as SymPy computes it."""
    expression = node.to_sympy()
    return expression.subs(
        {symbol: {"x": sp.Rational(1, 2), "y": sp.Rational(1, 3)}[symbol.name] for symbol in expression.free_symbols}
    )


def is_same(found, expected):
    return abs(sp.N(exactly(found) - expected.subs({X: sp.Rational(1, 2), Y: sp.Rational(1, 3)}), 40)) < 1e-30


@pytest.mark.parametrize("text", SCALARS)
def test_gradients_of_scalars_are_those_of_sympy(text):
    found = gradients(text, ["x", "y"])
    assert list(found) == ["x", "y"]
    assert all(is_same(found[str(one)], sp.diff(SCALARS[text], one)) for one in (X, Y))


@pytest.mark.parametrize("text", SCALARS)
def test_blocks_are_all_second_derivatives(text):
    blocks = hessian_blocks(text, ["x", "y"])
    assert set(blocks) == set(itertools.product("xy", repeat=2))
    assert all(is_same(blocks[str(one), str(other)], sp.diff(SCALARS[text], one, other)) for one in (X, Y) for other in (X, Y))


@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("text", ["x**3*y - 2*x*y**2", "exp(x*y)/(1 + x**2)", "sin(x)*cos(y) + x"])
def test_derivatives_of_any_order_are_those_of_sympy(text, order):
    assert is_same(derivative(text, "x", order), sp.diff(SCALARS[text], X, order))


def test_the_derivative_of_order_zero_is_the_formula():
    assert derivative("x*y", "x", 0) is sg.formula("x*y")


@pytest.mark.parametrize("text", GRADIENTS)
def test_gradients_of_vectors_have_these_values(text):
    found = gradient(read(text), "x")
    assert found.shape == input_of(read(text), "x").shape
    np.testing.assert_allclose(value(found), GRADIENTS[text], rtol=1e-12)


@pytest.mark.parametrize("text", JACOBIANS)
def test_jacobians_have_the_axes_of_the_output_first(text):
    found = jacobian(read(text), "x")
    assert found.shape == (*read(text).shape, *input_of(read(text), "x").shape)
    np.testing.assert_allclose(np.broadcast_to(value(found), JACOBIANS[text].shape), JACOBIANS[text], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("text", JACOBIANS)
def test_the_other_layout_is_the_transpose(text):
    usual, other = jacobian(read(text), "x"), jacobian(read(text), "x", layout="denominator")
    assert other.shape == usual.shape[::-1]
    np.testing.assert_allclose(value(other), value(usual).T, rtol=1e-14)


@pytest.mark.parametrize("text", HESSIANS)
def test_hessians_have_these_values(text):
    found = hessian(read(text), "x")
    np.testing.assert_allclose(value(found), HESSIANS[text], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("text", HESSIANS)
def test_a_hessian_is_the_jacobian_of_the_gradient(text):
    of_gradient = jacobian(gradient(read(text), "x"), "x")
    np.testing.assert_allclose(value(of_gradient), value(hessian(read(text), "x")), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("text", HESSIANS)
def test_what_is_not_proven_has_the_same_value(text):
    np.testing.assert_allclose(value(hessian(read(text), "x", prove=False)), HESSIANS[text], rtol=1e-11, atol=1e-13)


def test_gradients_in_a_matrix_have_its_shape_and_their_row_is_the_transpose():
    loss = read("t @ B @ x")
    usual, row = gradient(loss, "B"), gradient(loss, "B", layout="numerator")
    assert usual.shape == input_of(loss, "B").shape
    assert row.shape == usual.shape[::-1]
    np.testing.assert_allclose(value(usual), np.outer(t, x), rtol=1e-14)
    np.testing.assert_allclose(value(row), np.outer(x, t), rtol=1e-14)


G = np.outer(x, v)
ALONG = {
    "symmetric": G + G.T - np.diag(np.diag(G)),
    "diagonal": np.diag(np.diag(G)),
}


@pytest.mark.parametrize("structure", ALONG)
def test_gradients_along_structures(structure):
    found = gradient(read("x @ A @ v"), "A", structure=structure)
    np.testing.assert_allclose(value(found), ALONG[structure], rtol=1e-13, atol=1e-14)


def test_a_list_of_scalars_is_one_vector():
    assert gradient("x**2*y", ["y", "x"]).shape == (2,)
    assert hessian("x**2*y", ["x", "y"]).shape == (2, 2)
    assert str(gradient("x**2*y", ["y", "x"])[0]) == "x**2"


@pytest.mark.parametrize("wrt", ["x", X, sg.scalar("x"), ("x",), ["x"]], ids=["name", "symbol", "node", "tuple", "list"])
def test_variables_may_be_given_in_any_form(wrt):
    source = sg.formula("x**2*y")
    wrt = source.symbols[0] if isinstance(wrt, sg.Node) else wrt
    wrt = sp.Symbol("x") if wrt is X else wrt
    assert str(gradient(source, wrt)).strip("[]") == "2*x*y"


REFUSED = {
    "gradient of a vector": (lambda: gradient(read("B @ x"), "x"), ShapeError, "scalar"),
    "hessian of a vector": (lambda: hessian(read("B @ x"), "x"), ShapeError, "scalar"),
    "an unknown name": (lambda: gradient("x*y", "z"), SymgdError, "'z' is not in the formula"),
    "a name in another case": (lambda: gradient("x*y", sg.scalar("X")), SymgdError, "did you mean x"),
    "a layout": (lambda: gradient("x", "x", layout="row"), SymgdError, "there is no layout called 'row'"),
    "a layout of a Jacobian": (lambda: jacobian("x", "x", layout=2), SymgdError, "there is no layout called 2"),
    "a name where a list is meant": (lambda: gradients("x*y", "x"), SymgdError, "wrt is a list"),
    "a negative order": (lambda: derivative("x", "x", -1), SymgdError, "from 0 to 20"),
    "a large order": (lambda: derivative("x", "x", 21), SymgdError, "from 0 to 20"),
    "an order that is no integer": (lambda: derivative("x", "x", 1.0), SymgdError, "a whole number"),
    "a flag that is none": (lambda: gradient("x**2", "x", prove="no"), SymgdError, "prove is True or False"),
    "one variable twice": (lambda: gradient("x*y", ["x", "x"]), SymgdError, "x stands twice"),
    "no variable": (lambda: gradient("x*y", []), SymgdError, "empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()


def test_an_input_that_is_not_in_the_formula_has_derivative_zero_and_a_warning():
    with pytest.warns(SymgdWarning, match="z is not in the formula, so the derivative in it is 0"):
        assert str(gradient("x*y", sg.scalar("z"))) == "0"
