"""Functions written as sums, products and powers: forms, exact values, NumPy's meaning, slopes, and refusals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from tests.primitives.scalar_comparison import evaluated, refusal

X, V = sg.scalar("x"), sg.tensor("v", "n")

# what is built, how it is written
FORMS = [
    (sg.sqrt(X), "sqrt(x)"), (sg.sqrt(9), "3"), (sg.sqrt(8), "sqrt(8)"), (sg.sqrt(Fraction(9, 4)), "3/2"), (sg.sqrt(0), "0"),
    (sg.subtract(V, 1), "v - 1"),
    (sg.subtract(3, 5), "-2"), (sg.divide(V, X), "v/x"), (sg.divide(3, 6), "1/2"), (sg.true_divide(X, 4), "x/4"),
    (sg.negative(X), "-x"),
    (sg.negative(Fraction(1, 2)), "-1/2"), (sg.square(V), "v**2"), (sg.square(-3), "9"), (sg.reciprocal(X), "1/x"),
    (sg.reciprocal(4), "1/4"),
    (sg.reciprocal(Fraction(-2, 3)), "-3/2"), (sg.exp2(X), "2**x"), (sg.exp2(3), "8"), (sg.exp2(-2), "1/4"),
    (sg.exp2(Fraction(1, 2)), "sqrt(2)"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "shown"), FORMS, ids=[shown for _, shown in FORMS])
def test_forms_and_exact_values(node, shown):
    assert str(node) == shown


VALUES = np.array([0.25, 1.0, 2.0, 9.0, 1e300, 1e-300, np.inf])

# name, its slope as a formula, the bend
SLOPES = [
    ("sqrt", lambda x: 0.5 / np.sqrt(x), lambda x: -0.25 * x**-1.5), ("negative", lambda x: -np.ones_like(x), np.zeros_like),
    ("square", lambda x: 2 * x, lambda x: 2 + 0 * x),
    ("reciprocal", lambda x: -1 / x / x, lambda x: 2 / x / x / x),
    ("exp2", lambda x: np.log(2) * 2**x, lambda x: np.log(2) ** 2 * 2**x),
]  # fmt: skip


@pytest.mark.parametrize(("name", "slope", "bend"), SLOPES)
def test_values_and_slopes_are_those_of_numpy(name, slope, bend):
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(evaluated(f"{name}(x)", x=VALUES), getattr(np, name)(VALUES), rtol=1e-15)
    x, near = sg.tensor("x", VALUES[:4].shape), VALUES[:4]
    first = sg.gradient(sg.sum(getattr(sg, name)(x)), x)
    np.testing.assert_allclose(evaluated(first + 0 * x, x=near), slope(near), rtol=1e-14)
    np.testing.assert_allclose(evaluated(sg.gradient(sg.sum(first + x), x) + 0 * x, x=near), bend(near) + 1, rtol=1e-14)


@pytest.mark.parametrize("name", ["subtract", "divide"])
def test_two_arguments_broadcast(name):
    x, y = np.array([[1.0], [2.0]]), np.array([[4.0, -5.0, 0.5]])
    np.testing.assert_allclose(evaluated(f"{name}(x, y)", x=x, y=y), getattr(np, name)(x, y), rtol=1e-15)
    assert getattr(sg, name)(sg.tensor("X", "m n"), sg.scalar("s")).shape == sg.tensor("X", "m n").shape


@pytest.mark.parametrize(("x", "y"), [(6.0, 3.0), (-1.0, 0.25)])
def test_the_slopes_of_a_quotient(x, y):
    slopes = sg.gradient(sg.divide(X, sg.scalar("y")), ["x", "y"])
    assert [float(evaluated(slope, x=x, y=y)) for slope in slopes] == pytest.approx([1 / y, -x / y**2])


# formula of x, x, value
EXTREME = [
    ("sqrt(x)", 0.0, 0.0), ("sqrt(x)", -1.0, np.nan), ("sqrt(x)", np.inf, np.inf), ("reciprocal(x)", 0.0, np.inf),
    ("reciprocal(x)", -np.inf, 0.0),
    ("exp2(x)", 1024.0, np.inf), ("exp2(x)", -1074.0, 5e-324), ("exp2(x)", 10.0, 1024.0), ("square(x)", -1e200, np.inf),
    ("negative(x)", np.inf, -np.inf),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "value"), EXTREME)
def test_values_at_the_ends(text, x, value):
    assert float(evaluated(text, x=x)) == pytest.approx(value, rel=1e-15, abs=0, nan_ok=True)


def test_the_slope_of_a_root_is_infinite_at_zero():
    assert float(evaluated(sg.gradient("sqrt(x)", "x"), x=0.0)) == np.inf


# what is refused, and how
REFUSED = [
    (lambda: sg.sqrt(-4), "DomainError: (-4)**(1/2) is not a real number"),
    (lambda: sg.divide(X, 0), "DomainError: division by zero"),
    (lambda: sg.reciprocal(0), "DomainError: division by zero"),
    (lambda: sg.subtract(V, sg.tensor("u", "m")), "ShapeError: cannot add (n,) and (m,)"),
    *((lambda name=name: getattr(sg, name)("x"), "SymgdError: str cannot stand in a formula")
      for name in ("sqrt", "negative", "square", "reciprocal", "exp2")),
    *((lambda name=name: getattr(sg, name)(1j), "SymgdError: complex cannot stand in a formula")
      for name in ("sqrt", "negative", "square", "reciprocal", "exp2")),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_refusals(build, message):
    assert refusal(build).startswith(message)
