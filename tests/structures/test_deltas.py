"""Products that a Hessian is read as are the Hessian: every δ that was put to use, put back as an identity, gives it again."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.graph.node import tensor
from symgd.structures.deltas import as_products
from symgd.structures.index_products import UnreadableError, whole_run
from symgd.structures.restored_matrix import as_matrix
from tests.structures.reading import LOSSES, evaluated, hessian_of, values_for


@pytest.mark.parametrize("name", LOSSES)
def test_products_are_the_matrix_they_were_read_from(name):
    matrix, rows, _ = hessian_of(name)
    try:
        restored = as_matrix(as_products(matrix, rows), matrix.shape[:rows])
    except UnreadableError:
        assert name in ("banded", "corner", "part of an axis")
        return
    values = values_for(matrix, restored)
    found, expected = evaluated(restored, values), evaluated(matrix, values)
    np.testing.assert_allclose(np.broadcast_to(found, expected.shape), expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_indices_are_numbered_rows_first(name):
    matrix, rows, _ = hessian_of(name)
    for product in as_products(matrix, rows):
        ties = product.offsets
        for factor in product.factors:
            assert len(factor.labels) == factor.node.rank
            assert len(set(factor.labels)) == len(factor.labels)
            assert not {axis + rows for axis in ties} & set(factor.labels), "a tied column follows its row"
        for axis, low, high in product.ranges:
            assert (low, high) != whole_run(matrix.shape[axis], ties[axis])
        serials = [factor.node.serial for factor in product.factors]
        assert serials == sorted(serials)


@pytest.mark.parametrize(("offset", "count"), [(0, 1), (1, 1), (-1, 1), (2, 1)])
def test_an_identity_is_one_tie(offset, count):
    n = 5
    rows = slice(max(0, -offset), n - max(0, offset))
    columns = slice(max(0, offset), n - max(0, -offset))
    x = tensor("x", (n,))
    loss = sg.sum(x[rows] * x[columns]) if offset else sg.sum(x**2) / 2
    products = as_products(sg.hessian(loss, "x"), 1)
    assert {product.ties for product in products} == ({((0, offset),), ((0, -offset),)} if offset else {((0, 0),)})
    assert len(products) == count * (2 if offset else 1)


def test_products_that_cancel_are_left_away():
    x = tensor("x", "n")
    matrix = sg.outer(x, x) - sg.outer(x, x) + sg.eye(x.shape[0])
    assert [product.ties for product in as_products(matrix, 1)] == [((0, 0),)]


def test_a_delta_between_numbers_that_differ_is_zero():
    assert as_products(sg.outer(sg.eye(4)[0] * sg.eye(4)[1], tensor("x", (4,))), 1) == []
