"""Derivatives in entries, in functions of an input, and in functions of SymPy, beside those in a symbol in their place."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import SymgdError

A = sg.tensor("A", "3 3")
TIME = sp.Symbol("t", real=True)
Q = sp.Function("q")(TIME)
RATE = Q.diff(TIME)
F = sp.MatrixSymbol("F", 2, 2)


def values_of(node, **values):
    return sg.lambdify(list(node.symbols), node)(*(values[one.name] for one in node.symbols))


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize(
    ("transformed", "inverse"),
    [
        ("log l", "exp(u)"),
        ("log(l)", "exp(u)"),
        ("1/l", "1/u"),
        ("l**2", "sqrt(u)"),
        ("sqrt(l)", "u**2"),
        ("2*l + 1", "(u - 1)/2"),
        ("exp(l)", "log(u)"),
        ("log(2*l)", "exp(u)/2"),
        ("atanh(l/9)", "9*tanh(u)"),
    ],
)
def test_in_a_function_of_an_input(transformed, inverse, order):
    """As SymPy derives it with the inverse in the place of l."""
    text = "exp(-x**2/(2*l**2)) + l**3*log(l)"
    derived = sg.derivative(text, transformed, order)
    u, x = sp.symbols("u x")
    scale = eval(inverse, {"exp": sp.exp, "log": sp.log, "sqrt": sp.sqrt, "tanh": sp.tanh, "u": u})
    body = sp.exp(-(x**2) / (2 * scale**2)) + scale**3 * sp.log(scale)
    at = sg.formula(f"{transformed.replace('log l', 'log(l)')}")
    place = float(values_of(at, l=1.7))
    expected = float(sp.diff(body, u, order).subs({u: place, x: sp.Rational(3, 10)}).evalf(30))
    assert float(values_of(derived, x=0.3, l=1.7)) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("function", [sg.gradient, sg.hessian])
def test_in_the_entries_of_a_function(function):
    loss = sg.formula("sum(c*x**2) + prod(x)", shapes={"c": "3", "x": "3"})
    moved = sg.formula("sum(c*exp(u)**2) + prod(exp(u))", shapes={"c": "3", "u": "3"})
    c, x = np.array([1.0, -2.0, 0.5]), np.array([0.3, 1.2, 2.0])
    found = values_of(function(loss, "log x"), c=c, x=x)
    np.testing.assert_allclose(found, values_of(function(moved, "u"), c=c, u=np.log(x)), rtol=1e-13)


def test_in_entries():
    loss = sg.logdet(A)
    assert sg.gradient(loss, A[0, 1]) is sg.gradient(loss, "A[0, 1]")
    assert str(sg.gradient(loss, "A[0, 1]")) == "inv(A)[1, 0]"
    x = np.random.default_rng(1).standard_normal((3, 3))
    whole = values_of(sg.hessian(sg.sum(A**3 @ A), A), A=x)
    np.testing.assert_allclose(values_of(sg.hessian(sg.sum(A**3 @ A), A[1]), A=x), whole[1, :, 1], rtol=1e-13)
    np.testing.assert_allclose(values_of(sg.jacobian(A @ A, A[:2, 1]), A=x), values_of(sg.jacobian(A @ A, A), A=x)[..., :2, 1])


def test_in_functions_of_sympy():
    m, k = sp.symbols("m k", real=True)
    energy = m * RATE**2 / 2 - k * Q**2 / 2
    assert str(sg.gradient(Q**2, Q)) == "2*q(t)"
    force, momentum = sg.gradient(energy, Q).to_sympy(), sg.gradient(energy, RATE).to_sympy()
    assert sp.simplify(momentum.diff(TIME) - force - (m * Q.diff(TIME, 2) + k * Q)) == 0  # Euler and Lagrange
    assert str(sg.hessian(energy, RATE)) == "m"
    assert str(sg.gradient(sp.det(F), F[0, 1])) == "det(F)*inv(F)[1, 0]"


def test_in_a_function_of_a_function():
    """As dq stands for q(t): t and q′(t) do not move, d/d(q²) is (d/dq)/(2q)."""
    k = sp.Symbol("k", real=True)
    assert str(sg.gradient(k * Q**2 + TIME, Q**2)) == "k"
    assert str(sg.gradient(k * sp.exp(Q) + RATE**2, sp.exp(Q))) == "k"
    assert str(sg.hessian(k * sp.exp(2 * Q) + RATE**2, sp.exp(Q))) == "2*k"
    with pytest.raises(SymgdError, match="is not an input, an entry of one, or a function of one"):
        sg.gradient(Q * RATE, Q * RATE)


@pytest.mark.parametrize("wrt", ["log l", "2*l", "l"])
def test_two_inputs_of_one_name(wrt):
    loss = sg.scalar("l", positive=True) ** 3 + sg.scalar("l") ** 2
    with pytest.raises(SymgdError, match="two inputs are called l"):
        sg.gradient(loss, wrt)


def test_the_domain_of_a_function_of_an_input_counts():
    assert str(sg.gradient("l**3*k", "sqrt(l)*sqrt(l)")) == "3*k*l**2"
    assert str(sg.gradient("sqrt(l**2)", "log l")) == "l"


@pytest.mark.parametrize(
    ("wrt", "message"),
    [
        ("x + y", "x \\+ y is not an input, an entry of one, or a function of one"),
        ("x*0 + 2*y*x", "is not an input"),
        ("log z", "log\\(z\\) is not an input"),
        (sp.Function("z")(TIME), "z\\(t\\) is not in the formula"),
        ("2", "'2' is not in the formula"),
        ("x[", "a formula|not closed|ends"),
    ],
)
def test_what_has_no_derivative(wrt, message):
    with pytest.raises(SymgdError, match=message):
        sg.gradient("x*y", wrt)


def test_a_tensor_has_no_gradient():
    with pytest.raises(SymgdError, match="a gradient belongs to a scalar formula"):
        sg.gradient(sg.exp(A), A[0, 1])


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("sum(log(1 + exp(-y*w)))", {"y": "3", "w": "3"}),
        ("sum((X @ w)**4)", {"X": "2 3", "w": "3"}),
        ("sum((X @ w)**3)", {"X": "2 3", "w": "3 2"}),
        ("-sum(X*log_softmax(w, axis=1))", {"X": "2 3", "w": "2 3"}),
        ("logsumexp(w) + sum(sort(w)**3)", {"w": "3"}),
        ("w**3", {"w": ""}),
        ("logdet(w)", {"w": "3 3"}),
    ],
)
def test_the_diagonal_of_a_hessian(text, shapes):
    loss = sg.formula(text, shapes=shapes)
    rng = np.random.default_rng(4)
    values = {name: rng.uniform(0.5, 2, [int(size) for size in shape.split()]) for name, shape in shapes.items()}
    diagonal, full = sg.hessian_diagonal(loss, "w"), sg.hessian(loss, "w")
    size = values["w"].size
    expected = np.diag(np.reshape(values_of(full, **values), (size, size))).reshape(values["w"].shape)
    found = np.broadcast_to(values_of(diagonal, **values), values["w"].shape)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_the_diagonal_in_scalars_and_of_boosting():
    assert str(sg.hessian_diagonal("x**3*y", ["x", "y"])) == "[6*x*y, 0]"
    scores = sg.formula("sum(log(1 + exp(-y*s)))", shapes={"y": "n", "s": "n"})
    assert "eye" not in str(sg.hessian_diagonal(scores, "s"))


@pytest.mark.parametrize("wrt", ["exp(y)", "2*y", ["exp(y)", "x"]], ids=str)
@pytest.mark.parametrize("derive", [sg.gradient, sg.jacobian, sg.hessian, sg.hessian_diagonal, sg.check_gradient])
def test_functions_of_inputs_that_take_single_values_only(derive, wrt):
    loss = sg.formula("x*y**2", facts={"y": {"values": [0, 1]}})
    with pytest.raises(SymgdError, match="y takes the values 0, 1 only, so it is no variable"):
        derive(loss, wrt)
