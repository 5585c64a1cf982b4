"""Arrays that are indexed: which shape their indices need, and whether they count from 0 or from 1."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions import ArraySymbol

from symgd.errors import AmbiguityError, ShapeError
from symgd.graph.shape import Dim
from symgd.readers.sympy.index_ranges import Ranges
from symgd.readers.sympy.indexed_arrays import arrays_in, element_of

i, j, k, m, n = sp.symbols("i j k m n", integer=True)
N = Dim.named("n")
x, A = sp.IndexedBase("x"), sp.IndexedBase("A")
w = sp.IndexedBase("w", shape=(n,))
M, T = sp.MatrixSymbol("M", n, 3), ArraySymbol("T", (2, n, 4))


def shapes(*elements, low=0, high=n - 1):
    found = arrays_in(
        elements, Ranges({i: (i, sp.sympify(low), high), j: (j, sp.Integer(0), sp.Integer(2)), k: (k, sp.Integer(0), m)}, {})
    )
    return {name: array.shape() for name, array in found.items()}


@pytest.mark.parametrize(
    ("elements", "low", "high", "expected"),
    [
        ([x[i]], 0, n - 1, ((N,), 0)),
        ([x[i]], 1, n, ((N,), 1)),
        ([x[i], x[i + 1]], 0, n - 2, ((N,), 0)),
        ([x[i], x[i - 1]], 1, n - 1, ((N,), 0)),
        ([x[i], x[0]], 1, n - 1, ((N,), 0)),
        ([x[0], x[4]], 0, n - 1, ((5,), 0)),
        ([w[i]], 1, n, ((N,), 1)),
        ([w[i]], 1, n - 1, ((N,), 0)),
    ],
)
def test_the_shape_and_the_first_index(elements, low, high, expected):
    assert list(shapes(*elements, low=low, high=high).values()) == [expected]


@pytest.mark.parametrize(
    ("element", "name", "shape"), [(M[i, j], "M", (N, 3)), (T[0, i, j], "T", (2, N, 4)), (w[i], "w", (N,))]
)
def test_a_declared_shape_stays(element, name, shape):
    assert shapes(element) == {name: (shape, 0)}
    assert element_of(element).name == name


def test_every_axis_is_as_long_as_its_indices_need():
    assert shapes(A[i, j], A[i, j + 2]) == {"A": ((N, 5), 0)}


def test_what_is_no_array_has_no_name():
    product = MatrixElement(M.T * M, sp.Integer(1), sp.Integer(2))
    assert element_of(product).name is None
    assert shapes(product, sp.sin(i)) == {}


@pytest.mark.parametrize(
    ("elements", "kind", "message"),
    [([x[i], x[i, j]], ShapeError, "indexed with 1 and with 2"), ([x[2], x[3]], AmbiguityError, "counted from 0"),
     ([x[i], x[k]], ShapeError, "up to")],
)  # fmt: skip
def test_arrays_whose_shape_is_open(elements, kind, message):
    with pytest.raises(kind, match=message):
        shapes(*elements)


@pytest.mark.parametrize("order", list(itertools.permutations([x[i], x[i + 1], x[0]])))
def test_the_order_of_the_entries_does_not_matter(order):
    assert shapes(*order) == {"x": ((N + 1,), 0)}
