"""Values in which indices run: joined entry by entry, they are what loops over the indices give."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.errors import AmbiguityError, ShapeError, UnsupportedError
from symgd.graph.primitive import FUNCTIONS
from symgd.primitives.arithmetic import add
from symgd.readers.latex.values import (
    RANK,
    Value,
    acts_entry_by_entry,
    apply,
    as_scalar,
    entrywise,
    entrywise_power,
    of_node,
    refuse_identity,
    running_in,
    same_kind,
    scalar_value,
)

SIZES = {"i": 2, "j": 4}
RUNNING = [(), ("i",), ("j",), ("i", "j"), ("j", "i")]
KINDS = ["scalar", "column", "row", "matrix"]


def operand(name, kind, running):
    shape = tuple(SIZES[label] for label in running) + (3,) * RANK[kind]
    array = np.random.default_rng(ord(name)).integers(1, 6, shape).astype(float)
    return Value(sg.tensor(name, shape), kind, running), array


def spread(array, kind, running, order, rank):
    """Return an array with an axis for each index of `order`, then `rank` axes."""
    axes = [*(label for label in order if label in running)]
    own = array.transpose([*(running.index(label) for label in axes), *range(len(running), array.ndim)])
    missing = [k for k, label in enumerate(order) if label not in running]
    behind = [len(order) + k for k in range(rank)] if RANK[kind] < rank else []
    return np.expand_dims(own, [*missing, *behind])


@pytest.mark.parametrize(("left", "right"), [*itertools.product(RUNNING, RUNNING)])
@pytest.mark.parametrize("kind", KINDS)
def test_values_of_one_kind_are_joined_for_every_index(left, right, kind):
    for first, second in ((kind, kind), (kind, "scalar"), ("scalar", kind)):
        (one, a), (other, b) = operand("a", first, left), operand("b", second, right)
        total = entrywise([one, other], kind, lambda *terms: add.make(terms))
        order = running_in([one, other])
        assert (total.kind, total.running) == (kind, order)
        names = [symbol.name for symbol in total.node.symbols]
        found = sg.lambdify(names, total.node)(*({"a": a, "b": b}[name] for name in names))
        expected = spread(a, first, left, order, RANK[kind]) + spread(b, second, right, order, RANK[kind])
        assert np.array_equal(found, expected)


@pytest.mark.parametrize(("one", "other"), [*itertools.permutations(["column", "row", "matrix"], 2)])
def test_kinds_are_not_mixed(one, other):
    values = [operand("a", one, ())[0], operand("b", other, ())[0]]
    with pytest.raises(ShapeError, match=f"a sum joins a {one} and a {other}"):
        same_kind(values, "a sum")
    assert same_kind([values[0], scalar_value(2)], "a sum") == one


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "sin", "cos"])
def test_a_function_of_a_matrix_has_two_readings(name):
    matrix, _ = operand("a", "matrix", ())
    with pytest.raises(AmbiguityError, match="the matrix function"):
        apply(name, [matrix])
    assert apply("tanh", [matrix]).kind == "matrix"


@pytest.mark.parametrize("kind", KINDS)
def test_a_power_entry_by_entry(kind):
    value, array = operand("a", kind, ("i",))
    squares = entrywise_power(value, scalar_value(2))
    assert np.array_equal(sg.lambdify(["a"], squares.node)(array), array**2)


def test_an_identity_of_open_size_is_a_number_until_its_size_is_known():
    identity = Value(sg.formula("2"), "identity")
    with pytest.raises(AmbiguityError, match="I has two readings"):
        refuse_identity(scalar_value(1), identity)
    assert as_scalar(identity) == scalar_value(2)


@pytest.mark.parametrize(("shape", "kind"), [("", "scalar"), ("n", "column"), ("m n", "matrix")])
def test_an_input_is_what_its_axes_are(shape, kind):
    value = of_node(sg.tensor("x", shape))
    assert (value.kind, value.shape) == (kind, value.node.shape)
    assert value.tensor.labels == tuple(range(RANK[kind]))


def test_three_axes_need_indices():
    with pytest.raises(UnsupportedError, match="has 3 axes"):
        of_node(sg.tensor("T", "l m n"))


@pytest.mark.parametrize("name", ["exp", "tanh", "sqrt", "square", "expit"])
def test_what_acts_entry_by_entry(name):
    assert acts_entry_by_entry(name)


@pytest.mark.parametrize(
    "name", [name for name in ("sum", "trace", "det", "softmax", "eigvalsh", "cumsum") if name in FUNCTIONS]
)
def test_what_takes_a_whole_tensor(name):
    assert not acts_entry_by_entry(name)
