"""Limits where several inputs make something 0 together: values from exact algebra, and none where there is none."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.removable_points.several_inputs import with_limits_of_several

EYE, NONE, ZERO = np.eye(3), np.zeros((3, 3)), np.zeros(3)
V = {"x": (3,)}
DERIVE = {"value": lambda formula, wrt: formula, "gradient": sg.gradient, "jacobian": sg.jacobian, "hessian": sg.hessian}
HALF_TURN = "sin(norm(r)/2)*r/norm(r)"
DISTANCES = "sqrt(sum((X[:, None, :] - X[None, :, :])**2, axis=2))"
ROWS = np.array([[1.0, 2.0], [1.0, 2.0], [4.0, 6.0]])  # two equal rows, and one at the distance 5
NUMPY_SAYS_SO = pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
"""Where there is no value NumPy warns of 0/0, as it should: that the answer is NaN is asserted."""

LIMITS = [  # what is derived, the formula, the shapes, the point, the value there
    ("hessian", "(1 + norm(x))*exp(-norm(x))", V, {"x": ZERO}, -EYE),
    ("hessian", "(1 + sqrt(x @ x))*exp(-sqrt(x @ x))", V, {"x": ZERO}, -EYE),
    ("hessian", "cos(norm(x))", V, {"x": ZERO}, -EYE),
    ("hessian", "log(cosh(norm(x)))", V, {"x": ZERO}, EYE),
    ("hessian", "norm(x)*tanh(norm(x))", V, {"x": ZERO}, 2 * EYE),
    ("hessian", "sqrt(1 + norm(x)**2)", V, {"x": ZERO}, EYE),
    ("hessian", "norm(x)**3", V, {"x": ZERO}, NONE),
    ("hessian", "norm(x)**2.5", V, {"x": ZERO}, NONE),
    ("hessian", "sqrt(sum(x**2))**5", V, {"x": ZERO}, NONE),
    ("hessian", "cos(norm(2*x))", V, {"x": ZERO}, -4 * EYE),
    ("hessian", "cos(norm(x - c))", {"x": (3,), "c": (3,)}, {"x": ZERO + 2, "c": ZERO + 2}, -EYE),
    ("hessian", "cos(norm(x)) + (c @ x)**2", {"x": (3,), "c": (3,)}, {"x": ZERO, "c": ZERO + 1}, 2 * np.ones((3, 3)) - EYE),
    ("hessian", "sum(cos(norm(X, axis=1)))", {"X": (2, 2)}, {"X": [[0.0, 0.0], [0.0, np.pi]]}, None),
    # no limit: a vector divided by its norm is 0 where the norm is
    ("hessian", "(c @ x)*norm(x)", {"x": (3,), "c": (3,)}, {"x": ZERO, "c": ZERO + 1}, NONE),
    ("jacobian", HALF_TURN, {"r": (3,)}, {"r": ZERO}, EYE / 2),
    ("jacobian", "tan(norm(r))*r/norm(r)", {"r": (3,)}, {"r": ZERO}, EYE),
    ("gradient", "(x @ x)**(3/4)", V, {"x": ZERO}, ZERO),
    ("gradient", "x @ x/norm(x)", V, {"x": ZERO}, ZERO),
    ("gradient", "norm(x)**2*log(norm(x))", V, {"x": ZERO}, ZERO),
    ("gradient", "norm(x, 3)", V, {"x": ZERO}, ZERO),
    ("gradient", f"sum(exp(-{DISTANCES}))", {"X": (3, 2)}, {"X": ROWS}, None),
    ("gradient", f"sum({DISTANCES}**3)", {"X": (3, 2)}, {"X": ROWS}, None),
    ("gradient", "w**p", {}, {"w": 0.0, "p": 0.0}, 0.0),
    ("value", "sum(x*log(x/q))", {"x": (3,), "q": (3,)}, {"x": [0.0, 0.5, 0.5], "q": ZERO + 0.25}, np.log(2)),
    ("value", "sum(sin(x)/x)", V, {"x": [0.0, np.pi / 2, 0.0]}, 2 + 2 / np.pi),
    ("value", "sin(x*y)/x", {}, {"x": 0.0, "y": 2.0}, 2.0),
    ("value", "sin(x - y)/(x - y)", {}, {"x": 2.0, "y": 2.0}, 1.0),
    ("value", "y*(cos(x) - 1)/x", {}, {"x": 0.0, "y": 7.0}, 0.0),
    ("value", "tanh(x*y*z)/(x*y)", {}, {"x": 0.0, "y": 3.0, "z": 5.0}, 5.0),
    ("value", "(x - y)/(y - x)", {}, {"x": 1.0, "y": 1.0}, -1.0),
    ("value", "besselj(1, x)/x", {}, {"x": 0.0}, 0.5),
    ("value", "X/norm(X, axis=1, keepdims=True)", {"X": (2, 2)}, {"X": [[3.0, 4.0], [0.0, 0.0]]}, [[0.6, 0.8], [0.0, 0.0]]),
]


def expected(formula, at):
    """The values that are not written into the table, by the formulas of a textbook."""
    if formula.startswith("sum(cos"):  # for each row −sin r/r·(EYE − uuᵀ) − cos r·uuᵀ; r is 0 and π
        result = np.zeros((2, 2, 2, 2))
        result[0, :, 0, :] = -np.eye(2)
        result[1, :, 1, :] = [[0, 0], [0, 1]]
        return result
    slope = -np.exp(-5) if "exp" in formula else 3 * 5**2  # of each distance that is not 0, which is there twice
    direction = np.array([[-3, -4], [-3, -4], [6, 8]]) / 5
    return 2 * slope * direction


@pytest.mark.parametrize(("what", "text", "shapes", "at", "value"), LIMITS, ids=[f"{row[0]} {row[1]}" for row in LIMITS])
def test_compiled_code_has_the_limit(what, text, shapes, at, value):
    formula = sg.formula(text, shapes=shapes)
    names = [node.name for node in formula.symbols]
    compiled = sg.lambdify(names, DERIVE[what](formula, next(iter(at))))
    got = compiled(*(np.asarray(at[name]) for name in names))
    right = expected(text, at) if value is None else value
    assert np.allclose(got, right, rtol=1e-13, atol=1e-15 if np.any(right) else 1e-40), got


NO_LIMIT = [
    ("value", "sin(x*y)/(x*(x + y))", {}, {"x": 0.0, "y": 0.0}),
    ("value", "x**2/(x*hypot(x, y))", {}, {"x": 0.0, "y": 0.0}),
    ("value", "(sqrt(1 + x*y) - 1)/((x + y**2)*sqrt(x*y))", {}, {"x": 0.0, "y": 0.0}),
    ("value", "sin(norm(x)*b)/(norm(x)*(b + norm(x)))", {"x": (3,)}, {"x": ZERO, "b": 0.0}),
    ("value", "1e16*z + x[0]*x[1]/(x @ x)", {"x": (3,)}, {"x": ZERO, "z": 0.0}),
    ("value", "x*y/(x**2 + y**2)", {}, {"x": 0.0, "y": 0.0}),
    ("value", "(x - y)/(x + y)", {}, {"x": 0.0, "y": 0.0}),
    ("value", "x/y", {}, {"x": 0.0, "y": 0.0}),
    ("value", "outer(x, x)/norm(x)**2", V, {"x": ZERO}),
    ("value", "y*log(p)", {}, {"y": 0.0, "p": 0.0}),
    ("hessian", "norm(x)", V, {"x": ZERO}),
]


@NUMPY_SAYS_SO
@pytest.mark.parametrize(("what", "text", "shapes", "at"), NO_LIMIT, ids=[f"{row[0]} {row[1]}" for row in NO_LIMIT])
def test_there_is_no_value_where_there_is_no_limit(what, text, shapes, at):
    formula = sg.formula(text, shapes=shapes)
    names = [node.name for node in formula.symbols]
    compiled = sg.lambdify(names, DERIVE[what](formula, next(iter(at))))
    assert not np.isfinite(compiled(*(np.asarray(at[name]) for name in names))).all()


@NUMPY_SAYS_SO
@pytest.mark.parametrize("text", ["cos(norm(x))", "norm(x)**3", "(1 + norm(x))*exp(-norm(x))"])
def test_there_is_none_on_request(text):
    compiled = sg.lambdify("x", sg.hessian(sg.formula(text, shapes=V), "x"), removable="nan")
    assert np.isnan(compiled(ZERO)).any()


CANCELLING = [  # the limit is hidden by terms of 10¹⁰⁰ that cancel at some points only: NaN, or the limit
    ("gradient", "x*sin(x*y)/y", {"y": 0.0, "x": 0.3}, 0.0),
    ("gradient", "tanh(x*y)*cos(x)/y", {"y": 0.0, "x": 3.0}, 0.0),
    ("value", "(cos(x) - cos(y))*tanh(x*y)/y", {"x": 1.0, "y": 0.0}, np.cos(1) - 1),
    ("gradient", "x*y/((x*y)*(x - y))", {"x": 0.0, "y": 0.7}, -1 / 0.49),
]


@NUMPY_SAYS_SO
@pytest.mark.parametrize(("what", "text", "at", "limit"), CANCELLING, ids=[f"{row[0]} {row[1]}" for row in CANCELLING])
def test_no_other_value_takes_the_place_of_a_limit(what, text, at, limit):
    formula = sg.formula(text)
    compiled = sg.lambdify(list(at), DERIVE[what](formula, next(iter(at))))
    got = compiled(*at.values())
    assert np.isnan(got) or np.isclose(got, limit, rtol=1e-12)


@pytest.mark.parametrize(
    "text", ["sum(X**2)", "sum(relu(X @ w))", "norm(w)", "sum(abs(w))", "where(w[0] == 0, 3, w[0])", "1/w[0]", "log(w @ w)"]
)
def test_what_has_a_value_or_no_limit_stays_as_it_is(text):
    formula = sg.formula(text, shapes={name: shape for name, shape in {"X": "m n", "w": "n"}.items() if name in text})
    assert with_limits_of_several([formula]) == [formula]


def test_large_axes_are_tried_small():
    hessian = sg.hessian(sg.formula("cos(norm(x))", shapes={"x": (400,)}), "x")
    assert np.allclose(sg.lambdify("x", hessian)(np.zeros(400)), -np.eye(400), rtol=1e-13, atol=1e-15)
