"""Products on paper: juxtaposition, scalar and outer products, products entry by entry, quotients."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ParseError, ShapeError, SymgdError
from symgd.readers.latex.products import dot, elementwise_product, inner_product, multiply, power, transpose_of
from symgd.readers.latex.values import RANK, Value, scalar_value
from tests.readers.latex.reading import assert_refused, assert_same, assert_two_readings

SAME = [
    (r"x \odot w", "x*w"),
    (r"2\pi t", "2*pi*t"),
    (r"A \otimes A", "kron(A, A)"),
    (r"\( t \)", "t"),
    (r"y \odot X w", "y*(X @ w)"),
    (r"x^\top w", "x @ w"),
    (r"x w^\top", "outer(x, w)"),
    (r"A x", "A @ x"),
    (r"x^\top A", "x @ A"),
    (r"A \Sigma", "A @ Sigma"),
    (r"t A", "t*A"),
    (r"x \cdot w", "x @ w"),
    (r"t \times s", "t*s"),
    (r"A \circ \Sigma", "A*Sigma"),
    (r"t \otimes A", "t*A"),
    (r"t / s", "t/s"),
    (r"A \div t", "A/t"),
    (r"2I_d - A", "2*eye(d) - A"),
]
TWO_READINGS = [
    "1/2t",
    "x w",
    "1.5e-3 t",
    "2e3",
    r"10\,000 t",
    "10 000 t",
    r"x \otimes w",
    r"A \odot \Sigma A",
    "x w t",
    r"w x",
]
MISTAKES = [
    ("x A", ShapeError, "cannot stand in front of"),
    (r"t/s/2", ParseError, "quotient of a quotient"),
    (r"x \otimes A", SymgdError, "joins two matrices"),
    (r"\langle x, A \rangle", ShapeError, "joins a column and a matrix"),
]


@pytest.mark.parametrize(("latex", "text"), SAME)
def test_a_paper_and_a_text_give_one_graph(latex, text):
    assert_same(latex, text)


@pytest.mark.parametrize("latex", TWO_READINGS)
def test_two_readings_are_an_error_that_names_both(latex):
    assert_two_readings(latex)


@pytest.mark.parametrize(("latex", "kind", "message"), MISTAKES)
def test_a_mistake_gives_one_error(latex, kind, message):
    assert_refused(latex, kind, message)


KINDS = ("scalar", "column", "row", "matrix")
N, R = 3, 2
"""The size of every axis on paper, and that of running indices."""


def operand(name, kind, running):
    """Return a value of a kind, in which an index may run, and its array."""
    shape = (R,) * len(running) + (N,) * RANK[kind]
    array = np.asarray(np.random.default_rng(ord(name)).integers(-4, 5, shape), dtype=float)
    return Value(sg.tensor(name, shape), kind, running), array


def as_matrices(array, kind):
    """Return an array whose last two axes are what stands on paper."""
    key = {"scalar": (..., None, None), "column": (..., None), "row": (..., None, slice(None)), "matrix": (...,)}
    return array[key[kind]]


def evaluated(value, **arrays):
    names = [symbol.name for symbol in value.node.symbols]
    return np.asarray(sg.lambdify(names, value.node)(*(arrays[name] for name in names)))


@pytest.mark.parametrize("running", [((), ()), (("i",), ()), ((), ("i",)), (("i",), ("i",))])
@pytest.mark.parametrize(("left", "right"), [*itertools.product(KINDS, KINDS)])
def test_juxtaposition_is_the_product_of_matrices(left, right, running):
    (one, a), (other, b) = operand("a", left, running[0]), operand("b", right, running[1])
    is_scaled = "scalar" in (left, right)
    two, three = as_matrices(a, left), as_matrices(b, right)
    try:
        result = multiply(one, other)
    except SymgdError:
        assert not is_scaled
        assert two.shape[-1] != three.shape[-2] or left == right or (left, right) == ("matrix", "row")
        return
    expected = two * three if is_scaled else two @ three
    found = as_matrices(evaluated(result, a=a, b=b), result.kind)
    assert result.running == (("i",) if any(running) else ())
    assert np.array_equal(np.broadcast_to(found, np.broadcast_shapes(found.shape, expected.shape)), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_a_transpose_of_a_transpose_is_the_value(kind):
    value, array = operand("a", kind, ("i",))
    there = transpose_of(value)
    assert np.array_equal(evaluated(transpose_of(there), a=array), array)
    assert transpose_of(there).kind == kind
    found = as_matrices(evaluated(there, a=array), there.kind)
    assert np.array_equal(found, np.swapaxes(as_matrices(array, kind), -1, -2))


@pytest.mark.parametrize("kind", ["column", "row", "matrix"])
def test_an_inner_product_sums_the_product_of_entries(kind):
    (one, a), (other, b) = operand("a", kind, ("i",)), operand("b", kind, ())
    entries = elementwise_product(one, other)
    axes = tuple(range(1, 1 + RANK[kind]))
    assert np.array_equal(evaluated(inner_product(one, other), a=a, b=b), evaluated(entries, a=a, b=b).sum(axes))
    if kind != "matrix":
        assert dot(one, other) == inner_product(one, other)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3])
def test_a_power_of_a_matrix_repeats_it(exponent):
    value, array = operand("a", "matrix", ())
    found = evaluated(power(value, scalar_value(exponent)), a=array)
    assert np.allclose(found, np.linalg.matrix_power(array, exponent))
