"""Parts, turns, grids, entries left out and put in: NumPy's values, whatever counts, axes and places are asked for."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError
from symgd.readers.numpy.rearranging import REARRANGING
from tests.readers.numpy.comparison import INPUTS, check_slopes, check_values, function_of

ROWS = {
    "split": ["np.split(X, 2)[1]", "np.split(v, [1, 3])[1]"],
    "array_split": [*(f"np.array_split(X, 3)[{k}]" for k in range(3)), "np.array_split(X, 2, 1)[0]"],
    "hsplit": ["np.hsplit(X, 3)[2]", "np.hsplit(v, 2)[1]", "np.hsplit(T, [1])[1]"],
    "vsplit": ["np.vsplit(X, 4)[3]", "np.vsplit(T, 2)[0]"],
    "dsplit": ["np.dsplit(T, 2)[1]"],
    "flipud": ["np.flipud(X)", "np.flipud(v)"],
    "fliplr": ["np.fliplr(X)", "np.fliplr(T)"],
    "rot90": [*(f"np.rot90(X, {k})" for k in (-1, 0, 1, 2, 3, 5)), "np.rot90(T, 1, (1, 2))", "np.rot90(T, 3, axes=(2, 0))"],
    "meshgrid": [
        *(f"np.meshgrid(v, c{options})[{k}]" for options in ("", ", indexing='ij'", ", sparse=True") for k in (0, 1)),
        "np.meshgrid(v, c, v)[2]", "np.meshgrid(X)[0]", "np.meshgrid(s, c)[0]", "np.meshgrid(v, np.arange(2.0))[0]",
    ],
    "vander": ["np.vander(v, 3)", "np.vander(c)", "np.vander(v, 2, increasing=True)", "np.vander(v, 1)"],
    "delete": [
        "np.delete(v, 1)", "np.delete(v, -1)", "np.delete(v, [0, 2])", "np.delete(X, slice(0, 2), axis=0)",
        "np.delete(X, 5)", "np.delete(X, 1, 1)",
    ],
    "insert": [
        "np.insert(v, 1, 2.0)", "np.insert(v, 4, s)", "np.insert(v, [1, 3], c[:2])", "np.insert(v, [1, 1], 5)",
        "np.insert(X, 2, s, axis=0)", "np.insert(X, [0, 2], 1.5, axis=1)", "np.insert(X, 3, s)", "np.insert(v, -1, c)",
    ],
    "diag_indices_from": ["S[np.diag_indices_from(S)]", "1.0 * c[np.diag_indices_from(S)[1]]"],
    "tril_indices_from": ["X[np.tril_indices_from(X)]", "S[np.tril_indices_from(S, -1)]"],
    "triu_indices_from": ["X[np.triu_indices_from(X, 1)]"],
}  # fmt: skip
TEXTS = [text for texts in ROWS.values() for text in texts]
REFUSED = [
    ("np.array_split(v, 5)[0]", UnsupportedError, "empty"),
    ("np.array_split(v, 0)[0]", SymgdError, "whole number"),
    ("np.vsplit(v, 2)[0]", ShapeError, "at least 2 axes"),
    ("np.dsplit(X, 2)[0]", ShapeError, "at least 3 axes"),
    ("np.fliplr(v)", ShapeError, "at least 2 axes"),
    ("np.rot90(v)", ShapeError, "at least 2 axes"),
    ("np.rot90(X, axes=(0, 0))", ShapeError, "a plane of two axes"),
    ("np.rot90(X, 0.5)", UnsupportedError, "a whole number of times"),
    ("np.meshgrid(v, indexing='yx')[0]", UnsupportedError, "'xy' or 'ij'"),
    ("np.vander(X)", ShapeError, "takes a vector"),
    ("np.delete(v, [0, 1, 2, 3])", UnsupportedError, "leaves nothing"),
    ("np.delete(v, 9)", IndexError, "out of bounds"),
    ("np.insert(X, 0, c, axis=0)", UnsupportedError, "values that are numbers"),
    ("c[np.diag_indices_from(X)[0]]", ShapeError, "axes of one size"),
    ("c[np.diag_indices_from(c)[0]]", ShapeError, "at least 2 axes"),
    ("np.insert(v, [1, 2], c)", ShapeError, "not inserted at"),
]


def test_every_function_has_a_row():
    assert set(ROWS) == set(REARRANGING)


@pytest.mark.parametrize("text", TEXTS)
def test_values_are_those_of_numpy(text):
    check_values(text)


@pytest.mark.parametrize("text", [texts[0] for texts in ROWS.values()])
def test_gradients_are_right(text):
    check_slopes(text)


@pytest.mark.parametrize(("text", "error", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_symgd_does_not_follow_is_refused(text, error, message):
    with pytest.raises(error, match=message):
        sg.formula(function_of(text), *INPUTS.values())


def test_axes_of_named_sizes():
    v = sg.tensor("v", "n")
    code = sg.lambdify([v], sg.formula(lambda v: np.meshgrid(v, v)[0] @ np.flipud(v), v))
    assert code([1.0, 2.0]) == pytest.approx([4.0, 4.0])
    with pytest.raises(UnsupportedError, match="whose size is a number"):
        sg.formula(lambda v: np.delete(v, 0), v)
