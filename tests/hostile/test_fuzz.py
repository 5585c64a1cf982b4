"""Random texts and shapes: hypothesis looks for what the tables forgot. What it finds becomes a row of a table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.graph.shape import size_value
from tests.hostile.exercise import VOCABULARY, exercise


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text(text):
    exercise(text)


@settings(max_examples=600)
@given(st.lists(st.sampled_from(VOCABULARY), max_size=16).map("".join))
def test_words_of_the_language_in_any_order(text):
    exercise(text)


@settings(max_examples=200)
@given(st.binary(max_size=40).map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_any_bytes(text):
    exercise(text)


SHAPES = st.lists(st.sampled_from(["m", "n", "2", "3", "1"]), max_size=3).map(" ".join)
OPERATIONS = ["{a} + {b}", "{a} * {b}", "{a} @ {b}", "{a} - {b}.T", "{a}[0] + {b}", "outer({a}, {b})", "sum({a}, axis=0) + {b}", "where({a} > 0, {b}, 1)", "maximum({a}, {b})", "{a}[:, None] * {b}", "softmax({a}, axis=-1) + {b}", "concatenate([{a}, {b}])", "stack([{a}, {b}])"]  # fmt: skip


@settings(max_examples=300)
@given(SHAPES, SHAPES, st.sampled_from(OPERATIONS))
def test_shapes_are_numpys_or_an_error(first, second, operation):
    """What symgd accepts NumPy accepts, with the same shape."""
    text = operation.format(a="a", b="b")
    try:
        node = sg.formula(text, shapes={"a": first, "b": second})
    except sg.SymgdError:
        return
    sizes = {"m": 4, "n": 5}
    arrays = {
        name: np.ones([sizes.get(word) or int(word) for word in spec.split()]) for name, spec in (("a", first), ("b", second))
    }
    value = sg.lambdify(["a", "b"], node)(arrays["a"], arrays["b"])
    assert np.shape(value) == tuple(size_value(size, sizes) for size in node.shape)


@pytest.mark.parametrize(
    "text",
    [
        "x where x",
        "where",
        "where(",
        "x where t1 =",
        "e",
        "x[:1:]",
        "where>x",
        "y^0==1e-3^0333",
        "x**9**9**99**9**9**+y",
        "a@a*axx@a/x",
        "True.T",
        "None.T",
    ],
)
def test_what_fuzzing_found(text):
    exercise(text)
