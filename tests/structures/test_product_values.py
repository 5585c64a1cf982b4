"""The tensors that products with indices stand for, beside sums that are written out with every index."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.graph.shape import Dim
from symgd.primitives.labelled import Labelled
from symgd.structures.index_products import Product
from symgd.structures.product_values import banded, diagonals_of, total, values_of
from symgd.structures.structure import StructureKind
from tests.structures.reading import SIZES, evaluated, values_for

M, N, K = (Dim.named(name) for name in "mnk")
X, Y, U, W = sg.tensor("X", "m n"), sg.tensor("Y", "m n"), sg.tensor("u", "m"), sg.tensor("w", "n")
S, T = sg.scalar("s"), sg.scalar("t")


def written_out(summand, labels, sizes, values):
    """Return a product as the sum over all indices, in the order of some of them."""
    lengths = dict(zip(labels, (SIZES.get(str(size), size) for size in sizes), strict=True))
    arrays = [np.asarray(evaluated(factor.node, values)) for factor in summand.factors]
    for factor, array in zip(summand.factors, arrays, strict=True):
        lengths.update(zip(factor.labels, array.shape, strict=True))
    summed = [label for label in lengths if label not in labels]
    result = np.zeros([lengths[label] for label in labels])
    for place in itertools.product(*(range(lengths[label]) for label in (*labels, *summed))):
        at = dict(zip((*labels, *summed), place, strict=True))
        entries = [
            array[tuple(at[label] for label in factor.labels)] for factor, array in zip(summand.factors, arrays, strict=True)
        ]
        result[place[: len(labels)]] += np.prod(entries)
    return result * float(summand.coefficient) * np.prod([evaluated(scalar, values) for scalar in summand.scalars])


CASES = {  # a product, the indices of the result, and its sizes
    "one factor": (Product(Fraction(1), (), (Labelled(X, (0, 1)),)), (0, 1), (M, N)),
    "turned": (Product(Fraction(1), (), (Labelled(X, (0, 1)),)), (1, 0), (N, M)),
    "two factors of the same indices": (Product(Fraction(2), (), (Labelled(X, (0, 1)), Labelled(Y, (0, 1)))), (0, 1), (M, N)),
    "a sum over one index": (Product(Fraction(-1, 3), (), (Labelled(X, (2, 0)), Labelled(Y, (2, 1)))), (0, 1), (N, N)),
    "a weighted sum": (
        Product(Fraction(1), (S,), (Labelled(X, (2, 0)), Labelled(U, (2,)), Labelled(X, (2, 1)))), (0, 1), (N, N),
    ),
    "a vector stretched": (Product(Fraction(1), (), (Labelled(W, (1,)),)), (0, 1), (M, N)),
    "a vector stretched the other way": (Product(Fraction(5), (S, T), (Labelled(U, (0,)),)), (0, 1), (M, N)),
    "two vectors": (Product(Fraction(1), (), (Labelled(U, (0,)), Labelled(W, (1,)))), (0, 1), (M, N)),
    "a sum over everything": (Product(Fraction(1), (), (Labelled(X, (0, 1)), Labelled(Y, (0, 1)))), (), ()),
    "scalars alone": (Product(Fraction(1, 2), (S, T), ()), (0,), (N,)),
    "a number alone": (Product(Fraction(3), (), ()), (0, 1), (M, N)),
    "one": (Product(Fraction(1), (), ()), (0,), (M,)),
    "a diagonal": (Product(Fraction(1), (), (Labelled(sg.tensor("A", "n n"), (0, 0)),)), (0,), (N,)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_product_is_the_sum_over_its_indices(name):
    summand, labels, sizes = CASES[name]
    formula = values_of(summand, labels, sizes)
    assert formula.shape == sizes
    values = values_for(*(factor.node for factor in summand.factors), *summand.scalars)
    np.testing.assert_allclose(evaluated(formula, values), written_out(summand, labels, sizes, values), rtol=1e-12)


@pytest.mark.parametrize("name", [name for name, (summand, *_) in CASES.items() if summand.factors])
def test_the_weight_may_be_left_out(name):
    summand, labels, sizes = CASES[name]
    values = values_for(*(factor.node for factor in summand.factors), *summand.scalars)
    weight = float(evaluated(summand.weight, values))
    with_weight, without = (evaluated(values_of(summand, labels, sizes, left_out), values) for left_out in (False, True))
    np.testing.assert_allclose(with_weight, weight * without, rtol=1e-12)


def tied(node, offset, coefficient=1, ranges=()):
    """Return a product of a vector along a diagonal of a matrix."""
    return Product(Fraction(coefficient), (), (Labelled(node, (0,)),) if node is not None else (), ((0, offset),), ranges)


V = sg.tensor("v", "4")
ALONG = [
    [tied(V, 0)],
    [tied(V, 0), tied(None, 0, 3)],
    [tied(V[1:], 1), tied(V[1:], -1), tied(V, 0, 2)],
    [tied(None, 2, Fraction(1, 2)), tied(V[:2], 2)],
    [tied(V[:2], 0, 1, ((0, 1, 3),))],  # rows 1 and 2 only
    [tied(V[:1], 1, 1, ((0, 2, 3),)), tied(V[1:], 1)],
    [tied(V[:1], -1, 1, ((0, 1, 2),)), tied(None, -1, 7, ((0, 3, 4),)), tied(V[1:], -1)],
    [tied(None, 3), tied(None, -3, -1)],
]


def matrix_of(products, values):
    """Return the matrix of tied products of a variable of four entries, entry by entry."""
    matrix = np.zeros((4, 4))
    for summand in products:
        offset = summand.offsets[0]
        low, high = max(0, -offset), 4 - max(0, offset)
        for _, first, last in summand.ranges:
            low, high = first, last
        for k, row in enumerate(range(low, high)):
            entry = evaluated(summand.factors[0].node, values)[k] if summand.factors else 1.0
            matrix[row, row + offset] += float(summand.coefficient) * entry
    return matrix


@pytest.mark.parametrize("products", ALONG, ids=range(len(ALONG)))
def test_tied_products_are_diagonals_as_long_as_they_run(products):
    values = {"v": np.array([0.5, 2.0, -1.5, 3.0])}
    diagonals = diagonals_of(products, (4,))
    assert set(diagonals) == {tuple(summand.offsets.values()) for summand in products}
    found = sum(np.diag(np.asarray(evaluated(node, values)), offset) for (offset,), node in diagonals.items())
    np.testing.assert_allclose(found, matrix_of(products, values), rtol=1e-14)
    for (offset,), node in diagonals.items():
        assert node.shape == (4 - abs(offset),)


def test_diagonals_come_in_the_order_of_their_offsets():
    products = [tied(None, offset) for offset in (2, -3, 0, 1, -1)]
    assert list(diagonals_of(products, (4,))) == [(0,), (1,), (2,), (-1,), (-3,)]


def test_diagonals_of_matrices_are_tied_along_both_axes():
    summand = Product(Fraction(2), (), (Labelled(X[1:], (0, 1)),), ((0, -1), (1, 0)))
    ((offsets, node),) = diagonals_of([summand], (M, N)).items()
    assert (offsets, node.shape) == ((-1, 0), (M - 1, N))
    values = values_for(X)
    np.testing.assert_allclose(evaluated(node, values), 2 * values["X"][1:], rtol=1e-14)


def _made(kind, parts, layout):
    return kind, parts, layout


@pytest.mark.parametrize(
    ("offsets", "shape", "kind", "names"),
    [
        ([(-1,), (0,), (1,)], (N,), StructureKind.BANDED, ["diagonal_m1", "diagonal_0", "diagonal_1"]),
        ([(0, 0), (0, -2)], (M, N), StructureKind.SPARSE, ["diagonal_0_0", "diagonal_0_m2"]),
        ([(12,)], (N,), StructureKind.BANDED, ["diagonal_12"]),
    ],
)
def test_a_matrix_of_diagonals_is_banded_for_a_vector_and_sparse_else(offsets, shape, kind, names):
    diagonals = dict.fromkeys(offsets, sg.ones("n"))
    found, parts, layout = banded(diagonals, shape, _made)
    assert found is kind
    assert list(parts) == names
    assert all(name.isidentifier() for name in parts)
    assert layout == {"offsets": tuple(offsets)}


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_sum_holds_each_term_once(count):
    terms = [sg.tensor(f"x{k}", "n") for k in range(count)]
    assert set(total(terms).symbols) == set(terms)
    values = values_for(*terms)
    np.testing.assert_allclose(evaluated(total(terms), values), sum(values.values()), rtol=1e-14)
