"""The identity matrix: values, sizes of every kind, what it does in products, facts, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.inference import Facts
from symgd.graph.shape import Dim, show_shape
from tests.primitives.scalar_comparison import evaluated, refusal

A, N = sg.tensor("A", "n n"), Dim.named("n")
ARRAY = np.arange(9.0).reshape(3, 3)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_values_are_those_of_numpy(n):
    np.testing.assert_array_equal(evaluated(sg.eye(n) + 0 * sg.scalar("x"), x=1.0), np.eye(n))
    np.testing.assert_array_equal(evaluate_precisely([sg.eye("n")], {}, {"n": n})[0].astype(float), np.eye(n))
    assert evaluated(sg.eye(n) * sg.scalar("x"), x=np.float32(2)).dtype == np.float32


# size, how the matrix is written, its shape
SIZES = [
    (3, "eye(3)", "(3, 3)"), ("n", "eye(n)", "(n, n)"), (N, "eye(n)", "(n, n)"), (N + 1, "eye(n + 1)", "(n + 1, n + 1)"),
    ("n+1", "eye(n + 1)", "(n + 1, n + 1)"), (A.shape[0], "eye(n)", "(n, n)"), (np.int64(2), "eye(2)", "(2, 2)"),
    (sg.formula("2"), "eye(2)", "(2, 2)"),
]  # fmt: skip


@pytest.mark.parametrize(("size", "shown", "shape"), SIZES)
def test_sizes(size, shown, shape):
    node = sg.eye(size)
    assert (str(node), show_shape(node.shape)) == (shown, shape)
    assert sg.identity(size) is node


# formula, its value
PRODUCTS = [
    ("A @ eye(n)", ARRAY), ("eye(n) @ A", ARRAY), ("A*eye(n)", np.diag(np.diag(ARRAY))), ("trace(eye(n) @ A)", 12.0),
    ("eye(n)[1] @ A", ARRAY[1]), ("sum(eye(n)*A)", 12.0),
    ("A + 2*eye(n)", ARRAY + 2 * np.eye(3)), ("einsum('ii->', eye(n))*A[0, 1]", 3.0),
    ("trace(A @ A @ eye(n))", np.trace(ARRAY @ ARRAY)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PRODUCTS)
def test_products_with_it(text, expected):
    formula = sg.formula(text, shapes={"A": "n n"})
    np.testing.assert_allclose(sg.lambdify(["A"], formula)(ARRAY), expected)


def test_it_does_not_move():
    assert str(sg.gradient(sg.trace(A @ sg.eye("n")), A)) == "eye(n)"
    assert str(sg.gradient(sg.sum(A * sg.eye("n")), A)) == "eye(n)"
    assert str(Facts().interval(sg.eye("n"))) == "[0, 1]"


# what is refused, and how
REFUSED = [
    (0, "ShapeError: an axis cannot have size 0"), (-2, "ShapeError: an axis cannot have size -2"),
    (2.5, "ShapeError: 2.5 is not a size"), ("n/2", "ShapeError: 'n/2' is not a size"),
    (True, "ShapeError: True is not a size"), (sg.scalar("x"), "ShapeError: x is not a size"), (None, "ShapeError: "),
    (sg.formula("1/2"), "ShapeError: 1/2 is not a size"),
]  # fmt: skip


@pytest.mark.parametrize(("size", "message"), REFUSED)
def test_what_is_no_size_is_refused(size, message):
    assert refusal(lambda: sg.eye(size)).startswith(message)
