"""Sums, products and contractions multiplied out keep their values."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature.second_derivatives.index_products import Expansion

COUNTS = [
    ("x@(A + B)@x", {"x": "n", "A": "n n", "B": "n n"}, 2),
    ("sum((x + y)**2)", {"x": "n", "y": "n"}, 4),
    ("x@A@y", {"x": "n", "A": "n n", "y": "n"}, 1),
]


@pytest.mark.parametrize(("text", "shapes", "count"), COUNTS)
def test_products_of_sums_are_sums_of_products(text, shapes, count):
    networks = Expansion().of(sg.formula(text, shapes=shapes))
    assert networks is not None
    assert len(networks) == count
    assert all(network.output == () and str(network) for network in networks)
