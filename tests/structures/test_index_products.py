"""Sizes and runs of diagonals: what is decided for symbolic sizes holds for every number in their place."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.graph.shape import Dim, size_value
from symgd.structures.index_products import Product, UnreadableError, at_least, from_front, unreadable, whole_run

N, M = Dim.named("n"), Dim.named("m")
SIZES = st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-5, 5)).map(lambda c: N * c[0] + M * c[1] + c[2])


def number(size, n, m):
    return size if isinstance(size, int) else size_value(size, {"n": n, "m": m})


@given(SIZES, SIZES)
def test_a_size_that_is_at_least_another_is_so_for_long_axes(size, least):
    try:
        decided = at_least(size, least)
    except UnreadableError:
        gap = size - least
        assert {coefficient > 0 for names, coefficient in gap.terms if names} == {True, False}
        return
    assert decided == (number(size, 100, 100) >= number(least, 100, 100))


@pytest.mark.parametrize("size", [4, 7])
@pytest.mark.parametrize("offset", range(-3, 4))
def test_a_diagonal_runs_over_its_rows(size, offset):
    first, last = whole_run(size, offset)
    rows, columns = np.nonzero(np.eye(size, k=offset))
    assert list(range(first, last)) == list(rows)
    assert [row + offset for row in rows] == list(columns)
    symbolic = whole_run(N, offset)
    assert tuple(number(end, size, 0) for end in symbolic) == (first, last)


def test_a_diagonal_of_symbolic_offset_is_unreadable():
    with pytest.raises(UnreadableError):
        whole_run(N, M)
    with pytest.raises(UnreadableError):
        unreadable()


@pytest.mark.parametrize(("end", "size", "expected"), [(2, 5, 2), (-1, 5, 4), (-2, N, N - 2), (N, N, N), (0, 3, 0)])
def test_the_end_of_a_slice_counts_from_the_front(end, size, expected):
    assert from_front(end, size) == expected


@pytest.mark.parametrize("scalars", [(), ("a",), ("a", "b")])
@pytest.mark.parametrize("coefficient", [Fraction(1), Fraction(-2, 3)])
def test_the_weight_is_coefficient_times_scalars(coefficient, scalars):
    product = Product(coefficient, tuple(sg.scalar(name) for name in scalars), (), ties=((0, 0), (1, 2)))
    values = dict(zip(scalars, (3.0, 5.0), strict=False))
    expected = float(coefficient) * np.prod(list(values.values()))
    names = [symbol.name for symbol in product.weight.symbols]
    assert sg.lambdify(names, product.weight)(*(values[name] for name in names)) == pytest.approx(expected)
    assert product.offsets == {0: 0, 1: 2}
