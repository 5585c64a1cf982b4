"""Products of entries along axes, and the products of all other entries: values and slopes, also where entries are 0."""

from __future__ import annotations

import math

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError
from symgd.graph.inference import Facts
from tests.primitives.library_comparison import (
    arrays_of,
    cases,
    check_refusal,
    check_slopes,
    check_values,
    compiled,
    precise,
    written,
)

ARRAYS = arrays_of(A=(2, 3), v=(4,), s=(1,), c=(), T=(2, 3, 2), S=(1, 1))
OTHERS = "stack([np.prod(delete({0}, k, axis={1}), axis={1}) for k in range({0}.shape[{1}])], axis={1})"
SAME = [
    "prod(v)", "prod(s)", "prod(c)", "prod(S)", "prod(A)", "prod(A, axis=0)", "prod(A, axis=1)", "prod(A, axis=-1)",
    "prod(A, axis=(0, 1))", "prod(A, axis=())",
    "prod(A, axis=1, keepdims=True)", "prod(A, keepdims=True)", "prod(T, axis=(0, 2))", "prod(T, axis=(-1, 0), keepdims=True)",
    "prod(T, 1)", "prod(A*A)",
    "prod(v[:2])*v", "prod(A.T, 0)", "sum(prod(T, axis=0))", "prod(c*v)",
    *((f"prod_others({one}, axis={axis})", OTHERS.format(one, axis))
      for one, rank in (("v", 1), ("s", 1), ("A", 2), ("T", 3)) for axis in range(rank)),
    ("prod_others(v)", OTHERS.format("v", 0)), ("prod_others(v, -1)", OTHERS.format("v", 0)),
    ("prod_others(A, axis=-2)", OTHERS.format("A", 0)),
    ("prod_others(v)*v", "np.prod(v)*ones_like(v)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


WHOLE = [[2, 3, 5, 7], [2, 0, 5, 7], [0, 0, 5, 7], [0, 0, 0, 7], [0, 0, 0, 0], [-1, 1, -1, 1], [4], [0], [0, 3]]


@pytest.mark.parametrize("entries", WHOLE)
def test_products_with_zeros(entries):
    """Value, gradient and Hessian are the products without none, one and two of the factors: no division."""
    arrays = {"x": np.array(entries, dtype=float)}
    loss = written("prod(x)", arrays)
    n = len(entries)

    def without(*left_out):
        return math.prod(entry for k, entry in enumerate(entries) if k not in left_out)

    gradient = [without(k) for k in range(n)]
    hessian = [[0 if i == j else without(i, j) for j in range(n)] for i in range(n)]
    for formula, expected in (
        (loss, without()),
        (sg.gradient(loss, "x"), gradient),
        (sg.hessian(loss, "x"), hessian),
        (written("prod_others(x)", arrays), gradient),
    ):
        assert np.array_equal(precise(formula, arrays), expected)
        np.testing.assert_allclose(compiled(formula, arrays), expected, atol=1e-12)


@pytest.mark.parametrize("entries", [[2, 3, 5], [2, 0, 5], [0, 0, 5], [0, 0, 0], [4, 1]])
def test_slopes_of_the_products_of_others(entries):
    """∂(Σ wₖ Π_{j≠k} xⱼ)/∂xᵢ = Σ_{k≠i} wₖ Π_{j≠k,i} xⱼ."""
    arrays = {"x": np.array(entries, dtype=float), "w": np.arange(1.0, len(entries) + 1)}
    n = len(entries)
    expected = [
        sum((k + 1) * math.prod(entry for j, entry in enumerate(entries) if j not in (i, k)) for k in range(n) if k != i)
        for i in range(n)
    ]
    slope = sg.gradient(written("w @ prod_others(x)", arrays), "x")
    assert np.array_equal(precise(slope, arrays), expected)
    np.testing.assert_allclose(compiled(slope, arrays), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("entries", "product"),
    [
        ([np.inf, 2.0], np.inf),
        ([-np.inf, 2.0], -np.inf),
        ([np.nan, 0.0], np.nan),
        ([1e200, 1e200], np.inf),
        ([1e-200, 1e-200], 0.0),
    ],
)
def test_products_beyond_the_floats(entries, product):
    arrays = {"x": np.array(entries)}
    with np.errstate(over="ignore", under="ignore"):
        np.testing.assert_array_equal(compiled(written("prod(x)", arrays), arrays), product)


@pytest.mark.parametrize(
    ("facts", "sign", "others"),
    [({"positive": True}, "POSITIVE", "POSITIVE"), ({"nonnegative": True}, "NONNEGATIVE", "NONNEGATIVE"), ({}, "ANY", "ANY")],
)  # fmt: skip
def test_signs(facts, sign, others):
    x = sg.tensor("x", "n", **facts)
    assert Facts().sign(sg.prod(x)).name == sign
    assert Facts().sign(sg.prod_others(x)).name == others
    assert Facts().sign(sg.prod(-sg.exp(x))).name == "NONZERO"  # of an unknown number of factors


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("prod(T, axis=(0, 0))", ShapeError, "an axis is named twice"),
        ("prod(T, axis=(0, -3))", ShapeError, "an axis is named twice"),
        ("prod(T, axis=3)", ShapeError, "there is no axis 3 in shape (2, 3, 2)"),
        ("prod(c, axis=0)", ShapeError, "there is no axis 0 in shape ()"),
        ("prod(v, axis=0.5)", ShapeError, "0.5 is not an axis"),
        ("prod(v, keepdims=1)", SymgdError, "keepdims is True or False, not 1"),
        ("prod_others(A)", ShapeError, "prod_others of shape (2, 3) needs an axis"),
        ("prod_others(c)", ShapeError, "prod_others of shape () needs an axis"),
        ("prod_others(A, 2)", ShapeError, "there is no axis 2 in shape (2, 3)"),
        ("prod_others(A, (0, 1))", ShapeError, "prod_others runs along one axis, not 2"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, ARRAYS)
