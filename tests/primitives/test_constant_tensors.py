"""Tensors of one value: shapes and values as in NumPy, no derivative of what is constant, and what does not stretch."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError
from symgd.graph.inference import Facts
from symgd.graph.node import size
from symgd.graph.shape import Dim
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

ARRAYS = arrays_of(v=(3,), A=(2, 3), R=(1, 3), C=(2, 1), s=(1,), c=(), T=(2, 1, 3))
MOVING = [
    "full((2, 3), c)", "full(4, c)", "full((), c)", "full((2, 3), v)", "full((2, 3), C)", "full((2, 3), R)", "full((2, 3), s)",
    "full((3,), v)", "full((4, 2, 3), A)", "full_like(A, c)",
    "full_like(A, v)", "full_like(A, C)", "full_like(v, s)", "full_like(T, R)", "broadcast_to(c, (2, 3))", "broadcast_to(c, ())",
    "broadcast_to(v, (3,))", "broadcast_to(v, (2, 3))",
    "broadcast_to(C, (2, 4))", "broadcast_to(R, (4, 3))", "broadcast_to(s, 5)", "broadcast_to(T, (2, 4, 3))",
    "broadcast_to(A, (1, 2, 3))", "broadcast_to(broadcast_to(v, (2, 3)), (4, 2, 3))",
    "full((2, 3), 2*c)", "full((2, 3), c)*A", "broadcast_to(v, (2, 3)) @ v", "ones((2, 3))*A", "zeros((2, 3)) + A", "ones(3) @ v",
    "ones_like(A) @ v", "A - zeros_like(A)", "broadcast_to(v, (2, 3))*A",
]  # fmt: skip


@pytest.mark.parametrize(("text", "library"), cases(MOVING))
def test_values_are_those_of_numpy(text, library):
    check_values(text, library, ARRAYS)


def _with_shape(row):
    """Write full for NumPy's full_like, which takes no complex value for an array of floats."""
    return re.sub(r"full_like\((\w), ", lambda found: f"full({ARRAYS[found[1]].shape}, ", row)


@pytest.mark.parametrize(("text", "library"), cases([(row, _with_shape(row)) for row in MOVING]))
def test_slopes_are_complex_steps_through_numpy(text, library):
    check_slopes(text, library, ARRAYS)


CONSTANT = [
    "ones(3)", "ones((2, 3))", "ones([2, 1])", "ones(())", "zeros(3)", "zeros((2, 3))", "zeros(())", "ones((1, 1, 2))",
    "full((2, 2), 7)", "full(3, -0.5)", "full((2, 3), [1, 2, 3])",
    "ones_like(A)", "zeros_like(A)", "ones_like(c)", "zeros_like(T)", "full_like(A, 4)", "full_like(c, 4)",
    "broadcast_to(5, (2, 3))", "broadcast_to([1, 2, 3], (2, 3))", "ones(np.int64(3))",
]  # fmt: skip


