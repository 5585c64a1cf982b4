"""A tensor is the sum of the products it is read as, summed over their indices, at every place."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

import symgd as sg
from symgd.structures.index_products import Place, UnreadableError
from symgd.structures.product_reader import MAX_PRODUCTS, ProductReader, RawProduct

VALUES = {"x": np.array([1.0, -2.0, 3.0]), "y": np.array([0.5, 4.0, -1.0]), "A": np.arange(9.0).reshape(3, 3) - 4}
TEXTS = [
    "x*y", "x + y", "outer(x, y)", "A @ x", "A @ A", "A + eye(3)", "eye(3)*x", "2*A*x[:, None]", "A[1:, :2] @ x[:2]",
    "A[0] + x",
    "trace(A)*x", "sum(A, axis=0)", "A.T @ (x[:, None]*A)", "scatter(x, '1:4', 5)", "diag(x) @ A", "where(A > 0, eye(3), A)",
    "broadcast_to(x, (2, 3))", "(eye(3) + A) @ (eye(3) - A)", "x[1]*A",
]  # fmt: skip


def entry(raw, sizes, at):
    """Return the value of a product at a place, summed over its indices."""
    total = 0.0
    labels = sorted(raw.summed)
    for inner in itertools.product(*(range(sizes[label]) for label in labels)):
        index = {**dict(enumerate(at)), **dict(zip(labels, inner, strict=True))}

        def value(place, index=index):
            return place.offset + (0 if place.label is None else index[place.label])

        if any(value(one) != value(other) for one, other in raw.deltas):
            continue
        if any(not 0 <= value(place) < size for place, size in raw.ranges):
            continue
        term = float(raw.coefficient)
        for factor in raw.factors:
            names = [symbol.name for symbol in factor.node.symbols]
            array = np.asarray(sg.lambdify(names, factor.node)(*(VALUES[name] for name in names)))
            term *= float(array[tuple(value(place) for place in factor.labels)])
        total += term
    return total


@pytest.mark.parametrize("text", TEXTS)
def test_the_sum_of_its_products_is_the_tensor(text):
    node = sg.formula(text, shapes={name: VALUES[name].shape for name in VALUES if re.search(rf"\b{name}\b", text)})
    names = [symbol.name for symbol in node.symbols]
    array = np.asarray(sg.lambdify(names, node)(*(VALUES[name] for name in names)))
    reader = ProductReader(node)
    products = reader.read()
    for at in np.ndindex(array.shape):
        assert sum(entry(one, reader.sizes, at) for one in products) == pytest.approx(array[at])


def test_a_place_is_put_in_everywhere():
    x = sg.tensor("x", 3)
    raw = RawProduct(deltas=[(Place(0, 1), Place(2, 0))], ranges=[(Place(2, 1), 4)], summed=frozenset({2}))
    put = raw.put(2, Place(0, 5))
    assert put.deltas == [(Place(0, 1), Place(0, 5))]
    assert put.ranges == [(Place(0, 6), 4)]
    assert put.summed == frozenset()
    assert raw.times(RawProduct()) == raw
    assert ProductReader(x).read()[0].factors[0].labels == (Place(0, 0),)


def test_there_is_a_greatest_number_of_products():
    n = MAX_PRODUCTS.bit_length() + 1
    factor = sg.formula("eye(3) + A", shapes={"A": (3, 3)})
    product = factor
    for _ in range(n):
        product = product * factor
    with pytest.raises(UnreadableError):
        ProductReader(product).read()
