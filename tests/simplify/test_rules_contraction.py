"""Rules of contractions and tensors: divisors that are taken out once, and determinants beside inverses."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from tests.formulas import declared

SHAPES = {"x": (3,), "c": (3,), "A": "n n", "B": "n n", "y": "n"}

QUOTIENTS = [
    ("sqrt(r)*x/r**2 + c/r", lambda r, x, c: np.sqrt(r) * x / r**2 + c / r),
    ("(sqrt(r)*x/r + r**(3/2)*c/r**2)/r", lambda r, x, c: (np.sqrt(r) * x / r + r**1.5 * c / r**2) / r),
    ("r**3*x/r**2 - c/r**2", lambda r, x, c: r**3 * x / r**2 - c / r**2),
    ("x/(r*sqrt(r)) + c/r", lambda r, x, c: x / (r * np.sqrt(r)) + c / r),
]


@pytest.mark.parametrize(("text", "right"), QUOTIENTS, ids=[text for text, _ in QUOTIENTS])
def test_a_common_divisor_is_taken_out_of_divisors_alone(text, right):
    simple = sg.simplify(sg.formula(text, shapes=declared(SHAPES, text)))  # is proven equal
    r, x, c = 1.7, np.array([1.0, -2.0, 3.0]), np.array([0.5, 4.0, -1.0])
    assert np.allclose(sg.lambdify(["r", "x", "c"], simple)(r, x, c), right(r, x, c), rtol=1e-14)


DETERMINANTS = [
    "det(A)", "det(A)**2", "det(A)**3", "exp(det(A))", "det(A)*trace(A)", "trace(A)*det(A) + det(A)**2", "det(A)*det(B)",
    "det(A @ B)", "det(A.T @ A)", "det(A)**2*trace(A @ B)", "det(A)*(y @ A @ y)", "det(B @ A @ B)",
]  # fmt: skip
SINGULAR = np.array([[1, 2, 3], [2, 4, 6], [1, 0, 1]])
OTHER = np.array([[1, 0, 2], [-1, 3, 1], [0, 1, 1]])


@pytest.mark.parametrize("text", DETERMINANTS)
def test_slopes_of_determinants_where_the_matrix_is_singular(text):
    formula = sg.formula(text, shapes=declared(SHAPES, text))
    names = [node.name for node in formula.symbols]
    at = {"A": SINGULAR, "B": OTHER, "y": np.array([1, -1, 2])}
    got = sg.lambdify(names, sg.gradient(formula, "A"))(*(at[name].astype(float) for name in names))
    assert np.allclose(got, exact_slope(formula, at), rtol=1e-10, atol=1e-10)


def exact_slope(formula, at):
    """The slope of a loss by SymPy, in exact numbers; that of exp(det(A)) is that of det(A) where it is 0."""
    import sympy as sp

    text = str(formula).removeprefix("exp(det(A))") or "det(A)"
    matrices = {name: sp.Matrix(value.tolist()) for name, value in at.items()}
    result = np.zeros((3, 3))
    t = sp.Symbol("t")
    for i, j in np.ndindex(3, 3):
        A = matrices["A"].copy()
        A[i, j] += t
        result[i, j] = sp.diff(polynomial(text, A, matrices["B"], matrices["y"]), t).subs(t, 0)
    return result


def polynomial(text, A, B, y):
    """The losses of this file in SymPy's words."""
    return {
        "det(A)": lambda: A.det(),
        "det(A)**2": lambda: A.det() ** 2,
        "det(A)**3": lambda: A.det() ** 3,
        "det(A)*trace(A)": lambda: A.det() * A.trace(),
        "trace(A)*det(A) + det(A)**2": lambda: A.det() * A.trace() + A.det() ** 2,
        "det(A)*det(B)": lambda: A.det() * B.det(),
        "det(A @ B)": lambda: (A * B).det(),
        "det(A.T @ A)": lambda: (A.T * A).det(),
        "det(A)**2*trace(A @ B)": lambda: A.det() ** 2 * (A * B).trace(),
        "det(A)*(y @ A @ y)": lambda: A.det() * (y.T * A * y)[0],
        "det(B @ A @ B)": lambda: (B * A * B).det(),
    }[text]()
