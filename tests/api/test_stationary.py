"""Stationary points against those that are computed by exact algebra, and what is refused."""

from __future__ import annotations

import pytest
import sympy as sp

import symgd as sg
from symgd.api.stationary import MAX_VARIABLES, classify, stationary_points
from symgd.errors import DomainError, SymgdError, UnsupportedError

X = sp.Symbol("x", real=True)
POLYNOMIALS = {
    "x**3 - 3*x": X**3 - 3 * X,
    "x**2 - 4*x + 1": X**2 - 4 * X + 1,
    "x**4 - 2*x**2": X**4 - 2 * X**2,
    "x**5 - 5*x": X**5 - 5 * X,
    "x/(1 + x**2)": X / (1 + X**2),
    "(x - 1)**2*(x + 2)**2": (X - 1) ** 2 * (X + 2) ** 2,
    "x**3 + x": X**3 + X,
}


def nature(expression, point):
    """Return what a point is by the sign of the first derivative that is not 0 there."""
    order, slope = 1, sp.diff(expression, X)
    while sp.simplify(slope.subs(X, point)) == 0:
        order, slope = order + 1, sp.diff(slope, X)
    if order % 2:
        return "saddle"
    return "minimum" if slope.subs(X, point) > 0 else "maximum"


@pytest.mark.parametrize("text", POLYNOMIALS)
def test_all_points_of_a_rational_function_are_found_and_named(text):
    expression = POLYNOMIALS[text]
    expected = {root: nature(expression, root) for root in sp.real_roots(sp.fraction(sp.together(sp.diff(expression, X)))[0])}
    found = stationary_points(text)
    assert found.is_complete
    assert {sp.nsimplify(one.point["x"]): str(one.nature) for one in found} == expected
    for one in found:
        assert sp.simplify(one.value - expression.subs(X, one.point["x"])) == 0


def test_bounds_leave_points_out():
    assert [one.point["x"] for one in stationary_points("x**3 - 3*x", domain={"x": (0, None)})] == [1]
    assert [one.point["x"] for one in stationary_points("x**3 - 3*x", domain={"x": "(-2, 0)"})] == [-1]
    assert len(stationary_points("x**3 - 3*x", domain={"x": (2, 3)})) == 0


def test_points_of_two_variables_are_proven():
    found = stationary_points("x**2 + x*y + y**2 - 3*x")
    (one,) = found
    assert {name: float(number) for name, number in one.point.items()} == pytest.approx({"x": 2, "y": -1})
    assert str(one.nature) == "minimum"


CLASSIFIED = {
    "x**2 + y**2": ({"x": 0, "y": 0}, "minimum"),
    "-x**2 - 3*y**2": ({"x": 0, "y": 0}, "maximum"),
    "x**2 - y**2": ({"x": 0, "y": 0}, "saddle"),
    "x*y": ({"x": 0, "y": 0}, "saddle"),
    "(x - 1/2)**2 + (y + 2)**2": ({"x": "1/2", "y": -2}, "minimum"),
    "cos(x) + y**2": ({"x": 0, "y": 0}, "saddle"),
}


@pytest.mark.parametrize("text", CLASSIFIED)
def test_a_point_is_what_the_signs_of_its_hessian_say(text):
    at, expected = CLASSIFIED[text]
    found = classify(text, at)
    assert str(found.nature) == expected
    assert found.reason


@pytest.mark.parametrize("text", CLASSIFIED)
def test_a_formula_and_its_negative_are_opposite(text):
    opposite = {"minimum": "maximum", "maximum": "minimum", "saddle": "saddle"}
    at, expected = CLASSIFIED[text]
    assert str(classify(f"-({text})", at).nature) == opposite[expected]


def test_a_point_may_be_named_in_any_form():
    source = sg.formula("x**2 + y**2")
    x, y = source.symbols
    for at in ({x: 0, y: 0}, {"x": 0, y: 0}, {sp.Symbol("x"): 0, "y": sp.Integer(0)}):
        assert str(classify(source, at).nature) == "minimum"


REFUSED = {
    "a tensor": (lambda: stationary_points(sg.formula("x @ x", shapes={"x": "n"})), SymgdError, "formulas of scalars"),
    "an input that is no variable": (lambda: stationary_points("a*x**2", "x"), SymgdError, "a has no value"),
    "a kink": (lambda: stationary_points("abs(x)"), UnsupportedError, "kinks or jumps"),
    "no variable": (lambda: stationary_points("3"), SymgdError, f"1 to {MAX_VARIABLES} variables, not 0"),
    "too many": (
        lambda: stationary_points("+".join(f"x_{k}**2" for k in range(7))), SymgdError, "6 variables, not 7",
    ),
    "a seed": (lambda: stationary_points("x**2", seed="one"), SymgdError, "a seed"),
    "a domain": (lambda: stationary_points("x**2", domain=(0, 1)), SymgdError, "a domain is a mapping"),
    "bounds": (lambda: stationary_points("x**2", domain={"x": 3}), SymgdError, "the bounds of x are two ends"),
    "a point that is none": (lambda: classify("x**2", 0), SymgdError, "a point is a mapping"),
    "a point without a value": (lambda: classify("x**2 + y**2", {"x": 0}), SymgdError, "the point has no value for y"),
    "a strange value": (lambda: classify("x**2", {"x": 0, "q": 1}), SymgdError, "'q' is not among the variables"),
    "no stationary point": (lambda: classify("x**2", {"x": 1}), DomainError, "the slope in x is 2"),
    "no number": (lambda: classify("x**2", {"x": [1]}), UnsupportedError, "is not a number"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case):
    call, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words):
        call()


@pytest.mark.parametrize("wrt", [None, "y", ["y"]], ids=str)
@pytest.mark.parametrize("ask", [sg.stationary_points, lambda loss, wrt: sg.classify(loss, {"y": 0}, wrt)])
def test_inputs_of_single_values_are_no_variables(ask, wrt):
    loss = sg.formula("y**2", facts={"y": {"values": [0, 1]}})
    with pytest.raises(sg.SymgdError, match="y takes the values 0, 1 only, so it is no variable"):
        ask(loss, wrt=wrt)