@pytest.mark.parametrize("text", CONSTANT)
def test_constants_do_not_move(text):
    formula = written(text, ARRAYS)
    expected = np.asarray(
        eval(
            text,
            {
                **{
                    name: getattr(np, name)
                    for name in ("ones", "zeros", "full", "ones_like", "zeros_like", "full_like", "broadcast_to")
                },
                "np": np,
                **ARRAYS,
            },
        ),
        dtype=float,
    )
    assert formula.shape == expected.shape
    assert not formula.symbols
    assert np.array_equal(precise(formula, {}), expected)
    x = sg.scalar("x")
    assert np.array_equal(sg.lambdify(x, formula + 0 * x)(1.0), expected)
    slope = sg.gradient(sg.sum(formula * x), x)
    assert float(precise(slope, {})) == expected.sum()


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("ones('n')", "(n,)"), ("ones((2, 'n'))", "(2, n)"), ("zeros((n, n + 1))", "(n, n + 1)"),
        ("full(('m', 'n'), c)", "(m, n)"), ("broadcast_to(w, ('m', 'n'))", "(m, n)"),
        ("ones_like(X)", "(m, n)"), ("full_like(X, w)", "(m, n)"), ("broadcast_to(w[:, None], (n, 4))", "(n, 4)"),
        ("ones(n*m)", "(m*n,)"),
    ],
)  # fmt: skip
def test_named_sizes(text, shape):
    named = {
        "w": sg.tensor("w", "n"),
        "X": sg.tensor("X", "m n"),
        "n": size(Dim.named("n")),
        "m": size(Dim.named("m")),
        "c": sg.scalar("c"),
    }
    assert str(written(text, named).shape) == shape


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("zeros(3)", "ZERO"), ("ones((2, 'n'))", "POSITIVE"), ("full(3, -2)", "NEGATIVE"), ("full(3, p)", "POSITIVE"),
        ("broadcast_to(p, (2, 2))", "POSITIVE"), ("zeros_like(p)", "ZERO"),
        ("broadcast_to(q, 2)", "NONZERO"),
    ],
)  # fmt: skip
def test_signs(text, sign):
    assert Facts().sign(written(text, {"p": sg.scalar("p", positive=True), "q": sg.scalar("q", nonzero=True)})).name == sign


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("broadcast_to(c, ())", "c"), ("broadcast_to(v, (3,))", "v"),
        ("broadcast_to(broadcast_to(v, (2, 3)), (4, 2, 3))", "broadcast_to(v, (4, 2, 3))"), ("ones_like(A)", "ones((2, 3))"),
        ("zeros_like(v)", "zeros(3)"), ("full_like(A, c)", "full((2, 3), c)"), ("ones(())", "ones_like(c)"),
    ],
)  # fmt: skip
def test_one_tensor_is_one_node(text, other):
    assert written(text, ARRAYS) is written(other, ARRAYS)


def test_a_value_collects_the_adjoints_of_all_places():
    c = sg.scalar("c")
    loss = sg.sum(sg.full(("m", "n"), c) * sg.tensor("X", "m n"))
    X = np.arange(6.0).reshape(2, 3)
    assert compiled(sg.gradient(loss, c), {"X": X}) == X.sum()


STRETCH, COMBINE = "does not stretch to ", "cannot combine "


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("ones(0)", ShapeError, "an axis cannot have size 0"), ("zeros(-1)", ShapeError, "an axis cannot have size -1"),
        ("ones(1.5)", ShapeError, "1.5 is not a size"), ("ones('m n')", ShapeError, "'m n' is not a size"),
        ("zeros((2, True))", ShapeError, "True is not a size"), ("ones(None)", ShapeError, "None is not a size"),
        ("broadcast_to(v, 4)", ShapeError, f"{COMBINE}(3,) and (4,)"),
        ("broadcast_to(A, 3)", ShapeError, f"(2, 3) {STRETCH}(3,)"), ("broadcast_to(v, ())", ShapeError, f"(3,) {STRETCH}()"),
        ("broadcast_to(v, 1)", ShapeError, f"(3,) {STRETCH}(1,)"),
        ("broadcast_to(v, (3, 1))", ShapeError, f"(3,) {STRETCH}(3, 1)"), ("full((1,), v)", ShapeError, f"(3,) {STRETCH}(1,)"),
        ("full(3, R)", ShapeError, f"(1, 3) {STRETCH}(3,)"),
        ("full((), v)", ShapeError, f"(3,) {STRETCH}()"), ("full((2, 4), v)", ShapeError, f"{COMBINE}(3,) and (2, 4)"),
        ("full_like(v, A)", ShapeError, f"(2, 3) {STRETCH}(3,)"),
        ("full_like(c, v)", ShapeError, f"(3,) {STRETCH}()"), ("full_like(C, R)", ShapeError, f"(1, 3) {STRETCH}(2, 1)"),
        ("full(3, 'a')", SymgdError, "str cannot stand in a formula"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, ARRAYS)
