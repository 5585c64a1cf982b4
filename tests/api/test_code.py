"""Checks of hand-written code: read as a formula or compared by values, with nested parameters and further arguments."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest

import symgd as sg
from symgd.api.code import check_code, check_hessian_code
from symgd.errors import DataError, ShapeError, SymgdError

A = np.array([[2.0, 1.0], [0.5, 3.0]])


def verdict(function, claim, at, what="gradient", **more):
    return str(check_code(function, claim, at, 0, what, **more).verdict)


def opaque(function):
    """Return a function that cannot be read as a formula: it asks for the values of its argument."""

    def hidden(x):
        return function(np.array([float(one) for one in x]))

    return hidden


FUNCTIONS = {
    "quadratic": (lambda x: x @ A @ x, lambda x: (A + A.T) @ x, lambda x: A + A.T),
    "exponential": (lambda x: np.sum(np.exp(x)), np.exp, lambda x: np.diag(np.exp(x))),
    "product": (lambda x: x[0] ** 2 * x[1], lambda x: np.array([2 * x[0] * x[1], x[0] ** 2]),
                lambda x: np.array([[2 * x[1], 2 * x[0]], [2 * x[0], 0.0]])),
    "logarithm": (lambda x: np.log(1 + x @ x), lambda x: 2 * x / (1 + x @ x),
                  lambda x: 2 * np.eye(2) / (1 + x @ x) - 4 * np.outer(x, x) / (1 + x @ x) ** 2),
}  # fmt: skip
POINT = [0.7, -1.2]


@pytest.mark.parametrize("hide", [lambda f: f, opaque], ids=["read", "by values"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_right_gradients_are_right_and_planted_faults_wrong(name, hide):
    function, gradient, _ = FUNCTIONS[name]
    assert verdict(hide(function), hide(gradient), POINT) == "RIGHT"
    assert verdict(hide(function), hide(lambda x: 2 * gradient(x)), POINT) == "WRONG"
    assert verdict(hide(function), hide(lambda x: -gradient(x)), POINT) == "WRONG"


@pytest.mark.parametrize("hide", [lambda f: f, opaque], ids=["read", "by values"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_gradient_and_its_hessian_are_a_function_and_its_jacobian(name, hide):
    _, gradient, hessian = FUNCTIONS[name]
    assert verdict(hide(gradient), hide(hessian), POINT, "Jacobian") == "RIGHT"
    assert verdict(hide(gradient), hide(lambda x: hessian(x) + np.eye(2)), POINT, "Jacobian") == "WRONG"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_hessians_are_judged_with_and_without_a_gradient(name):
    function, gradient, hessian = FUNCTIONS[name]
    assert str(check_hessian_code(function, hessian, None, POINT, 0).verdict) == "RIGHT"
    assert str(check_hessian_code(function, lambda x: 2 * hessian(x), None, POINT, 0).verdict) == "WRONG"
    assert str(check_hessian_code(opaque(function), opaque(hessian), opaque(gradient), POINT, 0).verdict) == "RIGHT"


def test_a_wrong_gradient_is_told_before_the_hessian():
    function, gradient, hessian = FUNCTIONS["quadratic"]
    found = check_hessian_code(function, hessian, lambda x: 2 * gradient(x), POINT, 0)
    assert str(found.verdict) == "WRONG"
    assert len(found.worst.index) == 1


def test_true_says_that_the_function_returns_both():
    assert verdict(lambda x: (x @ x, 2 * x), True, POINT) == "RIGHT"
    assert verdict(lambda x: (x @ x, x), True, POINT) == "WRONG"
    with pytest.raises(SymgdError, match="does not return two things"):
        check_code(lambda x: x @ x, True, POINT, 0, "gradient")


def test_a_gradient_function_may_return_the_value_too():
    assert verdict(lambda x: x @ x, lambda x: (x @ x, 2 * x), POINT) == "RIGHT"


def test_further_arguments_are_passed_behind_the_point():
    X, y = np.array([[1.0, 2.0], [3.0, 4.0], [0.5, 1.0]]), np.array([1.0, 2.0, 3.0])
    loss = lambda w, X, y: np.sum((X @ w - y) ** 2)  # noqa: E731
    gradient = lambda w, X, y: 2 * X.T @ (X @ w - y)  # noqa: E731
    assert verdict(loss, gradient, POINT, args=(X, y)) == "RIGHT"
    assert verdict(loss, lambda w, X, y: X.T @ (X @ w - y), POINT, args=(X, y)) == "WRONG"


class Layer(NamedTuple):
    W: np.ndarray
    b: float


def by_name(W, b):
    return np.sum(W**2) + math.sin(b)


NESTED = {
    "dict of one argument": (lambda p: np.sum(p["W"] ** 2) + p["b"] ** 3, lambda p: {"W": 2 * p["W"], "b": 3 * p["b"] ** 2},
                             {"W": np.ones((2, 2)), "b": 2.0}),
    "dict of keyword arguments": (by_name, lambda W, b: {"W": 2 * W, "b": math.cos(b)}, {"W": np.ones((2, 2)), "b": 2.0}),
    "tuple of arguments": (lambda u, v: u @ u + 3 * v, lambda u, v: (2 * u, 3.0), (np.array([1.0, 2.0]), 4.0)),
    "list in a dict": (lambda p: p["layers"][0] @ p["layers"][1], lambda p: {"layers": [p["layers"][1], p["layers"][0]]},
                       {"layers": [np.array([1.0, 2.0]), np.array([3.0, 4.0])]}),
    "named tuple": (lambda p: np.sum(p.W) * p.b, lambda p: Layer(p.b * np.ones_like(p.W), np.sum(p.W)),
                    Layer(np.array([1.0, 2.0]), 3.0)),
}  # fmt: skip


@pytest.mark.parametrize("case", NESTED)
def test_gradients_are_nested_as_the_parameters_are(case):
    function, gradient, at = NESTED[case]
    assert verdict(function, gradient, at) == "RIGHT"


def test_the_worst_entry_is_named_by_its_parameter():
    found = check_code(NESTED["dict of one argument"][0], lambda p: {"W": 2 * p["W"], "b": 2 * p["b"]},
                       {"W": np.ones((2, 2)), "b": 2.0}, 0, "gradient")  # fmt: skip
    assert str(found.verdict) == "WRONG"
    assert "b" in found.explain()


REFUSED = {
    "no function": (lambda: check_code(3, lambda x: x, POINT, 0, "gradient"), SymgdError, "what is judged is a function"),
    "no claim": (lambda: check_code(np.sum, 3, POINT, 0, "gradient"), SymgdError, "the claimed gradient is a function"),
    "no claimed Jacobian": (lambda: check_code(np.exp, 3, POINT, 0, "Jacobian"), SymgdError, "the claimed Jacobian is"),
    "no point": (lambda: check_code(np.sum, np.ones_like, None, 0, "gradient"), SymgdError, "are compared at a point"),
    "an empty point": (lambda: check_code(np.sum, np.ones_like, np.zeros(0), 0, "gradient"), ShapeError, "this one is empty"),
    "texts": (lambda: check_code(np.sum, np.ones_like, ["a", "b"], 0, "gradient"), DataError, "the point"),
    "a vector": (lambda: check_code(np.exp, np.exp, POINT, 0, "gradient"), ShapeError, "judge its Jacobian"),
    "arguments": (lambda: check_code(np.sum, np.ones_like, POINT, 0, "gradient", 3), SymgdError, "args is a list"),
    "a seed": (lambda: check_code(np.sum, np.ones_like, POINT, 1.5, "gradient"), SymgdError, "a seed"),
    "other nesting": (
        lambda: check_code(lambda p: p["a"] @ p["a"], lambda p: {"b": p["a"]}, {"a": np.ones(2)}, 0, "gradient"),
        ShapeError, "not nested as the parameters are",
    ),
    "a Hessian of what cannot be read": (
        lambda: check_hessian_code(opaque(np.sum), np.ones_like, None, POINT, 0), SymgdError, "cannot be read as a formula",
    ),
    "a gradient that is no function": (
        lambda: check_hessian_code(np.sum, np.ones_like, 3, POINT, 0), SymgdError, "the gradient of a function is a function",
    ),
    "a Hessian that is no function": (
        lambda: check_hessian_code(np.sum, 3, None, POINT, 0), SymgdError, "the claimed Hessian is a function",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()


def test_the_public_functions_take_code_where_the_claim_is_code():
    function, gradient, hessian = FUNCTIONS["quadratic"]
    assert str(sg.check_gradient(function, gradient, at=POINT).verdict) == "RIGHT"
    assert str(sg.check_jacobian(gradient, hessian, at=POINT).verdict) == "RIGHT"
    assert str(sg.check_hessian(function, hessian, at=POINT).verdict) == "RIGHT"
