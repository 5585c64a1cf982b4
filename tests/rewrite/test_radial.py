"""Gradients and Hessians of functions of a norm keep their digits near 0, and are exact at 0: f′·u, f″·uuᵀ + f′/r·(I − uuᵀ)."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.equality.finite_values import value_at
from symgd.evaluation import multiprecision as mpmath
from symgd.rewrite.radial import with_radial_factors

FUNCTIONS = [  # as text, and in mpmath's words
    ("sin(norm(x))/norm(x)", lambda r: mpmath.sin(r) / r),
    ("sin(sqrt(x @ x))/sqrt(x @ x)", lambda r: mpmath.sin(r) / r),
    ("(1 + norm(x) + norm(x)**2/3)*exp(-norm(x))", lambda r: (1 + r + r**2 / 3) * mpmath.exp(-r)),
    ("(1 + norm(x))*exp(-norm(x))", lambda r: (1 + r) * mpmath.exp(-r)),
    ("cos(norm(x))", mpmath.cos),
    ("norm(x)*tanh(norm(x))", lambda r: r * mpmath.tanh(r)),
    ("(norm(x) - sin(norm(x)))/norm(x)**3", lambda r: (r - mpmath.sin(r)) / r**3),
    ("log(cosh(norm(x)))", lambda r: mpmath.log(mpmath.cosh(r))),
    ("1/(1 + norm(x)**2)", lambda r: 1 / (1 + r**2)),
    ("norm(x)*log(1 + norm(x))", lambda r: r * mpmath.log(1 + r)),
]
DIRECTION = np.array([0.6, -0.3, 0.8])
SIZES = [1e-150, 1e-16, 1e-12, 1e-8, 1e-5, 1e-3, 0.1, 1.0, 7.0]


def slopes(f, r):
    """f′(r)/r and f″(r), in many digits."""
    with mpmath.workdps(900):
        first, second = (mpmath.diff(f, r, k, h=r * mpmath.mpf("1e-200")) for k in (1, 2))
        return first / r, second


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")  # of r⁻⁵, in the branch that is not taken
@pytest.mark.parametrize(("text", "f"), FUNCTIONS, ids=[text for text, _ in FUNCTIONS])
def test_digits_of_radial_functions(text, f):
    formula = sg.formula(text, shapes={"x": (3,)})
    compiled = sg.lambdify("x", [sg.gradient(formula, "x"), sg.hessian(formula, "x")])
    for size in SIZES:
        x = size * DIRECTION
        exact = np.array([mpmath.mpf(entry) for entry in x], dtype=object)
        with mpmath.workdps(900):
            r = mpmath.sqrt(sum(exact**2))
            across, along = slopes(f, r)
            direction = exact / r
            outer = np.outer(direction, direction)
            wanted = across * exact, along * outer + across * (np.eye(3, dtype=int) - outer)
        for got, right in zip(compiled(x), wanted, strict=True):
            true = np.asarray(right, dtype=float)
            assert np.allclose(got, true, rtol=0, atol=5e-14 * np.abs(true).max()), size


@pytest.mark.parametrize(("text", "value"), [("cos(norm(x))", -1), ("sin(norm(x))/norm(x)", -1 / 3)])
def test_the_hessian_at_0_is_exact(text, value):
    hessian = sg.lambdify("x", sg.hessian(sg.formula(text, shapes={"x": "n"}), "x"))
    assert np.array_equal(hessian(np.zeros(4)), value * np.eye(4))


ALONE = [
    "X @ w - y", "(c @ x)*x", "outer(x, c) + outer(c, x)", "norm(x)*c + norm(c)*x", "x*norm(x)", "x*(1 + norm(x))",
]  # fmt: skip


@pytest.mark.parametrize("text", ALONE)
def test_other_formulas_stay_as_they_are(text):
    shapes = {"X": "m n", "w": "n", "y": "m", "c": "n", "x": "n"}
    formula = sg.formula(text, shapes={name: shape for name, shape in shapes.items() if name in text})
    assert with_radial_factors([formula]) == [formula]


BESIDE = [  # sums in which a norm, its vector and other arrays stand, not all of one shape
    "norm(x)*x + (x @ c)*x + (x @ x)*x", "norm(x)*x + (x @ A @ x)*x + x", "outer(x, c + norm(x)) + norm(x)*outer(x, c)",
    "norm(x)*A + norm(x)**2*A + x", "(x + norm(x))*2 + norm(x)*x", "norm(x)*outer(x, x) + c + sum(x**2)*outer(x, x)",
    "norm(A)*A + norm(A)**2*A", "A @ (x + norm(x)) + norm(x)*(A @ x)", "norm(x)*x*sum(A**2, axis=0) + norm(x)**3*x",
    "norm2(A, axis=1)*x + sum(A**2)*x + norm(x)*x", "norm(x)*sum(A**2, axis=0) + norm(x)**2*sum(A**2, axis=0) + A @ x",
    "einsum(',i->i', norm(x), x) + norm(x)**2*x", "(einsum('i,->i', x, x @ x) + x)*norm(x) + einsum(',i->i', norm(x), c)",
    "einsum('i,i,i->i', x, x, c)*norm(x) + norm(x)*x + x", "norm(x)*(A @ (x*c)) + (x @ x)*(A @ (x*c))",
]  # fmt: skip


@pytest.mark.parametrize("text", BESIDE)
def test_values_are_kept_beside_other_arrays(text):
    formula = sg.formula(text, shapes={name: shape for name, shape in {"A": "3 3", "c": "3", "x": "3"}.items() if name in text})
    values = {"A": [[1, 2, 0], [-1, 3, 1], [2, 0, 5]], "c": [2, -1, 4], "x": [1, 2, -2]}
    at = {node: np.array(values[node.name], dtype=object) for node in formula.symbols}
    (after,) = with_radial_factors([formula])
    one, other = (value_at(part, at, {}, digits=50) for part in (formula, after))
    assert one.shape == other.shape
    assert all(abs(first - second) < 1e-40 for first, second in zip(one.flat, other.flat, strict=True))
