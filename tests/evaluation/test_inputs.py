"""What inputs are like: their sizes, what is declared of them, and the work that a formula means."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import DataError, ShapeError
from symgd.evaluation.inputs import TooLargeError, check_facts, check_work, read_sizes, row_numbers, smaller, work_of
from symgd.graph.traversal import toposort

A, V, S = sg.tensor("A", "m n"), sg.tensor("v", "n"), sg.scalar("s")

SIZES = [
    ({}, {}),
    ({S: 3.0}, {}),
    ({V: np.ones(4)}, {"n": 4}),
    ({A: np.ones((2, 3)), V: np.ones(3)}, {"m": 2, "n": 3}),
    ({sg.tensor("B", (2, "k")): np.ones((2, 5))}, {"k": 5}),
    ({sg.tensor("B", (2, "k")): np.ones((2, 1))}, {"k": 1}),
]


@pytest.mark.parametrize(("values", "sizes"), SIZES)
def test_sizes_are_read_off_arrays(values, sizes):
    assert read_sizes(values) == sizes


MISFITS = [
    ({V: np.ones((2, 2))}, r"v has shape \(n,\), and its value \(2, 2\)"),
    ({S: np.ones(1)}, r"s has shape \(\), and its value \(1,\)"),
    ({A: np.ones((2, 3)), V: np.ones(2)}, r"v has shape \(n,\) = \(3,\), and its value \(2,\)"),
    ({sg.tensor("B", (2, 2)): np.ones((2, 3))}, r"B has shape \(2, 2\)"),
    ({sg.tensor("Q", "n n"): np.ones((2, 3))}, "Q has shape"),
]


@pytest.mark.parametrize(("values", "message"), MISFITS)
def test_arrays_of_other_shapes_are_refused(values, message):
    with pytest.raises(ShapeError, match=message):
        read_sizes(values)


FACTS = [  # what is declared, values that are so, values that are not, and the words
    ({"positive": True}, [1e-300, 2.0], [0.0, -1.0], "lie in"),
    ({"nonnegative": True}, [0.0, 2.0], [-1e-300], "lie in"),
    ({"negative": True}, [-1.0], [0.0, 1.0], "lie in"),
    ({"lower": 2, "upper": 3}, [2.0, 2.5, 3.0], [1.999, 3.001], "lie in"),
    ({"nonzero": True}, [1.0, -1.0], [0.0], "are not 0"),
]


@pytest.mark.parametrize(("facts", "right", "wrong", "words"), FACTS)
def test_numbers_are_what_was_declared(facts, right, wrong, words):
    node = sg.tensor("x", "", **facts)
    for value in right:
        check_facts(node, value)
    for value in wrong:
        with pytest.raises(DataError, match=f"the value of x is not what was declared: its numbers {words}"):
            check_facts(node, value)


EYE = np.eye(2)
ARRAYS = [
    ("n", {"one_hot": True}, [[0.0, 1.0], [1.0]], [[0.5, 0.5], [1.0, 1.0], [0.0, 0.0]], "one-hot"),
    ("n", {"values": [-1, 1]}, [[1.0, -1.0], [1.0]], [[0.5, 1.0], [0.0]], "-1 or 1"),
    ("m n", {"one_hot": True}, [EYE], [[[1.0, 0.0], [0.0, 0.0]]], "one-hot"),
    ("n", {"sums_to": 1}, [[0.25, 0.75], [1.0]], [[0.5, 0.6], [0.0]], "rows sum to 1"),
    ("n n", {"symmetric": True}, [EYE, [[1.0, 2.0], [2.0, 3.0]]], [[[1.0, 2.0], [2.001, 3.0]]], "symmetric"),
    ("n n", {"psd": True}, [EYE, 0 * EYE, np.ones((2, 2))], [-EYE, [[1.0, 2.0], [2.0, 1.0]]], "no negative eigenvalue"),
    ("n n", {"pd": True}, [EYE, 1e-200 * EYE], [0 * EYE, np.ones((2, 2)), -EYE], "eigenvalues are positive"),
]


@pytest.mark.parametrize(("shape", "facts", "right", "wrong", "words"), ARRAYS)
def test_arrays_are_what_was_declared(shape, facts, right, wrong, words):
    node = sg.tensor("x", shape, **facts)
    for value in right:
        check_facts(node, np.array(value))
    for value in wrong:
        with pytest.raises(DataError, match=words):
            check_facts(node, np.array(value))


def test_products_of_matrices_may_have_rounding_errors():
    factor = np.random.default_rng(0).normal(size=(6, 3))
    check_facts(sg.tensor("x", "n n", psd=True), factor @ factor.T)


def test_the_message_may_have_other_words():
    with pytest.raises(DataError, match="the start is not what was declared") as caught:
        check_facts(sg.tensor("x", "", positive=True), -1.0, name="the start", hint="begin elsewhere")
    assert "begin elsewhere" in str(caught.value)


WORK = [("A @ v", 6), ("A.T @ A", 18), ("sin(v)", 3), ("s + 1", 1), ("outer(v, v)", 9), ("v @ v", 3)]


@pytest.mark.parametrize(("text", "numbers"), WORK)
def test_the_work_of_a_node_is_what_it_multiplies_or_computes(text, numbers):
    known = {"A": A, "v": V, "s": S}
    formula = sg.formula(text, shapes={name: node.shape for name, node in known.items() if name in text.replace("sin", "")})
    assert work_of(formula, {"m": 2, "n": 3}) == numbers


@pytest.mark.parametrize(("size", "is_refused"), [(40, False), (60, True)])
def test_work_of_minutes_is_refused(size, is_refused):
    formula = sg.formula("B @ B", shapes={"B": (size, size)})
    if not is_refused:
        check_work([formula], {})
        return
    with pytest.raises(TooLargeError, match="more than 100,000 numbers"):
        check_work([formula], {})


def test_rows_that_are_looked_up_are_whole_numbers():
    formula = sg.formula("sum(take(v, i)) + sum(u)", shapes={"v": "n", "i": "k", "u": "k"})
    nodes = {node.name: node for node in formula.symbols}
    assert row_numbers(toposort([formula])) == {nodes["i"]: nodes["v"].shape[0]}
    assert row_numbers(toposort([sg.formula("s + 1")])) == {}
    shifted = sg.formula("sum(take(v, i + 1))", shapes={"v": "n", "i": "k"})
    assert row_numbers(toposort([shifted])) == {}  # what is looked up is no input


SMALLER = [
    ("sum(x**2)", {"x": (1000,)}, (2,)),
    ("B @ x", {"B": (100, 50), "x": (50,)}, (3,)),
    ("outer(x, x)", {"x": (9,)}, (2, 2)),
]


@pytest.mark.parametrize(("text", "shapes", "shape"), SMALLER)
def test_large_fixed_axes_become_small_and_stay_equal(text, shapes, shape):
    formula = sg.formula(text, shapes=shapes)
    (found,) = smaller([formula])
    assert [node.name for node in found.symbols] == [node.name for node in formula.symbols]
    assert found.shape == (() if formula.shape == () else shape)
    assert max(size for node in found.symbols for size in node.shape) <= 5


STAYS = [
    ("sum(x**2)", {"x": (8,)}),
    ("sum(x**2)", {"x": "n"}),
    ("s + 1", {}),
]


@pytest.mark.parametrize(("text", "shapes"), STAYS)
def test_what_has_no_large_axis_stays(text, shapes):
    assert smaller([sg.formula(text, shapes=shapes)]) is None


@pytest.mark.parametrize("text", ["sum(x**2)", "x @ x", "mean(x)"])
def test_every_turn_has_other_small_axes(text):
    formula = sg.formula(text, shapes={"x": (1000,)})
    sizes = [smaller([formula], turn)[0].symbols[0].shape[0] for turn in (0, 1)]
    assert sizes[0] != sizes[1]


def test_sizes_that_are_equal_stay_equal_and_others_stay_others():
    formula = sg.formula("x @ B @ y", shapes={"x": (30,), "B": (30, 20), "y": (20,)})
    (found,) = smaller([formula])
    shapes = {node.name: node.shape for node in found.symbols}
    assert shapes["B"] == (*shapes["x"], *shapes["y"])
    assert shapes["x"] != shapes["y"]
