"""Sorting: values as NumPy's, and derivatives as those of the permutation that sorts."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError
from symgd.evaluation.evaluator import Entries, evaluate
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.intervals import enclose
from tests.primitives.scalar_comparison import evaluated

RNG = np.random.default_rng(5)
T = RNG.standard_normal((3, 4, 5))
TIES = np.array([2.0, 1.0, 2.0, 0.0, 1.0])


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
def test_values_are_those_of_numpy(axis):
    order = np.argsort(T, axis, kind="stable")
    np.testing.assert_array_equal(evaluated(f"sort(T, axis={axis})", T=T), np.sort(T, axis))
    np.testing.assert_array_equal(evaluated(f"argsort(T, axis={axis})", T=T), order)
    np.testing.assert_array_equal(evaluated(f"sort_by(2*T, T, axis={axis})", T=T), np.sort(2 * T, axis))
    np.testing.assert_array_equal(evaluated(f"unsort_by(sort_by(T**2, T, axis={axis}), T, axis={axis})", T=T), T**2)
    ranks = np.argsort(order, axis)
    np.testing.assert_array_equal(evaluated(f"unsort_by(T, T, axis={axis})", T=T), np.take_along_axis(T, ranks, axis))


def test_entries_that_tie_keep_their_order():
    assert evaluated("argsort(x)", x=TIES).tolist() == [3, 1, 4, 0, 2]
    assert evaluated("sort_by([1, 2, 3, 4, 5], x)", x=TIES).tolist() == [4, 2, 5, 1, 3]
    (precise,) = evaluate_precisely([sg.argsort(sg.tensor("x", 5))], {sg.tensor("x", 5): TIES})
    assert [int(k) for k in precise] == [3, 1, 4, 0, 2]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=7), st.integers(0, 2**30))
def test_the_gradient_puts_weights_back(entries, seed):
    """d(t·sort(x)) moves t to the places of the entries: the permutation matrix transposed, whatever ties."""
    n = len(entries)
    x, t = np.array(entries, float), np.random.default_rng(seed).standard_normal(n)
    permutation = np.eye(n)[np.argsort(x, kind="stable")]
    shapes = {"x": n, "t": n}
    gradient = sg.gradient(sg.formula("t @ sort(x)", shapes=shapes), "x")
    np.testing.assert_array_equal(evaluated(gradient, x=x, t=t), permutation.T @ t)
    jacobian = sg.jacobian(sg.formula("sort(x)", shapes={"x": n}), "x")
    np.testing.assert_array_equal(evaluated(jacobian, x=x), permutation)


def test_the_hessian_of_squares_of_sorted_entries():
    hessian = sg.hessian(sg.formula("sum([1, 2, 3]*sort(x)**2)", shapes={"x": 3}), "x")
    np.testing.assert_array_equal(evaluated(hessian, x=np.array([3.0, 1.0, 2.0])), np.diag([6.0, 2.0, 4.0]))


@pytest.mark.parametrize("text", ["sort(x)", "argsort(x)", "sort_by(x**2, x)", "unsort_by(x, x)", "unsort_by(y, x)"])
def test_written_out_entry_by_entry(text):
    """Where the order is not known, every entry is a formula of all of them."""
    x, y = sg.tensor("x", 3), sg.tensor("y", 3)
    formula = sg.formula(text, shapes={name: 3 for name in "xy" if re.search(rf"\b{name}\b", text)})
    entries = {node: np.array([node[0], node[1], node[2]], dtype=object) for node in (x, y)}
    (written,) = evaluate([formula], entries, Entries())
    for point in ([3.0, 1.0, 2.0], [1.0, 1.0, 0.0], [0.0, 2.0, 2.0]):
        values = {x: np.array(point), y: np.array([5.0, 6.0, 7.0])}
        expected = evaluated(formula, **{node.name: values[node] for node in formula.symbols})
        assert [float(entry) for entry in evaluate_precisely(list(written), values)] == expected.tolist()


def test_an_order_that_is_not_decided_has_no_enclosure():
    x, y, z = (sg.scalar(name) for name in "xyz")
    middle = sg.sort(sg.array([x, y, z]))[1]
    ball = enclose(middle, {x: (1, 2), y: (5, 6), z: (3, 4)})
    assert (float(ball.a), float(ball.b)) == (3, 4)
    with pytest.raises(UnsupportedError, match="not decided"):
        enclose(middle, {x: (1, 3), y: (5, 6), z: (2, 4)})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sg.sort(sg.scalar("x")), r"sort of shape \(\) needs an axis"),
        (lambda: sg.sort(sg.tensor("X", "m n")), r"sort of shape \(m, n\) needs an axis"),
        (lambda: sg.sort(sg.tensor("x", "n"), 1), "there is no axis 1"),
        (
            lambda: sg.sort_by(sg.tensor("x", "m"), sg.tensor("y", "n")),
            r"shape \(m,\) are put in the order of keys of shape \(n,\)",
        ),
    ],
)
def test_wrong_calls(call, message):
    with pytest.raises((ShapeError, SymgdError), match=message):
        call()
