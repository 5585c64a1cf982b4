"""Matrix expressions have the values of NumPy's, on random matrices."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf

import symgd as sg
from symgd.errors import ShapeError
from symgd.readers.sympy.reader import from_sympy
from tests.readers.sympy.evaluating import assert_values

n = sp.Symbol("n", integer=True, positive=True)
A, B, X = sp.MatrixSymbol("A", n, n), sp.MatrixSymbol("B", n, n), sp.MatrixSymbol("X", 2, n)
u, r = sp.MatrixSymbol("u", n, 1), sp.MatrixSymbol("r", 1, n)
t = sp.Symbol("t")
SHAPES = {"A": (3, 3), "B": (3, 3), "X": (2, 3), "u": (3, 1), "r": (1, 3), "t": ()}

ROWS = [
    (A * B * u, lambda v: v["A"] @ v["B"] @ v["u"]),
    (t * A + B, lambda v: v["t"] * v["A"] + v["B"]),
    (A.T - sp.Adjoint(B), lambda v: v["A"].T - v["B"].T),
    (A**3, lambda v: np.linalg.matrix_power(v["A"], 3)),
    ((u.T * A * u) ** 2, lambda v: (v["u"].T @ v["A"] @ v["u"])[0, 0] ** 2),
    ((u.T * u) ** sp.Rational(1, 2), lambda v: np.linalg.norm(v["u"])),
    ((u.T * u) ** -1, lambda v: 1 / (v["u"].T @ v["u"])[0, 0]),
    (A**-1 * u, lambda v: np.linalg.solve(v["A"], v["u"])),
    (sp.Trace(A * B), lambda v: np.trace(v["A"] @ v["B"])),
    (sp.Determinant(A), lambda v: np.linalg.det(v["A"])),
    (sp.HadamardProduct(A, B, A), lambda v: v["A"] * v["B"] * v["A"]),
    (sp.HadamardPower(A, 3), lambda v: v["A"] ** 3),
    (sp.KroneckerProduct(A, B), lambda v: np.kron(v["A"], v["B"])),
    (sp.Identity(n) * A, lambda v: v["A"]),
    (A + sp.OneMatrix(n, n), lambda v: v["A"] + 1),
    (A + sp.ZeroMatrix(n, n), lambda v: v["A"]),
    (DiagMatrix(u), lambda v: np.diag(v["u"][:, 0])),
    (DiagMatrix(r.T), lambda v: np.diag(v["r"][0])),
    (DiagonalMatrix(A), lambda v: np.diag(np.diag(v["A"]))),
    (DiagonalOf(A), lambda v: np.diag(v["A"])[:, None]),
    (sp.BlockMatrix([[A, B], [B, A]]), lambda v: np.block([[v["A"], v["B"]], [v["B"], v["A"]]])),
    (sp.BlockDiagMatrix(A, B), lambda v: np.block([[v["A"], 0 * v["A"]], [0 * v["A"], v["B"]]])),
    (X[0:2, 1:3], lambda v: v["X"][:, 1:3]),
    (A[1, 2] * A[0, 0], lambda v: v["A"][1, 2] * v["A"][0, 0]),
    ((u.T * A * u)[0, 0], lambda v: (v["u"].T @ v["A"] @ v["u"])[0, 0]),
    (A.applyfunc(sp.exp), lambda v: np.exp(v["A"])),
    (A.applyfunc(lambda entry: entry**2 + t), lambda v: v["A"] ** 2 + v["t"]),
    (sp.Matrix([[t, 1], [t**2, 2 * t]]), lambda v: np.array([[v["t"], 1], [v["t"] ** 2, 2 * v["t"]]])),
    (sp.ImmutableMatrix([t, 2]), lambda v: np.array([[v["t"]], [2]])),
]


@pytest.mark.parametrize(("expression", "expected"), ROWS, ids=[str(expression) for expression, _ in ROWS])
def test_a_matrix_expression_has_the_values_of_numpy(expression, expected):
    assert_values(expression, SHAPES, expected)


@pytest.mark.parametrize("expression", [u.T * u, r * u, u.T * A * u], ids=str)
def test_a_matrix_of_one_entry_is_a_scalar(expression):
    assert from_sympy(expression).shape == ()


def test_a_matrix_symbol_keeps_its_shape():
    assert from_sympy(sp.MatrixSymbol("o", 1, 1)).shape == (1, 1)
    with pytest.raises(ShapeError, match="axis of size 0"):
        from_sympy(sp.MatrixSymbol("o", 0, 1))


def test_a_gradient_of_a_matrix_expression():
    assert str(sg.gradient(sp.Trace(A.T * A), "A")) == "2*A"
