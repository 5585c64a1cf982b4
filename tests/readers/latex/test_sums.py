"""Sums of terms, and running indices that are closed: the result is what a loop over the index gives."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import AmbiguityError, ShapeError, UnsupportedError
from symgd.readers.latex.sums import close, negate, sum_up
from symgd.readers.latex.values import RANK, Value, scalar_value

CLOSINGS = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min}


def operand(kind, running):
    shape = tuple({"i": 2, "j": 4}[label] for label in running) + (3,) * RANK[kind]
    return Value(sg.tensor("a", shape), kind, running), np.random.default_rng(1).integers(1, 5, shape).astype(float)


@pytest.mark.parametrize("kind", RANK)
@pytest.mark.parametrize("how", CLOSINGS)
@pytest.mark.parametrize("label", ["i", "j"])
def test_closing_an_index_reduces_its_axis(kind, how, label):
    value, array = operand(kind, ("i", "j"))
    if how != "sum" and kind != "scalar":
        with pytest.raises(UnsupportedError, match=f"a {how} of what is a {kind}"):
            close(value, label, 2, how)
        return
    closed = close(value, label, 2, how)
    assert closed.running == tuple(one for one in "ij" if one != label)
    assert np.array_equal(sg.lambdify(["a"], closed.node)(array), CLOSINGS[how](array, axis="ij".index(label)))


@pytest.mark.parametrize(("how", "text"), [("sum", "n*t"), ("prod", "t**n"), ("max", "t"), ("min", "t")])
def test_what_does_not_depend_on_the_index_counts_as_often(how, text):
    size = sg.tensor("x", "n").shape[0]
    closed = close(scalar_value(sg.tensor("t")), "i", size, how)
    assert str(closed.node) == text


def test_a_sum_of_one_term_is_the_term():
    value, _ = operand("matrix", ("i",))
    assert sum_up([value]) is value


@pytest.mark.parametrize("kind", ["scalar", "column", "row", "matrix"])
def test_a_term_and_its_negative_cancel(kind):
    value, array = operand(kind, ("i",))
    assert not np.any(sg.lambdify(["a"], sum_up([value, negate(value)]).node)(array))


def test_an_identity_takes_the_size_of_the_matrix_beside_it():
    identity = Value(sg.formula("2"), "identity")
    square = Value(sg.tensor("A", "n n"), "matrix")
    assert str(sum_up([square, identity]).node) == "A + 2*eye(n)"
    with pytest.raises(ShapeError, match="added to a matrix of shape"):
        sum_up([Value(sg.tensor("X", "m n"), "matrix"), identity])
    with pytest.raises(AmbiguityError):
        sum_up([scalar_value(1), identity])
