"""Checks of formulas: right and wrong claims of every kind, how claims and points are read, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.api.checking import accuracy, check_gradient, check_hessian, check_jacobian, check_value, derive_and_check
from symgd.errors import GradientError, ShapeError, SymgdError

LEAST_SQUARES = sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
QUADRATIC = sg.formula("x @ A @ x", shapes={"A": "n n", "x": "n"})
POINT = {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, -1.0]}

GRADIENTS = {
    "none, symgd's own": (None, "RIGHT"),
    "text": ("2*X.T @ (X @ w - y) / m", "RIGHT"),
    "node": (sg.gradient(LEAST_SQUARES, "w"), "RIGHT"),
    "function by name": (lambda X, y, w: 2 * X.T @ (X @ w - y) / len(y), "RIGHT"),
    "function by position": (lambda a, b, c: 2 * a.T @ (a @ b - c) / len(c), "RIGHT"),
    "function of value and gradient": (
        lambda X, y, w: (np.mean((X @ w - y) ** 2), 2 * X.T @ (X @ w - y) / len(y)), "RIGHT",
    ),
    "a factor is missing": ("X.T @ (X @ w - y) / m", "WRONG"),
    "the sign is wrong": ("-2*X.T @ (X @ w - y) / m", "WRONG"),
    "the count is missing": (lambda X, y, w: 2 * X.T @ (X @ w - y), "WRONG"),
    "another shape": ("2*(X @ w - y) / m", "WRONG"),
    "a wrong value beside a right gradient": (
        lambda X, y, w: (np.sum((X @ w - y) ** 2), 2 * X.T @ (X @ w - y) / len(y)), "WRONG",
    ),
}  # fmt: skip


@pytest.mark.parametrize("claim", GRADIENTS)
def test_claimed_gradients_are_judged(claim):
    given, verdict = GRADIENTS[claim]
    assert str(check_gradient(LEAST_SQUARES, "w", gradient=given).verdict) == verdict


@pytest.mark.parametrize("claim", [name for name, (_, verdict) in GRADIENTS.items() if verdict == "WRONG"])
def test_what_is_wrong_raises_where_it_is_asked_to(claim):
    with pytest.raises(GradientError):
        check_gradient(LEAST_SQUARES, "w", gradient=GRADIENTS[claim][0]).raise_if_wrong()


def test_the_verdict_does_not_depend_on_the_number_of_points_or_the_seed():
    for seed, points in [(0, 1), (1, 3), (7, 8)]:
        assert str(check_gradient("sin(x)*x", "x", gradient="cos(x)*x + sin(x)", seed=seed, points=points).verdict) == "RIGHT"
        assert str(check_gradient("sin(x)*x", "x", gradient="cos(x)*x", seed=seed, points=points).verdict) == "WRONG"


def test_a_claim_may_be_right_at_one_point_and_wrong_elsewhere():
    assert str(check_gradient("x**3", "x", gradient="3*x", at={"x": 1.0}).verdict) == "RIGHT"
    assert str(check_gradient("x**3", "x", gradient="3*x", at=[{"x": 1.0}, {"x": 2.0}]).verdict) == "WRONG"


def test_a_kink_is_named():
    assert str(check_gradient("abs(x)", "x", at={"x": 0.0}).verdict) == "KINK"


def test_a_list_of_scalars_takes_a_list_of_claims():
    assert str(check_gradient("x**2*y", ["x", "y"], gradient=["2*x*y", "x**2"]).verdict) == "RIGHT"
    assert str(check_gradient("x**2*y", ["x", "y"], gradient=["x**2", "2*x*y"]).verdict) == "WRONG"


JACOBIANS = {
    "own": ("tanh(B @ x)", None, "RIGHT"),
    "text": ("B @ x", "B", "RIGHT"),
    "transposed": ("B @ x", "B.T", "WRONG"),
    "function": ("B @ x", lambda B, x: B, "RIGHT"),
    "wrong function": ("B @ x", lambda B, x: 2 * B, "WRONG"),
}


@pytest.mark.parametrize("case", JACOBIANS)
def test_claimed_jacobians_are_judged(case):
    text, claim, verdict = JACOBIANS[case]
    output = sg.formula(text, shapes={"B": "m n", "x": "n"})
    assert str(check_jacobian(output, "x", jacobian=claim).verdict) == verdict


HESSIANS = {
    "own": ({}, "RIGHT"),
    "text": ({"hessian": "A + A.T"}, "RIGHT"),
    "one half": ({"hessian": "2*A"}, "WRONG"),
    "function": ({"hessian": lambda A, x: A + A.T}, "RIGHT"),
    "right gradient": ({"gradient": "(A + A.T) @ x", "hessian": "A + A.T"}, "RIGHT"),
    "wrong gradient": ({"gradient": "2*A @ x", "hessian": "A + A.T"}, "WRONG"),
}


@pytest.mark.parametrize("case", HESSIANS)
def test_claimed_hessians_are_judged(case):
    claims, verdict = HESSIANS[case]
    assert str(check_hessian(QUADRATIC, "x", **claims).verdict) == verdict


def test_the_gradient_is_judged_before_the_hessian():
    found = check_hessian(QUADRATIC, "x", gradient="2*A @ x", hessian="A + A.T", at=POINT)
    assert found.worst.index in {(0,), (1,)}
    assert len(check_hessian(QUADRATIC, "x", hessian="2*A", at=POINT).worst.index) == 2


VALUES = {
    "softplus": ("log(1 + exp(x))", lambda x: np.logaddexp(0, x), "RIGHT"),
    "another formula": ("(x + 1)**2", "x**2 + 2*x + 1", "RIGHT"),
    "a sign": ("x - y", lambda x, y: x + y, "WRONG"),
    "positions": ("x - y", lambda a, b: a - b, "RIGHT"),
}


@pytest.mark.parametrize("case", VALUES)
def test_values_are_judged(case):
    text, claim, verdict = VALUES[case]
    assert str(check_value(text, claim).verdict) == verdict


def test_arguments_say_which_inputs_the_parameters_are():
    assert str(check_value("x - y", lambda a, b: b - a, arguments=("y", "x")).verdict) == "RIGHT"
    assert str(check_value("x - y", lambda a, b: b - a, arguments=("x", "y")).verdict) == "WRONG"


@pytest.mark.parametrize("wrt", ["x", ["x", "y"]])
def test_what_is_derived_and_checked_is_the_gradient(wrt):
    gradient, check = derive_and_check("x**3*y + y**2", wrt)
    assert str(check.verdict) == "RIGHT"
    assert gradient is sg.gradient("x**3*y + y**2", wrt)


def test_digits_are_measured_for_the_value_and_every_gradient():
    found = accuracy("x**2*y + exp(y)", at={"x": [1.0, 2.0], "y": 0.5})
    assert list(found.outputs) == ["value", "gradient in x", "gradient in y"]
    assert found.digits > 14
    assert list(accuracy("x**2*y", "y").outputs) == ["value", "gradient in y"]
    assert list(accuracy(sg.formula("2*x", shapes={"x": "n"})).outputs) == ["value"]


def test_lost_digits_are_seen():
    naive = sg.lambdify("x", sg.formula("exp(x) - 1"))
    assert accuracy("exp(x) - 1", at={"x": [1e-12]}).digits > 14
    assert abs(naive(1e-12) / np.expm1(1e-12) - 1) < 1e-14


REFUSED = {
    "a gradient of a vector": (lambda: check_gradient(sg.tensor("x", "n"), "x"), ShapeError, "scalar"),
    "a Hessian of a vector": (lambda: check_hessian(sg.tensor("x", "n"), "x"), ShapeError, "scalar"),
    "a Hessian in several variables": (lambda: check_hessian("x*y", ["x", "y"]), SymgdError, "judged in one variable"),
    "an input that does not exist": (lambda: check_gradient("x", "z"), SymgdError, "'z' is not in the formula"),
    "a claim of another input": (lambda: check_gradient("x**2", "x", gradient="2*x + z"), SymgdError, "the inputs z"),
    "a node of another input": (
        lambda: check_gradient("x**2", "x", gradient=2 * sg.scalar("z")), SymgdError, "the claim has the inputs z",
    ),
    "two claims for one variable": (
        lambda: check_gradient("x**2", "x", gradient=["x", "x"]), SymgdError, "2 derivatives are claimed for 1 variable",
    ),
    "a function in several variables": (
        lambda: check_gradient("x*y", ["x", "y"], gradient=lambda x, y: [y, x]), SymgdError, "judged in one variable",
    ),
    "half of the names": (lambda: check_value("x*y", lambda x, b: x * b), SymgdError, "the formula's inputs are x, y"),
    "an empty list of points": (lambda: check_gradient("x**2", "x", at=[]), SymgdError, "the list of points is empty"),
    "a point without a value": (lambda: check_gradient("x*y", "x", at={"x": 1.0}), SymgdError, "a value is missing for y"),
    "no points": (lambda: check_gradient("x**2", "x", points=0), SymgdError, "a number of points"),
    "a seed": (lambda: check_gradient("x**2", "x", seed=-1), SymgdError, "a seed"),
    "digits at no points": (lambda: accuracy("x", points=0), SymgdError, "a number of points"),
    "arguments as one text": (
        lambda: check_value("x*y", lambda a, b: a * b, arguments="xy"), SymgdError, "arguments is a list of names",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()
