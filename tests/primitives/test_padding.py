"""Zeros around a tensor: NumPy's shapes and values for every form of the width, and the inner part as the adjoint."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ShapeError, SymgdError
from symgd.graph.node import size
from symgd.graph.shape import Dim
from tests.primitives.library_comparison import arrays_of, cases, check_refusal, check_slopes, check_values, compiled, written

ARRAYS = arrays_of(v=(3,), A=(2, 3), T=(2, 1, 2), s=(1,), c=())
SAME = [
    "pad(v, 1)", "pad(v, 0)", "pad(v, (0, 2))", "pad(v, (2, 0))", "pad(v, [1, 2])", "pad(v, ((1, 2),))", "pad(s, 3)", "pad(A, 1)",
    "pad(A, (1, 2))", "pad(A, ((1, 2),))",
    "pad(A, ((1, 2), (3, 4)))", "pad(A, ((0, 0), (0, 1)))", "pad(A, [[1, 0], (0, 0)])", "pad(T, 1)",
    "pad(T, ((0, 1), (2, 0), (0, 0)))", "pad(pad(v, 1), (2, 0))", "pad(A, 1)[1:-1, 1:-1]",
    "pad(v, 1)*pad(v, (2, 0))", "pad(v, np.int64(2))", "pad(A.T, (1, 0))", "pad(c, 0)", "pad(v, 1) @ pad(v, 1)", "pad(A @ v, 1)",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


@pytest.mark.parametrize(("text", "library"), cases(SAME))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=2))
@settings(max_examples=20)
def test_the_adjoint_is_the_inner_part(widths):
    A = sg.tensor("A", (2, 3))
    padded = sg.pad(A, widths)
    weight = np.random.default_rng(2).normal(size=padded.shape)
    slope = compiled(sg.gradient(sg.sum(sg.tensor("W", padded.shape) * padded), "A"), {"W": weight, "A": ARRAYS["A"]})
    (top, _), (left, _) = widths
    np.testing.assert_array_equal(slope, weight[top : top + 2, left : left + 3])


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("pad(w, 1)", "(n + 2,)"), ("pad(w, (0, k))", "(k + n,)"), ("pad(w, k)", "(2*k + n,)"),
        ("pad(X, ((1, 0), (0, k)))", "(m + 1, k + n)"), ("pad(v, k)", "(2*k + 3,)"),
    ],
)  # fmt: skip
def test_named_sizes(text, shape):
    named = {"w": sg.tensor("w", "n"), "X": sg.tensor("X", "m n"), "k": size(Dim.named("k")), "v": sg.tensor("v", 3)}
    assert str(written(text, named).shape) == shape


WIDTH = "the width of a border is a number, (before, after), or such a pair for each of "


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("pad(v, -1)", ShapeError, "an axis cannot have size -1"), ("pad(v, (1, -1))", ShapeError, "an axis cannot have size -1"),
        ("pad(v, 0.5)", ShapeError, "1/2 is not a size"),
        ("pad(v, True)", ShapeError, "True is not a size"), ("pad(v, 'm')", SymgdError, "str cannot stand in a formula"),
        ("pad(v, None)", SymgdError, "NoneType cannot stand"),
        ("pad(A, (1,))", ShapeError, f"{WIDTH}2 axes"), ("pad(A, (1, 2, 3))", ShapeError, f"{WIDTH}2 axes"),
        ("pad(A, ((1,), (2,)))", ShapeError, f"{WIDTH}2 axes"),
        ("pad(A, ((1, 2), (3, 4), (5, 6)))", ShapeError, f"{WIDTH}2 axes"), ("pad(A, (1, (2, 3)))", ShapeError, f"{WIDTH}2 axes"),
        ("pad(T, ((1, 1), (1, 1)))", ShapeError, f"{WIDTH}3 axes"),
        ("pad(A, ())", ShapeError, f"{WIDTH}2 axes"), ("pad(v, sg.scalar('x'))", ShapeError, "x is not a size"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, ARRAYS)
