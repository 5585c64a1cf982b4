"""Labels as unit vectors: values as rows of the identity, no derivative in the labels, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.inference import Facts
from tests.primitives.library_comparison import arrays_of, check_refusal, compiled, precise, written

KNOWN = [
    (0, 1),
    (2, 3),
    (-1, 4),
    ([0, 2], 3),
    ([1, 1, 1], 2),
    ([-1, 0, -3], 3),
    ([[0, 1], [2, 0]], 3),
    ([[3]], 4),
    ([2.0, 0.0], 3),
]


@pytest.mark.parametrize(("labels", "size"), KNOWN)
def test_known_labels(labels, size):
    formula = sg.one_hot(labels, size)
    expected = np.eye(size)[np.array(labels, dtype=int)]
    assert formula.shape == expected.shape
    x = sg.tensor("x", size)
    for found in (sg.lambdify(x, formula)(np.ones(size)), precise(formula, {})):
        assert np.array_equal(found, expected)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.integers(5, 7))
@settings(max_examples=25)
def test_labels_that_are_inputs(labels, size):
    arrays = {"y": np.array(labels, dtype=float)}
    formula = sg.one_hot(sg.tensor("y", len(labels)), size)
    for found in (compiled(formula, arrays), precise(formula, arrays)):
        assert np.array_equal(found, np.eye(size)[labels])


@pytest.mark.parametrize("dtype", [int, float, np.float32, np.uint8])
def test_labels_of_every_kind(dtype):
    y = np.array([[0, 2], [1, 1]], dtype=dtype)
    code = sg.lambdify(["y"], sg.one_hot(sg.tensor("y", "m k"), 3))
    assert np.array_equal(code(y), np.eye(3)[y.astype(int)])


def test_labels_do_not_move():
    y, P = sg.tensor("y", "m"), sg.tensor("P", ("m", 3))
    loss = -sg.sum(sg.one_hot(y, 3) * sg.log(P))
    assert str(sg.gradient(loss, y)) in ("0", "zeros(m)")
    labels, probabilities = np.array([2.0, 0.0]), np.array([[0.2, 0.3, 0.5], [0.25, 0.5, 0.25]])
    found = sg.lambdify([y, P], sg.gradient(loss, P))(labels, probabilities)
    np.testing.assert_allclose(found, [[0, 0, -2], [-4, 0, 0]])


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("one_hot(y, 'k')", "(m, k)"), ("one_hot(y, 4)", "(m, 4)"), ("one_hot(c, 'k')", "(k,)"), ("one_hot([0], 'n')", "(1, n)"),
        ("one_hot(Y, 2)", "(m, n, 2)"),
    ],
)  # fmt: skip
def test_shapes(text, shape):
    formula = written(text, {"y": sg.tensor("y", "m"), "c": sg.scalar("c"), "Y": sg.tensor("Y", "m n")})
    assert str(formula.shape) == shape
    assert Facts().sign(formula).is_nonnegative
    interval = Facts().interval(formula)
    assert (interval.low, interval.high) == (0, 1)


@pytest.mark.parametrize("labels", [[0.0, 3.0], [-1.0, 0.0], [0.5, 0.0], [np.nan, 0.0], [-np.inf, 0.0]])
def test_inputs_that_are_no_labels_are_refused_when_they_are_seen(labels):
    with pytest.raises(ValueError, match="row numbers are whole numbers from 0 to 2"):
        compiled(sg.one_hot(sg.tensor("y", 2), 3), {"y": np.array(labels)})


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("one_hot([0, 3], 3)", ShapeError, "index 3 is outside an axis of size 3"),
        ("one_hot(-4, 3)", ShapeError, "index -4 is outside an axis of size 3"),
        ("one_hot([0.5], 3)", UnsupportedError, "1/2 cannot index"),
        ("one_hot([True], 3)", UnsupportedError, "True cannot index"),
        ("one_hot(v > 0, 3)", UnsupportedError, "a mask cannot index"),
        ("one_hot([-1], 'n')", UnsupportedError, "index -1 of an axis of named size n"),
        ("one_hot([float('nan')], 3)", UnsupportedError, "nan cannot index"),
        ("one_hot([0], 0)", ShapeError, "an axis cannot have size 0"),
        ("one_hot([0], -2)", ShapeError, "an axis cannot have size -2"), ("one_hot([0], 1.5)", ShapeError, "1.5 is not a size"),
        ("one_hot([0], None)", ShapeError, "None is not a size"),
        ("one_hot([0], True)", ShapeError, "True is not a size"),
    ],
)  # fmt: skip
def test_refusals(text, error, message):
    check_refusal(text, error, message, arrays_of(v=(3,)))
