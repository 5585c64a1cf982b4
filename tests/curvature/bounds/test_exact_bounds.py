"""Bounds of curvature against exact ranges of second derivatives, and exact eigenvalues of data."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import symgd as sg
from tests.formulas import declared

# a function of x, and the least and the largest second derivative, by algebra
SCALARS = [
    ("3*x**2 - x", 6, 6),
    ("x**2 + sin(x)", 1, 3),
    ("cos(2*x)", -4, 4),
    ("log(cosh(x))", 0, 1),
    ("sqrt(1 + x**2)", 0, 1),
    ("log(1 + exp(3*x))", 0, 9 / 4),
    ("atan(x)", -9 / 8 / math.sqrt(3), 9 / 8 / math.sqrt(3)),
    ("sigmoid(x)", -1 / 6 / math.sqrt(3), 1 / 6 / math.sqrt(3)),
    ("exp(-x**2)", -2, 4 * math.exp(-1.5)),
    ("1/(1 + x**2)", -2, 1 / 2),
    ("log(1 + x**2)", -1 / 4, 2),
    ("x*atan(x)", 0, 2),
    ("x**2/(1 + x**2)", -1 / 2, 2),
    ("-x**2 + log(1 + exp(x))", -2, -7 / 4),
]
BALLS = [  # a function of x, the centre and the radius, and the range of the second derivative there
    ("x**4", 1, 1, 0, 48),
    ("x**3", 0, 2, -12, 12),
    ("exp(x)", 0, 1, math.exp(-1), math.e),
    ("1/x", 2, 1, 2 / 27, 2),
    ("-log(x)", 3, 2, 1 / 25, 1),
    ("x*log(x)", 3, 2, 1 / 5, 1),
    ("x**4 - 6*x**2", 0, 2, -12, 36),
    ("sinh(x)", 0, 1, -math.sinh(1), math.sinh(1)),
]
PLANES = [  # a function of x and y, and the range of the eigenvalues of its Hessian
    ("x**2 + y**2 + x*y", 1, 3),
    ("x**2 - 3*y**2", -6, 2),
    ("x*y", -1, 1),
    ("x**2 + y**2 + sin(x + y)", 0, 4),
    ("log(exp(x) + exp(y))", 0, 1 / 2),
]


def check_range(bounds, low, high):
    """No eigenvalue may lie outside the bounds, and these must be close."""
    assert float(bounds.modulus) <= low + 1e-12 * abs(low)
    assert float(bounds.lipschitz) >= max(abs(low), abs(high)) * (1 - 1e-12)
    assert float(bounds.modulus) == pytest.approx(low, abs=0.1 * max(1, abs(low)))
    assert float(bounds.lipschitz) == pytest.approx(max(abs(low), abs(high)), rel=0.1)


@pytest.mark.parametrize(("text", "low", "high"), SCALARS)
def test_functions_of_one_variable(text, low, high):
    check_range(sg.curvature_bounds(text, "x"), low, high)


@pytest.mark.parametrize(("text", "centre", "radius", "low", "high"), BALLS)
def test_functions_on_a_ball(text, centre, radius, low, high):
    check_range(sg.curvature_bounds(text, "x", around=centre, radius=radius), low, high)


@pytest.mark.parametrize(("text", "low", "high"), PLANES)
def test_functions_of_two_variables(text, low, high):
    check_range(sg.curvature_bounds(text, ["x", "y"]), low, high)


SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "k m", "B": "n p", "W": "m n", "Y": "k p", "P": "n n", "V": "n p", "v": "n"}
RNG = np.random.default_rng(7)
DATA = {
    "X": RNG.normal(size=(7, 3)),
    "y": RNG.normal(size=7),
    "A": RNG.normal(size=(4, 7)),
    "B": RNG.normal(size=(3, 2)),
    "v": np.array([0.5, -2.0, 1.25]),
    "Y": RNG.normal(size=(4, 2)),
    "P": np.diag([1.0, 2.0, 5.0]) + 0.5,
}


def squares(matrix):
    """Return the least and the largest eigenvalue of AᵀA in 50 digits."""
    with mpmath.workdps(50):
        exact = mpmath.matrix(matrix.tolist())
        found = mpmath.eigsy(exact.T * exact, eigvals_only=True)
        return found[0], found[len(found) - 1]


LOSSES = [  # a loss, its variable, the matrix of the residual, and the range of the second derivatives of its terms
    ("sum((X@w - y)**2)", "w", lambda d: d["X"], 2, 2),
    ("mean((X@w - y)**2)", "w", lambda d: d["X"], 2 / 7, 2 / 7),
    ("norm2(X@w - y)**2/2 - sum(y)", "w", lambda d: d["X"], 1, 1),
    ("(X@w - y) @ (X@w - y)", "w", lambda d: d["X"], 2, 2),
    ("sum((3*(X@w) - y)**2)", "w", lambda d: 3 * d["X"], 2, 2),
    ("sum(log(1 + exp(-y*(X@w))))", "w", lambda d: d["y"][:, None] * d["X"], 0, 1 / 4),
    ("mean(sqrt(1 + (X@w - y)**2))", "w", lambda d: d["X"], 0, 1 / 7),
    ("sum(cos(X@w))", "w", lambda d: d["X"], -1, 1),
    ("-sum((X@w - y)**2)", "w", lambda d: d["X"], -2, -2),
    ("normF(A@W@B - Y)**2", "W", lambda d: np.kron(d["A"], d["B"].T), 2, 2),
    ("sum((X@V)**2)", "V", lambda d: np.kron(d["X"], np.eye(2)), 2, 2),
    ("sum((y*(v@w) - y)**2)", "w", lambda d: np.outer(d["y"], d["v"]), 2, 2),
    ("logsumexp(X@w)", "w", lambda d: d["X"], 0, 1 / 2),
    ("w@P@w", "w", lambda d: np.linalg.cholesky(d["P"]).T, 2, 2),
]


@pytest.mark.parametrize(("text", "wrt", "matrix", "low", "high"), LOSSES, ids=[row[0] for row in LOSSES])
def test_losses_of_affine_residuals(text, wrt, matrix, low, high):
    facts = {"P": {"psd": True, "symmetric": True}} if "P" in text else {}
    loss = sg.formula(text, shapes=declared(SHAPES, text), facts=facts)
    data = {name: value for name, value in DATA.items() if name in declared(SHAPES, text)}
    bounds = sg.curvature_bounds(loss, wrt, data)
    least, largest = squares(matrix(DATA))
    true_low, true_high = (low * (least if low > 0 else largest)), (high * (largest if high > 0 else least))
    assert bounds.modulus <= true_low * (1 + (-1 if low < 0 else 1) * 1e-12) + 1e-12
    assert bounds.lipschitz >= max(abs(true_low), abs(true_high)) * (1 - 1e-12)
    assert float(bounds.lipschitz) == pytest.approx(float(max(abs(true_low), abs(true_high))), rel=0.03)


def test_a_rate_is_what_the_bounds_say():
    safe = sg.safe_learning_rate("2*x**2 + sin(x)", "x")  # between 3 and 5
    assert (safe.rate, safe.divergence, safe.contraction) == (Fraction(1, 5), Fraction(2, 5), Fraction(2, 5))
    assert float(safe.after(3)) == pytest.approx(0.4**3)
