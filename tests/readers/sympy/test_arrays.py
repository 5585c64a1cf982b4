"""Array expressions have the values of NumPy's einsum and transpose."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sympy as sp
from sympy.tensor.array.expressions import (
    ArrayAdd,
    ArrayContraction,
    ArrayDiagonal,
    ArrayElementwiseApplyFunc,
    ArraySymbol,
    ArrayTensorProduct,
    OneArray,
    PermuteDims,
    ZeroArray,
)

from symgd.readers.sympy.reader import from_sympy
from tests.readers.sympy.evaluating import assert_values

T, S = ArraySymbol("T", (2, 3, 4)), ArraySymbol("S", (3, 3))
M, N = sp.MatrixSymbol("M", 3, 4), sp.MatrixSymbol("N", 4, 3)
SHAPES = {"T": (2, 3, 4), "S": (3, 3), "M": (3, 4), "N": (4, 3), "t": ()}
t = sp.Symbol("t")

ROWS = [
    (ArrayTensorProduct(M, S), lambda v: np.einsum("ij,kl->ijkl", v["M"], v["S"])),
    (ArrayContraction(ArrayTensorProduct(M, N), (1, 2)), lambda v: v["M"] @ v["N"]),
    (ArrayContraction(ArrayTensorProduct(M, N), (0, 3), (1, 2)), lambda v: np.einsum("ij,ji->", v["M"], v["N"])),
    (ArrayContraction(ArrayTensorProduct(M, N, S), (1, 2), (3, 4)), lambda v: v["M"] @ v["N"] @ v["S"]),
    (ArrayContraction(S, (0, 1)), lambda v: np.trace(v["S"])),
    (ArrayContraction(ArrayTensorProduct(S, S, M), (1, 3, 4)), lambda v: np.einsum("ij,kj,jl->ikl", v["S"], v["S"], v["M"])),
    (ArrayDiagonal(S, (0, 1)), lambda v: np.diag(v["S"])),
    (ArrayDiagonal(ArrayTensorProduct(M, S), (0, 2)), lambda v: np.einsum("ij,ik->jki", v["M"], v["S"])),
    (ArrayDiagonal(ArrayTensorProduct(S, S), (0, 2), (1, 3)), lambda v: v["S"] ** 2),
    (ArrayAdd(T, T), lambda v: 2 * v["T"]),
    (ArrayElementwiseApplyFunc(sp.Lambda(t, sp.sin(t)), T), lambda v: np.sin(v["T"])),
    (ArrayAdd(S, OneArray(3, 3)), lambda v: v["S"] + 1),
    (ArrayAdd(S, ZeroArray(3, 3)), lambda v: v["S"]),
    (sp.Array([[t, 1], [2, t**2]]), lambda v: np.array([[v["t"], 1], [2, v["t"] ** 2]])),
    (sp.Array(t), lambda v: v["t"]),
    (sp.Array([t, 2 * t, 3]), lambda v: np.array([v["t"], 2 * v["t"], 3])),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), ROWS, ids=[str(expression) for expression, _ in ROWS])
def test_an_array_expression_has_the_values_of_numpy(expression, expected):
    assert_values(expression, SHAPES, expected)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_permuted_axes_are_transposed(order):
    assert_values(PermuteDims(T, order), SHAPES, lambda v: np.transpose(v["T"], order))


def test_a_contraction_of_a_product_is_one_contraction():
    node = from_sympy(ArrayContraction(ArrayTensorProduct(M, N, S), (1, 2), (3, 4)))
    assert node.primitive.name == "einsum"
    assert all(arg.is_symbol for arg in node.args)
