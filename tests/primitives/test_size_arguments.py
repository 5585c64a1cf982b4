"""Lengths of axes as a caller writes them, read as sizes: numbers, names, nodes, polynomials of named sizes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError
from symgd.graph.node import constant, size
from symgd.graph.shape import Dim
from symgd.primitives.size_arguments import as_size, read_shape

n, m = Dim.named("n"), Dim.named("m")
N, M = size(n), size(m)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (3, 3), ("m*n", n * m), ("n+m*2", 2 * m + n), (np.int64(3), 3), (constant(3), 3), ("n", n), ("3", 3), (n, n), (N, n), (n + 1, n + 1), (N + 1, n + 1),
        (N - 1, n - 1), (2 * N, 2 * n), (N * M, n * m), (N**2, n * n), (N**3, n * n * n),
        (N * (N - 1), n * n - n), (N * M - 2 * N + 5, n * m - 2 * n + 5), (1 + N - N, 1), (N - N + 4, 4),
        ((N + 1) * (N + 1), n * n + 2 * n + 1), ((N + M) ** 2, (n + m) * (n + m)), (sg.formula("2 + 3"), 5),
    ],
)  # fmt: skip
def test_what_is_a_size(written, expected):
    assert as_size(written) == expected
    assert type(as_size(written)) is type(expected)


SIZE, POLYNOMIAL = "is not a size", "a size is an integer, the name of an axis, or a polynomial of them"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (0, "an axis cannot have size 0"), (-1, "an axis cannot have size -1"), (10**15, "at least 1, and below 10**15"),
        (1.5, f"1.5 {SIZE}"), (2.0, f"2.0 {SIZE}"), (True, f"True {SIZE}"), (None, f"None {SIZE}"),
        ("", SIZE), ("m n", f"'m n' {SIZE}"), ("m/n", f"'m/n' {SIZE}"), ("2n", SIZE), (Fraction(1, 2), SIZE),
        (constant(0), "an axis cannot have size 0"), (constant(Fraction(1, 2)), f"1/2 {SIZE}"),
        (sg.scalar("x"), f"x {SIZE}"), (N + sg.scalar("x"), SIZE), (N / 2, SIZE), (N**4, POLYNOMIAL), (1 / N, POLYNOMIAL),
        (sg.exp(N), POLYNOMIAL), (sg.tensor("v", "n"), f"v {SIZE}"), (float("nan"), SIZE), ([3], SIZE),
    ],
)  # fmt: skip
def test_what_is_none(written, message):
    with pytest.raises(ShapeError) as raised:
        as_size(written)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        ((), ()), (3, (3,)), ("n", (n,)), ((2, "n"), (2, n)), ([N, 3, m], (n, 3, m)), ((N + 1, N * M), (n + 1, n * m)),
        ((1, 1, 1), (1, 1, 1)), ([], ()), (N, (n,)),
    ],
)  # fmt: skip
def test_shapes(written, shape):
    assert read_shape(written) == shape
    assert sg.ones(written).shape == shape


@pytest.mark.parametrize("written", [(2, 0), (2, None), ((2, 3),), "m n", {2, 3}, np.array([2, 3])])
def test_what_is_no_shape(written):
    with pytest.raises(ShapeError):
        read_shape(written)
