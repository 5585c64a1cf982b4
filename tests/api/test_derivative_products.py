"""Products with Jacobians and Hessians equal the matrices times the vectors, and are refused where shapes do not fit."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symgd as sg
from symgd.api.derivative_products import directional_derivative, hvp, jvp, vjp
from symgd.errors import AmbiguityError, ShapeError, SymgdError

GENERATOR = np.random.default_rng(5)
SHAPES = {"A": "n n", "B": "m n", "x": "n"}
DATA = {
    "A": GENERATOR.normal(size=(3, 3)),
    "B": GENERATOR.normal(size=(2, 3)),
    "x": GENERATOR.normal(size=3),
    "d": GENERATOR.normal(size=3),
    "t": GENERATOR.normal(size=2),
}
A, B, x, d, t = (DATA[name] for name in "ABxdt")
LOSSES = ["x @ A @ x", "sum(exp(B @ x))", "log(1 + x @ x)", "sum(x**3)/3", "norm(x)**4"]
OUTPUTS = ["B @ x", "tanh(B @ x)", "(B @ x) * (x @ x)", "exp(B @ x) / (1 + x @ x)"]
SCALE = 1e-6


def read(text):
    return sg.formula(text, shapes={name: SHAPES[name] for name in re.findall(r"\b[A-Za-z]\b", text)})


def value(node):
    return np.asarray(sg.lambdify(list(node.symbols), node)(*(DATA[one.name] for one in node.symbols)))


def matrix(node, shape):
    return np.broadcast_to(value(node), shape)


@pytest.mark.parametrize("text", OUTPUTS)
def test_an_adjoint_times_the_jacobian(text):
    product = vjp(read(text), "x", "t")
    np.testing.assert_allclose(value(product), t @ matrix(sg.jacobian(read(text), "x"), (2, 3)), rtol=1e-11)


@pytest.mark.parametrize("text", OUTPUTS)
def test_the_jacobian_times_a_tangent(text):
    product = jvp(read(text), "x", "d")
    np.testing.assert_allclose(value(product), matrix(sg.jacobian(read(text), "x"), (2, 3)) @ d, rtol=1e-11)


@pytest.mark.parametrize("text", OUTPUTS)
def test_both_products_agree_in_one_number(text):
    forward, backward = value(jvp(read(text), "x", "d")), value(vjp(read(text), "x", "t"))
    np.testing.assert_allclose(t @ forward, backward @ d, rtol=1e-11)


@pytest.mark.parametrize("text", LOSSES)
def test_the_hessian_times_a_vector(text):
    product = hvp(read(text), "x", sg.tensor("d", "n"))
    np.testing.assert_allclose(value(product), matrix(sg.hessian(read(text), "x"), (3, 3)) @ d, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("text", LOSSES)
def test_the_slope_along_a_direction_is_that_of_differences(text):
    slope = directional_derivative(read(text), "x", "d")
    loss = read(text)
    function = sg.lambdify(list(loss.symbols), loss)

    def at(step):
        return function(*(x + step * d if one.name == "x" else DATA[one.name] for one in loss.symbols))

    assert slope.shape == ()
    assert float(value(slope)) == pytest.approx((at(SCALE) - at(-SCALE)) / (2 * SCALE), rel=1e-6)


@pytest.mark.parametrize("text", LOSSES)
def test_products_are_linear_in_the_vector(text):
    loss, one, other = read(text), sg.tensor("d", "n"), sg.tensor("e", "n")
    both = hvp(loss, "x", 2 * one - 3 * other)
    separate = 2 * hvp(loss, "x", one) - 3 * hvp(loss, "x", other)
    DATA["e"] = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(value(both), value(separate), rtol=1e-10, atol=1e-12)


def test_a_name_is_a_new_input_of_the_shape_that_is_needed():
    output = read("B @ x")
    assert {one.name: one.shape for one in vjp(output, "x", "t").symbols}["t"] == output.shape
    product = jvp(output, "x", "d")
    (tangent,) = [one for one in product.symbols if one.name == "d"]
    assert tangent.shape == product.symbols[0].shape[1:]


def test_a_list_of_scalars_takes_a_vector_of_so_many():
    product = hvp("x**2*y", ["x", "y"], "d")
    f = sg.lambdify(["x", "y", "d"], product)
    np.testing.assert_allclose(f(2.0, 3.0, np.array([1.0, 10.0])), [6 * 1 + 4 * 10, 4 * 1])
    slope = directional_derivative("x*y", ["x", "y"], [1, 2])
    assert sg.lambdify(["x", "y"], slope)(3.0, 5.0) == 5 * 1 + 3 * 2


def test_numbers_may_be_the_vector():
    assert str(jvp("x**2", "x", 3)) == "6*x"
    assert str(vjp("x**2", "x", 1)) == "2*x"


@pytest.mark.parametrize("prove", [True, False])
def test_a_proof_changes_no_value(prove):
    np.testing.assert_allclose(value(hvp(read("x @ A @ x"), "x", "d", prove=prove)), (A + A.T) @ d, rtol=1e-13)


REFUSED = {
    "the name of an input": (lambda: vjp(read("B @ x"), "x", "x"), AmbiguityError, "the name x"),
    "an adjoint of another shape": (lambda: vjp(read("B @ x"), "x", sg.tensor("t", "k")), ShapeError, "k"),
    "a tangent of another shape": (lambda: jvp(read("B @ x"), "x", sg.tensor("d", "k")), ShapeError, "k"),
    "a vector of another shape": (lambda: hvp(read("x @ A @ x"), "x", sg.tensor("d", "k")), ShapeError, "k"),
    "a scalar direction of a vector": (lambda: directional_derivative(read("x @ x"), "x", sg.scalar("s")), ShapeError, "shape"),
    "one name with two shapes": (
        lambda: hvp(read("x @ A @ x"), "x", sg.tensor("A", "n")), ShapeError, "A has the shape .* in the formula",
    ),
    "no scalar": (lambda: hvp(read("B @ x"), "x", "d"), ShapeError, "scalar"),
    "no input": (lambda: jvp(read("B @ x"), "z", "d"), SymgdError, "'z' is not in the formula"),
    "no vector": (lambda: jvp(read("B @ x"), "x", object()), SymgdError, "object cannot stand in a formula"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()
