"""Kinks that cancel: the formulas without them, and slopes at 0 by exact algebra."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.rewrite.driver import simplify

WRITTEN = [
    ("cos(abs(x))", "cos(x)"),
    ("cosh(abs(2*x + y))", "cosh(2*x + y)"),
    ("abs(x)*sin(abs(x))", "x*sin(x)"),
    ("sin(abs(x))*tanh(abs(x))*y", "y*tanh(x)*sin(x)"),
    ("sin(abs(x))*sign(x)", "sin(x)"),
    ("sin(abs(x))**3*abs(x)", "x*sin(x)**3"),
    ("tanh(abs(x))**2", "tanh(x)**2"),
    ("x*abs(x)*sign(x)", "x**2"),
    ("abs(x)*sign(x)", "x"),
    ("x*sign(x)", "abs(x)"),
    ("relu(x) - relu(-x)", "x"),
    ("3*relu(-2*x) + y - 3*relu(2*x)", "y - 6*x"),
    ("relu(x) + relu(-x)", "abs(x)"),
    ("maximum(x, 0) + minimum(x, 0)", "x"),
    ("maximum(x, 0) - minimum(x, 0)", "abs(x)"),
    ("maximum(x, y) + minimum(x, y)", "x + y"),
    ("maximum(x, -x)", "abs(x)"),
    ("minimum(x, -x)", "-abs(x)"),
]
KEPT = ["sin(abs(x))", "abs(x)*cos(y)", "sin(abs(x))*tanh(abs(y))", "relu(x) - relu(-y)", "relu(x) - 2*relu(-x)", "exp(abs(x))",
        "tanh(abs(x))**3", "maximum(x, y) - minimum(x, y)", "sign(x)**2", "maximum(x, y) + minimum(x, -y)"]  # fmt: skip


@pytest.mark.parametrize(("text", "after"), WRITTEN, ids=[text for text, _ in WRITTEN])
@pytest.mark.parametrize("purpose", ["recognise", "people"])
def test_what_has_no_kink_is_written_without_one(text, after, purpose):
    (root,) = simplify([sg.formula(text)], purpose=purpose).roots
    assert sg.simplify(root) is sg.simplify(sg.formula(after))


@pytest.mark.parametrize("text", KEPT)
def test_what_has_a_kink_keeps_it(text):
    formula = sg.formula(text)
    assert simplify([formula], purpose="recognise").roots == [formula]
    assert simplify([formula], purpose="people").roots == [formula]


SECOND = [  # with the second derivative at 0
    ("cos(abs(x))", -1),
    ("abs(x)*sin(abs(x))", 2),
    ("abs(x)*tanh(abs(x))", 2),
    ("log(cosh(abs(x)))", 1),
    ("x*abs(x)*sign(x)", 2),
    ("(1 + abs(x))*exp(-abs(x))", -1),
    ("abs(x)*log(1 + abs(x))", 2),
    ("abs(x) - log(1 + abs(x))", 1),
    ("exp(abs(x)) - abs(x)", 1),
    ("abs(x)**3", 0),
    ("(relu(x) - relu(-x))**2", 2),
    ("abs(x) - sin(abs(x))", 0),
]


@pytest.mark.parametrize(("text", "value"), SECOND, ids=[text for text, _ in SECOND])
@pytest.mark.parametrize("shape", [(), (3,)], ids=["scalar", "vector"])
def test_second_derivatives_where_kinks_cancel(text, value, shape):
    formula = sg.formula(f"sum({text})" if shape else text, shapes={"x": shape})
    hessian = sg.lambdify("x", sg.hessian(formula, "x"))(np.zeros(shape))
    assert np.allclose(hessian, value * np.eye(3) if shape else value, rtol=0, atol=1e-90)


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("relu(x) - relu(-x)", 1),
        ("abs(x)*sign(x)", 1),
        ("maximum(x, 0) + minimum(x, 0)", 1),
        ("maximum(x, -x)", 0),
        ("abs(x)", 0),
    ],
)
def test_slopes_at_kinks(text, slope):
    assert sg.lambdify("x", sg.gradient(text, "x"))(0.0) == slope


def test_a_sign_of_the_formula_itself_keeps_its_value_at_0():
    slope = sg.gradient("y*sign(x)**2", "y")
    assert sg.lambdify("x", slope)(0.0) == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [("sign(x)*sign(x)", 0), ("sign(x)**3*sign(x)", 0), ("1 - sign(x)*sign(x)", 1), ("abs(x)*sign(x)*sign(x)", 0)],
)
def test_the_square_of_a_sign_is_0_at_0(text, value):
    assert sg.lambdify("x", text)(0.0) == value
