"""Functions that text spells in ways of its own; NumPy's axes stay axes."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import AmbiguityError, SymgdError


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ln(x)", "log(x)"),
        ("σ(x)", "sigmoid(x)"),
        ("log(x, 2)", "log2(x)"),
        ("log(x, 10)", "log10(x)"),
        ("log(x, b)", "log(x)/log(b)"),
        ("max(0, x)", "maximum(0, x)"),
        ("max(x, 0)", "maximum(x, 0)"),
        ("min(a, b)", "minimum(a, b)"),
        ("max(0, x, y)", "maximum(maximum(0, x), y)"),
        ("max(0, v)", "maximum(0, v)"),
        ("max(v, x)", "maximum(v, x)"),
        ("max(v, 1/2)", "maximum(v, 1/2)"),
        ("max(v, 0, x)", "maximum(maximum(v, 0), x)"),
        ("max(0, 1 - M)", "maximum(0, 1 - M)"),
        ("max([x, y])", "max([x, y])"),
        ("max(M, axis=1)", "max(M, axis=1)"),
        ("min(M, axis=(0, 1))", "min(M)"),
    ],
)
def test_spellings(text, same):
    shapes = {name: shape for name, shape in {"v": "n", "M": "m n"}.items() if name in text.replace("max", "")}
    assert sg.formula(text, shapes=shapes) is sg.formula(same, shapes=shapes)


@pytest.mark.parametrize("text", ["max(M, 0)", "min(M, 1)", "max(M, -1)", "max([x, y], 0)", "max(M, 0, 1)"])
def test_an_axis_without_its_name_has_two_readings(text):
    with pytest.raises(AmbiguityError, match=r"along an axis, (max|min)\(x, axis=") as caught:
        sg.formula(text, shapes={"M": "m n"} if "M" in text else None)
    assert "^" in str(caught.value)


def test_an_axis_in_python_stays_numpys():
    matrix = np.array([[1.0, 5.0], [3.0, 2.0]])
    x = sg.tensor("x", "m n")
    np.testing.assert_array_equal(sg.lambdify(x, sg.max(x, 0))(matrix), matrix.max(0))


def test_sigma_beside_an_input_of_that_name_is_refused():
    with pytest.raises(AmbiguityError, match="beside an input sigma"):
        sg.formula("σ(x) + sigma", shapes={"sigma": ""})


@pytest.mark.parametrize("name", ["foo", "len", "huber"])
def test_a_name_that_is_not_close_is_not_suggested(name):
    with pytest.raises(SymgdError) as caught:
        sg.formula(f"{name}(x)")
    assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("formula", "shapes"),
    [
        (
            lambda: sg.gradient(sg.sum(sg.take(sg.tensor("X", "m n"), sg.tensor("i", "k"), axis=0) ** 2), "X"),
            {"X": "m n", "i": "k"},
        ),
        (lambda: sg.gradient(sg.sum(sg.take(sg.tensor("X", "3 4"), [1, 2, 2], axis=1) ** 3), "X"), {"X": "3 4"}),
        (lambda: sg.gradient(sg.sum(sg.take(sg.tensor("x", 4), [[1, 2], [0, 2]]) ** 2), "x"), {"x": "4"}),
    ],
)
def test_gradients_of_what_is_taken_are_read_back(formula, shapes):
    gradient = formula()
    assert "put(" in str(gradient)
    assert sg.formula(str(gradient), shapes=shapes) is gradient


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("put(x, [1, 2], 3)", "missing a required argument: 'axis'"),
        ("put(x, [1, 2, 3, 0], 4, axis=0)", "counted from the end"),
        ("put(x, [1, 2, 3, 5], 4, axis=-1)", "outside an axis of size 4"),
        ("put(x, [1, 2], 4, axis=-1)", "by row numbers of shape"),
        ("put(x, [[1, 2], [3, 0]], 4, axis=-1)", "by row numbers of shape"),
    ],
)
def test_what_put_cannot_place_is_refused(text, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(text, shapes={"x": "4"})
